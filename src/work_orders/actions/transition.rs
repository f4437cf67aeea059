//! Moving an order from state to state. A move that is signed asks for the password again, at that moment.

use crate::foundation::{Asker, Error, Result};
use crate::ledger::Event;
use crate::people::People;
use crate::work_orders::decide::{Command, MoveTo};
use crate::work_orders::lifecycle::rule_for;
use crate::work_orders::model::{HoldCode, Outcome, Status};
use crate::work_orders::{Orders, reads};

/// Where to, and what comes with it.
#[derive(Clone, Debug)]
pub struct Move {
    pub to: Status,
    /// Why; for completing, the resolution.
    pub reason: String,
    pub hold: Option<HoldCode>,
    /// How the work ended, for completing.
    pub outcome: Option<Outcome>,
    /// The version the page showed.
    pub expected_version: Option<i64>,
    /// The password, for moves that are signed.
    pub password: Option<String>,
}

impl Move {
    /// A plain move.
    pub fn to(to: Status) -> Self {
        Self { to, reason: String::new(), hold: None, outcome: None, expected_version: None, password: None }
    }
}

/// Moves the order. A wrong password is refused and counts towards the account's lock.
pub async fn transition(orders: &Orders, asker: &Asker, order_id: &str, asked: Move) -> Result<Vec<Event>> {
    let is_confirmed = match &asked.password {
        Some(password) if needs_signature(orders, asker, order_id, asked.to).await? => {
            confirm(&orders.people, asker, password).await?;
            true
        }
        _ => false,
    };
    if asked.to == Status::Verified {
        // What the auditor signs for is looked at now: what changed is recorded, whether the move is refused or not.
        super::check_files::check_files(orders, asker, order_id).await?;
    }
    let Move { to, reason, hold, outcome, expected_version, .. } = asked;
    let command = Command::Move(MoveTo { to, reason, hold, outcome, is_confirmed, expected_version });
    super::change(orders, asker, order_id, command).await
}

async fn needs_signature(orders: &Orders, asker: &Asker, order_id: &str, to: Status) -> Result<bool> {
    let (project, id) = (asker.project, order_id.to_owned());
    let row = orders.app.db.read(move |conn| reads::by_id(conn, project, &id)).await?;
    let from = row.ok_or_else(|| Error::not_found("the work order"))?.status();
    Ok(rule_for(from, to).is_some_and(|rule| rule.signature.is_some()))
}

async fn confirm(people: &People, asker: &Asker, password: &str) -> Result<()> {
    if people.confirm_password(asker, password).await? {
        return Ok(());
    }
    Err(Error::invalid(
        "password",
        "This is not your password, or it was wrong too often in this session: wait a little, then try again. Nothing \
         was signed.",
    ))
}
