//! Which accounts sent which traces, for the separation of duties.
//!
//! Only a key that speaks for somebody leaves a row: what comes by a project's key, or by rule, names nobody.

use std::collections::BTreeSet;

use diesel::prelude::*;

use crate::db::schema::trace_senders;
use crate::db::{AnyConnection, Tx, each};
use crate::foundation::{ActorKind, ProjectKey, Result};

/// Rows of one statement, and traces of one question.
const MANY: usize = 256;

/// Notes that the writer of this transaction sent these traces.
pub(super) fn note<'a>(
    tx: &mut Tx<'_>,
    project: ProjectKey,
    traces: impl Iterator<Item = &'a str>,
) -> Result<()> {
    if tx.actor().kind == ActorKind::System {
        return Ok(());
    }
    let account = tx.actor().id.clone();
    let row = |trace: &str| {
        (
            trace_senders::project.eq(project),
            trace_senders::trace_id.eq(trace.to_owned()),
            trace_senders::account_id.eq(account.clone()),
        )
    };
    let rows: Vec<_> = traces.map(row).collect();
    for chunk in rows.chunks(MANY) {
        each!(tx.conn, |c| diesel::insert_into(trace_senders::table)
            .values(chunk)
            .on_conflict_do_nothing()
            .execute(c)?);
    }
    Ok(())
}

/// The accounts whose keys sent any part of these traces.
pub fn senders_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    traces: &BTreeSet<&str>,
) -> Result<BTreeSet<String>> {
    let all: Vec<&str> = traces.iter().copied().collect();
    let mut senders = BTreeSet::new();
    for chunk in all.chunks(MANY) {
        let of_chunk = trace_senders::table
            .filter(trace_senders::project.eq(project))
            .filter(trace_senders::trace_id.eq_any(chunk.iter().copied()))
            .select(trace_senders::account_id)
            .distinct();
        senders.extend(each!(conn, |c| of_chunk.load::<String>(c))?);
    }
    Ok(senders)
}
