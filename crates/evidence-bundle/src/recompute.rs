//! Recomputes a score from the bytes of `inputs.csv`, as `recompute.awk` does; shares the last formula only.

use std::collections::BTreeMap;

use trust_score::mass::Nano;
use trust_score::wilson::{basis_points, exact_basis_points, lower_bound};

const ONE: i128 = 1_000_000_000;

/// What the last formulas need beside the table.
pub(super) struct Parameters {
    pub(super) mu: i128,
    pub(super) prior: i128,
    pub(super) prior_weight: i128,
    pub(super) z_squared: f64,
}

/// A verdict row's place in the log and what it says.
pub(super) struct VerdictLine {
    pub(super) leaf: u64,
    pub(super) outcome: String,
    pub(super) claim: String,
}

#[derive(Default)]
struct Claim {
    k: i128,
    supported: Side,
    refuted: Side,
    seen: bool,
}

#[derive(Default)]
struct Side {
    sum: i128,
    best: i128,
}

impl Side {
    fn add(&mut self, kind: &str, weight: i128) {
        if kind == "statistical" {
            self.best = self.best.max(weight);
        } else {
            self.sum += weight;
        }
    }

    fn mass(&self) -> i128 {
        self.sum + self.best
    }
}

/// T, E, C and K in basis points; `None` for a table that cannot be right.
pub(super) fn scores(table: &str, with: &Parameters) -> Option<[u32; 4]> {
    let claims = claims(table)?;
    let (mut held, mut broken, mut missing, mut material, mut examined) = (0, 0, 0, 0, 0);
    for claim in claims.values() {
        let (r, s) = (claim.supported.mass(), claim.refuted.mass());
        let scale = (r + s).max(1000);
        held += claim.k * (r * ONE / scale);
        broken += claim.k * (s * ONE / scale);
        missing += claim.k * (1000 - r - s).max(0) * (ONE / 1000);
        material += claim.k;
        examined += if claim.seen { claim.k } else { 0 };
    }
    let failures = broken + missing * with.mu / 1000;
    let nano = |value: i128| i64::try_from(value).ok().map(|value| Nano(value.into()));
    let assured = basis_points(lower_bound(nano(held)?, nano(failures)?, with.z_squared));
    let weight = with.prior_weight * (ONE / 1000);
    let whole = held + broken + weight;
    let expected = exact_basis_points(held + with.prior * with.prior_weight * (ONE / 1_000_000), whole);
    let confidence = exact_basis_points(held + broken, whole);
    Some([assured, expected, confidence, exact_basis_points(examined, material)])
}

fn claims(table: &str) -> Option<BTreeMap<&str, Claim>> {
    let mut claims: BTreeMap<&str, Claim> = BTreeMap::new();
    for line in table.lines().skip(1) {
        let columns: Vec<&str> = line.split(',').collect();
        let text = |place: usize| columns.get(place).copied();
        let number = |place: usize| text(place)?.parse::<u32>().ok().map(i128::from);
        let claim = claims.entry(text(0)?).or_default();
        claim.k = number(1)?;
        let weight = number(9)?;
        if number(6)? * number(7)? * number(8)? / 1_000_000 != weight {
            return None;
        }
        claim.seen |= text(11)? == "1";
        match (text(10)?, text(4)?) {
            ("1", "supported") => claim.supported.add(text(3)?, weight),
            ("1", "refuted") => claim.refuted.add(text(3)?, weight),
            _ => {}
        }
    }
    Some(claims)
}

/// The verdict rows that have a place in the log.
pub(super) fn verdict_lines(table: &str) -> Vec<VerdictLine> {
    let line = |line: &str| {
        let columns: Vec<&str> = line.split(',').collect();
        let text = |place: usize| columns.get(place).map(|text| (*text).to_owned());
        Some(VerdictLine { leaf: text(2)?.parse().ok()?, outcome: text(4)?, claim: text(13)? })
    };
    table.lines().skip(1).filter_map(line).collect()
}
