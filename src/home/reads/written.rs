//! What the reader wrote and others go on with: their drafts, what they sent for approval, what is done of it, and what others
//! lately cancelled.

use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, Grant, Result, Timestamp};
use crate::work_orders::model::Status;
use crate::work_orders::reads::{self as orders, OrderRow};

use super::came_back::{self, CameBack};

/// Lines of each list; all are behind its link.
const SHOWN: i64 = 5;
/// Lines of what goes on with what they asked for.
const ASKED_FOR: i64 = 8;
/// How long a closed order is told of: two weeks.
const CLOSED_FOR_MICROS: i64 = 14 * 86_400_000_000;
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
    /// Those that others do, for whoever sees no other orders than their own.
    pub asked_for: Vec<OrderRow>,
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
    let asked_for = asked_for(conn, who, now)?;
    Ok(Written { drafts: with_reasons(conn, drafts)?, sent, cancelled, asked_for })
}

/// Whoever sees every order finds these among them.
fn asked_for(conn: &mut AnyConnection, who: &Asker, now: Timestamp) -> Result<Vec<OrderRow>> {
    if who.may(Action::ViewOrders) == Grant::Any {
        return Ok(Vec::new());
    }
    orders::asked_for_by(conn, who.project, who.id(), now.plus_micros(-CLOSED_FOR_MICROS), ASKED_FOR)
}

fn with_reasons(conn: &mut AnyConnection, rows: Vec<OrderRow>) -> Result<Vec<WrittenOrder>> {
    let read = |row: OrderRow| {
        let order = orders::load(conn, row.project, &row.order_id, None)?;
        Ok(WrittenOrder { came_back: came_back::of(&order), row })
    };
    rows.into_iter().map(read).collect()
}
