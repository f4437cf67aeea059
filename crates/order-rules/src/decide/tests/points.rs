//! What a signer reads before signing.

use super::*;
use crate::signing::points::{self, Kind};

#[test]
fn verdicts_that_refute_and_verdicts_that_decide_nothing_are_points_of_their_own() {
    let order = at(Status::Completed);
    let mut facts = facts(&person("auditor"));
    let about = |facts: &Facts| -> Vec<(Kind, String)> {
        let points = points::of(&order, facts).into_iter();
        let judged = points.filter(|it| matches!(it.kind, Kind::Refuted | Kind::Undecided));
        judged.map(|it| (it.kind, it.reference)).collect()
    };
    assert!(about(&facts).is_empty());
    facts.evidence.refuted = ["i1".to_owned()].into();
    facts.evidence.undecided = ["c1".to_owned(), "i2".to_owned()].into();
    let expected = [(Kind::Refuted, "1.1"), (Kind::Undecided, "1.2"), (Kind::Undecided, "Criterion 1")]
        .map(|(kind, at)| (kind, at.to_owned()));
    assert_eq!(about(&facts), expected);
}
