//! Step 7: the score is what the table makes of it, and the table is what the records say.

use foundation::{Result, Timestamp};
use serde_json::Value;
use tlog::tree::TreeHead;
use trust_score::View;
use trust_score::csv::RECOMPUTE_AWK;

use crate::accounts::Sorted;
use crate::files::{self, Files, INPUTS, LEFT_OUT, POLICY, RECOMPUTE, RESULT};
use crate::recompute::{self, Parameters, VerdictLine};
use crate::record::{self, Verdict};

use crate::refold::Record;

use super::records::{find, leaf, said};
use super::{bad, bytes, text};

/// T, E, C and K in basis points, recomputed.
pub(super) fn check(files: &Files) -> Result<[u32; 4]> {
    let table = text(files, INPUTS)?;
    let result: Value = serde_json::from_slice(bytes(files, RESULT)?).map_err(|e| bad(RESULT, e))?;
    let (Some(parameters), Some(claimed)) = (parameters(&result), claimed(&result)) else {
        return Err(bad(RESULT, "a number is missing"));
    };
    let found = recompute::scores(table, &parameters).ok_or_else(|| bad(INPUTS, "a row cannot be right"))?;
    if found != claimed {
        return Err(bad(RESULT, format!("it says {claimed:?}, the inputs give {found:?}")));
    }
    if let Some(line) = recompute::unfounded(table) {
        return Err(bad(INPUTS, format!("line {line} counts no record, or one that another line counts")));
    }
    for line in recompute::verdict_lines(table) {
        check_verdict(files, &line)?;
    }
    Ok(found)
}

/// Layout 2: policy, table and result are what the records come to, byte for byte, and every verdict is accounted for.
/// Gives the number of verdicts in none of the rows.
pub(super) fn check_accounts(
    files: &Files,
    records: &[Record<'_>],
    sorted: &Sorted<'_, '_>,
    head: TreeHead,
) -> Result<usize> {
    let view = view(bytes(files, RESULT)?)?;
    if view.tree_size != head.size {
        return Err(bad(
            RESULT,
            format!("it is of {} records, the checkpoint of {}", view.tree_size, head.size),
        ));
    }
    let newest = records.iter().max_by_key(|record| record.leaf.at);
    if let Some(newest) = newest.filter(|record| record.leaf.at != view.as_of) {
        return Err(bad(
            RESULT,
            format!("its moment is not that of the newest record here, {}", newest.index),
        ));
    }
    let expected = sorted.expected(text(files, INPUTS)?, view)?;
    let same = |path: &str, wanted: &[u8]| match bytes(files, path)? {
        found if found == wanted => Ok(()),
        found => Err(bad(path, first_difference(found, wanted))),
    };
    same(POLICY, &expected.policy)?;
    same(INPUTS, expected.inputs.as_bytes())?;
    same(RESULT, &expected.result)?;
    same(LEFT_OUT, expected.left_out.as_bytes())?;
    same(RECOMPUTE, RECOMPUTE_AWK.as_bytes())?;
    Ok(expected.left_out_count)
}

/// The first line that is not as the records have it.
fn first_difference(found: &[u8], wanted: &[u8]) -> String {
    let (found, wanted) = (String::from_utf8_lossy(found), String::from_utf8_lossy(wanted));
    let (mut left, mut right) = (found.split('\n'), wanted.split('\n'));
    for line in 1.. {
        match (left.next(), right.next()) {
            (Some(a), Some(b)) if a == b => {}
            (None, None) => break,
            (a, b) => {
                let shown = |line: Option<&str>| {
                    line.map_or_else(|| "nothing".to_owned(), |line| format!("{line:?}"))
                };
                return format!("line {line} says {}, the records say {}", shown(a), shown(b));
            }
        }
    }
    "it is not what the records say".to_owned()
}

/// Which part of the log the score is of, as the result says.
pub(super) fn view(result: &[u8]) -> Result<View> {
    let result: Value = serde_json::from_slice(result).map_err(|e| bad(RESULT, e))?;
    let tree_size = result.pointer("/score/tree_size").and_then(Value::as_u64);
    let as_of = result.pointer("/score/as_of").and_then(Value::as_i64);
    match (tree_size, as_of) {
        (Some(tree_size), Some(as_of)) => Ok(View { tree_size, as_of: Timestamp(as_of) }),
        _ => Err(bad(RESULT, "it does not say of which part of the log it is")),
    }
}

fn number(result: &Value, at: &str) -> Option<u32> {
    result.pointer(at)?.as_u64()?.try_into().ok()
}

fn parameters(result: &Value) -> Option<Parameters> {
    Some(Parameters {
        mu: number(result, "/parameters/mu")?.into(),
        prior: number(result, "/parameters/prior")?.into(),
        prior_weight: number(result, "/parameters/prior_weight")?.into(),
        z_squared: result.pointer("/parameters/z_squared")?.as_str()?.parse().ok()?,
    })
}

fn claimed(result: &Value) -> Option<[u32; 4]> {
    Some([
        number(result, "/score/assured")?,
        number(result, "/score/expected")?,
        number(result, "/score/confidence")?,
        number(result, "/score/coverage")?,
    ])
}

fn check_verdict(files: &Files, line: &VerdictLine<'_>) -> Result<()> {
    let missing = || bad(&format!("records/{}.json", line.leaf), "the score counts it and it is missing");
    let index = find(files, line.leaf).ok_or_else(missing)?;
    if leaf(files, index)?.kind != record::JUDGED {
        return Err(bad(INPUTS, format!("record {index} is no verdict")));
    }
    if !files.contains_key(&files::body(index)) {
        return Ok(());
    }
    let says = |verdict: Verdict| {
        verdict.claim == line.claim && verdict.outcome == line.outcome && verdict.relation == line.relation
    };
    if said(files, index)?.verdict.is_some_and(says) {
        return Ok(());
    }
    Err(bad(INPUTS, format!("record {index} says something else about claim {}", line.claim)))
}
