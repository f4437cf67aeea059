use serde_json::json;

use super::*;
use crate::messages::{answer_text, last_user_text};

#[test]
fn the_same_question_in_every_dialect_reads_the_same() {
    let expected = [said("user", "How many?")];
    let inner = json!([{"role": "user", "content": "How many?"}]).to_string();
    for body in [
        json!([{"role": "user", "content": "How many?"}]),
        json!({"role": "user", "content": "How many?"}),
        json!({"model": "m", "temperature": 0, "messages": [{"role": "user", "content": [{"type": "text", "text": "How many?"}]}]}),
        json!({"contents": [{"role": "user", "parts": [{"text": "How many?"}]}], "generationConfig": {"seed": 1}}),
        json!([{"role": "user", "parts": [{"type": "text", "content": "How many?"}]}]),
        json!([{"role": "user", "contents": [{"type": "text", "text": "How many?"}]}]),
        json!([[{"lc": 1, "type": "constructor", "id": ["langchain", "schema", "messages", "HumanMessage"],
            "kwargs": {"content": "How many?", "type": "human"}}]]),
        json!({"messages": [{"type": "human", "content": "How many?", "additional_kwargs": {}, "name": null, "id": "a"}]}),
        json!([{"type": "human", "data": {"content": "How many?", "type": "human"}}]),
        json!({"input": [{"role": "user", "content": [{"type": "input_text", "text": "How many?"}]}]}),
        json!({"choices": [{"index": 0, "message": {"role": "user", "content": "How many?"}}]}),
        json!({"inputs": {"messages": inner.clone()}, "tags": []}),
        json!(inner.clone()),
        json!({"role": "user", "content": [{"text": "How many?"}]}),
        json!([{"event.name": "gen_ai.user.message", "content": "How many?"}]),
        json!([{"id": "1", "role": "user", "parts": [{"type": "text", "text": "How many?", "state": "done"}]}]),
        json!([{"role": "user", "blocks": [{"block_type": "text", "text": "How many?"}], "additional_kwargs": {}}]),
        json!([{"source": "user", "type": "TextMessage", "content": "How many?"}]),
        json!({"chat_history": [{"role": "USER", "message": "How many?"}]}),
        json!({"contents": "How many?"}),
    ] {
        assert_eq!(of(&body), expected, "{body}");
        assert_eq!(last_user_text(body.to_string().as_bytes()).as_deref(), Some("How many?"), "{body}");
    }
}

#[test]
fn the_same_answer_in_every_dialect_reads_the_same() {
    for (body, reason) in [
        (
            json!({"id": "c", "model": "m", "choices": [{"index": 0, "message": {"role": "assistant", "content": "41", "refusal": null}, "finish_reason": "stop", "logprobs": null}], "usage": {"total_tokens": 3}}),
            Some("stop"),
        ),
        (
            json!({"id": "m", "type": "message", "role": "assistant", "content": [{"type": "text", "text": "41", "citations": null}], "stop_reason": "end_turn", "usage": {"input_tokens": 1}}),
            Some("end_turn"),
        ),
        (
            json!({"candidates": [{"content": {"role": "model", "parts": [{"text": "41"}]}, "finishReason": "STOP", "index": 0}], "usageMetadata": {"totalTokenCount": 3}, "modelVersion": "m"}),
            Some("STOP"),
        ),
        (
            json!({"candidates": [{"content": {"parts": [{"text": "41"}]}, "finishReason": "STOP"}]}),
            Some("STOP"),
        ),
        (
            json!([{"role": "assistant", "parts": [{"type": "text", "content": "41"}], "finish_reason": "stop"}]),
            Some("stop"),
        ),
        (
            json!({"id": "r", "output": [{"type": "message", "id": "m", "role": "assistant", "status": "completed", "content": [{"type": "output_text", "text": "41", "annotations": []}]}], "model": "m"}),
            None,
        ),
        (
            json!({"generations": [[{"text": "41", "generation_info": {"finish_reason": "stop"}, "type": "ChatGeneration", "message": {"lc": 1, "type": "constructor", "id": ["langchain", "schema", "messages", "AIMessage"], "kwargs": {"content": "41", "type": "ai", "tool_calls": []}}}]], "llm_output": {"model_name": "m"}}),
            Some("stop"),
        ),
        (json!([{"role": "assistant", "message": "41", "index": "0"}]), None),
        (
            json!([{"role": "assistant", "message": {"role": "assistant", "content": "41"}, "finish_reason": "stop"}]),
            Some("stop"),
        ),
        (json!([{"role": "assistant", "content": "41", "finish_reason": "stop"}]), Some("stop")),
        (
            json!({"output": {"message": {"role": "assistant", "content": [{"text": "41"}]}}, "stopReason": "end_turn"}),
            Some("end_turn"),
        ),
        (json!({"choices": [{"text": "41", "index": 0, "finish_reason": "stop"}]}), Some("stop")),
        (
            json!({"message": {"role": "assistant", "content": "41"}, "done_reason": "stop", "done": true}),
            Some("stop"),
        ),
    ] {
        let mut expected = said("assistant", "41");
        expected.finish_reason = reason.map(str::to_owned);
        assert_eq!(of(&body), [expected], "{body}");
        assert_eq!(answer_text(body.to_string().as_bytes()).as_deref(), Some("41"), "{body}");
    }
}

#[test]
fn tool_calls_read_the_same_with_arguments_as_sent() {
    let args = r#"{"n":1}"#;
    for body in [
        json!({"role": "assistant", "content": null, "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "count", "arguments": args}}]}),
        json!([{"role": "assistant", "content": [{"type": "tool_use", "id": "c1", "name": "count", "input": {"n": 1}}]}]),
        json!([{"role": "assistant", "parts": [{"type": "tool_call", "id": "c1", "name": "count", "arguments": {"n": 1}}]}]),
        json!({"output": [{"type": "function_call", "id": "f", "call_id": "c1", "name": "count", "arguments": args, "status": "completed"}]}),
        json!([{"role": "assistant", "tool_calls": [{"id": "c1", "function": {"name": "count", "arguments": args}}]}]),
        json!([{"role": "assistant", "content": "", "tool_calls": [{"id": "c1", "name": "count", "arguments": args}]}]),
        json!([{"role": "assistant", "content": [{"type": "tool-call", "toolCallId": "c1", "toolName": "count", "input": {"n": 1}}]}]),
        json!([{"toolCallType": "function", "toolCallId": "c1", "toolName": "count", "args": args}]),
        json!([{"type": "ai", "content": "", "tool_calls": [{"name": "count", "args": {"n": 1}, "id": "c1", "type": "tool_call"}],
            "additional_kwargs": {"tool_calls": [{"id": "c1", "type": "function", "function": {"name": "count", "arguments": args}}]}}]),
        json!([{"role": "assistant", "content": [{"toolUse": {"toolUseId": "c1", "name": "count", "input": {"n": 1}}}]}]),
        json!({"role": "assistant", "content": "", "tool_calls": json!([{"id": "c1", "function": {"name": "count", "arguments": args}}]).to_string()}),
    ] {
        assert_eq!(
            of(&body).first().map(|m| m.parts.clone()),
            Some(vec![call("c1", "count", args)]),
            "{body}"
        );
    }
    for body in [
        json!({"role": "assistant", "content": null, "function_call": {"name": "count", "arguments": args}}),
        json!([{"role": "assistant", "function_call_name": "count", "function_call_arguments_json": args}]),
        json!({"candidates": [{"content": {"role": "model", "parts": [{"functionCall": {"name": "count", "args": {"n": 1}}, "thoughtSignature": "zz"}]}}]}),
    ] {
        assert_eq!(of(&body).first().map(|m| m.parts.clone()), Some(vec![call("", "count", args)]), "{body}");
    }
}

#[test]
fn tool_results_read_the_same() {
    for (body, id, name) in [
        (json!([{"role": "tool", "tool_call_id": "c1", "content": "41"}]), "c1", ""),
        (
            json!([{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1", "content": [{"type": "text", "text": "41"}]}]}]),
            "c1",
            "",
        ),
        (
            json!([{"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "response": "41"}]}]),
            "c1",
            "",
        ),
        (
            json!([{"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "result": "41"}]}]),
            "c1",
            "",
        ),
        (json!([{"type": "function_call_output", "call_id": "c1", "output": "41"}]), "c1", ""),
        (
            json!([{"type": "tool", "content": "41", "tool_call_id": "c1", "name": "count", "status": "success"}]),
            "c1",
            "count",
        ),
        (json!([{"role": "function", "name": "count", "content": "41"}]), "", "count"),
        (
            json!([{"role": "tool", "content": [{"type": "tool-result", "toolCallId": "c1", "toolName": "count", "output": {"type": "text", "value": "41"}}]}]),
            "c1",
            "count",
        ),
        (
            json!([{"role": "user", "content": [{"toolResult": {"toolUseId": "c1", "content": [{"text": "41"}], "status": "success"}}]}]),
            "c1",
            "",
        ),
    ] {
        assert_eq!(of(&body).first().map(|m| m.parts.clone()), Some(vec![result(id, name, "41")]), "{body}");
    }
    let failed = json!([{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c", "content": "no", "is_error": true}]}]);
    assert!(matches!(of(&failed)[0].parts[..], [Part::ToolResult { is_error: true, .. }]));
    let data =
        json!([{"role": "user", "parts": [{"functionResponse": {"name": "count", "response": {"n": 41}}}]}]);
    let Part::ToolResult { name, content, .. } = &of(&data)[0].parts[0] else { panic!() };
    assert_eq!((name.as_str(), content.clone()), ("count", vec![Part::Other(json!({"n": 41}))]));
}

#[test]
fn reasoning_is_told_from_words() {
    let expected = [Part::Reasoning("Let me see".to_owned()), Part::Text("41".to_owned())];
    for body in [
        json!({"role": "assistant", "content": [{"type": "thinking", "thinking": "Let me see", "signature": "zz"}, {"type": "text", "text": "41"}]}),
        json!({"role": "assistant", "reasoning_content": "Let me see", "content": "41"}),
        json!({"role": "assistant", "reasoning": "Let me see", "reasoning_details": [{"type": "reasoning.text", "text": "Let me see"}], "content": "41"}),
        json!([{"role": "assistant", "parts": [{"type": "reasoning", "content": "Let me see"}, {"type": "text", "content": "41"}]}]),
        json!({"candidates": [{"content": {"role": "model", "parts": [{"text": "Let me see", "thought": true}, {"text": "41"}]}}]}),
        json!([{"role": "assistant", "content": [{"type": "reasoning", "text": "Let me see"}, {"type": "text", "text": "41"}]}]),
        json!([{"role": "assistant", "content": [{"reasoningContent": {"reasoningText": {"text": "Let me see", "signature": "x"}}}, {"text": "41"}]}]),
    ] {
        assert_eq!(of(&body)[0].parts, expected, "{body}");
    }
    let items = json!({"output": [
        {"type": "reasoning", "id": "r", "summary": [{"type": "summary_text", "text": "Let me see"}], "encrypted_content": "zz"},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "41"}]},
    ]});
    assert_eq!(of(&items).iter().flat_map(|m| m.parts.clone()).collect::<Vec<_>>(), expected);
    assert_eq!(answer_text(items.to_string().as_bytes()).as_deref(), Some("41"));
}

#[test]
fn what_stands_before_the_conversation_is_said_by_the_system() {
    let expected = [said("system", "Be exact."), said("user", "How many?")];
    let user = json!([{"role": "user", "content": "How many?"}]);
    for body in [
        json!({"system": "Be exact.", "messages": user, "max_tokens": 9}),
        json!({"system": [{"type": "text", "text": "Be exact.", "cache_control": {"type": "ephemeral"}}], "messages": user}),
        json!({"instructions": "Be exact.", "input": user}),
        json!({"instructions": "Be exact.", "input": "How many?"}),
        json!({"systemInstruction": {"parts": [{"text": "Be exact."}]}, "contents": [{"role": "user", "parts": [{"text": "How many?"}]}]}),
        json!({"system_instructions": [{"type": "text", "content": "Be exact."}], "messages": user}),
        json!({"system": "Be exact.", "prompt": "How many?"}),
    ] {
        assert_eq!(of(&body), expected, "{body}");
    }
}

#[test]
fn words_beside_the_conversation_are_kept_and_settings_are_not() {
    let body =
        json!({"messages": [{"role": "user", "content": "hi"}], "question": "why", "model": "m", "n": 1});
    assert_eq!(of(&body), [said("user", "hi"), Message::of("", Part::Other(json!({"question": "why"})))]);
    let refusal = json!({"role": "assistant", "content": null, "refusal": "I will not."});
    assert_eq!(of(&refusal)[0].parts, [Part::Refusal("I will not.".to_owned())]);
}

#[test]
fn a_pages_own_tools_show_call_and_result() {
    let body = json!([{"role": "assistant", "parts": [{"type": "step-start"}, {"type": "tool-weather", "toolCallId": "c",
        "state": "output-available", "input": {"at": "X"}, "output": "rain"}]}]);
    assert_eq!(of(&body)[0].parts, [call("c", "weather", r#"{"at":"X"}"#), result("c", "weather", "rain")]);
}

#[test]
fn what_is_no_conversation_is_none() {
    for body in [
        json!({"a": 1}),
        json!([1, 2]),
        json!([]),
        json!({}),
        json!(null),
        json!("plain words"),
        json!([{"role": "admin"}]),
        json!({"tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}]}),
        json!([{"type": "function", "function": {"name": "f", "description": "d", "parameters": {"type": "object"}}}]),
        json!([{"page_content": "x", "metadata": {}, "type": "Document"}]),
        json!({"text": "x"}),
        json!({"type": "file", "path": "x"}),
    ] {
        assert_eq!(read(body.to_string().as_bytes()), None, "{body}");
    }
    assert_eq!(read(b"\xff\xfe"), None);
}

#[test]
fn chains_without_messages_have_a_question_and_an_answer() {
    for (body, text) in
        [(json!({"question": "How many?"}), "How many?"), (json!({"input": "x"}), "x"), (json!("Say"), "Say")]
    {
        assert_eq!(last_user_text(body.to_string().as_bytes()).as_deref(), Some(text));
    }
    assert_eq!(last_user_text(b"plain words").as_deref(), Some("plain words"));
    assert_eq!(answer_text(br#"{"answer": "41", "sources": []}"#).as_deref(), Some("41"));
    assert_eq!(answer_text(b"{\"n\":1}"), None);
    assert_eq!(last_user_text(b""), None);
    let turns = json!([{"role": "user", "content": "one"}, {"role": "assistant", "content": "a"}, {"role": "user", "content": "two"},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c", "content": "x"}]}]);
    assert_eq!(last_user_text(turns.to_string().as_bytes()).as_deref(), Some("two"));
}
