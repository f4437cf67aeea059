//! The due day as a form gives it.

use crate::foundation::{Error, Result};
use crate::web::Form;
use crate::work_orders::model::When;

/// The field `due`; none where it is empty, refused where it names no day.
pub fn due_in(form: &Form) -> Result<Option<When>> {
    let due = form.optional("due").map(When::read);
    if due.as_ref().is_some_and(|due| due.from.is_none()) {
        return Err(Error::invalid("due", "this is no day; write it like 2026-12-01"));
    }
    Ok(due)
}
