//! The plan as it stands before whoever approves it.

use super::document::{self, Flow};
use super::order::criteria;
use super::record::{self, SafetyView};
use super::rows::RowView;
use super::view::OrderView;

/// Everything that is approved, in the order of its document.
pub(super) struct PlanShown {
    pub(super) size: String,
    pub(super) safety: Option<SafetyView>,
    pub(super) flow: Vec<Flow>,
    pub(super) criteria: Vec<RowView>,
}

impl PlanShown {
    /// The plan of an order as it is now.
    pub(super) fn of(view: &OrderView) -> Self {
        let order = &view.order;
        let count = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
        let items = order.steps.iter().map(|step| step.items.len()).sum();
        Self {
            size: format!("{}, {}", count(order.steps.len(), "step"), count(items, "item")),
            safety: record::safety(view),
            flow: document::flow(view),
            criteria: criteria(view),
        }
    }
}
