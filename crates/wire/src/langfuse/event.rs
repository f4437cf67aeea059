//! One event of a batch: envelope, type, body.

use super::{Batch, EventAnswer, observation, score, trace};
use crate::mapping;
use foundation::FieldErrors;
use trace_model::fields::{Fields, Reader};
use trace_model::json;
use trace_model::{
    Arrival, ArrivalKind, Body, BodyForm, BodyRole, Facts, ObservationKind, Received, RecordForm,
};

/// What an event asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventType {
    /// `trace-create`, or `trace-update`, which Langfuse does not have: the same id is sent again.
    Trace,
    /// `...-create` of an observation; `None` when the body names the type.
    Create(Option<ObservationKind>),
    /// `...-update` of an observation.
    Update(Option<ObservationKind>),
    /// `score-create`.
    Score,
    /// `sdk-log`: taken and forgotten.
    Log,
}

impl EventType {
    /// Reads the `type` of an envelope.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "trace-create" | "trace-update" => return Some(Self::Trace),
            "score-create" => return Some(Self::Score),
            "sdk-log" => return Some(Self::Log),
            "observation-create" => return Some(Self::Create(None)),
            "observation-update" => return Some(Self::Update(None)),
            _ => {}
        }
        let (kind, verb) = text.rsplit_once('-')?;
        // The API writes these in lower case only.
        let kind = ObservationKind::parse(kind).filter(|k| k.as_str().to_lowercase() == kind)?;
        match verb {
            "create" => Some(Self::Create(Some(kind))),
            "update" => Some(Self::Update(Some(kind))),
            _ => None,
        }
    }
}

/// What every event carries beside its body.
pub struct Header {
    /// The client's id of the event.
    pub id: String,
    /// When it happened, UTC nanoseconds.
    pub time_ns: i64,
}

/// What reading a body gives.
pub struct Read {
    pub kind: ArrivalKind,
    pub trace_id: Option<String>,
    pub entity_id: String,
    /// What it says; body references are filled in later.
    pub facts: Facts,
    /// The fields whose values become bodies.
    pub bodies: Vec<(BodyRole, &'static str)>,
    /// What was left out or understood in another way.
    pub notes: FieldErrors,
}

/// Reads one event of a batch and notes the answer to it. Text that is no quite JSON is mended first.
pub fn read(text: &str, batch: &mut Batch) {
    let read = read_text(text);
    match read.is_err().then(|| json::mended(text)).flatten() {
        Some(mended) => answer(&mended, read_text(&mended), batch),
        None => answer(text, read, batch),
    }
}

type Outcome = Result<Option<(Received, FieldErrors)>, FieldErrors>;

fn answer(text: &str, outcome: Outcome, batch: &mut Batch) {
    let id = || Fields::read(text).and_then(|fields| id_of(&fields)).unwrap_or_else(|| "unknown".to_owned());
    match outcome {
        Ok(None) => {}
        Ok(Some((received, notes))) => {
            let id = received.arrival.event_id.clone().unwrap_or_else(id);
            batch.answers.push(EventAnswer::taken(id, &notes));
            batch.received.push(received);
        }
        Err(faults) => batch.answers.push(EventAnswer::refused(id(), faults.to_string())),
    }
}

fn id_of(fields: &Fields<'_>) -> Option<String> {
    Reader::new(fields, "").said_word("id")
}

fn read_text(text: &str) -> Outcome {
    read_event(text, &Fields::read(text).ok_or_else(not_an_object)?)
}

fn not_an_object() -> FieldErrors {
    let mut faults = FieldErrors::default();
    faults.add("", "an event must be a JSON object");
    faults
}

fn read_event(text: &str, fields: &Fields<'_>) -> Outcome {
    let mut envelope = Reader::new(fields, "");
    let id = envelope.own_id("id");
    if id.as_ref().is_some_and(|id| id.contains('\r')) {
        envelope.fault("id", "must not contain a carriage return");
    }
    let time_ns = envelope.own_time("timestamp");
    let kind = envelope.said_text("type");
    let event_type = kind.as_deref().and_then(EventType::parse);
    let body = envelope.raw("body").and_then(Fields::read);
    for (name, missing) in [("id", id.is_none()), ("timestamp", time_ns.is_none())] {
        if missing && envelope.faults.get(name).is_none() {
            envelope.fault(name, "is required");
        }
    }
    if event_type.is_none() {
        envelope.fault("type", format!("{:?} is no known event type", kind.unwrap_or_default()));
    }
    if body.is_none() {
        envelope.fault("body", "must be a JSON object");
    }
    let (Some(id), Some(time_ns), Some(event_type), Some(body), true) =
        (id, time_ns, event_type, body, envelope.faults.0.is_empty())
    else {
        return Err(envelope.faults);
    };
    let header = Header { id, time_ns };
    let read = match event_type {
        EventType::Log => return Ok(None),
        EventType::Trace => trace::read(&body, &header)?,
        EventType::Score => score::read_event(&body, &header)?,
        EventType::Create(kind) => observation::read(&body, &header, kind, true)?,
        EventType::Update(kind) => observation::read(&body, &header, kind, false)?,
    };
    Ok(Some(arrive(text, &body, header, read)))
}

/// Cuts the bodies out of the event's text and names everything by digest.
fn arrive(text: &str, body: &Fields<'_>, header: Header, read: Read) -> (Received, FieldErrors) {
    let mut cuts: Vec<(usize, &str, BodyRole)> = read
        .bodies
        .iter()
        .filter_map(|(role, name)| {
            let raw = body.raw(name)?;
            Some((offset(text, raw)?, raw, *role))
        })
        .collect();
    cuts.sort_by_key(|(at, ..)| *at);
    let mut record = Vec::with_capacity(text.len());
    let mut bodies = Vec::with_capacity(cuts.len());
    let mut done = 0;
    for (at, raw, role) in cuts {
        record.extend_from_slice(text.get(done..at).unwrap_or_default().as_bytes());
        record.extend_from_slice(b"null");
        done = at + raw.len();
        bodies.push(Body::new(role, BodyForm::Json, raw.as_bytes().to_vec()));
    }
    record.extend_from_slice(text.get(done..).unwrap_or_default().as_bytes());
    let digest = Arrival::digest_of(read.kind, &record, &bodies);
    let mut facts = read.facts;
    set_bodies(&mut facts, &bodies);
    let arrival = Arrival {
        kind: read.kind,
        trace_id: read.trace_id,
        entity_id: read.entity_id,
        event_id: Some(header.id),
        event_ns: header.time_ns,
        form: RecordForm::Json,
        record,
        bodies,
        mapping: mapping::VERSION,
        digest,
    };
    (Received { arrival, facts }, read.notes)
}

/// Where a borrowed part of `text` begins.
fn offset(text: &str, part: &str) -> Option<usize> {
    let at = part.as_ptr().addr().checked_sub(text.as_ptr().addr())?;
    (text.get(at..at + part.len())? == part).then_some(at)
}

fn set_bodies(facts: &mut Facts, bodies: &[Body]) {
    let find = |role| bodies.iter().find(|body| body.role == role).map(|body| body.reference);
    match facts {
        Facts::Trace(trace) => {
            trace.input = find(BodyRole::TraceInput);
            trace.output = find(BodyRole::TraceOutput);
        }
        Facts::Observation(observation, _) => {
            observation.input = find(BodyRole::Input);
            observation.output = find(BodyRole::Output);
        }
        Facts::Score(_) => {}
    }
}

/// What a stored record says: reading it again gives the facts it gave on arrival.
///
/// `bodies` are the references kept beside the record. `None` when the record is not readable.
pub fn reread(record: &str, bodies: &[Body]) -> Option<Facts> {
    let fields = Fields::read(record)?;
    let (mut received, _) = read_event(record, &fields).ok()??;
    set_bodies(&mut received.facts, bodies);
    Some(received.facts)
}

/// The event's text as sent: the record with its bodies put back.
pub fn restore(record: &str, bodies: &[Body]) -> Option<Vec<u8>> {
    let fields = Fields::read(record)?;
    let body = fields.get_object("body")?;
    let mut places: Vec<(usize, &Body)> = Vec::new();
    for part in bodies {
        let name = match part.role {
            BodyRole::Input | BodyRole::TraceInput => "input",
            BodyRole::Output | BodyRole::TraceOutput => "output",
        };
        places.push((offset(record, body.raw_or_null(name)?)?, part));
    }
    places.sort_by_key(|(at, _)| *at);
    let mut text = Vec::with_capacity(record.len());
    let mut done = 0;
    for (at, part) in places {
        text.extend_from_slice(record.get(done..at)?.as_bytes());
        text.extend_from_slice(&part.bytes);
        done = at + "null".len();
    }
    text.extend_from_slice(record.get(done..)?.as_bytes());
    Some(text)
}
