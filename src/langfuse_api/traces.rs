//! `GET /api/public/traces`: traces by page.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::db::AnyConnection;
use crate::fields::{Condition, Entity, NEWEST, Test, TextTest};
use crate::foundation::{Error, ProjectKey, Result};
use crate::state::App;
use crate::traces::reads::{self, Finding, TraceFull};
use crate::web::KeyHolder;
use trace_model::JsonMap;
use wire::sent::values_at;

use super::filter::{self, Selection};
use super::page::{self, Sieve};
use super::params::{Page, Params};
use super::refusal::{may_read, refuse};
use super::stream;
use super::trace_io;
use super::trace_view::{Groups, TraceIo, TraceView};

/// Rows read at once while a condition is tested one by one.
const STEP: i64 = 500;

/// Rows that one request may have tested one by one.
pub const EXAMINED: usize = 20_000;

/// Ids of observations in one answer.
const MOST_IDS: i64 = 100_000;

/// Traces in one batch of an answer.
const BATCH: usize = 20;

/// Lists traces.
pub async fn list(request: HttpRequest, holder: KeyHolder, app: Data<App>) -> HttpResponse {
    answer(&request, &holder, &app).await.unwrap_or_else(|cause| refuse(&cause))
}

struct TraceQuery {
    page: Page,
    groups: Groups,
    order: String,
    selection: Selection,
}

async fn answer(request: &HttpRequest, holder: &KeyHolder, app: &Data<App>) -> Result<HttpResponse> {
    may_read(holder)?;
    let query = read(&mut Params::of(request), holder.project)?;
    let (rows, total) = if query.selection.rest.is_empty() {
        let (order, page) = (query.order.clone(), query.page);
        page::of(app, &query.selection, page, move |conn, scan, finding| {
            reads::trace_page(conn, scan, finding, &order, page.offset(), page.limit)
        })
        .await?
    } else {
        sieve(app, &query.selection, &query.order, query.page).await?
    };
    write(app, holder, rows, query.groups, &page::meta(query.page, total)).await
}

fn read(params: &mut Params, project: ProjectKey) -> Result<TraceQuery> {
    let page = params.page(100);
    let groups = groups(params);
    let order = order(params);
    let given = conditions(params);
    let sent = match params.filter().map(|text| filter::read(text, Entity::Traces)) {
        Some(read) => params.hear(read)?,
        None => Vec::new(),
    };
    params.finish()?;
    Ok(TraceQuery { page, groups, order, selection: filter::select(project, Entity::Traces, given, sent) })
}

/// Which groups were query for.
pub fn groups(params: &mut Params) -> Groups {
    let names = params.comma_list("fields");
    if let Some(other) = names.iter().find(|name| !Groups::NAMES.contains(&name.as_str())) {
        params
            .faults
            .add("fields", format!("{other:?} is not known; known are {}", Groups::NAMES.join(", ")));
    }
    Groups::of(&names)
}

fn order(params: &mut Params) -> String {
    let Some(text) = params.text("orderBy") else { return NEWEST.to_owned() };
    let (name, direction) = text.split_once('.').unwrap_or((&text, "asc"));
    let field = Entity::Traces.field(name);
    let order = match direction.to_ascii_lowercase().as_str() {
        "asc" => field.and_then(|field| field.order_sql(false)),
        "desc" => field.and_then(|field| field.order_sql(true)),
        _ => None,
    };
    order.unwrap_or_else(|| {
        let known = Entity::Traces.names(|field| field.is_order);
        params.faults.add("orderBy", format!("must be a field, a point, asc or desc; fields are {known}"));
        NEWEST.to_owned()
    })
}

fn conditions(params: &mut Params) -> Vec<Condition> {
    let mut tests: Vec<(&str, Test)> = Vec::new();
    for name in ["userId", "name", "sessionId", "version", "release"] {
        tests.extend(params.text(name).map(|value| (name, Test::Text(TextTest::Equals, value))));
    }
    let from = params.time("fromTimestamp").map(|at| Test::Time(">=", at));
    let to = params.time("toTimestamp").map(|at| Test::Time("<", at));
    tests.extend([from, to].into_iter().flatten().map(|test| ("timestamp", test)));
    let tags = params.comma_list("tags");
    tests.extend((!tags.is_empty()).then_some(("tags", Test::AllOf(tags))));
    let environments = params.list("environment");
    tests.extend((!environments.is_empty()).then_some(("environment", Test::AnyOf(environments))));
    tests.into_iter().filter_map(|(name, test)| Condition::named(Entity::Traces, name, test)).collect()
}

/// Traces of a page that pass what only reading can test, and how many pass.
pub async fn sieve(
    app: &App,
    selection: &Selection,
    order: &str,
    page: Page,
) -> Result<(Vec<TraceFull>, i64)> {
    let mut sieve = Sieve::new(page, EXAMINED);
    loop {
        let (scan, order, offset) = (selection.scan.clone(), order.to_owned(), sieve.offset());
        let read = move |conn: &mut AnyConnection| {
            reads::trace_page(conn, &scan, Finding::ByStart, &order, offset, STEP)
        };
        let rows = app.db.read(read).await?;
        let last = i64::try_from(rows.len()).is_ok_and(|found| found < STEP);
        let found = rows.len();
        for row in rows {
            let metadata = row.said()?.metadata;
            if selection.rest.iter().all(|condition| holds(condition, &metadata)) {
                sieve.keep(row);
            }
        }
        if last {
            return Ok((sieve.kept, sieve.passed));
        }
        sieve.examined(found, &selection.rest)?;
    }
}

/// Whether metadata passes: strings as they are, other values as JSON; see [`values_at`] for names.
pub fn holds(condition: &Condition, metadata: &JsonMap) -> bool {
    let texts: Vec<String> = values_at(metadata, &condition.key)
        .into_iter()
        .filter(|value| !value.is_null())
        .map(trace_model::exact::text)
        .collect();
    condition.holds_one_of(&texts)
}

async fn write(
    app: &Data<App>,
    holder: &KeyHolder,
    rows: Vec<TraceFull>,
    groups: Groups,
    meta: &serde_json::Value,
) -> Result<HttpResponse> {
    let ids: i64 = rows.iter().map(|full| full.row.observation_count).sum();
    if groups.observations && ids > MOST_IDS {
        let why =
            format!("these traces have {ids} observations: lower limit, or leave observations out of fields");
        return Err(Error::invalid("fields", why));
    }
    let size = if groups.io { BATCH } else { 100 };
    let mut batches: Vec<Vec<TraceFull>> = Vec::new();
    for row in rows {
        match batches.last_mut() {
            Some(batch) if batch.len() < size => batch.push(row),
            _ => batches.push(vec![row]),
        }
    }
    let (app, holder) = (app.clone(), holder.clone());
    let load = move |rows| {
        let (app, holder) = (app.clone(), holder.clone());
        async move { stream::joined(&views(&app, &holder, rows, groups).await?) }
    };
    stream::answer("{\"data\":[".to_owned(), batches.into(), format!("],\"meta\":{meta}}}"), load).await
}

async fn views(
    app: &App,
    holder: &KeyHolder,
    rows: Vec<TraceFull>,
    groups: Groups,
) -> Result<Vec<TraceView>> {
    let project = holder.project;
    let names: Vec<String> = rows.iter().map(|full| full.row.trace_id.clone()).collect();
    let (mut observations, mut scores) = app
        .db
        .read(move |conn| {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let of_none = std::collections::HashMap::default;
            let observations =
                if groups.observations { reads::observation_ids(conn, project, &names)? } else { of_none() };
            let scores = if groups.scores { reads::score_ids(conn, project, &names)? } else { of_none() };
            Ok((observations, scores))
        })
        .await?;
    let rows = if groups.io {
        trace_io::of_traces(app, project, rows).await?
    } else {
        rows.into_iter().map(|row| (row, TraceIo::default())).collect()
    };
    rows.into_iter()
        .map(|(full, io)| {
            let seen = observations.remove(&full.row.trace_id).unwrap_or_default();
            let scored = scores.remove(&full.row.trace_id).unwrap_or_default();
            Ok(TraceView::of(&holder.project_id, full, io, groups)?.with_ids(seen, scored))
        })
        .collect()
}
