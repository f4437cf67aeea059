//! How events become rows of `budgets`: each puts the row of its budget in the place of the one before.

use crate::db::Tx;
use crate::foundation::Result;
use crate::ledger::events::read_stream;
use crate::ledger::{Event, Projection};

use super::events::{STREAM_KIND, stream_of};
use super::{reads, store};

/// The projection, to be wired in `app.rs`.
pub const PROJECTION: Projection = Projection { name: "budgets", project, tables: &["budgets"] };

fn project(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    if event.stream_kind != STREAM_KIND {
        return Ok(());
    }
    let events = read_stream(tx.conn, &stream_of(event.project, &event.stream_id), None)?;
    // Without its first event nothing says what it is about.
    match reads::fold_events(&events)? {
        Some(budget) => store::put(tx.conn, event.project, &budget),
        None => Ok(()),
    }
}
