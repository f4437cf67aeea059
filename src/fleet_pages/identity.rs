//! Which calls say whose they are: the agent, the tenant, the conversation; and the traces of those that do not.

use std::collections::{BTreeMap, HashMap};

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use askama::Template;

use crate::db::{AnyConnection, snapshot};
use crate::fleet::model::{Dimension, Group, NONE, Question};
use crate::fleet::reads::{InSession, MOST_READ, Reader, in_sessions};
use crate::foundation::Result;
use crate::state::App;
use crate::web::format::number;
use crate::web::page::show as show_page;
use crate::web::{Principal, Shell, WebResult};

use super::asked::{Asked, FLEET, IDENTITY};
use super::overview::Tile;
use super::text::{DASH, Figure, calls, share};

#[derive(Template)]
#[template(path = "fleet/identity.html")]
struct IdentityPage {
    shell: Shell,
    asked: Asked,
    tiles: Vec<Tile>,
    rows: Vec<Row>,
    /// Whether sessions were not looked at, because too many rows would have to be read.
    is_cut: bool,
}

/// One agent.
struct Row {
    agent: Figure,
    calls: Figure,
    agents: Cell,
    tenants: Cell,
    sessions: Cell,
}

/// How many say it, and those that do not.
struct Cell {
    share: String,
    missing: Option<Figure>,
}

/// Calls of an agent: all, and those that name something.
#[derive(Clone, Copy, Default)]
struct Counted {
    calls: i64,
    agents: i64,
    tenants: i64,
    /// None where it was not looked at.
    sessions: Option<i64>,
}

/// What the database says.
struct Found {
    owners: Vec<Group>,
    sessions: Option<Vec<InSession>>,
}

/// GET `/fleet/identity`: the fields of the first page.
pub(super) async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    let asked = Asked::read(&query, app.now())?;
    let question = asked.question(&who);
    let found = app.db.read(move |conn| Found::read(conn, &question)).await?;
    let counted = counted(&found);
    let mut rows: Vec<(&Option<String>, &Counted)> = counted.iter().collect();
    rows.sort_by_key(|(agent, counted)| (agent.is_none(), std::cmp::Reverse(counted.calls)));
    show_page(&IdentityPage {
        shell: Shell::of(&request, "Identity of calls", "fleet").in_fleet_style(),
        tiles: tiles(&asked, &whole(&counted)),
        rows: rows.into_iter().map(|(agent, counted)| Row::of(&asked, agent.as_deref(), counted)).collect(),
        is_cut: found.sessions.is_none(),
        asked,
    })
}

impl IdentityPage {
    fn here(&self) -> &'static str {
        IDENTITY
    }
}

impl Found {
    fn read(conn: &mut AnyConnection, question: &Question) -> Result<Self> {
        snapshot(conn, |conn| {
            let owners = Reader::of(conn, question)?.by(&[Dimension::Agent, Dimension::Tenant])?;
            let calls: i64 = owners.iter().map(|group| group.sums.calls).sum();
            let sessions = (calls <= MOST_READ).then(|| in_sessions(conn, question)).transpose()?;
            Ok(Self { owners, sessions })
        })
    }
}

fn counted(found: &Found) -> BTreeMap<Option<String>, Counted> {
    let mut all: BTreeMap<Option<String>, Counted> = BTreeMap::new();
    for group in found.owners.iter().filter(|group| group.sums.calls > 0) {
        let calls = group.sums.calls;
        let one = all.entry(group.key.agent.clone()).or_default();
        one.calls += calls;
        one.agents += if group.key.agent.is_some() { calls } else { 0 };
        one.tenants += if group.key.tenant.is_some() { calls } else { 0 };
    }
    if let Some(sessions) = &found.sessions {
        let by_agent: HashMap<&Option<String>, i64> =
            sessions.iter().map(|one| (&one.agent, one.calls)).collect();
        for (agent, one) in &mut all {
            one.sessions = Some(by_agent.get(agent).copied().unwrap_or_default());
        }
    }
    all
}

fn whole(counted: &BTreeMap<Option<String>, Counted>) -> Counted {
    let sessions: Option<i64> = counted.values().map(|one| one.sessions).sum();
    let sum = |of: fn(&Counted) -> i64| counted.values().map(of).sum();
    Counted {
        calls: sum(|one| one.calls),
        agents: sum(|one| one.agents),
        tenants: sum(|one| one.tenants),
        sessions,
    }
}

fn tiles(asked: &Asked, whole: &Counted) -> Vec<Tile> {
    let tile = |label, count: Option<i64>, lacks| Tile {
        label,
        value: count.map_or_else(|| DASH.to_owned(), |count| share(count, whole.calls)),
        note: count.map_or_else(
            || "not looked at over so many calls".to_owned(),
            |count| match whole.calls - count {
                0 => "all of them".to_owned(),
                missing => format!("{} do not", number(missing)),
            },
        ),
        href: asked.traces(&[("lacks", lacks)]),
    };
    vec![
        tile("Name an agent", Some(whole.agents), "agent"),
        tile("Name a tenant", Some(whole.tenants), "tenant"),
        tile("Belong to a session", whole.sessions, "session"),
    ]
}

impl Row {
    fn of(asked: &Asked, agent: Option<&str>, counted: &Counted) -> Self {
        let name = agent.unwrap_or(NONE);
        let cell = |count: Option<i64>, lacks: &str| {
            let Some(count) = count else { return Cell { share: DASH.to_owned(), missing: None } };
            let missing = counted.calls - count;
            // The list of traces asks for one thing that is missing: without an agent, that is the one.
            let narrow = [("agent", name), ("lacks", lacks)];
            let pairs = if agent.is_some() { narrow.as_slice() } else { narrow.get(..1).unwrap_or_default() };
            Cell {
                share: share(count, counted.calls),
                missing: (missing > 0).then(|| Figure::to(calls(missing), asked.traces(pairs))),
            }
        };
        let shown = agent.unwrap_or("None given");
        Self {
            agent: Figure::to(shown, asked.with(FLEET, "agent", name)),
            calls: Figure::to(number(counted.calls), asked.traces(&[("agent", name)])),
            agents: cell(Some(counted.agents), "agent"),
            tenants: cell(Some(counted.tenants), "tenant"),
            sessions: cell(counted.sessions, "session"),
        }
    }
}
