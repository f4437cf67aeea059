//! Rows of `running_timers`, `mentions` and `mentions_read`.

use diesel::prelude::*;

use crate::db::schema::{mentions, mentions_read, running_timers};
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::ledger::Event;

/// A timer that runs.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = running_timers)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct TimerRow {
    pub timer_id: String,
    pub order_id: String,
    pub since: Timestamp,
}

pub(super) fn start(conn: &mut AnyConnection, event: &Event, timer: &str) -> Result<()> {
    let row = (
        running_timers::project.eq(event.project),
        running_timers::account_id.eq(&event.actor),
        running_timers::timer_id.eq(timer),
        running_timers::order_id.eq(&event.stream_id),
        running_timers::since.eq(event.at),
    );
    each!(conn, |c| diesel::insert_into(running_timers::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

pub(super) fn stop(conn: &mut AnyConnection, project: ProjectKey, account: &str, timer: &str) -> Result<()> {
    diesel::delete(running_timers::table.find((project, account, timer))).execute(conn)?;
    Ok(())
}

/// The timers that an account runs; more than one only where two servers were asked at once.
pub(in crate::work_orders) fn running(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
) -> Result<Vec<TimerRow>> {
    Ok(running_timers::table
        .filter(running_timers::project.eq(project))
        .filter(running_timers::account_id.eq(account))
        .order((running_timers::since.asc(), running_timers::timer_id.asc()))
        .select(TimerRow::as_select())
        .load(conn)?)
}

pub(super) fn mention(conn: &mut AnyConnection, event: &Event, account: &str, entry: &str) -> Result<()> {
    let row = (
        mentions::project.eq(event.project),
        mentions::account_id.eq(account),
        mentions::order_id.eq(&event.stream_id),
        mentions::entry_id.eq(entry),
        mentions::by_id.eq(&event.actor),
        mentions::at.eq(event.at),
        mentions::answered_at.eq(None::<Timestamp>),
    );
    each!(conn, |c| diesel::insert_into(mentions::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

pub(super) fn answer(conn: &mut AnyConnection, event: &Event) -> Result<()> {
    let put = mentions::table
        .filter(mentions::project.eq(event.project))
        .filter(mentions::account_id.eq(&event.actor))
        .filter(mentions::order_id.eq(&event.stream_id))
        .filter(mentions::answered_at.is_null());
    diesel::update(put).set(mentions::answered_at.eq(Some(event.at))).execute(conn)?;
    Ok(())
}

/// What was put to somebody.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = mentions)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct MentionRow {
    pub order_id: String,
    pub entry_id: String,
    pub at: Timestamp,
}

/// What was put to an account and that they neither opened nor answered, the newest first.
pub(super) fn open_mentions(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
    limit: i64,
) -> Result<Vec<MentionRow>> {
    let read = mentions_read::table
        .filter(mentions_read::project.eq(mentions::project))
        .filter(mentions_read::account_id.eq(mentions::account_id))
        .filter(mentions_read::order_id.eq(mentions::order_id))
        .filter(mentions_read::entry_id.eq(mentions::entry_id));
    Ok(mentions::table
        .filter(mentions::project.eq(project))
        .filter(mentions::account_id.eq(account))
        .filter(mentions::answered_at.is_null())
        .filter(diesel::dsl::not(diesel::dsl::exists(read)))
        .order((mentions::at.desc(), mentions::entry_id.desc()))
        .limit(limit)
        .select(MentionRow::as_select())
        .load(conn)?)
}

/// Notes that somebody opened what was put to them; false where nothing was.
pub(in crate::work_orders) fn read_mention(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
    order: &str,
    entry: &str,
    at: Timestamp,
) -> Result<bool> {
    let put = mentions::table.find((project, account, order, entry)).select(mentions::entry_id);
    if put.first::<String>(conn).optional()?.is_none() {
        return Ok(false);
    }
    let row = (
        mentions_read::project.eq(project),
        mentions_read::account_id.eq(account),
        mentions_read::order_id.eq(order),
        mentions_read::entry_id.eq(entry),
        mentions_read::at.eq(at),
    );
    each!(conn, |c| diesel::insert_into(mentions_read::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(true)
}
