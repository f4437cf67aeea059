//! The list of budgets, and the one that is chosen below it.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use askama::Template;

use crate::budgets::model::{AtEnd, Period, Scope, Standing, State, Unit};
use crate::budgets::reads::{Day, days, standing, standings};
use crate::budgets::words;
use crate::db::{AnyConnection, snapshot};
use crate::fleet_pages::{BUDGETS, Tab, tabs};
use crate::foundation::{Action, Asker, Grant, Result, Timestamp};
use crate::state::App;
use crate::web::page::show as show_page;
use crate::web::zone::Reading;
use crate::web::{Principal, Shell, WebResult};

use super::chosen::{Chosen, Happened, ends, happened};
use super::row::Row;

/// Days of the chart.
const DAYS: u64 = 30;

/// A choice of a list: value, words, whether it is chosen.
type Choice = (&'static str, &'static str, bool);

#[derive(Template)]
#[template(path = "budgets/page.html")]
struct BudgetsPage {
    shell: Shell,
    /// How many there are, and how many of them need somebody.
    summary: String,
    rows: Vec<Row>,
    chosen: Option<Chosen>,
    may_keep: bool,
    /// The zone that a new one begins with.
    zone: String,
    scopes: Vec<Choice>,
    units: Vec<Choice>,
    periods: Vec<Choice>,
    ends: Vec<Choice>,
}

/// What the database says.
struct Found {
    standings: Vec<Standing>,
    chosen: Option<(Standing, Vec<Day>, (Vec<Happened>, usize))>,
}

/// GET `/fleet/budgets`: `budget`, the one to look at, and `change`, with its form open.
pub(super) async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    let (asker, now) = (who.0.clone(), app.now());
    let chosen = query.get("budget").map(|id| id.trim().replace('\0', "\u{fffd}")).unwrap_or_default();
    let id = chosen.clone();
    let found = app.db.read(move |conn| Found::read(conn, &asker, &id, now)).await?;
    let may_keep = who.may(Action::ChangePrices) > Grant::Never;
    let is_changing = query.contains_key("change");
    show_page(&BudgetsPage {
        shell: Shell::of(&request, "Budgets", "fleet").in_fleet_style(),
        summary: summary(&found.standings),
        rows: found.standings.iter().map(|standing| Row::of(standing, &chosen, now)).collect(),
        chosen: found
            .chosen
            .map(|(standing, days, history)| Chosen::of(&standing, &days, history, is_changing, now)),
        may_keep,
        zone: own_zone(),
        scopes: Scope::ALL.iter().map(|it| (it.as_str(), scope_words(*it), *it == Scope::Persona)).collect(),
        units: Unit::ALL.iter().map(|it| (it.as_str(), unit_words(*it), *it == Unit::Tokens)).collect(),
        periods: Period::ALL.iter().map(|it| (it.as_str(), words::period(*it), *it == Period::Day)).collect(),
        ends: ends(AtEnd::Tells),
    })
}

impl BudgetsPage {
    fn tabs(&self) -> [Tab; 5] {
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

/// The reader's own zone by its name, else UTC.
fn own_zone() -> String {
    // As pages write it, its name has blanks.
    let own = Reading::current().zone_name().replace(' ', "_");
    if crate::web::zone::is_known(&own) { own } else { "UTC".to_owned() }
}

fn scope_words(scope: Scope) -> &'static str {
    match scope {
        Scope::Persona => "a persona",
        Scope::Agent => "an agent",
        Scope::Tenant => "a tenant",
        Scope::Workflow => "a workflow",
        Scope::Project => "the whole project",
    }
}

fn unit_words(unit: Unit) -> &'static str {
    match unit {
        Unit::Tokens => "tokens",
        Unit::Money => "dollars",
    }
}
