//! The score's inputs as a table that a spreadsheet, awk or a few lines of Python recompute.
//!
//! One row per verdict of a material claim, one row for a claim without any, and one row per trace whose
//! bytes are not what was logged. Text columns stand last, quoted by RFC 4180, without control characters
//! and never beginning like a formula, so that splitting the first columns at commas is safe.

use std::fmt::Write as _;

use serde::Serialize;

use crate::judgement::Outcome;
use foundation::{Error, Result, jcs};

use super::mass::{Tally, tallies};
use super::model::{Subject, SubjectKind, View};
use super::policy::Policy;
use super::score::{Score, failed, score};
use super::weigh::{Judged, Standing};

/// The first line of `inputs.csv`. `claim` numbers the claims of the file from 1.
pub const HEADER: &str = "claim,k,leaf,kind,outcome,relation,base,relation_factor,rho,weight,counted,examines,\
                          standing,claim_id,verdict_id,verifier,method_family";

/// Recomputes T, E, C and K from `inputs.csv` with POSIX awk; its head says how to call it.
pub const RECOMPUTE_AWK: &str = include_str!("recompute.awk");

/// `inputs.csv` of a claim, trace, step or order; agents and tenants need their ages too and are refused.
pub fn inputs(subject: &Subject, view: View, policy: &Policy) -> Result<String> {
    if subject.kind.ages() {
        return Err(Error::refused(
            "inputs.csv holds frozen evidence; an agent's or tenant's score also ages",
        ));
    }
    let tallies = tallies(subject, view, policy);
    let mut out = format!("{HEADER}\n");
    for (number, tally) in (1..).zip(&tallies) {
        claim_rows(&mut out, number, tally);
    }
    if subject.kind != SubjectKind::Claim {
        for (number, trace) in (tallies.len() + 1..).zip(failed(subject)) {
            integrity_row(&mut out, number, trace, policy.integrity_materiality.value);
        }
    }
    Ok(out)
}

fn claim_rows(out: &mut String, number: usize, tally: &Tally<'_>) {
    let (k, id) = (tally.claim.materiality.k(), cell(&tally.claim.id));
    if tally.judged.is_empty() {
        let _ = writeln!(out, "{number},{k},,,,,0,0,0,0,0,0,unexamined,{id},,,");
    }
    for judged in &tally.judged {
        let _ = write!(out, "{number},{k},");
        verdict_columns(out, judged, &id);
    }
}

fn verdict_columns(out: &mut String, judged: &Judged<'_>, claim: &str) {
    let (verdict, weight) = (judged.verdict, judged.weight);
    let leaf = verdict.recorded.leaf.map(|leaf| leaf.to_string()).unwrap_or_default();
    let (kind, outcome, relation) =
        (verdict.kind.as_str(), verdict.outcome.as_str(), verdict.relation.as_str());
    let counted = u8::from(judged.standing == Standing::Counted);
    let examines = u8::from(judged.examines());
    let _ = writeln!(
        out,
        "{leaf},{kind},{outcome},{relation},{},{},{},{},{counted},{examines},{},{claim},{},{},{}",
        weight.base,
        weight.relation,
        weight.rho,
        weight.total,
        judged.standing.as_str(),
        cell(&verdict.id),
        cell(&verdict.verifier),
        cell(verdict.kind.family()),
    );
}

/// The implicit critical claim "this record is intact", refuted.
fn integrity_row(out: &mut String, number: usize, trace: &str, k: u32) {
    let refuted = Outcome::Refuted.as_str();
    let trace = cell(&format!("trace {trace}"));
    let _ = writeln!(
        out,
        "{number},{k},,integrity,{refuted},independent,1000,1000,1000,1000,1,1,counted,{trace},,,integrity"
    );
}

/// A text as a cell of the table has it.
pub fn cell(raw: &str) -> String {
    let plain: String = raw.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let formula = plain.starts_with(['=', '+', '-', '@']);
    let guarded = if formula { format!("'{plain}") } else { plain };
    if guarded.contains(['"', ',']) { format!("\"{}\"", guarded.replace('"', "\"\"")) } else { guarded }
}

/// What `result.json` holds: the score, and the policy's numbers that the last formulas use.
#[derive(Debug, Serialize)]
struct ResultFile {
    version: &'static str,
    score: Score,
    parameters: Parameters,
}

#[derive(Debug, Serialize)]
struct Parameters {
    mu: u32,
    prior: u32,
    prior_weight: u32,
    z_squared: String,
}

/// `result.json`: canonical JSON of the score with the parameters that recomputing it needs.
pub fn result(subject: &Subject, view: View, policy: &Policy) -> Result<Vec<u8>> {
    let score = score(subject, view, policy)?;
    let parameters = Parameters {
        mu: score.mu,
        prior: policy.prior.value,
        prior_weight: policy.prior_weight.value,
        z_squared: policy.z_squared.value.text().to_owned(),
    };
    jcs::to_bytes(&ResultFile { version: "twscore/1", score, parameters })
}
