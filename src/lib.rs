//! Tracewright: work orders proven by LLM traces, in a ledger that anyone checks offline.
//!
//! `docs/ARCHITECTURE.md` is the map.

pub mod app;
pub mod audit;
pub mod bundle;
pub mod commands;
pub mod config;
pub mod db;
pub mod demo;
pub mod home;
pub mod intake;
pub mod integrations;
pub mod jobs;
pub mod knowledge;
pub mod langfuse_api;
pub mod ledger;
pub mod ledger_pages;
pub mod media;
pub mod metrics;
pub mod order_pages;
pub mod people;
pub mod privacy;
pub mod repricing;
pub mod router;
pub mod search;
pub mod state;
pub mod telemetry;
pub mod tombstones;
pub mod trace_pages;
pub mod traces;
pub mod trust;
pub mod web;
pub mod work_orders;

pub use foundation;
