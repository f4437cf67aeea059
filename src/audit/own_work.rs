//! What waits for a verdict or a review that is not this person's to give, because the work or its evidence is their own.
//!
//! The rule is that of verdicts ([`super::verdict::relation_of`]) and of the guard of verifying: whoever did any of the work,
//! has it assigned, sent any of its traces or brought any of its files, and whoever is one unit with them.

use std::collections::BTreeSet;

use crate::db::AnyConnection;
use crate::foundation::{ProjectKey, Result};
use crate::people::units::Unit;
use crate::work_orders;
use crate::work_orders::model::Order;

use super::claims::performers;
use super::reads::QueuedClaim;
use super::senders;
use super::store::ClaimRow;

/// Orders that are looked into for one queue: each is folded from its events. The claims of orders beyond count as those of
/// others, which the claim's own page puts right.
const MOST_ORDERS: usize = 40;

/// Leaves in a queue the claims that an account of this unit may judge either way, in their order.
pub fn without_own(
    conn: &mut AnyConnection,
    project: ProjectKey,
    unit: &Unit,
    claims: Vec<QueuedClaim>,
) -> Result<Vec<QueuedClaim>> {
    let mut looked_into = BTreeSet::new();
    let (mut done, mut written) = (BTreeSet::new(), BTreeSet::new());
    for queued in &claims {
        let order_id = queued.claim.order_id.as_str();
        if looked_into.len() == MOST_ORDERS {
            break;
        }
        if !looked_into.insert(order_id.to_owned()) {
            continue;
        }
        let order = work_orders::reads::load(conn, project, order_id, None)?;
        if is_involved(conn, project, unit, &order)? {
            done.insert(order.id.clone());
        }
        if order.author().is_some_and(|author| unit.contains(&author.id)) {
            written.insert(order.id);
        }
    }
    // What nobody ticked is claimed by whoever brought the order in.
    let is_stated_by_them = |claim: &ClaimRow| match claim.author_id.as_str() {
        "" => written.contains(&claim.order_id),
        author => unit.contains(author),
    };
    let is_own = |claim: &ClaimRow| done.contains(&claim.order_id) || is_stated_by_them(claim);
    Ok(claims.into_iter().filter(|queued| !is_own(&queued.claim)).collect())
}

/// Whether somebody of this unit did any of an order or brought any of its evidence, so that none of them may review it.
pub fn is_own(conn: &mut AnyConnection, project: ProjectKey, unit: &Unit, order_id: &str) -> Result<bool> {
    let order = work_orders::reads::load(conn, project, order_id, None)?;
    is_involved(conn, project, unit, &order)
}

fn is_involved(conn: &mut AnyConnection, project: ProjectKey, unit: &Unit, order: &Order) -> Result<bool> {
    if unit.contains_any(performers(order).iter().map(String::as_str)) {
        return Ok(true);
    }
    let senders = senders::of_order(conn, project, order)?;
    Ok(unit.contains_any(senders.iter().map(String::as_str)))
}
