//! Signing an order: what is put before the signer, what exactly is signed, and whether a signature still stands.
//!
//! A signature names one version of one order by a hash over its record, so that it fits no other order and no other
//! version. It is written once, with the move it was made with; a later change of what was signed marks it superseded
//! in the same transaction, since both come from the same event.

pub mod content;
pub mod written;

pub use content::{Check, Record, digest};
pub use order_rules::signing::{points, signatures, statement};
