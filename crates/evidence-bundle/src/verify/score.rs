//! Step 7: the score is what the table makes of it, and the table is what the records say.

use foundation::Result;
use serde_json::Value;

use crate::files::{self, Files, INPUTS, RESULT};
use crate::recompute::{self, Parameters, VerdictLine};

use super::records::said;
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

fn check_verdict(files: &Files, line: &VerdictLine) -> Result<()> {
    let path = files::leaf(line.leaf);
    bytes(files, &path)?;
    if !files.contains_key(&files::body(line.leaf)) {
        return Ok(());
    }
    let Some(verdict) = said(files, line.leaf)?.verdict else {
        return Err(bad(INPUTS, format!("record {} is no verdict", line.leaf)));
    };
    if verdict.claim == line.claim && verdict.outcome == line.outcome {
        return Ok(());
    }
    Err(bad(INPUTS, format!("record {} says something else about claim {}", line.leaf, line.claim)))
}
