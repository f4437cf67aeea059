//! Recomputes a score from the bytes of `inputs.csv`, as `recompute.awk` does; shares the last formula only.

use std::collections::{BTreeMap, BTreeSet};

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

/// A verdict row's place in the log, as it is written, and what it says.
pub(super) struct VerdictLine<'a> {
    pub(super) leaf: &'a str,
    pub(super) outcome: &'a str,
    pub(super) relation: &'a str,
    pub(super) claim: &'a str,
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

/// The number of the first line that moves the score and names no record, or names one that an earlier line names.
pub(super) fn unfounded(table: &str) -> Option<usize> {
    let mut named = BTreeSet::new();
    let unfounded = |line: &str| {
        let columns: Vec<&str> = line.split(',').collect();
        let is = |place: usize, word: &str| columns.get(place) == Some(&word);
        // That a trace is not as it was logged is nobody's verdict, and only takes away.
        let alarm = is(3, "integrity") && is(4, "refuted");
        match columns.get(2) {
            None | Some(&"") => (is(10, "1") || is(11, "1")) && !alarm,
            Some(leaf) => !named.insert((*leaf).to_owned()),
        }
    };
    table.lines().skip(1).position(unfounded).map(|place| place + 2)
}

/// The rows that name a record.
pub(super) fn verdict_lines(table: &str) -> Vec<VerdictLine<'_>> {
    table.lines().skip(1).filter_map(verdict_line).filter(|line| !line.leaf.is_empty()).collect()
}

fn verdict_line(line: &str) -> Option<VerdictLine<'_>> {
    let columns: Vec<&str> = line.split(',').collect();
    let text = |place: usize| columns.get(place).copied();
    Some(VerdictLine { leaf: text(2)?, outcome: text(4)?, relation: text(5)?, claim: text(13)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_moves_the_score_names_a_record_of_its_own() {
        let found = |rows: &str| unfounded(&format!("the head\n{rows}"));
        let row = |leaf: &str, kind: &str, outcome: &str, counted: u8, examines: u8| {
            format!("1,2,{leaf},{kind},{outcome},independent,0,0,0,0,{counted},{examines},counted,c,v,mei,\n")
        };
        let unexamined = row("", "", "", 0, 0);
        let alarm = row("", "integrity", "refuted", 1, 1);
        let verdict = row("3", "human", "supported", 1, 1);
        assert_eq!(found(&format!("{unexamined}{alarm}{verdict}{unexamined}{alarm}")), None);
        assert_eq!(found(&format!("{alarm}{verdict}{verdict}")), Some(4));
        assert_eq!(found(&row("", "integrity", "supported", 1, 0)), Some(2));
        assert_eq!(found(&row("", "human", "refuted", 0, 1)), Some(2));
    }
}
