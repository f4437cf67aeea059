//! From a method to its result, in the words of the era in which it was called.

use serde_json::{Map, Value, json};

use super::eras::{self, Era, Method, SERVER_KEY};
use super::resources::{self, skills};
use super::rpc::{Call, Fault, METHOD_NOT_FOUND};
use super::tools::{self, Round, Whoever};

/// The extension that serves procedures as skills.
const SKILLS: &str = "io.modelcontextprotocol/skills";
/// How long a client may keep what changes with the version of the server only, in milliseconds.
const LASTING_MS: i64 = 3_600_000;
/// The most inputs that a client brings to a further round.
const MOST_RESPONSES: usize = 10;

/// How to work here, for whoever puts it before a model.
const INSTRUCTIONS: &str = "Tracewright keeps work orders whose every tick is judged against evidence. Work like this: list_ready shows \
    what you may take; claim one; get_order reads it whole; acknowledge_safety where it has safety notes. Do the work, and tick each \
    part as soon as it is done, under the traceparent of the trace in which you did it, so that the tick is linked to it by itself; \
    answer what asks for more than a tick; mark_step where something failed. Write what you find with log, what is decided with \
    record_decision, and ask_person where a person must say. Procedures are skills: read the one that the order was made from. When \
    nothing is open any more, request_review: completing, signing, approving and judging are for people, and no tool does them. A \
    refusal names its rule and what would lift it.";

/// A result, and how long a client may keep it where the second era asks for that to be said.
struct Reply {
    result: Value,
    keep_ms: Option<i64>,
}

/// Answers a request.
pub async fn answer(by: Whoever, era: Era, call: &Call) -> Result<Value, Fault> {
    let Some(method) = Method::find(&call.method, era) else {
        let name: String = call.method.chars().take(100).collect();
        return Err(Fault::new(METHOD_NOT_FOUND, format!("There is no method {name} here")));
    };
    let reply = reply(by, era, method, call).await?;
    Ok(if era == Era::Stateless { stamped(reply) } else { reply.result })
}

async fn reply(by: Whoever, era: Era, method: Method, call: &Call) -> Result<Reply, Fault> {
    let params = &call.params;
    Ok(match method {
        Method::Initialize => Reply { result: initialize(params)?, keep_ms: None },
        Method::Ping => Reply { result: json!({}), keep_ms: None },
        Method::Discover => kept(discover(), LASTING_MS),
        Method::ListTools => {
            last_page(params)?;
            kept(resources::paged("tools", tools::listed(), None), LASTING_MS)
        }
        Method::CallTool => {
            let round = round(era, call)?;
            Reply { result: tools::call(by, params, round).await?, keep_ms: None }
        }
        Method::ListTemplates => {
            last_page(params)?;
            kept(resources::paged("resourceTemplates", resources::templates(), None), LASTING_MS)
        }
        Method::ListResources => kept(resources::list(&by, params).await?, 0),
        Method::ReadResource => kept(resources::read(&by, era, params).await?.result(), 0),
        Method::ListSkills => kept(skills::list(&by, params).await?, 0),
        Method::GetSkill => kept(skills::get(&by, era, params).await?, 0),
    })
}

fn kept(result: Value, keep_ms: i64) -> Reply {
    Reply { result, keep_ms: Some(keep_ms) }
}

/// Lists that fit one page have no other.
fn last_page(params: &Map<String, Value>) -> Result<(), Fault> {
    match resources::cursor(params)? {
        None => Ok(()),
        Some(_) => Err(Fault::params("this cursor was not made here")),
    }
}

/// The second era says of each result how it ends, who answered, and how long it may be kept. Nothing is for others to keep:
/// what is read is what this key may see.
fn stamped(reply: Reply) -> Value {
    let mut result = reply.result;
    if let Value::Object(fields) = &mut result {
        fields.entry("resultType").or_insert_with(|| "complete".into());
        fields.insert("_meta".to_owned(), json!({ SERVER_KEY: server() }));
        if let Some(keep_ms) = reply.keep_ms {
            fields.insert("ttlMs".to_owned(), keep_ms.into());
            fields.insert("cacheScope".to_owned(), "private".into());
        }
    }
    result
}

fn initialize(params: &Map<String, Value>) -> Result<Value, Fault> {
    let asked = params.get("protocolVersion").and_then(Value::as_str);
    let asked =
        asked.ok_or_else(|| Fault::params("params.protocolVersion says which version the client speaks"))?;
    Ok(json!({
        "protocolVersion": eras::agreed(asked),
        "capabilities": capabilities(),
        "serverInfo": server(),
        "instructions": INSTRUCTIONS,
    }))
}

fn discover() -> Value {
    json!({
        "supportedVersions": eras::versions(),
        "capabilities": capabilities(),
        "instructions": INSTRUCTIONS,
    })
}

/// Neither lists nor resources are told of when they change: a client reads them anew.
fn capabilities() -> Value {
    json!({ "tools": {}, "resources": {}, "extensions": { SKILLS: {} } })
}

fn server() -> Value {
    json!({ "name": "tracewright", "title": "Tracewright", "version": env!("CARGO_PKG_VERSION") })
}

/// What a call of a tool brings from an earlier round; only the second era has rounds.
fn round(era: Era, call: &Call) -> Result<Round, Fault> {
    if era == Era::Handshake {
        return Ok(Round::default());
    }
    let state = match call.params.get("requestState") {
        None | Some(Value::Null) => None,
        Some(Value::String(state)) => Some(state.clone()),
        Some(_) => return Err(Fault::params("params.requestState is the text that was given")),
    };
    let responses = match call.params.get("inputResponses") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(responses)) if responses.len() <= MOST_RESPONSES => responses.clone(),
        Some(_) => return Err(Fault::params("params.inputResponses answers what was asked, by its keys")),
    };
    Ok(Round { can_ask: eras::asks_by_form(call), state, responses })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_era_says_how_a_result_ends_and_how_long_it_holds() {
        let plain = stamped(Reply { result: json!({ "tools": [] }), keep_ms: Some(0) });
        assert_eq!(
            (&plain["resultType"], &plain["ttlMs"], &plain["cacheScope"]),
            (&json!("complete"), &json!(0), &json!("private"))
        );
        assert_eq!(plain["_meta"][SERVER_KEY]["name"], json!("tracewright"));
        let asking = stamped(Reply { result: json!({ "resultType": "input_required" }), keep_ms: None });
        assert_eq!(asking["resultType"], json!("input_required"));
        assert!(asking.get("ttlMs").is_none());
    }

    #[test]
    fn a_handshake_agrees_on_a_version_of_both() {
        let Value::Object(params) = json!({ "protocolVersion": "2025-06-18" }) else { panic!("an object") };
        assert_eq!(initialize(&params).unwrap()["protocolVersion"], json!("2025-06-18"));
        assert!(initialize(&Map::new()).is_err());
    }
}
