//! When a day, a week or a month of a zone begins and ends. Pure.
//!
//! A day begins at the first moment that its zone's clocks show of it: where they are put forward over midnight that is later, and a
//! day of 23 or 25 hours is as long as it is.

use chrono::{Datelike as _, Days, Months, NaiveDate, NaiveTime, TimeDelta, TimeZone as _};
use chrono_tz::Tz;

use crate::foundation::Timestamp;

use super::model::Period;

/// The zone of this name.
pub fn zone_of(name: &str) -> Option<Tz> {
    name.trim().parse().ok()
}

/// The day that runs in a zone. Where clocks that showed a new day are put back into the old one, the new one runs on.
pub fn day_at(at: Timestamp, zone: Tz) -> NaiveDate {
    let shown = at.to_chrono().with_timezone(&zone).date_naive();
    let next = shown.succ_opt().filter(|next| begins(*next, zone) <= at);
    next.unwrap_or(shown)
}

/// The first moment of a day. One that a zone left out has none, and its place is that of the next one.
pub fn begins(day: NaiveDate, zone: Tz) -> Timestamp {
    let midnight = day.and_time(NaiveTime::MIN);
    let first = (0..=96).find_map(|quarter| {
        let local = midnight.checked_add_signed(TimeDelta::minutes(15 * quarter))?;
        zone.from_local_datetime(&local).earliest()
    });
    let plain = midnight.and_utc().timestamp_micros();
    Timestamp(first.map_or(plain, |first| first.timestamp_micros()))
}

/// When the period that runs at a moment began, and when it ends; what is meant in all began when it was set and does not end.
pub fn bounds(period: Period, zone: Tz, set_at: Timestamp, now: Timestamp) -> (Timestamp, Option<Timestamp>) {
    let today = day_at(now, zone);
    let (first, next) = match period {
        Period::Total => return (set_at, None),
        Period::Day => (Some(today), today.succ_opt()),
        Period::Week => {
            let back = Days::new(u64::from(today.weekday().num_days_from_monday()));
            let monday = today.checked_sub_days(back);
            (monday, monday.and_then(|day| day.checked_add_days(Days::new(7))))
        }
        Period::Month => {
            let first = today.with_day(1);
            (first, first.and_then(|day| day.checked_add_months(Months::new(1))))
        }
    };
    (first.map_or(set_at, |day| begins(day, zone)), next.map(|day| begins(day, zone)))
}

/// The last so many days of a zone up to the one that runs, each with its first moment and that of the next, the oldest first.
pub fn last_days(zone: Tz, now: Timestamp, count: u64) -> Vec<(NaiveDate, Timestamp, Timestamp)> {
    let today = day_at(now, zone);
    let days = (0..count).rev().filter_map(|back| today.checked_sub_days(Days::new(back)));
    days.filter_map(|day| Some((day, begins(day, zone), begins(day.succ_opt()?, zone)))).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn periods_begin_and_end_as_the_clocks_of_the_zone_show() {
        for (period, zone, now, from, to) in [
            (Period::Day, "UTC", "2026-11-21T09:00:00Z", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"),
            // 25 hours: clocks were put back.
            (
                Period::Day,
                "Europe/Berlin",
                "2026-10-25T12:00:00Z",
                "2026-10-24T22:00:00Z",
                "2026-10-25T23:00:00Z",
            ),
            // 23 hours: they were put forward.
            (
                Period::Day,
                "Europe/Berlin",
                "2026-03-29T12:00:00Z",
                "2026-03-28T23:00:00Z",
                "2026-03-29T22:00:00Z",
            ),
            // Put forward at midnight itself: the day begins at one.
            (
                Period::Day,
                "America/Santiago",
                "2026-09-06T12:00:00Z",
                "2026-09-06T04:00:00Z",
                "2026-09-07T03:00:00Z",
            ),
            // Half an hour beside the others.
            (
                Period::Day,
                "Asia/Kolkata",
                "2026-11-21T18:30:00Z",
                "2026-11-21T18:30:00Z",
                "2026-11-22T18:30:00Z",
            ),
            (
                Period::Week,
                "Europe/Berlin",
                "2026-10-25T22:59:59Z",
                "2026-10-18T22:00:00Z",
                "2026-10-25T23:00:00Z",
            ),
            (Period::Week, "UTC", "2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"),
            (
                Period::Month,
                "America/New_York",
                "2026-12-01T04:59:59Z",
                "2026-11-01T04:00:00Z",
                "2026-12-01T05:00:00Z",
            ),
            (Period::Month, "UTC", "2026-12-31T23:59:59Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ] {
            let found = bounds(period, zone_of(zone).unwrap(), Timestamp(0), at(now));
            assert_eq!(found, (at(from), Some(at(to))), "{period:?} of {zone} at {now}");
        }
        let total = bounds(Period::Total, Tz::UTC, at("2026-11-01T10:00:00Z"), at("2026-11-21T09:00:00Z"));
        assert_eq!(total, (at("2026-11-01T10:00:00Z"), None));
        assert_eq!(zone_of("Nowhere/At_All"), None);
    }

    #[test]
    fn a_day_that_began_runs_on_where_clocks_go_back_into_the_one_before() {
        let zone = zone_of("America/St_Johns").unwrap();
        // At one minute past midnight of 29 October 2006 clocks were put back by an hour.
        let (from, to) = bounds(Period::Day, zone, Timestamp(0), at("2006-10-29T02:45:00Z"));
        assert_eq!((from, to), (at("2006-10-29T02:30:00Z"), Some(at("2006-10-30T03:30:00Z"))));
    }

    #[test]
    fn days_follow_each_other_without_a_gap() {
        let days = last_days(zone_of("Europe/Berlin").unwrap(), at("2026-10-26T12:00:00Z"), 3);
        assert_eq!(days.len(), 3);
        assert!(days.windows(2).all(|two| two[0].2 == two[1].1), "{days:?}");
        assert_eq!(days[1].2.micros_since(days[1].1), 25 * 3_600_000_000);
    }

    proptest! {
        #[test]
        fn a_moment_lies_in_its_period_and_the_next_one_begins_where_it_ends(
            zone in 0..chrono_tz::TZ_VARIANTS.len(),
            now in 0_i64..4_000_000_000_000_000,
        ) {
            let (zone, now) = (chrono_tz::TZ_VARIANTS[zone], Timestamp(now));
            for period in [Period::Day, Period::Week, Period::Month] {
                let (from, to) = bounds(period, zone, Timestamp(0), now);
                let to = to.unwrap();
                prop_assert!(from <= now && now < to, "{period:?} {zone}: {from} {now} {to}");
                prop_assert_eq!(bounds(period, zone, Timestamp(0), to).0, to, "{:?} {}", period, zone);
            }
        }
    }
}
