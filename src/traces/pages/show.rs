//! GET /traces/{id}: one trace, its tree and waterfall, and one chosen observation with its bodies.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};
use askama::Template;

use crate::foundation::money::NanoDollars;
use crate::foundation::{Error, ProjectKey, Result, Timestamp};
use crate::state::App;
use crate::traces::bodies;
use crate::traces::model::TokenCounts;
use crate::traces::privacy::pages::erased::missing;
use crate::traces::reads::{self, ObservationRow, ScoreRow, TraceRow};
use crate::web::format::{self, shown};
use crate::web::page::show as answer;
use crate::web::{Form, Principal, Shell, WebResult};

use super::chosen::{Chosen, Details};
use super::hooks::TraceLink;
use super::hooks_of;
use super::parts::{Counter, counters};
use super::rows::{Asked, Row, default_choice, rows};

#[derive(Template)]
#[template(path = "traces/show.html")]
pub(super) struct ShowPage {
    shell: Shell,
    facts: Facts,
    rows: Vec<Row>,
    /// How many spans the tree has in all.
    total: usize,
    total_shown: String,
    chosen: Option<Chosen>,
    scores: Vec<ScoreLine>,
    links: Vec<TraceLink>,
    can_link: bool,
    now: Timestamp,
}

/// What is said of the trace as a whole.
pub(super) struct Facts {
    id: String,
    name: String,
    at: Timestamp,
    when: String,
    duration: String,
    tokens: String,
    counters: Vec<Counter>,
    cost: Option<String>,
    errors: i64,
    warnings: i64,
    user: Option<String>,
    session: Option<String>,
    environment: Option<String>,
    tenant: Option<String>,
    program: Option<String>,
    tags: Vec<String>,
    models: String,
}

/// A score as shown.
struct ScoreLine {
    name: String,
    value: String,
    comment: Option<String>,
    observation: Option<String>,
    author: String,
    at: Timestamp,
}

/// Everything read for one page, before the bodies.
pub(super) struct Loaded {
    pub(super) trace: TraceRow,
    pub(super) spans: Vec<ObservationRow>,
    pub(super) scores: Vec<ScoreRow>,
    pub(super) links: Vec<TraceLink>,
}

/// GET /traces/{id}
pub(super) async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    trace_id: Path<String>,
) -> WebResult {
    let asked = Asked::read(&Form::parse(request.query_string().as_bytes())?);
    let hooks = hooks_of(&request);
    let project = who.project;
    let id = trace_id.clone();
    let loaded = app.db.read(move |conn| {
        let Some(trace) = reads::trace(conn, project, &id)? else { return Ok(None) };
        let spans = reads::observations(conn, project, &id)?;
        let scores = reads::scores_of(conn, project, &id)?;
        let links = hooks.links(conn, project, &id)?;
        Ok(Some(Loaded { trace, spans, scores, links }))
    });
    let Some(loaded) = loaded.await? else {
        return missing(&request, &app, project, &trace_id).await;
    };
    let details = match chosen_row(&loaded, &asked)? {
        Some(row) => details(&app, project, row).await?,
        None => Details::default(),
    };
    let title = loaded.trace.name.as_deref().map_or_else(|| "Trace".to_owned(), shown);
    let shell = Shell::of(&request, title, "traces");
    answer(&page(shell, &loaded, &asked, &details, hooks.links_of.is_some(), app.now())?)
}

/// The observation asked for, or the first error, or the top; a trace may have none at all.
pub(super) fn chosen_row<'a>(loaded: &'a Loaded, asked: &Asked) -> Result<Option<&'a ObservationRow>> {
    let Some(id) = &asked.observation else {
        return Ok(default_choice(&loaded.spans, loaded.trace.root_observation_id.as_deref()));
    };
    let found = loaded.spans.iter().find(|row| row.observation_id == *id);
    found.map(Some).ok_or_else(|| Error::not_found("this observation of the trace"))
}

async fn details(app: &App, project: ProjectKey, row: &ObservationRow) -> Result<Details> {
    let (trace, id) = (row.trace_id.as_str(), row.observation_id.as_str());
    let mut details = Details::default();
    for field in ["input", "output", "metadata"] {
        let body = bodies::current_body(app, project, trace, id, field).await?;
        details.bodies.extend(body.map(|body| (field, body)));
    }
    if let Some(revision) = row.digest() {
        let (trace, id) = (trace.to_owned(), id.to_owned());
        let image = app.db.read(move |conn| reads::image(conn, project, &trace, &id, revision)).await?;
        details.image = image.unwrap_or_default();
    }
    Ok(details)
}

pub(super) fn page(
    shell: Shell,
    loaded: &Loaded,
    asked: &Asked,
    details: &Details,
    can_link: bool,
    now: Timestamp,
) -> Result<ShowPage> {
    let chosen = chosen_row(loaded, asked)?;
    let chosen_id = chosen.map(|row| row.observation_id.as_str());
    Ok(ShowPage {
        shell,
        facts: facts(loaded, now),
        rows: rows(&loaded.spans, chosen_id, asked.all),
        total: loaded.spans.len(),
        total_shown: format::number(i64::try_from(loaded.spans.len()).unwrap_or(i64::MAX)),
        chosen: chosen.map(|row| Chosen::of(row, details)),
        scores: loaded.scores.iter().map(score).collect(),
        links: loaded.links.clone(),
        can_link,
        now,
    })
}

fn facts(loaded: &Loaded, now: Timestamp) -> Facts {
    let row = &loaded.trace;
    let text = |text: &Option<String>| text.as_deref().filter(|text| !text.is_empty()).map(shown);
    let program: Vec<String> = [text(&row.release), text(&row.version)].into_iter().flatten().collect();
    Facts {
        id: row.trace_id.clone(),
        name: shown(row.name.as_deref().unwrap_or_default()),
        at: row.start_at,
        when: format::moment(row.start_at, now),
        duration: format::duration(row.duration()),
        tokens: format::number(row.total_tokens),
        counters: counters(&tokens(&loaded.spans)),
        cost: (row.cost_nanos != 0).then(|| NanoDollars(row.cost_nanos).to_string()),
        errors: row.error_count,
        warnings: row.warning_count,
        user: text(&row.user_id),
        session: text(&row.session_id),
        environment: text(&row.environment),
        tenant: text(&row.tenant),
        program: (!program.is_empty()).then(|| program.join(", ")),
        tags: row.tag_list().iter().map(|tag| shown(tag)).collect(),
        models: shown(&row.models),
    }
}

/// The five counters of the whole trace; a call that two instrumentations saw counts once.
fn tokens(spans: &[ObservationRow]) -> TokenCounts {
    spans.iter().filter(|row| row.counted).fold(TokenCounts::default(), |sum, row| TokenCounts {
        uncached_input: sum.uncached_input.saturating_add(row.uncached_input),
        cached_read: sum.cached_read.saturating_add(row.cached_read),
        cache_write: sum.cache_write.saturating_add(row.cache_write),
        output: sum.output.saturating_add(row.output_tokens),
        reasoning: sum.reasoning.saturating_add(row.reasoning),
    })
}

fn score(row: &ScoreRow) -> ScoreLine {
    let value = serde_json::from_str::<String>(&row.value).unwrap_or_else(|_| row.value.clone());
    ScoreLine {
        name: shown(&row.name),
        value: shown(&value),
        comment: row.comment.as_deref().map(shown),
        observation: row.observation_id.clone(),
        author: shown(&row.author),
        at: row.at,
    }
}
