//! The days of a calendar and what stands on each: four orders of a day at most, open ones first, and a link for the rest.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Days, NaiveDate};

use super::cards::{is_nobodys, short_number};
use crate::foundation::{Action, Asker, Grant, Tie, Timestamp};
use crate::maintenance::schedules::reads::Planned;
use crate::web::zone::Reading;
use crate::work_orders::model::Status;
use crate::work_orders::reads::OrderRow;
use crate::work_orders::reads::calendar::DueRow;

/// Weeks of one page.
pub(super) const WEEKS: u64 = 4;
/// Days of them.
pub(super) const DAYS: u64 = WEEKS * 7;
/// Orders of one day.
const SHOWN: usize = 4;
/// Orders of one day that schedules are going to make.
const PLANNED: usize = 3;
/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// One week, Monday first.
pub(super) struct Week {
    /// By ISO 8601.
    pub(super) number: u32,
    pub(super) days: Vec<Day>,
}

/// One day.
pub(super) struct Day {
    /// `2026-11-26`
    pub(super) date: String,
    /// `26`, and with its month where that begins.
    pub(super) short: String,
    /// `Thu 26 Nov`
    pub(super) long: String,
    pub(super) is_today: bool,
    pub(super) is_weekend: bool,
    pub(super) entries: Vec<Entry>,
    /// How many more are due on it.
    pub(super) more: usize,
    /// Orders that schedules are going to make for it.
    pub(super) planned: Vec<PlannedEntry>,
    /// How many more of those.
    pub(super) more_planned: usize,
}

/// An order that a schedule is going to make.
pub(super) struct PlannedEntry {
    /// Of the schedule.
    pub(super) code: String,
    /// What the procedure is called.
    pub(super) title: String,
}

/// One order on its day.
pub(super) struct Entry {
    pub(super) number: String,
    pub(super) short: String,
    pub(super) title: String,
    /// The class of its colour, which `words` say as well.
    pub(super) tone: &'static str,
    pub(super) words: String,
    /// How its day is changed here.
    pub(super) steps: Option<Steps>,
    /// Whether its day is changed in its plan, with a reason.
    pub(super) in_plan: bool,
}

/// The days before and after the one that an order is due on.
pub(super) struct Steps {
    pub(super) before: NaiveDate,
    pub(super) after: NaiveDate,
    /// The moment of the day that was shown, in microseconds.
    pub(super) seen: i64,
}

/// What a day shows and how many more it has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) ids: Vec<String>,
    pub(super) more: usize,
}

/// The Monday of a day's week.
pub(super) fn monday_of(day: NaiveDate) -> NaiveDate {
    let since = u64::from(day.weekday().num_days_from_monday());
    day.checked_sub_days(Days::new(since)).unwrap_or(day)
}

/// What each day shows: open orders first, the earliest first.
pub(super) fn chosen(rows: &[DueRow], reader: Reading) -> BTreeMap<NaiveDate, Chosen> {
    let mut days: BTreeMap<NaiveDate, Vec<&DueRow>> = BTreeMap::new();
    for row in rows {
        let Some(until) = row.due_at else { continue };
        days.entry(reader.due_day(until)).or_default().push(row);
    }
    let choose = |mut rows: Vec<&DueRow>| {
        rows.sort_by_key(|row| (row.open_until.is_none(), row.due_at, row.order_id.clone()));
        let more = rows.len().saturating_sub(SHOWN);
        Chosen { ids: rows.into_iter().take(SHOWN).map(|row| row.order_id.clone()).collect(), more }
    };
    days.into_iter().map(|(day, rows)| (day, choose(rows))).collect()
}

/// The weeks from a Monday on.
pub(super) fn weeks(
    monday: NaiveDate,
    chosen: &BTreeMap<NaiveDate, Chosen>,
    (orders, planned): (&[OrderRow], &[Planned]),
    who: &Asker,
    now: Timestamp,
) -> Vec<Week> {
    let reader = Reading::current();
    let day_at = |place: u64| monday.checked_add_days(Days::new(place)).unwrap_or(monday);
    let week = |week: u64| Week {
        number: day_at(week * 7).iso_week().week(),
        days: (week * 7..week * 7 + 7)
            .map(|place| day(day_at(place), place == 0, chosen, (orders, planned), (who, now, reader)))
            .collect(),
    };
    (0..WEEKS).map(week).collect()
}

fn day(
    date: NaiveDate,
    is_first: bool,
    chosen: &BTreeMap<NaiveDate, Chosen>,
    (orders, planned): (&[OrderRow], &[Planned]),
    (who, now, reader): (&Asker, Timestamp, Reading),
) -> Day {
    let chosen = chosen.get(&date).cloned().unwrap_or_default();
    let order = |id: &String| orders.iter().find(|row| row.order_id == *id);
    let names_month = is_first || date.day() == 1;
    let mut planned: Vec<PlannedEntry> =
        planned.iter().filter(|it| it.day == date).map(PlannedEntry::of).collect();
    let more_planned = planned.len().saturating_sub(PLANNED);
    planned.truncate(PLANNED);
    Day {
        date: date.to_string(),
        short: date.format(if names_month { "%-d %b" } else { "%-d" }).to_string(),
        long: date.format("%a %-d %b").to_string(),
        is_today: reader.date(now) == date,
        is_weekend: date.weekday().num_days_from_monday() > 4,
        entries: chosen.ids.iter().filter_map(order).map(|row| Entry::of(row, date, who, now)).collect(),
        more: chosen.more,
        planned,
        more_planned,
    }
}

impl PlannedEntry {
    fn of(planned: &Planned) -> Self {
        Self { code: planned.code.clone(), title: planned.title.clone() }
    }
}

impl Entry {
    fn of(row: &OrderRow, date: NaiveDate, who: &Asker, now: Timestamp) -> Self {
        let (tone, words) = said(row, now);
        Self {
            number: row.number.clone(),
            short: short_number(&row.number, now),
            title: row.title.clone(),
            tone,
            words,
            steps: steps(row, date, who),
            in_plan: who.may(Action::EditPlan) == Grant::Any
                && matches!(row.status(), Status::InProgress | Status::OnHold),
        }
    }
}

impl Entry {
    /// Why its day cannot be moved from here; empty where it can.
    pub(super) fn stays(&self) -> &'static str {
        match (&self.steps, self.in_plan) {
            (Some(_), _) => "",
            (None, true) => {
                "Its plan is approved, so its day is changed in the plan, with a reason: press Day."
            }
            (None, false) => {
                "Only a draft of yours or a submitted order is moved here, and only where it is due on a whole day."
            }
        }
    }
}

/// The colour of an order and the words that say the same.
fn said(row: &OrderRow, now: Timestamp) -> (&'static str, String) {
    let status = row.status();
    if status.is_done() || status == Status::Cancelled {
        return ("done", status.label().to_lowercase());
    }
    let mut words = Vec::new();
    let is_late = row.is_overdue(now);
    if is_late {
        words.push("late".to_owned());
    }
    match status {
        Status::OnHold => words.push("on hold".to_owned()),
        Status::Draft => words.push("draft".to_owned()),
        _ => {}
    }
    if is_nobodys(row) {
        words.push("nobody".to_owned());
    } else if words.is_empty() {
        words.push(row.assignee());
    }
    let tone = match status {
        _ if is_late => "late",
        Status::OnHold => "waits",
        _ => "open",
    };
    (tone, words.join(", "))
}

/// Where its plan is not approved yet and what is written there is a day: moving it needs no reason and loses no time of day.
fn steps(row: &OrderRow, date: NaiveDate, who: &Asker) -> Option<Steps> {
    let is_theirs = match row.status() {
        Status::Draft => who.may_for(Action::EditPlan, &Tie { is_draft: true, ..row.tie(who) }),
        Status::Submitted => who.may(Action::EditPlan) == Grant::Any,
        _ => false,
    };
    let until = row.due_at.filter(|until| is_theirs && until.0.rem_euclid(DAY) == 0)?;
    Some(Steps { before: date.pred_opt()?, after: date.succ_opt()?, seen: until.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn row(id: &str, due: &str, is_open: bool) -> DueRow {
        let due_at = Timestamp::parse_rfc3339(due);
        let open_until = due_at.filter(|_| is_open);
        DueRow {
            order_id: id.to_owned(),
            due_at,
            open_until,
            assignee_account: None,
            assignee_name: String::new(),
            assignee_kind: String::new(),
        }
    }

    #[test]
    fn a_week_begins_on_monday_also_at_the_end_of_a_year() {
        for (day, monday) in [
            ("2026-11-26", "2026-11-23"),
            ("2026-11-23", "2026-11-23"),
            ("2027-01-01", "2026-12-28"),
            ("2028-02-29", "2028-02-28"),
        ] {
            assert_eq!(monday_of(date(day)), date(monday), "{day}");
        }
    }

    #[test]
    fn a_day_shows_four_open_ones_first_and_says_how_many_more() {
        let mut rows: Vec<DueRow> =
            (0..5).map(|it| row(&format!("done{it}"), "2026-11-27T00:00:00Z", false)).collect();
        rows.push(row("open", "2026-11-27T00:00:00Z", true));
        let days = chosen(&rows, Reading::default());
        let day = &days[&date("2026-11-26")];
        assert_eq!((day.ids.len(), day.more, day.ids[0].as_str()), (4, 2, "open"));
    }

    #[test]
    fn a_moment_stands_on_the_readers_day_and_a_day_on_itself() {
        let rows = [row("day", "2026-10-26T00:00:00Z", true), row("moment", "2026-10-25T23:31:00Z", true)];
        for (zone, moment) in
            [("", "2026-10-25"), ("Europe/Berlin", "2026-10-26"), ("Pacific/Honolulu", "2026-10-25")]
        {
            let days = chosen(&rows, Reading::of(zone, ""));
            assert!(days[&date("2026-10-25")].ids.contains(&"day".to_owned()), "{zone}");
            assert!(days[&date(moment)].ids.contains(&"moment".to_owned()), "{zone}");
        }
    }
}
