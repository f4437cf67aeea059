//! The page of one schedule: where it stands, what it says, the days that are to come, the orders that it made, what it missed, and
//! its history.

use std::collections::BTreeSet;

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};
use askama::Template;
use chrono::NaiveDate;

use super::find;
use super::views::{day, mark, next as next_html, sentences, why};
use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, Error, Grant, Result, Timestamp};
use crate::ledger::Event;
use crate::maintenance::procedures::reads as procedures;
use crate::maintenance::schedules::events::ScheduleEvent;
use crate::maintenance::schedules::model::{Basis, Made, MadeOrder, Schedule, Standing, Terms};
use crate::maintenance::schedules::next::{Due, coming, due, made_at};
use crate::maintenance::schedules::reads::{self, ScheduleRow, State};
use crate::maintenance::schedules::words;
use crate::order_pages::text::{self, Html};
use crate::state::App;
use crate::web::page::show as show_page;
use crate::web::{Principal, Shell, WebResult, see_other};
use crate::work_orders::model::Who;
use crate::work_orders::reads::OrderRow;
use crate::work_orders::reads::calendar::with_ids;

/// Orders, missed days and events that are shown.
const SHOWN: usize = 200;
/// Days that are to come.
const COMING: usize = 5;

#[derive(Template)]
#[template(path = "schedules/schedule.html")]
struct SchedulePage {
    shell: Shell,
    code: String,
    /// Code and title of the procedure.
    procedure: (String, String),
    mark: (&'static str, &'static str),
    /// Why it makes no orders, or not the one that is due; empty where it does.
    why: String,
    /// Who paused or ended it.
    told: Option<Html>,
    /// The orders that nobody touched, where it stopped by itself.
    stopped_for: Vec<OrderView>,
    next: Html,
    facts: Vec<(&'static str, Html)>,
    keeper: Option<Html>,
    coming: Vec<Coming>,
    /// The day that can be left out, as a form sends it.
    skippable: Option<String>,
    orders: Vec<OrderView>,
    /// Orders made in all, and those that this reader does not see.
    made: usize,
    hidden: usize,
    missed: Vec<Html>,
    missed_count: usize,
    history: Vec<Happened>,
    /// Events that are not shown.
    earlier: usize,
    is_running: bool,
    is_ended: bool,
    may_keep: bool,
}

/// A day that is to come.
pub(super) struct Coming {
    pub(super) day: Html,
    /// When its order is made.
    pub(super) made: Option<Html>,
}

/// An order that it made.
struct OrderView {
    number: String,
    title: String,
    status: &'static str,
    tone: &'static str,
    day: Html,
    version: u32,
    is_untouched: bool,
}

/// One thing that happened.
struct Happened {
    words: String,
    /// Who and when.
    meta: Html,
}

/// What one transaction reads of it.
struct Seen {
    row: ScheduleRow,
    schedule: Schedule,
    events: Vec<Event>,
    procedure: (String, String),
    orders: Vec<OrderRow>,
    due: Due,
}

/// GET `/schedules/{code}`
pub async fn show(request: HttpRequest, app: Data<App>, who: Principal, code: Path<String>) -> WebResult {
    let (asker, now) = (who.0.clone(), app.now());
    let seen = app.db.read(move |conn| Seen::read(conn, &asker, &code, now)).await?;
    show_page(&page(&request, &who, seen, now))
}

/// GET `/schedules/by-id/{id}`: the page of the schedule that the ledger knows by its id.
pub async fn by_id(app: Data<App>, who: Principal, id: Path<String>) -> WebResult {
    let project = who.project;
    let row = app.db.read(move |conn: &mut AnyConnection| reads::by_id(conn, project, &id)).await?;
    let row = row.ok_or_else(|| Error::not_found("this schedule"))?;
    Ok(see_other(format!("/schedules/{}", row.code)))
}

impl Seen {
    fn read(conn: &mut AnyConnection, who: &Asker, code: &str, now: Timestamp) -> Result<Self> {
        let row = find(conn, who.project, code)?;
        let events = reads::history(conn, who.project, &row.schedule_id)?;
        let schedule = reads::fold_events(&events)?;
        let procedure = procedures::by_id(conn, who.project, &schedule.procedure)?;
        let ids: Vec<String> =
            schedule.made.iter().rev().take(SHOWN).map(|made| made.order.order.clone()).collect();
        let mut orders = with_ids(conn, who.project, &ids)?;
        orders.retain(|row| who.may_for(Action::ViewOrders, &row.tie(who)));
        let done = reads::done_on(conn, who.project, &schedule)?;
        Ok(Self {
            due: due(&schedule, done, now),
            procedure: procedure.map(|it| (it.code, it.title)).unwrap_or_default(),
            row,
            schedule,
            events,
            orders,
        })
    }

    fn order(&self, made: &Made, now: Timestamp) -> Option<OrderView> {
        let row = self.orders.iter().find(|row| row.order_id == made.order.order)?;
        Some(OrderView {
            number: row.number.clone(),
            title: row.title.clone(),
            status: row.status().label(),
            tone: text::tone_of(row.status()),
            day: day(made.day, now),
            version: made.of,
            is_untouched: row.version == made.untouched,
        })
    }
}

fn page(request: &HttpRequest, who: &Asker, seen: Seen, now: Timestamp) -> SchedulePage {
    let schedule = &seen.schedule;
    let made = schedule.made.iter().rev().take(SHOWN);
    let orders: Vec<OrderView> = made.filter_map(|made| seen.order(made, now)).collect();
    let days = schedule.missed.iter().rev().take(SHOWN);
    let coming_days = coming_days(schedule, &seen.due);
    let may_keep = who.may(Action::KeepSchedules) > Grant::Never;
    SchedulePage {
        shell: Shell::of_tab(request, format!("{} {}", seen.row.code, seen.procedure.1), "schedules"),
        code: seen.row.code.clone(),
        mark: mark(&seen.row),
        why: why(&seen.row),
        told: told(&schedule.standing, now),
        stopped_for: stopped_for(&seen, now),
        next: next(&seen, now),
        facts: sentences(&schedule.terms),
        keeper: schedule.keeper.as_ref().map(|by| text::by_at(Some(by), None, now)),
        skippable: coming_days.first().map(ToString::to_string).filter(|_| may_keep),
        coming: coming_days.iter().map(|day| Coming::of(schedule, *day, now)).collect(),
        made: schedule.made.len(),
        hidden: schedule.made.len().min(SHOWN).saturating_sub(orders.len()),
        orders,
        missed: days.map(|it| day(*it, now)).collect(),
        missed_count: schedule.missed.len(),
        history: history(&seen, who, now),
        earlier: seen.events.len().saturating_sub(SHOWN),
        is_running: schedule.is_running(),
        is_ended: seen.row.state() == State::Ended,
        may_keep,
        procedure: seen.procedure,
    }
}

/// The day that comes next and those after it, as far as they are known.
fn coming_days(schedule: &Schedule, due: &Due) -> Vec<NaiveDate> {
    if !schedule.is_running() {
        return Vec::new();
    }
    let next = match due {
        Due::Later(next) => next.map(|(day, _)| day),
        Due::Now { day, .. } => Some(*day),
        Due::Over => None,
    };
    coming(schedule, next, COMING)
}

fn next(seen: &Seen, now: Timestamp) -> Html {
    match &seen.due {
        // Counted by completion, the row does not know that the last order has ended.
        Due::Later(Some((next, _))) | Due::Now { day: next, .. }
            if seen.schedule.is_running() && seen.schedule.terms.basis == Basis::Completion =>
        {
            day(*next, now)
        }
        _ => next_html(&seen.row, now),
    }
}

fn told(standing: &Standing, now: Timestamp) -> Option<Html> {
    let (words, told) = match standing {
        Standing::Paused { told, .. } => ("Paused by", told),
        Standing::Ended(told) => ("Ended by", told),
        Standing::Stopped { at, .. } => {
            return Some(Html::joined([Html::text("Stopped by itself"), text::moment(*at, now)], " "));
        }
        Standing::Running => return None,
    };
    Some(Html::joined([Html::text(words), text::by_at(Some(&told.by), Some(told.at), now)], " "))
}

fn stopped_for(seen: &Seen, now: Timestamp) -> Vec<OrderView> {
    let Standing::Stopped { orders, .. } = &seen.schedule.standing else { return Vec::new() };
    let is_one = |made: &&Made| orders.iter().any(|order| order.order == made.order.order);
    seen.schedule.made.iter().filter(is_one).filter_map(|made| seen.order(made, now)).collect()
}

impl Coming {
    pub(super) fn of(schedule: &Schedule, of: NaiveDate, now: Timestamp) -> Self {
        let made = made_at(&schedule.terms, of).map(|at| text::moment(at, now));
        Self { day: day(of, now), made }
    }
}

/// What happened, the newest first; the number of an order is said to whoever may see it.
fn history(seen: &Seen, who: &Asker, now: Timestamp) -> Vec<Happened> {
    let sees_all = who.may(Action::ViewOrders) == Grant::Any;
    let seen_orders: BTreeSet<&str> = seen.orders.iter().map(|row| row.order_id.as_str()).collect();
    let sees = |order: &MadeOrder| sees_all || seen_orders.contains(order.order.as_str());
    let (mut all, mut before): (Vec<Happened>, Option<Terms>) = (Vec::new(), None);
    for event in &seen.events {
        let read = event.body.as_ref().map(|body| ScheduleEvent::from_json(&event.kind, &body.data));
        let words = match &read {
            Some(Ok(read)) => words::happened(read, before.as_ref(), &sees),
            _ => "the words of this were erased".to_owned(),
        };
        if let Some(Ok(ScheduleEvent::Created { terms, .. } | ScheduleEvent::Changed { terms, .. })) = read {
            before = Some(terms);
        }
        let name = event.actor_name().to_owned();
        let by = Who { id: event.actor.clone(), kind: event.actor_kind, name };
        all.push(Happened { words, meta: text::by_at(Some(&by), Some(event.at), now) });
    }
    all.into_iter().rev().take(SHOWN).collect()
}
