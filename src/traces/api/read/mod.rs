//! The reading API of Langfuse: traces, observations, sessions.

pub mod score_view;
pub mod values;
