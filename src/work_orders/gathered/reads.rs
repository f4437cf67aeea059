//! What the first page shows of what was gathered: the timer that runs, and what was put to the reader.

use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, ProjectKey, Result};
use crate::work_orders::lifecycle::tie;
use crate::work_orders::model::{Order, Who};
use crate::work_orders::reads::{self, OrderRow};

pub use super::store::{MentionRow, TimerRow};
use super::{mentions, store};

/// Rows looked at, so that a page of what may be seen is full.
const LOOKED_AT: i64 = 50;

/// The timer that runs for whoever asks, with its order.
pub fn running(conn: &mut AnyConnection, who: &Asker) -> Result<Option<(TimerRow, OrderRow)>> {
    running_of(conn, who.project, who.id())
}

/// The timer that an account of the project runs, with its order.
pub fn running_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
) -> Result<Option<(TimerRow, OrderRow)>> {
    let Some(timer) = store::running(conn, project, account)?.into_iter().next() else { return Ok(None) };
    let row = reads::by_id(conn, project, &timer.order_id)?;
    Ok(row.map(|row| (timer, row)))
}

/// Something that was put to the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutTo {
    pub mention: MentionRow,
    /// The order's number and title.
    pub number: String,
    pub title: String,
    pub by: Who,
    /// What was said, or the first of it.
    pub words: String,
}

/// What was put to whoever asks on orders that they may see, the newest first, at most so many.
pub fn put_to(conn: &mut AnyConnection, who: &Asker, most: usize) -> Result<Vec<PutTo>> {
    let mut found = Vec::new();
    for mention in store::open_mentions(conn, who.project, who.id(), LOOKED_AT)? {
        let order = reads::load(conn, who.project, &mention.order_id, None)?;
        if found.len() == most {
            break;
        }
        if who.may_for(Action::ViewOrders, &tie(&order, &who.actor)) {
            found.extend(put_in(&order, mention));
        }
    }
    Ok(found)
}

fn put_in(order: &Order, mention: MentionRow) -> Option<PutTo> {
    let comment = order.comments.iter().find(|it| it.id == mention.entry_id);
    let said = comment.map(|comment| (comment.by.clone(), comment.text.clone()));
    let (by, words) = said.or_else(|| logged(order, &mention.entry_id))?;
    let called = order.gathered.mentions.iter().filter(|it| it.entry == mention.entry_id);
    let called: Vec<(&str, &str)> = called.map(|it| (it.words.as_str(), it.name.as_str())).collect();
    let words = mentions::in_names(&words, &called).chars().take(200).collect();
    Some(PutTo { number: order.number.to_string(), title: order.title.clone(), by, words, mention })
}

fn logged(order: &Order, id: &str) -> Option<(Who, String)> {
    let entry = order.log.iter().find(|it| it.id == id)?;
    let said = std::iter::once(&entry.title).chain(&entry.lines).filter(|line| !line.is_empty());
    Some((entry.by.clone()?, said.cloned().collect::<Vec<_>>().join(" · ")))
}
