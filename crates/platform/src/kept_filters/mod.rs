//! What people keep of lists: a name for a question, for themselves or for the project.
//!
//! The lists of traces and of orders both have them, in one table and by one set of actions. What is kept is the address as the list's own
//! reader writes it, so that no address of anybody else's can be kept; who sees what behind it is asked anew whenever it is opened. Its author or an
//! admin changes one and gives it up. It is no fact of a trace or of an order, so nothing of it is in the log.

pub mod actions;
mod model;
mod store;

pub use model::{Kept, NewKept};
pub use store::{KeptFilter, forget, insert, seen_by};

use crate::foundation::{Action, Asker, Tie};

/// Whether this person may rename it, change it and give it up.
pub fn may_change(row: &KeptFilter, asker: &Asker) -> bool {
    let is_author = row.owner == asker.id();
    asker.may_for(Action::ChangeSavedFilter, &Tie { is_author, ..Tie::default() })
}
