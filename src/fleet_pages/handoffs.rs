//! Handoffs between agents: who passed work on to whom, and why some were rejected.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use askama::Template;

use crate::audit::addresses::trace_href;
use crate::handoffs::reads::{Handoffs, MOST_SHOWN, Question, Told, handoffs};
use crate::state::App;
use crate::web::format::{Time, number};
use crate::web::page::show as show_page;
use crate::web::{Principal, Shell, WebResult};

use super::asked::{Asked, HANDOFFS};
use super::overview::Tile;
use super::text::{DASH, Figure, share};

#[derive(Template)]
#[template(path = "fleet/handoffs.html")]
struct HandoffsPage {
    shell: Shell,
    asked: Asked,
    tiles: Vec<Tile>,
    rows: Vec<Row>,
    /// Only rejected ones are shown.
    is_rejected: bool,
    /// The other choice.
    other: String,
    /// What is left out, in words; empty where nothing is.
    rest: String,
}

struct Row {
    at: Time,
    href: String,
    source: Figure,
    target: Figure,
    tenant: String,
    strictness: String,
    is_valid: bool,
    reasons: Vec<String>,
}

/// GET `/fleet/handoffs`: the fields of the first page, and `rejected=1`.
pub(super) async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    let asked = Asked::read(&query, app.now())?;
    let is_rejected = query.get("rejected").is_some_and(|word| word == "1");
    let whole = asked.question(&who);
    let agent = asked.name("agent").to_owned();
    let question = Question { project: who.project, from: whole.from, to: whole.to, agent, is_rejected };
    let found = app.db.read(move |conn| handoffs(conn, &question)).await?;
    show_page(&HandoffsPage {
        shell: Shell::of(&request, "Handoffs", "fleet").in_fleet_style(),
        tiles: tiles(&asked, &found),
        rest: rest(&found, is_rejected),
        rows: found.rows.iter().map(|told| Row::of(&asked, told)).collect(),
        other: asked.with(HANDOFFS, "rejected", if is_rejected { "" } else { "1" }),
        is_rejected,
        asked,
    })
}

impl HandoffsPage {
    fn here(&self) -> &'static str {
        HANDOFFS
    }
}

fn tiles(asked: &Asked, found: &Handoffs) -> Vec<Tile> {
    let [valid, rejected] = [found.valid, found.rejected].map(|n| i64::try_from(n).unwrap_or(i64::MAX));
    let all = valid.saturating_add(rejected);
    let tile =
        |label, value: String, note: String, href| Tile { label, value, note, href, ..Tile::default() };
    vec![
        tile("Handoffs", number(all), asked.range.words.to_owned(), asked.at(HANDOFFS)),
        tile("Valid", number(valid), share(valid, all), asked.at(HANDOFFS)),
        tile("Rejected", number(rejected), share(rejected, all), asked.with(HANDOFFS, "rejected", "1")),
    ]
}

fn rest(found: &Handoffs, is_rejected: bool) -> String {
    let all = if is_rejected { found.rejected } else { found.valid + found.rejected };
    match (found.is_cut, all > MOST_SHOWN) {
        (true, _) => "There are more than were looked through: choose a shorter time.".to_owned(),
        (false, true) => format!("The newest {MOST_SHOWN}: choose a shorter time for the others."),
        (false, false) => String::new(),
    }
}

impl Row {
    fn of(asked: &Asked, told: &Told) -> Self {
        let named = |name: &Option<String>| match name {
            Some(name) => Figure::to(name.clone(), asked.with(HANDOFFS, "agent", name)),
            None => Figure::bare(DASH),
        };
        Self {
            at: Time::new(told.at, asked.now),
            href: trace_href(&told.trace_id, &told.observation_id),
            source: named(&told.source),
            target: named(&told.target),
            tenant: told.tenant.clone().unwrap_or_else(|| DASH.to_owned()),
            strictness: told.strictness.clone(),
            is_valid: told.is_valid,
            reasons: told.reasons.clone(),
        }
    }
}
