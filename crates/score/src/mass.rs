//! From verdicts to masses: R supported, S refuted, M unexamined, in billionths of a claim.
//!
//! One claim is worth at most its materiality k, however many people look. All sums are integers.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Mul};

use serde::{Serialize, Serializer};

use crate::judgement::{Materiality, Outcome};
use foundation::Timestamp;

use super::model::{Claim, Subject, View};
use super::policy::Policy;
use super::weigh::{Judged, Standing, weigh};

/// Billionths of one claim of materiality 1; written as a decimal string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Nano(pub i128);

/// One whole claim.
pub const ONE: i128 = 1_000_000_000;

impl fmt::Display for Nano {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:09}", self.0 / ONE, self.0 % ONE)
    }
}

impl Serialize for Nano {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Supported, refuted and unexamined mass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Mass {
    /// R.
    pub supported: Nano,
    /// S.
    pub refuted: Nano,
    /// M.
    pub unexamined: Nano,
}

impl Add for Mass {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            supported: Nano(self.supported.0 + other.supported.0),
            refuted: Nano(self.refuted.0 + other.refuted.0),
            unexamined: Nano(self.unexamined.0 + other.unexamined.0),
        }
    }
}

impl Sum for Mass {
    fn sum<I: Iterator<Item = Self>>(masses: I) -> Self {
        masses.fold(Self::default(), Add::add)
    }
}

impl Mul<u32> for Mass {
    type Output = Self;

    fn mul(self, k: u32) -> Self {
        let times = |nano: Nano| Nano(nano.0 * i128::from(k));
        Self {
            supported: times(self.supported),
            refuted: times(self.refuted),
            unexamined: times(self.unexamined),
        }
    }
}

/// The mass of a claim of materiality 1 with these sums of weights, in thousandths.
pub fn of_weights(support: u64, refute: u64) -> Mass {
    let (support, refute) = (i128::from(support), i128::from(refute));
    let scale = (support + refute).max(1_000);
    Mass {
        supported: Nano(support * ONE / scale),
        refuted: Nano(refute * ONE / scale),
        unexamined: Nano((1_000 - support - refute).max(0) * (ONE / 1_000)),
    }
}

/// Everything the score needs to know about one claim in one view.
#[derive(Clone, Debug)]
pub struct Tally<'a> {
    pub claim: &'a Claim,
    /// Its verdicts in ledger order.
    pub judged: Vec<Judged<'a>>,
    /// r: sum of support weights, thousandths.
    pub support: u64,
    /// s: sum of refute weights, thousandths.
    pub refute: u64,
    /// When the newest counted support was recorded.
    pub supported_at: Option<Timestamp>,
    /// When the newest counted refutation was recorded.
    pub refuted_at: Option<Timestamp>,
}

impl Tally<'_> {
    /// k times the capped mass.
    pub fn mass(&self) -> Mass {
        of_weights(self.support, self.refute) * self.claim.materiality.k()
    }

    /// Somebody independent looked at it.
    pub fn examined(&self) -> bool {
        self.judged.iter().any(Judged::examines)
    }

    /// Support and refutation both stand.
    pub fn disputed(&self) -> bool {
        self.support > 0 && self.refute > 0
    }

    /// A critical claim with a standing refutation.
    pub fn critical_refuted(&self) -> bool {
        self.claim.materiality == Materiality::Critical && self.refute > 0
    }

    /// Its validity ran out and took verdicts with it.
    pub fn stale(&self) -> bool {
        self.judged.iter().any(|j| j.standing == Standing::Expired)
    }

    /// A verdict counts whose review pool agrees badly.
    pub fn low_agreement(&self, policy: &Policy) -> bool {
        let low = policy.reliability.bands.value.low;
        self.judged.iter().any(|j| j.standing == Standing::Counted && j.weight.rho <= low)
    }

    /// The author supports it, and nothing else was said.
    pub fn self_only(&self) -> bool {
        !self.judged.is_empty() && self.judged.iter().all(|j| j.standing == Standing::SelfAttested)
    }
}

/// The tallies of a subject's material claims that stand in this view, ordered by (leaf, id).
pub fn tallies<'a>(subject: &'a Subject, view: View, policy: &Policy) -> Vec<Tally<'a>> {
    let gone = |claim: &Claim| claim.withdrawn.is_some_and(|w| view.holds(w));
    let stands = |claim: &&Claim| view.holds(claim.made) && !gone(claim) && claim.materiality.k() > 0;
    let mut claims: Vec<_> = subject.claims.iter().filter(stands).collect();
    claims.sort_by(|a, b| (a.made.leaf, &a.id).cmp(&(b.made.leaf, &b.id)));
    claims.dedup_by(|a, b| a.id == b.id);
    claims.into_iter().map(|claim| tally(claim, subject, view, policy, None)).collect()
}

/// The tally of one claim, optionally as if one verdict had never been given.
pub fn tally<'a>(
    claim: &'a Claim,
    subject: &Subject,
    view: View,
    policy: &Policy,
    without: Option<&str>,
) -> Tally<'a> {
    let judged = weigh(claim, subject, view, policy, without);
    Tally {
        claim,
        support: sum(&judged, Outcome::Supported),
        refute: sum(&judged, Outcome::Refuted),
        supported_at: newest(&judged, Outcome::Supported),
        refuted_at: newest(&judged, Outcome::Refuted),
        judged,
    }
}

fn counted<'a>(judged: &'a [Judged<'a>], outcome: Outcome) -> impl Iterator<Item = &'a Judged<'a>> {
    judged.iter().filter(move |j| j.standing == Standing::Counted && j.verdict.outcome == outcome)
}

fn sum(judged: &[Judged<'_>], outcome: Outcome) -> u64 {
    counted(judged, outcome).map(|j| u64::from(j.weight.total)).sum()
}

/// A weaker judge of the group still keeps the group's evidence fresh; else a stronger, older one would age it.
fn newest(judged: &[Judged<'_>], outcome: Outcome) -> Option<Timestamp> {
    let stands = |j: &&Judged<'_>| matches!(j.standing, Standing::Counted | Standing::WeakerJudge);
    let said = judged.iter().filter(stands).filter(|j| j.verdict.outcome == outcome && j.weight.total > 0);
    said.map(|j| j.verdict.recorded.at).max()
}
