use proptest::prelude::*;
use serde_json::json;

use super::*;

fn of(value: &Value) -> Vec<Message> {
    read(value.to_string().as_bytes(), BodyForm::Json).messages
}

fn said(role: &str, text: &str) -> Message {
    Message { role: role.to_owned(), name: String::new(), parts: vec![Part::Text(text.to_owned())] }
}

fn call(name: &str, id: &str, arguments: &str) -> Part {
    Part::ToolCall { name: name.to_owned(), id: id.to_owned(), arguments: arguments.to_owned() }
}

fn result(id: &str, content: &str) -> Part {
    Part::ToolResult { id: id.to_owned(), content: content.to_owned() }
}

#[test]
fn the_same_question_in_every_dialect_reads_the_same() {
    let expected = [said("user", "How many?")];
    for body in [
        json!([{"role": "user", "content": "How many?"}]),
        json!({"model": "m", "messages": [{"role": "user", "content": [{"type": "text", "text": "How many?"}]}]}),
        json!({"contents": [{"role": "user", "parts": [{"text": "How many?"}]}]}),
        json!([{"role": "user", "parts": [{"type": "text", "content": "How many?"}]}]),
        json!([[{"lc": 1, "id": ["langchain", "HumanMessage"], "kwargs": {"content": "How many?"}}]]),
        json!({"messages": [{"type": "human", "content": "How many?"}]}),
        json!({"input": [{"role": "user", "content": [{"type": "input_text", "text": "How many?"}]}]}),
        json!({"choices": [{"index": 0, "message": {"role": "user", "content": "How many?"}}]}),
        json!("[{\"role\":\"user\",\"content\":\"How many?\"}]"),
        json!({"role": "user", "content": "How many?"}),
    ] {
        assert_eq!(of(&body), expected, "{body}");
    }
}

#[test]
fn tool_calls_and_results_are_told_apart() {
    let arguments = "{\n  \"n\": 1\n}";
    for body in [
        json!([{"role": "assistant", "content": [{"type": "tool_use", "id": "c1", "name": "count", "input": {"n": 1}}]}]),
        json!([{"role": "assistant", "parts": [{"type": "tool_call", "id": "c1", "name": "count", "arguments": {"n": 1}}]}]),
        json!({"output": [{"type": "function_call", "call_id": "c1", "name": "count", "arguments": {"n": 1}}]}),
        json!({"role": "assistant", "content": null, "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "count", "arguments": {"n": 1}}}]}),
    ] {
        assert_eq!(
            of(&body).first().map(|m| m.parts.clone()),
            Some(vec![call("count", "c1", arguments)]),
            "{body}"
        );
    }
    for body in [
        json!([{"role": "tool", "tool_call_id": "c1", "content": "41"}]),
        json!([{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1", "content": [{"type": "text", "text": "41"}]}]}]),
        json!([{"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "response": "41"}]}]),
        json!([{"type": "function_call_output", "call_id": "c1", "output": "41"}]),
    ] {
        assert_eq!(of(&body).first().map(|m| m.parts.clone()), Some(vec![result("c1", "41")]), "{body}");
    }
}

#[test]
fn what_is_no_conversation_shows_as_it_is() {
    for (bytes, form, expected) in [
        (&b"State two ways"[..], BodyForm::JsonOrText, Part::Text("State two ways".to_owned())),
        (b"{\"a\":1}", BodyForm::Json, Part::Json("{\n  \"a\": 1\n}".to_owned())),
        (b"[1,2]", BodyForm::Text, Part::Json("[\n  1,\n  2\n]".to_owned())),
        (b"a\0b", BodyForm::Text, Part::Text("a\u{fffd}b".to_owned())),
        (b"\xff!", BodyForm::JsonOrText, Part::Text("\u{fffd}!".to_owned())),
        (b"null", BodyForm::Json, Part::Json("null".to_owned())),
    ] {
        let conversation = read(bytes, form);
        assert_eq!(conversation.messages, [Message { parts: vec![expected], ..Message::default() }]);
    }
}

#[test]
fn long_conversations_say_what_they_leave_out() {
    let many: Vec<Value> = (0..250).map(|_| json!({"role": "user", "content": "x"})).collect();
    let conversation = read(json!(many).to_string().as_bytes(), BodyForm::Json);
    assert_eq!((conversation.messages.len(), conversation.left_out), (MOST_MESSAGES, 50));
    let Some(Part::Text(text)) = of(&json!("é".repeat(MOST_CHARS + 1)))[0].parts.first().cloned() else {
        panic!()
    };
    assert!(text.ends_with("raw text)"));
}

proptest! {
    #[test]
    fn anything_can_be_shown(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(!read(&bytes, BodyForm::JsonOrText).messages.is_empty());
    }

    #[test]
    fn any_mixture_of_known_keys_can_be_shown(
        role in "role|type|id", kind in "text|tool|tool_use|human|image", key in "content|parts|kwargs|message|text",
    ) {
        let body = json!([{role: kind.clone(), key.clone(): [{key: {"type": kind}}, null, 1]}]);
        prop_assert!(!of(&body).is_empty());
    }
}
