//! What the database tells: sums over all projects, each found by an index or over few rows.

use std::time::Duration;

use crate::audit;
use crate::audit::exceptions;
use crate::db::{self, AnyConnection};
use crate::foundation::{Result, Timestamp};
use crate::jobs::{self, Tier};
use crate::ledger;
use crate::search;
use crate::state::App;
use crate::work_orders;
use crate::work_orders::model::Status;

use super::family::Family;
use super::registry::Registry;

/// Kinds of exceptions that are told apart: more than there are, since a newer version may have stored others.
const MOST_KINDS: usize = 20;

/// The families of what is stored.
pub fn families(app: &App, conn: &mut AnyConnection) -> Result<Registry> {
    let (mut registry, now) = (Registry::default(), app.now());
    queue(&mut registry, conn, now)?;
    log(&mut registry, conn, now)?;
    work(&mut registry, conn)?;
    let (state, waiting) = search::state_and_waiting(app, conn)?;
    registry.extend([
        Family::gauge(
            "tracewright_search_lag_seconds",
            "How long the oldest commit that search does not find yet has waited; 0 when it finds all.",
        )
        .with(&[], seconds(state.behind)),
        Family::gauge(
            "tracewright_search_waiting",
            "Receipts that are not in the search index yet, counted up to 10,000.",
        )
        .with(&[], waiting),
        Family::gauge(
            "tracewright_search_filling",
            "1 while a new search index is filled from what is stored.",
        )
        .with(&[], i64::from(state.is_filling)),
        Family::gauge(
            "tracewright_last_arrival_timestamp_seconds",
            "When traces came in last, in seconds since 1970; absent before the first.",
        )
        .told(search::last_arrival(conn)?.map(|at| seconds(at.0))),
        Family::gauge("tracewright_database_bytes", "Size of the database, the log beside it left out.")
            .with(&[], db::size(conn)?),
    ]);
    Ok(registry)
}

fn queue(registry: &mut Registry, conn: &mut AnyConnection, now: Timestamp) -> Result<()> {
    let depths = jobs::reads::depths(conn)?;
    let (running, dead) = jobs::reads::running_and_dead(conn)?;
    let help = "Jobs that wait, those for a later moment among them.";
    let mut by_tier = Family::gauge("tracewright_queue_depth", help);
    let mut by_priority = Family::gauge("queue_depth", help);
    let mut oldest = Family::gauge(
        "tracewright_queue_oldest_seconds",
        "For how long the first job of a tier could have run already; 0 when none is due.",
    );
    for tier in Tier::ALL {
        let depth = depths.iter().find(|depth| depth.tier == tier);
        let waiting = depth.map_or(0, |depth| depth.jobs);
        let late = depth.map_or(0, |depth| now.micros_since(depth.first_at));
        by_tier = by_tier.with(&[("tier", tier.as_str())], waiting);
        by_priority = by_priority.with(&[("priority", tier.as_str())], waiting);
        oldest = oldest.with(&[("tier", tier.as_str())], seconds(late));
    }
    registry.extend([
        by_tier,
        by_priority,
        oldest,
        Family::gauge("tracewright_jobs_running", "Jobs that a worker holds.").with(&[], running),
        Family::gauge(
            "tracewright_jobs_failed",
            "Jobs that failed too often and are kept until somebody looks at them.",
        )
        .with(&[], dead),
    ]);
    Ok(())
}

fn log(registry: &mut Registry, conn: &mut AnyConnection, now: Timestamp) -> Result<()> {
    let extent = ledger::reads::extent(conn)?;
    registry.extend([
        Family::counter("tracewright_ledger_events_total", "Events of the ledger.")
            .with(&[], extent.placed.saturating_add(extent.waiting)),
        Family::counter("tracewright_ledger_leaves_total", "Events with a place in the tree.")
            .with(&[], extent.placed),
        Family::gauge("tracewright_ledger_unsequenced", "Events that wait for their place in the tree.")
            .with(&[], extent.waiting),
        Family::gauge(
            "tracewright_checkpoint_age_seconds",
            "Since when the newest checkpoint is signed. It also grows while nothing happens.",
        )
        .told(extent.signed_at.map(|at| seconds(now.micros_since(at)))),
    ]);
    Ok(())
}

fn work(registry: &mut Registry, conn: &mut AnyConnection) -> Result<()> {
    let stored = work_orders::reads::overall::by_status(conn)?;
    let mut orders = Family::gauge("tracewright_orders", "Work orders by state.");
    for status in Status::ALL {
        let count: i64 =
            stored.iter().filter(|(word, _)| word == status.as_str()).map(|(_, count)| *count).sum();
        orders = orders.with(&[("status", status.as_str())], count);
    }
    registry.add(orders);
    let open = exceptions::reads::open_by_kind(conn)?;
    let unknown = open.iter().filter(|(word, _)| exceptions::Kind::read(word).is_none());
    let known = exceptions::Kind::ALL.into_iter().map(|kind| {
        let count = open.iter().find(|(word, _)| word == kind.as_str()).map_or(0, |(_, count)| *count);
        (kind.as_str(), count)
    });
    let told = known.chain(unknown.map(|(word, count)| (word.as_str(), *count)));
    let family = Family::gauge("tracewright_exceptions_open", "Exceptions that wait for an answer.");
    let family = told.fold(family, |family, (kind, count)| family.with(&[("kind", kind)], count));
    registry.add_capped(family, MOST_KINDS);
    registry.add(
        Family::gauge(
            "tracewright_claims_waiting",
            "Claims without a verdict, those of closed orders among them; counted up to 10,000.",
        )
        .with(&[], audit::reads::open_anywhere(conn)?),
    );
    Ok(())
}

/// Microseconds as seconds, none below zero.
pub(super) fn seconds(micros: i64) -> f64 {
    Duration::from_micros(u64::try_from(micros).unwrap_or_default()).as_secs_f64()
}
