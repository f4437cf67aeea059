//! The tools: what an agent may do with work orders, each the same action that a page calls.
//!
//! There is none to sign, approve, judge, verify or close, and none that says that something does not apply: programs do not,
//! and a tool that is always refused would be a promise that is never kept.

mod asked;
mod asking;
mod doing;
mod evidence;
mod finding;
mod record;
mod work;

use futures_util::future::LocalBoxFuture;
use serde_json::{Map, Value, json};

use crate::foundation::{Error, Result};

use super::fields::{self, Field, Given};
use super::{refusals, rpc::Fault};

pub use asked::{Asked, Round, Whoever, visible};

/// A tool.
pub struct Tool {
    pub name: &'static str,
    pub title: &'static str,
    /// What it does and when it is called, for whoever chooses among tools.
    pub about: &'static str,
    pub fields: &'static [Field],
    pub effect: Effect,
    run: fn(Asked) -> LocalBoxFuture<'static, Result<Answer>>,
}

/// What a tool does to the record. Nothing is ever taken out of it, so none destroys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Reads,
    /// Twice is once more.
    Adds,
    /// Twice is once.
    Settles,
}

/// What a tool answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Done {
        /// For whoever reads text.
        text: String,
        /// The same for programs; an object.
        data: Value,
    },
    /// The client's person is asked, and the client calls again with what they say.
    Ask {
        message: String,
        /// The form, as a schema of the elicitation of MCP.
        form: Value,
        state: String,
    },
}

/// The key of the one thing that is asked in a round.
pub const ASKED: &str = "answer";

/// Every tool, by what they are for.
pub fn all() -> impl Iterator<Item = &'static Tool> {
    [finding::TOOLS, work::TOOLS, doing::TOOLS, record::TOOLS, asking::TOOLS, evidence::TOOLS]
        .into_iter()
        .flatten()
}

/// Every tool as clients read it.
pub fn listed() -> Vec<Value> {
    all().map(Tool::listed).collect()
}

/// Calls a tool: its result, refusals included; a fault where there is no such tool or its arguments are no object.
pub async fn call(by: Whoever, params: &Map<String, Value>, round: Round) -> Result<Value, Fault> {
    let Some(name) = params.get("name").and_then(Value::as_str) else {
        return Err(Fault::params("params.name names a tool"));
    };
    let Some(tool) = all().find(|tool| tool.name == name) else {
        let name: String = name.chars().take(100).collect();
        return Err(Fault::params(format!("Unknown tool: {name}")));
    };
    let arguments = match params.get("arguments") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(arguments)) => arguments.clone(),
        Some(_) => return Err(Fault::params("params.arguments is an object")),
    };
    if round.is_further() && !tool.asks() {
        return Err(Fault::params("this tool asked for nothing, so there is nothing to go on with"));
    }
    if round.is_forged(&by) {
        return Err(Fault::params("this requestState is not ours, was made for another call, or is over"));
    }
    let answered = match Given::read(tool.fields, arguments) {
        Ok(given) => (tool.run)(Asked { orders: by.orders, asker: by.asker, given, round }).await,
        Err(refused) => Err(refused),
    };
    Ok(match answered {
        Ok(answer) => answer.result(),
        Err(refused) => refusal(&refused),
    })
}

impl Tool {
    fn listed(&self) -> Value {
        let (reads, settles) = (self.effect == Effect::Reads, self.effect != Effect::Adds);
        json!({
            "name": self.name,
            "title": self.title,
            "description": self.about,
            "inputSchema": fields::schema(self.fields),
            "annotations": {
                "title": self.title,
                "readOnlyHint": reads,
                "destructiveHint": false,
                "idempotentHint": settles,
                "openWorldHint": false,
            },
        })
    }

    /// Whether it asks the client's person, and so has further rounds.
    fn asks(&self) -> bool {
        self.name == "ask_person"
    }
}

impl Answer {
    /// What was done or found, in words and as an object.
    pub fn done(text: impl Into<String>, data: Value) -> Self {
        Self::Done { text: text.into(), data }
    }

    /// What was found, where the object says it all.
    pub fn data(data: Value) -> Self {
        Self::Done { text: serde_json::to_string_pretty(&data).unwrap_or_default(), data }
    }

    fn result(self) -> Value {
        match self {
            Self::Done { text, data } => json!({
                "content": [{ "type": "text", "text": text }],
                "structuredContent": data,
                "isError": false,
            }),
            Self::Ask { message, form, state } => json!({
                "resultType": "input_required",
                "inputRequests": {
                    ASKED: {
                        "method": "elicitation/create",
                        "params": { "mode": "form", "message": message, "requestedSchema": form },
                    },
                },
                "requestState": state,
            }),
        }
    }
}

fn refusal(error: &Error) -> Value {
    refusals::log(error);
    let text = format!("{} {}", refusals::message(error), refusals::lift(error));
    json!({
        "content": [{ "type": "text", "text": text }],
        "structuredContent": refusals::told(error),
        "isError": true,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_tool_has_a_name_of_its_own_and_a_closed_schema() {
        let names: BTreeSet<&str> = all().map(|tool| tool.name).collect();
        assert_eq!(names.len(), all().count());
        for tool in listed() {
            let name = tool["name"].as_str().unwrap();
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{name}");
            assert!(tool["description"].as_str().unwrap().len() > 30, "{name}");
            assert_eq!(tool["inputSchema"]["additionalProperties"], json!(false), "{name}");
            assert_eq!(tool["annotations"]["destructiveHint"], json!(false), "{name}");
        }
    }

    #[test]
    fn what_programs_never_do_has_no_tool() {
        let never = [
            "sign", "approve", "judge", "verif", "close", "complete", "skip", "submit", "attest", "weigh",
            "assign",
        ];
        for tool in all() {
            assert!(never.iter().all(|word| !tool.name.contains(word)), "{}", tool.name);
        }
        for name in [
            "list_ready",
            "get_order",
            "read_status",
            "claim",
            "release",
            "start",
            "tick",
            "log",
            "ask_person",
            "link_trace",
            "propose_claim",
            "record_decision",
            "create_decision",
            "attach",
            "request_review",
            "search_atoms",
            "score",
        ] {
            assert!(all().any(|tool| tool.name == name), "{name}");
        }
    }
}
