//! JSON-RPC 2.0 as MCP speaks it over HTTP: one message a request. Pure.
//!
//! No protocol version that is spoken here has batches, so an array is refused whole, whatever it holds.

use serde_json::{Map, Value, json};

/// The most bytes of one message; files come in it as base64.
pub const MOST_BYTES: usize = 2 << 20;
/// The longest id that a client gives a request, in bytes.
const MOST_ID_BYTES: usize = 256;

/// The body is no JSON.
pub const PARSE_ERROR: i64 = -32_700;
/// It is JSON and no message.
pub const INVALID_REQUEST: i64 = -32_600;
/// Nothing answers to this method.
pub const METHOD_NOT_FOUND: i64 = -32_601;
/// The method is known and its parameters are not right.
pub const INVALID_PARAMS: i64 = -32_602;
/// Our own fault.
pub const INTERNAL_ERROR: i64 = -32_603;
/// Refused before any message was read: by the key, the origin, the size. Of the band that is left to implementations.
pub const REFUSED: i64 = -32_000;
/// A resource is not there, as protocol versions up to 2025-11-25 say it.
pub const RESOURCE_NOT_FOUND: i64 = -32_002;
/// Headers and body disagree (2026-07-28).
pub const HEADER_MISMATCH: i64 = -32_020;
/// A protocol version that is not spoken here (2026-07-28).
pub const UNSUPPORTED_VERSION: i64 = -32_022;

/// What a client sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// It waits for an answer.
    Call(Call),
    /// It does not.
    Notice,
    /// The answer to something that a server asked; none asks anything here.
    Reply,
}

/// A request.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// A text or a whole number, given back as it came.
    pub id: Value,
    pub method: String,
    /// Empty where there were none.
    pub params: Map<String, Value>,
}

/// Why a message is not answered by a result.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub code: i64,
    pub message: String,
    pub data: Option<Value>,
}

impl Fault {
    /// A fault that needs no more than its words.
    pub fn new(code: i64, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: None }
    }

    /// Parameters that cannot be taken.
    pub fn params(message: impl Into<String>) -> Self {
        Self::new(INVALID_PARAMS, message)
    }

    /// The same with what a program reads of it.
    #[must_use]
    pub fn with(self, data: Value) -> Self {
        Self { data: Some(data), ..self }
    }

    /// The message that says it; of a message whose id could not be read, the id is null.
    pub fn answer(&self, id: Option<&Value>) -> Value {
        let mut error = json!({ "code": self.code, "message": self.message });
        if let (Some(data), Some(fields)) = (&self.data, error.as_object_mut()) {
            fields.insert("data".to_owned(), data.clone());
        }
        json!({ "jsonrpc": "2.0", "id": id, "error": error })
    }
}

/// The message with a result.
pub fn result(id: &Value, result: Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "result": result })
}

/// Reads one message. Nesting is bounded by the reader of JSON (128 levels).
pub fn read(bytes: &[u8]) -> Result<Message, Fault> {
    let value: Value =
        serde_json::from_slice(bytes).map_err(|_| Fault::new(PARSE_ERROR, "the body is not JSON"))?;
    let Value::Object(mut message) = value else {
        return Err(invalid("send one JSON-RPC message in a request; batches are not taken"));
    };
    if message.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return Err(invalid("a message says \"jsonrpc\": \"2.0\""));
    }
    let id = message.remove("id");
    let Some(method) = message.remove("method") else {
        let answers = message.contains_key("result") || message.contains_key("error");
        return if answers { Ok(Message::Reply) } else { Err(invalid("a message has a method")) };
    };
    let Value::String(method) = method else { return Err(invalid("a method is a text")) };
    let Some(id) = id else { return Ok(Message::Notice) };
    if !is_id(&id) {
        return Err(invalid("the id of a request is a text of at most 256 bytes or a whole number"));
    }
    let params = match message.remove("params") {
        None => Map::new(),
        Some(Value::Object(params)) => params,
        Some(_) => return Err(invalid("parameters are an object")),
    };
    Ok(Message::Call(Call { id, method, params }))
}

fn invalid(message: &str) -> Fault {
    Fault::new(INVALID_REQUEST, message)
}

fn is_id(id: &Value) -> bool {
    match id {
        Value::String(text) => text.len() <= MOST_ID_BYTES,
        Value::Number(number) => number.is_i64() || number.is_u64(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<i64> {
        read(text.as_bytes()).err().map(|fault| fault.code)
    }

    #[test]
    fn what_is_no_single_message_is_refused() {
        for (text, expected) in [
            ("", PARSE_ERROR),
            ("{", PARSE_ERROR),
            ("\u{feff}{}", PARSE_ERROR),
            ("[]", INVALID_REQUEST),
            ("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]", INVALID_REQUEST),
            ("null", INVALID_REQUEST),
            ("{}", INVALID_REQUEST),
            ("{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}", INVALID_REQUEST),
            ("{\"jsonrpc\":\"2.0\",\"id\":1}", INVALID_REQUEST),
            ("{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}", INVALID_REQUEST),
            ("{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}", INVALID_REQUEST),
            ("{\"jsonrpc\":\"2.0\",\"id\":[],\"method\":\"ping\"}", INVALID_REQUEST),
            ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}", INVALID_REQUEST),
            ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[]}", INVALID_REQUEST),
        ] {
            assert_eq!(code(text), Some(expected), "{text}");
        }
        let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
        assert_eq!(code(&deep), Some(PARSE_ERROR), "nesting has a bound");
    }

    #[test]
    fn the_three_kinds_of_message_are_told_apart() {
        let call = read(b"{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"tools/list\"}").unwrap();
        let expected = Call { id: json!("a"), method: "tools/list".to_owned(), params: Map::new() };
        assert_eq!(call, Message::Call(expected));
        let notice = read(b"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}").unwrap();
        assert_eq!(notice, Message::Notice);
        assert_eq!(read(b"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}").unwrap(), Message::Reply);
    }

    #[test]
    fn a_fault_without_an_id_says_null() {
        let said = Fault::params("no").with(json!({ "field": "x" })).answer(None);
        assert_eq!(
            said,
            json!({ "jsonrpc": "2.0", "id": null, "error": { "code": -32602, "message": "no", "data": { "field": "x" } } })
        );
        assert_eq!(result(&json!(7), json!({})), json!({ "jsonrpc": "2.0", "id": 7, "result": {} }));
    }
}
