//! The web side: whose call it is, what of it goes on, the call on its way, what we answer ourselves.

mod auth;
mod onward;
mod pass;
mod refusal;

pub use pass::{anthropic, openai};
pub use refusal::HEADER;
