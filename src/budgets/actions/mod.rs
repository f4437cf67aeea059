//! What is done with budgets, one file per verb, by whoever keeps prices: supervisors, admins and the operator.

pub mod change;
pub mod end;
pub mod set;

use crate::db::{Tx, locks};
use crate::foundation::{ProjectKey, Result};
use crate::ledger::{Draft, Event, Ledger, events};

use super::events::{BudgetEvent, stream_of};

/// Makes writers about the budgets of a project take turns until the transaction ends: none is set twice, and none changes unseen.
fn take_turn(tx: &mut Tx<'_>, project: ProjectKey) -> Result<()> {
    locks::take_turn(tx, locks::order_turn(project, "budgets"))
}

/// Appends what was decided to the budget's stream; nothing where nothing had to happen.
fn append(
    tx: &mut Tx<'_>,
    ledger: &Ledger,
    project: ProjectKey,
    budget: &str,
    decided: &[BudgetEvent],
) -> Result<Vec<Event>> {
    if decided.is_empty() {
        return Ok(Vec::new());
    }
    let stream = stream_of(project, budget);
    let expected = events::version(tx.conn, &stream)?;
    let drafts: Result<Vec<Draft>> = decided.iter().map(BudgetEvent::draft).collect();
    ledger.append(tx, &stream, expected, drafts?)
}
