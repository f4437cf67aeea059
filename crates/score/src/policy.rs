//! The policy: every number the score depends on, each with one sentence of reason.
//!
//! A policy is itself a ledger entry and is named by the SHA-256 of its canonical JSON (RFC 8785), so it
//! holds integers (thousandths, basis points, days) and decimal strings only. A new version is a new entry;
//! scores computed under an earlier one stay as they are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::judgement::{Outcome, Relation};
use foundation::{Digest, Error, Result, jcs};

use super::model::Kind;

/// A number and why it is that number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting<T> {
    pub value: T,
    pub reason: String,
}

/// A decimal number kept as its text, read once with correct rounding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Decimal {
    text: String,
    value: f64,
}

impl Decimal {
    /// The number.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// The number as written.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl TryFrom<String> for Decimal {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let value = text.parse::<f64>().ok().filter(|v| v.is_finite() && *v > 0.0);
        value.map(|value| Self { text, value }).ok_or_else(|| "expected a positive decimal number".to_owned())
    }
}

impl From<Decimal> for String {
    fn from(decimal: Decimal) -> Self {
        decimal.text
    }
}

/// What one verdict weighs by its kind, in thousandths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bases {
    /// A human decision that names the verdicts it settles.
    pub adjudication: Setting<u32>,
    pub human: Setting<u32>,
    /// A re-executable check without learned parameters.
    pub deterministic: Setting<u32>,
    /// The most a statistical judge may weigh; below it, 1000 x J.
    pub statistical_cap: Setting<u32>,
}

/// Factors by relation, in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelationFactors {
    /// Nobody near the author.
    pub independent: u32,
    /// Another account of the author's unit.
    pub same_unit: u32,
    /// The author or a performer.
    pub own: u32,
}

/// How the relation of verifier and author weighs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relations {
    pub support: Setting<RelationFactors>,
    pub refute: Setting<RelationFactors>,
}

/// What a review pool of one claim type showed in its last closed period: a frozen input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    /// The closed period, such as `2026-Q3`.
    pub period: String,
    /// Krippendorff's alpha in thousandths.
    pub alpha: i32,
    /// Units judged by at least two people.
    pub double_reviewed: u32,
}

/// From agreement to rho, all in thousandths except the count of units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bands {
    /// Alpha from here on is high.
    pub high_alpha: i32,
    /// rho for high agreement.
    pub high: u32,
    /// Alpha from here on is middling.
    pub middle_alpha: i32,
    /// rho for middling agreement, or too few units.
    pub middle: u32,
    /// rho below that.
    pub low: u32,
    /// Fewer double-reviewed units than this measure nothing.
    pub least_units: u32,
}

/// Reliability (rho) of people's verdicts by claim type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reliability {
    /// rho of a claim type for which no period is closed yet.
    pub unmeasured: Setting<u32>,
    /// From alpha to rho.
    pub bands: Setting<Bands>,
    /// rho of checks and statistical judges.
    pub machine: Setting<u32>,
    /// The closed periods, by claim type.
    pub pools: BTreeMap<String, Pool>,
}

/// Grades in basis points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GradeBounds {
    /// Least T for A.
    pub a: u32,
    /// Least K for A.
    pub a_coverage: u32,
    /// Least T for B.
    pub b: u32,
    /// Least T for C.
    pub c: u32,
}

/// TW-Score: everything the score depends on besides the ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// Always `TW-Score`.
    pub name: String,
    /// Version of the numbers.
    pub version: u32,
    /// Weight by kind.
    pub bases: Bases,
    /// Weight by relation.
    pub relations: Relations,
    /// Weight by reliability.
    pub reliability: Reliability,
    /// mu: what an unexamined claim costs of a refutation, left out by judgement; thousandths.
    pub mu_judgement: Setting<u32>,
    /// mu when the examined claims are a committed random sample; thousandths.
    pub mu_sample: Setting<u32>,
    /// a: the expectation without evidence; thousandths.
    pub prior: Setting<u32>,
    /// W: how much evidence the prior is worth; thousandths of a claim.
    pub prior_weight: Setting<u32>,
    /// z squared of the one-sided lower bound.
    pub z_squared: Setting<Decimal>,
    /// H: days after which a support counts half (agents and tenants).
    pub half_days: Setting<u32>,
    /// Refutations fade this many times slower.
    pub refuted_slower: Setting<u32>,
    /// The most one work order may weigh for an agent or tenant; thousandths of a claim.
    pub cluster_cap: Setting<u32>,
    /// Materiality of the implicit claim that a record is intact.
    pub integrity_materiality: Setting<u32>,
    pub grades: Setting<GradeBounds>,
}

impl Policy {
    /// TW-Score v1 with no closed review period.
    pub fn v1() -> Self {
        Self {
            name: "TW-Score".to_owned(),
            version: 1,
            bases: Bases::v1(),
            relations: Relations::v1(),
            reliability: Reliability::v1(),
            mu_judgement: set(
                500,
                "Leaving a claim out by choice must cost something, yet less than refuting it.",
            ),
            mu_sample: set(0, "A committed random sample speaks for the claims it left out."),
            prior: set(500, "Without evidence neither outcome is favoured."),
            prior_weight: set(
                2_000,
                "Two claims of weight is the customary prior of subjective logic (W = 2).",
            ),
            z_squared: set(
                Decimal { text: "2.705543454095404".to_owned(), value: 2.705_543_454_095_404 },
                "The square of the normal quantile at 95 %, for a one-sided lower bound.",
            ),
            half_days: set(180, "Half a year is about how long a model and its prompts stay the same."),
            refuted_slower: set(2, "Refutations fade slower, so that nobody waits one out."),
            cluster_cap: set(10_000, "Claims of one order hang together, so one order weighs at most ten."),
            integrity_materiality: set(4, "A record that is not intact is a critical fault."),
            grades: set(
                GradeBounds { a: 9_000, a_coverage: 9_000, b: 7_500, c: 5_000 },
                "Round bounds that people remember; policy, not statistics.",
            ),
        }
    }

    /// Reads a policy from a ledger entry or a bundle; refuses numbers out of range.
    pub fn from_json(bytes: &[u8]) -> Result<Self> {
        let policy: Self =
            serde_json::from_slice(bytes).map_err(|e| Error::invalid("policy", e.to_string()))?;
        policy.check()?;
        Ok(policy)
    }

    /// The canonical bytes: what is logged, bundled and hashed.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        jcs::to_bytes(self)
    }

    /// SHA-256 of the canonical bytes.
    pub fn digest(&self) -> Result<Digest> {
        Ok(Digest::of(&self.to_bytes()?))
    }

    /// What a verdict of this kind weighs before other factors, in thousandths.
    pub fn base(&self, kind: &Kind) -> u32 {
        match kind {
            Kind::Human => self.bases.human.value,
            Kind::Adjudication { .. } => self.bases.adjudication.value,
            Kind::Deterministic { .. } => self.bases.deterministic.value,
            Kind::Statistical { j, .. } => {
                u32::try_from(*j).unwrap_or(0).min(self.bases.statistical_cap.value)
            }
        }
    }

    /// The factor for the relation of verifier and author, in thousandths.
    pub fn relation(&self, relation: Relation, outcome: Outcome) -> u32 {
        let factors = match outcome {
            Outcome::Refuted => self.relations.refute.value,
            _ => self.relations.support.value,
        };
        match relation {
            Relation::Independent => factors.independent,
            Relation::SameUnit => factors.same_unit,
            Relation::Own => factors.own,
        }
    }

    /// rho of a kind of verdict on a claim type, in thousandths.
    pub fn rho(&self, kind: &Kind, claim_type: &str) -> u32 {
        let reliability = &self.reliability;
        let bands = reliability.bands.value;
        match (kind, reliability.pools.get(claim_type)) {
            (Kind::Deterministic { .. } | Kind::Statistical { .. }, _) => reliability.machine.value,
            (_, None) => reliability.unmeasured.value,
            (_, Some(pool)) if pool.double_reviewed < bands.least_units => bands.middle,
            (_, Some(pool)) if pool.alpha >= bands.high_alpha => bands.high,
            (_, Some(pool)) if pool.alpha >= bands.middle_alpha => bands.middle,
            _ => bands.low,
        }
    }

    fn check(&self) -> Result<()> {
        let bands = self.reliability.bands.value;
        let (support, refute) = (self.relations.support.value, self.relations.refute.value);
        let thousandths = [
            self.bases.adjudication.value,
            self.bases.human.value,
            self.bases.deterministic.value,
            self.bases.statistical_cap.value,
            support.independent,
            support.same_unit,
            refute.independent,
            refute.same_unit,
            refute.own,
            self.reliability.unmeasured.value,
            self.reliability.machine.value,
            bands.high,
            bands.middle,
            bands.low,
            self.prior.value,
            self.mu_judgement.value,
            self.mu_sample.value,
        ];
        let bounded = thousandths.iter().all(|value| *value <= 1_000);
        let positive =
            self.prior_weight.value > 0 && self.half_days.value > 0 && self.refuted_slower.value > 0;
        let neutral = support.own == 0 && self.mu_judgement.value < 1_000;
        if bounded && positive && neutral && self.integrity_materiality.value <= 4 {
            return Ok(());
        }
        Err(Error::invalid(
            "policy",
            "factors are at most 1000 thousandths, self-support is 0, mu is below 1000, \
             prior weight, half-life and slowness are above 0, integrity weighs at most 4",
        ))
    }
}

impl Bases {
    fn v1() -> Self {
        Self {
            adjudication: set(1_000, "A reasoned decision between verdicts counts like one full verdict."),
            human: set(1_000, "One person who judges blind is the unit of evidence."),
            deterministic: set(900, "A check is exact, but it may check less than the claim says."),
            statistical_cap: set(600, "No judge with learned parameters replaces a person."),
        }
    }
}

impl Relations {
    fn v1() -> Self {
        Self {
            support: set(
                RelationFactors { independent: 1_000, same_unit: 500, own: 0 },
                "Praise counts by distance; nobody confirms their own work.",
            ),
            refute: set(
                RelationFactors { independent: 1_000, same_unit: 1_000, own: 1_000 },
                "An admission counts fully, whoever makes it.",
            ),
        }
    }
}

impl Reliability {
    fn v1() -> Self {
        Self {
            unmeasured: set(
                1_000,
                "Before a first period is closed nothing was measured, so nothing is discounted.",
            ),
            bands: set(
                Bands {
                    high_alpha: 800,
                    high: 1_000,
                    middle_alpha: 667,
                    middle: 800,
                    low: 500,
                    least_units: 20,
                },
                "Krippendorff's customary bounds; below twenty doubly judged units alpha says little.",
            ),
            machine: set(1_000, "A check repeats exactly, and a judge is already discounted by its J."),
            pools: BTreeMap::new(),
        }
    }
}

fn set<T>(value: T, reason: &str) -> Setting<T> {
    Setting { value, reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pooled(alpha: i32, double_reviewed: u32) -> u32 {
        let mut policy = Policy::v1();
        let pool = Pool { period: "2026-Q3".to_owned(), alpha, double_reviewed };
        policy.reliability.pools.insert("item".to_owned(), pool);
        policy.rho(&Kind::Human, "item")
    }

    #[test]
    fn rho_follows_the_bands_of_the_closed_period() {
        let table = [
            (800, 20, 1_000),
            (799, 20, 800),
            (667, 20, 800),
            (666, 20, 500),
            (950, 19, 800),
            (-100, 99, 500),
        ];
        for (alpha, units, rho) in table {
            assert_eq!(pooled(alpha, units), rho, "alpha {alpha}, {units} units");
        }
        assert_eq!(Policy::v1().rho(&Kind::Human, "item"), 1_000);
    }

    #[test]
    fn a_policy_survives_its_canonical_bytes_and_has_reasons_everywhere() {
        let policy = Policy::v1();
        let bytes = policy.to_bytes().unwrap();
        assert_eq!(Policy::from_json(&bytes).unwrap(), policy);
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text.matches("\"value\":").count(), text.matches("\"reason\":").count());
        assert!(!text.contains("\"reason\":\"\""));
    }

    #[test]
    fn version_one_never_changes_unseen() {
        let known = "1bb2d6e095781104c971e623dc3dea713ad86222315956b4db202d257f13af0e";
        assert_eq!(Policy::v1().digest().unwrap().to_hex(), known, "a changed number is a new version");
    }

    #[test]
    fn numbers_out_of_range_are_refused() {
        let refused = |change: fn(&mut Policy)| {
            let mut policy = Policy::v1();
            change(&mut policy);
            Policy::from_json(&policy.to_bytes().unwrap()).is_err()
        };
        assert!(refused(|p| p.relations.support.value.own = 1));
        assert!(refused(|p| p.bases.human.value = 1_001));
        assert!(refused(|p| p.prior_weight.value = 0));
        assert!(refused(|p| p.mu_judgement.value = 1_000));
        assert!(Policy::from_json(br#"{"name":"TW-Score"}"#).is_err());
    }

    #[test]
    fn a_judge_that_is_a_coin_weighs_nothing_and_none_above_the_cap() {
        let j = |j| Policy::v1().base(&Kind::Statistical { j, family: "overlap".to_owned() });
        assert_eq!((j(-300), j(0), j(200), j(600), j(900)), (0, 0, 200, 600, 600));
    }
}
