//! The Langfuse batch endpoint (`POST /api/public/ingestion`) and the score endpoint.
//!
//! A batch that is JSON is always answered event by event: 201 for what was taken, 400 with the
//! field path for what was not. Clients repeat whole batches, so every event is safe to take twice.

pub mod event;
mod kept;
pub mod observation;
pub mod score;
pub mod trace;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::bounded::AtMost;
use foundation::{Error, Result};
use masking::Finding;
use masking::Masker;
use trace_model::Received;

/// What becomes of a batch.
#[derive(Debug, Default)]
pub struct Batch {
    pub received: Vec<Received>,
    /// What to answer, event by event, in the order sent.
    pub answers: Vec<EventAnswer>,
    /// What was masked.
    pub found: Vec<Finding>,
}

/// The answer to one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventAnswer {
    /// The envelope's id, `unknown` when it cannot be read.
    pub id: String,
    /// What was wrong, by field path; `None` when the event was taken.
    pub fault: Option<String>,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    batch: AtMost<&'a RawValue>,
}

/// Reads a batch body, masking nothing. Fails only when the body is no object with a list `batch`.
pub fn read_batch(body: &[u8]) -> Result<Batch> {
    read_batch_masked(body, &Masker::default())
}

/// [`read_batch`] with masking.
pub fn read_batch_masked(body: &[u8], masker: &Masker) -> Result<Batch> {
    let text = std::str::from_utf8(body)
        .map_err(|cause| Error::invalid("", format!("the body is not UTF-8: {cause}")))?;
    // Without this a list would be read as the envelope's fields in order.
    if !text.trim_start().starts_with('{') {
        return Err(Error::invalid("", "the body must be a JSON object with a list `batch`"));
    }
    let envelope: Envelope<'_> = serde_json::from_str(text).map_err(|cause| {
        Error::invalid("batch", format!("the body must be JSON with a list `batch`: {cause}"))
    })?;
    let mut batch = Batch::default();
    for raw in envelope.batch {
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

/// The 207 body: `{"successes":[{id,status}],"errors":[{id,status,message,error}]}`.
pub fn answer_json(answers: &[EventAnswer]) -> Vec<u8> {
    #[derive(Serialize)]
    struct Success<'a> {
        id: &'a str,
        status: u16,
    }
    #[derive(Serialize)]
    struct Failure<'a> {
        id: &'a str,
        status: u16,
        message: &'static str,
        error: &'a str,
    }
    #[derive(Serialize)]
    struct Answer<'a> {
        successes: Vec<Success<'a>>,
        errors: Vec<Failure<'a>>,
    }
    let taken = answers.iter().filter(|answer| answer.fault.is_none());
    let refused = answers.iter().filter_map(|answer| Some((answer.id.as_str(), answer.fault.as_deref()?)));
    let answer = Answer {
        successes: taken.map(|answer| Success { id: &answer.id, status: 201 }).collect(),
        errors: refused
            .map(|(id, error)| Failure { id, status: 400, message: "Invalid request data", error })
            .collect(),
    };
    serde_json::to_vec(&answer).unwrap_or_default()
}

#[cfg(test)]
mod tests;
