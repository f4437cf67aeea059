//! Commenting.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::state::App;
use crate::work_orders::Hooks;
use crate::work_orders::decide::Command;

/// Adds a comment.
pub async fn comment(
    app: &App,
    hooks: &Hooks,
    asker: &Asker,
    order_id: &str,
    text: String,
) -> Result<Vec<Event>> {
    super::change(app, hooks, asker, order_id, Command::AddComment { text }).await
}
