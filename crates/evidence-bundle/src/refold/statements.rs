//! The claims that people stated, and what verdicts say: read from the records of audit.

use std::collections::BTreeMap;

use foundation::Timestamp;
use serde_json::Value;
use trust_score::{Kind, Outcome, Recorded, Relation, Verdict};

use super::{Record, text};

/// A stated claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) id: String,
    pub(super) weight: u32,
    pub(super) made_at: Timestamp,
    pub(super) withdrawn_at: Option<Timestamp>,
    /// Place of the record that gave it its weight.
    pub(super) weighed_by: u64,
}

/// What was stated, oldest first, withdrawn claims too.
pub(super) fn statements(records: &[&Record<'_>]) -> Vec<Statement> {
    let mut stated: Vec<Statement> = Vec::new();
    for record in records {
        let Some(data) = record.data() else { continue };
        let claim = data.get("claim").unwrap_or(&Value::Null);
        match record.leaf.kind.as_str() {
            "audit.claim_stated.v1" => stated.push(Statement {
                id: text(claim, "id").unwrap_or_default().to_owned(),
                weight: number(claim, "materiality"),
                made_at: record.at(),
                withdrawn_at: None,
                weighed_by: record.index,
            }),
            "audit.claim_weighed.v1" => {
                for one in stated.iter_mut().filter(|one| claim.as_str() == Some(one.id.as_str())) {
                    (one.weight, one.weighed_by) = (number(&data, "to"), record.index);
                }
            }
            "audit.claim_withdrawn.v1" => {
                let mut named = stated.iter_mut().filter(|one| claim.as_str() == Some(one.id.as_str()));
                named.by_ref().for_each(|one| one.withdrawn_at = Some(record.at()));
            }
            _ => {}
        }
    }
    stated
}

fn number(value: &Value, name: &str) -> u32 {
    value.get(name).and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok()).unwrap_or(0)
}

/// The verdicts by the claim they judge, in the order of their records. `None` where one cannot be read.
pub(super) fn verdicts(records: &[&Record<'_>]) -> Option<BTreeMap<String, Vec<Verdict>>> {
    let mut given: BTreeMap<String, Vec<Verdict>> = BTreeMap::new();
    for record in records.iter().filter(|record| record.leaf.kind == crate::record::JUDGED) {
        let Some(data) = record.data() else { continue };
        let said = data.get("verdict")?;
        given.entry(text(said, "claim")?.to_owned()).or_default().push(verdict(record, said)?);
    }
    Some(given)
}

fn verdict(record: &Record<'_>, said: &Value) -> Option<Verdict> {
    let quotes = said.get("quotes")?.as_array()?.iter();
    let mut rests_on: Vec<String> =
        quotes.filter_map(|quote| Some(text(quote.get("evidence")?, "trace_id")?.to_owned())).collect();
    rests_on.sort();
    rests_on.dedup();
    Some(Verdict {
        id: text(said, "id")?.to_owned(),
        recorded: Recorded { leaf: Some(record.index), at: record.at() },
        verifier: record.leaf.actor.clone(),
        verifier_unit: None,
        kind: Kind::Human,
        outcome: Outcome::parse(text(said, "outcome")?)?,
        relation: Relation::parse(text(said, "relation")?)?,
        supersedes: text(said, "supersedes").map(str::to_owned),
        rests_on,
    })
}
