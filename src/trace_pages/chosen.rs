//! The chosen observation, as shown beside the tree.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::bodies::{self, CurrentBody, Gone};
use crate::fields::Entity;
use crate::foundation::money::NanoDollars;
use crate::foundation::{Digest, ProjectKey, Result, Timestamp};
use crate::state::App;
use crate::traces::reads::{self, ObservationRow, ScoreRow};
use crate::web::format::{self, shown};
use trace_model::JsonMap;
use wire::sent::Sent;

use super::everything::{self, Everything};
use super::files;
use super::json::{Folded, folded};
use super::messages::{self, Conversation, MOST_OF_BODY, Shown as File};
use super::missing::{self, MissingFiles};
use super::pairs::short_name;
use super::parts::{Counter, KindBadge, five, level_chip};
use super::query::{TraceQuery, View};
use super::rows::{kind_of, level_of};
use super::scored;
use super::show::{ScoreView, score};

/// Bytes of the exact text that stands folded under the messages; longer ones have a view of their own.
const MOST_EXACT: usize = 32 << 10;
/// Bytes of the status message; the stored version has all of it.
const MOST_STATUS: usize = 20_000;
/// Scores shown of one observation.
const MOST_SCORES: i64 = 50;
/// Bytes shown when the whole body is asked for.
pub(super) const MOST_WHOLE: usize = 4 << 20;

/// What is loaded for the chosen observation alone.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// Its bodies by field.
    pub bodies: Vec<(&'static str, CurrentBody)>,
    /// The image of its revision.
    pub image: Vec<u8>,
    /// The price row its cost was reckoned with.
    pub price: Option<String>,
    pub scores: Vec<ScoreRow>,
    /// Files that its bodies speak of and that are not here.
    pub(super) missing: MissingFiles,
    /// Bodies that are known and cannot be read.
    pub(super) gone: Vec<(&'static str, Gone)>,
    /// What its arrivals say beside.
    pub(super) sent: Sent,
    /// Traces that its links name and that are here.
    pub(super) linked_here: BTreeSet<String>,
}

/// The chosen observation.
pub struct Chosen {
    pub(super) id: String,
    pub(super) trace_id: String,
    pub(super) name: String,
    pub(super) kind: KindBadge,
    pub(super) level: Option<(&'static str, &'static str)>,
    pub(super) status: Option<String>,
    pub(super) start: Option<Timestamp>,
    pub(super) end: Option<Timestamp>,
    pub(super) took: Option<String>,
    pub(super) first_token: Option<String>,
    pub(super) tokens: String,
    pub(super) counters: Vec<Counter>,
    /// The total that was sent, where the counters do not come to it.
    pub(super) disagreement: Option<String>,
    pub(super) counted: bool,
    pub(super) convention: Option<&'static str>,
    pub(super) cost: Option<String>,
    pub(super) cost_source: Option<String>,
    pub(super) about: Vec<(&'static str, String)>,
    pub(super) parameters: Option<String>,
    pub(super) sent: Vec<(&'static str, String)>,
    pub(super) arrivals: i64,
    pub(super) revision: Option<String>,
    pub(super) views: Vec<ViewLink>,
    pub(super) bodies: Vec<BodyBox>,
    pub(super) gone: Vec<GoneBox>,
    pub(super) exception: Option<String>,
    pub(super) everything: Everything,
    /// Files that what was sent beside the bodies speaks of.
    pub(super) files: Vec<File>,
    pub(super) scores: Vec<ScoreView>,
}

/// A way to show bodies.
pub struct ViewLink {
    pub(super) word: &'static str,
    pub(super) href: String,
    pub(super) current: bool,
}

/// One body, in the view asked for.
pub struct BodyBox {
    pub(super) field: &'static str,
    pub(super) title: &'static str,
    pub(super) shown: Shown,
    /// Files that it speaks of and that its messages do not show.
    pub(super) files: Vec<File>,
    /// The exact text, where it is short enough to stand folded below.
    pub(super) exact: Option<String>,
    pub(super) digest: String,
    pub(super) bytes: String,
    /// A name in it that nobody sent: it was derived from something else that was.
    pub(super) derived: Option<&'static str>,
    /// The page with the whole body; empty when all of it is shown.
    pub(super) whole_href: String,
}

/// A body that is known and cannot be read.
pub struct GoneBox {
    pub(super) title: &'static str,
    pub(super) digest: String,
    pub(super) bytes: String,
    pub(super) why: &'static str,
}

/// A body in one of the views.
pub enum Shown {
    Messages(Conversation),
    Json(Folded),
    Raw(String),
    /// Nothing at all was sent, in any view.
    Empty,
}

/// Loads what one observation needs.
pub(super) async fn details(app: &App, project: ProjectKey, row: &ObservationRow) -> Result<Details> {
    let (trace, id) = (row.trace_id.as_str(), row.observation_id.as_str());
    let mut details = Details::default();
    for field in ["input", "output", "metadata"] {
        match bodies::body_or_gone(app, project, trace, id, None, field).await? {
            Some(Ok(body)) => details.bodies.push((field, body)),
            Some(Err(gone)) => details.gone.push((field, gone)),
            None => {}
        }
    }
    let (trace, id, revision) = (trace.to_owned(), id.to_owned(), row.digest());
    let (mut files, now) = (missing::spoken_of(&details.bodies), app.now());
    let read = app.db.read(move |conn| {
        let sent = reads::sent(conn, project, &trace, &id)?.unwrap_or_default();
        let linked_here = everything::linked_here(conn, project, &sent)?;
        files.extend(files::ids_in(&sent));
        let missing = MissingFiles::of(conn, project, files, now)?;
        let image =
            revision.map(|revision| reads::image(conn, project, &trace, &id, revision)).transpose()?;
        let scores = reads::scores_of_observation(conn, project, &trace, &id, MOST_SCORES)?;
        let scores = scored::with_authors(conn, scores)?;
        let price = match reads::price_of(conn, project, &trace, &id)? {
            Some(price) => {
                crate::repricing::reads::named(conn, project, &[&price])?.remove(&price).or(Some(price))
            }
            None => None,
        };
        Ok((image.flatten().unwrap_or_default(), price, scores, missing, sent, linked_here))
    });
    let (image, price, scores, missing, sent, linked_here) = read.await?;
    let details = Details { image, price, scores, missing, sent, linked_here, ..details };
    Ok(details)
}

impl Chosen {
    pub(super) fn of(row: &ObservationRow, details: &Details, query: &TraceQuery) -> Self {
        let counts = row.counts();
        let image: Value = serde_json::from_slice(&details.image).unwrap_or_default();
        let first_token = row.first_token_at.zip(row.start_at);
        Self {
            id: row.observation_id.clone(),
            trace_id: row.trace_id.clone(),
            name: short_name(row.name.as_deref().unwrap_or_default()),
            kind: KindBadge::of(kind_of(&row.kind)),
            level: level_chip(level_of(&row.level)),
            status: row.status_message.as_deref().map(|text| text_of(text.as_bytes(), MOST_STATUS)),
            start: row.start_at,
            end: row.end_at,
            took: row.duration().map(format::duration),
            first_token: first_token.map(|(token, start)| format::duration(token.micros_since(start))),
            tokens: format::number(counts.total()),
            counters: five(&counts, row.known()),
            disagreement: disagreement(&image, counts.total()),
            counted: row.counted,
            convention: convention(row),
            cost: row.cost_nanos.map(|nanos| NanoDollars(nanos).to_string()),
            cost_source: cost_source(row, details),
            about: about(row),
            parameters: text_in(&image, "parameters"),
            sent: sent(&image),
            arrivals: row.arrivals,
            revision: row.digest().map(Digest::to_hex),
            views: views(row, query),
            bodies: details
                .bodies
                .iter()
                .map(|(field, body)| BodyBox {
                    derived: derived(field, body, &details.sent),
                    ..body_box(row, field, body, &details.missing, query)
                })
                .collect(),
            gone: details.gone.iter().map(|(field, gone)| gone_box(field, gone)).collect(),
            exception: exception(&image),
            everything: everything_of(row, details, query),
            files: files::of(&files::texts(&details.sent), None, &details.missing),
            scores: details.scores.iter().map(score).collect(),
        }
    }
}

fn convention(row: &ObservationRow) -> Option<&'static str> {
    match row.usage_convention.as_deref()? {
        "inclusive" => Some("sent as totals that include cached and reasoning tokens; taken apart here"),
        "disjoint" => Some("sent as separate counts"),
        _ => None,
    }
}

fn disagreement(image: &Value, sum: i64) -> Option<String> {
    let sent = image.get("usage")?.get("total_sent")?.as_i64().filter(|sent| *sent != sum)?;
    Some(format!("The counters add up to {}; the client said {}.", format::number(sum), format::number(sent)))
}

fn cost_source(row: &ObservationRow, details: &Details) -> Option<String> {
    row.cost_nanos?;
    Some(match &details.price {
        Some(price) => format!("by {}", shown(price)),
        None => "as the client said".to_owned(),
    })
}

fn about(row: &ObservationRow) -> Vec<(&'static str, String)> {
    let fields = Entity::Observations.fields().iter();
    fields.filter_map(|field| Some((field.label, shown(field.of_observation(row)?)))).collect()
}

/// The image keeps some things as JSON or as the JSON text that came.
fn text_in(image: &Value, key: &str) -> Option<String> {
    match image.get(key)? {
        Value::Null => None,
        Value::String(text) => Some(shown(text)),
        other => serde_json::to_string_pretty(other).ok().map(|text| shown(&text)),
    }
}

/// Usage and cost exactly as the client sent them.
fn sent(image: &Value) -> Vec<(&'static str, String)> {
    let usage = image.get("usage").and_then(|usage| text_in(usage, "sent"));
    let cost = text_in(image, "cost_sent");
    [("Usage as sent", usage), ("Cost as sent", cost)]
        .into_iter()
        .filter_map(|(word, text)| Some((word, text?)))
        .collect()
}

fn views(row: &ObservationRow, query: &TraceQuery) -> Vec<ViewLink> {
    let chosen = query.choosing(&row.observation_id);
    [(View::Messages, "Messages"), (View::Json, "JSON"), (View::Raw, "Raw")]
        .into_iter()
        .map(|(view, word)| ViewLink {
            word,
            href: super::address(&row.trace_id, &chosen.viewing(view, false)),
            current: view == query.view,
        })
        .collect()
}

fn title_of(field: &str) -> &'static str {
    match field {
        "input" => "Input",
        "output" => "Output",
        _ => "Metadata",
    }
}

fn gone_box(field: &str, gone: &Gone) -> GoneBox {
    GoneBox {
        title: title_of(field),
        digest: gone.digest.to_hex(),
        bytes: format::number(i64::try_from(gone.len).unwrap_or(i64::MAX)),
        why: gone.why.words(),
    }
}

/// The first exception, where the message of the status says something else.
fn exception(image: &Value) -> Option<String> {
    let [kind, message] = image.get("exception")?.as_array()?.as_slice() else { return None };
    let said = [kind, message].into_iter().filter_map(Value::as_str).filter(|words| !words.is_empty());
    let said = shown(&said.collect::<Vec<_>>().join(": "));
    let status = image.get("status_message").and_then(Value::as_str).unwrap_or_default();
    Some(said).filter(|said| !said.is_empty() && said != status)
}

fn everything_of(row: &ObservationRow, details: &Details, query: &TraceQuery) -> Everything {
    let start = row.start_at.map(|at| at.0.saturating_mul(1_000));
    let whole = query.choosing(&row.observation_id).viewing(query.view, true);
    Everything::of(&details.sent, &details.linked_here, start, query, || {
        super::address(&row.trace_id, &whole)
    })
}

fn body_box(
    row: &ObservationRow,
    field: &'static str,
    body: &CurrentBody,
    missing: &MissingFiles,
    query: &TraceQuery,
) -> BodyBox {
    let most = if query.whole { MOST_WHOLE } else { MOST_OF_BODY };
    let (shown, is_cut) = match query.view {
        _ if body.bytes.is_empty() => (Shown::Empty, false),
        View::Messages => {
            let mut conversation = messages::read(&body.bytes, body.form, query.whole);
            missing.note(&mut conversation);
            let is_cut = conversation.is_cut || conversation.left_out > 0;
            (Shown::Messages(conversation), is_cut)
        }
        View::Json => {
            let found = folded(&body.bytes, body.form, most);
            let is_cut = found.is_cut;
            (Shown::Json(found), is_cut)
        }
        View::Raw => (Shown::Raw(text_of(&body.bytes, most)), body.bytes.len() > most),
    };
    let whole = query.choosing(&row.observation_id).viewing(query.view, true);
    let has_exact = query.view == View::Messages && (1..=MOST_EXACT).contains(&body.bytes.len());
    BodyBox {
        field,
        title: title_of(field),
        files: files::of(&String::from_utf8_lossy(&body.bytes), Some(&shown), missing),
        shown,
        exact: has_exact.then(|| text_of(&body.bytes, MOST_EXACT)),
        digest: body.digest.to_hex(),
        derived: None,
        bytes: format::number(i64::try_from(body.bytes.len()).unwrap_or(i64::MAX)),
        whole_href: if is_cut && !query.whole {
            super::address(&row.trace_id, &whole)
        } else {
            String::new()
        },
    }
}

/// The name in metadata that our mapping put there: the type of a recorded exception that the status message leaves out.
fn derived(field: &str, body: &CurrentBody, sent: &Sent) -> Option<&'static str> {
    const NAME: &str = "exceptionType";
    let metadata: JsonMap =
        if field == "metadata" { serde_json::from_slice(&body.bytes).ok()? } else { return None };
    let stands = metadata.get(NAME)?;
    let was_sent = sent.attributes.keys().any(|name| name.contains(NAME));
    let recorded = sent.events.iter().map(|event| &event.attributes).chain([&sent.attributes]);
    let is_type = recorded.filter_map(|named| named.get("exception.type")).any(|kind| kind == stands);
    (is_type && !was_sent).then_some(NAME)
}

/// The first bytes as text; a character cut in two is left out.
pub(super) fn text_of(bytes: &[u8], most: usize) -> String {
    let Some(head) = bytes.get(..most) else { return shown(&String::from_utf8_lossy(bytes)) };
    let whole = match std::str::from_utf8(head) {
        Err(fault) if fault.error_len().is_none() => head.get(..fault.valid_up_to()).unwrap_or_default(),
        _ => head,
    };
    shown(&String::from_utf8_lossy(whole)) + " …"
}
