//! Who may do what only one process may do at a time: a lease row with a fencing epoch.
//!
//! The epoch grows with every change of holder and is checked inside the transaction that does the work. Clocks decide
//! only when a lease may be taken over; a holder that slept too long finds a higher epoch and writes nothing.

use diesel::prelude::*;

use crate::db::schema::leases;
use crate::db::{AnyConnection, each};
use crate::foundation::{Result, Timestamp};

/// How long a holder that says nothing keeps its lease, in microseconds.
pub const LEASE_MICROS: i64 = 3_000_000;

/// A lease as its holder remembers it; whether it still holds is for [`renew`] to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What may be done under it.
    pub name: &'static str,
    /// The process that holds it.
    pub holder: String,
    /// Grows with every change of holder.
    pub epoch: i64,
}

/// Takes the lease if nobody holds it, its time is over, or `holder` has it already; `None` when another has it.
pub fn take(
    conn: &mut AnyConnection,
    name: &'static str,
    holder: &str,
    now: Timestamp,
) -> Result<Option<Lease>> {
    make_row(conn, name)?;
    let current: (String, i64, i64) = row(conn, name)?;
    let (of, epoch, expires_at) = current;
    if of != holder && expires_at > now.0 {
        return Ok(None);
    }
    let next = if of == holder { epoch } else { epoch + 1 };
    // Whoever changed the row since it was read changed holder and epoch, or moved the end of the lease.
    let unchanged = leases::table
        .filter(leases::name.eq(name))
        .filter(leases::epoch.eq(epoch))
        .filter(leases::holder.eq(&of))
        .filter(leases::expires_at.eq(expires_at));
    let taken = diesel::update(unchanged)
        .set((
            leases::holder.eq(holder),
            leases::epoch.eq(next),
            leases::expires_at.eq(now.0.saturating_add(LEASE_MICROS)),
        ))
        .execute(conn)?;
    Ok((taken == 1).then(|| Lease { name, holder: holder.to_owned(), epoch: next }))
}

/// Prolongs the lease if it is still held under its epoch and keeps others from taking it until this transaction
/// ends; `false` when another has taken it.
pub fn renew(conn: &mut AnyConnection, lease: &Lease, now: Timestamp) -> Result<bool> {
    let renewed = diesel::update(mine(lease))
        .set(leases::expires_at.eq(now.0.saturating_add(LEASE_MICROS)))
        .execute(conn)?;
    Ok(renewed == 1)
}

/// Lets the next one in at once, when a process ends in good order.
pub fn release(conn: &mut AnyConnection, lease: &Lease) -> Result<()> {
    diesel::update(mine(lease)).set(leases::expires_at.eq(0)).execute(conn)?;
    Ok(())
}

#[diesel::dsl::auto_type(no_type_alias)]
fn mine<'a>(lease: &'a Lease) -> _ {
    let holder: &'a str = lease.holder.as_str();
    let epoch: i64 = lease.epoch;
    let name: &'static str = lease.name;
    leases::table
        .filter(leases::name.eq(name))
        .filter(leases::holder.eq(holder))
        .filter(leases::epoch.eq(epoch))
}

fn make_row(conn: &mut AnyConnection, name: &str) -> Result<()> {
    let nobody =
        (leases::name.eq(name), leases::holder.eq(""), leases::epoch.eq(0_i64), leases::expires_at.eq(0_i64));
    each!(conn, |inner| {
        diesel::insert_into(leases::table).values(nobody).on_conflict_do_nothing().execute(inner)
    })?;
    Ok(())
}

fn row(conn: &mut AnyConnection, name: &str) -> Result<(String, i64, i64)> {
    let columns = (leases::holder, leases::epoch, leases::expires_at);
    Ok(leases::table.filter(leases::name.eq(name)).select(columns).first(conn)?)
}
