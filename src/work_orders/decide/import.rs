//! Taking over an order from a file.
//!
//! A file can claim anything: who ticked, who approved, who signed. What it claims is kept where it is
//! worth reading, and believed nowhere: ticks come in as imported and unattested, accounts named in the
//! file lose their ids, and moves and acknowledgements must be made anew.

use super::create::{check_new, check_plan, may};
use crate::foundation::{Action, Asker, Digest, Error, Result, Timestamp};
use crate::work_orders::contradictions;
use crate::work_orders::events::OrderEvent;
use crate::work_orders::model::{Assignee, Order, Plan, Status, Tick, TickHow, Ticks, Who, limits};

pub(super) fn import(
    asker: &Asker,
    mut order: Order,
    source: Digest,
    file: Option<String>,
    at: Timestamp,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    check_new(asker)?;
    check_importer(asker, &order)?;
    if !order.number.is_given() {
        return Err(Error::invalid("number", "the file names no work order number such as WO-2026-001"));
    }
    distrust(&mut order);
    if order.id.is_empty() {
        order.id = new_id();
    }
    limits::check(&order)?;
    check_plan(&Plan::of(&order))?;
    order.findings = contradictions::find(&order, at);
    Ok(vec![OrderEvent::Imported { source, file, order: Box::new(order) }])
}

/// Requesters and agents write drafts only, so they bring in drafts only.
fn check_importer(asker: &Asker, order: &Order) -> Result<()> {
    if order.status == Status::Draft || may(asker, Action::ImportBegun) {
        return Ok(());
    }
    Err(Error::forbidden(format!(
        "The file says {}: you may bring in drafts only. Ask a technician or supervisor to import it.",
        order.status.shown()
    )))
}

fn distrust(order: &mut Order) {
    order.created_by = None;
    order.transitions.clear();
    order.performers.clear();
    order.imported = None;
    order.hold = None;
    order.safety.acknowledgements.clear();
    let items = order.steps.iter_mut().flat_map(|step| {
        let items = step.items.iter_mut().map(|item| &mut item.ticks);
        std::iter::once(&mut step.ticks).chain(items)
    });
    for ticks in items.chain(order.criteria.iter_mut().map(|criterion| &mut criterion.ticks)) {
        distrust_ticks(ticks);
    }
    order.log.iter_mut().filter_map(|entry| entry.by.as_mut()).for_each(forget_account);
    order.comments.iter_mut().for_each(|comment| forget_account(&mut comment.by));
    if let Some(Assignee { account, kind, .. }) = &mut order.assignee {
        (*account, *kind) = (None, None);
    }
    order.started = order.status.is_done() || order.status == Status::InProgress || order.has_progress();
}

fn distrust_ticks(ticks: &mut Ticks) {
    ticks.0.retain(|tick| tick.undone.is_none());
    ticks.0.truncate(1);
    for tick in &mut ticks.0 {
        let by = tick.by.take().map(|mut by| {
            forget_account(&mut by);
            by
        });
        *tick = Tick { how: TickHow::Imported, by, at: tick.at, ..Tick::imported(tick.id.clone()) };
    }
}

fn forget_account(who: &mut Who) {
    who.id.clear();
}
