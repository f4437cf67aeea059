//! How a score came about: what it was before the first verdict, and after each.
//!
//! Computed anew from the ledger as it stood then; what was altered since cannot vouch for the past either.

use std::collections::BTreeMap;

use crate::db::AnyConnection;
use crate::foundation::{ProjectKey, Result, Timestamp};

use super::model::View;
use super::reads::{inputs_of, policy_at};
use super::score::score;

/// Moments of one history; of more verdicts, those between are told together.
const MOST: usize = 60;

/// A score as it stood at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Past {
    pub(super) at: Timestamp,
    /// Basis points.
    pub(super) assured: u32,
    /// Basis points.
    pub(super) expected: u32,
    /// The claims judged since the moment before, each with its outcome.
    pub(super) given: Vec<(String, &'static str)>,
}

/// Verdicts of one moment: the place of the last in the ledger, claims with outcomes.
type Given = BTreeMap<Timestamp, (u64, Vec<(String, &'static str)>)>;

/// The history of an order's score up to a view, oldest first; nothing where nobody judged.
pub(super) fn history(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
    until: View,
) -> Result<Vec<Past>> {
    let (subject, _) = inputs_of(conn, project, order_id, until)?;
    let mut given = Given::new();
    for claim in &subject.claims {
        for verdict in claim.verdicts.iter().filter(|verdict| until.holds(verdict.recorded)) {
            let (last, list) = given.entry(verdict.recorded.at).or_default();
            *last = verdict.recorded.leaf.unwrap_or_default().max(*last);
            list.push((claim.id.clone(), verdict.outcome.as_str()));
        }
    }
    let mut past = |view: View, given: Vec<(String, &'static str)>| -> Result<Past> {
        let policy = policy_at(conn, view.as_of)?;
        let then = score(&subject, view, &policy)?;
        Ok(Past { at: view.as_of, assured: then.assured, expected: then.expected, given })
    };
    let Some((first, (leaf, _))) = given.first_key_value() else { return Ok(Vec::new()) };
    let mut found = vec![past(View { tree_size: *leaf, as_of: *first }, Vec::new())?];
    let (step, last) = (given.len().div_ceil(MOST).max(1), given.len() - 1);
    let mut together = Vec::new();
    for (place, (at, (leaf, list))) in given.into_iter().enumerate() {
        together.extend(list);
        if (last - place).is_multiple_of(step) {
            found.push(past(View { tree_size: leaf + 1, as_of: at }, std::mem::take(&mut together))?);
        }
    }
    Ok(found)
}
