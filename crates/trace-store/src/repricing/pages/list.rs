//! GET /prices: what is in force, what nobody knows, and the form of a project's own price. POST /prices takes it.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use crate::foundation::{FieldErrors, ProjectKey, Result, Timestamp};
use crate::repricing::Books;
use crate::repricing::actions::override_price::override_price;
use crate::repricing::reads;
use crate::repricing::reads::{TableRow, UnknownModel};
use crate::state::App;
use crate::web::page::show_with;
use crate::web::{Form, Principal, Shell, WebResult, flash, format, see_other};
use prices::model::PriceRow;

use super::form::{FIELDS, MOST_TIERS, read, tier_field, tiers_sent};
use super::lines::{PriceView, Standing, line, standings};
use super::{day_of, may_change, mendable};

/// Lines on the page at first.
const FIRST_LINES: usize = 40;
/// Lines when more are asked for; others are found by searching.
const MOST_LINES: usize = 400;
/// Unknown models on the page.
const MOST_UNKNOWN: usize = 50;
/// How far back unknown models are looked for: 30 days, in microseconds.
const LOOK_BACK: i64 = 30 * 86_400_000_000;

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PriceQuery {
    q: String,
    /// Past prices too.
    past: Option<String>,
    /// As many as the page may hold.
    all: Option<String>,
    /// A model that the form begins with.
    model: String,
    provider: String,
}

#[derive(Template)]
#[template(path = "prices/list.html")]
struct ListPage {
    shell: Shell,
    asked: PriceQuery,
    lines: Vec<PriceView>,
    found: usize,
    unknown: Vec<Unknown>,
    /// Whether there are more models without a price.
    has_more_unknown: bool,
    tables: Vec<TableView>,
    can_change: bool,
    form: Form,
    errors: FieldErrors,
    today: String,
}

/// A model that nobody knows the price of, as shown.
struct Unknown {
    model: String,
    provider: String,
    calls: String,
    tokens: String,
    last: format::Time,
    since: String,
}

/// A version of the tables, as shown.
struct TableView {
    label: String,
    whose: &'static str,
    source: String,
    when: format::Time,
    counts: String,
}

impl ListPage {
    const FIELDS: [(&'static str, &'static str); 7] = FIELDS;

    /// The places of the tiers that the form has fields for.
    fn tiers(&self) -> std::ops::Range<usize> {
        0..(tiers_sent(&self.form) + usize::from(asks_for_tier(&self.form))).min(MOST_TIERS)
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand over references")]
    fn tier_field(&self, place: &usize, name: &str) -> String {
        tier_field(*place, name)
    }

    fn may_add_tier(&self) -> bool {
        self.tiers().end < MOST_TIERS
    }

    /// What a field of the form shows: what was typed, else what the address begins with.
    fn value(&self, name: &str) -> &str {
        match (self.form.raw(name), name) {
            ("", "model") => &self.asked.model,
            ("", "from") if !self.form.is_checked("from") => &self.today,
            (typed, _) => typed,
        }
    }
}

/// GET /prices
pub(super) async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    asked: Query<PriceQuery>,
) -> WebResult {
    page(&request, &app, &who, asked.into_inner(), Form::default(), FieldErrors::default()).await
}

/// POST /prices
pub(super) async fn submit(
    request: HttpRequest,
    app: Data<App>,
    books: Data<Books>,
    who: Principal,
    form: Form,
) -> WebResult {
    if asks_for_tier(&form) {
        return page(&request, &app, &who, PriceQuery::default(), form, FieldErrors::default()).await;
    }
    let taken = match read(&form) {
        Ok(price) => override_price(&app, &books, &who, price).await,
        Err(error) => Err(error),
    };
    match taken {
        Ok(id) => {
            let text = "The price is recorded. It counts for what arrives from now on; stored costs stay as they are.";
            Ok(flash::good(see_other(format!("/prices/{id}")), text))
        }
        Err(error) => {
            let errors = mendable(error)?;
            page(&request, &app, &who, PriceQuery::default(), form, errors).await
        }
    }
}

/// The button that only makes room for one more tier.
fn asks_for_tier(form: &Form) -> bool {
    form.is_checked("add_tier")
}

type Loaded = (Vec<PriceRow>, Vec<TableRow>, Vec<UnknownModel>);

async fn load(app: &App, project: ProjectKey, now: Timestamp) -> Result<Loaded> {
    let since = now.plus_micros(-LOOK_BACK);
    app.db
        .read(move |conn| {
            let unknown = reads::unknown_models(conn, project, since, MOST_UNKNOWN + 1)?;
            Ok((reads::all(conn, project)?, reads::tables(conn, project)?, unknown))
        })
        .await
}

async fn page(
    request: &HttpRequest,
    app: &App,
    who: &Principal,
    asked: PriceQuery,
    form: Form,
    errors: FieldErrors,
) -> WebResult {
    let now = app.now();
    let (rows, tables, mut unknown) = load(app, who.project, now).await?;
    let has_more_unknown = unknown.len() > MOST_UNKNOWN;
    unknown.truncate(MOST_UNKNOWN);
    let (lines, found) = lines(&rows, &tables, &asked, now);
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = ListPage {
        shell: Shell::of(request, "Prices of models", "prices").in_shop_style(),
        asked,
        lines,
        found,
        has_more_unknown,
        unknown: unknown.into_iter().map(|it| unknown_line(it, now)).collect(),
        tables: tables.into_iter().map(|table| table_line(table, now)).collect(),
        can_change: may_change(who),
        form,
        errors,
        today: day_of(now),
    };
    show_with(status, &page)
}

/// The lines that are asked for, and how many there are in all.
fn lines(
    rows: &[PriceRow],
    tables: &[TableRow],
    asked: &PriceQuery,
    now: Timestamp,
) -> (Vec<PriceView>, usize) {
    let word = asked.q.trim().to_lowercase();
    let fits = |row: &PriceRow| {
        let price = &row.price;
        let has = |text: &str| text.to_lowercase().contains(&word);
        has(&price.model)
            || price.names.iter().any(|name| has(name))
            || price.provider.as_deref().is_some_and(has)
    };
    let label = |row: &PriceRow| {
        let is_from = |table: &&TableRow| {
            table.version == row.version && (table.project != ProjectKey(0)) == row.is_own
        };
        tables.iter().find(is_from).map_or("", |table| table.label.as_str())
    };
    let standing = standings(rows, now);
    let wanted = rows.iter().zip(standing).filter(|(row, standing)| {
        (asked.past.is_some() || *standing != Standing::Past) && (word.is_empty() || fits(row))
    });
    let wanted: Vec<_> = wanted.collect();
    let most = if asked.all.is_some() { MOST_LINES } else { FIRST_LINES };
    // A project's own stand first.
    let (own, others): (Vec<_>, Vec<_>) = wanted.iter().partition(|(row, _)| row.is_own);
    let shown =
        own.into_iter().chain(others).take(most).map(|(row, standing)| line(row, standing, label(row)));
    (shown.collect(), wanted.len())
}

fn unknown_line(it: UnknownModel, now: Timestamp) -> Unknown {
    Unknown {
        model: it.model,
        provider: it.provider.unwrap_or_default(),
        calls: format::number(it.calls),
        tokens: format::known(Some(it.tokens).filter(|tokens| *tokens > 0)),
        last: format::Time::new(Timestamp(it.last_at), now),
        since: day_of(now.plus_micros(-LOOK_BACK)),
    }
}

fn table_line(table: TableRow, now: Timestamp) -> TableView {
    let counts = [
        (table.added, "added"),
        (table.changed, "changed"),
        (table.unchanged, "unchanged"),
        (table.refused, "refused"),
    ];
    let counts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    TableView {
        label: table.label,
        whose: if table.project == ProjectKey(0) { "everybody's" } else { "this project's" },
        source: table.source,
        when: format::Time::new(table.imported_at, now),
        counts: counts.join(", "),
    }
}
