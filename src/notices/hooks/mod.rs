//! Webhooks: what happens in a project, told to an address, signed as Standard Webhooks (<https://www.standardwebhooks.com>) ask.
//!
//! A message carries opaque names and a link, none of the words: whoever hears it asks here, as somebody who may see it.

pub mod client;
pub mod job;
pub mod messages;
pub mod sign;
pub mod target;
