//! Giving the work to somebody.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::state::App;
use crate::work_orders::Hooks;
use crate::work_orders::decide::Command;
use crate::work_orders::model::Assignee;
/// Assigns the order, or with none takes it from whoever has it.
pub async fn assign(
    app: &App,
    hooks: &Hooks,
    asker: &Asker,
    order_id: &str,
    assignee: Option<Assignee>,
) -> Result<Vec<Event>> {
    super::change(app, hooks, asker, order_id, Command::Assign { assignee }).await
}
