//! What is done with entries that devices kept, one file per verb.

mod forget;
mod keep;
mod send;
mod set_aside;

pub use forget::forget_settled;
pub use keep::keep;
pub use send::send;
pub use set_aside::set_aside;

use super::store::{self, QueuedRow};
use crate::db::{Tx, locks};
use crate::foundation::{Action, Asker, Error, Result, Tie};

/// One's own entry that still is to be decided about, with the turn of its order; whoever decides second is told so.
fn undecided(tx: &mut Tx<'_>, who: &Asker, entry: &str) -> Result<QueuedRow> {
    let none = || Error::not_found("this entry");
    let known = store::find(tx.conn, who.project, who.id(), entry)?.ok_or_else(none)?;
    locks::take_turn(tx, locks::order_turn(who.project, &known.order_id))?;
    // Whoever waited for the turn reads what the one before made of it.
    let row = store::find(tx.conn, who.project, who.id(), entry)?.ok_or_else(none)?;
    who.must_for(Action::SettleQueued, &Tie { is_author: true, ..Tie::default() })?;
    if row.settled_at.is_some() {
        return Err(Error::refused("This is decided already. Load the page again."));
    }
    Ok(row)
}
