//! Integration tests, in one binary: every feature against both databases.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "what tests build on fails the test by panicking, and says what it skips"
)]

mod acceptance;
mod access;
mod alerts;
mod api;
mod assets;
mod authority;
mod bringing;
mod budgets;
mod caches;
mod cors;
mod delegation;
mod demo;
mod failures;
mod field;
mod fields;
mod figures;
mod find;
mod fleet;
mod fuzz;
mod gateway;
mod guards;
mod harness;
mod home;
mod jobs;
mod judging;
mod mcp;
mod media;
mod metrics_api;
mod metrics_hours;
mod notices;
mod offline;
mod order_history;
mod people;
mod plans;
mod prices;
mod privacy;
mod procedures;
mod pull;
mod recognition;
mod requests;
mod rounds;
mod rules;
mod schedules;
mod scores_api;
mod scrape;
mod search;
mod slow;
mod states;
mod tampering;
mod told_apart;
mod traces;
mod walk;
mod work_orders;
