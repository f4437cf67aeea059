//! The verdict form: what was typed, kept when it is shown again.

use crate::audit::actions::{Judgement, NewQuote};
use crate::audit::model::{MissingReason, Outcome};
use crate::foundation::{Error, Result};
use crate::web::Form;

/// The fields as typed.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// `supported`, `refuted`, `not_enough_information` or nothing.
    pub outcome: String,
    pub quote: String,
    pub trace: String,
    pub observation: String,
    /// `input`, `output` or `metadata`.
    pub field: String,
    pub prefix: String,
    pub suffix: String,
    pub reason: String,
    pub comment: String,
    /// An own earlier verdict that this one replaces.
    pub supersedes: String,
}

impl Typed {
    /// Reads the submitted fields.
    pub fn of(form: &Form) -> Self {
        let raw = |name: &str| form.raw(name).replace("\r\n", "\n");
        let text = |name: &str| form.text(name).to_owned();
        Self {
            outcome: text("outcome"),
            quote: raw("quote"),
            trace: text("quote_trace"),
            observation: text("quote_observation"),
            field: text("quote_field"),
            prefix: raw("quote_prefix"),
            suffix: raw("quote_suffix"),
            reason: text("reason"),
            comment: raw("comment"),
            supersedes: text("supersedes"),
        }
    }

    /// The judgement they mean.
    pub fn judgement(&self, claim_id: &str) -> Result<Judgement> {
        let outcome = Outcome::parse(&self.outcome).ok_or_else(|| {
            Error::invalid("outcome", "choose supported, refuted or not enough information")
        })?;
        let unsettled = outcome == Outcome::NotEnoughInformation;
        Ok(Judgement {
            claim_id: claim_id.to_owned(),
            outcome,
            quotes: self.quote().into_iter().collect(),
            // The list stands in the form whatever was chosen; it means something for this outcome only.
            reason: MissingReason::parse(&self.reason).filter(|_| unsettled),
            comment: self.comment.clone(),
            supersedes: Some(self.supersedes.clone()).filter(|id| !id.is_empty()),
        })
    }

    /// Whether the words quoted were read in this body; an output unless it was said.
    pub fn reads(&self, body: &str) -> bool {
        self.field == body || (self.field.is_empty() && body == "output")
    }

    fn quote(&self) -> Option<NewQuote> {
        let quote = || NewQuote {
            trace_id: self.trace.clone(),
            observation_id: self.observation.clone(),
            field: self.field.clone(),
            exact: self.quote.clone(),
            prefix: self.prefix.clone(),
            suffix: self.suffix.clone(),
        };
        (!self.quote.trim().is_empty()).then(quote)
    }
}
