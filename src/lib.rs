//! Tracewright: work orders proven by LLM traces, in a ledger that anyone checks offline.
//!
//! `docs/ARCHITECTURE.md` is the map.

pub mod config;
pub mod db;
pub mod foundation;
pub mod ledger;
pub mod people;
pub mod state;
pub mod web;
pub mod work_orders;
