//! Rows of `queued_entries`.

use diesel::prelude::*;

use super::model::{Answered, Entry, Outcome};
use crate::db::schema::queued_entries::{self, dsl};
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result, Timestamp};

/// One entry with the answer it was given.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = queued_entries, treat_none_as_null = true)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct QueuedRow {
    project: ProjectKey,
    account_id: String,
    entry_id: String,
    pub order_id: String,
    entry: String,
    pub claimed_at: Timestamp,
    pub received_at: Timestamp,
    outcome: String,
    answer: String,
    /// How its part of the order stood right after it.
    pub standing: String,
    /// When nothing was left to decide.
    pub settled_at: Option<Timestamp>,
    /// `mine` or `theirs`, where somebody decided; else empty.
    pub settled_how: String,
}

impl QueuedRow {
    /// The row of an entry with its answer; what is recorded is settled at once.
    pub(super) fn of(
        project: ProjectKey,
        account: &str,
        entry: &Entry,
        answer: &Answered,
        standing: String,
    ) -> Result<Self> {
        Ok(Self {
            project,
            account_id: account.to_owned(),
            entry_id: entry.id.clone(),
            order_id: entry.order.clone(),
            entry: serde_json::to_string(entry)?,
            claimed_at: entry.claimed,
            received_at: answer.received,
            outcome: answer.outcome.as_str().to_owned(),
            answer: serde_json::to_string(answer)?,
            standing,
            settled_at: (answer.outcome == Outcome::Applied).then_some(answer.received),
            settled_how: String::new(),
        })
    }

    /// The entry as it came.
    pub fn entry(&self) -> Result<Entry> {
        Ok(serde_json::from_str(&self.entry)?)
    }

    /// The answer it was given.
    pub fn answer(&self) -> Result<Answered> {
        Ok(serde_json::from_str(&self.answer)?)
    }

    /// Whether it is in the record.
    pub fn is_applied(&self) -> bool {
        self.outcome == Outcome::Applied.as_str()
    }

    /// Notes that its owner decided about it.
    pub(super) fn settle(&mut self, how: &str, at: Timestamp) {
        self.settled_at = Some(at);
        how.clone_into(&mut self.settled_how);
    }
}

pub(super) fn find(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
    entry: &str,
) -> Result<Option<QueuedRow>> {
    let row = queued_entries::table.find((project, account, entry));
    Ok(row.select(QueuedRow::as_select()).first(conn).optional()?)
}

/// Puts the row in place of the one with its id.
pub(super) fn put(conn: &mut AnyConnection, row: &QueuedRow) -> Result<()> {
    each!(conn, |c| diesel::insert_into(queued_entries::table)
        .values(row)
        .on_conflict((dsl::project, dsl::account_id, dsl::entry_id))
        .do_update()
        .set(row)
        .execute(c))?;
    Ok(())
}

/// Entries of an account about which something is to decide, the oldest first.
pub(super) fn undecided(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
    limit: i64,
) -> Result<Vec<QueuedRow>> {
    let own = queued_entries::table.filter(dsl::project.eq(project)).filter(dsl::account_id.eq(account));
    let open = own.filter(dsl::settled_at.is_null());
    Ok(open
        .order((dsl::received_at.asc(), dsl::entry_id.asc()))
        .limit(limit)
        .select(QueuedRow::as_select())
        .load(conn)?)
}

/// Entries of an account that were settled after a moment, the newest first.
pub(super) fn settled(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
    after: Timestamp,
    limit: i64,
) -> Result<Vec<QueuedRow>> {
    let own = queued_entries::table.filter(dsl::project.eq(project)).filter(dsl::account_id.eq(account));
    Ok(own
        .filter(dsl::settled_at.gt(after))
        .order((dsl::settled_at.desc(), dsl::entry_id.desc()))
        .limit(limit)
        .select(QueuedRow::as_select())
        .load(conn)?)
}

/// Forgets what was settled before a moment; how many that were.
pub(super) fn prune(conn: &mut AnyConnection, before: Timestamp) -> Result<usize> {
    Ok(diesel::delete(queued_entries::table.filter(dsl::settled_at.lt(before))).execute(conn)?)
}
