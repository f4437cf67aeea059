//! Whether something that waits is this reader's to decide, or must be somebody else's because of what they did before.

use crate::db::AnyConnection;
use crate::foundation::{Asker, Result};
use crate::order_settings::policies;
use crate::people::units::Unit;
use crate::work_orders::lifecycle::planned;
use crate::work_orders::model::{Status, Transition, TypeClass};
use crate::work_orders::reads::{self as orders, OrderRow};

/// Whether one of this unit may approve or close the order, as the guards of both moves ask: nobody approves what they
/// wrote or changed of a controlled type, and nobody closes what they verified where its policy says so.
pub(super) fn is_theirs(conn: &mut AnyConnection, who: &Asker, unit: &Unit, row: &OrderRow) -> Result<bool> {
    let policy = policies::reads::of(conn, who.project, TypeClass::of(&row.order_type))?;
    match row.status() {
        Status::Submitted if policy.controlled => {
            let order = orders::load(conn, who.project, &row.order_id, None)?;
            let is_author = order.author().is_some_and(|author| unit.contains(&author.id));
            Ok(!is_author && !planned(&order, unit))
        }
        Status::Verified if policy.closer_not_verifier => {
            let order = orders::load(conn, who.project, &row.order_id, None)?;
            let verified = order.transitions.iter().rev().find(|it| it.id == Transition::Verify);
            Ok(verified.is_none_or(|it| !unit.contains(&it.by.id)))
        }
        _ => Ok(true),
    }
}
