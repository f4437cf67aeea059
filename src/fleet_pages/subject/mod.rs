//! The page of one agent, persona, tenant or workflow: what is wrong with it now, its figures, days, latency, the orders that it
//! worked on with their trust and open exceptions, what failed last, models and tools, whom it works for and with.

mod failed;
mod latency;
mod orders;

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use askama::Template;

use crate::db::{AnyConnection, snapshot};
use crate::fleet::model::{Dimension, Group, NONE, Question, Sums};
use crate::fleet::reads::{Reader, Spread, Tool, tools};
use crate::foundation::{Asker, Result, Timestamp};
use crate::state::App;
use crate::web::format::{known, number};
use crate::web::page::show as show_page;
use crate::web::{Principal, Shell, WebResult};

use super::asked::{Asked, FLEET, page_of};
use super::days::Days;
use super::needs::{self, Need};
use super::overview::Tile;
use super::table::{Table, about};
use super::text::{DASH, change, cost, share, short_cost};
use failed::Failed;
use latency::Latency;
use orders::Orders;

#[derive(Template)]
#[template(path = "fleet/subject.html")]
struct SubjectPage {
    shell: Shell,
    asked: Asked,
    of: Dimension,
    title: String,
    needs: Vec<Need>,
    /// Whether every call says agent, tenant and session.
    is_whole: bool,
    tiles: Vec<Tile>,
    days: Days,
    latency: Latency,
    orders: Orders,
    failed: Vec<Failed>,
    /// All calls and tools that failed in the time, of which the list holds the last; none where nothing did.
    all_failed: Option<String>,
    models: Vec<Table>,
    tools: Vec<ToolRow>,
    beside: Vec<Table>,
    is_empty: bool,
}

/// A tool that it used.
struct ToolRow {
    name: String,
    calls: String,
    errors: String,
}

/// What the database says.
struct Found {
    before: Sums,
    whole: Sums,
    days: Vec<Group>,
    models: Vec<Group>,
    tools: Vec<Tool>,
    owners: Vec<Group>,
    beside: Vec<(Dimension, Vec<Group>)>,
    times: Times,
    failed: Vec<Failed>,
    orders: Orders,
}

/// How long its calls took.
struct Times {
    spread: Option<Spread>,
    before: Option<Spread>,
    days: Vec<Spread>,
    models: Vec<Spread>,
}

/// GET `/fleet/agent`: `name`, a name or `(none)`, and the fields of the first page.
pub(super) async fn agent(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    show(&request, &app, &who, &query, Dimension::Agent).await
}

/// GET `/fleet/persona`: the same.
pub(super) async fn persona(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    show(&request, &app, &who, &query, Dimension::Persona).await
}

/// GET `/fleet/tenant`: the same.
pub(super) async fn tenant(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    show(&request, &app, &who, &query, Dimension::Tenant).await
}

/// GET `/fleet/workflow`: the same.
pub(super) async fn workflow(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    show(&request, &app, &who, &query, Dimension::Workflow).await
}

async fn show(
    request: &HttpRequest,
    app: &App,
    who: &Principal,
    query: &BTreeMap<String, String>,
    of: Dimension,
) -> WebResult {
    let now = app.now();
    let mut asked = Asked::about(query, of, now)?;
    let question = asked.question(who);
    let (wanted, reader): (Question, Asker) = (question.clone(), who.0.clone());
    let found = asked.look(app, move |conn| Found::read(conn, &wanted, &reader, of, now)).await?;
    let name = asked.name(of.as_str());
    let title = if name == NONE { format!("No {}", of.as_str()) } else { name.to_owned() };
    let shell = Shell::of(request, title.clone(), "fleet").in_fleet_style();
    show_page(&SubjectPage::of(shell, asked, &question, (of, title), found))
}

impl Found {
    fn read(
        conn: &mut AnyConnection,
        question: &Question,
        who: &Asker,
        of: Dimension,
        now: Timestamp,
    ) -> Result<Self> {
        snapshot(conn, |conn| {
            let earlier = question.before();
            let mut before = Reader::of(conn, &earlier)?;
            let was = before.spreads(None)?.pop();
            let before = before.total();
            let mut reader = Reader::of(conn, question)?;
            let whole = reader.total();
            let days = reader.by(&[Dimension::Day]);
            let models = reader.by(&[Dimension::Model]);
            let owners = reader.by(&[Dimension::Agent, Dimension::Tenant]);
            let beside = others(of).map(|other| (other, reader.by(&[other]))).collect();
            let times = Times {
                spread: reader.spreads(None)?.pop(),
                before: was,
                days: reader.spreads(Some(Dimension::Day))?,
                models: reader.spreads(Some(Dimension::Model))?,
            };
            let tools = tools(conn, question)?;
            let failed = failed::read(conn, question, now)?;
            let orders = orders::read(conn, question, who)?;
            Ok(Self { before, whole, days, models, tools, owners, beside, times, failed, orders })
        })
    }
}

/// What else a call names.
fn others(of: Dimension) -> impl Iterator<Item = Dimension> {
    let all = [Dimension::Agent, Dimension::Persona, Dimension::Tenant, Dimension::Workflow];
    all.into_iter().filter(move |other| *other != of)
}

impl SubjectPage {
    fn here(&self) -> &'static str {
        page_of(self.of).unwrap_or(FLEET)
    }

    /// The first page over the same time, without this name.
    fn back(&self) -> String {
        self.asked.with(FLEET, self.of.as_str(), "")
    }

    fn kind(&self) -> &'static str {
        match self.of {
            Dimension::Persona => "Persona",
            Dimension::Tenant => "Tenant",
            Dimension::Workflow => "Workflow",
            _ => "Agent",
        }
    }

    /// Whether there are calls, and every one says agent, tenant and session.
    fn says_all(&self) -> bool {
        !self.is_empty && self.is_whole
    }

    /// The traces in which something failed.
    fn failures(&self) -> String {
        self.asked.traces(&[("errors", "1")])
    }

    fn of(
        shell: Shell,
        asked: Asked,
        question: &Question,
        (of, title): (Dimension, String),
        found: Found,
    ) -> Self {
        let (needs, is_whole) = wrong(&asked, of, &found);
        let tiles = tiles(&asked, &found);
        let days = Days::of(&asked, question, &found.days);
        let Found { whole, models, tools, beside, times, failed, orders, .. } = found;
        let latency = Latency::of(&asked, question, &times.days);
        let models = Table::of(&asked, ("models", "Models"), Dimension::Model, models, &times.models);
        // Only what names something; what names nothing stands in the gaps, and adds up on the first page.
        let named = |of: Dimension, groups: &[Group]| groups.iter().any(|group| group.key.name(of).is_some());
        let beside = beside.into_iter().filter(|(of, groups)| named(*of, groups));
        let beside = beside.map(|(of, groups)| Table::of(&asked, titled(of), of, groups, &[])).collect();
        Self {
            shell,
            of,
            title,
            needs,
            is_whole,
            tiles,
            days,
            latency,
            orders,
            failed,
            all_failed: failed::all(whole.errors, tools.first().map_or(0, |tool| tool.errors_of_all)),
            models: if models.rows.is_empty() { Vec::new() } else { vec![models] },
            tools: tools.into_iter().map(ToolRow::of).collect(),
            beside,
            is_empty: whole.is_nothing(),
            asked,
        }
    }
}

fn titled(of: Dimension) -> (&'static str, &'static str) {
    match of {
        Dimension::Agent => ("agents", "Agents"),
        Dimension::Persona => ("personas", "Personas"),
        Dimension::Tenant => ("tenants", "Tenants"),
        _ => ("workflows", "Workflows"),
    }
}

impl ToolRow {
    fn of(tool: Tool) -> Self {
        let errors = match tool.errors {
            0 => "none".to_owned(),
            errors => format!("{} of {}", share(errors, tool.calls), number(tool.calls)),
        };
        Self { name: tool.name.unwrap_or_else(|| DASH.to_owned()), calls: number(tool.calls), errors }
    }
}

/// What needs somebody, and whether every call says whose it is.
fn wrong(asked: &Asked, of: Dimension, found: &Found) -> (Vec<Need>, bool) {
    let mut all: Vec<Need> = needs::fails_more(asked, &found.whole, &found.before).into_iter().collect();
    all.extend(needs::failing_tool(asked, &found.tools));
    all.extend(needs::unanswered(found.orders.exceptions.len()));
    let mut gaps = needs::gaps(asked, &found.owners);
    gaps.extend(needs::without_session(asked, found.whole.calls, found.whole.in_session));
    // On the page of those that name none it is no news.
    let own = if asked.name(of.as_str()) == NONE { Some(format!("No {}", of.as_str())) } else { None };
    gaps.retain(|gap| own.as_deref() != Some(gap.stamp));
    let is_whole = gaps.is_empty() && own.is_none();
    all.extend(gaps);
    (all, is_whole)
}

fn tiles(asked: &Asked, found: &Found) -> Vec<Tile> {
    let Found { whole, before, times, .. } = found;
    let earlier = format!("{} before", asked.range.words);
    let took = |spread: Option<&Spread>, of: fn(&Spread) -> i64| {
        spread.map_or_else(|| DASH.to_owned(), |spread| about(spread, of(spread)))
    };
    let timed = |label, of: fn(&Spread) -> i64| Tile {
        label,
        value: took(times.spread.as_ref(), of),
        note: match times.spread {
            Some(_) => format!("{earlier} {}", took(times.before.as_ref(), of)),
            None => "no call that ended".to_owned(),
        },
        href: asked.traces(&[("sort", "duration")]),
        ..Tile::default()
    };
    let (value, exact) = short_cost(whole);
    vec![
        Tile {
            label: "Calls",
            value: number(whole.calls),
            note: format!("{earlier} {}{}", number(before.calls), change(whole.calls, before.calls)),
            href: asked.traces(&[("llm", "1")]),
            ..Tile::default()
        },
        Tile {
            label: "Cost",
            value,
            exact,
            note: format!("{earlier} {}", cost(before)),
            href: asked.traces(&[("sort", "cost")]),
        },
        Tile {
            label: "Tokens",
            value: known(whole.tokens()),
            note: format!("{earlier} {}", known(before.tokens())),
            href: asked.traces(&[("sort", "tokens")]),
            ..Tile::default()
        },
        timed("Half are done in", |spread| spread.p50),
        timed("Slowest 5\u{a0}% take over", |spread| spread.p95),
        Tile {
            label: "Errors",
            value: share(whole.errors, whole.calls),
            note: format!(
                "{} of {} · {earlier} {}",
                number(whole.errors),
                number(whole.calls),
                share(before.errors, before.calls)
            ),
            href: asked.traces(&[("errors", "1")]),
            ..Tile::default()
        },
    ]
}
