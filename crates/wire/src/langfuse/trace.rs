//! The body of `trace-create`.

use super::event::{Header, Read};
use crate::mapping::environment;
use crate::mapping::identity::Identity;
use crate::mapping::work_refs::Finder;
use foundation::FieldErrors;
use trace_model::fields::{Fields, Reader};
use trace_model::{ArrivalKind, BodyRole, Facts, TraceFacts};

/// The longest trace name, in characters.
const MAX_NAME: usize = 1_000;

/// Reads the body of a `trace-create` event.
pub fn read(body: &Fields<'_>, header: &Header) -> Result<Read, FieldErrors> {
    let mut reader = Reader::new(body, "body.");
    // A trace without an id is its own; the event's id is the only one it will ever have.
    let trace_id = reader.own_id("id").unwrap_or_else(|| header.id.clone());
    let mut facts = TraceFacts {
        trace_id: trace_id.clone(),
        declared: true,
        name: reader.said_short_text("name", MAX_NAME),
        timestamp_ns: reader.said_time("timestamp"),
        user_id: reader.said_word("userId"),
        session_id: reader.said_id("sessionId"),
        release: reader.said_word("release"),
        version: reader.said_word("version"),
        environment: reader.said_word("environment").map(|text| environment::normalise(&text)),
        public: reader.said_flag("public"),
        tags: reader.said_texts("tags"),
        metadata: reader.metadata("metadata"),
        ..TraceFacts::default()
    };
    if !reader.faults.0.is_empty() {
        return Err(reader.faults);
    }
    complete(&mut facts);
    Ok(Read {
        kind: ArrivalKind::Trace,
        trace_id: Some(trace_id.clone()),
        entity_id: trace_id,
        facts: Facts::Trace(Box::new(facts)),
        bodies: vec![(BodyRole::TraceInput, "input"), (BodyRole::TraceOutput, "output")],
        notes: reader.notes,
    })
}

/// Reads tenant and work orders out of tags and metadata.
fn complete(facts: &mut TraceFacts) {
    let mut identity = Identity::default();
    identity.offer_metadata(&facts.metadata);
    identity.offer_tags(&facts.tags);
    identity.fill_trace(facts);
    let mut finder = Finder::default();
    finder.see_metadata(&facts.metadata);
    finder.see_tags(&facts.tags);
    facts.work_refs = finder.finish();
}
