//! What somebody has to do against their hours, as a page shows it.

use chrono::{Days, NaiveDate};

use crate::db::AnyConnection;
use crate::figures::workload::model::{Load, monday, weeks};
use crate::figures::workload::reads::{STATES, WorkOf, Workload, first_week};
use crate::foundation::{Action, Asker, Grant, Result, Timestamp};
use crate::web::charts::{Svg, load as bar_of};
use crate::web::format::number;

/// Somebody in one week.
pub struct LoadView {
    pub name: String,
    /// None of an agent, and of whoever has no hours.
    pub bar: Option<Svg>,
    /// `41 of 35 h`, `12 h`, `–`.
    pub words: String,
    pub is_over: bool,
    /// Why there is no bar, what is not in it, what is guessed.
    pub more: Vec<String>,
    /// The orders behind it.
    pub href: String,
    pub orders: String,
}

/// Everybody's work of this week for whoever sees figures; nothing for the others.
pub fn this_week(conn: &mut AnyConnection, who: &Asker, now: Timestamp) -> Result<Vec<LoadView>> {
    if who.may(Action::ViewFigures) < Grant::Any {
        return Ok(Vec::new());
    }
    let first = monday(now);
    Ok(views(&first_week(conn, who.project, first)?, first, 0))
}

/// Everybody's work of one of the weeks from a Monday on, the fullest first; who has neither work nor hours is left out.
pub(super) fn views(workload: &Workload, monday: NaiveDate, week: usize) -> Vec<LoadView> {
    let longest = workload.loads.values().filter_map(|weeks| weeks.get(week));
    let longest = longest.map(|load| load.planned().max(load.hours.unwrap_or_default())).max().unwrap_or(1);
    let of_row = |of: WorkOf<'_>| {
        let load = *of.loads.get(week)?;
        Some((load, view(&of.name, of.lacks, load, longest, orders_of(of.account, monday, week))))
    };
    let mut people: Vec<(Load, LoadView)> = workload.rows().into_iter().filter_map(of_row).collect();
    people.retain(|(load, _)| load.orders > 0 || load.hours.is_some());
    people.sort_by_key(|(load, view)| (-load.planned(), view.name.clone()));
    people.into_iter().map(|(_, view)| view).collect()
}

/// `lacks` says why there are no hours, where there are none.
fn view(name: &str, lacks: &str, load: Load, longest: i64, href: String) -> LoadView {
    LoadView {
        name: name.to_owned(),
        bar: load.hours.map(|hours| bar_of(load.begun, load.waiting, hours, longest)),
        words: words(load),
        is_over: load.is_over(),
        more: more(lacks, load),
        href,
        orders: several(load.orders, "order"),
    }
}

/// `41 of 35 h`; without hours, what is planned of a dash.
pub(super) fn words(load: Load) -> String {
    let of = load.hours.map_or_else(|| "–".to_owned(), in_hours);
    format!("{} of {of} h", in_hours(load.planned()))
}

fn more(lacks: &str, load: Load) -> Vec<String> {
    let mut more = Vec::new();
    match load.hours {
        None => more.push(lacks.to_owned()),
        Some(0) => more.push("away, or no working day".to_owned()),
        Some(_) => {}
    }
    if load.begun > 0 && load.waiting > 0 {
        more.push(format!("{} h begun, {} h not begun", in_hours(load.begun), in_hours(load.waiting)));
    }
    if let Some(over) = load.hours.map(|hours| load.planned() - hours).filter(|over| *over > 0) {
        more.push(format!("{} h over", in_hours(over)));
    }
    if load.usual > 0 {
        more.push(format!("{} by what earlier ones of the procedure took", several(load.usual, "order")));
    }
    if load.unknown > 0 {
        more.push(format!("{} without an estimate, not in it", several(load.unknown, "order")));
    }
    more
}

/// `3 orders`
pub(super) fn several(count: i64, one: &str) -> String {
    format!("{} {one}{}", number(count), if count == 1 { "" } else { "s" })
}

/// Minutes as hours with one digit behind the point, which is left out where it is none.
pub(super) fn in_hours(minutes: i64) -> String {
    let tenths = (minutes.max(0) + 3) / 6;
    match tenths % 10 {
        0 => number(tenths / 10),
        part => format!("{}.{part}", number(tenths / 10)),
    }
}

/// The list of the orders that an account, or nobody with one, has in a week; what is late already is in the first one.
pub(super) fn orders_of(account: &str, monday: NaiveDate, week: usize) -> String {
    let assignee = if account.is_empty() { "nobody" } else { account };
    let first = weeks(monday).get(week).copied().unwrap_or(monday);
    let last = first.checked_add_days(Days::new(6)).unwrap_or(first);
    let from = if week == 0 { "2000-01-01".to_owned() } else { first.to_string() };
    let (due, status) = (format!("{from}..{last}"), STATES.join(","));
    let fields = [("assignee", assignee), ("due", due.as_str()), ("status", status.as_str())];
    format!("/work-orders?{}", serde_urlencoded::to_string(fields).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_written_with_one_digit_and_unknown_ones_as_a_dash() {
        for (minutes, words) in [(0, "0"), (60, "1"), (90, "1.5"), (2_100, "35"), (20, "0.3"), (-60, "0")] {
            assert_eq!(in_hours(minutes), words);
        }
        let load = Load { begun: 1_200, waiting: 1_260, orders: 3, ..Load::default() };
        assert_eq!(words(Load { hours: Some(2_100), ..load }), "41 of 35 h");
        assert_eq!(words(load), "41 of – h");
        let view = view("Dana", "no hours set", load, 2_460, String::new());
        assert!(view.bar.is_none() && !view.is_over && view.more.contains(&"no hours set".to_owned()));
    }

    #[test]
    fn the_work_of_whoever_left_and_of_nobody_is_shown_too() {
        let week = |waiting| vec![Load { waiting, orders: 1, ..Load::default() }];
        let loads = [("gone".to_owned(), week(60)), (String::new(), week(30))].into();
        let workload = Workload { loads, ..Workload::default() };
        let shown = views(&workload, "2026-11-23".parse().unwrap(), 0);
        let names: Vec<&str> = shown.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["Somebody who left", "Nobody with an account"]);
        assert!(
            shown[0].href.contains("assignee=gone") && shown[1].href.contains("assignee=nobody"),
            "{}",
            shown[0].href
        );
    }

    #[test]
    fn the_first_week_leads_to_what_is_late_as_well() {
        let monday: NaiveDate = "2026-11-23".parse().unwrap();
        let first = orders_of("dana", monday, 0);
        assert!(first.contains("due=2000-01-01..2026-11-29"), "{first}");
        assert!(orders_of("", monday, 2).contains("due=2026-12-07..2026-12-13"));
    }
}
