//! Why the score is what it is: every verdict with its factors, what T loses without it, and what would
//! raise T most.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::judgement::{Outcome, Relation};
use foundation::Result;

use super::mass::{Tally, tallies, tally};
use super::model::{Integrity, Kind, Subject, View};
use super::policy::Policy;
use super::score::{Score, Totals, assured, failed, score, totals};
use super::weigh::{Judged, Standing, Weight};
use super::wilson::basis_points;

/// How many proposals are kept.
pub const PROPOSALS: usize = 5;

/// One verdict's part in the score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Claim id.
    pub claim: String,
    /// The claim's mass k.
    pub k: u32,
    /// Leaf index of the verdict.
    pub leaf: Option<u64>,
    /// Verdict id.
    pub verdict: String,
    pub verifier: String,
    /// By which kind of method.
    pub kind: &'static str,
    /// By which family of it.
    pub family: String,
    pub outcome: Outcome,
    /// Relation of verifier and author.
    pub relation: Relation,
    pub weight: Weight,
    /// Whether it counts, or why not.
    pub standing: Standing,
    /// T with it minus T without it, basis points.
    pub change: i64,
}

/// What somebody could do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Next {
    /// An independent person supports the claim.
    Verify,
    /// The refutation is mended and settled in the claim's favour.
    Settle,
    /// The trace's logged bytes are restored.
    Restore,
}

/// A proposal and its worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// Id of the claim, or of the trace for [`Next::Restore`].
    pub id: String,
    pub next: Next,
    /// T afterwards minus T now, basis points.
    pub gain: i64,
}

/// A score with its reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    pub score: Score,
    /// One row per verdict, by claim and then by leaf.
    pub rows: Vec<Row>,
    /// The most useful next steps, best first.
    pub proposals: Vec<Proposal>,
}

/// Scores a subject and says why. No verdict is proposed on the claims in `not_yet`, which nobody may judge for now.
pub fn explain(
    subject: &Subject,
    view: View,
    policy: &Policy,
    not_yet: &BTreeSet<String>,
) -> Result<Explanation> {
    let tallies = tallies(subject, view, policy);
    let now = totals(subject, tallies.iter(), view, policy);
    let scene = Scene { subject, view, policy, tallies: &tallies, now };
    Ok(Explanation {
        score: score(subject, view, policy)?,
        rows: (0..).zip(&tallies).flat_map(|(at, tally)| scene.rows(at, tally)).collect(),
        proposals: scene.proposals(not_yet),
    })
}

#[derive(Clone, Copy)]
struct Scene<'a> {
    subject: &'a Subject,
    view: View,
    policy: &'a Policy,
    tallies: &'a [Tally<'a>],
    now: Totals,
}

impl<'a> Scene<'a> {
    fn rows(&self, at: usize, tally: &Tally<'a>) -> Vec<Row> {
        tally.judged.iter().map(|judged| self.row(at, tally, judged)).collect()
    }

    fn row(&self, at: usize, own: &Tally<'a>, judged: &Judged<'_>) -> Row {
        let verdict = judged.verdict;
        let without = tally(own.claim, self.subject, self.view, self.policy, Some(&verdict.id));
        Row {
            claim: own.claim.id.clone(),
            k: own.claim.materiality.k(),
            leaf: verdict.recorded.leaf,
            verdict: verdict.id.clone(),
            verifier: verdict.verifier.clone(),
            kind: verdict.kind.as_str(),
            family: verdict.kind.family().to_owned(),
            outcome: verdict.outcome,
            relation: verdict.relation,
            weight: judged.weight,
            standing: judged.standing,
            change: -self.change(at, &without),
        }
    }

    /// T with this claim's tally exchanged, minus T now.
    fn change(&self, at: usize, other: &Tally<'_>) -> i64 {
        let before = self.tallies.iter().take(at);
        let after = self.tallies.iter().skip(at + 1);
        let exchanged = before.chain([other]).chain(after);
        let then = totals(self.subject, exchanged, self.view, self.policy);
        self.assured(then) - self.assured(self.now)
    }

    fn assured(&self, totals: Totals) -> i64 {
        i64::from(basis_points(assured(self.subject, totals, self.policy)))
    }

    fn proposals(&self, not_yet: &BTreeSet<String>) -> Vec<Proposal> {
        let claims = (0..).zip(self.tallies).map(|(at, tally)| self.judge(at, tally));
        let claims = claims.filter(|p| p.next != Next::Verify || !not_yet.contains(&p.id));
        let traces = failed(self.subject).map(|trace| self.restore(trace));
        let mut all: Vec<_> = claims.chain(traces).filter(|p| p.gain > 0).collect();
        all.sort_by(|a, b| (-a.gain, a.next, &a.id).cmp(&(-b.gain, b.next, &b.id)));
        all.truncate(PROPOSALS);
        all
    }

    /// What one more independent person would change on this claim.
    fn judge(&self, at: usize, tally: &Tally<'a>) -> Proposal {
        let (human, claim) = (Kind::Human, tally.claim);
        let rho = u64::from(self.policy.rho(&human, &claim.claim_type));
        let one = u64::from(self.policy.base(&human)) * rho / 1_000;
        let (next, support) =
            if tally.refute > 0 { (Next::Settle, one) } else { (Next::Verify, tally.support + one) };
        let then = Tally { support, refute: 0, supported_at: Some(self.view.as_of), ..tally.clone() };
        Proposal { id: claim.id.clone(), next, gain: self.change(at, &then) }
    }

    fn restore(&self, trace: &str) -> Proposal {
        let mut mended = self.subject.clone();
        mended.traces.insert(trace.to_owned(), Integrity::Ok);
        let tallies = tallies(&mended, self.view, self.policy);
        let then = totals(&mended, tallies.iter(), self.view, self.policy);
        let after = basis_points(assured(&mended, then, self.policy));
        Proposal {
            id: trace.to_owned(),
            next: Next::Restore,
            gain: i64::from(after) - self.assured(self.now),
        }
    }
}
