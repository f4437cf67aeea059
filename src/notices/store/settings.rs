//! Rows of `notice_settings` and `notice_mutes`.

use diesel::prelude::*;

use crate::db::schema::{notice_mutes as mutes, notice_settings as rows};
use crate::db::{AnyConnection, Tx, each};
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::notices::model::Settings;

#[derive(Queryable, Selectable)]
#[diesel(table_name = rows)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
struct SettingsRow {
    digest_hour: i64,
    quiet_until: Option<Timestamp>,
    mail_stopped_at: Option<Timestamp>,
    choices: String,
}

/// How an account wants to be told; the usual where it chose nothing.
pub(in crate::notices) fn settings(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
) -> Result<Settings> {
    let row = rows::table.find((project, account)).select(SettingsRow::as_select()).first(conn).optional()?;
    Ok(row.map_or_else(Settings::default, |row| Settings {
        digest_hour: u32::try_from(row.digest_hour).unwrap_or_default().min(23),
        quiet_until: row.quiet_until,
        mail_stopped_at: row.mail_stopped_at,
        choices: Settings::read_choices(&row.choices),
    }))
}

/// Makes the row of somebody who chose nothing yet.
fn begin(conn: &mut AnyConnection, project: ProjectKey, account: &str) -> Result<()> {
    let usual = Settings::default();
    let row = (
        rows::project.eq(project),
        rows::account_id.eq(account),
        rows::digest_hour.eq(i64::from(usual.digest_hour)),
        rows::morning_at.eq(0_i64),
        rows::choices.eq("{}"),
    );
    each!(conn, |c| diesel::insert_into(rows::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// Keeps how somebody wants to be told.
pub(in crate::notices) fn put_settings(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
    settings: &Settings,
) -> Result<()> {
    begin(conn, project, account)?;
    diesel::update(rows::table.find((project, account)))
        .set((
            rows::digest_hour.eq(i64::from(settings.digest_hour)),
            rows::quiet_until.eq(settings.quiet_until),
            rows::mail_stopped_at.eq(settings.mail_stopped_at),
            rows::choices.eq(settings.choices_json()),
        ))
        .execute(conn)?;
    Ok(())
}

/// The last morning of somebody's that was told.
pub(in crate::notices) fn last_morning(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
) -> Result<Timestamp> {
    let told = rows::table.find((project, account)).select(rows::morning_at).first(conn).optional()?;
    Ok(told.unwrap_or_default())
}

/// Takes a morning of somebody's; `false` where it was told already. Its row stays locked until COMMIT.
pub(in crate::notices) fn begin_morning(
    tx: &mut Tx<'_>,
    project: ProjectKey,
    account: &str,
    morning: Timestamp,
) -> Result<bool> {
    begin(tx.conn, project, account)?;
    let untold = rows::table
        .filter(rows::project.eq(project))
        .filter(rows::account_id.eq(account))
        .filter(rows::morning_at.lt(morning));
    Ok(diesel::update(untold).set(rows::morning_at.eq(morning)).execute(tx.conn)? == 1)
}

/// Notes that somebody wants to hear no more of an order.
pub(in crate::notices) fn mute(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
    order: &str,
    now: Timestamp,
) -> Result<()> {
    let row = (
        mutes::project.eq(project),
        mutes::account_id.eq(account),
        mutes::order_id.eq(order),
        mutes::muted_at.eq(now),
    );
    each!(conn, |c| diesel::insert_into(mutes::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// They hear of it again.
pub(in crate::notices) fn unmute(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
    order: &str,
) -> Result<()> {
    diesel::delete(mutes::table.find((project, account, order))).execute(conn)?;
    Ok(())
}

/// The orders that somebody muted, the last one first, up to `limit`.
pub(in crate::notices) fn mutes_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
    limit: i64,
) -> Result<Vec<String>> {
    Ok(mutes::table
        .filter(mutes::project.eq(project))
        .filter(mutes::account_id.eq(account))
        .order(mutes::muted_at.desc())
        .limit(limit)
        .select(mutes::order_id)
        .load(conn)?)
}

/// Who muted an order.
pub(in crate::notices) fn muted_by(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order: &str,
) -> Result<Vec<String>> {
    Ok(mutes::table
        .filter(mutes::project.eq(project))
        .filter(mutes::order_id.eq(order))
        .select(mutes::account_id)
        .load(conn)?)
}
