//! The score of a subject: T assured, E expected, C confidence, K coverage, grade and flags.
//!
//! Always shown together, never one alone. All four are floor(10000 x) basis points.

use serde::{Deserialize, Serialize};

use foundation::{Digest, Result, Timestamp};

use super::age::aged_total;
use super::mass::{Mass, Nano, ONE, Tally, tallies};
use super::model::{Integrity, Selection, Subject, SubjectKind, View};
use super::policy::Policy;
use super::wilson::{basis_points, exact_basis_points, lower_bound};

/// A letter for people in a hurry; policy, not statistics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Grade {
    /// T and K high, no flags.
    A,
    /// T from 75 %.
    B,
    /// T from 50 %, or capped by a standing refutation of something critical.
    C,
    /// T below that.
    D,
    /// Nothing was examined.
    #[serde(rename = "–")]
    None,
    /// The record is not intact.
    #[serde(rename = "void")]
    Void,
}

impl Grade {
    /// The sign shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
            Self::None => "–",
            Self::Void => "void",
        }
    }
}

/// What a reader must know beside the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flag {
    /// A claim is supported and refuted, and nobody settled it.
    Disputed,
    /// A refutation of a critical claim stands.
    CriticalRefuted,
    /// Everything said was said by those who did the work.
    SelfOnly,
    /// A perishable claim ran out.
    Stale,
    /// A verdict counts from a pool that agrees badly.
    LowAgreement,
    /// A part was examined, chosen by judgement, not by a committed sample.
    JudgementSample,
    /// A trace is not what the log committed to.
    IntegrityFailed,
}

impl Flag {
    /// The word shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Disputed => "disputed",
            Self::CriticalRefuted => "critical-refuted",
            Self::SelfOnly => "self-only",
            Self::Stale => "stale",
            Self::LowAgreement => "low-agreement",
            Self::JudgementSample => "judgement-sample",
            Self::IntegrityFailed => "integrity-failed",
        }
    }
}

/// A score and everything needed to say what it is a score of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Score {
    pub subject_kind: SubjectKind,
    pub subject: String,
    /// Leaves that counted.
    pub tree_size: u64,
    /// Latest moment that counted, UTC microseconds.
    pub as_of: Timestamp,
    /// SHA-256 of the policy.
    pub policy: Digest,
    /// R, S and M.
    pub mass: Mass,
    /// mu that was used, thousandths.
    pub mu: u32,
    /// Sum of k over material claims.
    pub material: u64,
    /// Sum of k over claims somebody independent looked at.
    pub examined: u64,
    /// T in basis points.
    pub assured: u32,
    /// E in basis points.
    pub expected: u32,
    /// C in basis points.
    pub confidence: u32,
    /// K in basis points.
    pub coverage: u32,
    pub grade: Grade,
    /// What to know beside it, in a fixed order.
    pub flags: Vec<Flag>,
}

impl Score {
    /// The canonical bytes: equal inputs give equal bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        foundation::jcs::to_bytes(self)
    }
}

/// Sums over a subject.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// R, S, M.
    pub mass: Mass,
    /// Sum of k.
    pub material: u64,
    /// Sum of k of examined claims.
    pub examined: u64,
}

/// Scores a subject as the ledger stood in this view.
pub fn score(subject: &Subject, view: View, policy: &Policy) -> Result<Score> {
    let tallies = tallies(subject, view, policy);
    let totals = totals(subject, tallies.iter(), view, policy);
    let flags = flags(subject, &tallies, totals, policy);
    let assured = basis_points(assured(subject, totals, policy));
    let coverage = exact_basis_points(i128::from(totals.examined), i128::from(totals.material));
    Ok(Score {
        subject_kind: subject.kind,
        subject: subject.id.clone(),
        tree_size: view.tree_size,
        as_of: view.as_of,
        policy: policy.digest()?,
        mass: totals.mass,
        mu: mu(subject, policy),
        material: totals.material,
        examined: totals.examined,
        assured,
        expected: expected(totals, policy),
        confidence: confidence(totals, policy),
        coverage,
        grade: grade(subject, totals, assured, coverage, &flags, policy),
        flags,
    })
}

/// Sums the tallies; a failed trace adds the refuted implicit claim "this record is intact".
pub fn totals<'a>(
    subject: &Subject,
    tallies: impl Iterator<Item = &'a Tally<'a>> + Clone,
    view: View,
    policy: &Policy,
) -> Totals {
    let k = |tally: &Tally<'_>| u64::from(tally.claim.materiality.k());
    let claims = if subject.kind.ages() {
        aged_total(tallies.clone(), view, policy)
    } else {
        tallies.clone().map(Tally::mass).sum()
    };
    let lost = integrity_loss(subject, policy);
    let broken = Mass { refuted: Nano(i128::from(lost) * ONE), ..Mass::default() };
    Totals {
        mass: claims + broken,
        material: tallies.clone().map(k).sum::<u64>() + lost,
        examined: tallies.filter(|t| t.examined()).map(k).sum::<u64>() + lost,
    }
}

/// Mass of the implicit claims that failed traces refute; a single claim is no parent of its traces.
fn integrity_loss(subject: &Subject, policy: &Policy) -> u64 {
    if subject.kind == SubjectKind::Claim {
        return 0;
    }
    u64::from(policy.integrity_materiality.value) * failed(subject).count() as u64
}

/// The traces under a subject that are not what the log committed to, in id order.
pub fn failed(subject: &Subject) -> impl Iterator<Item = &String> {
    subject.traces.iter().filter(|(_, state)| **state == Integrity::Failed).map(|(id, _)| id)
}

fn is_void(subject: &Subject) -> bool {
    subject.kind == SubjectKind::Trace && failed(subject).next().is_some()
}

/// mu for this subject, thousandths.
pub fn mu(subject: &Subject, policy: &Policy) -> u32 {
    match subject.selection {
        Selection::Judgement => policy.mu_judgement.value,
        Selection::CommittedSample => policy.mu_sample.value,
    }
}

/// T before it is cut to basis points.
pub fn assured(subject: &Subject, totals: Totals, policy: &Policy) -> f64 {
    if is_void(subject) {
        return 0.0;
    }
    let unexamined = totals.mass.unexamined.0 * i128::from(mu(subject, policy)) / 1_000;
    let failures = Nano(totals.mass.refuted.0 + unexamined);
    lower_bound(totals.mass.supported, failures, policy.z_squared.value.value())
}

fn expected(totals: Totals, policy: &Policy) -> u32 {
    let (a, w) = (i128::from(policy.prior.value), i128::from(policy.prior_weight.value));
    let evidence = totals.mass.supported.0 + totals.mass.refuted.0;
    exact_basis_points(totals.mass.supported.0 + a * w * (ONE / 1_000_000), evidence + w * (ONE / 1_000))
}

fn confidence(totals: Totals, policy: &Policy) -> u32 {
    let evidence = totals.mass.supported.0 + totals.mass.refuted.0;
    exact_basis_points(evidence, evidence + i128::from(policy.prior_weight.value) * (ONE / 1_000))
}

fn flags<'a>(subject: &Subject, tallies: &[Tally<'a>], totals: Totals, policy: &Policy) -> Vec<Flag> {
    let broken = failed(subject).next().is_some();
    let any = |test: fn(&Tally<'a>) -> bool| tallies.iter().any(test);
    let partly = totals.examined > 0 && totals.examined < totals.material;
    let spoken = || tallies.iter().filter(|t| !t.judged.is_empty());
    [
        (Flag::Disputed, any(Tally::disputed)),
        (
            Flag::CriticalRefuted,
            any(Tally::critical_refuted) || (broken && subject.kind != SubjectKind::Claim),
        ),
        (Flag::SelfOnly, spoken().next().is_some() && spoken().all(Tally::self_only)),
        (Flag::Stale, any(Tally::stale)),
        (Flag::LowAgreement, tallies.iter().any(|t| t.low_agreement(policy))),
        (Flag::JudgementSample, partly && subject.selection == Selection::Judgement),
        (Flag::IntegrityFailed, broken),
    ]
    .into_iter()
    .filter_map(|(flag, raised)| raised.then_some(flag))
    .collect()
}

fn grade(subject: &Subject, totals: Totals, t: u32, k: u32, flags: &[Flag], policy: &Policy) -> Grade {
    let bounds = policy.grades.value;
    let capped = flags.contains(&Flag::CriticalRefuted);
    if is_void(subject) {
        Grade::Void
    } else if totals.mass.supported.0 + totals.mass.refuted.0 == 0 {
        Grade::None
    } else if t >= bounds.a && k >= bounds.a_coverage && flags.is_empty() {
        Grade::A
    } else if t >= bounds.b && !capped {
        Grade::B
    } else if t >= bounds.c {
        Grade::C
    } else {
        Grade::D
    }
}
