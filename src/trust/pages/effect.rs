//! What each claim adds to the order's score or takes from it, as rows: judged ones by their effect, then those that wait.

use std::collections::BTreeMap;

use crate::trust::explain::{Next, Row};
use crate::trust::reads::Report;
use crate::trust::text;
use crate::web::words;

/// Pixels of the bar to the right of zero; to the left there is half as much.
const RIGHT: i64 = 80;
const LEFT: i64 = 40;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// `+10`, `−2`, `0`, `up to +11`, or a dash where it is not known.
    pub words: String,
    pub claim: String,
    pub statement: String,
    /// The place, who judged, and what about it is unusual.
    pub remark: String,
    /// Place of the verdict in the ledger.
    pub leaf: Option<u64>,
    /// Class and word of the stamp.
    pub stamp: (&'static str, String),
    /// What it counts.
    pub k: u32,
    /// The bar: class, first pixel, width.
    pub bar: (&'static str, i64, i64),
}

/// The rows of a report; `judges` are names by the ids of verdicts.
pub fn effects(report: &Report, judges: &BTreeMap<String, String>) -> Vec<Effect> {
    let mut rows: Vec<&Row> = report.explanation.rows.iter().collect();
    rows.sort_by_key(|row| -row.change);
    let gains = gains(report);
    let scale = Scale::of(rows.iter().map(|row| row.change).chain(gains.values().copied()));
    let judged = rows.iter().map(|row| judged(report, row, judges, scale));
    let waits = |id: &&String| report.explanation.rows.iter().all(|row| row.claim != **id);
    let mut waiting: Vec<&String> = report.masses.keys().filter(waits).collect();
    waiting.sort_by_key(|id| (std::cmp::Reverse(report.masses.get(*id)), place(report, id)));
    judged.chain(waiting.into_iter().map(|id| unjudged(report, id, &gains, scale))).collect()
}

/// What a claim that nobody judged could add at most, by its mass: what the best proposals say.
fn gains(report: &Report) -> BTreeMap<u32, i64> {
    let verify = report.explanation.proposals.iter().filter(|it| it.next == Next::Verify);
    verify.filter_map(|it| Some((*report.masses.get(&it.id)?, it.gain))).collect()
}

/// Pixels for basis points.
#[derive(Clone, Copy)]
struct Scale(i64);

impl Scale {
    /// The most basis points that one side must hold, so that both sides have the same scale.
    fn of(changes: impl Iterator<Item = i64>) -> Self {
        Self(changes.map(|it| if it < 0 { -it * RIGHT / LEFT } else { it }).max().unwrap_or_default().max(1))
    }

    fn bar(self, change: i64) -> (i64, i64) {
        let width = (change.abs() * RIGHT / self.0).max(i64::from(change != 0));
        if change < 0 { (LEFT - width, width) } else { (LEFT, width) }
    }
}

fn place(report: &Report, claim: &str) -> String {
    report.claims.get(claim).map(|(place, _)| place.clone()).unwrap_or_default()
}

fn statement(report: &Report, claim: &str) -> String {
    report.claims.get(claim).map(|(_, words)| words.clone()).unwrap_or_default()
}

fn judged(report: &Report, row: &Row, judges: &BTreeMap<String, String>, scale: Scale) -> Effect {
    let by = judges.get(&row.verdict).map(|name| format!("judged by {name}"));
    let relation = row.relation.as_str().replace('_', " ");
    let standing = row.standing.as_str().replace('_', " ");
    let unusual = Some(standing).filter(|word| word != "counted");
    let parts = [Some(place(report, &row.claim)), by, Some(relation), unusual];
    let (start, width) = scale.bar(row.change);
    Effect {
        words: if row.change == 0 { "0".to_owned() } else { text::signed_whole(row.change) },
        claim: row.claim.clone(),
        statement: statement(report, &row.claim),
        remark: parts.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        leaf: row.leaf,
        stamp: (row.outcome.as_str(), words::verdict(row.outcome.as_str())),
        k: row.k,
        bar: (if row.change < 0 { "loss" } else { "gain" }, start, width),
    }
}

fn unjudged(report: &Report, claim: &str, gains: &BTreeMap<u32, i64>, scale: Scale) -> Effect {
    let k = report.masses.get(claim).copied().unwrap_or_default();
    let is_claimed = !report.unclaimed.contains(claim);
    let gain = gains.get(&k).copied().filter(|_| is_claimed);
    let (start, width) = scale.bar(gain.unwrap_or_default());
    Effect {
        words: gain.map_or_else(|| "–".to_owned(), |gain| format!("up to {}", text::signed_whole(gain))),
        claim: claim.to_owned(),
        statement: statement(report, claim),
        remark: place(report, claim),
        leaf: None,
        stamp: ("open", if is_claimed { words::verdict("open") } else { "not claimed yet".to_owned() }),
        k,
        bar: ("maybe", start, width),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_of_both_sides_have_one_scale_and_stay_inside() {
        for changes in [vec![1018, -172], vec![-500], vec![0], vec![], vec![10, -900], vec![1, 1]] {
            let scale = Scale::of(changes.iter().copied());
            for change in &changes {
                let (start, width) = scale.bar(*change);
                assert!(start >= 0 && width >= 0 && start + width <= LEFT + RIGHT, "{changes:?} {change}");
                assert_eq!(width == 0, *change == 0, "{changes:?} {change}");
            }
        }
        let scale = Scale::of([1000, -250].into_iter());
        assert_eq!((scale.bar(1000), scale.bar(-250)), ((40, 80), (20, 20)));
    }
}
