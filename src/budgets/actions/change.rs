//! Putting other terms in the place of a budget's.

use crate::budgets::decide;
use crate::budgets::model::{AtEnd, Budget, Terms};
use crate::budgets::reads;
use crate::db::Tx;
use crate::foundation::{Action, Asker, Error, Result};
use crate::ledger::Event;
use crate::state::App;

/// What is to be another; what is none stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// As typed, in the budget's unit.
    pub amount: Option<String>,
    pub warn_at: Option<Vec<i64>>,
    pub at_end: Option<AtEnd>,
}

/// Changes it, with a reason. Refused where somebody changed it since the version `seen`; none takes it as it stands. No events: it
/// says the same.
pub async fn change(
    app: &App,
    asker: &Asker,
    budget: &str,
    change: Change,
    reason: String,
    seen: Option<i64>,
) -> Result<Vec<Event>> {
    asker.must(Action::ChangePrices)?;
    let (ledger, project, id) = (app.ledger.clone(), asker.project, budget.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        super::take_turn(tx, project)?;
        let found = reads::find(tx.conn, project, &id)?;
        let terms = changed(&found, change)?;
        let decided = decide::change(&found, terms, &reason, seen)?;
        super::append(tx, &ledger, project, &found.id, &decided)
    };
    app.db.write(&asker.actor, write).await
}

fn changed(budget: &Budget, change: Change) -> Result<Terms> {
    let terms = budget.terms.clone();
    let amount = match change.amount {
        None => terms.amount,
        Some(text) => {
            budget.about.unit.amount(&text).ok_or_else(|| Error::invalid("amount", "this is no amount"))?
        }
    };
    Ok(Terms {
        amount,
        warn_at: change.warn_at.unwrap_or(terms.warn_at),
        at_end: change.at_end.unwrap_or(terms.at_end),
    })
}
