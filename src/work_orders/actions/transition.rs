//! Moving an order from state to state. A move that is signed asks for the password again, at that moment.

use crate::foundation::{Asker, Error, Result};
use crate::ledger::Event;
use crate::people::People;
use crate::work_orders::decide::Command;
use crate::work_orders::lifecycle::rule_for;
use crate::work_orders::model::{HoldCode, Outcome, Status};
use crate::work_orders::{Hooks, reads};

/// Where to, and what comes with it.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Which state.
    pub to: Status,
    /// Why; for completing, the resolution.
    pub reason: String,
    /// The code of a hold.
    pub hold: Option<HoldCode>,
    /// How the work ended, for completing.
    pub outcome: Option<Outcome>,
    /// The version the page showed.
    pub expected_version: Option<i64>,
    /// The password, for moves that are signed.
    pub password: Option<String>,
}

impl Wish {
    /// A plain move.
    pub fn to(to: Status) -> Self {
        Self { to, reason: String::new(), hold: None, outcome: None, expected_version: None, password: None }
    }
}

/// Moves the order. A wrong password is refused and counts towards the account's lock.
pub async fn transition(
    people: &People,
    hooks: &Hooks,
    asker: &Asker,
    order_id: &str,
    wish: Wish,
) -> Result<Vec<Event>> {
    let is_signed = match &wish.password {
        Some(password) if needs_signature(people, asker, order_id, wish.to).await? => {
            confirm(people, asker, password).await?;
            true
        }
        _ => false,
    };
    let Wish { to, reason, hold, outcome, expected_version, .. } = wish;
    let command = Command::Transition { to, reason, hold, outcome, expected_version };
    super::change_knowing(&people.app, hooks, asker, order_id, command, move |facts| {
        facts.may_sign &= is_signed;
    })
    .await
}

async fn needs_signature(people: &People, asker: &Asker, order_id: &str, to: Status) -> Result<bool> {
    let (project, id) = (asker.project, order_id.to_owned());
    let row = people.app.db.read(move |conn| reads::by_id(conn, project, &id)).await?;
    let from = row.ok_or_else(|| Error::not_found("the work order"))?.status();
    Ok(rule_for(from, to).is_some_and(|rule| rule.signature.is_some()))
}

async fn confirm(people: &People, asker: &Asker, password: &str) -> Result<()> {
    if people.confirm_password(asker, password).await? {
        return Ok(());
    }
    Err(Error::invalid(
        "password",
        "This is not your password, or the account is locked: five failed attempts in a row lock it for 15 minutes. \
         Nothing was signed.",
    ))
}
