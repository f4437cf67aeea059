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
use crate::db::Tx;
use crate::foundation::{Action, Asker, Error, Result, Tie};

/// One's own entry that still is to be decided about; whoever decides second is told so.
fn undecided(tx: &mut Tx<'_>, who: &Asker, entry: &str) -> Result<QueuedRow> {
    let row = store::find(tx.conn, who.project, who.id(), entry)?;
    let row = row.ok_or_else(|| Error::not_found("this entry"))?;
    who.must_for(Action::SettleQueued, &Tie { is_author: true, ..Tie::default() })?;
    if row.settled_at.is_some() {
        return Err(Error::refused("This is decided already. Load the page again."));
    }
    Ok(row)
}
