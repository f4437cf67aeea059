//! Tracewright: work orders proven by LLM traces, in a ledger that anyone checks offline.
//!
//! `docs/ARCHITECTURE.md` is the map.

pub mod alert_pages;
pub mod alerts;
pub mod api;
pub mod app;
pub mod asset_pages;
pub mod assets;
pub mod audit;
pub mod budget_pages;
pub mod budgets;
pub mod bundle;
pub mod charts;
pub mod commands;
pub mod coverage;
pub mod delegation_pages;
pub mod demo;
pub mod figures;
pub mod find;
pub mod fleet;
pub mod fleet_pages;
pub mod folder_sync;
pub mod gateway;
pub mod handoffs;
pub mod home;
pub mod imports;
pub mod intake;
pub mod integrations;
pub mod knowledge;
pub mod langfuse_api;
pub mod maintenance;
pub mod mcp;
pub mod notices;
pub mod offline;
pub mod order_history;
pub mod order_lists;
pub mod order_pages;
pub mod order_settings;
pub mod performance;
pub mod performance_pages;
pub mod privacy;
pub mod recognition;
pub mod review_pages;
pub mod router;
pub mod scrape;
pub mod shapes;
pub mod system_pages;
pub mod trace_pages;
pub mod trust;
pub mod work_orders;

pub use database as db;
pub use foundation;
pub use platform::{
    config, jobs, kept_filters, ledger, ledger_pages, people, state, telemetry, tombstones, web,
};
pub use trace_store::{
    bodies, checks, conversations, fields, hours, media, metrics, repricing, scores, search, series, traces,
};
