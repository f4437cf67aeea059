//! What the reader wrote and nobody works on yet: their drafts, and what they sent for approval.

use crate::db::AnyConnection;
use crate::foundation::{Asker, Result};
use crate::work_orders::model::Status;
use crate::work_orders::reads::{self as orders, OrderRow};

use super::came_back::{self, CameBack};

/// Lines of each list; all are behind its link.
const SHOWN: i64 = 5;

/// Orders of the reader's own writing, whatever their role.
pub struct Written {
    /// Those they have still to submit, the one that changed last first.
    pub drafts: Vec<Draft>,
    /// Those that wait for their approval.
    pub sent: Vec<OrderRow>,
}

/// A draft, with the reason if it came back.
pub struct Draft {
    pub row: OrderRow,
    pub came_back: Option<CameBack>,
}

/// Reads them.
pub(super) fn read(conn: &mut AnyConnection, who: &Asker) -> Result<Written> {
    let (project, account) = (who.project, who.id());
    let drafts = orders::written_by(conn, project, account, Status::Draft, SHOWN)?.into_iter();
    let drafts = drafts.map(|row| draft(conn, row)).collect::<Result<Vec<_>>>()?;
    Ok(Written { drafts, sent: orders::written_by(conn, project, account, Status::Submitted, SHOWN)? })
}

fn draft(conn: &mut AnyConnection, row: OrderRow) -> Result<Draft> {
    let order = orders::load(conn, row.project, &row.order_id, None)?;
    Ok(Draft { came_back: came_back::of(&order), row })
}
