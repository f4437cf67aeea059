//! What is signed without a move: decided once without anything at stake, so that what stands in the way is said before anybody
//! is asked for a password, then believed, then decided and stored.

use super::append;
use crate::db::{AnyConnection, Tx};
use crate::foundation::ids::new_id;
use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::people::actions::confirm_signing::Proven;
use crate::work_orders::decide::{Command, Proof, decide};
use crate::work_orders::model::{Order, SigningMethod};
use crate::work_orders::{Orders, reads, signing, store};

/// What a signer gives, and the version of the order that they saw.
#[derive(Clone, Debug, Default)]
pub struct SignedWith {
    pub version: Option<i64>,
    /// The mail address, for the first signature of a session.
    pub email: Option<String>,
    pub password: Option<String>,
}

/// Decides and stores the command; a wrong password is refused and counts towards the lock of the account's signing.
pub(super) async fn signed<C>(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    with: SignedWith,
    command: C,
) -> Result<Vec<Event>>
where
    C: Fn(Option<Proof>) -> Command + Clone + Send + 'static,
{
    let proven = match with.password {
        Some(password) if is_signed(orders, asker, order_id, command.clone()).await? => {
            let email = with.email.unwrap_or_default();
            Some(orders.people.confirm_signing(asker, &email, &password).await?)
        }
        _ => None,
    };
    let (service, who, order_id) = (orders.clone(), asker.clone(), order_id.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        store::take_turn(tx, who.project, &order_id)?;
        let events = reads::history(tx.conn, who.project, &order_id, None)?;
        let order = reads::fold_events(&events)?;
        let facts = service.facts(tx.conn, who.project, &order, &who.actor)?;
        let proof = proven.map(|proven| proof_of(proven, &order, &events, None)).transpose()?;
        let now = tx.now();
        let decided = decide(&order, command(proof), &who, &facts, &mut || new_id(now))?;
        append(tx, &service.app.ledger, who.project, &order, decided)
    };
    orders.app.db.write(&asker.actor, write).await
}

/// Whether only a signature is lacking; refused for whatever else stands in the way.
async fn is_signed<C>(orders: &Orders, asker: &Asker, order_id: &str, command: C) -> Result<bool>
where
    C: Fn(Option<Proof>) -> Command + Send + 'static,
{
    let (service, who, id) = (orders.clone(), asker.clone(), order_id.to_owned());
    let read = move |conn: &mut AnyConnection| {
        let order = reads::load(conn, who.project, &id, None)?;
        let facts = service.facts(conn, who.project, &order, &who.actor)?;
        let allows = |proof| decide(&order, command(proof), &who, &facts, &mut || "new".to_owned());
        if allows(None).is_ok() {
            return Ok(false);
        }
        allows(Some(Proof::in_a_dry_run())).map(|_| true)
    };
    orders.app.db.read(read).await
}

/// The proof of a believed signer over an order as these events make it.
pub(super) fn proof_of(
    proven: Proven,
    order: &Order,
    events: &[Event],
    points: Option<usize>,
) -> Result<Proof> {
    let method = if proven.with_all { SigningMethod::EmailAndPassword } else { SigningMethod::Password };
    Ok(Proof { method, code: proven.code, content: signing::digest(order, events)?, points })
}
