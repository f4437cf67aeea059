//! How events become the tables `order_schedules` and `order_schedule_days`: a schedule's stream is folded, its row put in place.
//!
//! During a rebuild the first event of a stream makes the rows of its last one, and the others find them done.

use diesel::prelude::*;

use crate::db::schema::order_schedules;
use crate::db::{AnyConnection, Tx};
use crate::foundation::Result;
use crate::ledger::events::read_stream;
use crate::ledger::{Event, Projection};

use super::events::{STREAM_KIND, stream_of};
use super::{reads, store};

/// The projection, to be wired in `app.rs`.
pub const PROJECTION: Projection =
    Projection { name: "order_schedules", project, tables: &["order_schedules", "order_schedule_days"] };

fn project(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    if event.stream_kind != STREAM_KIND || stored_version(tx.conn, event)? >= event.version {
        return Ok(());
    }
    let events = read_stream(tx.conn, &stream_of(event.project, &event.stream_id), None)?;
    let schedule = reads::fold_events(&events)?;
    let (Some(first), Some(last)) = (events.first(), events.last()) else { return Ok(()) };
    // Without its first event nothing says what it is called.
    if schedule.id.is_empty() {
        return Ok(());
    }
    store::put(tx.conn, event.project, &schedule, (first.at, last.at), last.version)
}

fn stored_version(conn: &mut AnyConnection, event: &Event) -> Result<i64> {
    let row = order_schedules::table.find((event.project, &event.stream_id)).select(order_schedules::version);
    let version: Option<i64> = row.first(conn).optional()?;
    Ok(version.unwrap_or(0))
}
