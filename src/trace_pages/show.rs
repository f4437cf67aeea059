//! GET /traces/{id}: one trace, its tree and waterfall, and one chosen observation with its bodies.
//!
//! The tree's columns are read for every span, bodies for the chosen one alone. `/tree` and `/chosen` answer with parts
//! of the same template: rows under one span, and the panel of one observation.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::fields::{Entity, Field};
use crate::foundation::address::part;
use crate::foundation::money::NanoDollars;
use crate::foundation::{Error, Timestamp};
use crate::state::App;
use crate::trace_pages::erased::missing;
use crate::traces::reads::{self, ObservationRow, ScoreRow, SpanRow, TraceRow};
use crate::web::format::{self, Time, shown};
use crate::web::page::show as answer;
use crate::web::{Form, Principal, Shell, WebResult};
use masking::Finding;
use trace_model::{Level, ObservationKind, TokenCounts};

use super::about::{self, About, AboutView};
use super::aside::{self, Aside};
use super::chosen::{Chosen, Details, Shown, details};
use super::own::{self, OwnShown};
use super::pairs::short_name;
use super::parts::{Counter, counters, models};
use super::query::TraceQuery;
use super::revisions::{PinnedView, RevisionView};
use super::rows::{Row, Tree, branch, default_choice, tree};
use super::unknown::PlaceView;
use super::uses::{OrderChoice, TraceClaim, TraceLink};

/// Findings shown of one trace.
const MOST_FINDINGS: usize = 50;
/// Links to orders shown of one trace.
const MOST_LINKS: usize = 100;
/// Links to orders that stand in the head.
const MOST_HEAD_LINKS: usize = 8;

#[derive(Template)]
#[template(path = "traces/show.html")]
pub(super) struct ShowPage {
    shell: Shell,
    facts: Facts,
    tree: Tree,
    query: TraceQuery,
    kinds: Vec<KindChoice>,
    links: Vec<TraceLink>,
    unknown: Vec<PlaceView>,
    rows: Vec<Row>,
    about: AboutView,
    panel: Panel,
}

/// Only the rows.
#[derive(Template)]
#[template(path = "traces/_rows.html")]
struct RowsPart {
    rows: Vec<Row>,
}

/// Only the panel of one observation.
#[derive(Template)]
#[template(path = "traces/show.html", block = "chosen")]
struct ChosenPart {
    panel: Panel,
}

/// Everything beside the tree.
pub(super) struct Panel {
    trace: String,
    chosen: Option<Chosen>,
    scores: Vec<ScoreView>,
    /// Scores that are not shown.
    more_scores: i64,
    findings: Vec<Finding>,
    /// Findings that are not shown.
    more_findings: usize,
    links: Vec<TraceLink>,
    /// Links that are not shown.
    more_links: usize,
    orders: Vec<OrderChoice>,
    claims: Vec<TraceClaim>,
    revisions: Vec<RevisionView>,
    pinned: Vec<PinnedView>,
    may_link: bool,
    may_state: bool,
    now: Timestamp,
}

/// A kind offered by the filter.
struct KindChoice {
    word: &'static str,
    value: &'static str,
    is_chosen: bool,
}

/// What is said of the trace as a whole.
pub(super) struct Facts {
    id: String,
    name: String,
    when: Time,
    duration: String,
    tokens: String,
    /// Of how many calls nobody knows them.
    silent: Option<String>,
    counters: Vec<Counter>,
    cost: Option<String>,
    errors: i64,
    warnings: i64,
    named: Vec<NamedFact>,
    models: String,
}

/// A field of the trace, and where to go on from it; no address for none.
struct NamedFact {
    label: &'static str,
    value: String,
    href: String,
}

impl Facts {
    /// Whether the bars stand on a scale.
    fn is_timed(&self) -> bool {
        self.duration != "–"
    }
}

/// A score as shown.
pub struct ScoreView {
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
    pub(super) spans: Vec<SpanRow>,
    pub(super) counts: TokenCounts,
    /// Calls of a model that say nothing of tokens.
    pub(super) silent: i64,
    /// Whether none says anything of tokens.
    pub(super) lacks_usage: bool,
    pub(super) chosen: Option<ObservationRow>,
    pub(super) aside: Aside,
    pub(super) about: About,
}

/// GET /traces/{id}
pub(super) async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    trace_id: Path<String>,
) -> WebResult {
    let query = TraceQuery::read(&Form::parse(request.query_string().as_bytes())?);
    let (project, id, wanted) = (who.project, trace_id.clone(), query.observation.clone());
    let (asker, now) = (who.0.clone(), app.now());
    let loaded = app.db.read(move |conn| {
        let Some(trace) = reads::trace(conn, project, &id)? else { return Ok(None) };
        let spans = reads::spans(conn, project, &id)?;
        let choice = || {
            default_choice(&spans, trace.root_observation_id.as_deref()).map(|row| row.observation_id.clone())
        };
        let chosen = match wanted.clone().or_else(choice) {
            Some(observation) => reads::observation(conn, project, &id, &observation)?,
            None => None,
        };
        if wanted.is_some() && chosen.is_none() {
            return Err(Error::not_found("this observation of the trace"));
        }
        let counts = reads::token_sums(conn, project, &id)?;
        let silent = reads::silent_calls(conn, project, &id)?;
        let lacks_usage = !reads::without_usage(conn, project, [&trace])?.is_empty();
        let aside = aside::read(conn, &asker, &id, chosen.as_ref(), now)?;
        let about = about::read_in(conn, project, &id)?;
        Ok(Some(Loaded { trace, spans, counts, silent, lacks_usage, chosen, aside, about }))
    });
    let Some(mut loaded) = loaded.await? else {
        return missing(&request, &app, project, &trace_id).await;
    };
    loaded.about.own = own::read(&app, project, &trace_id).await?;
    let details = match &loaded.chosen {
        Some(row) => details(&app, project, row).await?,
        None => Details::default(),
    };
    let title = loaded.trace.name.as_deref().map_or_else(|| "Trace".to_owned(), short_name);
    let shell = Shell::of(&request, title, "traces");
    answer(&page(shell, loaded, query, &details, now))
}

/// GET /traces/{id}/tree?under=ID&start=N: the rows under one span, for scripts.
pub(super) async fn rows_under(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    trace_id: Path<String>,
) -> WebResult {
    let form = Form::parse(request.query_string().as_bytes())?;
    let query = TraceQuery::read(&form);
    let (project, id) = (who.project, trace_id.into_inner());
    let start = form.optional("start").map_or(Ok(0), str::parse);
    let start = start.map_err(|_| Error::invalid("start", "write a number of siblings, such as 200"))?;
    let trace = id.clone();
    let spans = app.db.read(move |conn| {
        if !reads::exists_trace(conn, project, &id)? {
            return Err(Error::not_found("this trace"));
        }
        reads::spans(conn, project, &id)
    });
    let spans = spans.await?;
    let rows = rows_html(&trace, &spans, &query, form.raw("under"), start);
    let html = rows.ok_or_else(|| Error::not_found("this observation of the trace"))?;
    Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(html))
}

pub(super) fn rows_html(
    trace: &str,
    spans: &[SpanRow],
    query: &TraceQuery,
    under: &str,
    start: usize,
) -> Option<String> {
    RowsPart { rows: branch(trace, spans, query, under, start)? }.render().ok()
}

/// GET /traces/{id}/chosen?observation=ID: the panel of one observation, for scripts.
pub(super) async fn chosen_part(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    trace_id: Path<String>,
) -> WebResult {
    let form = Form::parse(request.query_string().as_bytes())?;
    let query = TraceQuery::read(&form);
    let wanted = form.required("observation", "name the observation to show")?.to_owned();
    let (project, id, now) = (who.project, trace_id.into_inner(), app.now());
    let asker = who.0.clone();
    let found = app.db.read(move |conn| {
        let row = reads::observation(conn, project, &id, &wanted)?;
        let row = row.ok_or_else(|| Error::not_found("this observation of the trace"))?;
        let aside = aside::read(conn, &asker, &id, Some(&row), now)?;
        Ok((row, aside))
    });
    let (row, aside) = found.await?;
    let details = details(&app, project, &row).await?;
    let trace = row.trace_id.clone();
    answer(&ChosenPart { panel: panel(trace, Some(&row), &details, aside, &query, now) })
}

pub(super) fn page(
    shell: Shell,
    loaded: Loaded,
    query: TraceQuery,
    details: &Details,
    now: Timestamp,
) -> ShowPage {
    let facts = facts(&loaded, now);
    let chosen = loaded.chosen.as_ref();
    // What nobody chose is shown, but the tree need not open for it.
    let id = chosen.map(|row| row.observation_id.as_str());
    let mut tree = tree(&facts.id, &loaded.spans, &query, id);
    let links = loaded.aside.links.iter().take(MOST_HEAD_LINKS).cloned().collect();
    ShowPage {
        shell,
        rows: std::mem::take(&mut tree.rows),
        tree,
        kinds: kinds(query.filter.kind),
        unknown: loaded.aside.unknown.iter().map(|place| PlaceView::of(place.clone(), now)).collect(),
        about: AboutView::of(&loaded.about, &loaded.trace.tag_list()),
        links,
        panel: panel(facts.id.clone(), chosen, details, loaded.aside, &query, now),
        facts,
        query,
    }
}

fn panel(
    trace: String,
    row: Option<&ObservationRow>,
    details: &Details,
    aside: Aside,
    query: &TraceQuery,
    now: Timestamp,
) -> Panel {
    Panel {
        trace,
        chosen: row.map(|row| Chosen::of(row, details, query)),
        scores: aside.scores.iter().map(score).collect(),
        more_scores: aside.scores_total - i64::try_from(aside.scores.len()).unwrap_or_default(),
        more_findings: aside.findings.len().saturating_sub(MOST_FINDINGS),
        findings: aside.findings.into_iter().take(MOST_FINDINGS).collect(),
        more_links: aside.links.len().saturating_sub(MOST_LINKS),
        links: aside.links.into_iter().take(MOST_LINKS).collect(),
        orders: aside.orders,
        claims: aside.claims,
        revisions: aside.revisions,
        pinned: aside.pinned,
        may_link: aside.may_link,
        may_state: aside.may_state,
        now,
    }
}

fn kinds(chosen: Option<ObservationKind>) -> Vec<KindChoice> {
    ObservationKind::ALL
        .into_iter()
        .map(|kind| KindChoice {
            word: super::parts::KindBadge::of(kind).word,
            value: kind.as_str(),
            is_chosen: chosen == Some(kind),
        })
        .collect()
}

fn facts(loaded: &Loaded, now: Timestamp) -> Facts {
    let row = &loaded.trace;
    Facts {
        id: row.trace_id.clone(),
        name: short_name(row.name.as_deref().unwrap_or_default()),
        when: Time::new(row.start_at, now),
        // Without an end there is no duration, though start and end are the same moment then.
        duration: if row.duration() == 0 { "–".to_owned() } else { format::duration(row.duration()) },
        tokens: format::known((!loaded.lacks_usage).then_some(row.total_tokens)),
        silent: silent(loaded.silent),
        counters: counters(&loaded.counts),
        cost: (row.cost_nanos != 0).then(|| NanoDollars(row.cost_nanos).to_string()),
        errors: row.error_count,
        warnings: row.warning_count,
        named: named_facts(row),
        models: models(&row.models),
    }
}

fn silent(calls: i64) -> Option<String> {
    match calls {
        ..=0 => None,
        1 => Some("1 call without counts".to_owned()),
        more => Some(format!("{} calls without counts", format::number(more))),
    }
}

/// What the dictionary says of a trace, each with the list of traces that share it.
fn named_facts(row: &TraceRow) -> Vec<NamedFact> {
    let of = |field: &'static Field| {
        let value = field.of_trace(row)?;
        let pairs = field.page.map(|filter| [(filter.name, value)]);
        let query = pairs.and_then(|pairs| serde_urlencoded::to_string(pairs).ok());
        Some(NamedFact {
            label: field.label,
            value: shown(value),
            href: match field.name {
                "sessionId" => format!("/sessions/{}", part(value)),
                _ => query.map_or_else(String::new, |query| format!("/traces?{query}")),
            },
        })
    };
    Entity::Traces.fields().iter().filter_map(of).collect()
}

/// A score for showing.
pub(super) fn score(row: &ScoreRow) -> ScoreView {
    let value = serde_json::from_str::<String>(&row.value).unwrap_or_else(|_| row.value.clone());
    ScoreView {
        name: shown(&row.name),
        value: shown(&value),
        comment: row.comment.as_deref().map(shown),
        observation: row.observation_id.clone(),
        author: shown(&row.author),
        at: row.at,
    }
}
