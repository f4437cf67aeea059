//! What waits for a verdict or a review that is not this person's to give, because the work or its evidence is their own.
//!
//! The rule is that of verdicts ([`super::verdict::relation_of`]) and of the guard of verifying: whoever did any of the work,
//! has it assigned, sent any of its traces or brought any of its files, and whoever is one unit with them.

use std::collections::BTreeMap;

use crate::db::AnyConnection;
use crate::foundation::{ProjectKey, Result};
use crate::people::units::Unit;
use crate::work_orders;
use crate::work_orders::model::Order;

use super::claims::performers;
use super::reads::QueuedClaim;
use super::senders;
use super::store;
use super::to_judge::store::{self as to_judge, WaitingRow};

/// Orders that are looked into for one reader: each is folded from its events. The claims of orders beyond count as those of
/// others, which the claim's own page puts right.
const MOST_ORDERS: usize = 40;

/// What waits for a verdict, as it concerns the accounts of one unit; counted up to ten thousand together.
#[derive(Clone, Debug, Default)]
pub struct Waiting {
    /// The first that they may judge either way.
    pub first: Vec<QueuedClaim>,
    /// How many there are of those. The row of a claim and of its order say of most whose work they are; only orders among the first
    /// are looked into for the rest.
    pub others: i64,
    /// How many are of their own work.
    pub own: i64,
}

/// Reads it, with up to `shown` of the first: what is their own takes no place among these.
pub fn waiting(conn: &mut AnyConnection, project: ProjectKey, unit: &Unit, shown: usize) -> Result<Waiting> {
    let all = to_judge::waiting(conn, project)?;
    let mut looked_into: BTreeMap<&str, bool> = BTreeMap::new();
    let mut first = Vec::new();
    for row in all.iter().filter(|row| !is_own_by_row(unit, row)) {
        if first.len() == shown {
            break;
        }
        let order_id = row.order_id.as_str();
        if !looked_into.contains_key(order_id) && looked_into.len() < MOST_ORDERS {
            looked_into.insert(order_id, is_own(conn, project, unit, order_id)?);
        }
        if !looked_into.get(order_id).copied().unwrap_or_default() {
            first.extend(queued(conn, project, row)?);
        }
    }
    let is_theirs = |row: &&WaitingRow| {
        is_own_by_row(unit, row) || looked_into.get(row.order_id.as_str()).copied().unwrap_or_default()
    };
    let own = all.iter().filter(is_theirs).count();
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    Ok(Waiting { first, others: count(all.len() - own), own: count(own) })
}

/// Whoever ticked it or has the order; what nobody ticked is claimed by whoever brought the order in.
fn is_own_by_row(unit: &Unit, row: &WaitingRow) -> bool {
    let is_one = |account: Option<&String>| account.is_some_and(|account| unit.contains(account));
    let is_stated_by_them = match row.author_id.as_str() {
        "" => is_one(row.owner.as_ref()),
        author => unit.contains(author),
    };
    is_stated_by_them || is_one(row.assignee.as_ref())
}

fn queued(conn: &mut AnyConnection, project: ProjectKey, row: &WaitingRow) -> Result<Option<QueuedClaim>> {
    let Some(claim) = store::claim(conn, project, &row.claim_id)? else { return Ok(None) };
    let order = work_orders::reads::by_id(conn, project, &row.order_id)?;
    let number = order.map(|order| order.number).unwrap_or_default();
    Ok(Some(QueuedClaim { claim, number, is_past: false }))
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
