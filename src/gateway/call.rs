//! One call under way: it is written down before it is sent, and how it ended is written down in any case, whoever goes away.

use std::sync::Arc;

use crate::foundation::{Clock, Timestamp};

use super::answer::{Answer, Reading};
use super::model::{Kind, State};
use super::record::{Begun, Ended, Record};
use super::span::{Asked, span};
use super::spool::Spool;

/// Characters of a model's name that are kept.
const LONGEST_NAME: usize = 200;

/// A call that has a number. Dropped before its end it is one that was cut off by its client.
pub struct Call {
    pub kind: Kind,
    pub begun: Begun,
    pub asked: Asked,
    status: Option<u16>,
    reading: Option<Reading>,
    /// When the first byte of the answer came.
    first: Option<Timestamp>,
    is_over: bool,
    spool: Arc<Spool>,
    clock: Arc<dyn Clock>,
}

impl Call {
    /// Writes down that it begins; nothing may be sent when this fails.
    pub fn begin(
        kind: Kind,
        begun: Begun,
        asked: Asked,
        spool: Arc<Spool>,
        clock: Arc<dyn Clock>,
    ) -> std::io::Result<Self> {
        spool.write(&Record::Begun(begun.clone()))?;
        Ok(Self {
            kind,
            begun,
            asked,
            status: None,
            reading: None,
            first: None,
            is_over: false,
            spool,
            clock,
        })
    }

    /// The head of the answer came.
    pub fn answered(&mut self, status: u16, reading: Reading) {
        self.status = Some(status);
        self.reading = Some(reading);
    }

    /// A piece of the answer came.
    pub fn feed(&mut self, bytes: &[u8]) {
        if self.is_over {
            return;
        }
        if self.first.is_none() {
            self.first = Some(self.clock.now());
        }
        if let Some(reading) = &mut self.reading {
            reading.feed(bytes);
        }
    }

    /// Whether how it ended is written down.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// Whether a stream has said that it is at its end.
    pub fn is_complete(&self) -> bool {
        self.reading.as_ref().is_some_and(Reading::is_complete)
    }

    /// The whole answer came: an error of the upstream is a failed call.
    pub fn complete(&mut self) {
        self.end(None);
    }

    /// It came to no whole answer.
    pub fn fail(&mut self, state: State, reason: String) {
        self.end(Some((state, reason)));
    }

    /// Writes down how it ended, once.
    fn end(&mut self, fault: Option<(State, String)>) {
        if std::mem::replace(&mut self.is_over, true) {
            return;
        }
        let mut answer = self.reading.take().map(Reading::answer).unwrap_or_default();
        answer.model = answer.model.as_deref().and_then(named);
        let (state, reason) = match fault {
            Some((state, reason)) => (state, Some(reason)),
            None => self.outcome(&answer),
        };
        let ended = Ended {
            state,
            status: self.status,
            reason,
            model: answer.model.clone(),
            input_tokens: answer.tokens.all_input(),
            output_tokens: answer.tokens.all_output(),
            at: self.clock.now().max(self.begun.at),
        };
        let span = span(self.kind, &self.begun, &ended, &self.asked, &answer, self.first);
        let record = Record::Ended { begun: self.begun.clone(), ended, span };
        if let Err(cause) = self.spool.write_or_keep(&record) {
            tracing::error!(%cause, number = self.begun.number, "the end of a call could not be written down");
        }
    }

    /// The provider's own words go into the trace alone, where they are masked.
    fn outcome(&self, answer: &Answer) -> (State, Option<String>) {
        let status = self.status.unwrap_or_default();
        match (&answer.error, status) {
            (None, 200..=399) => (State::Answered, None),
            (Some(_), 200..=399) => (State::Failed, Some("the answer became an error on its way".to_owned())),
            (_, status) => (State::Failed, Some(format!("the upstream answered {status}"))),
        }
    }
}

/// A model's name as it can be stored: some providers repeat whatever was asked for, and no database takes every character.
fn named(model: &str) -> Option<String> {
    let name: String = model.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    (!name.is_empty()).then_some(name)
}

impl Drop for Call {
    fn drop(&mut self) {
        self.end(Some((State::Cut, "the client went away before the end of the answer".to_owned())));
    }
}
