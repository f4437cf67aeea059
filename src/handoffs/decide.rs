//! Whether a handoff may be relied on. Pure.

use serde_json::Value;

use super::ground::ground;
use super::model::{Checked, Found, Handoff, Owners, Reason, Strictness};

/// Values that are told one by one.
const MOST_TOLD: usize = 50;

/// Holds a handoff against what is stored: `found` is what its sources are, in their order, and `had` the words of the source agent in
/// them, which are asked of a strict one only.
pub fn check(handoff: &Handoff, found: &[Found], had: &[&str]) -> Checked {
    let is_strict = handoff.strictness == Strictness::Strict;
    let mut checked = Checked { reasons: of_names(handoff), ..Checked::default() };
    if is_empty(&handoff.payload) {
        checked.reasons.push(Reason::NoPayload);
    }
    if handoff.sources.is_empty() {
        checked.reasons.push(Reason::NotAttributed);
    }
    for source in found {
        checked.reasons.extend(of_source(handoff, source, is_strict));
    }
    if is_strict {
        let grounding = ground(&handoff.payload, had);
        checked.values = grounding.values;
        checked.found = grounding.values.saturating_sub(grounding.missing.len());
        checked.reasons.extend(grounding.missing.into_iter().take(MOST_TOLD).map(Reason::Ungrounded));
    }
    checked
}

fn of_names(handoff: &Handoff) -> Vec<Reason> {
    let (source, target) = (handoff.source_agent.trim(), handoff.target_agent.trim());
    let mut reasons = Vec::new();
    if source.is_empty() {
        reasons.push(Reason::NoSource);
    }
    if target.is_empty() {
        reasons.push(Reason::NoTarget);
    }
    if !source.is_empty() && source == target {
        reasons.push(Reason::ToItself);
    }
    reasons
}

/// What is for another tenant is never handed on; what is another agent's is refused where it is strict.
fn of_source(handoff: &Handoff, source: &Found, is_strict: bool) -> Vec<Reason> {
    let name = || source.name.clone();
    let Some(Owners { agents, tenants }) = &source.owners else {
        return vec![Reason::UnknownSource(name())];
    };
    let mut reasons = Vec::new();
    let is_among = |names: &[String], wanted: &str| names.iter().any(|it| it == wanted);
    if !tenants.is_empty() && !is_among(tenants, &handoff.tenant) {
        reasons.push(Reason::OtherTenant { source: name(), tenants: tenants.clone() });
    }
    if is_strict && !handoff.source_agent.is_empty() && !is_among(agents, &handoff.source_agent) {
        reasons.push(Reason::OtherAgent { source: name(), agents: agents.clone() });
    }
    reasons
}

fn is_empty(payload: &Value) -> bool {
    match payload {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::model::Source;
    use super::*;

    fn of(strictness: Strictness) -> Handoff {
        Handoff {
            source_agent: "planner".to_owned(),
            target_agent: "buyer".to_owned(),
            tenant: "acme".to_owned(),
            strictness,
            payload: json!({"part": "B-7", "count": 4}),
            sources: vec![Source::Stored { trace_id: "t".to_owned(), observation_id: None }],
        }
    }

    fn known(agents: &[&str], tenants: &[&str]) -> Found {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Found {
            name: "t".to_owned(),
            owners: Some(Owners { agents: owned(agents), tenants: owned(tenants) }),
        }
    }

    fn codes(checked: &Checked) -> Vec<&'static str> {
        checked.reasons.iter().map(Reason::code).collect()
    }

    #[test]
    fn a_whole_one_is_valid_in_both_ways() {
        for strictness in [Strictness::Lenient, Strictness::Strict] {
            let checked =
                check(&of(strictness), &[known(&["planner"], &["acme"])], &["order B-7 four times: 4"]);
            assert_eq!((checked.result(), codes(&checked)), ("valid", vec![]), "{strictness:?}");
        }
    }

    #[test]
    fn each_fault_is_told() {
        let lenient = of(Strictness::Lenient);
        let mine = || vec![known(&["planner"], &["acme"])];
        let table: Vec<(Handoff, Vec<Found>, Vec<&str>)> = vec![
            (
                Handoff { source_agent: " ".to_owned(), ..lenient.clone() },
                mine(),
                vec!["source_agent_missing"],
            ),
            (
                Handoff { target_agent: String::new(), ..lenient.clone() },
                mine(),
                vec!["target_agent_missing"],
            ),
            (
                Handoff { target_agent: "planner".to_owned(), ..lenient.clone() },
                mine(),
                vec!["target_is_source"],
            ),
            (Handoff { payload: json!({}), ..lenient.clone() }, mine(), vec!["payload_missing"]),
            (Handoff { payload: Value::Null, ..lenient.clone() }, mine(), vec!["payload_missing"]),
            (Handoff { sources: vec![], ..lenient.clone() }, vec![], vec!["attribution_missing"]),
            (lenient.clone(), vec![Found { name: "t".to_owned(), owners: None }], vec!["source_unknown"]),
            (lenient.clone(), vec![known(&["planner"], &["other"])], vec!["source_of_other_tenant"]),
            (lenient.clone(), vec![known(&["other"], &[])], vec![]),
            (of(Strictness::Strict), vec![known(&["other"], &["acme"])], vec!["source_of_other_agent"]),
        ];
        for (handoff, found, expected) in table {
            let checked = check(&handoff, &found, &["B-7: 4"]);
            assert_eq!(codes(&checked), expected, "{handoff:?}");
        }
    }

    #[test]
    fn a_strict_one_is_held_to_its_values_and_a_lenient_one_is_not() {
        let strict = check(&of(Strictness::Strict), &[known(&["planner"], &["acme"])], &["we need part B-7"]);
        assert_eq!((codes(&strict), strict.values, strict.found), (vec!["value_ungrounded"], 2, 1));
        let lenient = check(&of(Strictness::Lenient), &[known(&["planner"], &["acme"])], &[]);
        assert_eq!((lenient.result(), lenient.values), ("valid", 0));
    }
}
