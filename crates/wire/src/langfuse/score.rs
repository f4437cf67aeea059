//! Scores: `score-create` events and `POST /api/public/scores` (one object or a list).

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::event::{Header, Read};
use super::kept;
use crate::bounded::AtMost;
use crate::mapping;
use crate::mapping::environment;
use foundation::{Digest, Error, FieldErrors, Result};
use masking::Finding;
use masking::Masker;
use trace_model::fields::{Fields, Reader};
use trace_model::{
    Arrival, ArrivalKind, Facts, JsonText, Received, RecordForm, Score, ScoreSource, ScoreType,
};
use trace_model::{decimal, json};

/// The largest body of `POST /api/public/scores`, in bytes and unpacked.
pub const MAX_BODY: usize = 1 << 20;

/// The longest free-text score, in characters.
const MAX_TEXT: usize = 500;

/// What becomes of a score request.
#[derive(Debug)]
pub enum ScoreRequest {
    /// One score: answered with its id, or refused whole.
    One(Box<Received>),
    /// A list: each entry is taken or refused by itself.
    Many {
        received: Vec<Received>,
        /// Why the others were not, in the order sent.
        refused: Vec<String>,
    },
}

/// Reads the body of `POST /api/public/scores`, masking nothing.
///
/// `now_ns` is the time of scores that name none. A score without an id is named by what it says when it says its time,
/// so that a request sent again is the same score; else by `new_id`.
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
    if body.len() > MAX_BODY {
        let limit = format!("the scores are larger than {MAX_BODY} bytes: send fewer at once");
        return Err(Error::TooLarge(limit.into()));
    }
    let text = json::text_of(body);
    // Masking and what is kept want JSON.
    let mended = serde_json::from_str::<&RawValue>(&text).err().and_then(|_| json::mended(&text));
    let text = mended.as_deref().unwrap_or(&text);
    if !text.trim_start().starts_with('[') {
        let one = read_one(text, now_ns, new_id, masker, &mut found).map_err(Error::Invalid)?;
        return Ok((ScoreRequest::One(Box::new(one)), found));
    }
    let items: AtMost<&RawValue> = serde_json::from_str(text)
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

/// One score as it is posted. Other ways by which scores come write theirs so.
pub(crate) fn read_posted(
    text: &str,
    now_ns: i64,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Received, FieldErrors> {
    let Some(fields) = Fields::read(text) else {
        // Half of a surrogate pair in a name.
        if let Some(mended) = json::mended(text) {
            return read_posted(&mended, now_ns, new_id);
        }
        let mut faults = FieldErrors::default();
        faults.add("", "a score must be a JSON object");
        return Err(faults);
    };
    let (score, _) = read_score(&fields, "", now_ns, new_id)?;
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
    let (score, notes) = read_score(body, "body.", header.time_ns, &mut || header.id.clone())?;
    Ok(Read {
        kind: ArrivalKind::Score,
        trace_id: score.trace_id.clone(),
        entity_id: score.id.clone(),
        facts: Facts::Score(Box::new(score)),
        bodies: Vec::new(),
        notes,
    })
}

fn read_score(
    body: &Fields<'_>,
    prefix: &'static str,
    time_ns: i64,
    new_id: &mut dyn FnMut() -> String,
) -> Result<(Score, FieldErrors), FieldErrors> {
    let mut reader = Reader::new(body, prefix);
    let name = reader.own_id("name");
    if name.is_none() && reader.faults.0.is_empty() {
        reader.fault("name", "is required");
    }
    let target = read_target(&mut reader);
    let value = read_value(&mut reader);
    let id = reader.own_id("id");
    let said_time = reader.said_time("timestamp");
    let source = read_source(&mut reader);
    let (comment, metadata) = (reader.said_text("comment"), reader.json("metadata"));
    let (config_id, queue_id) = (reader.said_id("configId"), reader.said_id("queueId"));
    let environment = reader.said_word("environment").map(|text| environment::normalise(&text));
    let (Some(name), Some((value, data_type)), true) = (name, value, reader.faults.0.is_empty()) else {
        return Err(reader.faults);
    };
    let id = id
        .or_else(|| said_time.map(|time| id_of_content(&target, &name, &value, time)))
        .unwrap_or_else(new_id);
    let score = Score {
        id,
        trace_id: target.trace,
        observation_id: target.observation,
        session_id: target.session,
        dataset_run_id: target.dataset_run,
        name,
        value,
        data_type,
        source,
        comment,
        metadata,
        environment,
        config_id,
        queue_id,
        timestamp_ns: said_time.unwrap_or(time_ns),
    };
    Ok((score, reader.notes))
}

/// 128 bits of SHA-256 over what is judged, the name, the value and the time; each part with its length.
fn id_of_content(target: &Target, name: &str, value: &JsonText, time_ns: i64) -> String {
    let mut text = Vec::from(*b"tracewright score id 1\n");
    let targets = [&target.trace, &target.observation, &target.session, &target.dataset_run];
    let time = time_ns.to_string();
    let parts = targets.into_iter().map(|part| part.as_deref().unwrap_or_default());
    for part in parts.chain([name, value.as_ref(), &time]) {
        text.extend_from_slice(&(part.len() as u64).to_be_bytes());
        text.extend_from_slice(part.as_bytes());
    }
    Digest::of(&text).to_hex().chars().take(32).collect()
}

fn read_source(reader: &mut Reader<'_, '_>) -> ScoreSource {
    let Some(text) = reader.said_word("source") else { return ScoreSource::default() };
    ScoreSource::parse(&text).unwrap_or_else(|| {
        reader.fault("source", format!("{text:?} must be API, ANNOTATION or EVAL"));
        ScoreSource::default()
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
        trace: reader.own_id("traceId"),
        observation: reader.own_id("observationId"),
        session: reader.own_id("sessionId"),
        dataset_run: reader.own_id("datasetRunId"),
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
    let given = reader.said_word("dataType").map(|text| (ScoreType::parse(&text.to_uppercase()), text));
    if let Some((None, text)) = &given {
        reader.fault("dataType", format!("{text:?} is no known data type"));
        return None;
    }
    let Some(raw) = reader.raw("value") else {
        reader.fault("value", "is required");
        return None;
    };
    let is_flag = matches!(raw, "true" | "false");
    let data_type = given.and_then(|(data_type, _)| data_type).or(is_flag.then_some(ScoreType::Boolean));
    let raw = meant(raw, data_type);
    match check_value(&raw, data_type) {
        Ok(data_type) => Some((JsonText::from(&*raw), data_type)),
        Err(fault) => {
            reader.fault("value", fault);
            None
        }
    }
}

/// The value in the form of its type: programs write flags as such or in words, numbers in texts and texts as numbers.
fn meant(raw: &str, data_type: Option<ScoreType>) -> Cow<'_, str> {
    let text = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let word = text.unwrap_or(raw).trim();
    let flag = || match word.to_ascii_lowercase().as_str() {
        "true" => Some("1"),
        "false" => Some("0"),
        _ => is_number(word).then_some(word),
    };
    let instead = match data_type {
        Some(ScoreType::Boolean) => flag(),
        Some(ScoreType::Numeric) => is_number(word).then_some(word),
        Some(ScoreType::Categorical | ScoreType::Text | ScoreType::Correction) if is_scalar(raw) => {
            return Cow::Owned(format!("\"{raw}\""));
        }
        _ => None,
    };
    Cow::Borrowed(instead.unwrap_or(raw))
}

/// Whether it is a number as JSON has them.
fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c == '-' || c.is_ascii_digit())
        && serde_json::from_str::<&RawValue>(text).is_ok_and(|raw| raw.get() == text)
}

fn is_scalar(raw: &str) -> bool {
    is_number(raw) || matches!(raw, "true" | "false")
}

fn check_value(raw: &str, data_type: Option<ScoreType>) -> Result<ScoreType, &'static str> {
    let is_number = is_number(raw);
    let is_text = raw.starts_with('"');
    if is_number && !raw.parse::<f64>().is_ok_and(f64::is_finite) {
        return Err("must be a number that fits in 64-bit floating point");
    }
    match data_type {
        None if is_number => Ok(ScoreType::Numeric),
        // Python wrote no number here; as a category it would say something that nobody meant.
        None if matches!(raw, "\"NaN\"" | "\"Infinity\"" | "\"-Infinity\"") => {
            Err("must be a finite number, or a string")
        }
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
