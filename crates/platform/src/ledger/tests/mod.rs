//! Tests of the stored ledger: real databases, interruption and tampering.

mod databases;
mod intruder;
mod proofs;
mod rebuilding;
mod sequencing;
mod tampering;
mod triggers;
