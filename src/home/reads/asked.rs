//! Questions about orders that wait for the reader's answer.

use crate::db::AnyConnection;
use crate::foundation::{Asker, Result, Timestamp};
use crate::work_orders::reads::{self as orders, asked_of};

/// One question that waits.
pub struct Asked {
    pub number: String,
    pub title: String,
    /// The question's id.
    pub id: String,
    /// Who asks; an agent says that it is one.
    pub by: String,
    pub text: String,
    pub at: Timestamp,
}

/// Those that wait for the reader, at most so many, of the orders that changed last.
pub(super) fn read(conn: &mut AnyConnection, who: &Asker, limit: usize) -> Result<Vec<Asked>> {
    let mut found = Vec::new();
    for row in asked_of(conn, who, i64::try_from(limit).unwrap_or(i64::MAX))? {
        let order = orders::load(conn, who.project, &row.order_id, None)?;
        found.extend(order.delegation.open_questions().map(|question| Asked {
            number: row.number.clone(),
            title: row.title.clone(),
            id: question.id.clone(),
            by: question.by.marked_name(),
            text: question.text.clone(),
            at: question.at,
        }));
    }
    found.truncate(limit);
    Ok(found)
}
