//! What calls of models cost: tables of prices, the matching of model names, exact sums.
//!
//! A rate is a whole number of nano-dollars per million tokens; a cost is summed in 128 bits and rounded once. A [`book`]
//! answers which price a call has at its time; [`import`] reads the tables of LiteLLM and Langfuse and our own form.

pub mod book;
mod builtin;
pub mod calls;
pub mod import;
pub mod matching;
pub mod model;
pub mod plan;

pub use builtin::{LABEL as BUILTIN_LABEL, table as builtin_table};
