//! The list of budgets, and the one that is chosen below it.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;

use crate::budgets::model::{Standing, State};
use crate::budgets::reads::{Day, days, standing, standings};
use crate::db::{AnyConnection, snapshot};
use crate::fleet_pages::{BUDGETS, Tab, tabs};
use crate::foundation::{Action, Asker, Grant, Result, Timestamp};
use crate::state::App;
use crate::web::page::show_with;
use crate::web::{Principal, Shell, WebResult};

use super::chosen::{Chosen, Happened, happened};
use super::fresh::NewBudget;
use super::refused::Refused;
use super::row::Row;

/// Days of the chart.
const DAYS: u64 = 30;

#[derive(Template)]
#[template(path = "budgets/page.html")]
struct BudgetsPage {
    shell: Shell,
    /// How many there are, and how many of them need somebody.
    summary: String,
    rows: Vec<Row>,
    chosen: Option<Chosen>,
    may_keep: bool,
    form: NewBudget,
}

/// The chosen one: how it stands, what was used by day, and what became of it with how much more there is.
type Looked = (Standing, Vec<Day>, (Vec<Happened>, usize));

/// What the database says.
struct Found {
    standings: Vec<Standing>,
    chosen: Option<Looked>,
}

/// GET `/fleet/budgets`: `budget`, the one to look at, and `change`, with its form open.
pub(super) async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    page(&request, &app, &who, &query, NewBudget::begun(), Refused::Nothing).await
}

/// The page with its forms as they stand; what is wrong with them is the answer's status too.
pub(super) async fn page(
    request: &HttpRequest,
    app: &App,
    who: &Principal,
    query: &BTreeMap<String, String>,
    form: NewBudget,
    refused: Refused,
) -> WebResult {
    let (asker, now) = (who.0.clone(), app.now());
    let chosen = query.get("budget").map(|id| id.trim().replace('\0', "\u{fffd}")).unwrap_or_default();
    let id = chosen.clone();
    let found = app.db.read(move |conn| Found::read(conn, &asker, &id, now)).await?;
    let may_keep = who.may(Action::ChangePrices) > Grant::Never;
    let is_changing = query.contains_key("change");
    let is_refused = form.is_refused() || refused.is_some();
    let status = if is_refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let shown = BudgetsPage {
        shell: Shell::of(request, "Budgets", "fleet").in_fleet_style(),
        summary: summary(&found.standings),
        rows: found.standings.iter().map(|standing| Row::of(standing, &chosen, now)).collect(),
        chosen: found
            .chosen
            .map(|(standing, days, history)| Chosen::of(&standing, &days, history, is_changing, now))
            .map(|chosen| chosen.retyped(refused)),
        may_keep,
        form,
    };
    show_with(status, &shown)
}

impl BudgetsPage {
    fn tabs(&self) -> Vec<Tab> {
        tabs(BUDGETS)
    }
}

impl Found {
    fn read(conn: &mut AnyConnection, who: &Asker, chosen: &str, now: Timestamp) -> Result<Self> {
        let project = who.project;
        let reads_ledger = who.may(Action::ReadLedger) > Grant::Never;
        snapshot(conn, |conn| {
            let standings = standings(conn, project, now)?;
            if chosen.is_empty() {
                return Ok(Self { standings, chosen: None });
            }
            let standing = standing(conn, project, chosen, now)?;
            let days = days(conn, project, &standing.budget, now, DAYS)?;
            let history = happened(conn, project, chosen, reads_ledger, now)?;
            Ok(Self { standings, chosen: Some((standing, days, history)) })
        })
    }
}

/// `6 budgets · 1 used up, 3 run out before their end`.
fn summary(standings: &[Standing]) -> String {
    let count = |of: &dyn Fn(&Standing) -> bool| standings.iter().filter(|it| of(it)).count();
    let up = count(&|it: &Standing| it.state() == State::Exhausted);
    let out = count(&|it: &Standing| it.exhausted_at.is_some());
    let budgets = match standings.len() {
        1 => "1 budget".to_owned(),
        all => format!("{all} budgets"),
    };
    let out = match out {
        0 => String::new(),
        1 => ", 1 runs out".to_owned(),
        out => format!(", {out} run out"),
    };
    format!("{budgets} · {} used up{out}", if up == 0 { "none".to_owned() } else { up.to_string() })
}
