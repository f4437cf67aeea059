//! Signing an order: what is put before the signer, what is said by signing, and whether a signature still stands.
//!
//! A signature is written once, with the move it was made with; a later change of what was signed marks it superseded
//! in the same fold, since both come from the same event.

pub mod points;
pub mod signatures;
pub mod statement;
