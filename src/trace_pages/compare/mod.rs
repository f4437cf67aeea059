//! Two traces side by side: figures, steps, and the words of one pair of steps.
//!
//! GET /traces/{id}/compare offers what a trace may be compared with; GET /traces/{a}/diff/{b} compares.

mod align;
mod figures;
mod words;

use std::collections::HashSet;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;

use crate::bodies;
use crate::foundation::address::part;
use crate::foundation::{Error, FieldErrors, ProjectKey, Result, Timestamp};
use crate::state::App;
use crate::traces::reads::{self, ObservationRow, SpanRow, TraceRow};
use crate::web::format::{self, Time, shown};
use crate::web::page::{show, show_with};
use crate::web::{Form, Principal, Shell, WebResult, see_other};
use trace_model::Level;
use wire::messages;

use super::parts::KindBadge;
use super::preview::{Preview, previews};
use super::rows::{kind_of, level_of};
use align::{Pair, align};
use figures::{Figure, figures};
use words::{Change, Difference, difference};

/// Rows shown at once.
const MOST_ROWS: usize = 400;
/// Traces offered.
const OFFERED: i64 = 30;
/// Characters of each text that are compared.
const MOST_COMPARED: usize = 200_000;

#[derive(Template)]
#[template(path = "traces/compare.html")]
struct PickPage {
    shell: Shell,
    trace: TraceRow,
    name: String,
    others: Vec<Offer>,
    /// The id that was typed.
    with: String,
    errors: FieldErrors,
}

/// A trace offered for comparison.
struct Offer {
    name: String,
    why: &'static str,
    when: Time,
    took: String,
    tokens: String,
    preview: Preview,
    href: String,
}

#[derive(Template)]
#[template(path = "traces/diff.html")]
pub(super) struct DiffPage {
    shell: Shell,
    a: Side,
    b: Side,
    figures: Vec<Figure>,
    steps: Vec<StepPair>,
    left_out: usize,
    only_changes: bool,
    counts: [usize; 4],
    base: String,
    pair: Option<PairBox>,
}

/// One of the two traces.
struct Side {
    id: String,
    name: String,
    when: Time,
}

/// One pair of steps.
struct StepPair {
    word: &'static str,
    tone: &'static str,
    name: String,
    kind: KindBadge,
    indent: usize,
    took_a: String,
    took_b: String,
    note: String,
    href: String,
    chosen: bool,
}

impl StepPair {
    /// The sign of a difference; empty for steps that are the same.
    fn sign(&self) -> &'static str {
        match self.word {
            "added" => "+",
            "removed" => "−",
            "changed" => "≠",
            _ => "",
        }
    }
}

/// The words of the chosen pair.
struct PairBox {
    name: String,
    a_href: Option<String>,
    b_href: Option<String>,
    fields: Vec<FieldDifference>,
}

struct FieldDifference {
    title: &'static str,
    is_same: bool,
    is_cut: bool,
    difference: Difference,
}

/// What is read before any page is made.
struct Loaded {
    a: TraceRow,
    b: TraceRow,
    left: Vec<SpanRow>,
    right: Vec<SpanRow>,
    /// Those of which nobody said how many tokens they took.
    lack_usage: HashSet<String>,
}

/// GET /traces/{id}/compare: with `with=ID` goes on to the comparison.
pub(super) async fn pick(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    id: Path<String>,
) -> WebResult {
    let query = Form::parse(request.query_string().as_bytes())?;
    let (project, id) = (who.project, id.into_inner());
    let with = query.text("with").to_owned();
    let (other, first) = (with.clone(), id.clone());
    let (trace, others, mut previews, is_known) = app
        .db
        .read(move |conn| {
            let trace = reads::trace(conn, project, &id)?.ok_or_else(|| Error::not_found("this trace"))?;
            let is_known = !other.is_empty() && reads::exists_trace(conn, project, &other)?;
            let others = reads::alike(conn, project, &trace, OFFERED)?;
            let previews = previews(conn, project, &others)?;
            Ok((trace, others, previews, is_known))
        })
        .await?;
    if is_known {
        return Ok(see_other(format!("/traces/{}/diff/{}", part(&first), part(&with))));
    }
    let mut errors = FieldErrors::default();
    let mut status = StatusCode::OK;
    if !with.is_empty() {
        errors.add("with", "no trace of this project has this id");
        status = StatusCode::NOT_FOUND;
    }
    let name = shown(trace.name.as_deref().unwrap_or_default());
    let now = app.now();
    let mut offered = |other: &TraceRow| {
        let preview = previews.remove(&other.trace_id).unwrap_or_default();
        offer(&trace, other, preview, now)
    };
    let others = others.iter().map(&mut offered).collect();
    let shell = Shell::of(&request, "Compare traces", "traces");
    show_with(status, &PickPage { shell, trace, name, others, with, errors })
}

fn offer(trace: &TraceRow, other: &TraceRow, preview: Preview, now: Timestamp) -> Offer {
    let same_session = trace.session_id.is_some() && trace.session_id == other.session_id;
    Offer {
        name: shown(other.name.as_deref().unwrap_or_default()),
        why: if same_session { "same session" } else { "same name" },
        when: Time::new(other.start_at, now),
        took: format::duration(other.duration()),
        tokens: preview.tokens(other.total_tokens),
        preview,
        href: format!("/traces/{}/diff/{}", part(&trace.trace_id), part(&other.trace_id)),
    }
}

/// GET /traces/{a}/diff/{b}
pub(super) async fn compare(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    ids: Path<(String, String)>,
) -> WebResult {
    let query = Form::parse(request.query_string().as_bytes())?;
    let project = who.project;
    let (a, b) = ids.into_inner();
    let loaded = app
        .db
        .read(move |conn| {
            let mut trace = |id: &str, what: &str| {
                let row =
                    reads::trace(conn, project, id)?.ok_or_else(|| Error::not_found(what.to_owned()))?;
                Ok::<_, Error>((row, reads::spans(conn, project, id)?))
            };
            let (a, left) = trace(&a, "the first trace")?;
            let (b, right) = trace(&b, "the second trace")?;
            let lack_usage = reads::without_usage(conn, project, [&a, &b])?;
            Ok(Loaded { a, b, left, right, lack_usage })
        })
        .await?;
    let pairs = align(&loaded.left, &loaded.right);
    let chosen = chosen_pair(&loaded, &pairs, query.raw("a"), query.raw("b"));
    let pair = match chosen {
        Some(pair) => Some(pair_box(&app, project, &loaded, pair).await?),
        None => None,
    };
    let shell = Shell::of(&request, "Two traces compared", "traces");
    show(&page(shell, &loaded, &pairs, chosen, pair, query.text("only") == "changes", app.now()))
}

/// The pair asked for, else the first that changed, else the first model call in both.
fn chosen_pair(loaded: &Loaded, pairs: &[Pair], a: &str, b: &str) -> Option<Pair> {
    let id = |spans: &[SpanRow], at: Option<usize>| {
        at.and_then(|at| spans.get(at)).map(|span| span.observation_id.clone())
    };
    let ids = |pair: &&Pair| {
        (id(&loaded.left, pair.a).unwrap_or_default(), id(&loaded.right, pair.b).unwrap_or_default())
    };
    if !a.is_empty() || !b.is_empty() {
        return pairs.iter().find(|pair| ids(pair) == (a.to_owned(), b.to_owned())).copied();
    }
    let is_call = |pair: &&Pair| {
        pair.b.and_then(|at| loaded.right.get(at)).is_some_and(|span| kind_of(&span.kind).calls_a_model())
            && pair.a.is_some()
    };
    let changed = pairs.iter().find(|pair| !matches!(state(loaded, pair).0, "same"));
    pairs.iter().find(is_call).or(changed).or_else(|| pairs.first()).copied()
}

/// How a pair stands: word, tone, what differs.
fn state(loaded: &Loaded, pair: &Pair) -> (&'static str, &'static str, String) {
    let of = |spans: &'_ [SpanRow], at: Option<usize>| at.and_then(|at| spans.get(at)).cloned();
    match (of(&loaded.left, pair.a), of(&loaded.right, pair.b)) {
        (Some(a), Some(b)) => {
            let mut notes = Vec::new();
            if a.model != b.model {
                let word =
                    |model: &Option<String>| model.as_deref().map_or_else(|| "no model".to_owned(), shown);
                notes.push(format!("{} → {}", word(&a.model), word(&b.model)));
            }
            if a.level != b.level {
                let word = |level: &str| {
                    if level_of(level) == Level::Default { "fine" } else { level_of(level).as_str() }
                };
                notes.push(format!("{} → {}", word(&a.level), word(&b.level)).to_lowercase());
            }
            let (word, tone) = if notes.is_empty() { ("same", "") } else { ("changed", "waiting") };
            (word, tone, notes.join(", "))
        }
        (Some(_), None) => ("removed", "bad", String::new()),
        _ => ("added", "good", String::new()),
    }
}

fn page(
    shell: Shell,
    loaded: &Loaded,
    pairs: &[Pair],
    chosen: Option<Pair>,
    pair: Option<PairBox>,
    only_changes: bool,
    now: Timestamp,
) -> DiffPage {
    let base = format!("/traces/{}/diff/{}", part(&loaded.a.trace_id), part(&loaded.b.trace_id));
    let states: Vec<_> = pairs.iter().map(|pair| state(loaded, pair)).collect();
    let counted = |word: &str| states.iter().filter(|state| state.0 == word).count();
    let wanted = || pairs.iter().zip(&states).filter(|(_, state)| !only_changes || state.0 != "same");
    let steps =
        wanted().take(MOST_ROWS).map(|(pair, state)| step(loaded, pair, state, chosen, &base, only_changes));
    DiffPage {
        shell,
        a: side(&loaded.a, now),
        b: side(&loaded.b, now),
        figures: figures(&loaded.a, &loaded.b, &loaded.lack_usage),
        steps: steps.collect(),
        left_out: wanted().count().saturating_sub(MOST_ROWS),
        only_changes,
        counts: ["same", "changed", "added", "removed"].map(counted),
        base,
        pair,
    }
}

fn side(row: &TraceRow, now: Timestamp) -> Side {
    Side {
        id: row.trace_id.clone(),
        name: shown(row.name.as_deref().unwrap_or_default()),
        when: Time::new(row.start_at, now),
    }
}

fn step(
    loaded: &Loaded,
    pair: &Pair,
    (word, tone, note): &(&'static str, &'static str, String),
    chosen: Option<Pair>,
    base: &str,
    only_changes: bool,
) -> StepPair {
    let a = pair.a.and_then(|at| loaded.left.get(at));
    let b = pair.b.and_then(|at| loaded.right.get(at));
    let either = b.or(a);
    let took =
        |span: Option<&SpanRow>| span.and_then(SpanRow::duration).map(format::duration).unwrap_or_default();
    let id = |span: Option<&SpanRow>| span.map(|span| span.observation_id.clone()).unwrap_or_default();
    let mut query = vec![("a", id(a)), ("b", id(b))];
    query.extend(only_changes.then(|| ("only", "changes".to_owned())));
    StepPair {
        word,
        tone,
        name: shown(either.and_then(|span| span.name.as_deref()).unwrap_or_default()),
        kind: KindBadge::of(kind_of(either.map_or("", |span| &span.kind))),
        indent: pair.depth.min(12),
        took_a: took(a),
        took_b: took(b),
        note: note.clone(),
        href: format!("{base}?{}", serde_urlencoded::to_string(query).unwrap_or_default()),
        chosen: chosen == Some(*pair),
    }
}

async fn pair_box(app: &App, project: ProjectKey, loaded: &Loaded, pair: Pair) -> Result<PairBox> {
    let a = pair.a.and_then(|at| loaded.left.get(at)).map(|span| (&loaded.a.trace_id, &span.observation_id));
    let b = pair.b.and_then(|at| loaded.right.get(at)).map(|span| (&loaded.b.trace_id, &span.observation_id));
    let name = pair.b.and_then(|at| loaded.right.get(at)).or_else(|| loaded.left.get(pair.a?));
    let mut fields = Vec::new();
    for (field, title) in [("input", "Input"), ("output", "Output"), ("metadata", "Metadata")] {
        let (left, right) = (text(app, project, a, field).await?, text(app, project, b, field).await?);
        if left.is_some() || right.is_some() {
            fields.push(field_difference(title, &left.unwrap_or_default(), &right.unwrap_or_default()));
        }
    }
    let facts = (facts(app, project, a).await?, facts(app, project, b).await?);
    fields.insert(0, field_difference("Facts", &facts.0, &facts.1));
    let href = |of: Option<(&String, &String)>| {
        of.map(|(trace, id)| {
            let query = serde_urlencoded::to_string([("observation", id)]).unwrap_or_default();
            format!("/traces/{}?{query}", part(trace))
        })
    };
    let name = shown(name.and_then(|span| span.name.as_deref()).unwrap_or_default());
    Ok(PairBox { name, a_href: href(a), b_href: href(b), fields })
}

fn field_difference(title: &'static str, a: &str, b: &str) -> FieldDifference {
    let cut = |text: &str| {
        shown(
            text.char_indices()
                .nth(MOST_COMPARED)
                .map_or(text, |(end, _)| text.get(..end).unwrap_or_default()),
        )
    };
    let (left, right) = (cut(a), cut(b));
    let is_cut = left.len() < a.len() || right.len() < b.len();
    FieldDifference { title, is_same: a == b, is_cut, difference: difference(&left, &right) }
}

/// A body as people read it: who says what, else the text or indented JSON.
async fn text(
    app: &App,
    project: ProjectKey,
    of: Option<(&String, &String)>,
    field: &str,
) -> Result<Option<String>> {
    let Some((trace, id)) = of else { return Ok(None) };
    let body = bodies::body_or_gone(app, project, trace, id, None, field).await?;
    Ok(body.map(|body| match body {
        Ok(body) => spoken(&messages::read_as(&body.bytes, body.form)),
        Err(gone) => format!("(this body, sha256:{}, {})", gone.digest, gone.why.words()),
    }))
}

fn spoken(reading: &messages::Reading) -> String {
    let mut text = String::new();
    for message in &reading.messages {
        if !message.role.is_empty() {
            text.push_str(&format!("{}:\n", message.role));
        }
        for part in &message.parts {
            let words = match part {
                messages::Part::Other(value) => serde_json::to_string_pretty(value).unwrap_or_default(),
                messages::Part::Image(media) | messages::Part::Audio(media) | messages::Part::File(media) => {
                    format!("({} {})", media.mime, media.name)
                }
                other => other.text(),
            };
            text.push_str(&words);
            text.push('\n');
        }
    }
    text
}

/// What is said of an observation besides its bodies, one thing a line.
async fn facts(app: &App, project: ProjectKey, of: Option<(&String, &String)>) -> Result<String> {
    let Some((trace, id)) = of else { return Ok(String::new()) };
    let (trace, id) = (trace.clone(), id.clone());
    let row = app.db.read(move |conn| reads::observation(conn, project, &trace, &id)).await?;
    Ok(row.as_ref().map(fact_lines).unwrap_or_default())
}

fn fact_lines(row: &ObservationRow) -> String {
    let is_counted = row.usage_convention.is_some();
    let lines = [
        ("model", row.model.clone()),
        ("level", Some(row.level.clone())),
        ("status", row.status_message.clone()),
        ("took", row.duration().map(format::duration)),
        ("tokens in", is_counted.then(|| row.input_tokens().to_string())),
        ("tokens out", is_counted.then(|| row.all_output_tokens().to_string())),
        ("cost", row.cost_nanos.map(|nanos| foundation::money::NanoDollars(nanos).to_string())),
        ("version", row.version.clone()),
    ];
    lines.into_iter().filter_map(|(word, value)| Some(format!("{word}: {}\n", value?))).collect()
}
