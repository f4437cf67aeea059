//! The worked values of TW-Score v1, row by row, and golden bytes.

use std::collections::BTreeMap;

use crate::judgement::{Materiality, Outcome, Relation};
use foundation::Timestamp;

use super::explain::{Next, explain};
use super::model::{Claim, Integrity, Kind, Recorded, Selection, Subject, SubjectKind, Verdict, View};
use super::policy::Policy;
use super::score::{Flag, Grade, Score, score};

/// A view that takes in every leaf and moment of these tests.
pub const VIEW: View = View { tree_size: 1_000_000, as_of: Timestamp(1_000_000) };

/// An independent verdict with its place in the ledger.
pub fn verdict(id: &str, leaf: u64, verifier: &str, kind: Kind, outcome: Outcome) -> Verdict {
    Verdict {
        id: id.to_owned(),
        recorded: Recorded { leaf: Some(leaf), at: Timestamp(0) },
        verifier: verifier.to_owned(),
        verifier_unit: None,
        kind,
        outcome,
        relation: Relation::Independent,
        supersedes: None,
        rests_on: Vec::new(),
    }
}

/// A claim of mass `k` with its verdicts.
pub fn claim(id: &str, k: u32, verdicts: Vec<Verdict>) -> Claim {
    Claim {
        id: id.to_owned(),
        claim_type: "item".to_owned(),
        materiality: Materiality::from_k(k).unwrap(),
        made: Recorded { leaf: Some(0), at: Timestamp(0) },
        withdrawn: None,
        valid_until: None,
        work_order: "WO".to_owned(),
        verdicts,
    }
}

/// A work order with these claims, chosen by judgement.
pub fn order(claims: Vec<Claim>) -> Subject {
    Subject {
        kind: SubjectKind::WorkOrder,
        id: "WO".to_owned(),
        claims,
        traces: BTreeMap::new(),
        selection: Selection::Judgement,
    }
}

/// The score in [`VIEW`] under the first policy.
pub fn of(subject: &Subject) -> Score {
    score(subject, VIEW, &Policy::v1()).unwrap()
}

/// What stands on one claim of the table.
#[derive(Clone, Copy)]
enum Seen {
    Nothing,
    Own,
    Human,
    Check,
    Judge,
    JudgeAndHuman,
    Refuted,
    Disputed,
}

fn seen(seen: Seen) -> Vec<Verdict> {
    let human = |outcome| verdict("h", 1, "ann", Kind::Human, outcome);
    let judge = || {
        let kind = Kind::Statistical { j: 200, family: "grounding".to_owned() };
        verdict("j", 2, "judge", kind, Outcome::Supported)
    };
    match seen {
        Seen::Nothing => Vec::new(),
        Seen::Own => vec![Verdict { relation: Relation::Own, ..human(Outcome::Supported) }],
        Seen::Human => vec![human(Outcome::Supported)],
        Seen::Check => {
            let kind = Kind::Deterministic { check: "quote-present".to_owned() };
            vec![verdict("c", 1, "check", kind, Outcome::Supported)]
        }
        Seen::Judge => vec![judge()],
        Seen::JudgeAndHuman => vec![judge(), human(Outcome::Supported)],
        Seen::Refuted => vec![human(Outcome::Refuted)],
        Seen::Disputed => {
            vec![human(Outcome::Supported), verdict("b", 3, "bob", Kind::Human, Outcome::Refuted)]
        }
    }
}

fn built(parts: &[(usize, Seen, u32)]) -> Subject {
    let each = parts.iter().flat_map(|(count, what, k)| std::iter::repeat_n((*what, *k), *count));
    let claims = (0..).zip(each).map(|(i, (what, k)): (u32, _)| claim(&format!("c{i:03}"), k, seen(what)));
    order(claims.collect())
}

/// Parts, selection, R S M as printed, T E C in tenths of a percent.
type WorkedRow<'a> = (&'a [(usize, Seen, u32)], Selection, [&'a str; 3], [u32; 3]);

#[test]
fn every_row_of_the_worked_table() {
    use Seen::{Check, Disputed, Human, Judge, JudgeAndHuman, Nothing, Own, Refuted};
    use Selection::{CommittedSample, Judgement};
    let table: [WorkedRow<'_>; 13] = [
        (&[(8, Nothing, 1)], Judgement, ["0", "0", "8"], [0, 500, 0]),
        (&[(8, Own, 1)], Judgement, ["0", "0", "8"], [0, 500, 0]),
        (&[(8, Human, 1)], Judgement, ["8", "0", "0"], [747, 900, 800]),
        (&[(7, Human, 1), (1, Refuted, 1)], Judgement, ["7", "1", "0"], [589, 800, 800]),
        (&[(7, Human, 1), (1, Disputed, 1)], Judgement, ["7.5", "0.5", "0"], [663, 850, 800]),
        (&[(4, Human, 1), (4, Nothing, 1)], Judgement, ["4", "0", "4"], [347, 833, 667]),
        (&[(4, Human, 1), (4, Nothing, 1)], CommittedSample, ["4", "0", "4"], [597, 833, 667]),
        (&[(8, Check, 1)], Judgement, ["7.2", "0", "0.8"], [666, 891, 783]),
        (&[(8, Judge, 1)], Judgement, ["1.6", "0", "6.4"], [104, 722, 444]),
        (&[(4, Judge, 1), (4, JudgeAndHuman, 1)], Judgement, ["4.8", "0", "3.2"], [428, 853, 706]),
        (&[(7, Human, 1), (1, Refuted, 4)], Judgement, ["7", "4", "0"], [394, 615, 846]),
        (&[(60, Human, 1)], Judgement, ["60", "0", "0"], [957, 984, 968]),
        (&[(60, Human, 1), (1, Refuted, 1)], Judgement, ["60", "1", "0"], [930, 968, 968]),
    ];
    for (number, (parts, selection, masses, [t, e, c])) in (1..).zip(table) {
        let scored = of(&Subject { selection, ..built(parts) });
        let printed = [scored.mass.supported, scored.mass.refuted, scored.mass.unexamined];
        for (mass, expected) in printed.iter().zip(masses) {
            let mass = mass.to_string();
            let short = mass.trim_end_matches('0').trim_end_matches('.');
            assert_eq!(short, expected, "row {number}");
        }
        // A tenth of a percent stands for -5..+5 basis points around it.
        for (found, tenths) in [(scored.assured, t), (scored.expected, e), (scored.confidence, c)] {
            assert!(found.abs_diff(tenths * 10) <= 5, "row {number}: {found} against {tenths} tenths");
        }
    }
}

#[test]
fn grades_and_flags() {
    let graded = |parts: &[(usize, Seen, u32)]| (of(&built(parts)).grade, of(&built(parts)).flags);
    assert_eq!(graded(&[(8, Seen::Nothing, 1)]), (Grade::None, vec![]));
    assert_eq!(graded(&[(8, Seen::Own, 1)]), (Grade::None, vec![Flag::SelfOnly]));
    assert_eq!(graded(&[(60, Seen::Human, 1)]), (Grade::A, vec![]));
    let one_left = graded(&[(60, Seen::Human, 1), (1, Seen::Nothing, 1)]);
    assert_eq!(one_left, (Grade::B, vec![Flag::JudgementSample]));
    let critical = graded(&[(60, Seen::Human, 4), (1, Seen::Refuted, 4)]);
    assert_eq!(critical, (Grade::C, vec![Flag::CriticalRefuted]));
    assert_eq!(graded(&[(7, Seen::Human, 1), (1, Seen::Disputed, 1)]).1, [Flag::Disputed]);
}

#[test]
fn a_failed_trace_voids_itself_and_weighs_on_its_order() {
    let rests = |mut v: Verdict| {
        v.rests_on = vec!["t1".to_owned()];
        v
    };
    let claims =
        (0..8).map(|i| claim(&format!("c{i}"), 1, seen(Seen::Human).into_iter().map(rests).collect()));
    let mut subject = order(claims.collect());
    assert_eq!(of(&subject).assured, 7_472);
    subject.traces.insert("t1".to_owned(), Integrity::Pending);
    assert_eq!((of(&subject).assured, of(&subject).coverage), (0, 0));
    subject.traces.insert("t1".to_owned(), Integrity::Failed);
    let failed = of(&subject);
    assert_eq!((failed.assured, failed.mass.refuted.to_string().as_str()), (0, "4.000000000"));
    assert_eq!(failed.flags, [Flag::CriticalRefuted, Flag::JudgementSample, Flag::IntegrityFailed]);
    subject.kind = SubjectKind::Trace;
    assert_eq!(of(&subject).grade, Grade::Void);
}

#[test]
fn the_explanation_names_what_counts_and_what_would_help() {
    let subject = built(&[(5, Seen::Human, 1), (1, Seen::Refuted, 4), (2, Seen::Nothing, 1)]);
    let explained = explain(&subject, VIEW, &Policy::v1(), &[].into()).unwrap();
    assert_eq!(explained.rows.len(), 6);
    let refuting = explained.rows.iter().find(|row| row.outcome == Outcome::Refuted).unwrap();
    assert!(refuting.change < 0 && refuting.weight.total == 1_000);
    assert!(explained.rows.iter().filter(|row| row.outcome == Outcome::Supported).all(|row| row.change > 0));
    assert_eq!(explained.proposals[0].next, Next::Settle);
    assert_eq!(explained.proposals.len(), 3);
    assert!(explained.proposals.iter().all(|proposal| proposal.gain > 0));
}

#[test]
fn no_verdict_is_proposed_where_nobody_may_give_one() {
    let subject = built(&[(5, Seen::Human, 1), (1, Seen::Refuted, 4), (2, Seen::Nothing, 1)]);
    let ids = subject.claims.iter().map(|claim| claim.id.clone()).collect();
    let explained = explain(&subject, VIEW, &Policy::v1(), &ids).unwrap();
    let left: Vec<Next> = explained.proposals.iter().map(|it| it.next).collect();
    assert_eq!(left, [Next::Settle], "what was refuted is mended all the same");
    assert_eq!(explained.score, of(&subject), "the score is the same");
}

#[test]
fn leave_one_out_is_the_score_of_a_ledger_without_that_entry() {
    let subject = built(&[(2, Seen::Human, 1), (2, Seen::Disputed, 2), (1, Seen::JudgeAndHuman, 1)]);
    let explained = explain(&subject, VIEW, &Policy::v1(), &[].into()).unwrap();
    for row in &explained.rows {
        let mut without = subject.clone();
        let judged = without.claims.iter_mut().find(|c| c.id == row.claim).unwrap();
        judged.verdicts.retain(|v| v.id != row.verdict);
        let change = i64::from(of(&subject).assured) - i64::from(of(&without).assured);
        assert_eq!(change, row.change, "{} {}", row.claim, row.verdict);
    }
}

#[test]
fn adjudication_settles_what_it_names_and_superseding_is_for_the_author() {
    let settles =
        |ids: &[&str]| Kind::Adjudication { settles: ids.iter().map(|id| (*id).to_owned()).collect() };
    let mut disputed = seen(Seen::Disputed);
    disputed.push(verdict("a", 9, "eve", settles(&["h", "b"]), Outcome::Supported));
    let settled = of(&order(vec![claim("c", 1, disputed.clone())]));
    assert_eq!((settled.mass.supported.0, settled.mass.refuted.0), (1_000_000_000, 0));
    assert!(settled.flags.is_empty());
    disputed[2].relation = Relation::Own;
    assert_eq!(of(&order(vec![claim("c", 1, disputed.clone())])).flags, [Flag::Disputed]);
    disputed[2] = Verdict {
        supersedes: Some("b".to_owned()),
        ..verdict("x", 9, "eve", Kind::Human, Outcome::Supported)
    };
    assert_eq!(of(&order(vec![claim("c", 1, disputed.clone())])).flags, [Flag::Disputed]);
    disputed[2].verifier = "bob".to_owned();
    assert!(of(&order(vec![claim("c", 1, disputed)])).flags.is_empty());
}

#[test]
fn nobody_settles_a_dispute_they_are_part_of() {
    let kind = Kind::Adjudication { settles: vec!["h".to_owned(), "b".to_owned()] };
    let mut disputed = seen(Seen::Disputed);
    disputed.push(verdict("a", 9, "bob", kind, Outcome::Refuted));
    let scored = of(&order(vec![claim("c", 1, disputed)]));
    // Ann's support is settled; Bob's own refutation stands beside his decision.
    assert_eq!((scored.mass.supported.0, scored.mass.refuted.0), (0, 1_000_000_000));
    let own = Kind::Adjudication { settles: vec!["b".to_owned()] };
    let judged = vec![
        verdict("b", 3, "bob", Kind::Human, Outcome::Refuted),
        verdict("a", 9, "bob", own, Outcome::Supported),
    ];
    assert_eq!(of(&order(vec![claim("c", 1, judged)])).flags, [Flag::Disputed]);
}

#[test]
fn earlier_scores_never_change_their_bytes() {
    let subject = built(&[(7, Seen::Human, 1), (1, Seen::Disputed, 2), (1, Seen::Judge, 4)]);
    let bytes = String::from_utf8(of(&subject).to_bytes().unwrap()).unwrap();
    let golden = concat!(
        r#"{"as_of":1000000,"assured":5287,"confidence":8305,"coverage":10000,"examined":13,"#,
        r#""expected":8305,"flags":["disputed"],"grade":"C","mass":{"refuted":"1.000000000","#,
        r#""supported":"8.800000000","unexamined":"3.200000000"},"material":13,"mu":500,"#,
        r#""policy":"1bb2d6e095781104c971e623dc3dea713ad86222315956b4db202d257f13af0e","#,
        r#""subject":"WO","subject_kind":"work_order","tree_size":1000000}"#,
    );
    assert_eq!(bytes, golden);
}
