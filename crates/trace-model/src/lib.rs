//! What traces are made of: plain types, no storage, no web, no clock.
//!
//! An [`Arrival`] is what came in and never changes. An [`Observation`], a [`TraceFacts`] and a
//! [`Score`] are what one arrival says; [`merge`] folds them into what is shown, and [`image`] is the text that names
//! a revision of it.

mod arrival;
mod body;
pub mod decimal;
pub mod exact;
pub mod fact;
pub mod fields;
pub mod ids;
pub mod image;
pub mod json;
mod kinds;
pub mod lineage;
pub mod merge;
mod observation;
pub mod rules;
mod said;
mod score;
mod stamp;
pub mod times;
mod trace;
mod usage;

pub use arrival::{Arrival, ArrivalKind, Facts, Received, RecordForm};
pub use body::{Body, BodyForm, BodyRef, BodyRole, read_json};
pub use kinds::{Level, ObservationKind};
pub use observation::{Exception, Observation, PromptRef, ScopeRef, SpanLink, WorkRef};
pub use score::{Score, ScoreSource, ScoreType};
pub use stamp::Stamp;
pub use trace::{RootHint, TraceFacts};
pub use usage::{Counter, Known, TokenCounts, Usage, UsageConvention};

/// A JSON object in the order it was sent.
pub type JsonMap = serde_json::Map<String, serde_json::Value>;

/// JSON text exactly as it was sent.
pub type JsonText = Box<str>;
