//! The body of `trace-create`.

use crate::environment;
use crate::event::{Header, Read};
use crate::fields::{Fields, Reader};
use crate::identity::Identity;
use crate::work_refs::Finder;
use foundation::FieldErrors;
use trace_model::{Facts, TraceFacts};

/// The longest trace name, in characters.
const MAX_NAME: usize = 1_000;

/// Reads the body of a `trace-create` event.
pub fn read(body: &Fields<'_>, header: &Header) -> Result<Read, FieldErrors> {
    let mut reader = Reader::new(body, "body.");
    // A trace without an id is its own; the event's id is the only one it will ever have.
    let trace_id = reader.id("id").unwrap_or_else(|| header.id.clone());
    let mut facts = TraceFacts {
        trace_id,
        declared: true,
        name: reader.short_text("name", MAX_NAME),
        timestamp_ns: reader.time("timestamp"),
        user_id: reader.text("userId"),
        session_id: reader.id("sessionId"),
        release: reader.text("release"),
        version: reader.text("version"),
        environment: reader.text("environment").map(|text| environment::normalise(&text)),
        public: reader.flag("public"),
        tags: reader.texts("tags"),
        metadata: reader.metadata("metadata"),
        ..TraceFacts::default()
    };
    if !reader.faults.0.is_empty() {
        return Err(reader.faults);
    }
    complete(&mut facts);
    Ok(Read { facts: Facts::Trace(Box::new(facts)) })
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
