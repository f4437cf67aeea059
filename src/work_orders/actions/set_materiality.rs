//! Setting how much a claim weighs.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::Command;
use crate::work_orders::model::{Materiality, Target};

/// Sets the weight, while nobody has judged the claim.
pub async fn set_materiality(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    target: Target,
    materiality: Materiality,
) -> Result<Vec<Event>> {
    super::change(orders, asker, order_id, Command::SetMateriality { target, materiality }).await
}
