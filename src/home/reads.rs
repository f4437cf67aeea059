//! Everything the first page shows, read at one moment.

use crate::audit::exceptions::reads as exceptions;
use crate::audit::reads as audit;
use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, Grant, Result, Timestamp};
use crate::knowledge::reads::{self as knowledge, FoundAtom};
use crate::ledger::reads as ledger;
use crate::traces::reads::{self as traces, TraceRow};
use crate::work_orders::model::Status;
use crate::work_orders::reads::{self as orders, Counts, Filter, OrderRow};

/// Lines in each list.
const LINES: i64 = 6;
/// The same, for lists that are cut in memory.
const SHOWN: usize = 6;

/// The first page's content.
pub(super) struct Home {
    pub(super) mine: Vec<OrderRow>,
    pub(super) overdue: Vec<OrderRow>,
    pub(super) counts: Counts,
    pub(super) traces: Vec<TraceRow>,
    pub(super) atoms: Vec<FoundAtom>,
    pub(super) entries: u64,
    /// Claims without a verdict.
    pub(super) unjudged: i64,
    /// Exceptions without an answer.
    pub(super) exceptions: i64,
}

/// Technicians and agents see their orders, everybody else those of the project.
pub(super) fn home(conn: &mut AnyConnection, who: &Asker, now: Timestamp) -> Result<Home> {
    let mut atoms = knowledge::search(conn, who.project, "", None)?;
    atoms.truncate(SHOWN);
    let own = own_only(who);
    let overdue = Filter { overdue_at: Some(now), assignee: own.clone(), ..Filter::default() };
    let progress = audit::progress(conn, who.project, None)?;
    Ok(Home {
        unjudged: progress.total - progress.judged,
        exceptions: exceptions::open_count(conn, who.project, None)?,
        mine: mine(conn, who)?,
        overdue: orders::list(conn, who.project, &overdue, None, LINES)?,
        counts: orders::counts(conn, who.project, own.as_deref(), now)?,
        traces: traces::newest(conn, who.project, LINES)?,
        atoms,
        entries: ledger::latest_checkpoint(conn)?.map_or(0, |newest| newest.head.size),
    })
}

fn mine(conn: &mut AnyConnection, who: &Asker) -> Result<Vec<OrderRow>> {
    let filter = Filter { assignee: own_only(who), ..Filter::default() };
    let rows = orders::list(conn, who.project, &filter, None, 30)?;
    let is_open = |row: &OrderRow| !matches!(row.status(), Status::Closed | Status::Cancelled);
    Ok(rows.into_iter().filter(is_open).take(SHOWN).collect())
}

/// The account whose orders alone are shown; none for those who may see all.
fn own_only(who: &Asker) -> Option<String> {
    (who.may(Action::ViewOrders) < Grant::Any).then(|| who.actor.id.clone())
}
