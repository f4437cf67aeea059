//! Commands held against what may be asked of a schedule, field by field.

use chrono::Weekday;
use order_markdown::model::Who;

use super::*;
use crate::foundation::ActorKind;
use crate::maintenance::procedures::fold::Stamp;
use crate::maintenance::schedules::fold::apply;
use crate::maintenance::schedules::model::{MadeOrder, Nth};

const NOW: &str = "2026-11-26T12:00:00Z";

fn now() -> Timestamp {
    Timestamp::parse_rfc3339(NOW).unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn terms() -> Terms {
    Terms {
        rhythm: Rhythm::Weeks { every: 1, on: vec![Weekday::Wed] },
        first: date("2026-11-26"),
        minute: 360,
        zone: "Europe/Berlin".to_owned(),
        stop_after: 3,
        ..Terms::default()
    }
}

fn stamp() -> Stamp {
    let by = Who { id: "sam".to_owned(), kind: ActorKind::Human, name: "Sam".to_owned() };
    Stamp { by, at: now() }
}

fn facts() -> Facts {
    Facts { min_reason: 5, done: None, now: now() }
}

fn begun(terms: Terms) -> Schedule {
    let named = ("s1".to_owned(), 1, "SC-001".to_owned());
    let events = begin(named, "p1".to_owned(), terms, now()).unwrap();
    let mut schedule = Schedule::default();
    events.iter().for_each(|event| apply(&mut schedule, event, &stamp()));
    schedule
}

fn after(schedule: &Schedule, command: Command) -> Schedule {
    let mut schedule = schedule.clone();
    let events = decide(&schedule, command, &facts()).unwrap();
    events.iter().for_each(|event| apply(&mut schedule, event, &stamp()));
    schedule
}

fn reason() -> String {
    "a good reason".to_owned()
}

/// The fields at fault.
fn faults(terms: &Terms) -> Vec<String> {
    match check(terms, None, now()) {
        Ok(()) => Vec::new(),
        Err(Error::Invalid(errors)) => errors.0.into_iter().map(|error| error.path).collect(),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn each_fault_of_the_terms_names_its_field() {
    assert!(faults(&terms()).is_empty());
    let day = |every| Rhythm::Days { every };
    let month = |on| Rhythm::Months { every: 1, on };
    let cases: Vec<(Terms, &str)> = vec![
        (Terms { rhythm: day(0), ..terms() }, "every"),
        (Terms { rhythm: day(1_000_000_000), ..terms() }, "every"),
        (Terms { rhythm: day(u32::MAX), ..terms() }, "every"),
        (Terms { rhythm: Rhythm::Years { every: u32::MAX }, ..terms() }, "every"),
        (Terms { rhythm: Rhythm::Weeks { every: 1, on: vec![] }, ..terms() }, "weekdays"),
        (Terms { rhythm: month(MonthOn::Day(32)), ..terms() }, "month_day"),
        (Terms { rhythm: month(MonthOn::Day(0)), ..terms() }, "month_day"),
        (Terms { zone: "Mars/Olympus".to_owned(), ..terms() }, "zone"),
        (Terms { minute: 1_440, ..terms() }, "time"),
        (Terms { lead: 7, ..terms() }, "lead"),
        (Terms { lead: 1_000_000_000, ..terms() }, "lead"),
        (Terms { first: date("2026-11-25"), ..terms() }, "first"),
        (Terms { first: date("9999-12-31"), ..terms() }, "first"),
        (Terms { ends: Ends::On(date("2026-11-01")), ..terms() }, "last"),
        (Terms { ends: Ends::On(date("2026-12-01")), ..terms() }, "last"),
        (Terms { ends: Ends::After(0), ..terms() }, "count"),
        (Terms { ends: Ends::After(u32::MAX), ..terms() }, "count"),
        (Terms { stop_after: 0, ..terms() }, "stop_after"),
        (Terms { stop_after: 101, ..terms() }, "stop_after"),
    ];
    for (terms, field) in cases {
        assert!(faults(&terms).iter().any(|it| it == field), "{field}: {:?}", faults(&terms));
    }
    let nth = month(MonthOn::Nth(Nth::Last, Weekday::Fri));
    assert!(faults(&Terms { rhythm: nth, lead: 27, ..terms() }).is_empty());
    let by_completion = Terms {
        basis: Basis::Completion,
        rhythm: Rhythm::Weeks { every: 1, on: vec![] },
        lead: 30,
        ..terms()
    };
    assert!(faults(&by_completion).is_empty());
    // The day is the zone's: in Kiritimati it is the 27th already.
    assert_eq!(faults(&Terms { zone: "Pacific/Kiritimati".to_owned(), ..terms() }), ["first"]);
}

#[test]
fn a_pause_and_its_end_move_the_first_day_that_counts() {
    let schedule = begun(terms());
    assert_eq!(next::next_day(&schedule, None), Some(date("2026-12-02")));
    for until in ["2026-11-26", "2026-11-01", "3000-01-01"] {
        let command = Command::Pause { reason: reason(), until: Some(date(until)) };
        assert!(matches!(decide(&schedule, command, &facts()), Err(Error::Invalid(_))), "{until}");
    }
    let paused = after(&schedule, Command::Pause { reason: reason(), until: Some(date("2026-12-10")) });
    // The day begins at 23:00 UTC of the one before.
    assert_eq!(next::wakes_at(&paused), Timestamp::parse_rfc3339("2026-12-09T23:00:00Z"));
    let again = Command::Pause { reason: reason(), until: None };
    assert!(matches!(decide(&paused, again, &facts()), Err(Error::Refused(_))));
    let resumed = after(&paused, Command::Resume { reason: reason() });
    assert!(resumed.is_running() && resumed.floor == date("2026-11-26"));
    assert!(matches!(
        decide(&resumed, Command::Resume { reason: reason() }, &facts()),
        Err(Error::Refused(_))
    ));
    let short = Command::Pause { reason: "no".to_owned(), until: None };
    assert!(matches!(decide(&resumed, short, &facts()), Err(Error::Invalid(_))));
}

#[test]
fn a_skipped_day_is_the_one_that_was_shown_and_an_end_is_final() {
    let schedule = begun(terms());
    let skip = |day: &str| Command::Skip { day: date(day), reason: reason() };
    assert!(matches!(decide(&schedule, skip("2026-12-09"), &facts()), Err(Error::Refused(_))));
    let skipped = after(&schedule, skip("2026-12-02"));
    assert_eq!(next::next_day(&skipped, None), Some(date("2026-12-09")));
    // Where the server was off, the days before it were missed: each day is made, missed or left out.
    let late = Facts { now: Timestamp::parse_rfc3339("2026-12-17T12:00:00Z").unwrap(), ..facts() };
    let events = decide(&schedule, skip("2026-12-16"), &late).unwrap();
    let [ScheduleEvent::DaysMissed { days }, ScheduleEvent::DaySkipped { day, .. }] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(
        (days.as_slice(), *day),
        ([date("2026-12-02"), date("2026-12-09")].as_slice(), date("2026-12-16"))
    );
    let ended = after(&skipped, Command::End { reason: reason() });
    for command in
        [Command::Resume { reason: reason() }, skip("2026-12-09"), Command::End { reason: reason() }]
    {
        assert!(matches!(decide(&ended, command, &facts()), Err(Error::Refused(_))));
    }
    assert_eq!(next::wakes_at(&ended), None);
}

#[test]
fn a_change_is_of_what_was_seen_and_lets_go_of_what_nobody_touched() {
    let mut schedule = begun(terms());
    let order = MadeOrder { order: "o1".to_owned(), number: "WO-2026-001".to_owned() };
    let made = ScheduleEvent::OrderMade {
        day: date("2026-12-02"),
        order,
        of: 1,
        status: "submitted".to_owned(),
        events: 3,
    };
    apply(&mut schedule, &made, &stamp());
    assert!(schedule.lately_made(1).is_some() && schedule.lately_made(2).is_none());
    let other = Box::new(Terms { lead: 2, ..terms() });
    let change = |seen| Command::Change { terms: other.clone(), reason: reason(), seen };
    assert!(matches!(decide(&schedule, change(Some(1)), &facts()), Err(Error::Conflict { .. })));
    let same = Command::Change { terms: Box::new(terms()), reason: String::new(), seen: Some(2) };
    assert!(decide(&schedule, same, &facts()).unwrap().is_empty());
    let changed = after(&schedule, change(Some(2)));
    assert!(changed.lately_made(1).is_none(), "whoever changed it has seen them");
    assert_eq!((changed.terms.lead, changed.last), (2, Some(date("2026-12-02"))));
    assert_eq!(next::next_day(&changed, None), Some(date("2026-12-09")), "no day comes twice");
    for (count, is_taken) in [(1, false), (2, true)] {
        let terms = Box::new(Terms { ends: Ends::After(count), ..terms() });
        let said = decide(&schedule, Command::Change { terms, reason: reason(), seen: None }, &facts());
        match said {
            Ok(events) => assert!(is_taken && events.len() == 1, "{count}"),
            Err(Error::Invalid(errors)) => assert!(!is_taken && errors.get("count").is_some(), "{errors}"),
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn every_event_reads_back() {
    let reason = reason();
    let order = MadeOrder { order: "o1".to_owned(), number: "WO-2026-001".to_owned() };
    let day = date("2026-12-02");
    for event in [
        ScheduleEvent::Created {
            schedule: "s1".to_owned(),
            code: "SC-001".to_owned(),
            sequence: 1,
            procedure: "p1".to_owned(),
            terms: Terms {
                ends: Ends::On(day),
                rhythm: Rhythm::Months { every: 1, on: MonthOn::Nth(Nth::Last, Weekday::Fri) },
                ..terms()
            },
            floor: day,
        },
        ScheduleEvent::Changed { terms: terms(), floor: day, reason: reason.clone() },
        ScheduleEvent::Paused { reason: reason.clone(), until: Some(day) },
        ScheduleEvent::Resumed { floor: day, reason: reason.clone() },
        ScheduleEvent::Stopped { orders: vec![order.clone()] },
        ScheduleEvent::Ended { reason: reason.clone() },
        ScheduleEvent::OrderMade { day, order, of: 2, status: "approved".to_owned(), events: 4 },
        ScheduleEvent::OrderNotMade { day, why: reason.clone() },
        ScheduleEvent::DaysMissed { days: vec![day] },
        ScheduleEvent::DaySkipped { day, reason },
    ] {
        let stored = event.draft().unwrap().data;
        assert_eq!(stored["type"], event.kind());
        assert_eq!(ScheduleEvent::from_json(event.kind(), stored).unwrap(), event);
    }
}
