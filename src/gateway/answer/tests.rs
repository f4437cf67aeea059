//! Streams of both providers, put together from pieces cut anywhere.

use serde_json::{Value, json};

use super::{Answer, Kind, Reading, Tokens};

const MOST: usize = 1 << 20;

/// Reads a stream in pieces of so many bytes; the answer, and whether it said that it was complete.
fn streamed(kind: Kind, text: &str, piece: usize) -> (Answer, bool) {
    let mut reading = Reading::of(kind, "text/event-stream; charset=utf-8", MOST);
    text.as_bytes().chunks(piece).for_each(|bytes| reading.feed(bytes));
    let is_complete = reading.is_complete();
    (reading.answer(), is_complete)
}

fn whole(kind: Kind, body: &Value) -> Answer {
    let mut reading = Reading::of(kind, "application/json", MOST);
    reading.feed(body.to_string().as_bytes());
    reading.answer()
}

fn chunk(delta: &Value, finish: Option<&str>) -> String {
    let data = json!({"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "gpt-4o-2024-08-06",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}], "usage": null});
    format!("data: {data}\n\n")
}

fn chat_stream() -> String {
    let last = json!({"id": "chatcmpl-1", "model": "gpt-4o-2024-08-06", "choices": [], "usage": {"prompt_tokens": 12,
        "completion_tokens": 9, "total_tokens": 21, "prompt_tokens_details": {"cached_tokens": 4},
        "completion_tokens_details": {"reasoning_tokens": 2}}});
    [
        chunk(&json!({"role": "assistant", "content": ""}), None),
        chunk(&json!({"content": "Hö"}), None),
        chunk(&json!({"content": "rt"}), None),
        chunk(
            &json!({"tool_calls": [{"index": 0, "id": "call_1", "type": "function",
            "function": {"name": "look", "arguments": ""}}]}),
            None,
        ),
        chunk(&json!({"tool_calls": [{"index": 0, "function": {"arguments": "{\"a\""}}]}), None),
        chunk(&json!({"tool_calls": [{"index": 0, "function": {"arguments": ":1}"}}]}), None),
        chunk(&json!({}), Some("tool_calls")),
        format!("data: {last}\n\n"),
        "data: [DONE]\n\n".to_owned(),
    ]
    .concat()
}

#[test]
fn a_chat_stream_comes_to_its_message_however_it_is_cut() {
    for piece in [1, 7, 64, 10_000] {
        let (answer, is_complete) = streamed(Kind::Chat, &chat_stream(), piece);
        assert!(is_complete);
        assert_eq!(
            answer.output,
            Some(
                json!({"role": "assistant", "content": "Hört", "tool_calls": [{"id": "call_1", "type": "function",
                "function": {"name": "look", "arguments": "{\"a\":1}"}}]})
            )
        );
        assert_eq!(answer.finish.as_deref(), Some("tool_calls"));
        assert_eq!(answer.model.as_deref(), Some("gpt-4o-2024-08-06"));
        let tokens = Tokens {
            input: Some(8),
            cache_read: Some(4),
            output: Some(7),
            reasoning: Some(2),
            ..Tokens::default()
        };
        assert_eq!(answer.tokens, tokens);
        assert_eq!((answer.tokens.all_input(), answer.tokens.all_output()), (Some(12), Some(9)));
    }
}

#[test]
fn a_stream_that_breaks_off_keeps_what_was_said() {
    let text = chat_stream();
    let cut: String = text.split_inclusive("\n\n").take(3).collect();
    let (answer, is_complete) = streamed(Kind::Chat, &cut, 11);
    assert!(!is_complete);
    assert_eq!(answer.output, Some(json!({"role": "assistant", "content": "Hört"})));
    assert_eq!(answer.tokens, Tokens::default());
    let failed =
        format!("{cut}data: {}\n\n", json!({"error": {"message": "overloaded", "type": "server_error"}}));
    let (answer, is_complete) = streamed(Kind::Chat, &failed, 11);
    assert!(is_complete);
    assert_eq!(answer.error.as_deref(), Some("overloaded"));
}

#[test]
fn a_response_is_read_from_its_last_event() {
    let output = json!([{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Yes"}]}]);
    let response = json!({"id": "resp_1", "model": "gpt-4.1", "status": "completed", "error": null, "output": output,
        "usage": {"input_tokens": 5, "input_tokens_details": {"cached_tokens": 0}, "output_tokens": 3,
            "output_tokens_details": {"reasoning_tokens": 1}, "total_tokens": 8}});
    let event = |name: &str, data: Value| format!("event: {name}\ndata: {data}\n\n");
    let begun = event(
        "response.created",
        json!({"type": "response.created", "response": {"id": "resp_1", "model": "gpt-4.1"}}),
    );
    let piece = json!({"type": "response.output_text.delta", "delta": "Ye"});
    let piece = event("response.output_text.delta", piece);
    let last = event("response.completed", json!({"type": "response.completed", "response": response}));
    let (answer, is_complete) = streamed(Kind::Responses, &format!("{begun}{piece}{last}"), 13);
    assert!(is_complete);
    assert_eq!(answer.output, Some(output.clone()));
    assert_eq!(answer.tokens.all_output(), Some(3));
    assert_eq!(answer, whole(Kind::Responses, &response));
    let (answer, is_complete) = streamed(Kind::Responses, &format!("{begun}{piece}"), 13);
    assert!(!is_complete);
    assert_eq!(answer.output, Some(json!({"role": "assistant", "content": "Ye"})));
    assert_eq!(answer.model.as_deref(), Some("gpt-4.1"));
}

fn messages_stream() -> String {
    let events = [
        json!({"type": "message_start", "message": {"id": "msg_1", "type": "message", "role": "assistant",
            "model": "claude-sonnet-4-5", "content": [], "usage": {"input_tokens": 10, "cache_creation_input_tokens": 3,
            "cache_read_input_tokens": 7, "output_tokens": 1}}}),
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}}),
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "Hm"}}),
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "s="}}),
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "ping"}),
        json!({"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}}),
        json!({"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Let me"}}),
        json!({"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": " look"}}),
        json!({"type": "content_block_start", "index": 2, "content_block": {"type": "tool_use", "id": "toolu_1",
            "name": "look", "input": {}}}),
        json!({"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": "{\"a\""}}),
        json!({"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": ": 1}"}}),
        json!({"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 42}}),
        json!({"type": "message_stop"}),
    ];
    let line = |data: &Value| format!("event: {}\ndata: {data}\n\n", data["type"].as_str().unwrap());
    events.iter().map(line).collect()
}

#[test]
fn a_message_comes_together_with_its_tools_and_tokens() {
    for piece in [1, 9, 10_000] {
        let (answer, is_complete) = streamed(Kind::Messages, &messages_stream(), piece);
        assert!(is_complete);
        assert_eq!(
            answer.output,
            Some(
                json!({"role": "assistant", "content": [{"type": "thinking", "thinking": "Hm", "signature": "s="},
                {"type": "text", "text": "Let me look"}, {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {"a": 1}}]})
            )
        );
        let tokens = Tokens {
            input: Some(10),
            cache_read: Some(7),
            cache_write: Some(3),
            output: Some(42),
            reasoning: None,
        };
        assert_eq!(answer.tokens, tokens);
        assert_eq!(answer.finish.as_deref(), Some("tool_use"));
    }
}

#[test]
fn whole_answers_and_errors_are_read() {
    let chat = json!({"id": "c", "model": "m", "choices": [{"message": {"role": "assistant", "content": "Hi"},
        "finish_reason": "stop"}], "usage": {"prompt_tokens": 1, "completion_tokens": 2}});
    let answer = whole(Kind::Chat, &chat);
    assert_eq!(answer.output, Some(json!({"role": "assistant", "content": "Hi"})));
    assert_eq!(
        (answer.tokens.input, answer.tokens.output, answer.finish.as_deref()),
        (Some(1), Some(2), Some("stop"))
    );
    let vectors =
        whole(Kind::Embedding, &json!({"model": "e", "data": [{}, {}], "usage": {"prompt_tokens": 3}}));
    assert_eq!((vectors.output, vectors.tokens.input), (Some(json!({"vectors": 2})), Some(3)));
    let refused = json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}});
    assert_eq!(whole(Kind::Messages, &refused).error.as_deref(), Some("Overloaded"));
    let message = json!({"id": "msg", "role": "assistant", "model": "claude", "content": [{"type": "text", "text": "Hi"}],
        "stop_reason": "end_turn", "usage": {"input_tokens": 1, "output_tokens": 2}});
    let answer = whole(Kind::Messages, &message);
    assert_eq!(
        answer.output,
        Some(json!({"role": "assistant", "content": [{"type": "text", "text": "Hi"}]}))
    );
}

#[test]
fn what_is_no_json_is_kept_as_text_as_far_as_it_fits() {
    let mut reading = Reading::of(Kind::Chat, "text/html", 4);
    reading.feed(b"<html>");
    assert!(!reading.is_complete());
    assert_eq!(reading.answer().output, Some(json!("<htm (cut off after 4 bytes)")));
    let mut reading = Reading::of(Kind::Other, "text/event-stream", 100);
    reading.feed(b"data: x\n\n");
    assert_eq!(reading.answer().output, Some(json!("data: x\n\n")));
    assert_eq!(Reading::of(Kind::Other, "", 100).answer().output, None);
}

#[test]
fn tokens_of_an_answer_that_is_too_long_to_keep_are_counted() {
    let read = |kind, body: &str, piece| {
        let mut reading = Reading::of(kind, "application/json", 300);
        body.as_bytes().chunks(piece).for_each(|bytes| reading.feed(bytes));
        reading.answer()
    };
    let vectors: Vec<Value> = (0..20_000).map(|at| json!(f64::from(at) / 7.0)).collect();
    let data = serde_json::to_string(&json!([{"index": 0, "embedding": vectors}])).unwrap();
    let body = format!(
        "{{\"object\": \"list\", \"data\": {data}, \"model\": \"e-large\", \"usage\": {{\"prompt_tokens\": 8}}}}"
    );
    for piece in [7, 5_000, 10_000_000] {
        let answer = read(Kind::Embedding, &body, piece);
        assert_eq!((answer.tokens.input, answer.model.as_deref()), (Some(8), Some("e-large")), "{piece}");
        assert_eq!(answer.output, Some(json!(format!("(an answer of {} bytes, not kept)", body.len()))));
    }
    // What the model writes of counters is a text, and no count.
    let words = format!("{} \"usage\": {{\"prompt_tokens\": 1}}", "ä".repeat(200));
    let chat = json!({"model": "m", "choices": [{"message": {"content": words}}], "usage": {"prompt_tokens": 3, "completion_tokens": 4}});
    let answer = read(Kind::Chat, &chat.to_string(), 1_000);
    assert_eq!((answer.tokens.input, answer.tokens.output), (Some(3), Some(4)));
    assert!(
        answer.output.unwrap().as_str().unwrap().contains("cut off after 300 bytes"),
        "half a letter is left out"
    );
    let message = json!({"model": "claude", "content": [{"text": words}], "usage": {"input_tokens": 5, "output_tokens": 6}});
    let answer = read(Kind::Messages, &message.to_string(), 1_000);
    assert_eq!((answer.tokens.output, answer.model.as_deref()), (Some(6), Some("claude")));
}

#[test]
fn a_stream_that_is_too_long_to_keep_is_counted_and_cut() {
    let mut reading = Reading::of(Kind::Chat, "text/event-stream", 100);
    for _ in 0..50 {
        reading.feed(chunk(&json!({"content": "ten bytes."}), None).as_bytes());
    }
    reading.feed(b"data: {\"choices\": [], \"usage\": {\"prompt_tokens\": 1, \"completion_tokens\": 150}}\n\ndata: [DONE]\n\n");
    assert!(reading.is_complete());
    let answer = reading.answer();
    let output = answer.output.unwrap();
    assert!(output["content"].as_str().unwrap().len() <= 100, "{output}");
    assert_eq!(output["cut_off"], "after 100 bytes");
    assert_eq!(answer.tokens.output, Some(150));

    let mut reading = Reading::of(Kind::Messages, "text/event-stream", 10);
    reading.feed(messages_stream().as_bytes());
    assert!(reading.is_complete());
    let answer = reading.answer();
    assert_eq!((answer.tokens.output, answer.finish.as_deref()), (Some(42), Some("tool_use")));
}

#[test]
fn a_packed_answer_is_read_when_it_is_whole() {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(chat_stream().as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    let read = |encoding: &str, bytes: &[u8]| {
        let mut reading = Reading::of(Kind::Chat, "text/event-stream", MOST).packed(encoding);
        bytes.chunks(11).for_each(|piece| reading.feed(piece));
        reading.answer()
    };
    assert_eq!(read("GZIP", &packed).tokens.all_output(), Some(9));
    assert_eq!(read("identity", chat_stream().as_bytes()).tokens.all_output(), Some(9));
    for (encoding, bytes) in [("br", packed.as_slice()), ("gzip", &packed[..20])] {
        let said = format!("({} bytes packed as {encoding}, not read)", bytes.len());
        assert_eq!(read(encoding, bytes).output, Some(json!(said)));
    }
}

#[test]
fn an_error_that_says_nothing_is_none() {
    let tuning = json!({"id": "ft-1", "status": "running", "error": {"code": null, "message": null}});
    assert_eq!(whole(Kind::Other, &tuning).error, None);
    let odd = json!({"usage": {"prompt_tokens": 9_000_000_000_000_000_000_i64, "completion_tokens": 2}});
    assert_eq!(whole(Kind::Chat, &odd).tokens.all_input(), None);
}
