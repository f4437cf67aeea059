//! Handoffs between agents, checked before they are relied on.

use actix_web::web::{Data, Payload};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::call::{Call, Given};
use super::operations::{Operation, Operations};
use super::refusal::Answer;
use crate::foundation::{Action, Error};
use crate::handoffs::actions::{Asked, Outcome, validate};
use crate::handoffs::model::{Handoff, Reason, Source, Strictness};
use crate::intake::Intake;
use crate::web::Access;

/// How much is asked of a handoff.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StrictnessWord {
    /// Who, to whom, and what it rests on.
    #[default]
    Lenient,
    /// What it rests on is there and the source agent's own, and every number, name and quote of the payload is found in it.
    Strict,
}

/// What a handoff rests on: an observation, a whole trace, or words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandoffSource {
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    pub trace_id: Option<String>,
    /// In that trace; all of it where it is left out.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    pub observation_id: Option<String>,
    /// In place of both: what the source agent had, as it is.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200_000)]
    pub text: Option<String>,
}

/// A handoff to check. What is missing is a reason to reject it, no fault of the request.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHandoff {
    /// The agent that hands on.
    #[serde(default)]
    #[schema(max_length = 300)]
    pub source_agent: String,
    /// The agent that takes over.
    #[serde(default)]
    #[schema(max_length = 300)]
    pub target_agent: String,
    /// Whom the work is for.
    #[serde(default)]
    #[schema(max_length = 300)]
    pub tenant: String,
    #[serde(default)]
    pub strictness: StrictnessWord,
    /// What is handed on: words, or any JSON.
    #[serde(default)]
    pub payload: Value,
    #[serde(default)]
    #[schema(max_items = 50)]
    pub sources: Vec<HandoffSource>,
    /// The trace that it is part of; one of its own where it is left out.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    pub trace_id: Option<String>,
    /// The observation in that trace that it hangs from.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    pub parent_observation_id: Option<String>,
    /// Whether what comes of it is kept as a span, which takes a key that may send traces; it is where this is left out.
    #[serde(default)]
    pub keep: Option<bool>,
}

/// What came of a check.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HandoffView {
    /// `valid` or `invalid`.
    #[schema(example = "invalid")]
    pub result: &'static str,
    pub strictness: StrictnessWord,
    /// Why it is rejected; empty where it is valid.
    pub reasons: Vec<HandoffReason>,
    /// Values that were looked for in what the source agent had; 0 where it is not strict.
    #[schema(minimum = 0)]
    pub values: usize,
    /// How many of them are there.
    #[schema(minimum = 0)]
    pub values_found: usize,
    /// Where it is kept; none where it was not to be.
    pub trace_id: Option<String>,
    pub observation_id: Option<String>,
}

/// One reason to reject a handoff.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HandoffReason {
    /// A word that stays as it is, such as `attribution_missing`.
    pub code: &'static str,
    /// The same for people.
    pub words: String,
}

/// Registers the operation. A check reads traces, so whoever reads those may ask for it.
pub fn operations(all: &mut Operations<'_>) {
    let check = Operation::post(
        "/api/v1/handoffs/validate",
        "Handoffs",
        "validateHandoff",
        "Check a handoff from one agent to another",
    )
    .about(
        "A handoff without a source agent, or that does not say what it rests on, is rejected with the reasons: the answer is 200 and \
         `invalid`. A strict one is held to what the source agent read and wrote in the sources: numbers, names, quotes and short values \
         that are not there are named. What came of it is kept as a span `handoff` in the trace, so it counts and is evidence.",
    )
    .takes::<NewHandoff>(json!({
        "source_agent": "planner",
        "target_agent": "buyer",
        "tenant": "acme",
        "strictness": "strict",
        "payload": { "part": "B-7", "count": 4 },
        "sources": [{ "text": "The pump needs part B-7 four times: 4." }],
        "keep": false
    }))
    .gives::<HandoffView>(200, "What came of it.");
    all.add(check, Access::SignedIn, self::check);
}

/// POST `/api/v1/handoffs/validate`.
pub async fn check(call: Call, intake: Data<Intake>, payload: Payload) -> Answer {
    let act = move |call: Call, new: NewHandoff| async move {
        let strictness = new.strictness;
        let asked = new.asked()?;
        if asked.is_kept {
            call.who.must(Action::SendTraces)?;
        }
        let outcome = validate(call.app(), &intake, &call.who, asked).await?;
        Given::done(&HandoffView::of(strictness, outcome))
    };
    call.once(payload, act).await
}

impl NewHandoff {
    fn asked(self) -> Result<Asked, Error> {
        let sources = self.sources.into_iter().map(HandoffSource::read).collect::<Result<_, Error>>()?;
        if self.parent_observation_id.is_some() && self.trace_id.is_none() {
            return Err(Error::invalid("parent_observation_id", "name the trace that it is part of as well"));
        }
        let handoff = Handoff {
            source_agent: self.source_agent.trim().to_owned(),
            target_agent: self.target_agent.trim().to_owned(),
            tenant: self.tenant.trim().to_owned(),
            strictness: match self.strictness {
                StrictnessWord::Lenient => Strictness::Lenient,
                StrictnessWord::Strict => Strictness::Strict,
            },
            payload: self.payload,
            sources,
        };
        let (trace_id, parent_id) = (self.trace_id, self.parent_observation_id);
        Ok(Asked { handoff, trace_id, parent_id, is_kept: self.keep.unwrap_or(true) })
    }
}

impl HandoffSource {
    fn read(self) -> Result<Source, Error> {
        match (self.trace_id, self.observation_id, self.text) {
            (Some(trace_id), observation_id, None) => Ok(Source::Stored { trace_id, observation_id }),
            (None, None, Some(text)) => Ok(Source::Text(text)),
            _ => {
                Err(Error::invalid("sources", "each is a trace_id, with an observation_id or not, or a text"))
            }
        }
    }
}

impl HandoffView {
    fn of(strictness: StrictnessWord, outcome: Outcome) -> Self {
        let Outcome { checked, kept } = outcome;
        let (trace_id, observation_id) = kept.unzip();
        let reason = |reason: &Reason| HandoffReason { code: reason.code(), words: reason.words() };
        Self {
            result: checked.result(),
            strictness,
            reasons: checked.reasons.iter().map(reason).collect(),
            values: checked.values,
            values_found: checked.found,
            trace_id,
            observation_id,
        }
    }
}
