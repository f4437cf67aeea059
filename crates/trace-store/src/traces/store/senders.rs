//! Which accounts sent which traces, for the separation of duties.
//!
//! They are known after the trace was erased too, under its mark: what somebody sent stays theirs for whoever answers or
//! judges what came of it. Only a key that speaks for somebody leaves a row: what comes by a project's key, or by rule, names nobody.

use std::collections::BTreeSet;

use diesel::prelude::*;

use crate::db::schema::trace_senders;
use crate::db::{AnyConnection, Tx, each};
use crate::foundation::{ActorKind, ProjectKey, Result};
use crate::tombstones::trace_mark;

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

/// What stands for an erased trace instead of its id.
fn mark(project: ProjectKey, trace: &str) -> String {
    trace_mark(project, trace).to_hex()
}

/// Keeps the senders of erased traces under the traces' marks.
pub(super) fn keep_of_erased(conn: &mut AnyConnection, project: ProjectKey, traces: &[&str]) -> Result<()> {
    let known: Vec<(String, String)> = each!(conn, |c| trace_senders::table
        .filter(trace_senders::project.eq(project))
        .filter(trace_senders::trace_id.eq_any(traces))
        .select((trace_senders::trace_id, trace_senders::account_id))
        .load(c))?;
    let row = |(trace, account): (String, String)| {
        (
            trace_senders::project.eq(project),
            trace_senders::trace_id.eq(mark(project, &trace)),
            trace_senders::account_id.eq(account),
        )
    };
    let rows: Vec<_> = known.into_iter().map(row).collect();
    for chunk in rows.chunks(MANY) {
        each!(conn, |c| diesel::insert_into(trace_senders::table)
            .values(chunk)
            .on_conflict_do_nothing()
            .execute(c)?);
    }
    each!(conn, |c| diesel::delete(trace_senders::table)
        .filter(trace_senders::project.eq(project))
        .filter(trace_senders::trace_id.eq_any(traces))
        .execute(c)?);
    Ok(())
}

/// The accounts whose keys sent any part of these traces, erased ones too.
pub fn senders_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    traces: &BTreeSet<&str>,
) -> Result<BTreeSet<String>> {
    let marks: Vec<String> = traces.iter().map(|trace| mark(project, trace)).collect();
    let all: Vec<&str> = traces.iter().copied().chain(marks.iter().map(String::as_str)).collect();
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
