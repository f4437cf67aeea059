//! How frameworks write a conversation down for themselves, beside what they send to a model.

use serde_json::json;

use super::*;

#[test]
fn an_agent_of_autogen_speaks_under_its_own_name() {
    let body = json!({"messages": [
        {"source": "user", "type": "TextMessage", "content": "Open?", "models_usage": null, "metadata": {}},
        {"source": "inspector", "type": "ToolCallRequestEvent", "content": [{"id": "c", "name": "valve", "arguments": "{}"}]},
        {"source": "inspector", "type": "ToolCallExecutionEvent",
            "content": [{"content": "shut", "name": "valve", "call_id": "c", "is_error": false}]},
        {"source": "inspector", "type": "TextMessage", "content": "Shut."},
    ]});
    let by = |role: &str, part| Message { name: "inspector".to_owned(), ..Message::of(role, part) };
    assert_eq!(
        of(&body),
        [
            said("user", "Open?"),
            by("assistant", call("c", "valve", "{}")),
            by("tool", result("c", "valve", "shut")),
            by("assistant", Part::Text("Shut.".to_owned())),
        ]
    );
    let answer = json!({"response": {"chat_message": {"source": "inspector", "type": "TextMessage", "content": "Shut."},
        "inner_messages": [{"source": "inspector", "type": "ThoughtEvent", "content": "Hm."}]}});
    assert_eq!(of(&answer).iter().map(Message::text).collect::<Vec<_>>(), ["Shut.", "Hm."]);
}

#[test]
fn messages_of_haystack_hold_calls_and_results_by_key() {
    let origin = json!({"tool_name": "valve", "arguments": {"at": "V-12"}, "id": "c", "extra": null});
    let meta = json!({"model": "m", "finish_reason": "tool_calls", "usage": {"x": {"y": "z"}}});
    let body = json!({"messages": [
        {"role": "user", "meta": {}, "name": null, "content": [{"text": "Open?"}]},
        {"role": "assistant", "meta": meta, "name": null, "content": [{"tool_call": origin}]},
        {"role": "tool", "meta": {"plant": "north"}, "name": null,
            "content": [{"tool_call_result": {"result": "shut", "origin": {"tool_name": "valve", "id": "c"}, "error": true}}]},
    ]});
    let read = of(&body);
    assert_eq!(read[0], said("user", "Open?"));
    assert_eq!(read[1].parts, [call("c", "valve", r#"{"at":"V-12"}"#)]);
    assert_eq!(read[1].finish_reason.as_deref(), Some("tool_calls"));
    let failed = Part::ToolResult {
        id: "c".to_owned(),
        name: "valve".to_owned(),
        content: vec![Part::Text("shut".to_owned())],
        is_error: true,
    };
    assert_eq!(read[2].parts, [failed, Part::Other(json!({"plant": "north"}))]);
}

#[test]
fn langchain_in_javascript_leaves_the_class_of_a_message_out() {
    let fields = |more: Value| {
        let mut map = json!({"lc_serializable": true, "lc_namespace": ["langchain_core", "messages"], "additional_kwargs": {},
            "response_metadata": {"model_name": "m"}});
        map.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        map["lc_kwargs"] = more;
        map
    };
    let body = json!({"messages": [
        fields(json!({"content": "Open?", "id": "a"})),
        fields(json!({"content": "", "tool_calls": [{"name": "valve", "args": {}, "id": "c", "type": "tool_call"}]})),
        fields(json!({"content": "shut", "name": "valve", "tool_call_id": "c", "status": "success"})),
        fields(json!({"content": "Shut.", "tool_calls": [], "usage_metadata": {"input_tokens": 4}})),
    ]});
    assert_eq!(
        of(&body),
        [
            said("", "Open?"),
            Message::of("assistant", call("c", "valve", "{}")),
            Message { name: "valve".to_owned(), ..Message::of("tool", result("c", "valve", "shut")) },
            said("assistant", "Shut."),
        ]
    );
}

#[test]
fn who_is_named_like_a_tool_that_was_called_is_that_tool() {
    let body = json!([
        {"role": "expert", "content": "Look."},
        {"role": "assistant", "content": "", "tool_calls": [{"id": "c", "function": {"name": "readValve", "arguments": "{}"}}]},
        {"role": "readValve", "content": "shut", "additional_kwargs": {}},
        {"role": "expert", "content": "So."},
    ]);
    let read = of(&body);
    assert_eq!((read[0].role.as_str(), read[3].role.as_str()), ("expert", "expert"));
    assert_eq!(read[2], Message::of("tool", result("", "readValve", "shut")));
}

#[test]
fn the_result_of_a_run_is_an_answer() {
    let body = json!({"text": "Shut.", "files": [], "reasoning": [{"type": "reasoning", "text": "Hm."}], "warnings": [],
        "toolCalls": [{"toolCallId": "c", "toolName": "valve", "args": {"at": "V-12"}}]});
    let read = of(&body);
    assert_eq!((read.len(), read[0].role.as_str()), (1, "assistant"));
    assert_eq!(
        read[0].parts,
        [
            Part::Reasoning("Hm.".to_owned()),
            Part::Text("Shut.".to_owned()),
            call("c", "valve", r#"{"at":"V-12"}"#)
        ]
    );
}

#[test]
fn a_block_of_llama_index_is_a_call() {
    let calls = json!([{"id": "c", "type": "function", "function": {"name": "valve", "arguments": "{}"}}]);
    let body = json!({"message": {"role": "assistant", "additional_kwargs": {"tool_calls": calls},
        "blocks": [{"tool_call_id": "c", "tool_name": "valve", "tool_kwargs": "{}"}]}});
    assert_eq!(of(&body)[0].parts, [call("c", "valve", "{}")]);
}

#[test]
fn who_answers_for_a_tool_is_the_tool_however_the_role_is_spelled() {
    for role in ["tool-response", "tool_response", "tool-result", "TOOL_RESULT", "function", "tool"] {
        let body = json!([
            {"role": "user", "content": "Open?"},
            {"role": "tool-call", "contents": [{"type": "text", "text": "Calling valve"}]},
            {"role": role, "contents": [{"type": "text", "text": "shut"}]},
        ]);
        let read = of(&body);
        assert_eq!(read[1], said("assistant", "Calling valve"));
        assert_eq!(read[2], Message::of("tool", result("", "", "shut")), "{role}");
    }
}

#[test]
fn definitions_told_as_messages_of_tools_are_the_tools_offered() {
    let schema = json!({"type": "object", "properties": {"at": {"type": "string"}}});
    let openai = json!({"type": "function", "function": {"name": "valve", "description": "Reads.", "parameters": schema}});
    let anthropic = json!({"name": "pump", "input_schema": schema});
    let gemini = json!({"function_declarations": [{"name": "lamp"}]});
    let body = json!([
        {"role": "system", "content": "Look."},
        {"role": "user", "content": "Open?"},
        {"role": "tool", "content": "shut", "tool_call_id": "c"},
        {"role": "tool", "content": openai},
        {"role": "tool", "content": anthropic},
        {"role": "tool", "content": gemini},
    ]);
    let read = of(&body);
    assert_eq!(
        read.iter().map(|one| one.role.as_str()).collect::<Vec<_>>(),
        ["system", "tools", "user", "tool"]
    );
    assert_eq!(read[1].parts, [openai, anthropic, gemini].map(Part::Other));
    assert_eq!(read[1].name, "valve, pump");
    assert_eq!(read[3], Message::of("tool", result("c", "", "shut")));
}

#[test]
fn what_a_tool_answers_in_fields_stays_its_answer() {
    let schema = json!({"type": "object", "properties": {}});
    let call = json!({"name": "valve", "parameters": {"at": "V-12"}});
    for body in [
        json!([{"role": "tool", "content": {"name": "valve", "state": "shut"}}]),
        json!([{"role": "tool", "content": call}]),
        json!([{"role": "tool", "tool_call_id": "c", "content": {"name": "valve", "parameters": schema}}]),
    ] {
        assert_eq!(of(&body)[0].role, "tool", "{body}");
    }
}
