//! A call as the instrumentation of OpenInference writes it.

use serde_json::{Value, json};

use super::{Told, export as of_scope, number, span, text};

/// The export request.
pub(super) fn export(told: &Told<'_>) -> Value {
    let resource = vec![text("service.name", "parts-desk-batch"), text("deployment.environment", "staging")];
    let [agent, tool, chat] = told.spans();
    let spans = vec![
        span(told, agent, "parts-desk", agent_attributes(told)),
        span(told, tool, told.call.tool.0, tool_attributes(told)),
        span(told, chat, "ChatCompletion", chat_attributes(told)),
    ];
    of_scope(("openinference.instrumentation.openai", "0.1.30"), resource, spans)
}

fn agent_attributes(told: &Told<'_>) -> Vec<Value> {
    let call = told.call;
    let (session, user, tenant) = call.from;
    let tags: Vec<Value> = told.tags().iter().map(|tag| json!({"stringValue": tag})).collect();
    vec![
        text("openinference.span.kind", "AGENT"),
        text("agent.name", "parts-desk"),
        text("session.id", session),
        text("user.id", user),
        text("metadata", &json!({"tenant": tenant}).to_string()),
        json!({"key": "tag.tags", "value": {"arrayValue": {"values": tags}}}),
        text("input.value", call.question),
        text("input.mime_type", "text/plain"),
        text("output.value", call.answer),
        text("output.mime_type", "text/plain"),
    ]
}

fn tool_attributes(told: &Told<'_>) -> Vec<Value> {
    let (name, arguments, result) = told.call.tool;
    let mut attributes = vec![
        text("openinference.span.kind", "TOOL"),
        text("tool.name", name),
        text("input.value", arguments),
        text("input.mime_type", "application/json"),
    ];
    if told.call.fault.is_none() {
        attributes.extend([text("output.value", result), text("output.mime_type", "application/json")]);
    }
    attributes
}

fn chat_attributes(told: &Told<'_>) -> Vec<Value> {
    let call = told.call;
    let (input, output) = call.tokens;
    vec![
        text("openinference.span.kind", "LLM"),
        text("llm.provider", call.model.maker),
        text("llm.model_name", call.model.name),
        text("prompt.id", "parts-answer"),
        text("llm.invocation_parameters", r#"{"temperature":0.2,"max_tokens":400}"#),
        number("llm.token_count.prompt", input),
        number("llm.token_count.completion", output),
        text("llm.input_messages.0.message.role", "user"),
        text("llm.input_messages.0.message.content", call.question),
        text("llm.output_messages.0.message.role", "assistant"),
        text("llm.output_messages.0.message.content", call.answer),
    ]
}
