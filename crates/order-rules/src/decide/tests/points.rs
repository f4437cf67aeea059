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

#[test]
fn claims_without_a_verdict_are_a_point_once_the_work_is_done() {
    let mut facts = facts(&person("worker"));
    facts.evidence.claims_open = 6;
    for (status, expected) in [(Status::InProgress, 0), (Status::Completed, 1), (Status::Verified, 1)] {
        let points = points::of(&at(status), &facts);
        assert_eq!(points.iter().filter(|it| it.kind == Kind::NotJudged).count(), expected, "{status:?}");
    }
}

#[test]
fn what_does_not_apply_lacks_no_evidence_and_a_lost_file_is_no_trace() {
    let mut facts = facts(&person("worker"));
    facts.policy.evidence_required = true;
    facts.evidence.evidenced.clear();
    let bare = |order: &Order| -> Vec<String> {
        let points = points::of(order, &facts).into_iter();
        points.filter(|it| it.kind == Kind::NoEvidence).map(|it| it.reference).collect()
    };
    let order = at(Status::InProgress);
    assert_eq!(bare(&order), ["1.1", "2", "3.1"]);
    let skip = Command::SkipItem { item: "i1".to_owned(), reason: "no valve here".to_owned() };
    assert_eq!(bare(&after(&order, worker(&order, skip), "worker")), ["2", "3.1"]);
    facts.evidence.altered = 2;
    let told = points::of(&order, &facts).into_iter().find(|it| it.kind == Kind::Altered).unwrap();
    assert_eq!(told.reference, "2 traces or files");
}

#[test]
fn what_was_found_wrong_and_what_does_not_apply_are_points() {
    let facts = facts(&person("worker"));
    let at_item = |order: &Order| -> Vec<(Kind, String)> {
        let points =
            points::of(order, &facts).into_iter().filter(|it| it.reference == "1.1" && it.kind != Kind::Open);
        points.map(|it| (it.kind, it.reason)).collect()
    };
    let is_fine = |order: &Order| {
        points::in_order(order, &facts).iter().any(|it| it == "Nothing failed or was flagged")
    };
    for (given, wanted) in [
        ("fail", vec![(Kind::Failed, "Fail, it leaks".to_owned())]),
        ("flag", vec![(Kind::Flagged, "Flag, it leaks".to_owned())]),
        ("pass", vec![]),
    ] {
        let mut order = at(Status::InProgress);
        order.steps[0].items[0].asks.kind = AskKind::Inspection;
        let answer =
            Command::Answer { item: "i1".to_owned(), given: given.to_owned(), note: "it leaks".to_owned() };
        let order = after(&order, worker(&order, answer), "worker");
        assert_eq!(at_item(&order), wanted, "{given}");
        assert_eq!(is_fine(&order), wanted.is_empty(), "{given}");
    }
    let order = at(Status::InProgress);
    let skip = Command::SkipItem { item: "i1".to_owned(), reason: "no valve here".to_owned() };
    let order = after(&order, worker(&order, skip), "worker");
    assert_eq!(at_item(&order), [(Kind::NotApplicable, "no valve here".to_owned())]);
    assert!(is_fine(&order));
}
