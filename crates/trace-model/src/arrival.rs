//! Arrivals: what came in, byte for byte, with the digest that names it.
//!
//! The record holds everything but the bodies; record and bodies together give back what was sent.

use super::{Body, BodyRole, Observation, Score, Stamp, TraceFacts};
use foundation::Digest;

/// What kind of record arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ArrivalKind {
    /// A Langfuse `trace-create` event.
    Trace,
    /// A Langfuse `...-create` event of an observation.
    Create,
    /// A Langfuse `...-update` event of an observation.
    Update,
    /// An OpenTelemetry span.
    Span,
    Score,
}

impl ArrivalKind {
    /// The number used in storage and in digests.
    pub fn code(self) -> u8 {
        match self {
            Self::Trace => 1,
            Self::Create => 2,
            Self::Update => 3,
            Self::Span => 4,
            Self::Score => 5,
        }
    }

    /// Reads the stored number.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Trace, Self::Create, Self::Update, Self::Span, Self::Score]
            .into_iter()
            .find(|kind| kind.code() == code)
    }
}

/// How a record is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RecordForm {
    /// The event's JSON text as sent, with each body replaced by `null` at its place.
    Json,
    /// One span as an OTLP `ResourceSpans` message, without the attributes that became bodies.
    Protobuf,
}

/// An immutable record of what came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    pub kind: ArrivalKind,
    /// The trace, when the record names one.
    pub trace_id: Option<String>,
    /// The trace, observation or score it is about.
    pub entity_id: String,
    /// The client's id of the event; repeats of one event are one event.
    pub event_id: Option<String>,
    /// When it happened, UTC nanoseconds.
    pub event_ns: i64,
    pub form: RecordForm,
    /// Everything but the bodies.
    pub record: Vec<u8>,
    pub bodies: Vec<Body>,
    /// Which numbered mapping built the bodies and facts.
    pub mapping: u16,
    /// Names the arrival: SHA-256 over the digests of its parts.
    pub digest: Digest,
}

impl Arrival {
    /// Where it stands in the fold.
    pub fn stamp(&self) -> Stamp {
        Stamp::new(self.event_ns, u8::from(self.kind == ArrivalKind::Update), &self.digest)
    }

    /// The body in one role.
    pub fn body(&self, role: BodyRole) -> Option<&Body> {
        self.bodies.iter().find(|body| body.role == role)
    }

    /// The digest of kind, record and bodies; each byte is hashed once.
    pub fn digest_of(kind: ArrivalKind, record: &[u8], bodies: &[Body]) -> Digest {
        let mut text = Vec::with_capacity(64 + bodies.len() * 33);
        text.extend_from_slice(b"tracewright arrival 1\n");
        text.push(kind.code());
        text.extend_from_slice(&Digest::of(record).0);
        for body in bodies {
            text.push(body.role.code());
            text.extend_from_slice(&body.reference.digest.0);
        }
        Digest::of(&text)
    }
}

/// What an arrival says.
#[derive(Clone, Debug, PartialEq)]
pub enum Facts {
    Trace(Box<TraceFacts>),
    /// About an observation, and by the way about its trace.
    Observation(Box<Observation>, Option<Box<TraceFacts>>),
    Score(Box<Score>),
}

/// An arrival and what it says, ready for the writer: nothing costly is left to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// The immutable record.
    pub arrival: Arrival,
    pub facts: Facts,
}
