//! Scores: `score-create` events and `POST /api/public/scores` (one object or a list).

use serde_json::value::RawValue;

use super::event::{Header, Read};
use super::fields::{Fields, Reader};
use super::kept;
use crate::foundation::{Error, FieldErrors, Result};
use crate::traces::mapping;
use crate::traces::mapping::{decimal, environment};
use crate::traces::privacy::mask::Masker;
use crate::traces::privacy::model::Finding;
use crate::traces::model::{Arrival, ArrivalKind, Facts, JsonText, Received, RecordForm, Score, ScoreType};

/// The longest free-text score, in characters.
const MAX_TEXT: usize = 500;

/// What becomes of a score request.
#[derive(Debug)]
pub enum ScoreRequest {
    /// One score: answered with its id, or refused whole.
    One(Box<Received>),
    /// A list: each entry is taken or refused by itself.
    Many {
        /// The scores taken.
        received: Vec<Received>,
        /// Why the others were not, in the order sent.
        refused: Vec<String>,
    },
}

/// Reads the body of `POST /api/public/scores`, masking nothing.
///
/// `now_ns` is the time of scores that name none; `new_id` names scores without an id.
pub fn read_request(body: &[u8], now_ns: i64, new_id: &mut dyn FnMut() -> String) -> Result<ScoreRequest> {
    read_request_masked(body, now_ns, new_id, &Masker::default()).map(|(request, _)| request)
}

/// [`read_request`] with masking, and what was masked.
pub fn read_request_masked(
    body: &[u8],
    now_ns: i64,
    new_id: &mut dyn FnMut() -> String,
    masker: &Masker,
) -> Result<(ScoreRequest, Vec<Finding>)> {
    let mut found = Vec::new();
    let text = std::str::from_utf8(body)
        .map_err(|cause| Error::invalid("", format!("the body is not UTF-8: {cause}")))?;
    if !text.trim_start().starts_with('[') {
        // Only what is JSON can be walked; what is not is refused below.
        let raw = serde_json::from_str::<&RawValue>(text).map_or(text, RawValue::get);
        let one = read_one(raw, now_ns, new_id, masker, &mut found).map_err(Error::Invalid)?;
        return Ok((ScoreRequest::One(Box::new(one)), found));
    }
    let items: Vec<&RawValue> = serde_json::from_str(text)
        .map_err(|cause| Error::invalid("", format!("the body is not JSON: {cause}")))?;
    let (mut received, mut refused) = (Vec::new(), Vec::new());
    for item in items {
        match read_one(item.get(), now_ns, new_id, masker, &mut found) {
            Ok(score) => received.push(score),
            Err(faults) => refused.push(faults.to_string()),
        }
    }
    Ok((ScoreRequest::Many { received, refused }, found))
}

fn read_one(
    text: &str,
    now_ns: i64,
    new_id: &mut dyn FnMut() -> String,
    masker: &Masker,
    found: &mut Vec<Finding>,
) -> Result<Received, FieldErrors> {
    let Some((masked, notes)) = masker.json(text, kept::in_score) else {
        return read_posted(text, now_ns, new_id);
    };
    let received = read_posted(&masked, now_ns, new_id)?;
    found.extend(kept::findings(notes, &received));
    Ok(received)
}

fn read_posted(text: &str, now_ns: i64, new_id: &mut dyn FnMut() -> String) -> Result<Received, FieldErrors> {
    let Some(fields) = Fields::read(text) else {
        let mut faults = FieldErrors::default();
        faults.add("", "a score must be a JSON object");
        return Err(faults);
    };
    let score = read_score(&fields, "", now_ns, new_id)?;
    let record = text.as_bytes().to_vec();
    let digest = Arrival::digest_of(ArrivalKind::Score, &record, &[]);
    let arrival = Arrival {
        kind: ArrivalKind::Score,
        trace_id: score.trace_id.clone(),
        entity_id: score.id.clone(),
        event_id: None,
        event_ns: score.timestamp_ns,
        form: RecordForm::Json,
        record,
        bodies: Vec::new(),
        mapping: mapping::VERSION,
        digest,
    };
    Ok(Received { arrival, facts: Facts::Score(Box::new(score)) })
}

/// What a stored posted score says. `None` when the record is not readable.
pub fn reread(arrival: &Arrival) -> Option<Facts> {
    let record = std::str::from_utf8(&arrival.record).ok()?;
    let received = read_posted(record, arrival.event_ns, &mut || arrival.entity_id.clone()).ok()?;
    Some(received.facts)
}

/// Reads the body of a `score-create` event.
pub fn read_event(body: &Fields<'_>, header: &Header) -> Result<Read, FieldErrors> {
    let score = read_score(body, "body.", header.time_ns, &mut || header.id.clone())?;
    Ok(Read {
        kind: ArrivalKind::Score,
        trace_id: score.trace_id.clone(),
        entity_id: score.id.clone(),
        facts: Facts::Score(Box::new(score)),
        bodies: Vec::new(),
    })
}

fn read_score(
    body: &Fields<'_>,
    prefix: &'static str,
    time_ns: i64,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Score, FieldErrors> {
    let mut reader = Reader::new(body, prefix);
    let name = reader.id("name");
    if name.is_none() && reader.raw("name").is_none() {
        reader.fault("name", "is required");
    }
    let target = read_target(&mut reader);
    let value = read_value(&mut reader);
    let id = reader.id("id");
    let timestamp_ns = reader.time("timestamp").unwrap_or(time_ns);
    let (comment, metadata) = (reader.text("comment"), reader.json("metadata"));
    let (config_id, queue_id) = (reader.id("configId"), reader.id("queueId"));
    let environment = reader.text("environment").map(|text| environment::normalise(&text));
    let (Some(name), Some((value, data_type)), true) = (name, value, reader.faults.0.is_empty()) else {
        return Err(reader.faults);
    };
    Ok(Score {
        id: id.unwrap_or_else(new_id),
        trace_id: target.trace,
        observation_id: target.observation,
        session_id: target.session,
        dataset_run_id: target.dataset_run,
        name,
        value,
        data_type,
        comment,
        metadata,
        environment,
        config_id,
        queue_id,
        timestamp_ns,
    })
}

/// What a score judges.
struct Target {
    trace: Option<String>,
    observation: Option<String>,
    session: Option<String>,
    dataset_run: Option<String>,
}

fn read_target(reader: &mut Reader<'_, '_>) -> Target {
    let faults = reader.faults.0.len();
    let target = Target {
        trace: reader.id("traceId"),
        observation: reader.id("observationId"),
        session: reader.id("sessionId"),
        dataset_run: reader.id("datasetRunId"),
    };
    let named = target.trace.is_some() || target.session.is_some() || target.dataset_run.is_some();
    if reader.faults.0.len() > faults {
        return target;
    }
    if target.observation.is_some() && target.trace.is_none() {
        reader.fault("traceId", "is required beside observationId");
    } else if !named {
        reader.fault("traceId", "name what is judged: traceId, sessionId or datasetRunId");
    }
    target
}

/// The value as sent and its type, given or inferred.
fn read_value(reader: &mut Reader<'_, '_>) -> Option<(JsonText, ScoreType)> {
    let given = reader.text("dataType").map(|text| (ScoreType::parse(&text), text));
    if let Some((None, text)) = &given {
        reader.fault("dataType", format!("{text:?} is no known data type"));
        return None;
    }
    let Some(raw) = reader.raw("value") else {
        reader.fault("value", "is required");
        return None;
    };
    let data_type = given.and_then(|(data_type, _)| data_type);
    match check_value(raw, data_type) {
        Ok(data_type) => Some((raw.into(), data_type)),
        Err(fault) => {
            reader.fault("value", fault);
            None
        }
    }
}

fn check_value(raw: &str, data_type: Option<ScoreType>) -> Result<ScoreType, &'static str> {
    let is_number = raw.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    let is_text = raw.starts_with('"');
    match data_type {
        None if is_number => Ok(ScoreType::Numeric),
        None if is_text => Ok(ScoreType::Categorical),
        None => Err("must be a number or a string"),
        Some(ScoreType::Numeric) if !is_number => Err("must be a number for NUMERIC"),
        Some(ScoreType::Boolean) if !is_number || !matches!(decimal::whole(raw), Some(0 | 1)) => {
            Err("must be 0 or 1 for BOOLEAN")
        }
        Some(ScoreType::Categorical | ScoreType::Correction) if !is_text => {
            Err("must be a string for this data type")
        }
        Some(ScoreType::Text) if !is_text || !text_length_fits(raw) => {
            Err("must be a string of 1 to 500 characters for TEXT")
        }
        Some(data_type) => Ok(data_type),
    }
}

fn text_length_fits(raw: &str) -> bool {
    serde_json::from_str::<String>(raw).is_ok_and(|text| (1..=MAX_TEXT).contains(&text.chars().count()))
}
