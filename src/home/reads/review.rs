//! What waits for whoever judges: claims, exceptions, and orders that are done by their performer's word.

use crate::audit::exceptions::reads::{self as exceptions, ExceptionRow};
use crate::audit::own_work;
use crate::audit::reads::{self as audit, Progress, QueuedClaim};
use crate::db::AnyConnection;
use crate::foundation::{Asker, Result};
use crate::ledger::reads as ledger;
use crate::people::units::{Unit, unit_of};
use crate::work_orders::model::Status;
use crate::work_orders::reads::{self as orders, Filter, OrderRow};

use super::LINES;

/// Claims and exceptions shown.
const SHOWN: usize = 4;
/// Completed orders looked through for those that the reader may verify.
const LOOKED_AT: i64 = 20;

/// An auditor's first page.
pub struct Review {
    /// The first claims of the queue.
    pub claims: Vec<QueuedClaim>,
    /// How many claims wait for this reader's verdict.
    pub unjudged: i64,
    /// How many more are of their own work, which another judges.
    pub own_claims: i64,
    pub progress: Progress,
    pub exceptions: Vec<ExceptionRow>,
    pub open_exceptions: i64,
    pub to_verify: Vec<OrderToVerify>,
    /// How many more the reader may not verify, because the work is their own.
    pub own_orders: usize,
    /// Entries of the ledger that a checkpoint signs.
    pub entries: i64,
}

/// A completed order and how much of it was looked at.
pub struct OrderToVerify {
    pub row: OrderRow,
    pub progress: Progress,
    pub exceptions: i64,
}

impl Review {
    /// How many claims that wait for the reader are not shown.
    pub fn more(&self) -> i64 {
        self.unjudged - i64::try_from(self.claims.len()).unwrap_or_default()
    }
}

/// Reads it.
pub(super) fn read(conn: &mut AnyConnection, who: &Asker) -> Result<Review> {
    let project = who.project;
    let unit = unit_of(conn, who.id())?;
    let waiting = own_work::waiting(conn, project, &unit, SHOWN)?;
    let open = exceptions::Filter { open: Some(true), ..exceptions::Filter::default() };
    let mut shown = exceptions::list(conn, project, &open)?;
    shown.truncate(SHOWN);
    let progress = audit::progress(conn, project, None)?;
    let (to_verify, own_orders) = to_verify(conn, who, &unit)?;
    Ok(Review {
        claims: waiting.first,
        unjudged: waiting.others,
        own_claims: waiting.own,
        progress,
        exceptions: shown,
        open_exceptions: exceptions::open_count(conn, project, None)?,
        to_verify,
        own_orders,
        entries: ledger::latest_checkpoint(conn)?
            .map_or(0, |newest| i64::try_from(newest.head.size).unwrap_or(i64::MAX)),
    })
}

/// Completed orders that the reader may verify, and how many are of their own work.
fn to_verify(conn: &mut AnyConnection, who: &Asker, unit: &Unit) -> Result<(Vec<OrderToVerify>, usize)> {
    let filter = Filter { status: Some(Status::Completed), ..Filter::default() };
    let (mut found, mut own) = (Vec::new(), 0);
    for row in orders::list(conn, who.project, &filter, None, LOOKED_AT)? {
        if found.len() == LINES {
            break;
        }
        if own_work::is_own(conn, who.project, unit, &row.order_id)? {
            own += 1;
            continue;
        }
        let order = Some(row.order_id.as_str());
        let progress = audit::progress(conn, who.project, order)?;
        let exceptions = exceptions::open_count(conn, who.project, order)?;
        found.push(OrderToVerify { row, progress, exceptions });
    }
    Ok((found, own))
}
