//! How a score came about: what it was before the first verdict, and after each.
//!
//! Computed anew from the ledger as it stood then; what was altered since cannot vouch for the past either.

use std::collections::BTreeMap;

use crate::db::AnyConnection;
use crate::foundation::{Error, ProjectKey, Result, Timestamp};

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

/// The history of an order's score up to a view, oldest first; nothing where nobody judged.
pub(super) fn history(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
    until: View,
) -> Result<Vec<Past>> {
    let (subject, _) = match inputs_of(conn, project, order_id, until) {
        // An order that the log does not hold yet has no history.
        Err(Error::NotFound(_)) => return Ok(Vec::new()),
        found => found?,
    };
    // By their places in the ledger.
    let mut verdicts = BTreeMap::new();
    for claim in &subject.claims {
        for verdict in claim.verdicts.iter().filter(|verdict| until.holds(verdict.recorded)) {
            let given = (verdict.recorded.at, (claim.id.clone(), verdict.outcome.as_str()));
            verdicts.extend(verdict.recorded.leaf.map(|leaf| (leaf, given)));
        }
    }
    let mut past = |tree_size: u64, at: Timestamp, given: Vec<(String, &'static str)>| -> Result<Past> {
        let policy = policy_at(conn, at)?;
        let then = score(&subject, View { tree_size, as_of: at }, &policy)?;
        Ok(Past { at, assured: then.assured, expected: then.expected, given })
    };
    let Some((leaf, (at, _))) = verdicts.first_key_value() else { return Ok(Vec::new()) };
    let mut found = vec![past(*leaf, *at, Vec::new())?];
    let (step, last) = (verdicts.len().div_ceil(MOST), verdicts.len() - 1);
    let mut together = Vec::new();
    for (place, (leaf, (at, given))) in verdicts.into_iter().enumerate() {
        together.push(given);
        if (last - place).is_multiple_of(step) {
            found.push(past(leaf + 1, at, std::mem::take(&mut together))?);
        }
    }
    Ok(found)
}
