//! The two eras of MCP at one address: which one a request belongs to, and which methods answer in it. Pure.
//!
//! Up to 2025-11-25 a client shakes hands (`initialize`) and then names the version in a header. From 2026-07-28 on each
//! request stands alone: version, client and capabilities travel in its `_meta`, and headers repeat what a proxy looks at.
//! A request that names neither in a header is of the first era.

use serde_json::{Map, Value, json};

use super::rpc::{Call, Fault, HEADER_MISMATCH, UNSUPPORTED_VERSION};

/// The version in which each request stands alone.
pub const STATELESS: &str = "2026-07-28";
/// The versions with a handshake, the newest first.
pub const HANDSHAKE: [&str; 2] = ["2025-11-25", "2025-06-18"];

/// The keys of `_meta` that 2026-07-28 reserves.
pub const VERSION_KEY: &str = "io.modelcontextprotocol/protocolVersion";
const CAPABILITIES_KEY: &str = "io.modelcontextprotocol/clientCapabilities";
/// The key of `_meta` by which a result says who answered.
pub const SERVER_KEY: &str = "io.modelcontextprotocol/serverInfo";

/// An era.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Era {
    Handshake,
    Stateless,
}

/// A method that answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Initialize,
    Ping,
    Discover,
    ListTools,
    CallTool,
    ListResources,
    ListTemplates,
    ReadResource,
    ListSkills,
    GetSkill,
}

/// Every method by its name, whether it answers in the first era, and whether it does in the second. The skills are the
/// extension `io.modelcontextprotocol/skills` (SEP-2640), which clients of both eras read.
const METHODS: [(&str, Method, bool, bool); 10] = [
    ("initialize", Method::Initialize, true, false),
    ("ping", Method::Ping, true, false),
    ("server/discover", Method::Discover, false, true),
    ("tools/list", Method::ListTools, true, true),
    ("tools/call", Method::CallTool, true, true),
    ("resources/list", Method::ListResources, true, true),
    ("resources/templates/list", Method::ListTemplates, true, true),
    ("resources/read", Method::ReadResource, true, true),
    ("skills/list", Method::ListSkills, true, true),
    ("skills/get", Method::GetSkill, true, true),
];

/// The methods whose request names a thing that the header `Mcp-Name` repeats, and by which parameter.
const NAMING: [(&str, &str); 2] = [("tools/call", "name"), ("resources/read", "uri")];

impl Method {
    /// The method of this name, where it answers in this era.
    pub fn find(name: &str, era: Era) -> Option<Self> {
        let (_, method, first, second) = METHODS.into_iter().find(|(known, ..)| *known == name)?;
        let answers = if era == Era::Handshake { first } else { second };
        answers.then_some(method)
    }
}

/// What the headers of a request say about its message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    /// `MCP-Protocol-Version`.
    pub version: Option<String>,
    /// `Mcp-Method`.
    pub method: Option<String>,
    /// `Mcp-Name`, as it was sent.
    pub name: Option<String>,
    /// A header of these that came more than once.
    pub repeated: Option<&'static str>,
}

impl Headers {
    /// The era of a message by the header alone; a version that is not spoken here is refused.
    pub fn era(&self) -> Result<Era, Fault> {
        match self.version.as_deref() {
            Some(STATELESS) => Ok(Era::Stateless),
            None => Ok(Era::Handshake),
            Some(version) if HANDSHAKE.contains(&version) => Ok(Era::Handshake),
            Some(other) => Err(unsupported(other)),
        }
    }

    /// The era of a request, with everything that its era asks of headers and envelope.
    pub fn era_of(&self, call: &Call) -> Result<Era, Fault> {
        let era = self.era()?;
        let claims = meta(call).is_some_and(|meta| meta.contains_key(VERSION_KEY));
        if era == Era::Stateless || claims {
            self.check_envelope(call)?;
            return Ok(Era::Stateless);
        }
        Ok(era)
    }

    fn check_envelope(&self, call: &Call) -> Result<(), Fault> {
        if let Some(name) = self.repeated {
            return Err(mismatch(format!("the header {name} came more than once")));
        }
        let Some(meta) = meta(call) else {
            return Err(Fault::params(format!("params._meta holds {VERSION_KEY} and {CAPABILITIES_KEY}")));
        };
        let version = text_of(meta, VERSION_KEY)?;
        if !meta.get(CAPABILITIES_KEY).is_some_and(Value::is_object) {
            return Err(Fault::params(format!("params._meta holds {CAPABILITIES_KEY}, an object")));
        }
        if self.version.as_deref() != Some(version) {
            return Err(mismatch("the header MCP-Protocol-Version is not the version of the envelope"));
        }
        if self.method.as_deref() != Some(call.method.as_str()) {
            return Err(mismatch("the header Mcp-Method is not the method of the message"));
        }
        self.check_name(call)?;
        if version == STATELESS { Ok(()) } else { Err(unsupported(version)) }
    }

    fn check_name(&self, call: &Call) -> Result<(), Fault> {
        let Some((_, key)) = NAMING.into_iter().find(|(method, _)| *method == call.method) else {
            return Ok(());
        };
        let Some(named) = call.params.get(key).and_then(Value::as_str) else { return Ok(()) };
        if self.name.as_deref().and_then(decoded).as_deref() == Some(named) {
            return Ok(());
        }
        Err(mismatch(format!("the header Mcp-Name is not the parameter {key} of the message")))
    }
}

/// The `_meta` of a request.
pub fn meta(call: &Call) -> Option<&Map<String, Value>> {
    call.params.get("_meta")?.as_object()
}

/// Whether the client says that it can put a form to its person (2026-07-28). One that says nothing of how it asks means a form.
pub fn asks_by_form(call: &Call) -> bool {
    let asking = meta(call).and_then(|meta| meta.get(CAPABILITIES_KEY)?.get("elicitation")?.as_object());
    asking.is_some_and(|how| how.contains_key("form") || !how.contains_key("url"))
}

/// The version that a handshake agrees on: the client's where it is spoken here, else our newest one.
pub fn agreed(asked: &str) -> &'static str {
    HANDSHAKE.into_iter().find(|version| *version == asked).unwrap_or(HANDSHAKE[0])
}

/// Every version that is spoken here, the newest first.
pub fn versions() -> Vec<&'static str> {
    std::iter::once(STATELESS).chain(HANDSHAKE).collect()
}

fn unsupported(asked: &str) -> Fault {
    let asked: String = asked.chars().take(100).collect();
    Fault::new(UNSUPPORTED_VERSION, "this protocol version is not spoken here")
        .with(json!({ "supported": versions(), "requested": asked }))
}

fn mismatch(why: impl Into<String>) -> Fault {
    Fault::new(HEADER_MISMATCH, why)
}

fn text_of<'a>(meta: &'a Map<String, Value>, key: &str) -> Result<&'a str, Fault> {
    let text = meta.get(key).and_then(Value::as_str);
    text.ok_or_else(|| Fault::params(format!("params._meta holds {key}, a text")))
}

/// A header's value: what would not go through HTTP as it is comes as `=?base64?…?=`.
fn decoded(value: &str) -> Option<String> {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let Some(packed) = value.strip_prefix("=?base64?").and_then(|rest| rest.strip_suffix("?=")) else {
        return Some(value.to_owned());
    };
    String::from_utf8(STANDARD.decode(packed).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::super::rpc::INVALID_PARAMS;
    use super::*;

    fn call(method: &str, params: Value) -> Call {
        let Value::Object(params) = params else { panic!("an object") };
        Call { id: json!(1), method: method.to_owned(), params }
    }

    fn envelope() -> Value {
        json!({ VERSION_KEY: STATELESS, CAPABILITIES_KEY: {} })
    }

    fn headers(version: &str, method: &str, name: Option<&str>) -> Headers {
        Headers {
            version: Some(version.to_owned()),
            method: Some(method.to_owned()),
            name: name.map(str::to_owned),
            ..Headers::default()
        }
    }

    #[test]
    fn the_header_decides_and_without_one_it_is_the_first_era() {
        let plain = call("tools/list", json!({}));
        let of = |version: Option<&str>| {
            Headers { version: version.map(str::to_owned), ..Headers::default() }.era_of(&plain)
        };
        assert_eq!(of(None), Ok(Era::Handshake));
        assert_eq!(of(Some("2025-06-18")), Ok(Era::Handshake));
        assert_eq!(of(Some("2025-11-25")), Ok(Era::Handshake));
        for unknown in ["2024-11-05", "2025-03-26", "2027-01-01", "", "x"] {
            let fault = of(Some(unknown)).unwrap_err();
            assert_eq!(fault.code, UNSUPPORTED_VERSION, "{unknown}");
            assert_eq!(fault.data.unwrap()["supported"], json!(versions()));
        }
    }

    #[test]
    fn the_second_era_asks_for_its_envelope_and_for_headers_that_say_the_same() {
        let good = call("tools/list", json!({ "_meta": envelope() }));
        assert_eq!(headers(STATELESS, "tools/list", None).era_of(&good), Ok(Era::Stateless));
        let code = |headers: Headers, call: &Call| headers.era_of(call).unwrap_err().code;
        assert_eq!(
            code(headers(STATELESS, "tools/list", None), &call("tools/list", json!({}))),
            INVALID_PARAMS
        );
        let half = call("tools/list", json!({ "_meta": { VERSION_KEY: STATELESS } }));
        assert_eq!(code(headers(STATELESS, "tools/list", None), &half), INVALID_PARAMS);
        let odd = call("tools/list", json!({ "_meta": { VERSION_KEY: 7, CAPABILITIES_KEY: {} } }));
        assert_eq!(code(headers(STATELESS, "tools/list", None), &odd), INVALID_PARAMS);
        assert_eq!(code(headers(STATELESS, "tools/call", None), &good), HEADER_MISMATCH);
        assert_eq!(code(headers("2025-11-25", "tools/list", None), &good), HEADER_MISMATCH);
        assert_eq!(code(Headers::default(), &good), HEADER_MISMATCH, "an envelope without its header");
        let twice = Headers { repeated: Some("Mcp-Method"), ..headers(STATELESS, "tools/list", None) };
        assert_eq!(code(twice, &good), HEADER_MISMATCH);
    }

    #[test]
    fn the_header_repeats_the_name_as_it_is_or_in_base64() {
        let tick = call("tools/call", json!({ "name": "tick", "_meta": envelope() }));
        let read = call("resources/read", json!({ "uri": "order://WÖ", "_meta": envelope() }));
        for (call, name, fits) in [
            (&tick, Some("tick"), true),
            (&tick, Some("undo"), false),
            (&tick, None, false),
            (&tick, Some("=?base64?dGljaw==?="), true),
            (&tick, Some("=?base64?dGljaw?="), false),
            (&read, Some("=?base64?b3JkZXI6Ly9Xw5Y=?="), true),
        ] {
            let era = headers(STATELESS, &call.method, name).era_of(call);
            assert_eq!(era.is_ok(), fits, "{name:?}");
        }
    }

    #[test]
    fn each_era_has_its_methods() {
        for (name, first, second) in [
            ("initialize", true, false),
            ("ping", true, false),
            ("server/discover", false, true),
            ("tools/call", true, true),
            ("skills/get", true, true),
            ("subscriptions/listen", false, false),
            ("prompts/list", false, false),
            ("", false, false),
        ] {
            assert_eq!(Method::find(name, Era::Handshake).is_some(), first, "{name}");
            assert_eq!(Method::find(name, Era::Stateless).is_some(), second, "{name}");
        }
        assert_eq!(agreed("2025-06-18"), "2025-06-18");
        assert_eq!(agreed("2024-11-05"), "2025-11-25");
    }

    #[test]
    fn a_client_asks_by_form_where_it_says_so() {
        let with = |how: Value| {
            call("tools/call", json!({ "_meta": { VERSION_KEY: STATELESS, CAPABILITIES_KEY: how } }))
        };
        for (capabilities, expected) in [
            (json!({}), false),
            (json!({ "elicitation": {} }), true),
            (json!({ "elicitation": { "form": {} } }), true),
            (json!({ "elicitation": { "url": {} } }), false),
            (json!({ "elicitation": true }), false),
        ] {
            assert_eq!(asks_by_form(&with(capabilities.clone())), expected, "{capabilities}");
        }
    }
}
