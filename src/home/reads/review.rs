//! What waits for whoever judges: claims, exceptions, and orders that are done by their performer's word.

use crate::audit::exceptions::reads::{self as exceptions, ExceptionRow};
use crate::audit::reads::{self as audit, Progress, QueueFilter, QueuedClaim};
use crate::db::AnyConnection;
use crate::foundation::{Asker, Result};
use crate::ledger::reads as ledger;
use crate::work_orders::model::Status;
use crate::work_orders::reads::{self as orders, Filter, OrderRow};

use super::LINES;

/// Claims and exceptions shown.
const SHOWN: usize = 4;

/// An auditor's first page.
pub struct Review {
    /// The first claims of the queue.
    pub claims: Vec<QueuedClaim>,
    /// How many claims are not judged.
    pub unjudged: i64,
    pub progress: Progress,
    pub exceptions: Vec<ExceptionRow>,
    pub open_exceptions: i64,
    pub to_verify: Vec<OrderToVerify>,
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
    /// How many claims of the queue are not shown.
    pub fn more(&self) -> i64 {
        self.unjudged - i64::try_from(self.claims.len()).unwrap_or_default()
    }
}

/// Reads it.
pub(super) fn read(conn: &mut AnyConnection, who: &Asker) -> Result<Review> {
    let project = who.project;
    let unjudged = QueueFilter { standing: Some("open".to_owned()), ..QueueFilter::default() };
    let mut claims = audit::queue(conn, project, &unjudged)?;
    claims.truncate(SHOWN);
    let open = exceptions::Filter { open: Some(true), order_id: None };
    let mut shown = exceptions::list(conn, project, &open)?;
    shown.truncate(SHOWN);
    let progress = audit::progress(conn, project, None)?;
    Ok(Review {
        claims,
        unjudged: progress.open(),
        progress,
        exceptions: shown,
        open_exceptions: exceptions::open_count(conn, project, None)?,
        to_verify: to_verify(conn, who)?,
        entries: ledger::latest_checkpoint(conn)?
            .map_or(0, |newest| i64::try_from(newest.head.size).unwrap_or(i64::MAX)),
    })
}

fn to_verify(conn: &mut AnyConnection, who: &Asker) -> Result<Vec<OrderToVerify>> {
    let filter = Filter { status: Some(Status::Completed), ..Filter::default() };
    let most = i64::try_from(LINES).unwrap_or(i64::MAX);
    let rows = orders::list(conn, who.project, &filter, None, most)?.into_iter();
    rows.map(|row| {
        let order = Some(row.order_id.as_str());
        let progress = audit::progress(conn, who.project, order)?;
        let exceptions = exceptions::open_count(conn, who.project, order)?;
        Ok(OrderToVerify { row, progress, exceptions })
    })
    .collect()
}
