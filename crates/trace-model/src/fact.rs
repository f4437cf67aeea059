//! What an observation is beyond its kind: a handoff, a task of a supervisor, a context that was put together.
//!
//! Read from its name and metadata whenever a row is made; never part of the image that a revision names.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::JsonMap;

/// What it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Fact {
    /// Work that one agent gave to another, held against a contract.
    Handoff {
        source: Option<String>,
        target: Option<String>,
        /// `strict` or `lenient`.
        strictness: String,
        /// `valid` or `invalid`.
        result: String,
        /// Why it is not valid.
        reasons: Vec<String>,
    },
    /// What a supervisor was asked to do, and whether it took it apart.
    Task { decomposed: bool },
    /// A context put together for a tier of models.
    Compilation { tier: Option<String> },
    /// A skill that was used.
    Skill { name: String },
    /// A plan that was made.
    Plan,
    /// Something done with a memory.
    Memory { operation: String },
}

/// What a name and metadata tell; none for what is only of its kind.
pub fn read(name: &str, metadata: &JsonMap) -> Option<Fact> {
    let rest = |word: &str| name.strip_prefix(word).filter(|rest| rest.is_empty() || rest.starts_with('.'));
    let text = |key: &str| metadata.get(key).and_then(Value::as_str).map(str::to_owned);
    if rest("handoff").is_some() {
        let is_valid = truth(metadata.get("valid"))?;
        let is_strict = text("strictness").is_none_or(|word| word == "strict");
        return Some(Fact::Handoff {
            source: text("source_agent"),
            target: text("target_agent"),
            strictness: if is_strict { "strict" } else { "lenient" }.to_owned(),
            result: if is_valid { "valid" } else { "invalid" }.to_owned(),
            reasons: text("reason").into_iter().collect(),
        });
    }
    if rest("supervisor.task").is_some() {
        return Some(Fact::Task { decomposed: truth(metadata.get("decomposed")).unwrap_or_default() });
    }
    rest("context.compile").map(|_| Fact::Compilation { tier: text("model_tier") })
}

/// A truth, or a text that says one.
fn truth(value: Option<&Value>) -> Option<bool> {
    match value? {
        Value::Bool(yes) => Some(*yes),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_what_stands_beside_it_tell() {
        for (name, metadata, wanted) in [
            (
                "handoff.validate",
                r#"{"source_agent":"a","target_agent":"b","strictness":"lenient","valid":false,"reason":"no plan"}"#,
                r#"{"is":"handoff","source":"a","target":"b","strictness":"lenient","result":"invalid","reasons":["no plan"]}"#,
            ),
            ("supervisor.task", r#"{"decomposed":"true"}"#, r#"{"is":"task","decomposed":true}"#),
            ("context.compile", r#"{"model_tier":"fast"}"#, r#"{"is":"compilation","tier":"fast"}"#),
            ("handoff", "{}", "null"),
            ("handoffs", r#"{"valid":true}"#, "null"),
            ("chat", r#"{"decomposed":true}"#, "null"),
        ] {
            let metadata: JsonMap = serde_json::from_str(metadata).unwrap();
            let fact = read(name, &metadata);
            assert_eq!(serde_json::to_string(&fact).unwrap(), wanted, "{name}");
            assert_eq!(serde_json::from_str::<Option<Fact>>(wanted).unwrap(), fact);
        }
    }
}
