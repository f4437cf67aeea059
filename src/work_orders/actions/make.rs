//! A new draft with the plan of a version of a procedure.

use crate::db::Tx;
use crate::foundation::{Asker, Result};
use crate::ledger::Ledger;
use crate::work_orders::events::OrderEvent;
use crate::work_orders::model::{MadeFrom, Plan};

use super::create::{Created, reserve, write_draft};

/// Writes the draft, which says what it was made from, in the caller's transaction. It takes the turn of numbers, so whoever
/// takes an order's or a procedure's turn besides does that afterwards.
pub fn make(tx: &mut Tx<'_>, ledger: &Ledger, who: &Asker, plan: Plan, from: MadeFrom) -> Result<Created> {
    let made = reserve(tx, who)?;
    write_draft(tx, ledger, who, &made, (plan, None), vec![OrderEvent::MadeFrom(from)])?;
    Ok(made)
}
