//! A call as a span in the JSON of OTLP, with the attributes that clients send too. Pure.

use serde_json::{Map, Value, json};

use crate::foundation::Timestamp;

use super::answer::Answer;
use super::model::{Kind, State};
use super::record::{Begun, Ended};

/// Members of a request that are what the model was told or offered; the rest are parameters of the call.
const TOLD: [&str; 8] =
    ["messages", "input", "prompt", "system", "instructions", "tools", "functions", "response_format"];
/// A longer member of a request is no parameter that anybody compares, in bytes of JSON.
const LONGEST_PARAMETER: usize = 500;

/// What the client says of itself, by header; the name of the metadata it becomes.
pub const IDENTITY: [(&str, &str); 4] = [
    ("x-tracewright-agent", "agent"),
    ("x-tracewright-persona", "persona"),
    ("x-tracewright-tenant", "tenant"),
    ("x-tracewright-workflow", "workflow"),
];
/// The header that names the session.
pub const SESSION: &str = "x-tracewright-session";

/// What is known of a request.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The body as it came; empty when it is larger than what is kept.
    pub body: Vec<u8>,
    /// Bytes of the body, kept or not.
    pub length: u64,
    pub is_too_large: bool,
    /// Name of metadata and value.
    pub identity: Vec<(&'static str, String)>,
    pub session: Option<String>,
    /// The span of the client that called.
    pub parent: Option<String>,
}

/// The span of a call that has ended.
pub fn span(
    kind: Kind,
    begun: &Begun,
    ended: &Ended,
    asked: &Asked,
    answer: &Answer,
    first: Option<Timestamp>,
) -> Value {
    let request: Value = serde_json::from_slice(&asked.body).unwrap_or(Value::Null);
    let mut attributes = Attributes::default();
    attributes.text("langfuse.observation.type", kind.observation());
    told(&mut attributes, kind, asked, &request);
    if let Some(output) = &answer.output {
        attributes.text("langfuse.observation.output", &output.to_string());
    }
    if kind.is_billed() {
        model(&mut attributes, kind, begun, &request, answer, first);
    }
    identity(&mut attributes, asked);
    transport(&mut attributes, begun, ended);
    let level = match ended.state {
        State::Answered => "DEFAULT",
        State::Cut if answer.error.is_none() => "WARNING",
        _ => "ERROR",
    };
    attributes.text("langfuse.observation.level", level);
    let reason = answer.error.as_deref().or(ended.reason.as_deref());
    if let Some(reason) = reason {
        attributes.text("langfuse.observation.status_message", reason);
    }
    let code = if level == "ERROR" { 2 } else { 0 };
    let mut span = json!({
        "traceId": begun.trace_id,
        "spanId": begun.span_id,
        "name": name(kind, begun, &request),
        "kind": 3,
        "startTimeUnixNano": nanos(begun.at),
        "endTimeUnixNano": nanos(ended.at),
        "attributes": attributes.0,
        "status": { "code": code, "message": reason.unwrap_or_default() },
    });
    if let (Some(parent), Some(members)) = (&asked.parent, span.as_object_mut()) {
        members.insert("parentSpanId".to_owned(), parent.clone().into());
    }
    span
}

fn name(kind: Kind, begun: &Begun, request: &Value) -> String {
    let model = request.get("model").and_then(Value::as_str);
    match (kind.operation(), model) {
        (Some(operation), Some(model)) => format!("{operation} {model}"),
        _ => format!("{} {}", begun.method, begun.path),
    }
}

/// OTLP has 64-bit numbers as text.
fn nanos(at: Timestamp) -> String {
    format!("{}000", at.0.max(0))
}

fn told(attributes: &mut Attributes, kind: Kind, asked: &Asked, request: &Value) {
    if asked.is_too_large {
        attributes
            .text("langfuse.observation.input", &format!("(a request of {} bytes, not kept)", asked.length));
        return;
    }
    let Some(members) = request.as_object().filter(|_| kind.is_billed()) else {
        match std::str::from_utf8(&asked.body) {
            Ok("") => {}
            Ok(text) => attributes.text("langfuse.observation.input", text),
            Err(_) => {
                let said = format!("({} bytes that are no text)", asked.length);
                attributes.text("langfuse.observation.input", &said);
            }
        }
        return;
    };
    let (told, rest): (Vec<_>, Vec<_>) = members.iter().partition(|(name, _)| TOLD.contains(&name.as_str()));
    let input: Map<String, Value> =
        told.into_iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    attributes.text("langfuse.observation.input", &Value::Object(input).to_string());
    let is_parameter = |(name, value): &(&String, &Value)| {
        name.as_str() != "model" && !value.is_null() && value.to_string().len() <= LONGEST_PARAMETER
    };
    let parameters: Map<String, Value> =
        rest.into_iter().filter(is_parameter).map(|(name, value)| (name.clone(), value.clone())).collect();
    if !parameters.is_empty() {
        attributes.text("langfuse.observation.model.parameters", &Value::Object(parameters).to_string());
    }
}

fn model(
    attributes: &mut Attributes,
    kind: Kind,
    begun: &Begun,
    request: &Value,
    answer: &Answer,
    first: Option<Timestamp>,
) {
    attributes.text("gen_ai.provider.name", begun.provider.as_str());
    if let Some(operation) = kind.operation() {
        attributes.text("gen_ai.operation.name", operation);
    }
    let asked_for = request.get("model").and_then(Value::as_str);
    if let Some(model) = asked_for {
        attributes.text("gen_ai.request.model", model);
    }
    if let Some(model) = answer.model.as_deref().or(asked_for) {
        attributes.text("langfuse.observation.model.name", model);
        attributes.text("gen_ai.response.model", model);
    }
    if let Some(id) = &answer.id {
        attributes.text("gen_ai.response.id", id);
    }
    if let Some(finish) = &answer.finish {
        attributes.list("gen_ai.response.finish_reasons", finish);
    }
    if let Some(usage) = usage(answer) {
        attributes.text("langfuse.observation.usage_details", &usage.to_string());
    }
    if let Some(first) = first {
        let micros = i32::try_from(first.micros_since(begun.at)).unwrap_or(i32::MAX).max(0);
        attributes.number("gen_ai.response.time_to_first_chunk", f64::from(micros) / 1e6);
    }
}

/// Counters that do not overlap, with their sum, so that nobody has to guess which stands inside which.
fn usage(answer: &Answer) -> Option<Value> {
    let tokens = answer.tokens;
    let counters = [
        ("input", tokens.input),
        ("cache_read_input_tokens", tokens.cache_read),
        ("cache_creation_input_tokens", tokens.cache_write),
        ("output", tokens.output),
        ("output_reasoning_tokens", tokens.reasoning),
    ];
    let mut map: Map<String, Value> =
        counters.into_iter().filter_map(|(name, count)| Some((name.to_owned(), count?.into()))).collect();
    let total = counters.into_iter().filter_map(|(_, count)| count).reduce(i64::saturating_add)?;
    map.insert("total".to_owned(), total.into());
    Some(Value::Object(map))
}

fn identity(attributes: &mut Attributes, asked: &Asked) {
    for (name, value) in &asked.identity {
        attributes.text(&format!("langfuse.observation.metadata.{name}"), value);
    }
    if let Some(session) = &asked.session {
        attributes.text("session.id", session);
    }
}

fn transport(attributes: &mut Attributes, begun: &Begun, ended: &Ended) {
    attributes.whole("tracewright.gateway.number", begun.number);
    attributes.text("tracewright.gateway.state", ended.state.as_str());
    attributes.text("http.request.method", &begun.method);
    attributes.text("url.path", &begun.path);
    if let Some(status) = ended.status {
        attributes.whole("http.response.status_code", i64::from(status));
    }
}

/// Attributes in the JSON of OTLP.
#[derive(Default)]
struct Attributes(Vec<Value>);

impl Attributes {
    fn text(&mut self, key: &str, value: &str) {
        self.0.push(json!({ "key": key, "value": { "stringValue": value } }));
    }

    fn whole(&mut self, key: &str, value: i64) {
        self.0.push(json!({ "key": key, "value": { "intValue": value.to_string() } }));
    }

    fn number(&mut self, key: &str, value: f64) {
        self.0.push(json!({ "key": key, "value": { "doubleValue": value } }));
    }

    fn list(&mut self, key: &str, value: &str) {
        let list = json!({ "arrayValue": { "values": [{ "stringValue": value }] } });
        self.0.push(json!({ "key": key, "value": list }));
    }
}

#[cfg(test)]
mod tests {
    use crate::gateway::model::{Provider, Tokens};

    use super::*;

    fn begun() -> Begun {
        Begun {
            project: 1,
            number: 7,
            provider: Provider::OpenAi,
            method: "POST".to_owned(),
            path: "/v1/chat/completions".to_owned(),
            is_billed: true,
            trace_id: "0af7651916cd43dd8448eb211c80319c".to_owned(),
            span_id: "b7ad6b7169203331".to_owned(),
            at: Timestamp(1_000_000),
            sender: None,
        }
    }

    fn ended(state: State, reason: Option<&str>) -> Ended {
        Ended {
            state,
            status: Some(200),
            reason: reason.map(str::to_owned),
            model: None,
            input_tokens: None,
            output_tokens: None,
            at: Timestamp(3_000_000),
        }
    }

    fn attribute(span: &Value, key: &str) -> Value {
        let found = span["attributes"].as_array().unwrap().iter().find(|it| it["key"] == key);
        let value = found.map(|it| it["value"].clone()).unwrap_or_default();
        let text = value["stringValue"].as_str().map(str::to_owned);
        text.map_or(value, |text| serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    #[test]
    fn a_call_tells_what_was_asked_offered_answered_and_counted() {
        let body = json!({"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}], "tools": [{"type": "function"}],
            "temperature": 0.2, "stream": true, "stop": null});
        let asked = Asked {
            body: serde_json::to_vec(&body).unwrap(),
            identity: vec![("agent", "parts-desk".to_owned())],
            session: Some("s-1".to_owned()),
            parent: Some("00f067aa0ba902b7".to_owned()),
            ..Asked::default()
        };
        let answer = Answer {
            output: Some(json!({"role": "assistant", "content": "Hello"})),
            model: Some("gpt-4o-2024-08-06".to_owned()),
            tokens: Tokens { input: Some(8), cache_read: Some(4), output: Some(3), ..Tokens::default() },
            ..Answer::default()
        };
        let told = span(
            Kind::Chat,
            &begun(),
            &ended(State::Answered, None),
            &asked,
            &answer,
            Some(Timestamp(1_500_000)),
        );
        assert_eq!(told["name"], "chat gpt-4o");
        assert_eq!(told["parentSpanId"], "00f067aa0ba902b7");
        assert_eq!(
            (&told["startTimeUnixNano"], &told["endTimeUnixNano"]),
            (&json!("1000000000"), &json!("3000000000"))
        );
        let input = attribute(&told, "langfuse.observation.input");
        assert_eq!(
            input,
            json!({"messages": [{"role": "user", "content": "Hi"}], "tools": [{"type": "function"}]})
        );
        let parameters = attribute(&told, "langfuse.observation.model.parameters");
        assert_eq!(parameters, json!({"temperature": 0.2, "stream": true}));
        let usage = json!({"input": 8, "cache_read_input_tokens": 4, "output": 3, "total": 15});
        assert_eq!(attribute(&told, "langfuse.observation.usage_details"), usage);
        assert_eq!(attribute(&told, "langfuse.observation.model.name"), "gpt-4o-2024-08-06");
        assert_eq!(attribute(&told, "langfuse.observation.metadata.agent"), "parts-desk");
        assert_eq!(attribute(&told, "gen_ai.response.time_to_first_chunk"), json!({"doubleValue": 0.5}));
        assert_eq!(attribute(&told, "tracewright.gateway.number"), json!({"intValue": "7"}));
        assert_eq!(told["status"]["code"], 0);
    }

    #[test]
    fn how_it_ended_is_its_level() {
        let level = |state, error: Option<&str>| {
            let answer = Answer { error: error.map(str::to_owned), ..Answer::default() };
            let told =
                span(Kind::Chat, &begun(), &ended(state, Some("why")), &Asked::default(), &answer, None);
            (attribute(&told, "langfuse.observation.level"), told["status"]["code"].clone())
        };
        assert_eq!(level(State::Answered, None), (json!("DEFAULT"), json!(0)));
        assert_eq!(level(State::Cut, None), (json!("WARNING"), json!(0)));
        assert_eq!(level(State::Cut, Some("overloaded")), (json!("ERROR"), json!(2)));
        assert_eq!(level(State::Failed, None), (json!("ERROR"), json!(2)));
    }

    #[test]
    fn what_is_too_large_or_no_text_is_said_and_not_kept() {
        let input = |asked: Asked| {
            let told =
                span(Kind::Other, &begun(), &ended(State::Answered, None), &asked, &Answer::default(), None);
            attribute(&told, "langfuse.observation.input")
        };
        assert_eq!(input(Asked::default()), Value::Null);
        let large = Asked { length: 9, is_too_large: true, ..Asked::default() };
        assert_eq!(input(large), "(a request of 9 bytes, not kept)");
        let bytes = Asked { length: 2, body: vec![0xff, 0xfe], ..Asked::default() };
        assert_eq!(input(bytes), "(2 bytes that are no text)");
        assert_eq!(input(Asked { body: b"plain".to_vec(), ..Asked::default() }), "plain");
    }
}
