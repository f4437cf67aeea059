//! How events become erasures and tombstones.

use diesel::prelude::*;

use crate::db::schema::{erased_traces, erasures};
use crate::db::{Tx, each};
use crate::foundation::Result;
use crate::ledger::{Event, Projection};

use super::events::{ERASED, TracesErased};

/// The read tables of erasures.
pub const PROJECTION: Projection =
    Projection { name: "tombstones", project, tables: &["erasures", "erased_traces"] };

fn project(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    if event.kind == ERASED && event.body.is_some() {
        let erased: TracesErased = event.json().read()?;
        take_erasure(tx, event, &erased)?;
    }
    Ok(())
}

fn take_erasure(tx: &mut Tx<'_>, event: &Event, erased: &TracesErased) -> Result<()> {
    let reason = event.body.as_ref().and_then(|body| body.reason.clone()).unwrap_or_default();
    let row = (
        erasures::project.eq(event.project),
        erasures::event_id.eq(&event.id),
        erasures::run.eq(&erased.run),
        erasures::at.eq(event.at),
        erasures::by_id.eq(&event.actor),
        erasures::by_name.eq(event.actor_name()),
        erasures::why.eq(erased.why.as_str()),
        erasures::reason.eq(reason),
        erasures::traces.eq(count(erased.traces.len() as u64)),
        erasures::observations.eq(count(erased.observations)),
        erasures::scores.eq(count(erased.scores)),
    );
    diesel::insert_into(erasures::table).values(row).execute(tx.conn)?;
    for chunk in erased.traces.chunks(128) {
        let stones: Vec<_> = chunk
            .iter()
            .map(|mark| {
                (
                    erased_traces::project.eq(event.project),
                    erased_traces::trace.eq(mark.0.as_slice()),
                    erased_traces::event_id.eq(&event.id),
                    erased_traces::at.eq(event.at),
                )
            })
            .collect();
        // The first erasure of a trace keeps its stone: what came later was dropped anyway.
        each!(&mut *tx.conn, |c| diesel::insert_into(erased_traces::table)
            .values(&stones)
            .on_conflict_do_nothing()
            .execute(c))?;
    }
    Ok(())
}

fn count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
