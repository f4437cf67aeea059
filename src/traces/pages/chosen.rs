//! The chosen observation, as shown beside the tree.

use serde_json::Value;

use crate::foundation::money::NanoDollars;
use crate::foundation::{Digest, Timestamp};
use crate::traces::bodies::CurrentBody;
use crate::traces::model::TokenCounts;
use crate::traces::reads::ObservationRow;
use crate::web::format::{self, shown};

use super::messages::{self, Conversation};
use super::parts::{Counter, KindBadge, counters, level_chip};
use super::rows::{kind_of, level_of};

/// Bytes of a raw body put on the page; longer ones are downloaded.
const MOST_RAW: usize = 256 << 10;

/// What is loaded for the chosen observation alone.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// Its bodies by field.
    pub bodies: Vec<(&'static str, CurrentBody)>,
    /// The image of its revision.
    pub image: Vec<u8>,
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
    pub(super) counted: bool,
    pub(super) cost: Option<String>,
    pub(super) about: Vec<(&'static str, String)>,
    pub(super) parameters: Option<String>,
    pub(super) events: u64,
    pub(super) arrivals: i64,
    pub(super) revision: Option<String>,
    pub(super) bodies: Vec<BodyBox>,
}

/// One body: its conversation, and its exact text behind a toggle.
pub struct BodyBox {
    pub(super) field: &'static str,
    pub(super) title: &'static str,
    pub(super) conversation: Conversation,
    pub(super) raw: Option<String>,
    pub(super) digest: String,
    pub(super) bytes: String,
}

impl Chosen {
    pub(super) fn of(row: &ObservationRow, details: &Details) -> Self {
        let counts = TokenCounts {
            uncached_input: row.uncached_input,
            cached_read: row.cached_read,
            cache_write: row.cache_write,
            output: row.output_tokens,
            reasoning: row.reasoning,
        };
        let image: Value = serde_json::from_slice(&details.image).unwrap_or_default();
        let first_token = row.first_token_at.zip(row.start_at);
        Self {
            id: row.observation_id.clone(),
            trace_id: row.trace_id.clone(),
            name: shown(row.name.as_deref().unwrap_or_default()),
            kind: KindBadge::of(kind_of(row)),
            level: level_chip(level_of(row)),
            status: row.status_message.as_deref().map(shown),
            start: row.start_at,
            end: row.end_at,
            took: row.duration().map(format::duration),
            first_token: first_token.map(|(token, start)| format::duration(token.micros_since(start))),
            tokens: format::number(counts.total()),
            counters: counters(&counts),
            counted: row.counted,
            cost: row.cost_nanos.map(|nanos| NanoDollars(nanos).to_string()),
            about: about(row),
            parameters: parameters(&image),
            events: image.get("event_count").and_then(Value::as_u64).unwrap_or_default(),
            arrivals: row.arrivals,
            revision: row.digest().map(Digest::to_hex),
            bodies: details.bodies.iter().map(|(field, body)| body_box(field, body)).collect(),
        }
    }
}

fn about(row: &ObservationRow) -> Vec<(&'static str, String)> {
    [
        ("Model", &row.model),
        ("Provider", &row.provider),
        ("Agent", &row.agent),
        ("Persona", &row.persona),
        ("Tenant", &row.tenant),
        ("User", &row.user_id),
        ("Session", &row.session_id),
        ("Environment", &row.environment),
        ("Version", &row.version),
        ("Parent", &row.parent_id),
    ]
    .into_iter()
    .filter_map(|(word, value)| Some((word, shown(value.as_deref().filter(|text| !text.is_empty())?))))
    .collect()
}

/// The image keeps them as JSON or as the JSON text that came.
fn parameters(image: &Value) -> Option<String> {
    match image.get("parameters")? {
        Value::Null => None,
        Value::String(text) => Some(shown(text)),
        other => serde_json::to_string_pretty(other).ok().map(|text| shown(&text)),
    }
}

fn body_box(field: &'static str, body: &CurrentBody) -> BodyBox {
    let title = match field {
        "input" => "Input",
        "output" => "Output",
        _ => "Metadata",
    };
    let raw = (body.bytes.len() <= MOST_RAW).then(|| shown(&String::from_utf8_lossy(&body.bytes)));
    BodyBox {
        field,
        title,
        conversation: messages::read(&body.bytes, body.form),
        raw,
        digest: body.digest.to_hex(),
        bytes: format::number(i64::try_from(body.bytes.len()).unwrap_or(i64::MAX)),
    }
}
