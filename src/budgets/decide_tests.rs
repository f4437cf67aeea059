//! Tests of what is decided about budgets.

use super::super::fold::apply;
use super::super::model::AtEnd;
use super::*;
use crate::foundation::Timestamp;

fn about() -> About {
    About {
        scope: Scope::Persona,
        name: "planner".to_owned(),
        unit: Unit::Tokens,
        period: Period::Day,
        zone: "Europe/Berlin".to_owned(),
        already_used: 0,
    }
}

fn terms(amount: i64) -> Terms {
    Terms { amount, warn_at: vec![100, 80, 80], at_end: AtEnd::Tells }
}

fn fold(events: &[BudgetEvent]) -> Budget {
    let numbered = (1..).zip(events);
    let folded = numbered
        .fold(None, |budget, (version, event)| apply(budget, event, (Timestamp(version * 10), version)));
    folded.unwrap()
}

fn budget() -> Budget {
    fold(&set("b1".to_owned(), about(), terms(2_000), "first", &[]).unwrap())
}

/// The field at fault and what is said of it.
fn fault(result: Result<Vec<BudgetEvent>>) -> (String, String) {
    match result {
        Err(Error::Invalid(errors)) => {
            let first = errors.0.into_iter().next().unwrap();
            (first.path, first.message)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_budget_is_set_as_it_was_asked_for() {
    let budget = budget();
    assert_eq!((budget.terms.amount, budget.terms.warn_at.as_slice()), (2_000, [80, 100].as_slice()));
    assert_eq!((budget.version, budget.set_at, budget.ended_at), (1, Timestamp(10), None));
    let project = About { scope: Scope::Project, name: " ".to_owned(), ..about() };
    assert!(set("b".to_owned(), project, terms(1), "why", &[]).is_ok());
    let total = About { period: Period::Total, already_used: 28, ..about() };
    assert!(set("b".to_owned(), total, terms(1), "why", &[]).is_ok());
}

#[test]
fn each_fault_names_its_field() {
    let with =
        |about: About, terms: Terms, reason: &str| fault(set("b".to_owned(), about, terms, reason, &[])).0;
    let named = |name: &str| About { name: name.to_owned(), ..about() };
    assert_eq!(with(about(), terms(0), "why"), "amount");
    assert_eq!(with(about(), terms(-1), "why"), "amount");
    assert_eq!(with(about(), terms(i64::MAX), "why"), "amount");
    assert_eq!(with(named("  "), terms(1), "why"), "name");
    assert_eq!(with(named(NONE), terms(1), "why"), "name");
    assert_eq!(with(named(&"x".repeat(301)), terms(1), "why"), "name");
    assert_eq!(with(About { scope: Scope::Project, ..about() }, terms(1), "why"), "name");
    assert_eq!(with(About { zone: "Mars/Base".to_owned(), ..about() }, terms(1), "why"), "zone");
    assert_eq!(with(About { already_used: 5, ..about() }, terms(1), "why"), "already_used");
    let total = About { period: Period::Total, ..about() };
    assert_eq!(with(About { already_used: -5, ..total }, terms(1), "why"), "already_used");
    assert_eq!(with(about(), terms(1), " "), "reason");
    assert_eq!(with(about(), terms(1), &"x".repeat(1_001)), "reason");
    for wrong in [vec![0], vec![101], vec![80, -1], (1..=11).collect()] {
        assert_eq!(with(about(), Terms { warn_at: wrong, ..terms(1) }, "why"), "warn_at");
    }
}

#[test]
fn two_never_count_the_very_same() {
    let others = [budget()];
    let (field, words) = fault(set("b".to_owned(), about(), terms(1), "why", &others));
    assert_eq!(field, "name");
    assert!(words.contains("planner") && words.contains("tokens a day"), "{words}");
    for other in [
        About { scope: Scope::Agent, ..about() },
        About { name: "Planner".to_owned(), ..about() },
        About { unit: Unit::Money, ..about() },
        About { period: Period::Week, ..about() },
    ] {
        assert!(set("b".to_owned(), other.clone(), terms(1), "why", &others).is_ok(), "{other:?}");
    }
    let zone = About { zone: "UTC".to_owned(), ..about() };
    assert!(set("b".to_owned(), zone, terms(1), "why", &others).is_err(), "another zone is the same budget");
    let full: Vec<Budget> =
        (0..MOST).map(|n| Budget { about: About { name: format!("p{n}"), ..about() }, ..budget() }).collect();
    assert_eq!(fault(set("b".to_owned(), about(), terms(1), "why", &full)).0, "");
}

#[test]
fn a_change_keeps_both_sides_and_the_same_is_no_change() {
    let budget = budget();
    let raised = change(&budget, terms(3_000), "more work", Some(1)).unwrap();
    let [BudgetEvent::Changed { from, to, reason }] = raised.as_slice() else { panic!("{raised:?}") };
    assert_eq!((from.amount, to.amount, reason.as_str()), (2_000, 3_000, "more work"));
    assert!(change(&budget, terms(2_000), "the same", None).unwrap().is_empty());
    assert_eq!(fault(change(&budget, terms(0), "nothing", None)).0, "amount");
    assert_eq!(fault(change(&budget, terms(3_000), "", None)).0, "reason");
    let late = change(&budget, terms(3_000), "more", Some(7));
    assert!(matches!(late, Err(Error::Conflict { expected: 7, found: 1, .. })), "{late:?}");
}

#[test]
fn what_has_ended_stays_so() {
    let mut events = set("b1".to_owned(), about(), terms(2_000), "first", &[]).unwrap();
    events.extend(end(&budget(), "over").unwrap());
    let ended = fold(&events);
    assert_eq!((ended.ended_at, ended.version), (Some(Timestamp(20)), 2));
    assert!(matches!(end(&ended, "again"), Err(Error::Refused(_))));
    assert!(matches!(change(&ended, terms(1), "again", None), Err(Error::Refused(_))));
    assert_eq!(fault(end(&budget(), " ")).0, "reason");
}
