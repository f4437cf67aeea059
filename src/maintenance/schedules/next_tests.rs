//! Days and moments held against calendars, and against what must hold of every rhythm in every zone.

use proptest::prelude::*;

use super::*;
use crate::maintenance::schedules::model::{Made, MadeOrder};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

fn zone(name: &str) -> Tz {
    zone_of(name).unwrap()
}

fn of(rhythm: Rhythm, first: &str) -> Schedule {
    let first = date(first);
    let terms = Terms { rhythm, first, minute: 360, zone: "Europe/Berlin".to_owned(), ..Terms::default() };
    Schedule { terms, floor: first, version: 1, ..Schedule::default() }
}

fn days(rhythm: Rhythm, first: &str, count: usize) -> Vec<String> {
    let schedule = of(rhythm, first);
    let days = coming(&schedule, next_day(&schedule, None), count);
    days.iter().map(ToString::to_string).collect()
}

#[test]
fn rhythms_are_counted_from_the_first_day() {
    use Weekday::{Fri, Mon, Wed};
    for (rhythm, first, expected) in [
        (Rhythm::Days { every: 1 }, "2026-12-31", vec!["2026-12-31", "2027-01-01", "2027-01-02"]),
        (Rhythm::Days { every: 30 }, "2028-02-01", vec!["2028-02-01", "2028-03-02", "2028-04-01"]),
        (
            Rhythm::Weeks { every: 1, on: vec![Mon, Fri] },
            "2026-11-26",
            vec!["2026-11-27", "2026-11-30", "2026-12-04"],
        ),
        (
            Rhythm::Weeks { every: 2, on: vec![Wed] },
            "2026-11-26",
            vec!["2026-12-09", "2026-12-23", "2027-01-06"],
        ),
        (
            Rhythm::Months { every: 1, on: MonthOn::Day(31) },
            "2027-12-31",
            vec!["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"],
        ),
        (
            Rhythm::Months { every: 3, on: MonthOn::Day(5) },
            "2026-11-26",
            vec!["2027-02-05", "2027-05-05", "2027-08-05"],
        ),
        (
            Rhythm::Months { every: 1, on: MonthOn::Nth(Nth::Last, Fri) },
            "2026-12-01",
            vec!["2026-12-25", "2027-01-29", "2027-02-26"],
        ),
        (
            Rhythm::Months { every: 1, on: MonthOn::Nth(Nth::Second, Wed) },
            "2026-12-10",
            vec!["2027-01-13", "2027-02-10", "2027-03-10"],
        ),
        (
            Rhythm::Years { every: 1 },
            "2028-02-29",
            vec!["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"],
        ),
    ] {
        assert_eq!(days(rhythm.clone(), first, expected.len()), expected, "{rhythm:?}");
    }
}

#[test]
fn by_completion_the_next_day_is_the_first_named_one_at_least_a_length_later() {
    for (rhythm, done, from, expected) in [
        (Rhythm::Days { every: 7 }, "2026-12-03", "2026-11-01", "2026-12-10"),
        (Rhythm::Days { every: 7 }, "2026-12-03", "2026-12-12", "2026-12-12"),
        (Rhythm::Weeks { every: 1, on: Vec::new() }, "2026-12-03", "2026-11-01", "2026-12-10"),
        (Rhythm::Weeks { every: 1, on: vec![Weekday::Wed] }, "2026-12-03", "2026-11-01", "2026-12-16"),
        (Rhythm::Months { every: 1, on: MonthOn::Day(5) }, "2026-12-20", "2026-11-01", "2027-02-05"),
        (Rhythm::Months { every: 1, on: MonthOn::Day(31) }, "2027-01-31", "2026-11-01", "2027-02-28"),
        (Rhythm::Years { every: 1 }, "2028-02-29", "2026-11-01", "2029-02-28"),
    ] {
        let found = after_completion(&rhythm, date(done), date(from));
        assert_eq!(found, Some(date(expected)), "{rhythm:?} {done}");
    }
}

#[test]
fn a_time_that_clocks_skip_is_the_first_after_and_one_they_show_twice_is_the_first() {
    for (name, day, minute, moment_of_it) in [
        ("Europe/Berlin", "2026-07-01", 6 * 60, "2026-07-01T04:00:00Z"),
        ("Europe/Berlin", "2026-12-01", 6 * 60, "2026-12-01T05:00:00Z"),
        // 2:00 to 3:00, and 3:00 back to 2:00.
        ("Europe/Berlin", "2026-03-29", 150, "2026-03-29T01:00:00Z"),
        ("Europe/Berlin", "2026-10-25", 150, "2026-10-25T00:30:00Z"),
        ("America/New_York", "2027-03-14", 150, "2027-03-14T07:00:00Z"),
        ("America/New_York", "2027-11-07", 90, "2027-11-07T05:30:00Z"),
        // By half an hour.
        ("Australia/Lord_Howe", "2026-10-04", 130, "2026-10-03T15:30:00Z"),
        ("Australia/Lord_Howe", "2027-04-04", 100, "2027-04-03T14:40:00Z"),
        // At midnight, and a whole day.
        ("America/Santiago", "2026-09-06", 0, "2026-09-06T04:00:00Z"),
        ("Pacific/Apia", "2011-12-30", 6 * 60, "2011-12-30T10:00:00Z"),
        ("UTC", "2028-02-29", 0, "2028-02-29T00:00:00Z"),
    ] {
        assert_eq!(moment(date(day), minute, zone(name)), Some(at(moment_of_it)), "{name} {day} {minute}");
    }
}

#[test]
fn of_days_that_came_the_latest_is_due_and_those_before_were_missed() {
    let mut schedule = of(Rhythm::Days { every: 1 }, "2026-12-01");
    let due_at = |schedule: &Schedule, now: &str| due(schedule, None, at(now));
    let first = at("2026-12-01T05:00:00Z");
    assert_eq!(due_at(&schedule, "2026-12-01T04:59:59Z"), Due::Later(Some((date("2026-12-01"), first))));
    assert_eq!(
        due_at(&schedule, "2026-12-01T05:00:00Z"),
        Due::Now { day: date("2026-12-01"), missed: vec![] }
    );
    let missed = ["2026-12-01", "2026-12-02", "2026-12-03"].map(date).to_vec();
    assert_eq!(due_at(&schedule, "2026-12-04T12:00:00Z"), Due::Now { day: date("2026-12-04"), missed });
    schedule.last = Some(date("2026-12-04"));
    schedule.terms.ends = Ends::On(date("2026-12-04"));
    assert_eq!(due_at(&schedule, "2026-12-09T12:00:00Z"), Due::Over);
    schedule.terms.ends = Ends::Never;
    schedule.terms.lead = 2;
    let next = due_at(&Schedule { floor: date("2026-12-20"), ..schedule.clone() }, "2026-12-09T12:00:00Z");
    assert_eq!(next, Due::Later(Some((date("2026-12-20"), at("2026-12-18T05:00:00Z")))));
}

#[test]
fn while_an_order_is_open_nothing_is_due_by_completion() {
    let mut schedule = of(Rhythm::Days { every: 7 }, "2026-12-01");
    schedule.terms.basis = Basis::Completion;
    schedule.last = Some(date("2026-12-01"));
    schedule.made.push(Made {
        day: date("2026-12-01"),
        order: MadeOrder { order: "o".to_owned(), number: "WO-2026-001".to_owned() },
        of: 1,
        untouched: 3,
        at: at("2026-12-01T05:00:00Z"),
    });
    assert_eq!(due(&schedule, None, at("2027-12-01T05:00:00Z")), Due::Later(None));
    assert_eq!(wakes_at(&schedule), None);
    let done = Some(date("2026-12-11"));
    let next = Due::Later(Some((date("2026-12-18"), at("2026-12-18T05:00:00Z"))));
    assert_eq!(due(&schedule, done, at("2026-12-12T05:00:00Z")), next);
    let now = Due::Now { day: date("2026-12-18"), missed: vec![] };
    assert_eq!(due(&schedule, done, at("2027-02-01T05:00:00Z")), now, "once, however late");
    schedule.skipped.push(date("2026-12-18"));
    schedule.last = Some(date("2026-12-18"));
    assert_eq!(next_day(&schedule, done), Some(date("2026-12-25")), "what is skipped counts as done");
}

fn rhythm() -> impl Strategy<Value = Rhythm> {
    let weekday = (0_u8..7).prop_map(|day| Weekday::try_from(day).unwrap());
    let nth = (0_usize..5).prop_map(|at| Nth::ALL[at]);
    let on = prop_oneof![
        (1_u32..=31).prop_map(MonthOn::Day),
        (nth, weekday.clone()).prop_map(|(nth, day)| MonthOn::Nth(nth, day)),
    ];
    let weekdays = proptest::collection::vec(weekday, 1..4);
    prop_oneof![
        (1_u32..40).prop_map(|every| Rhythm::Days { every }),
        (1_u32..9, weekdays).prop_map(|(every, on)| Rhythm::Weeks { every, on }),
        (1_u32..14, on).prop_map(|(every, on)| Rhythm::Months { every, on }),
        (1_u32..5).prop_map(|every| Rhythm::Years { every }),
    ]
}

proptest! {
    #[test]
    fn days_grow_and_none_comes_twice_in_any_zone(
        rhythm in rhythm(),
        first in 14_900_i64..24_000,
        minute in 0_u16..1_440,
        name in prop_oneof![
            Just("Europe/Berlin"), Just("America/New_York"), Just("Australia/Lord_Howe"), Just("Pacific/Apia"),
            Just("America/Santiago"), Just("Asia/Kathmandu"), Just("UTC"),
        ],
    ) {
        let first = NaiveDate::default() + chrono::TimeDelta::days(first);
        let mut schedule = of(rhythm.clone(), &first.to_string());
        (schedule.terms.minute, schedule.terms.zone) = (minute, name.to_owned());
        let days = coming(&schedule, next_day(&schedule, None), 40);
        prop_assert_eq!(days.len(), 40);
        for pair in days.windows(2) {
            prop_assert!(pair[0] < pair[1]);
            prop_assert!((pair[1] - pair[0]).num_days() >= i64::from(shortest(&rhythm)), "{:?} {:?}", rhythm, pair);
            let moments = (made_at(&schedule.terms, pair[0]), made_at(&schedule.terms, pair[1]));
            prop_assert!(moments.0.is_some() && moments.0 <= moments.1);
        }
        // Whoever looks now and then settles each day once, in order, and makes one order each time.
        let (mut settled, mut now) = (Vec::new(), made_at(&schedule.terms, first).unwrap());
        for wait in [1_i64, 400, 3, 90, 900, 1, 1] {
            now = now.plus_micros(wait * 86_400_000_000);
            if let Due::Now { day, missed } = due(&schedule, None, now) {
                settled.extend(missed);
                settled.push(day);
                schedule.last = Some(day);
            }
            prop_assert!(!matches!(due(&schedule, None, now), Due::Now { .. }), "nothing is left");
        }
        let all = coming(&of(rhythm, &first.to_string()), Some(days[0]), settled.len());
        prop_assert_eq!(settled, all);
    }

    #[test]
    fn by_completion_a_day_is_never_sooner_than_a_length_after_the_last(rhythm in rhythm(), done in 14_900_i64..24_000) {
        let done = NaiveDate::default() + chrono::TimeDelta::days(done);
        let next = after_completion(&rhythm, done, done).unwrap();
        let least = match &rhythm {
            Rhythm::Days { every } => i64::from(*every),
            Rhythm::Weeks { every, .. } => i64::from(*every) * 7,
            Rhythm::Months { every, .. } => i64::from(*every) * 28,
            Rhythm::Years { every } => i64::from(*every) * 365,
        };
        prop_assert!((next - done).num_days() >= least, "{:?} {} {}", rhythm, done, next);
    }
}
