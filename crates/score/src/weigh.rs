//! The weight of one verdict, and which verdicts of a claim stand.
//!
//! w = base(kind) x relation x rho, in thousandths. A self verdict that does not refute has no effect at
//! all, so it can neither add nor push out anything; only its own author supersedes a verdict; an
//! adjudication settles what it names if somebody independent of author and verifiers gave it.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::judgement::{Outcome, Relation};

use super::model::{Claim, Integrity, Kind, Subject, Verdict, View};
use super::policy::Policy;

/// The factors of one verdict's weight, in thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Weight {
    /// By kind.
    pub base: u32,
    /// By relation and outcome.
    pub relation: u32,
    /// By reliability of the review pool.
    pub rho: u32,
    /// floor(base x relation x rho / 1,000,000).
    pub total: u32,
}

/// Whether a verdict counts, or why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It counts with its weight.
    Counted,
    /// Not enough information: recorded, adds nothing.
    AddsNothing,
    /// The author's own support: shown, weighs nothing.
    SelfAttested,
    /// Its author replaced it by name.
    Superseded,
    /// The same verifier judged again by the same method.
    Replaced,
    /// An adjudication settled it.
    Settled,
    /// A stronger statistical judge counts in its place.
    WeakerJudge,
    /// It rests only on traces whose bytes are not what was logged.
    RestsOnFailed,
    /// It rests only on traces that no checkpoint covers yet.
    RestsOnPending,
    /// The claim's validity has run out.
    Expired,
}

impl Standing {
    /// The word in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Counted => "counted",
            Self::AddsNothing => "adds_nothing",
            Self::SelfAttested => "self_attested",
            Self::Superseded => "superseded",
            Self::Replaced => "replaced",
            Self::Settled => "settled",
            Self::WeakerJudge => "weaker_judge",
            Self::RestsOnFailed => "rests_on_failed",
            Self::RestsOnPending => "rests_on_pending",
            Self::Expired => "expired",
        }
    }
}

/// A verdict with its weight and standing.
#[derive(Clone, Copy, Debug)]
pub struct Judged<'a> {
    pub verdict: &'a Verdict,
    pub weight: Weight,
    pub standing: Standing,
}

impl Judged<'_> {
    /// Somebody independent has looked: the claim counts as covered.
    pub fn examines(&self) -> bool {
        let stands =
            matches!(self.standing, Standing::Counted | Standing::AddsNothing | Standing::WeakerJudge);
        stands && self.verdict.relation == Relation::Independent && self.weight.base > 0
    }
}

/// Weighs the verdicts of a claim that the view holds, in ledger order, each once; `without` is left out.
pub fn weigh<'a>(
    claim: &'a Claim,
    subject: &Subject,
    view: View,
    policy: &Policy,
    without: Option<&str>,
) -> Vec<Judged<'a>> {
    let mut judged: Vec<_> = in_order(claim, view, without)
        .into_iter()
        .map(|verdict| Judged {
            verdict,
            weight: weight_of(verdict, claim, policy),
            standing: alone(verdict, claim, subject, view),
        })
        .collect();
    drop_replaced(&mut judged);
    drop_settled(&mut judged);
    keep_strongest_judge(&mut judged, Outcome::Supported);
    keep_strongest_judge(&mut judged, Outcome::Refuted);
    judged
}

fn in_order<'a>(claim: &'a Claim, view: View, without: Option<&str>) -> Vec<&'a Verdict> {
    let held = claim.verdicts.iter().filter(|v| view.holds(v.recorded) && without != Some(v.id.as_str()));
    let mut all: Vec<_> = held.collect();
    all.sort_by(|a, b| (a.recorded.leaf, &a.id).cmp(&(b.recorded.leaf, &b.id)));
    all.dedup_by(|a, b| a.id == b.id);
    all
}

fn weight_of(verdict: &Verdict, claim: &Claim, policy: &Policy) -> Weight {
    let base = policy.base(&verdict.kind);
    let relation = policy.relation(verdict.relation, verdict.outcome);
    let rho = policy.rho(&verdict.kind, &claim.claim_type);
    let product = u64::from(base) * u64::from(relation) * u64::from(rho) / 1_000_000;
    Weight { base, relation, rho, total: u32::try_from(product).unwrap_or(u32::MAX) }
}

/// The standing a verdict has by itself, before others are looked at.
fn alone(verdict: &Verdict, claim: &Claim, subject: &Subject, view: View) -> Standing {
    let state = |trace: &String| subject.traces.get(trace).copied().unwrap_or(Integrity::Ok);
    let rests_only_on = |bad: &[Integrity]| {
        !verdict.rests_on.is_empty() && verdict.rests_on.iter().all(|trace| bad.contains(&state(trace)))
    };
    if verdict.relation == Relation::Own && verdict.outcome != Outcome::Refuted {
        Standing::SelfAttested
    } else if claim.valid_until.is_some_and(|end| view.as_of > end) {
        Standing::Expired
    } else if verdict.outcome == Outcome::Supported && rests_only_on(&[Integrity::Failed]) {
        Standing::RestsOnFailed
    } else if rests_only_on(&[Integrity::Pending, Integrity::Failed]) && !rests_only_on(&[Integrity::Failed])
    {
        Standing::RestsOnPending
    } else if verdict.outcome == Outcome::NotEnoughInformation {
        Standing::AddsNothing
    } else {
        Standing::Counted
    }
}

/// Drops superseded verdicts and all but the latest per (verifier, family); latest first.
fn drop_replaced(judged: &mut [Judged<'_>]) {
    let mut named: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for entry in judged.iter_mut().rev() {
        let verdict = entry.verdict;
        if matches!(entry.standing, Standing::SelfAttested | Standing::RestsOnPending) {
            continue;
        }
        let superseded = named.contains(&(verdict.id.as_str(), verdict.verifier.as_str()));
        let replaced =
            !seen.insert((verdict.verifier.as_str(), verdict.kind.as_str(), verdict.kind.family()));
        if superseded {
            entry.standing = Standing::Superseded;
        } else if replaced {
            entry.standing = Standing::Replaced;
        }
        if let Some(earlier) = &verdict.supersedes {
            named.insert((earlier, &verdict.verifier));
        }
    }
}

/// Drops what a standing adjudication names, latest first; it settles earlier verdicts of others only.
fn drop_settled(judged: &mut [Judged<'_>]) {
    let mut named: BTreeSet<(&str, &str)> = BTreeSet::new();
    for entry in judged.iter_mut().rev() {
        let verdict = entry.verdict;
        let stands = matches!(entry.standing, Standing::Counted | Standing::AddsNothing);
        let mut by = named.range((verdict.id.as_str(), "")..).take_while(|(id, _)| *id == verdict.id);
        if stands && by.any(|(_, by)| *by != verdict.verifier) {
            entry.standing = Standing::Settled;
            continue;
        }
        if let (true, Relation::Independent, Kind::Adjudication { settles }) =
            (stands, verdict.relation, &verdict.kind)
        {
            named.extend(settles.iter().map(|id| (id.as_str(), verdict.verifier.as_str())));
        }
    }
}

/// Statistical judges are one dependent group: the strongest per outcome counts, never their sum.
fn keep_strongest_judge(judged: &mut [Judged<'_>], outcome: Outcome) {
    let of_group = |entry: &Judged<'_>| {
        entry.standing == Standing::Counted
            && entry.verdict.outcome == outcome
            && matches!(entry.verdict.kind, Kind::Statistical { .. })
    };
    let strongest = judged.iter().filter(|e| of_group(e)).map(|e| e.weight.total).max();
    let mut kept = false;
    for entry in judged.iter_mut().filter(|e| of_group(e)) {
        let keeps = !kept && Some(entry.weight.total) == strongest;
        kept |= keeps;
        if !keeps {
            entry.standing = Standing::WeakerJudge;
        }
    }
}
