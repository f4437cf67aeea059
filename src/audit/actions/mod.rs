//! What people and rules do with evidence and claims: one file per verb.

mod judge;
mod link;
mod link_arrived;
mod link_under;
mod open_exceptions;
mod pin;
mod resolve_exception;
mod settle_identity;
mod state;
mod unlink;
mod weigh;
mod withdraw;

pub use judge::{Judged, Judgement, NewQuote, judge};
pub(super) use link::takes_evidence;
pub use link::{NewLink, link};
pub use link_arrived::link_arrived;
pub use link_under::link_under;
pub use open_exceptions::{open_for_clock, open_for_findings, open_for_pace};
pub use pin::pin_settled;
pub use resolve_exception::resolve_exception;
pub use settle_identity::{IDENTITY, SettledTrace, look_when_quiet, settle_identity};
pub use state::{NewStatement, state};
pub use unlink::{may_unlink, unlink};
pub use weigh::weigh;
pub use withdraw::withdraw;

use crate::db::Tx;
use crate::foundation::{ProjectKey, Result};
use crate::ledger::{Event, Ledger};

use super::events::{AuditEvent, stream_of};

/// Appends audit events of one order, at whatever version its audit stream stands.
fn append(
    ledger: &Ledger,
    tx: &mut Tx<'_>,
    project: ProjectKey,
    order_id: &str,
    events: &[AuditEvent],
) -> Result<Vec<Event>> {
    let stream = stream_of(project, order_id);
    let expected = crate::ledger::events::version(tx.conn, &stream)?;
    let drafts = events.iter().map(AuditEvent::draft).collect::<Result<Vec<_>>>()?;
    ledger.append(tx, &stream, expected, drafts)
}
