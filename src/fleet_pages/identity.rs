//! Which calls say whose they are: the agent, the tenant, the conversation; the traces of those that do not; and what the project
//! requires of calls that its orders rest on.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;

use crate::db::AnyConnection;
use crate::fleet::identity::{Counted, Identity, identity};
use crate::fleet::model::{Dimension, NONE};
use crate::fleet::reads::{MOST_SERVED, NamelessCall, Service};
use crate::foundation::address::part;
use crate::foundation::{Action, Error, FieldErrors, Grant, Timestamp};
use crate::order_settings::identity::model::listed;
use crate::order_settings::identity::reads::{Change, changes};
use crate::order_settings::identity::{Name, set};
use crate::state::App;
use crate::web::format::{Time, number, short_id};
use crate::web::page::show_with;
use crate::web::{Form, Principal, Shell, WebError, WebResult, flash, see_other};

use super::asked::{Asked, IDENTITY};
use super::overview::Tile;
use super::text::{Figure, calls, share};

/// Decisions that are listed.
const LISTED: usize = 10;

#[derive(Template)]
#[template(path = "fleet/identity.html")]
struct IdentityPage {
    shell: Shell,
    asked: Asked,
    tiles: Vec<Tile>,
    rows: Vec<Row>,
    services: Vec<ServiceRow>,
    /// Single calls that lack something.
    nameless: Vec<CallRow>,
    required: Required,
}

/// What the project requires, with the form for whoever may change it.
struct Required {
    now: String,
    /// Word, whether it is required, or ticked in the form that was refused.
    names: [(&'static str, bool); 5],
    reason: String,
    errors: FieldErrors,
    changes: Vec<ChangeView>,
    may_set: bool,
}

/// One decision.
struct ChangeView {
    from: String,
    to: String,
    reason: String,
    by: String,
    at: Time,
}

/// What was typed and refused.
struct Given {
    names: BTreeSet<Name>,
    reason: String,
    errors: FieldErrors,
}

/// One agent.
struct Row {
    agent: Figure,
    calls: Figure,
    agents: Cell,
    tenants: Cell,
    sessions: Cell,
    whole: String,
}

/// How many say it, and those that do not.
struct Cell {
    share: String,
    missing: Option<Figure>,
}

/// One service.
struct ServiceRow {
    name: String,
    calls: String,
    agents: String,
    tenants: String,
    sessions: String,
    whole: String,
}

/// One call that lacks something.
struct CallRow {
    at: Time,
    name: String,
    href: String,
    agent: Option<Figure>,
    tenant: Option<Figure>,
    session: Option<Figure>,
}

/// GET `/fleet/identity`: the fields of the first page.
pub(super) async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    page(&request, &app, &who, &query, None).await
}

/// POST `/fleet/identity/required`: `require` for each name, `reason`.
pub(super) async fn require(request: HttpRequest, app: Data<App>, who: Principal, form: Form) -> WebResult {
    let names: BTreeSet<Name> = form.all("require").filter_map(Name::read).collect();
    match set(&app, &who, names.clone(), form.text("reason")).await {
        Ok(()) => Ok(flash::good(
            see_other(format!("{IDENTITY}#required")),
            "It holds for what arrives or is linked from now on.",
        )),
        Err(Error::Invalid(errors)) => {
            let given = Given { names, reason: form.text("reason").to_owned(), errors };
            page(&request, &app, &who, &BTreeMap::new(), Some(given)).await
        }
        Err(other) => Err(WebError(other)),
    }
}

async fn page(
    request: &HttpRequest,
    app: &App,
    who: &Principal,
    query: &BTreeMap<String, String>,
    given: Option<Given>,
) -> WebResult {
    let now = app.now();
    let mut asked = Asked::read(query, now)?;
    let (question, project) = (asked.question(who), who.project);
    let read = move |conn: &mut AnyConnection| Ok((identity(conn, &question)?, changes(conn, project)?));
    let (found, decided): (Identity, Vec<Change>) = asked.look(app, read).await?;
    let mut rows: Vec<(&Option<String>, &Counted)> = found.by_agent.iter().collect();
    rows.sort_by_key(|(agent, counted)| (agent.is_none(), std::cmp::Reverse(counted.calls)));
    let status = if given.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let may_set = who.may(Action::SetPrivacy) == Grant::Any;
    let page = IdentityPage {
        shell: Shell::of(request, "Identity of calls", "fleet").in_fleet_style(),
        tiles: tiles(&asked, &found.whole),
        rows: rows.into_iter().map(|(agent, counted)| Row::of(&asked, agent.as_deref(), counted)).collect(),
        services: found.services.iter().map(ServiceRow::of).collect(),
        nameless: found.nameless.iter().map(|call| CallRow::of(&asked, call, now)).collect(),
        required: Required::of(&decided, given, may_set, now),
        asked,
    };
    show_with(status, &page)
}

impl IdentityPage {
    fn here(&self) -> &'static str {
        IDENTITY
    }

    fn most_served(&self) -> i64 {
        MOST_SERVED
    }
}

impl Required {
    /// The boxes of the form: word, whether it is ticked.
    fn boxes(&self) -> [(&'static str, bool); 5] {
        self.names
    }

    fn of(decided: &[Change], given: Option<Given>, may_set: bool, now: Timestamp) -> Self {
        let holds = decided.last().map(|change| change.decided.to.clone()).unwrap_or_default();
        let (ticked, reason, errors) = match given {
            Some(given) => (given.names, given.reason, given.errors),
            None => (holds.clone(), String::new(), FieldErrors::default()),
        };
        let newest = decided.iter().rev().take(LISTED).map(|change| ChangeView::of(change, now));
        Self {
            now: listed(holds),
            names: Name::ALL.map(|name| (name.as_str(), ticked.contains(&name))),
            reason,
            errors,
            changes: newest.collect(),
            may_set,
        }
    }
}

impl ChangeView {
    fn of(change: &Change, now: Timestamp) -> Self {
        Self {
            from: listed(change.decided.from.iter().copied()),
            to: listed(change.decided.to.iter().copied()),
            reason: change.decided.reason.clone(),
            by: change.by.clone(),
            at: Time::new(change.at, now),
        }
    }
}

fn tiles(asked: &Asked, whole: &Counted) -> Vec<Tile> {
    let tile = |label, count: i64, lacks: Option<&str>| Tile {
        label,
        value: share(count, whole.calls),
        note: match whole.calls - count {
            0 => "all of them".to_owned(),
            missing => format!("{} do not", number(missing)),
        },
        href: lacks.map_or_else(|| "#nameless".to_owned(), |lacks| asked.traces(&[("lacks", lacks)])),
        ..Tile::default()
    };
    vec![
        tile("Say all three", whole.whole, None),
        tile("Name an agent", whole.agents, Some("agent")),
        tile("Name a tenant", whole.tenants, Some("tenant")),
        tile("Belong to a session", whole.sessions, Some("session")),
    ]
}

impl Row {
    fn of(asked: &Asked, agent: Option<&str>, counted: &Counted) -> Self {
        let name = agent.unwrap_or(NONE);
        let cell = |count: i64, lacks: &str| {
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
            agent: match asked.to(Dimension::Agent, name) {
                Some(href) => Figure::to(shown, href),
                None => Figure::bare(shown),
            },
            calls: Figure::to(number(counted.calls), asked.traces(&[("agent", name)])),
            agents: cell(counted.agents, "agent"),
            tenants: cell(counted.tenants, "tenant"),
            sessions: cell(counted.sessions, "session"),
            whole: share(counted.whole, counted.calls),
        }
    }
}

impl ServiceRow {
    fn of(service: &Service) -> Self {
        let of = |count| share(count, service.calls);
        Self {
            name: service.name.clone().unwrap_or_else(|| "None given".to_owned()),
            calls: number(service.calls),
            agents: of(service.agents),
            tenants: of(service.tenants),
            sessions: of(service.sessions),
            whole: of(service.whole),
        }
    }
}

impl CallRow {
    fn of(asked: &Asked, call: &NamelessCall, now: Timestamp) -> Self {
        let named = |of: Dimension, name: &Option<String>| {
            let name = name.as_deref()?;
            Some(asked.to(of, name).map_or_else(|| Figure::bare(name), |href| Figure::to(name, href)))
        };
        Self {
            at: Time::new(call.at(), now),
            name: call.name.clone().unwrap_or_else(|| short_id(&call.observation_id)),
            href: format!("/traces/{}?observation={}", part(&call.trace_id), part(&call.observation_id)),
            agent: named(Dimension::Agent, &call.agent),
            tenant: named(Dimension::Tenant, &call.tenant),
            session: call.session.as_ref().map(|id| Figure::to(id, format!("/sessions/{}", part(id)))),
        }
    }
}
