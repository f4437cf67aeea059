//! What an observation is evidence of besides a call: a handoff, a task of a supervisor, a context put together, a plan,
//! a use of memory or of a skill. Read from its name and from what it says; the words stand in [`rules`].
//!
//! A fact is derived from an observation and never part of what a revision names.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::rules::{self, OPERATION, Place, Slot, TRACELOOP};
use super::{JsonMap, Observation};

/// Characters of a name or a reason.
const LONGEST: usize = 300;
/// Reasons of one handoff.
const MOST_REASONS: usize = 20;
/// Why a handoff that names no source is invalid.
const NO_SOURCE: &str = "no source agent";

/// What an observation is evidence of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Fact {
    /// Work went from one agent to another.
    Handoff {
        source: Option<String>,
        target: Option<String>,
        /// `strict` or `lenient`.
        strictness: String,
        /// `valid` or `invalid`.
        result: String,
        /// Why it is invalid, or what was found otherwise.
        reasons: Vec<String>,
    },
    /// A supervisor took a task.
    Task {
        decomposed: bool,
    },
    /// A context was put together for a model.
    Compilation {
        tier: Option<String>,
    },
    Skill {
        name: String,
    },
    Plan,
    Memory {
        /// As the OpenTelemetry conventions call it: `search_memory`.
        operation: String,
    },
}

/// What a name and metadata tell.
pub fn read(name: &str, metadata: &JsonMap) -> Option<Fact> {
    Said { metadata, told: &JsonMap::new() }.fact(name)
}

/// The same of an observation, whose span may have told it in attributes that are no metadata.
pub fn of(observation: &Observation) -> Option<Fact> {
    let name = observation.name.as_deref().unwrap_or_default();
    Said { metadata: &observation.metadata, told: &observation.told }.fact(name)
}

/// Everything that a fact may be read from.
struct Said<'a> {
    metadata: &'a JsonMap,
    told: &'a JsonMap,
}

impl Said<'_> {
    fn fact(&self, name: &str) -> Option<Fact> {
        if self.tells(Slot::Handoff, name) || self.text(Slot::Handoff).is_some() {
            return Some(self.handoff(name));
        }
        if is_named(Slot::Task, name) {
            return Some(Fact::Task { decomposed: self.text(Slot::Decomposed).as_deref() == Some("true") });
        }
        if is_named(Slot::Compilation, name) {
            return Some(Fact::Compilation { tier: self.text(Slot::ModelTier) });
        }
        if self.tells(Slot::Plan, "") {
            return Some(Fact::Plan);
        }
        if self.tells(Slot::Memory, "") {
            return self.scalar(OPERATION).map(|operation| Fact::Memory { operation });
        }
        // Every call below the step of a skill may name it too.
        let kind = self.scalar(OPERATION).and_then(|operation| rules::kind(OPERATION, &operation));
        let is_a_call = kind.is_some_and(super::ObservationKind::calls_a_model);
        self.text(Slot::Skill).filter(|_| !is_a_call).map(|name| Fact::Skill { name })
    }

    /// Whether the name, the operation or the kind says so.
    fn tells(&self, slot: Slot, name: &str) -> bool {
        let says = |attribute: &str| {
            self.get(attribute)
                .and_then(Value::as_str)
                .is_some_and(|value| rules::is_value(slot, attribute, value))
        };
        (!name.is_empty() && is_named(slot, name)) || says(OPERATION) || says(TRACELOOP)
    }

    fn handoff(&self, name: &str) -> Fact {
        let (from, to) = ends(name);
        let source = self.text(Slot::HandoffSource).or(from);
        let target = self.text(Slot::HandoffTarget).or(to);
        let is_strict = matches!(self.text(Slot::Strictness).as_deref(), Some("strict" | "true"));
        let mut reasons = self.reasons();
        let mut said = rules::words(Slot::HandoffResult, Place::Word);
        let said = said.find_map(|word| validity(&self.scalar(word)?));
        let mut is_valid = said.unwrap_or(reasons.is_empty());
        if source.is_none() {
            is_valid = false;
            if !reasons.iter().any(|reason| reason == NO_SOURCE) {
                reasons.insert(0, NO_SOURCE.to_owned());
            }
        }
        Fact::Handoff {
            source,
            target,
            strictness: if is_strict { "strict" } else { "lenient" }.to_owned(),
            result: if is_valid { "valid" } else { "invalid" }.to_owned(),
            reasons,
        }
    }

    fn reasons(&self) -> Vec<String> {
        let mut words = rules::words(Slot::HandoffReasons, Place::Word);
        let Some(value) = words.find_map(|word| self.get(word)) else { return Vec::new() };
        let listed = match value {
            Value::Array(all) => all.clone(),
            // Attributes hold lists as JSON.
            Value::String(text) if text.starts_with('[') => {
                serde_json::from_str(text).unwrap_or_else(|_| vec![value.clone()])
            }
            other => vec![other.clone()],
        };
        listed.iter().filter_map(text_of).take(MOST_REASONS).collect()
    }

    /// The first word of a slot that holds a text, a number or a truth.
    fn text(&self, slot: Slot) -> Option<String> {
        rules::words(slot, Place::Word).find_map(|word| self.scalar(word))
    }

    fn scalar(&self, key: &str) -> Option<String> {
        self.get(key).and_then(text_of)
    }

    /// A value by its key, of metadata first.
    fn get(&self, key: &str) -> Option<&Value> {
        find(self.metadata, key).or_else(|| find(self.told, key))
    }
}

/// A value by its key, or in the object that the key's first part names.
fn find<'m>(map: &'m JsonMap, key: &str) -> Option<&'m Value> {
    map.get(key).or_else(|| {
        let (first, rest) = key.split_once('.')?;
        map.get(first)?.as_object()?.get(rest)
    })
}

/// What a value says in one word or sentence.
fn text_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        _ => return None,
    };
    // PostgreSQL takes no NUL.
    let text: String = text.chars().take(LONGEST).map(|c| if c == '\0' { '\u{fffd}' } else { c }).collect();
    Some(text).filter(|text| !text.is_empty())
}

/// Whether a span of this name is one, by what it is called or how that begins.
fn is_named(slot: Slot, name: &str) -> bool {
    rules::of(slot).iter().any(|rule| match rule.place {
        Place::Begins => after(name, rule.word).is_some(),
        Place::Is => after(name, rule.word)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', ':', '/', ' '])),
        _ => false,
    })
}

/// What follows a beginning, in whichever letters that is written.
fn after<'n>(name: &'n str, word: &str) -> Option<&'n str> {
    let (begin, rest) = name.split_at_checked(word.len())?;
    begin.eq_ignore_ascii_case(word).then_some(rest)
}

/// Source and target in a name: `Handoff: triage → billing`, `triage → billing.handoff`, `handoff to billing`.
fn ends(name: &str) -> (Option<String>, Option<String>) {
    let rest = after(name, "handoff").unwrap_or(name).trim_start_matches([':', ' ']);
    let rest = rest.strip_suffix(".handoff").unwrap_or(rest);
    let named = |text: &str| text_of(&Value::String(text.to_owned())).filter(|text| text != "unknown");
    match rest.split_once('→').or_else(|| rest.split_once("->")) {
        Some((from, to)) => (named(from), named(to)),
        None => (None, after(rest, "to ").and_then(named)),
    }
}

/// What a word says of a handoff.
fn validity(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "valid" | "true" | "accepted" | "passed" | "pass" | "ok" | "success" => Some(true),
        "invalid" | "false" | "rejected" | "failed" | "fail" | "error" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: Value) -> JsonMap {
        value.as_object().cloned().unwrap_or_default()
    }

    fn handoff(ends: [&str; 2], strictness: &str, result: &str, reasons: &[&str]) -> Option<Fact> {
        let [source, target] = ends.map(|end| (!end.is_empty()).then(|| end.to_owned()));
        Some(Fact::Handoff {
            source,
            target,
            strictness: strictness.to_owned(),
            result: result.to_owned(),
            reasons: reasons.iter().map(|reason| (*reason).to_owned()).collect(),
        })
    }

    #[test]
    fn handoffs_are_read_by_every_convention() {
        let both = json!({"source_agent": "triage", "target_agent": "billing"});
        let valid = || handoff(["triage", "billing"], "lenient", "valid", &[]);
        for (name, metadata, wanted) in [
            ("handoff", both.clone(), valid()),
            ("Handoff.validated", both.clone(), valid()),
            (
                "agent.handoff",
                json!({"handoff": {"source_agent": "triage", "target_agent": "billing"}}),
                valid(),
            ),
            (
                "route",
                json!({"gen_ai.operation.name": "handoff", "from_agent": "triage", "to_agent": "billing"}),
                valid(),
            ),
            (
                "triage → billing.handoff",
                json!({"traceloop.span.kind": "handoff", "gen_ai.handoff.to_agent": "billing"}),
                valid(),
            ),
            ("Handoff: triage -> billing", json!({}), valid()),
            ("handoff to billing", json!({"from_agent": "triage"}), valid()),
            (
                "handoff",
                json!({"source_agent": "triage", "target_agent": "billing", "strictness": "strict", "valid": false,
                    "reasons": ["order 7 is in no trace", 7]}),
                handoff(["triage", "billing"], "strict", "invalid", &["order 7 is in no trace", "7"]),
            ),
            (
                "handoff",
                json!({"source_agent": "triage", "result": "rejected", "reasons": "no target"}),
                handoff(["triage", ""], "lenient", "invalid", &["no target"]),
            ),
            (
                "handoff",
                json!({"source_agent": "triage", "validation_errors": "[\"too long\"]"}),
                handoff(["triage", ""], "lenient", "invalid", &["too long"]),
            ),
        ] {
            assert_eq!(read(name, &map(metadata.clone())), wanted, "{name} {metadata}");
        }
    }

    #[test]
    fn a_handoff_without_a_source_is_invalid_whatever_it_says() {
        let wanted = handoff(["", "billing"], "lenient", "invalid", &[NO_SOURCE]);
        for metadata in [
            json!({"target_agent": "billing"}),
            json!({"target_agent": "billing", "valid": true}),
            json!({"target_agent": "billing", "source_agent": " ", "result": "valid", "reasons": [NO_SOURCE]}),
        ] {
            assert_eq!(read("handoff", &map(metadata.clone())), wanted, "{metadata}");
        }
    }

    #[test]
    fn tasks_compilations_plans_memory_and_skills_are_read() {
        let tier = |tier: Option<&str>| Some(Fact::Compilation { tier: tier.map(str::to_owned) });
        let memory = |operation: &str| Some(Fact::Memory { operation: operation.to_owned() });
        for (name, metadata, wanted) in [
            ("supervisor.task", json!({"decomposed": true}), Some(Fact::Task { decomposed: true })),
            ("supervisor.task.run", json!({"decomposed": "false"}), Some(Fact::Task { decomposed: false })),
            ("supervisor_task", json!({}), Some(Fact::Task { decomposed: false })),
            ("context.compile", json!({"model_tier": "large"}), tier(Some("large"))),
            ("context_compilation.run", json!({}), tier(None)),
            ("plan planner", json!({"gen_ai.operation.name": "plan"}), Some(Fact::Plan)),
            ("x", json!({"gen_ai.operation.name": "search_memory"}), memory("search_memory")),
            ("x", json!({"gen_ai.operation.name": "delete_memory_store"}), memory("delete_memory_store")),
            (
                "execute_tool load_skill",
                json!({"gen_ai.operation.name": "execute_tool", "gen_ai.skill.name": "forecast"}),
                Some(Fact::Skill { name: "forecast".to_owned() }),
            ),
            ("chat", json!({"gen_ai.operation.name": "chat", "gen_ai.skill.name": "forecast"}), None),
        ] {
            assert_eq!(read(name, &map(metadata.clone())), wanted, "{name} {metadata}");
        }
    }

    #[test]
    fn what_only_looks_alike_is_nothing() {
        for (name, metadata) in [
            ("handoffs", json!({"source_agent": "a"})),
            ("handoff_to_agent", json!({})),
            ("supervisor", json!({"decomposed": true})),
            ("plan", json!({})),
            ("chat", json!({"valid": false, "reasons": ["x"]})),
            ("", json!({})),
        ] {
            assert_eq!(read(name, &map(metadata.clone())), None, "{name} {metadata}");
        }
    }

    #[test]
    fn what_a_span_told_in_attributes_counts_after_metadata() {
        let observation = Observation {
            name: Some("handoff".to_owned()),
            metadata: map(json!({"source_agent": "triage"})),
            told: map(json!({"source_agent": "desk", "target_agent": "billing", "strict": true})),
            ..Observation::default()
        };
        assert_eq!(of(&observation), handoff(["triage", "billing"], "strict", "valid", &[]));
        let text = serde_json::to_string(&of(&observation)).unwrap();
        assert!(text.starts_with(r#"{"is":"handoff","source":"triage""#), "{text}");
    }
}
