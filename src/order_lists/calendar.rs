//! The calendar: four weeks, each order on the day it is due.

use std::collections::BTreeMap;

use actix_web::web::Data;
use actix_web::{HttpRequest, web};
use askama::Template;
use chrono::{Days, NaiveDate};

use super::cards::address;
use super::due_days::{NO_DAY, between, read_day};
use super::filters::filter_of;
use super::weeks::{Chosen, DAYS, Week, chosen, monday_of, weeks};
use crate::db::AnyConnection;
use crate::figures::workload::{LoadView, this_week};
use crate::foundation::{Action, Asker, Grant, Result, Timestamp};
use crate::maintenance::schedules::reads::{Planned, planned};
use crate::state::App;
use crate::web::page::show as show_page;
use crate::web::zone::Reading;
use crate::web::{Principal, Shell, WebResult};
use crate::work_orders::reads::calendar::{DueRow, due_on, with_ids, without_day};
use crate::work_orders::reads::{self, DueDays, Filter, OrderRow};

/// Orders that one page counts; it says so where there are more.
const MOST: i64 = 20_000;

/// What an address says of the calendar itself, or means nothing in it.
const NOT_A_FILTER: [&str; 7] = ["from", "moved", "was", "due", "after", "sort", "view"];

type Query = BTreeMap<String, String>;

#[derive(Template)]
#[template(path = "work_orders/calendar/page.html")]
struct CalendarPage {
    shell: Shell,
    /// In whose days it is written.
    zone: String,
    heading: String,
    before: String,
    today: String,
    after: String,
    weeks: Vec<Week>,
    /// The end of the address of a day's list, before the day.
    day_list: String,
    without_day: i64,
    without_day_list: String,
    /// Open orders that were due before these weeks and are late.
    late_before: i64,
    late_list: String,
    people: Vec<PersonRow>,
    /// Everybody's work of this week against their hours, for whoever sees figures.
    loads: Vec<LoadView>,
    moved: Option<Moved>,
    is_cut: bool,
    is_narrowed: bool,
    may_create: bool,
    /// Whether anything is due in these weeks, so that something can be said of every order.
    has_orders: bool,
    /// This very page, for forms that come back to it.
    back: String,
}

/// What somebody has to do in these weeks.
struct PersonRow {
    name: String,
    orders: i64,
    done: i64,
    href: String,
}

/// An order whose day was changed just now.
struct Moved {
    number: String,
    /// What was written before.
    was: String,
    seen: i64,
}

/// What the database says.
struct Found {
    rows: Vec<DueRow>,
    chosen: BTreeMap<NaiveDate, Chosen>,
    orders: Vec<OrderRow>,
    without_day: i64,
    late_before: i64,
    moved: Option<OrderRow>,
    /// Days on which schedules are going to make orders.
    planned: Vec<Planned>,
    loads: Vec<LoadView>,
}

/// What is asked of it.
struct Asked {
    who: Asker,
    filter: Filter,
    days: DueDays,
    /// The first and the last day; none where the list is narrowed, which says nothing of orders that are not made yet.
    plans: Option<(NaiveDate, NaiveDate)>,
    reader: Reading,
    now: Timestamp,
    moved: String,
    was: String,
}

/// GET `/work-orders/calendar`: `from` is a day of the first week; the filters of the list; `moved` and `was` offer to take a change
/// back.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: web::Query<Query>,
) -> WebResult {
    let (query, now, reader) = (query.into_inner(), app.now(), Reading::current());
    let given = |name: &str| query.get(name).map_or("", |value| value.trim());
    let from = Some(given("from")).filter(|from| !from.is_empty());
    let from = from.map(|from| read_day("from", from)).transpose()?;
    let monday = monday_of(from.unwrap_or_else(|| reader.date(now)));
    let narrows = |(name, value): &(&String, &String)| {
        !value.trim().is_empty() && !NOT_A_FILTER.contains(&name.as_str())
    };
    let kept: Query =
        query.iter().filter(narrows).map(|(name, value)| (name.clone(), value.clone())).collect();
    let asked = Asked {
        filter: filter_of(&kept, &who, now)?,
        who: who.0.clone(),
        days: between(monday, DAYS, reader),
        plans: plans(&who, &kept, monday),
        reader,
        now,
        moved: given("moved").to_owned(),
        was: given("was").to_owned(),
    };
    let found = app.db.read(move |conn| read(conn, &asked)).await?;
    let weeks = weeks(monday, &found.chosen, (&found.orders, &found.planned), &who, now);
    let page = page(&request, &kept, monday, weeks, found)?;
    let was = given("was").to_owned();
    let moved = page.moved.filter(|_| !was.is_empty()).map(|moved| Moved { was, ..moved });
    let may_create = who.may(Action::CreateDraft) > Grant::Never;
    show_page(&CalendarPage { moved, may_create, people: people_for(&who, page.people), ..page })
}

fn read(conn: &mut AnyConnection, asked: &Asked) -> Result<Found> {
    let project = asked.who.project;
    let rows = due_on(conn, project, &asked.filter, asked.days, MOST)?;
    let chosen = chosen(&rows, asked.reader);
    let ids: Vec<String> = chosen.values().flat_map(|day| day.ids.iter().cloned()).collect();
    Ok(Found {
        orders: with_ids(conn, project, &ids)?,
        without_day: without_day(conn, project, &asked.filter)?,
        late_before: late_before(conn, asked)?,
        moved: moved(conn, asked)?,
        planned: asked.plans.map(|days| planned(conn, project, days)).transpose()?.unwrap_or_default(),
        loads: this_week(conn, &asked.who, asked.now)?,
        rows,
        chosen,
    })
}

/// The days whose planned orders are shown.
fn plans(who: &Asker, kept: &Query, monday: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let is_whole = kept.is_empty() && who.may(Action::ViewProcedures) > Grant::Never;
    let sunday = monday.checked_add_days(Days::new(DAYS - 1))?;
    is_whole.then_some((monday, sunday))
}

/// Open orders that were due before the first of these days; of weeks to come, those that are late by now. The list that the page
/// leads to asks the same.
fn late_before(conn: &mut AnyConnection, asked: &Asked) -> Result<i64> {
    let begins = (asked.days.days.0, asked.days.moments.0);
    let late = Filter { overdue_at: Some(asked.now), due_before: Some(begins), ..asked.filter.clone() };
    reads::count(conn, asked.who.project, &late)
}

/// The order whose day this reader changed with its last event, if it was due then on what the address says: a link of somebody else
/// offers nobody to take back what never was.
fn moved(conn: &mut AnyConnection, asked: &Asked) -> Result<Option<OrderRow>> {
    let Some(row) = reads::find(conn, asked.who.project, &asked.moved)? else { return Ok(None) };
    if !asked.who.may_for(Action::ViewOrders, &row.tie(&asked.who)) {
        return Ok(None);
    }
    let events = reads::history(conn, row.project, &row.order_id, None)?;
    let Some((last, before)) = events.split_last() else { return Ok(None) };
    let before = reads::fold_events(before)?.due;
    let is_so = last.actor == asked.who.id() && before.is_some_and(|due| due.raw == asked.was);
    Ok(Some(row).filter(|_| is_so))
}

fn page(
    request: &HttpRequest,
    kept: &Query,
    monday: NaiveDate,
    weeks: Vec<Week>,
    found: Found,
) -> Result<CalendarPage> {
    let sunday = monday.checked_add_days(Days::new(DAYS - 1)).unwrap_or(monday);
    let at = |day: Option<NaiveDate>| {
        let day = day.map(|day| day.to_string()).unwrap_or_default();
        address("/work-orders/calendar", kept, &[("from", day.as_str())])
    };
    let moved = found
        .moved
        .and_then(|row| Some(Moved { number: row.number.clone(), was: String::new(), seen: row.due_at?.0 }));
    Ok(CalendarPage {
        shell: Shell::of_tab(request, "Calendar of work orders", "calendar"),
        zone: Reading::current().zone_name(),
        heading: heading(monday, sunday),
        before: at(monday.checked_sub_days(Days::new(DAYS)))?,
        today: address("/work-orders/calendar", kept, &[])?,
        after: at(monday.checked_add_days(Days::new(DAYS)))?,
        back: at(Some(monday))?,
        day_list: day_list(kept)?,
        weeks,
        without_day: found.without_day,
        without_day_list: address("/work-orders", kept, &[("due", NO_DAY)])?,
        late_before: found.late_before,
        late_list: address("/work-orders", kept, &[("overdue", monday.to_string().as_str())])?,
        people: people(kept, &found.rows, (monday, sunday))?,
        loads: found.loads,
        moved,
        is_cut: i64::try_from(found.rows.len()).is_ok_and(|count| count == MOST),
        is_narrowed: !kept.is_empty(),
        has_orders: !found.rows.is_empty() || found.late_before > 0,
        may_create: false,
    })
}

/// `23 November to 20 December 2026`
fn heading(from: NaiveDate, to: NaiveDate) -> String {
    format!("{} to {}", from.format("%-d %B"), to.format("%-d %B %Y"))
}

/// The address of the list of a day, up to the day.
fn day_list(kept: &Query) -> Result<String> {
    let list = address("/work-orders", kept, &[])?;
    Ok(if kept.is_empty() { format!("{list}?due=") } else { format!("{list}&due=") })
}

/// Orders by who has them; those without an account are one row, as the list finds them.
fn people(kept: &Query, rows: &[DueRow], (from, to): (NaiveDate, NaiveDate)) -> Result<Vec<PersonRow>> {
    let mut by_account: BTreeMap<Option<&str>, (String, i64, i64)> = BTreeMap::new();
    for row in rows {
        let account = row.assignee_account.as_deref();
        let name = || if account.is_some() { row.assignee() } else { "Nobody with an account".to_owned() };
        let (_, orders, done) = by_account.entry(account).or_insert_with(|| (name(), 0, 0));
        *orders += 1;
        *done += i64::from(row.open_until.is_none());
    }
    let due = format!("{from}..{to}");
    let person = |(account, (name, orders, done)): (Option<&str>, (String, i64, i64))| -> Result<PersonRow> {
        let account = account.unwrap_or("nobody");
        let href = address("/work-orders", kept, &[("assignee", account), ("due", due.as_str())])?;
        Ok(PersonRow { name, orders, done, href })
    };
    let mut people = by_account.into_iter().map(person).collect::<Result<Vec<_>>>()?;
    people.sort_by(|a, b| (b.orders - b.done).cmp(&(a.orders - a.done)).then_with(|| a.name.cmp(&b.name)));
    Ok(people)
}

/// Whoever sees only their own orders sees nothing of what others have, so they have no such table.
fn people_for(who: &Asker, people: Vec<PersonRow>) -> Vec<PersonRow> {
    if who.may(Action::ViewOrders) == Grant::Any { people } else { Vec::new() }
}

impl CalendarPage {
    fn weekdays() -> [&'static str; 7] {
        ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    }
}
