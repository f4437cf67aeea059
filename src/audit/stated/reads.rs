//! Stated claims as the ledger has them, now or at a past moment.

use crate::audit::claims::performers;
use crate::audit::events::stream_of;
use crate::audit::senders;
use crate::audit::store::{self, ClaimRow};
use crate::db::AnyConnection;
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::ledger::events::read_kinds;
use crate::people::units::unit_of;
use crate::work_orders;

use super::{Facts, Stated, fold};

/// The events that make and change stated claims.
const KINDS: [&str; 3] = ["audit.claim_stated.v1", "audit.claim_weighed.v1", "audit.claim_withdrawn.v1"];

/// What was stated about an order up to a moment, oldest first, withdrawn claims too.
pub fn of_order(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
    as_of: Option<Timestamp>,
) -> Result<Vec<Stated>> {
    fold(&read_kinds(conn, &stream_of(project, order_id), &KINDS, as_of)?)
}

/// One stated claim as it is now; none when the claim was made by ticking.
pub fn one(conn: &mut AnyConnection, project: ProjectKey, row: &ClaimRow) -> Result<Option<Stated>> {
    if !row.is_stated() {
        return Ok(None);
    }
    let stated = of_order(conn, project, &row.order_id, None)?;
    Ok(stated.into_iter().find(|one| one.claim.id == row.claim_id))
}

/// What the rules ask about a stated claim when `who` asks.
pub fn facts_of(conn: &mut AnyConnection, project: ProjectKey, row: &ClaimRow, who: &str) -> Result<Facts> {
    let order = work_orders::reads::load(conn, project, &row.order_id, None)?;
    let senders = senders::of_order(conn, project, &order)?;
    Ok(Facts {
        author: row.author_id.clone(),
        performers: performers(&order).into_iter().chain(senders).collect(),
        unit: unit_of(conn, who)?,
        is_judged: !store::verdicts_on(conn, project, &row.claim_id)?.is_empty(),
        is_withdrawn: row.withdrawn_at.is_some(),
        is_final: order.status.is_final(),
    })
}
