//! Moving an order from state to state. A move that is signed asks the signer who they are again, at that moment.

use crate::db::{AnyConnection, Tx};
use crate::foundation::ids::new_id;
use crate::foundation::{Asker, Error, Result};
use crate::ledger::Event;
use crate::people::actions::confirm_signing::Proven;
use crate::work_orders::decide::{Command, MoveTo, decide};
use crate::work_orders::lifecycle::offer_of;
use crate::work_orders::model::{HoldCode, Outcome, Status};
use crate::work_orders::{Orders, reads, store};

use super::signed::proof_of;

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
    /// How many points the page showed as not as planned.
    pub expected_points: Option<usize>,
    /// The mail address, for the first signature of a session.
    pub email: Option<String>,
    /// The password, for moves that are signed.
    pub password: Option<String>,
}

impl Move {
    /// A plain move.
    pub fn to(to: Status) -> Self {
        Self {
            to,
            reason: String::new(),
            hold: None,
            outcome: None,
            expected_version: None,
            expected_points: None,
            email: None,
            password: None,
        }
    }
}

/// Moves the order. What stands in the way is said before anybody is asked for a password; a wrong one is refused and
/// counts towards the lock of the account's signing.
pub async fn transition(orders: &Orders, asker: &Asker, order_id: &str, asked: Move) -> Result<Vec<Event>> {
    if asked.to == Status::Verified {
        // What the auditor signs for is looked at first: what changed is recorded, whether the move is refused or not.
        super::check_files::check_files(orders, asker, order_id).await?;
    }
    let proven = if needs_signature(orders, asker, order_id, &asked).await? {
        match &asked.password {
            Some(password) => {
                let email = asked.email.as_deref().unwrap_or_default();
                Some(orders.people.confirm_signing(asker, email, password).await?)
            }
            None => None,
        }
    } else {
        None
    };
    let (service, who, order_id) = (orders.clone(), asker.clone(), order_id.to_owned());
    orders.app.db.write(&asker.actor, move |tx| carry_out(tx, &service, &who, &order_id, asked, proven)).await
}

/// Whether this move is signed; refused already here for whoever may not make it and when the order has changed.
async fn needs_signature(orders: &Orders, asker: &Asker, order_id: &str, asked: &Move) -> Result<bool> {
    let (service, who, id) = (orders.clone(), asker.clone(), order_id.to_owned());
    let (to, expected) = (asked.to, asked.expected_version);
    let read = move |conn: &mut AnyConnection| {
        let order = reads::load(conn, who.project, &id, None)?;
        let facts = service.facts(conn, who.project, &order, &who.actor)?;
        let offer = offer_of(&order, to, &who, &facts)?;
        if expected.is_some_and(|version| order.has_moved_on(version)) {
            return Err(Error::Conflict {
                what: order.number.to_string().into(),
                expected: expected.unwrap_or_default(),
                found: order.version,
            });
        }
        Ok(offer.signature.is_some() && offer.blocked.is_none())
    };
    orders.app.db.read(read).await
}

fn carry_out(
    tx: &mut Tx<'_>,
    service: &Orders,
    who: &Asker,
    order_id: &str,
    asked: Move,
    proven: Option<Proven>,
) -> Result<Vec<Event>> {
    store::take_turn(tx, who.project, order_id)?;
    let events = reads::history(tx.conn, who.project, order_id, None)?;
    let order = reads::fold_events(&events)?;
    let facts = service.facts(tx.conn, who.project, &order, &who.actor)?;
    let proof = proven.map(|proven| proof_of(proven, &order, &events, asked.expected_points));
    let Move { to, reason, hold, outcome, expected_version, .. } = asked;
    let command =
        Command::Move(MoveTo { to, reason, hold, outcome, proof: proof.transpose()?, expected_version });
    let now = tx.now();
    let decided = decide(&order, command, who, &facts, &mut || new_id(now))?;
    let events = super::append(tx, &service.app.ledger, who.project, &order, decided)?;
    if to == Status::Completed {
        (service.consequences.completed)(&service.app.ledger, tx, who.project, &order)?;
    }
    Ok(events)
}
