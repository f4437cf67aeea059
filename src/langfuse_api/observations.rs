//! `GET /api/public/observations` and `/observations/{id}`: observations whole, by page or by id.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::db::AnyConnection;
use crate::db::sql::Sql;
use crate::fields::{Condition, Entity, Test, TextTest, Value};
use crate::foundation::{Error, ProjectKey, Result};
use crate::state::App;
use crate::traces::reads::{self, Finding, ObservationFull, Pieces, Scan};
use crate::web::KeyHolder;

use super::filter::{self, Selection};
use super::load::{self, Item};
use super::page::{self, Sieve};
use super::params::{Page, Params};
use super::refusal::{may_read, refuse};
use super::stream;
use super::trace::observation_views;
use super::traces::holds;
use super::values::text_of;

/// Rows read at once while a condition is tested one by one.
const STEP: i64 = 200;

/// Rows that one request may have tested one by one.
pub const EXAMINED: usize = 5_000;

/// Lists observations.
pub async fn list(request: HttpRequest, holder: KeyHolder, app: Data<App>) -> HttpResponse {
    list_answer(&request, &holder, &app).await.unwrap_or_else(|cause| refuse(&cause))
}

/// Shows an observation.
pub async fn show(holder: KeyHolder, app: Data<App>, id: Path<String>) -> HttpResponse {
    show_answer(&holder, &app, id.into_inner()).await.unwrap_or_else(|cause| refuse(&cause))
}

async fn list_answer(request: &HttpRequest, holder: &KeyHolder, app: &Data<App>) -> Result<HttpResponse> {
    may_read(holder)?;
    let mut params = Params::of(request);
    let page = params.page(100);
    let selection = selection(&mut params, holder.project)?;
    let (rows, total) = if selection.rest.is_empty() {
        page::of(app, &selection, page, move |conn, scan, finding| {
            reads::observation_page(conn, scan, finding, page.offset(), page.limit)
        })
        .await?
    } else {
        sieve(app, holder.project, &selection, page).await?
    };
    let tail = format!("],\"meta\":{}}}", page::meta(page, total));
    let wanted = Pieces { image: true, bodies: true, sent: true };
    let (app, holder) = (app.clone(), holder.clone());
    let load = move |rows| {
        let (app, holder) = (app.clone(), holder.clone());
        async move { observation_views(&app, &holder, rows).await }
    };
    stream::answer("{\"data\":[".to_owned(), load::batches(rows, wanted)?, tail, load).await
}

/// What a list of observations, of either version, is asked for.
pub fn selection(params: &mut Params, project: ProjectKey) -> Result<Selection> {
    let given = conditions(params);
    let sent = match params.filter().map(|text| filter::read(text, Entity::Observations)) {
        Some(read) => params.hear(read)?,
        None => Vec::new(),
    };
    params.finish()?;
    Ok(filter::select(project, Entity::Observations, given, sent))
}

fn conditions(params: &mut Params) -> Vec<Condition> {
    let mut tests: Vec<(&str, Test)> = Vec::new();
    for name in ["name", "userId", "sessionId", "traceId", "version"] {
        tests.extend(params.text(name).map(|value| (name, Test::Text(TextTest::Equals, value))));
    }
    if let Some(kind) = params.text("type") {
        tests.push(("type", Test::Text(TextTest::Equals, kind.to_ascii_uppercase())));
    }
    let level = params.word("level", &["DEBUG", "DEFAULT", "WARNING", "ERROR"]);
    tests.extend(level.map(|level| ("level", Test::Text(TextTest::Equals, level))));
    // An empty parent asks for those without one.
    tests.extend(params.given("parentObservationId").map(|parent| {
        let none = parent.is_empty();
        let test = if none { Test::Null(true) } else { Test::Text(TextTest::Equals, parent) };
        ("parentObservationId", test)
    }));
    tests.extend(params.flag("isRootObservation").map(|yes| ("isRootObservation", Test::Is(yes))));
    let from = params.time("fromStartTime").map(|at| Test::Time(">=", at));
    let to = params.time("toStartTime").map(|at| Test::Time("<", at));
    tests.extend([from, to].into_iter().flatten().map(|test| ("startTime", test)));
    let environments = params.list("environment");
    tests.extend((!environments.is_empty()).then_some(("environment", Test::AnyOf(environments))));
    let of = Entity::Observations;
    tests.into_iter().filter_map(|(name, test)| Condition::named(of, name, test)).collect()
}

/// Observations of a page that pass what only reading can test, and how many pass.
pub async fn sieve(
    app: &App,
    project: ProjectKey,
    selection: &Selection,
    page: Page,
) -> Result<(Vec<ObservationFull>, i64)> {
    let mut sieve = Sieve::new(page, EXAMINED);
    loop {
        let (scan, offset, is_narrow) = (selection.scan.clone(), sieve.offset(), selection.is_narrow);
        let read = move |conn: &mut AnyConnection| {
            let finding = page::finding(conn, &scan, is_narrow)?;
            reads::observation_page(conn, &scan, finding, offset, STEP)
        };
        let rows = app.db.read(read).await?;
        let found = rows.len();
        for row in passing(app, project, rows, &selection.rest).await? {
            sieve.keep(row);
        }
        if i64::try_from(found).is_ok_and(|found| found < STEP) {
            return Ok((sieve.kept, sieve.passed));
        }
        sieve.examined(found, &selection.rest)?;
    }
}

/// Those of the rows whose pieces pass.
pub async fn passing(
    app: &App,
    project: ProjectKey,
    rows: Vec<ObservationFull>,
    rest: &[Condition],
) -> Result<Vec<ObservationFull>> {
    if rest.is_empty() {
        return Ok(rows);
    }
    let bodies = rest.iter().any(|condition| matches!(condition.field.name, "input" | "output"));
    let sent = rest.iter().any(|condition| condition.field.value == Value::Metadata);
    let wanted = Pieces { image: true, bodies, sent };
    let mut passed = Vec::new();
    for batch in load::batches(rows, wanted)? {
        let items = load::observations(app, project, batch, wanted).await?;
        let items = items.into_iter().filter(|item| rest.iter().all(|condition| passes(condition, item)));
        passed.extend(items.map(|item| item.full));
    }
    Ok(passed)
}

fn passes(condition: &Condition, item: &Item) -> bool {
    let text = |body: &Option<load::Body>| body.as_ref().map(|body| text_of(&body.bytes, body.form));
    match condition.field.name {
        "input" => condition.holds_text(text(&item.input).as_deref()),
        "output" => condition.holds_text(text(&item.output).as_deref()),
        "promptName" => condition.holds_text(item.shown.prompt_name.as_deref()),
        "promptVersion" => {
            condition.holds_text(item.shown.prompt_version.map(|version| version.to_string()).as_deref())
        }
        _ => holds(condition, &item.all_metadata()),
    }
}

async fn show_answer(holder: &KeyHolder, app: &Data<App>, id: String) -> Result<HttpResponse> {
    may_read(holder)?;
    let clause = Sql::new("observations.project = ").whole(holder.project.0);
    let clause = clause.sql(" AND observations.observation_id = ").text(&id);
    let scan = Scan::new(Entity::Observations, holder.project, clause);
    let rows = app.db.read(move |conn| reads::observation_page(conn, &scan, Finding::ThenSort, 0, 1)).await?;
    if rows.is_empty() {
        return Err(Error::not_found(format!("Observation {id} within authorized project")));
    }
    let (owned, holder) = (app.clone(), holder.clone());
    let load = move |rows| {
        let (app, holder) = (owned.clone(), holder.clone());
        async move { observation_views(&app, &holder, rows).await }
    };
    stream::answer(String::new(), [rows].into(), String::new(), load).await
}
