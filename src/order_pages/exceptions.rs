//! Exceptions as a block of the order's page.

use askama::Template;

use crate::audit::exceptions::reads::ExceptionRow;

/// The block's rows.
#[derive(Template)]
#[template(path = "audit/exceptions_block.html")]
pub struct ExceptionsBlock {
    number: String,
    rows: Vec<ExceptionRow>,
    open: usize,
}

impl ExceptionsBlock {
    /// The block of one order; none when there is nothing to say.
    pub fn of(number: &str, rows: Vec<ExceptionRow>) -> Option<Self> {
        let open = rows.iter().filter(|row| row.resolved_at.is_none()).count();
        (!rows.is_empty()).then(|| Self { number: number.to_owned(), rows, open })
    }
}
