//! Events folded into a budget. Folding never refuses.

use super::events::BudgetEvent;
use super::model::Budget;
use crate::foundation::Timestamp;

/// What a budget is after one more event, which is of this moment and version; none before it was set.
pub fn apply(budget: Option<Budget>, event: &BudgetEvent, (at, version): (Timestamp, i64)) -> Option<Budget> {
    match (budget, event) {
        (_, BudgetEvent::Set { budget: id, about, terms, .. }) => Some(Budget {
            id: id.clone(),
            about: about.clone(),
            terms: terms.clone(),
            set_at: at,
            changed_at: at,
            ended_at: None,
            version,
        }),
        (Some(budget), BudgetEvent::Changed { to, .. }) => {
            Some(Budget { terms: to.clone(), changed_at: at, version, ..budget })
        }
        (Some(budget), BudgetEvent::Ended { .. }) => {
            Some(Budget { ended_at: Some(at), changed_at: at, version, ..budget })
        }
        (None, _) => None,
    }
}
