//! What is gathered while the work is done: files and photos, time, parts with their cost, mentions.
//!
//! Its events stand in the stream of the order, decided and folded with everything else of it. The bytes of files lie in object storage under the id of their file and are held against the digest
//! in the event before the order is verified.

pub(super) mod projection;
pub mod reads;
pub mod storage;
pub(super) mod store;

pub use order_rules::gathered::{GatheredEvent, StopCause, events, mentions};
