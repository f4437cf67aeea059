//! Step 7: the score is what the table makes of it, and the table is what the records say.

use foundation::Result;
use serde_json::Value;

use crate::files::{self, Files, INPUTS, RESULT};
use crate::recompute::{self, Parameters, VerdictLine};
use crate::record::{self, Verdict};

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
