//! Handing one order on from whoever has it.

use crate::db::{AnyConnection, Tx};
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Error, ProjectKey, Result};
use crate::ledger::Event;
use crate::people::{AccountId, reads as people, units};
use crate::work_orders::Orders;
use crate::work_orders::decide::{Command, Receiver, decide};
use crate::work_orders::model::Assignee;
use crate::work_orders::{reads, store};

/// Hands it from one account to another, with the reason; a timer of the first that runs on it stops.
pub async fn hand_over(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    from: String,
    to: String,
    reason: String,
) -> Result<Vec<Event>> {
    asker.must(Action::Assign)?;
    let (service, who, order_id) = (orders.clone(), asker.clone(), order_id.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        store::take_turn(tx, who.project, &order_id)?;
        let order = reads::load(tx.conn, who.project, &order_id, None)?;
        let to = Box::new(receiver(tx.conn, who.project, &to)?);
        let facts = service.facts(tx.conn, who.project, &order, &who.actor)?;
        let now = tx.now();
        let command = Command::HandOver { from, to, reason };
        let decided = decide(&order, command, &who, &facts, &mut || new_id(now))?;
        super::append(tx, &service.app.ledger, who.project, &order, decided)
    };
    orders.app.db.write(&asker.actor, write).await
}

fn receiver(conn: &mut AnyConnection, project: ProjectKey, account: &str) -> Result<Receiver> {
    let id = AccountId(account.to_owned());
    let known = people::members(conn, project)?.into_iter().find(|member| member.account.id == id);
    let known = known.ok_or_else(|| Error::invalid("to", "choose somebody of this project"))?;
    Ok(Receiver {
        roles: known.roles,
        is_disabled: known.account.disabled_at.is_some(),
        unit: units::unit_of(conn, account)?,
        assignee: Assignee {
            kind: Some(known.account.kind().actor_kind()),
            account: Some(account.to_owned()),
            name: known.account.name,
            code: known.account.code,
        },
    })
}
