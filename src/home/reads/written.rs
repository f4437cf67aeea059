//! What the reader wrote and nobody works on: their drafts, what they sent for approval, and what others lately cancelled.

use crate::db::AnyConnection;
use crate::foundation::{Asker, Result, Timestamp};
use crate::work_orders::model::Status;
use crate::work_orders::reads::{self as orders, OrderRow};

use super::came_back::{self, CameBack};

/// Lines of each list; all are behind its link.
const SHOWN: i64 = 5;
/// How long a cancelled order is told of: a week.
const TOLD_FOR_MICROS: i64 = 7 * 86_400_000_000;

/// Orders of the reader's own writing, whatever their role; in each list the one that changed last first.
pub struct Written {
    /// Those they have still to submit.
    pub drafts: Vec<WrittenOrder>,
    /// Those that wait for their approval.
    pub sent: Vec<OrderRow>,
    /// Those that somebody else cancelled within a week.
    pub cancelled: Vec<WrittenOrder>,
}

/// One of them, with the reason if it came back or was cancelled.
pub struct WrittenOrder {
    pub row: OrderRow,
    pub came_back: Option<CameBack>,
}

/// Reads them.
pub(super) fn read(conn: &mut AnyConnection, who: &Asker, now: Timestamp) -> Result<Written> {
    let mut in_state = |status| orders::written_by(conn, who.project, who.id(), status, SHOWN);
    let (drafts, sent) = (in_state(Status::Draft)?, in_state(Status::Submitted)?);
    let mut cancelled = in_state(Status::Cancelled)?;
    cancelled.retain(|row| row.updated_at >= now.plus_micros(-TOLD_FOR_MICROS));
    let mut cancelled = with_reasons(conn, cancelled)?;
    cancelled.retain(|one| one.came_back.as_ref().is_some_and(|end| end.by_id != who.id()));
    Ok(Written { drafts: with_reasons(conn, drafts)?, sent, cancelled })
}

fn with_reasons(conn: &mut AnyConnection, rows: Vec<OrderRow>) -> Result<Vec<WrittenOrder>> {
    let read = |row: OrderRow| {
        let order = orders::load(conn, row.project, &row.order_id, None)?;
        Ok(WrittenOrder { came_back: came_back::of(&order), row })
    };
    rows.into_iter().map(read).collect()
}
