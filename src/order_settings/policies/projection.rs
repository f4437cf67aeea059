//! How decisions about types become rows of `order_policies`.

use diesel::prelude::*;

use crate::db::Tx;
use crate::db::schema::order_policies;
use crate::foundation::Result;
use crate::ledger::Event;

use super::events::{PolicySet, SET};

/// Puts what the event decided into its row.
pub fn project(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    if event.kind != SET || event.body.is_none() {
        return Ok(());
    }
    let PolicySet { order_type, to, .. } = event.json().read()?;
    diesel::delete(order_policies::table.find((event.project, order_type.as_str()))).execute(tx.conn)?;
    let row = (
        order_policies::project.eq(event.project),
        order_policies::order_type.eq(order_type.as_str()),
        order_policies::controlled.eq(to.controlled),
        order_policies::verification_waived.eq(to.verification_waived),
        order_policies::closers.eq(to.closers.as_str()),
        order_policies::closer_not_verifier.eq(to.closer_not_verifier),
        order_policies::evidence_required.eq(to.evidence_required),
        order_policies::min_reason.eq(i32::from(to.min_reason)),
        order_policies::approval_signed.eq(to.approval_signed),
    );
    diesel::insert_into(order_policies::table).values(row).execute(tx.conn)?;
    Ok(())
}
