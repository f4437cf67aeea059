//! Tracewright: work orders proven by LLM traces, in a ledger that anyone checks offline.
//!
//! `docs/ARCHITECTURE.md` is the map.

pub mod foundation;
pub mod traces;
