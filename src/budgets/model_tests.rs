//! Tests of what a budget is and how it stands.

use super::*;

fn standing(amount: i64, used: i64, warn_at: &[i64]) -> Standing {
    let about = About {
        scope: Scope::Persona,
        name: "planner".to_owned(),
        unit: Unit::Tokens,
        period: Period::Day,
        zone: "UTC".to_owned(),
        already_used: 0,
    };
    let terms = Terms { amount, warn_at: warn_at.to_vec(), at_end: AtEnd::Tells };
    let (set_at, changed_at) = (Timestamp(0), Timestamp(0));
    let budget = Budget { id: "b".to_owned(), about, terms, set_at, changed_at, ended_at: None, version: 1 };
    Standing {
        budget,
        used,
        remaining: amount - used,
        burn_per_hour: 0.0,
        exhausted_at: None,
        usual_error: None,
        is_young: true,
        unpriced: 0,
        from: Timestamp(1_000),
        to: Some(Timestamp(2_000)),
    }
}

#[test]
fn a_threshold_is_reached_at_its_very_per_cent() {
    for (amount, used, warn_at, state) in [
        (1_000, 0, [50, 80].as_slice(), State::Fine),
        (1_000, 499, &[50, 80], State::Fine),
        (1_000, 500, &[50, 80], State::Warned(50)),
        (1_000, 799, &[50, 80], State::Warned(50)),
        (1_000, 800, &[50, 80], State::Warned(80)),
        (1_000, 999, &[80, 100], State::Warned(80)),
        (1_000, 1_000, &[80, 100], State::Exhausted),
        (1_000, 1_001, &[], State::Exhausted),
        (3, 2, &[67], State::Fine),
        (3, 2, &[66], State::Warned(66)),
        (i64::MAX, i64::MAX - 1, &[99], State::Warned(99)),
    ] {
        assert_eq!(standing(amount, used, warn_at).state(), state, "{used} of {amount}, {warn_at:?}");
    }
}

#[test]
fn what_is_used_and_what_has_passed_are_told_in_tenths_of_a_per_cent() {
    assert_eq!(standing(2_000, 2_002, &[]).per_mille(), 1_001);
    assert_eq!(standing(3, 1, &[]).per_mille(), 333);
    let one = standing(1, 0, &[]);
    for (now, passed) in [(0, 0), (1_000, 0), (1_500, 500), (2_000, 1_000), (9_000, 1_000)] {
        assert_eq!(one.even_pace(Timestamp(now)), Some(passed), "{now}");
    }
    assert_eq!(Standing { to: None, ..one }.even_pace(Timestamp(1_500)), None);
}

#[test]
fn amounts_are_read_as_people_type_them() {
    for (unit, text, amount) in [
        (Unit::Tokens, "2 400 000", Some(2_400_000)),
        (Unit::Tokens, "2\u{202f}400", Some(2_400)),
        (Unit::Tokens, "0", Some(0)),
        (Unit::Tokens, "", None),
        (Unit::Tokens, "-5", None),
        (Unit::Tokens, "+5", None),
        (Unit::Tokens, "1.5", None),
        (Unit::Tokens, "1000000000000001", None),
        (Unit::Tokens, "99999999999999999999", None),
        (Unit::Money, "16", Some(16_000_000_000)),
        (Unit::Money, "$16.50", Some(16_500_000_000)),
        (Unit::Money, "0.000000001", Some(1)),
        (Unit::Money, "0.0000000001", None),
        (Unit::Money, "-1", None),
        (Unit::Money, "1000000001", None),
        (Unit::Money, "a lot", None),
    ] {
        assert_eq!(unit.amount(text), amount, "{unit:?} {text}");
    }
}

#[test]
fn calls_are_of_a_budget_by_the_name_that_it_is_about() {
    let one = standing(1, 0, &[]).budget;
    let who = |persona: &str| Who { persona: Some(persona.to_owned()), ..Who::default() };
    assert!(one.is_about(&who("planner")));
    assert!(!one.is_about(&who("Planner")) && !one.is_about(&Who::default()));
    let about = About { scope: Scope::Project, name: String::new(), ..one.about.clone() };
    assert!(Budget { about, ..one }.is_about(&Who::default()));
}

#[test]
fn words_are_read_back_as_they_are_stored() {
    assert!(Scope::ALL.into_iter().all(|it| Scope::read(it.as_str()) == Some(it)));
    assert!(Unit::ALL.into_iter().all(|it| Unit::read(it.as_str()) == Some(it)));
    assert!(Period::ALL.into_iter().all(|it| Period::read(it.as_str()) == Some(it)));
    assert!(AtEnd::ALL.into_iter().all(|it| AtEnd::read(it.as_str()) == Some(it)));
    assert_eq!((Scope::read("planet"), Unit::read("")), (None, None));
}
