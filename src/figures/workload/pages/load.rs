//! Workload: this week as bars, and the weeks to come as a table, by person and by unit.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use askama::Template;
use chrono::{Days, NaiveDate};

use crate::db::AnyConnection;
use crate::figures::workload::model::{Load, WEEKS, monday, weeks};
use crate::figures::workload::reads::{WorkOf, Workload, workload};
use crate::foundation::{Action, Error, Grant, Result};
use crate::people::units::{Ties, ties};
use crate::state::App;
use crate::web::page::show as show_page;
use crate::web::{Principal, Shell, WebResult};

use super::view::{LoadView, orders_of, several, views, words};

#[derive(Template)]
#[template(path = "figures/workload.html")]
struct WorkloadPage {
    shell: Shell,
    loads: Vec<LoadView>,
    /// The week that the bars are of, in words.
    heading: String,
    weeks: Vec<WeekLink>,
    people: Vec<Row>,
    /// People whose accounts count as one, and everybody.
    units: Vec<Row>,
    without_day: i64,
    is_cut: bool,
    may_set_hours: bool,
}

/// One of the weeks.
struct WeekLink {
    /// `23 Nov`
    words: String,
    href: String,
    is_here: bool,
}

/// Somebody over all of the weeks.
struct Row {
    name: String,
    cells: Vec<Cell>,
}

/// Somebody in one week.
struct Cell {
    week: String,
    words: String,
    /// Orders of which nothing says how long they take; empty where there are none.
    unknown: String,
    is_over: bool,
    /// The orders behind it; none of several accounts.
    href: Option<String>,
}

/// GET `/work-orders/workload`; `week` (0 to 5) is the one that the bars are of, from this one on.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    who.must(Action::ViewFigures)?;
    let week = week_of(&query)?;
    let (project, first) = (who.project, monday(app.now()));
    let read = move |conn: &mut AnyConnection| Ok((workload(conn, project, first)?, ties(conn)?));
    let (found, ties) = app.db.read(read).await?;
    show_page(&WorkloadPage {
        shell: Shell::of_tab(&request, "Workload", "figures"),
        loads: views(&found, first, week),
        heading: heading(first, week),
        weeks: week_links(first, week),
        people: people(&found, first),
        units: units(&found, &ties, first),
        without_day: found.without_day,
        is_cut: found.is_cut,
        may_set_hours: who.may(Action::SetWorkingHours) > Grant::Never,
    })
}

fn week_of(query: &BTreeMap<String, String>) -> Result<usize> {
    let text = query.get("week").map_or("", |text| text.trim());
    if text.is_empty() {
        return Ok(0);
    }
    let week = text.parse().ok().filter(|week| *week < WEEKS);
    week.ok_or_else(|| Error::invalid("week", format!("choose a week from 0 to {}", WEEKS - 1)))
}

fn heading(monday: NaiveDate, week: usize) -> String {
    let first = weeks(monday).get(week).copied().unwrap_or(monday);
    let last = first.checked_add_days(Days::new(6)).unwrap_or(first);
    let which = match week {
        0 => "this week".to_owned(),
        1 => "next week".to_owned(),
        more => format!("in {more} weeks"),
    };
    format!("{which}, {} to {}", first.format("%-d %B"), last.format("%-d %B %Y"))
}

fn week_links(monday: NaiveDate, here: usize) -> Vec<WeekLink> {
    let link = |(week, first): (usize, NaiveDate)| WeekLink {
        words: first.format("%-d %b").to_string(),
        href: format!("/work-orders/workload?week={week}"),
        is_here: week == here,
    };
    weeks(monday).into_iter().enumerate().map(link).collect()
}

/// Everybody who has work or hours in any of the weeks, and what nobody has.
fn people(found: &Workload, monday: NaiveDate) -> Vec<Row> {
    let row = |of: WorkOf<'_>| {
        let href = |week| Some(orders_of(of.account, monday, week));
        Row { name: of.name.clone(), cells: cells(monday, of.loads, href) }
    };
    found.rows().into_iter().map(row).collect()
}

/// Accounts that count as one together, where there are several of them with work or hours; then everybody.
fn units(found: &Workload, ties: &Ties, monday: NaiveDate) -> Vec<Row> {
    let mut by_unit: BTreeMap<String, Vec<(String, &Vec<Load>)>> = BTreeMap::new();
    for member in &found.members {
        let account = &member.account;
        let Some(loads) = found.loads.get(&account.id.0) else { continue };
        let unit = ties.unit_of(&account.id.0);
        let first = unit.accounts().next().unwrap_or_default().to_owned();
        by_unit.entry(first).or_default().push((account.marked_name(), loads));
    }
    let several = by_unit.into_values().filter(|members| members.len() > 1).map(|members| {
        let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
        let loads = together(members.iter().map(|(_, loads)| *loads));
        Row { name: names.join(" and "), cells: cells(monday, &loads, |_| None) }
    });
    let all = together(found.loads.values());
    several.chain([Row { name: "Everybody".to_owned(), cells: cells(monday, &all, |_| None) }]).collect()
}

fn together<'a>(of: impl Iterator<Item = &'a Vec<Load>>) -> Vec<Load> {
    of.fold(vec![Load::default(); WEEKS], |sum, one| {
        sum.into_iter().zip(one).map(|(sum, one)| sum.with(*one)).collect()
    })
}

fn cells(monday: NaiveDate, loads: &[Load], href: impl Fn(usize) -> Option<String>) -> Vec<Cell> {
    let cell = |(week, (first, load)): (usize, (NaiveDate, &Load))| Cell {
        week: first.format("%-d %b").to_string(),
        words: words(*load),
        unknown: if load.unknown > 0 { several(load.unknown, "order") } else { String::new() },
        is_over: load.is_over(),
        href: href(week).filter(|_| load.orders > 0),
    };
    weeks(monday).into_iter().zip(loads).enumerate().map(cell).collect()
}
