//! The first page of the fleet: what lacks a name, four figures with those of the time before, agents, spend by day, personas, tenants,
//! workflows.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use askama::Template;

use crate::alerts::strip::{FiringStrip, firing_strip};
use crate::db::{AnyConnection, snapshot};
use crate::fleet::model::{Dimension, Group, Question, Sums};
use crate::fleet::reads::{Reader, Spread, spent};
use crate::foundation::Result;
use crate::state::App;
use crate::web::format::{known, number};
use crate::web::page::show as show_page;
use crate::web::{Principal, Shell, WebResult};

use super::asked::{Asked, FLEET};
use super::days::Days;
use super::needs::{Need, fails_more, gaps};
use super::table::{Table, about};
use super::text::{DASH, calls, change, cost, share, short_cost};

#[derive(Template)]
#[template(path = "fleet/overview.html")]
struct FleetPage {
    shell: Shell,
    asked: Asked,
    /// Alerts that fire.
    firing: FiringStrip,
    /// What needs somebody.
    needs: Vec<Need>,
    tiles: Vec<Tile>,
    first: Vec<Table>,
    days: Days,
    rest: Vec<Table>,
    is_empty: bool,
    /// Whether calls came and none says whose it is.
    is_unrecognised: bool,
    calls: String,
}

/// One of the four figures.
#[derive(Default)]
pub(super) struct Tile {
    pub(super) label: &'static str,
    pub(super) value: String,
    /// What is meant exactly, where the value is written shorter; else empty.
    pub(super) exact: String,
    pub(super) note: String,
    pub(super) href: String,
}

/// What the database says.
struct Found {
    whole: Sums,
    before: Sums,
    agents: Vec<Group>,
    personas: Vec<Group>,
    tenants: Vec<Group>,
    workflows: Vec<Group>,
    days: Vec<Group>,
    /// By agent and tenant.
    owners: Vec<Group>,
    /// Of all calls, of agents, of personas, of tenants, of workflows.
    spreads: [Vec<Spread>; 5],
}

/// GET `/fleet`: `range` (`24h`, `7d`, `30d`, `90d`), `agent`, `persona`, `tenant`, `workflow`, each a name or `(none)`.
pub(super) async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    let mut asked = Asked::read(&query, app.now())?;
    let question = asked.question(&who);
    let wanted = question.clone();
    let (project, now) = (who.project, asked.now);
    let read =
        move |conn: &mut AnyConnection| Ok((Found::read(conn, &wanted)?, firing_strip(conn, project, now)?));
    let (found, firing) = asked.look(&app, read).await?;
    let shell = Shell::of(&request, "Fleet", "fleet").in_fleet_style();
    show_page(&FleetPage { firing, ..FleetPage::of(shell, asked, &question, found) })
}

impl Found {
    fn read(conn: &mut AnyConnection, question: &Question) -> Result<Self> {
        snapshot(conn, |conn| {
            let before = spent(conn, &question.before())?;
            let mut reader = Reader::of(conn, question)?;
            let by = [Dimension::Agent, Dimension::Persona, Dimension::Tenant, Dimension::Workflow];
            let mut found = Self {
                before,
                whole: reader.total(),
                agents: reader.by(&[Dimension::Agent]),
                personas: reader.by(&[Dimension::Persona]),
                tenants: reader.by(&[Dimension::Tenant]),
                workflows: reader.by(&[Dimension::Workflow]),
                days: reader.by(&[Dimension::Day]),
                owners: reader.by(&[Dimension::Agent, Dimension::Tenant]),
                spreads: [const { Vec::new() }; 5],
            };
            for (place, by) in found.spreads.iter_mut().zip([None].into_iter().chain(by.map(Some))) {
                *place = reader.spreads(by)?;
            }
            Ok(found)
        })
    }

    fn is_unrecognised(&self) -> bool {
        let is_named = |dimension| move |group: &Group| group.key.name(dimension).is_some();
        let has = |groups: &[Group], dimension| groups.iter().any(is_named(dimension));
        !has(&self.agents, Dimension::Agent)
            && !has(&self.personas, Dimension::Persona)
            && !has(&self.tenants, Dimension::Tenant)
    }
}

impl FleetPage {
    fn here(&self) -> &'static str {
        FLEET
    }

    fn of(shell: Shell, asked: Asked, question: &Question, found: Found) -> Self {
        let is_empty = found.whole.is_nothing();
        // Whoever asks for what has no name has said so.
        let is_unrecognised = !is_empty && !asked.is_narrow() && found.is_unrecognised();
        let mut needs: Vec<Need> = fails_more(&asked, &found.whole, &found.before).into_iter().collect();
        if !is_unrecognised {
            needs.extend(gaps(&asked, &found.owners));
        }
        let tiles = tiles(&asked, &found);
        let days = Days::of(&asked, question, &found.days);
        let [_, of_agents, of_personas, of_tenants, of_workflows] = found.spreads;
        let table =
            |id, dimension, groups, spreads: &[Spread]| Table::of(&asked, id, dimension, groups, spreads);
        let first = vec![table(("agents", "Agents"), Dimension::Agent, found.agents, &of_agents)];
        let mut rest = vec![
            table(("personas", "Personas"), Dimension::Persona, found.personas, &of_personas),
            table(("tenants", "Tenants"), Dimension::Tenant, found.tenants, &of_tenants),
        ];
        // Most programs run none.
        if found.workflows.iter().any(|group| group.key.workflow.is_some()) {
            rest.push(table(("workflows", "Workflows"), Dimension::Workflow, found.workflows, &of_workflows));
        }
        let calls = calls(found.whole.calls);
        let firing = FiringStrip::default();
        Self { shell, asked, firing, needs, tiles, first, days, rest, is_empty, is_unrecognised, calls }
    }
}

fn tiles(asked: &Asked, found: &Found) -> Vec<Tile> {
    let Found { whole, before, spreads: [spread, ..], .. } = found;
    let spread: Option<&Spread> = spread.first();
    let earlier = format!("{} before", asked.range.words);
    let tokens = known(whole.tokens());
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
            label: "Spend",
            value,
            exact,
            note: format!("{tokens} tokens · {earlier} {}", cost(before)),
            href: asked.traces(&[("sort", "cost")]),
        },
        Tile {
            label: "Slowest 5\u{a0}% take over",
            value: spread.map_or_else(|| DASH.to_owned(), |spread| about(spread, spread.p95)),
            note: match spread {
                Some(spread) => format!("half are done in {}", about(spread, spread.p50)),
                None => "no call that ended".to_owned(),
            },
            href: asked.traces(&[("sort", "duration")]),
            ..Tile::default()
        },
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
