//! Ids that a file brings along, and that something else of the project has already.
//!
//! A file that was written out here names the ids of its items, ticks and criteria, so that it comes back as the same
//! order. Brought in under another number it is another order: it gets ids of its own.

use std::collections::BTreeSet;

use crate::db::AnyConnection;
use crate::foundation::{ProjectKey, Result};

use super::model::{Order, Ticks};
use super::store;

/// Gives the order ids of its own where one of those that claims go by is taken, or stands in it twice.
pub(super) fn ensure(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order: &mut Order,
    new_id: &mut dyn FnMut() -> String,
) -> Result<()> {
    let ids = claimable(order);
    let distinct: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
    if distinct.len() < ids.len() || store::names_a_claim(conn, project, &distinct)? {
        renew(order, new_id);
    }
    Ok(())
}

/// What a claim may be called after: every tick and every criterion.
fn claimable(order: &Order) -> Vec<String> {
    let steps = order
        .steps
        .iter()
        .flat_map(|step| std::iter::once(&step.ticks).chain(step.items.iter().map(|item| &item.ticks)));
    let ticks = steps.chain(order.criteria.iter().map(|criterion| &criterion.ticks));
    let ticks = ticks.flat_map(|ticks| ticks.0.iter().map(|tick| tick.id.clone()));
    ticks.chain(order.criteria.iter().map(|criterion| criterion.id.clone())).collect()
}

fn renew(order: &mut Order, new_id: &mut dyn FnMut() -> String) {
    for step in &mut order.steps {
        step.id = new_id();
        renew_ticks(&mut step.ticks, new_id);
        for item in &mut step.items {
            item.id = new_id();
            renew_ticks(&mut item.ticks, new_id);
        }
    }
    for criterion in &mut order.criteria {
        criterion.id = new_id();
        renew_ticks(&mut criterion.ticks, new_id);
    }
}

fn renew_ticks(ticks: &mut Ticks, new_id: &mut dyn FnMut() -> String) {
    ticks.0.iter_mut().for_each(|tick| tick.id = new_id());
}
