//! How events become the tables `orders`, `order_numbers` and those beside them: an order's stream is folded, its row put in place.
//!
//! During a rebuild the first event of a stream makes the row of its last one, and the others find it done.

use diesel::prelude::*;

use crate::db::schema::orders;
use crate::db::{AnyConnection, Tx};
use crate::foundation::Result;
use crate::ledger::events::read_stream;
use crate::ledger::{Event, Projection};
use crate::order_settings::{currency, hours, policies};

use super::gathered;
use super::milestones::{self, MilestoneRow};
use super::reads::{STREAM_KIND, fold_events, stream_of};
use super::store::{self, OrderRow};

/// The projection, to be wired in `app.rs` after that of people.
pub const PROJECTION: Projection = Projection { name: "work_orders", project, tables: TABLES };

const TABLES: &[&str] = &[
    "orders",
    "order_milestones",
    "order_numbers",
    "order_policies",
    "running_timers",
    "mentions",
    "project_currency",
    "working_hours",
    "holidays",
    "absences",
];

fn project(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    match event.stream_kind.as_str() {
        STREAM_KIND => {
            gathered::projection::project(tx, event)?;
            project_order(tx, event)
        }
        currency::events::STREAM_KIND => currency::projection::project(tx, event),
        policies::events::STREAM_KIND => policies::projection::project(tx, event),
        hours::events::HOURS_KIND | hours::events::HOLIDAYS_KIND => hours::projection::project(tx, event),
        _ => Ok(()),
    }
}

fn project_order(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    if stored_version(tx.conn, event)? >= event.version {
        return Ok(());
    }
    let events = read_stream(tx.conn, &stream_of(event.project, &event.stream_id), None)?;
    let order = fold_events(&events)?;
    let (Some(first), Some(last)) = (events.first(), events.last()) else { return Ok(()) };
    if !order.exists() {
        return Ok(());
    }
    store::put(tx.conn, &OrderRow::of(event.project, &order, last.version, first.at, last.at))?;
    milestones::store::put(tx.conn, &MilestoneRow::of(event.project, &order, first.at))?;
    // A number that a file brought along leaves no gap in those given here.
    let own_number = order.imported.as_ref().is_some_and(|imported| imported.own_number);
    if own_number { Ok(()) } else { store::note_number(tx.conn, event.project, &order.number) }
}

fn stored_version(conn: &mut AnyConnection, event: &Event) -> Result<i64> {
    let version: Option<i64> = orders::table
        .filter(orders::project.eq(event.project))
        .filter(orders::order_id.eq(&event.stream_id))
        .select(orders::version)
        .first(conn)
        .optional()?;
    Ok(version.unwrap_or(0))
}
