//! Setting how much a claim weighs.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::state::App;
use crate::work_orders::Hooks;
use crate::work_orders::decide::Command;
use crate::work_orders::model::{Materiality, Target};
/// Sets the weight, while nobody has judged the claim.
pub async fn set_materiality(
    app: &App,
    hooks: &Hooks,
    asker: &Asker,
    order_id: &str,
    target: Target,
    materiality: Materiality,
) -> Result<Vec<Event>> {
    super::change(app, hooks, asker, order_id, Command::SetMateriality { target, materiality }).await
}
