//! What every feature of Tracewright stands on: settings, the ledger, the web shell, the durable queue, accounts and what
//! they may do. It knows no feature.

pub mod config;
pub mod jobs;
pub mod kept_filters;
pub mod ledger;
pub mod ledger_pages;
pub mod people;
pub mod state;
pub mod telemetry;
pub mod tombstones;
pub mod web;

pub use database as db;
pub use foundation;
