//! The web side: whose call it is, the call on its way, what we answer ourselves.

mod auth;
mod pass;
mod refusal;

pub use pass::{anthropic, openai};
pub use refusal::HEADER;
