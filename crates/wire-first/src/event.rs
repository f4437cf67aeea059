//! One stored event of a batch: envelope, type, body.

use crate::fields::{Fields, Reader};
use crate::{observation, score, trace};
use foundation::FieldErrors;
use trace_model::{Body, BodyRole, Facts, ObservationKind};

/// What an event asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventType {
    /// `trace-create`: there is no update, the same id is sent again.
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
            "trace-create" => return Some(Self::Trace),
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
            "update" if matches!(kind, ObservationKind::Span | ObservationKind::Generation) => {
                Some(Self::Update(Some(kind)))
            }
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

/// What reading a body gives; body references are filled in later.
pub struct Read {
    pub facts: Facts,
}

/// What a stored record says; `bodies` are the references kept beside it. `None` when the record is not readable.
pub fn reread(record: &str, bodies: &[Body]) -> Option<Facts> {
    let fields = Fields::read(record)?;
    let mut facts = read_event(&fields).ok()??.facts;
    set_bodies(&mut facts, bodies);
    Some(facts)
}

fn read_event(fields: &Fields<'_>) -> Result<Option<Read>, FieldErrors> {
    let mut envelope = Reader::new(fields, "");
    let id = envelope.id("id");
    if id.as_ref().is_some_and(|id| id.contains('\r')) {
        envelope.fault("id", "must not contain a carriage return");
    }
    let time_ns = envelope.time("timestamp");
    let kind = envelope.text("type");
    let event_type = kind.as_deref().and_then(EventType::parse);
    let body = envelope.raw("body").and_then(Fields::read);
    for (name, missing) in [("id", id.is_none()), ("timestamp", time_ns.is_none())] {
        if missing && fields.raw(name).is_none() {
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
    Ok(Some(read))
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
