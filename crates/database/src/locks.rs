//! Advisory locks: who makes whom wait until COMMIT. SQLite has one writer anyway; there nothing is locked.
//!
//! All numbers of PostgreSQL advisory locks stand here, so that no two meet by accident. What takes several takes them in
//! the order of this file: traces and scores, conversations, media, hours, series.

use diesel::RunQueryDsl as _;

use foundation::{Digest, ProjectKey, Result};

use super::{AnyConnection, Tx};

/// Held while the schema is brought up to date.
pub const MIGRATING: i64 = 7_401_884_112;
/// Held by writers about people, so that codes, locks and "the last admin" are counted right.
pub const PEOPLE: i64 = 7_401_884_113;
/// Held by whoever adds up the series of the fleet; taken after all others.
pub const SERIES: i64 = 7_401_884_114;

/// Locks are shared among this many names, so that a huge request cannot exhaust the server's lock table: by default it
/// takes some 10,000, and traces and sessions have so many each.
const LOCKS: i64 = 4_096;

/// Writers about one trace or score take turns; `kind` says which.
pub fn turn(project: ProjectKey, kind: &str, id: &str) -> i64 {
    7_401_884_200_000 + lock(project, kind, id)
}

/// The turns of all traces and scores at once, for whoever must be alone with them.
pub fn every_turn() -> Vec<i64> {
    (0..LOCKS).map(|lock| 7_401_884_200_000 + lock).collect()
}

/// Scopes of sessions have locks of their own, always taken after those of traces, so that nobody waits in a circle.
pub fn scope_turn(project: ProjectKey, scope: &str) -> i64 {
    7_401_884_300_000 + lock(project, "session", scope)
}

/// Media too: who erases a trace holds its lock already.
pub fn media_turn(project: ProjectKey, id: &str) -> i64 {
    7_401_884_400_000 + lock(project, "media", id)
}

fn lock(project: ProjectKey, kind: &str, id: &str) -> i64 {
    let digest = Digest::of_parts(&[kind.as_bytes(), &project.0.to_be_bytes(), id.as_bytes()]);
    digest.0.iter().take(6).fold(0_i64, |sum, byte| sum << 8 | i64::from(*byte)).rem_euclid(LOCKS)
}

/// Whoever writes or removes the sums of an hour holds this; always taken last.
pub fn hour_turn(project: ProjectKey, start_at: i64) -> i64 {
    7_401_884_500_000 + lock(project, "hour", &start_at.to_string())
}

/// Makes writers about the same traces or scores take turns until COMMIT. SQLite has one writer anyway.
pub fn take_turns(conn: &mut AnyConnection, mut keys: Vec<i64>) -> Result<()> {
    let AnyConnection::Postgres(conn) = conn else { return Ok(()) };
    if keys.is_empty() {
        return Ok(());
    }
    keys.sort_unstable();
    keys.dedup();
    diesel::sql_query(
        "SELECT count(pg_advisory_xact_lock(k)) FROM (SELECT unnest($1) AS k ORDER BY 1) AS sorted",
    )
    .bind::<diesel::sql_types::Array<diesel::sql_types::BigInt>, _>(keys)
    .execute(conn)?;
    Ok(())
}

/// One key of [`take_turns`], in the caller's transaction.
pub fn take_turn(tx: &mut Tx<'_>, key: i64) -> Result<()> {
    take_turns(tx.conn, vec![key])
}

/// Writers about one work order, or about its numbers, take turns.
pub fn order_turn(project: ProjectKey, what: &str) -> i64 {
    let digest = Digest::of_parts(&[b"work_order", &project.0.to_be_bytes(), what.as_bytes()]);
    digest.0.first_chunk().map_or(0, |bytes| i64::from_be_bytes(*bytes))
}
