//! Adding to the work log.

use crate::db::Tx;
use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::Command;
use crate::work_orders::model::LogKind;

/// A new log entry.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    pub title: String,
    pub lines: Vec<String>,
    /// What sort of entry; guessed from the title when not said.
    pub kind: Option<LogKind>,
    pub corrects: Option<String>,
}

/// Adds an entry; a correction names the entry it corrects.
pub async fn log(orders: &Orders, asker: &Asker, order_id: &str, entry: Entry) -> Result<Vec<Event>> {
    let Entry { title, lines, kind, corrects } = entry;
    let command = Command::AddLog { title, lines, kind, corrects };
    let (service, who, id) = (orders.clone(), asker.clone(), order_id.to_owned());
    let write = move |tx: &mut Tx<'_>| super::comment::written(tx, &service, &who, &id, command, None);
    orders.app.db.write(&asker.actor, write).await
}
