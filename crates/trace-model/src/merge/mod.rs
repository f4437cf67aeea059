//! The fold: from arrivals to what is shown. Pure, and blind to the order in which things came in.
//!
//! Rules (those of Langfuse's own merge): later events overwrite field by field; absent fields and
//! empty objects overwrite nothing; metadata merges deeply; tags unite; the latest truthy input and
//! output win; trace, start time and environment stay as the earliest event said.

mod metadata;
mod observation;
pub(crate) mod register;
mod score;

pub use crate::trace::{Trace, TraceFold};
pub use metadata::{MetadataTree, merge_into};
pub use observation::{FoldedObservation, Part, fold_observation};
pub use score::{ScorePart, fold_score};
