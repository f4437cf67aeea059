//! Scores: `score-create` events and posted ones.

use crate::decimal;
use crate::environment;
use crate::event::{Header, Read};
use crate::fields::{Fields, Reader};
use foundation::{Digest, FieldErrors, Result};
use trace_model::{Arrival, Facts, JsonText, Score, ScoreSource, ScoreType};

/// The longest free-text score, in characters.
const MAX_TEXT: usize = 500;

/// What a stored posted score says. `None` when the record is not readable.
pub fn reread(arrival: &Arrival) -> Option<Facts> {
    let fields = Fields::read(std::str::from_utf8(&arrival.record).ok()?)?;
    let score = read_score(&fields, "", arrival.event_ns, &mut || arrival.entity_id.clone()).ok()?;
    (score.source != ScoreSource::Eval).then(|| Facts::Score(Box::new(score)))
}

/// Reads the body of a `score-create` event.
pub fn read_event(body: &Fields<'_>, header: &Header) -> Result<Read, FieldErrors> {
    let score = read_score(body, "body.", header.time_ns, &mut || header.id.clone())?;
    Ok(Read { facts: Facts::Score(Box::new(score)) })
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
    let said_time = reader.time("timestamp");
    let source = read_source(&mut reader);
    let (comment, metadata) = (reader.text("comment"), reader.json("metadata"));
    let (config_id, queue_id) = (reader.id("configId"), reader.id("queueId"));
    let environment = reader.text("environment").map(|text| environment::normalise(&text));
    let (Some(name), Some((value, data_type)), true) = (name, value, reader.faults.0.is_empty()) else {
        return Err(reader.faults);
    };
    let id = id
        .or_else(|| said_time.map(|time| id_of_content(&target, &name, &value, time)))
        .unwrap_or_else(new_id);
    Ok(Score {
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
    })
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
    let Some(text) = reader.text("source") else { return ScoreSource::default() };
    ScoreSource::parse(&text).unwrap_or_else(|| {
        reader.fault("source", format!("{text:?} must be API or ANNOTATION"));
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
    if is_number && !raw.parse::<f64>().is_ok_and(f64::is_finite) {
        return Err("must be a number that fits in 64-bit floating point");
    }
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
