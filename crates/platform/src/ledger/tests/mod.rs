//! Tests of the stored ledger: real databases, interruption and tampering.

mod databases;
mod proofs;
mod rebuilding;
mod sequencing;
mod tampering;
mod triggers;
