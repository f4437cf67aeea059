//! A schedule in words, as pages and the history say it. Pure.

use chrono::{NaiveDate, Weekday};
use order_markdown::model::{Assignee, Priority};

use super::events::ScheduleEvent;
use super::model::{Basis, Ends, MadeOrder, MonthOn, Rhythm, Terms};

/// `week, Wednesday`; `3 months, on the first Monday`; `day`: what follows "every".
pub fn every(terms: &Terms) -> String {
    let counted = |every: u32, one: &str| if every == 1 { one.to_owned() } else { format!("{every} {one}s") };
    match &terms.rhythm {
        Rhythm::Days { every } => counted(*every, "day"),
        Rhythm::Weeks { every, on } if on.is_empty() => counted(*every, "week"),
        Rhythm::Weeks { every, on } => format!("{}, {}", counted(*every, "week"), weekdays(on)),
        Rhythm::Months { every, on } => format!("{}, {}", counted(*every, "month"), of_month(*on)),
        Rhythm::Years { every } if terms.basis == Basis::Completion => counted(*every, "year"),
        Rhythm::Years { every } => {
            format!("{}, on {}", counted(*every, "year"), terms.first.format("%-d %B"))
        }
    }
}

/// What the days are counted from.
pub fn counted_from(basis: Basis) -> &'static str {
    match basis {
        Basis::Calendar => "the planned day",
        Basis::Completion => "the day on which the last order ended; while it is open, none is made",
    }
}

/// `2 days before it is due, at 06:00 (Europe/Berlin)`
pub fn made(terms: &Terms) -> String {
    let before = match terms.lead {
        0 => "on the day it is due".to_owned(),
        1 => "1 day before it is due".to_owned(),
        days => format!("{days} days before it is due"),
    };
    format!("{before}, at {} ({})", clock(terms.minute), terms.zone)
}

/// `06:00`
pub fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// When it stops by itself and when it ends.
pub fn stops(terms: &Terms) -> String {
    let end = match terms.ends {
        Ends::Never => String::new(),
        Ends::On(day) => format!("; ends after {}", date(day)),
        Ends::After(1) => "; ends after 1 order".to_owned(),
        Ends::After(count) => format!("; ends after {count} orders"),
    };
    let untouched = match (terms.basis, terms.stop_after) {
        // There is never a second one.
        (Basis::Completion, count) if count > 1 => "never by itself: it waits for its last order".to_owned(),
        (_, 1) => "after 1 order that nobody touched".to_owned(),
        (_, count) => format!("after {count} in a row that nobody touched"),
    };
    format!("{untouched}{end}")
}

/// How far on its way an order begins.
pub fn begins(terms: &Terms) -> &'static str {
    if terms.approve {
        "approved, where the rules of its type ask for no signature and nobody apart; else it waits for its approval"
    } else {
        "submitted: it waits for its approval"
    }
}

/// `Wed 2 Dec 2026`
pub fn date(day: NaiveDate) -> String {
    day.format("%a %-d %b %Y").to_string()
}

/// What happened, in the history; `before` is what was chosen until then, and the number of an order is told where `sees` says so.
pub fn happened(event: &ScheduleEvent, before: Option<&Terms>, sees: &dyn Fn(&MadeOrder) -> bool) -> String {
    let number = |order: &MadeOrder| {
        if sees(order) { order.number.clone() } else { "an order".to_owned() }
    };
    match event {
        ScheduleEvent::Created { code, terms, .. } => format!("set {code} up: every {}", every(terms)),
        ScheduleEvent::Changed { terms, reason, .. } => {
            format!("changed it{}: {reason}", changes(before, terms))
        }
        ScheduleEvent::Paused { reason, until: Some(day) } => {
            format!("paused it until {}: {reason}", date(*day))
        }
        ScheduleEvent::Paused { reason, until: None } => format!("paused it: {reason}"),
        ScheduleEvent::Resumed { floor, reason } => format!("let it run from {}: {reason}", date(*floor)),
        ScheduleEvent::Stopped { orders } => {
            let numbers: Vec<String> = orders.iter().map(number).collect();
            format!("stopped it: nobody touched {}", numbers.join(", "))
        }
        ScheduleEvent::Ended { reason } => format!("ended it: {reason}"),
        ScheduleEvent::OrderMade { day, order, of, status, .. } => {
            let status = status.replace('_', " ");
            format!("made {} for {} from version {of}; it begins as {status}", number(order), date(*day))
        }
        ScheduleEvent::OrderNotMade { day, why } => format!("made no order for {}: {why}", date(*day)),
        ScheduleEvent::DaysMissed { days } => missed(days),
        ScheduleEvent::DaySkipped { day, reason } => format!("left {} out: {reason}", date(*day)),
    }
}

/// What is chosen otherwise than before, each with what it was.
fn changes(before: Option<&Terms>, now: &Terms) -> String {
    let pairs = before.into_iter().flat_map(|before| chosen(before).into_iter().zip(chosen(now)));
    let differ = pairs.filter(|(was, is)| was != is);
    let said: Vec<String> =
        differ.map(|((label, was), (_, is))| format!("{label} {is} (was: {was})")).collect();
    if said.is_empty() {
        return format!(" to every {}, made {}", every(now), made(now));
    }
    format!("; now {}", said.join(", "))
}

/// Everything that is chosen about a schedule, thing by thing.
fn chosen(terms: &Terms) -> [(&'static str, String); 9] {
    let to = terms.assignee.as_ref().map_or_else(|| "nobody".to_owned(), Assignee::marked_name);
    let asset = terms.asset.as_deref().unwrap_or("what the procedure names");
    let priority = terms.priority.map_or("that of the procedure", Priority::as_str);
    [
        ("every", every(terms)),
        ("counted from", counted_from(terms.basis).to_owned()),
        ("first on", date(terms.first)),
        ("made", made(terms)),
        ("for", asset.to_owned()),
        ("goes to", to),
        ("priority", priority.to_owned()),
        ("begins", begins(terms).to_owned()),
        ("stops", stops(terms)),
    ]
}

fn missed(days: &[NaiveDate]) -> String {
    match days {
        [] => "missed no day".to_owned(),
        [day] => format!("missed {}; a later day had come", date(*day)),
        [first, .., last] => {
            format!(
                "missed {} days from {} to {}; a later one had come",
                days.len(),
                date(*first),
                date(*last)
            )
        }
    }
}

fn of_month(on: MonthOn) -> String {
    match on {
        MonthOn::Day(31) => "on the last day".to_owned(),
        MonthOn::Day(day @ 29..=30) => format!("on day {day}, or the last one"),
        MonthOn::Day(day) => format!("on day {day}"),
        MonthOn::Nth(nth, weekday) => format!("on the {} {}", nth.as_str(), weekday_name(weekday)),
    }
}

fn weekdays(on: &[Weekday]) -> String {
    let mut on = on.to_vec();
    on.sort_unstable_by_key(Weekday::num_days_from_monday);
    on.dedup();
    let names: Vec<&str> = on.into_iter().map(weekday_name).collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}

/// `Wednesday`
pub fn weekday_name(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::Nth;
    use super::*;

    #[test]
    fn a_rhythm_reads_as_one_says_it() {
        let first = NaiveDate::from_ymd_opt(2028, 2, 29).unwrap();
        let of = |rhythm: Rhythm| every(&Terms { rhythm, first, ..Terms::default() });
        for (rhythm, words) in [
            (Rhythm::Days { every: 1 }, "day"),
            (Rhythm::Days { every: 3 }, "3 days"),
            (Rhythm::Weeks { every: 1, on: vec![Weekday::Wed] }, "week, Wednesday"),
            (
                Rhythm::Weeks { every: 2, on: vec![Weekday::Fri, Weekday::Mon, Weekday::Wed] },
                "2 weeks, Monday, Wednesday and Friday",
            ),
            (Rhythm::Months { every: 1, on: MonthOn::Day(31) }, "month, on the last day"),
            (
                Rhythm::Months { every: 3, on: MonthOn::Nth(Nth::First, Weekday::Mon) },
                "3 months, on the first Monday",
            ),
            (Rhythm::Years { every: 1 }, "year, on 29 February"),
        ] {
            assert_eq!(of(rhythm), words);
        }
        let terms = Terms { lead: 2, minute: 390, zone: "Europe/Berlin".to_owned(), ..Terms::default() };
        assert_eq!(made(&terms), "2 days before it is due, at 06:30 (Europe/Berlin)");
        assert_eq!(stops(&Terms { stop_after: 3, ..terms }), "after 3 in a row that nobody touched");
    }

    #[test]
    fn the_history_says_whatever_was_chosen_otherwise() {
        let before = Terms { minute: 360, zone: "UTC".to_owned(), stop_after: 3, ..Terms::default() };
        let told = |terms: Terms| {
            let changed =
                ScheduleEvent::Changed { floor: terms.first, terms, reason: "as agreed".to_owned() };
            happened(&changed, Some(&before), &|_| false)
        };
        let ada = Assignee { name: "Ada".to_owned(), ..Assignee::default() };
        let given = told(Terms { assignee: Some(ada), approve: true, ..before.clone() });
        assert!(given.starts_with("changed it; now goes to Ada"), "{given}");
        assert!(given.contains("(was: nobody), begins approved"), "{given}");
        assert!(given.contains("(was: submitted") && given.ends_with(": as agreed"), "{given}");
        let of = told(Terms { asset: Some("press-7".to_owned()), ..before.clone() });
        assert_eq!(of, "changed it; now for press-7 (was: what the procedure names): as agreed");
        let ends = told(Terms { ends: Ends::After(2), ..before.clone() });
        assert!(ends.contains("ends after 2 orders"), "{ends}");
    }
}
