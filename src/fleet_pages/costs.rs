//! What was spent: by day and by model, and as a file by day, model, agent and tenant.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use askama::Template;

use crate::db::{AnyConnection, snapshot};
use crate::fleet::costs::{cells, head, lines};
use crate::fleet::model::{Dimension, Group, Question, Sums};
use crate::fleet::reads::{Reader, Spread, spent};
use crate::foundation::Result;
use crate::state::App;
use crate::web::format::{known, number};
use crate::web::incomplete::while_counting;
use crate::web::page::show as show_page;
use crate::web::{Principal, Shell, WebResult, csv};

use super::asked::{Asked, COSTS};
use super::days::Days;
use super::overview::Tile;
use super::table::Table;
use super::text::{calls, cost, short_cost};

/// The lines of the file.
const LINES: [Dimension; 4] = [Dimension::Day, Dimension::Model, Dimension::Agent, Dimension::Tenant];

#[derive(Template)]
#[template(path = "fleet/costs.html")]
struct CostsPage {
    shell: Shell,
    asked: Asked,
    tiles: Vec<Tile>,
    days: Days,
    tables: Vec<Table>,
    is_empty: bool,
    /// Calls of which nobody knows what they cost.
    unpriced: Option<String>,
    csv: String,
}

/// What the database says.
struct Found {
    whole: Sums,
    before: Sums,
    days: Vec<Group>,
    models: Vec<Group>,
    spreads: Vec<Spread>,
}

/// GET `/fleet/costs`: the fields of the first page.
pub(super) async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    let mut asked = Asked::read(&query, app.now())?;
    let question = asked.question(&who);
    let wanted = question.clone();
    let found = asked.look(&app, move |conn| Found::read(conn, &wanted)).await?;
    let models = ("models", "By model");
    show_page(&CostsPage {
        shell: Shell::of(&request, "Costs", "fleet").in_fleet_style(),
        tiles: tiles(&asked, &found),
        days: Days::of(&asked, &question, &found.days),
        is_empty: found.whole.is_nothing(),
        unpriced: (found.whole.unpriced > 0).then(|| calls(found.whole.unpriced)),
        tables: vec![Table::of(&asked, models, Dimension::Model, found.models, &found.spreads)],
        csv: asked.at("/fleet/costs.csv"),
        asked,
    })
}

/// GET `/fleet/costs.csv`: every day, model, agent and tenant of the same question.
pub(super) async fn table(
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    let mut asked = Asked::read(&query, app.now())?;
    let question = asked.question(&who);
    let rows = asked.look(&app, move |conn| lines(conn, &question, &LINES)).await?;
    let text = csv::table(&head(&LINES), rows.iter().map(|group| cells(group, &LINES)))?;
    Ok(while_counting(csv::download("costs.csv", text), asked.is_counting))
}

impl CostsPage {
    fn here(&self) -> &'static str {
        COSTS
    }
}

impl Found {
    fn read(conn: &mut AnyConnection, question: &Question) -> Result<Self> {
        snapshot(conn, |conn| {
            let before = spent(conn, &question.before())?;
            let mut reader = Reader::of(conn, question)?;
            let (whole, days) = (reader.total(), reader.by(&[Dimension::Day]));
            let models = reader.by(&[Dimension::Model]);
            let spreads = reader.spreads(Some(Dimension::Model))?;
            Ok(Self { whole, before, days, models, spreads })
        })
    }
}

fn tiles(asked: &Asked, found: &Found) -> Vec<Tile> {
    let Found { whole, before, .. } = found;
    let href = asked.traces(&[("sort", "cost")]);
    let (value, exact) = short_cost(whole);
    vec![
        Tile {
            label: "Spent",
            value,
            exact,
            note: format!("{} before: {}", asked.range.words, cost(before)),
            href: href.clone(),
        },
        Tile {
            label: "Calls",
            value: number(whole.calls),
            note: format!("{} without a price", number(whole.unpriced)),
            href: asked.traces(&[("llm", "1")]),
            ..Tile::default()
        },
        Tile {
            label: "Tokens",
            value: known(whole.tokens()),
            note: format!("{} in", known(whole.tokens().map(|_| whole.input))),
            href: asked.traces(&[("sort", "tokens")]),
            ..Tile::default()
        },
    ]
}
