//! The Langfuse batch endpoint (`POST /api/public/ingestion`) and the score endpoint.
//!
//! A batch that is JSON is always answered event by event: 201 for what was taken, 400 with the
//! field path for what was not. An odd value costs itself: the event is taken and its answer says what was left out.
//! Clients repeat whole batches, so every event is safe to take twice.

mod answer;
mod envelope;
pub mod event;
mod kept;
pub mod observation;
pub mod score;
pub mod trace;

pub use answer::{EventAnswer, answer_json};

use envelope::Envelope;
use foundation::{Error, Result};
use masking::Finding;
use masking::Masker;
use trace_model::{Received, json};

/// What becomes of a batch.
#[derive(Debug, Default)]
pub struct Batch {
    pub received: Vec<Received>,
    /// What to answer, event by event, in the order sent.
    pub answers: Vec<EventAnswer>,
    /// What was masked.
    pub found: Vec<Finding>,
}

/// Reads a batch body, masking nothing. Fails only when the body is no object with a list `batch`.
pub fn read_batch(body: &[u8]) -> Result<Batch> {
    read_batch_masked(body, &Masker::default())
}

/// [`read_batch`] with masking.
pub fn read_batch_masked(body: &[u8], masker: &Masker) -> Result<Batch> {
    let (text, mended) = (json::text_of(body), std::cell::OnceCell::new());
    let envelope = Envelope::read(&text).or_else(|fault| {
        let mended = mended.get_or_init(|| json::mended(&text));
        mended.as_deref().map_or(Err(fault), Envelope::read)
    });
    let envelope = envelope.map_err(|cause| {
        Error::invalid("batch", format!("the body must be a JSON object with a list `batch`: {cause}"))
    })?;
    let mut batch = Batch::default();
    for raw in envelope.0 {
        match masker.json(raw.get(), kept::in_event) {
            None => event::read(raw.get(), &mut batch),
            Some((text, notes)) => {
                let before = batch.received.len();
                event::read(&text, &mut batch);
                batch.found.extend(
                    batch.received.get(before).map(|one| kept::findings(notes, one)).unwrap_or_default(),
                );
            }
        }
    }
    Ok(batch)
}

#[cfg(test)]
mod odd_values_test;
#[cfg(test)]
mod tests;
