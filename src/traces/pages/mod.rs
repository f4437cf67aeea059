//! The pages of traces: the list, and one trace with its tree, waterfall and messages.
//!
//! Pages load the summary, the tree's columns and the bodies of one chosen observation, never more.

pub mod messages;
pub mod tree;
