//! A sign of an agent that works on an order.
//!
//! It is recorded once less than half of the lease is left, so that a lease of five minutes costs the ledger one event in two
//! and a half. Where it changes nothing, nothing is written.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Asker, Error, Result, Timestamp};
use crate::work_orders::decide::{Command, Delegate, decide};
use crate::work_orders::model::{Claim, Order};
use crate::work_orders::{Orders, reads, store};

/// How an agent's claim stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The end of its lease.
    pub until: Timestamp,
    /// It ran out, or the claim ended otherwise: claim again, unless another agent has.
    pub is_stale: bool,
    /// A person stopped the agent, with these words: leave off.
    pub stopped: Option<String>,
}

/// Renews the lease where that is due, and says how the claim stands. Refused to whoever never claimed the order, and to people.
pub async fn heartbeat(orders: &Orders, asker: &Asker, order_id: &str) -> Result<Lease> {
    let (service, who, order_id) = (orders.clone(), asker.clone(), order_id.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        store::take_turn(tx, who.project, &order_id)?;
        let order = reads::load(tx.conn, who.project, &order_id, None)?;
        let facts = service.facts(tx.conn, who.project, &order, &who.actor)?;
        if let Some(ended) = ended(&order, who.id(), facts.now) {
            return Ok(ended);
        }
        let now = tx.now();
        let command = Command::Delegate(Delegate::Heartbeat);
        let decided = decide(&order, command, &who, &facts, &mut || new_id(now))?;
        super::append(tx, &service.app.ledger, who.project, &order, decided)?;
        let order = reads::load(tx.conn, who.project, &order_id, None)?;
        let claim = order.delegation.standing().filter(|claim| claim.agent.is(who.id()));
        let until =
            claim.map(|claim| claim.until).ok_or_else(|| Error::internal("a renewed claim is gone"))?;
        Ok(Lease { until, is_stale: false, stopped: None })
    };
    orders.app.db.write(&asker.actor, write).await
}

/// How an agent's own last claim stands where there is nothing to renew.
fn ended(order: &Order, agent: &str, now: Timestamp) -> Option<Lease> {
    let all = &order.delegation;
    let own: &Claim = all.claims.iter().rev().find(|claim| claim.agent.is(agent))?;
    let stopped = all.stop_of(agent).map(|stop| format!("{}: {}", stop.by.name, stop.reason));
    let is_over = stopped.is_some() || !own.is_live(now);
    is_over.then_some(Lease { until: own.until, is_stale: true, stopped })
}
