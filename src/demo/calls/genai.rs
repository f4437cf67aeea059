//! A call as OpenTelemetry's conventions for generative AI write it.

use serde_json::{Value, json};

use super::{Told, export as of_scope, number, span, text};

/// The export request.
pub(super) fn export(told: &Told<'_>) -> Value {
    let resource =
        vec![text("service.name", "parts-desk-assistant"), text("deployment.environment.name", "production")];
    let [agent, tool, chat] = told.spans();
    let spans = vec![
        span(told, agent, "invoke_agent parts-desk", with_order(told, agent_attributes(told))),
        span(told, tool, &format!("execute_tool {}", told.call.tool.0), tool_attributes(told)),
        span(told, chat, &format!("chat {}", told.call.model.name), chat_attributes(told)),
    ];
    of_scope(("opentelemetry.instrumentation.genai", "0.48b0"), resource, spans)
}

fn with_order(told: &Told<'_>, mut attributes: Vec<Value>) -> Vec<Value> {
    attributes.extend(told.order.map(|order| text("work_order", order)));
    attributes
}

fn said(role: &str, words: &str) -> Value {
    json!({"role": role, "parts": [{"type": "text", "content": words}]})
}

fn agent_attributes(told: &Told<'_>) -> Vec<Value> {
    let call = told.call;
    let (session, user, tenant) = call.from;
    vec![
        text("gen_ai.operation.name", "invoke_agent"),
        text("gen_ai.agent.name", "parts-desk"),
        text("gen_ai.conversation.id", session),
        text("user.id", user),
        text("tenant.id", tenant),
        text("gen_ai.input.messages", &json!([said("user", call.question)]).to_string()),
        text("gen_ai.output.messages", &json!([said("assistant", call.answer)]).to_string()),
    ]
}

fn tool_attributes(told: &Told<'_>) -> Vec<Value> {
    let (name, arguments, result) = told.call.tool;
    let mut attributes = vec![
        text("gen_ai.operation.name", "execute_tool"),
        text("gen_ai.tool.name", name),
        text("gen_ai.tool.call.id", &format!("call_{}", super::span_id(told.call, 1))),
        text("gen_ai.tool.call.arguments", arguments),
    ];
    match told.call.fault {
        Some(_) => attributes.push(text("error.type", "timeout")),
        None => attributes.push(text("gen_ai.tool.call.result", result)),
    }
    attributes
}

fn chat_attributes(told: &Told<'_>) -> Vec<Value> {
    let call = told.call;
    let ((_, _, found), (input, output)) = (call.tool, call.tokens);
    let given = json!([
        said("system", "Answer from the catalogue rows only and name the row."),
        said("user", call.question),
        said("tool", found),
    ]);
    vec![
        text("gen_ai.operation.name", "chat"),
        text("gen_ai.provider.name", call.model.maker),
        text("gen_ai.request.model", call.model.name),
        text("gen_ai.response.model", call.model.name),
        text("gen_ai.prompt.name", "parts-answer"),
        number("gen_ai.usage.input_tokens", input),
        number("gen_ai.usage.output_tokens", output),
        text("gen_ai.input.messages", &given.to_string()),
        text("gen_ai.output.messages", &json!([said("assistant", call.answer)]).to_string()),
    ]
}
