//! What a batch is answered, event by event.

use serde::Serialize;

use foundation::FieldErrors;

/// The answer to one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventAnswer {
    /// The envelope's id, `unknown` when it cannot be read.
    pub id: String,
    /// What was wrong, by field path; `None` when the event was taken.
    pub fault: Option<String>,
    /// The status of the event alone: 201, or why it was refused.
    pub status: u16,
    /// What was left out or understood in another way, by field path, though the event was taken.
    pub notes: Option<String>,
}

impl EventAnswer {
    /// A taken event.
    pub fn taken(id: String, notes: &FieldErrors) -> Self {
        let notes = (!notes.0.is_empty()).then(|| notes.to_string());
        Self { id, fault: None, status: 201, notes }
    }

    /// An event that cannot be read.
    pub fn refused(id: String, fault: String) -> Self {
        Self { id, fault: Some(fault), status: 400, notes: None }
    }

    /// The same event, refused after all.
    pub fn refuse(&mut self, status: u16, fault: impl Into<String>) {
        *self = Self { id: std::mem::take(&mut self.id), fault: Some(fault.into()), status, notes: None };
    }
}

#[derive(Serialize)]
struct Success<'a> {
    id: &'a str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

#[derive(Serialize)]
struct Failure<'a> {
    id: &'a str,
    status: u16,
    message: &'static str,
    error: &'a str,
}

#[derive(Default, Serialize)]
struct Answer<'a> {
    successes: Vec<Success<'a>>,
    errors: Vec<Failure<'a>>,
}

/// The 207 body: `{"successes":[{id,status}],"errors":[{id,status,message,error}]}`. A success of which something was left
/// out says so in `message`.
pub fn answer_json(answers: &[EventAnswer]) -> Vec<u8> {
    let mut answer = Answer::default();
    for EventAnswer { id, fault, status, notes } in answers {
        let Some(error) = fault.as_deref() else {
            answer.successes.push(Success { id, status: *status, message: notes.as_deref() });
            continue;
        };
        let message = if *status == 400 { "Invalid request data" } else { "Access denied" };
        answer.errors.push(Failure { id, status: *status, message, error });
    }
    serde_json::to_vec(&answer).unwrap_or_default()
}
