//! What pages show of schedules: where they stand, their sentences, and the days that are to come.

use chrono::NaiveDate;

use crate::foundation::{Result, Timestamp};
use crate::maintenance::schedules::model::Terms;
use crate::maintenance::schedules::next::utc;
use crate::maintenance::schedules::reads::{ScheduleRow, State};
use crate::maintenance::schedules::words;
use crate::order_pages::text::Html;
use crate::web::format::{Due, sentence};
use crate::work_orders::model::Assignee;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// A schedule beside its procedure.
pub(in crate::maintenance) struct Card {
    pub(in crate::maintenance) code: String,
    pub(in crate::maintenance) mark: (&'static str, &'static str),
    pub(in crate::maintenance) facts: Vec<(&'static str, Html)>,
    pub(in crate::maintenance) why: String,
}

impl Card {
    pub(in crate::maintenance) fn of(row: &ScheduleRow, now: Timestamp) -> Result<Self> {
        let mut facts = sentences(&row.terms()?);
        facts.insert(0, ("Next", next(row, now)));
        Ok(Self { code: row.code.clone(), mark: mark(row), facts, why: why(row) })
    }
}

/// The tone and the word of the chip of a schedule's state.
pub(super) fn mark(row: &ScheduleRow) -> (&'static str, &'static str) {
    match row.state() {
        State::Running if row.is_in_trouble() => ("bad", "Cannot make its order"),
        State::Running => ("good", "Runs"),
        State::Paused => ("waiting", "Paused"),
        State::Stopped => ("bad", "Stopped"),
        State::Ended => ("", "Ended"),
    }
}

/// Why it makes no order, as a sentence; empty where it does.
pub(super) fn why(row: &ScheduleRow) -> String {
    if row.why.is_empty() { String::new() } else { sentence(&row.why) }
}

/// The day that comes next, or what is waited for.
pub(super) fn next(row: &ScheduleRow, now: Timestamp) -> Html {
    match (row.state(), row.next_day(), row.until()) {
        (State::Running, Some(next), _) => day(next, now),
        (State::Running, None, _) if row.waits_for.is_some() => Html::text("after its last order has ended"),
        (State::Paused, _, Some(until)) => Html::joined([Html::text("goes on"), day(until, now)], " "),
        _ => Html::text("none"),
    }
}

/// What was chosen, sentence by sentence.
pub(super) fn sentences(terms: &Terms) -> Vec<(&'static str, Html)> {
    let to = terms.assignee.as_ref().map_or_else(|| "nobody".to_owned(), Assignee::marked_name);
    let mut all = vec![
        ("Every", Html::text(&words::every(terms))),
        ("Counted from", Html::text(words::counted_from(terms.basis))),
        ("Made", Html::text(&words::made(terms))),
        ("For", Html::text(terms.asset.as_deref().unwrap_or("what the procedure names"))),
        ("Goes to", Html::text(&to)),
    ];
    all.extend(terms.priority.map(|it| ("Priority", Html::text(it.as_str()))));
    all.push(("Begins", Html::text(words::begins(terms))));
    all.push(("Stops", Html::text(&words::stops(terms))));
    all
}

/// A local day.
pub(super) fn day(day: NaiveDate, now: Timestamp) -> Html {
    Html::time(&Due::new(utc(day).plus_micros(DAY), now))
}
