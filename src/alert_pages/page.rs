//! The list of alerts, the form that silences the chosen one, and what happened.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use askama::Template;

use crate::alerts::model::{Rule, State};
use crate::alerts::reads::{Board, ChangeRow, board, history, last_day};
use crate::db::AnyConnection;
use crate::fleet_pages::{ALERTS, tabs};
use crate::foundation::{Action, Grant, Result, Timestamp};
use crate::state::App;
use crate::web::format::{Time, shown, waited};
use crate::web::page::show as show_page;
use crate::web::{Principal, Shell, WebResult};

use super::acts::ENDS;
use super::happened::Happened;
use super::row::Row;

/// A page of the fleet: label, address, a count in words or nothing, whether it is this one.
type Tab = (&'static str, String, String, bool);

#[derive(Template)]
#[template(path = "alerts/page.html")]
struct AlertsPage {
    shell: Shell,
    tabs: Vec<Tab>,
    /// `2 firing, 1 pending, 1 silenced`
    summary: String,
    /// When the rules were looked at last, and how long ago that is.
    checked: Option<(Time, String)>,
    is_late: bool,
    is_asleep: bool,
    rows: Vec<Row>,
    happened: Vec<Happened>,
    silencing: Option<Silencing>,
    may_keep: bool,
}

/// The form for the chosen alert.
struct Silencing {
    id: String,
    rule: &'static str,
    subject: String,
    /// Whoever signs it.
    name: String,
    /// Value, words, whether it is chosen.
    ends: Vec<(&'static str, &'static str, bool)>,
}

/// What the database says.
struct Found {
    board: Board,
    day: Vec<ChangeRow>,
    history: Vec<ChangeRow>,
}

/// GET `/fleet/alerts`: `silence`, the alert whose form is open.
pub(super) async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    let (project, now) = (who.project, app.now());
    let read = move |conn: &mut AnyConnection| -> Result<Found> {
        Ok(Found {
            board: board(conn, project, now)?,
            day: last_day(conn, project, now)?,
            history: history(conn, project)?,
        })
    };
    let Found { board, day, history } = app.db.read(read).await?;
    let may_keep = who.may(Action::KeepJobs) > Grant::Never;
    let asked = query.get("silence").map_or("", |id| id.trim());
    let silencing = silencing(&board, asked, &who.actor.name).filter(|_| may_keep);
    let chosen = silencing.as_ref().map_or("", |one| one.id.as_str());
    let row = |alert| Row::of(alert, &board, &day, (who.id(), chosen), now);
    show_page(&AlertsPage {
        shell: Shell::of(&request, "Alerts", "fleet").in_fleet_style(),
        tabs: with_count(&board),
        summary: summary(&board),
        checked: board.checked_at.map(|at| checked(at, now)),
        is_late: board.is_late,
        is_asleep: board.is_asleep,
        rows: board.alerts.iter().map(row).collect(),
        happened: history.iter().map(|change| Happened::of(change, now)).collect(),
        silencing,
        may_keep,
    })
}

fn checked(at: Timestamp, now: Timestamp) -> (Time, String) {
    (Time::new(at, now), waited(at, now))
}

/// The tabs, with how many fire beside this one.
fn with_count(board: &Board) -> Vec<Tab> {
    let firing = board.count(State::Firing);
    let tab = |(label, href, _, is_here): (&'static str, String, &'static str, bool)| {
        let count = if is_here && firing > 0 { format!("{firing} firing") } else { String::new() };
        (label, href, count, is_here)
    };
    tabs(ALERTS).into_iter().map(tab).collect()
}

fn summary(board: &Board) -> String {
    let counts = [State::Firing, State::Pending, State::Silenced]
        .map(|state| (board.count(state), state.as_str()))
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"));
    let counts = counts.collect::<Vec<_>>().join(", ");
    let rules = format!("{} rules, looked at every minute", Rule::ALL.len());
    if counts.is_empty() { rules } else { format!("{rules} · {counts}") }
}

fn silencing(board: &Board, asked: &str, name: &str) -> Option<Silencing> {
    let alert = board.alerts.iter().find(|alert| !asked.is_empty() && alert.id == asked)?;
    Some(Silencing {
        id: alert.id.clone(),
        rule: alert.rule.as_str(),
        subject: shown(&alert.subject),
        name: shown(name),
        ends: ENDS.iter().map(|(value, words)| (*value, *words, *value == "hour")).collect(),
    })
}
