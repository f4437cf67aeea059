//! Failed attempts by account and place, devices that are known, and attempts with addresses that nobody has.

use diesel::prelude::*;

use crate::db::schema::{sign_in_devices as devices, sign_in_guards as guards, unknown_sign_ins as unknown};
use crate::db::{AnyConnection, each};
use crate::foundation::{Digest, Result, Timestamp};
use crate::people::backoff::Failures;
use crate::people::model::AccountId;

/// Places remembered of one account: beyond that the oldest go.
const MOST_PLACES: i64 = 1_000;
/// Devices remembered of one account.
const MOST_DEVICES: i64 = 20;
/// The place that stands for all places together.
pub(in crate::people) const EVERYWHERE: &str = "everywhere";
/// Under which failed signatures are counted: not a place, and never forgotten for a newer one.
pub(in crate::people) const SIGNING: &str = "signing";

#[derive(Queryable, Selectable)]
#[diesel(table_name = guards)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
struct GuardRow {
    failures: i64,
    last_at: Timestamp,
    blocked_until: Option<Timestamp>,
}

/// What failed at an account from one place.
pub(in crate::people) fn failures(
    conn: &mut AnyConnection,
    account: &AccountId,
    source: &str,
) -> Result<Failures> {
    let row =
        guards::table.find((&account.0, source)).select(GuardRow::as_select()).first(conn).optional()?;
    Ok(row.map_or_else(Failures::default, |row| Failures {
        count: row.failures,
        last_at: row.last_at,
        blocked_until: row.blocked_until,
    }))
}

pub(in crate::people) fn put_failures(
    conn: &mut AnyConnection,
    account: &AccountId,
    source: &str,
    failures: Failures,
) -> Result<()> {
    let change = (
        guards::failures.eq(failures.count),
        guards::last_at.eq(failures.last_at),
        guards::blocked_until.eq(failures.blocked_until),
    );
    let row = (guards::account_id.eq(&account.0), guards::source.eq(source), change);
    each!(&mut *conn, |c| diesel::insert_into(guards::table)
        .values(row)
        .on_conflict((guards::account_id, guards::source))
        .do_update()
        .set(change)
        .execute(c)?);
    forget_oldest_places(conn, account)
}

fn forget_oldest_places(conn: &mut AnyConnection, account: &AccountId) -> Result<()> {
    let of_account = guards::table
        .filter(guards::account_id.eq(&account.0))
        .filter(guards::source.ne_all([EVERYWHERE, SIGNING]));
    let oldest_kept: Option<Timestamp> = of_account
        .order(guards::last_at.desc())
        .offset(MOST_PLACES)
        .select(guards::last_at)
        .first(conn)
        .optional()?;
    if let Some(oldest) = oldest_kept {
        diesel::delete(guards::table)
            .filter(guards::account_id.eq(&account.0))
            .filter(guards::source.ne_all([EVERYWHERE, SIGNING]))
            .filter(guards::last_at.le(oldest))
            .execute(conn)?;
    }
    Ok(())
}

/// Forgets what failed from one place, and the sum over all: somebody came in.
pub(in crate::people) fn forgive(conn: &mut AnyConnection, account: &AccountId, source: &str) -> Result<()> {
    for place in [source, EVERYWHERE] {
        diesel::delete(guards::table.find((&account.0, place))).execute(conn)?;
    }
    Ok(())
}

/// Forgets what failed from one place only.
pub(in crate::people) fn forgive_place(
    conn: &mut AnyConnection,
    account: &AccountId,
    source: &str,
) -> Result<()> {
    diesel::delete(guards::table.find((&account.0, source))).execute(conn)?;
    Ok(())
}

/// Forgets everything that failed: the password is a new one.
pub(in crate::people) fn forgive_all(conn: &mut AnyConnection, account: &AccountId) -> Result<()> {
    diesel::delete(guards::table.filter(guards::account_id.eq(&account.0))).execute(conn)?;
    Ok(())
}

/// Whether somebody signed in to this account with this device before.
pub(in crate::people) fn is_known_device(
    conn: &mut AnyConnection,
    account: &AccountId,
    token: Digest,
) -> Result<bool> {
    let found: Option<Timestamp> =
        devices::table.find((&account.0, &token.0[..])).select(devices::last_at).first(conn).optional()?;
    Ok(found.is_some())
}

/// Remembers a device of an account, and forgets the one used longest ago when there are too many.
pub(in crate::people) fn remember_device(
    conn: &mut AnyConnection,
    account: &AccountId,
    token: Digest,
    now: Timestamp,
) -> Result<()> {
    let row =
        (devices::account_id.eq(&account.0), devices::token_hash.eq(&token.0[..]), devices::last_at.eq(now));
    each!(&mut *conn, |c| diesel::insert_into(devices::table)
        .values(row)
        .on_conflict((devices::account_id, devices::token_hash))
        .do_update()
        .set(devices::last_at.eq(now))
        .execute(c)?);
    let kept = devices::table.filter(devices::account_id.eq(&account.0)).order(devices::last_at.desc());
    let too_old: Option<Timestamp> =
        kept.offset(MOST_DEVICES).select(devices::last_at).first(conn).optional()?;
    if let Some(too_old) = too_old {
        diesel::delete(devices::table)
            .filter(devices::account_id.eq(&account.0))
            .filter(devices::last_at.le(too_old))
            .execute(conn)?;
    }
    Ok(())
}

/// Counts an attempt with an address that nobody has.
pub(in crate::people) fn count_unknown(conn: &mut AnyConnection, now: Timestamp) -> Result<()> {
    let day = now.to_rfc3339();
    let row = (unknown::day.eq(day.get(..10).unwrap_or_default()), unknown::failures.eq(1_i64));
    each!(conn, |c| diesel::insert_into(unknown::table)
        .values(row)
        .on_conflict(unknown::day)
        .do_update()
        .set(unknown::failures.eq(unknown::failures + 1))
        .execute(c)?);
    Ok(())
}

/// Attempts with addresses that nobody has, since a day.
pub(in crate::people) fn unknown_since(conn: &mut AnyConnection, since: Timestamp) -> Result<i64> {
    let day = since.to_rfc3339();
    let days = unknown::table.filter(unknown::day.ge(day.get(..10).unwrap_or_default().to_owned()));
    let counts: Vec<i64> = days.select(unknown::failures).load(conn)?;
    Ok(counts.into_iter().sum())
}
