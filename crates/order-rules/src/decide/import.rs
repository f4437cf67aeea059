//! Taking over an order from a file.
//!
//! A file can claim anything: who ticked, who approved, who signed. What it claims is kept where it is worth reading, and
//! counts for nothing: whatever the file says, a draft comes in, and whoever brings it in is its author. Ticks come in as
//! imported and unattested, accounts named in the file lose their ids, and moves, weights, acknowledgements and outcomes
//! must be made anew. What is odd is found in the order as the file claims it to be.

use super::create::{check_new, check_plan};
use crate::contradictions;
use crate::events::OrderEvent;
use crate::model::{
    Assignee, Field, ImportRecord, Materiality, Order, Plan, Status, StepState, Tick, TickHow, Ticks, When,
    Who, limits,
};
use foundation::{Asker, Digest, Error, Result, Timestamp};

/// A file's order that is to be taken over.
pub(super) struct Taken {
    pub(super) order: Order,
    pub(super) source: Digest,
    pub(super) file: Option<String>,
    pub(super) own_number: bool,
}

pub(super) fn import(
    asker: &Asker,
    taken: Taken,
    at: Timestamp,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    let Taken { mut order, source, file, own_number } = taken;
    check_new(asker)?;
    if !order.number.is_given() {
        return Err(Error::invalid("number", "a work order needs a number such as WO-2026-001"));
    }
    order.findings = contradictions::find(&order, at);
    let claims = claims_of(&order);
    let status = order.status;
    distrust(&mut order, at);
    let by = Who::from(&asker.actor);
    order.imported = Some(ImportRecord { source, file: file.clone(), by, at, status, claims, own_number });
    if order.id.is_empty() {
        order.id = new_id();
    }
    limits::check(&order)?;
    check_plan(&Plan::of(&order))?;
    Ok(vec![OrderEvent::Imported { source, file, order: Box::new(order) }])
}

/// What the file says about the work that is no plan: shown as the file's word.
fn claims_of(order: &Order) -> Vec<Field> {
    let field = |name: &str, value: String| Field { name: name.to_owned(), value };
    let mut claims = Vec::new();
    if order.status != Status::Draft {
        claims.push(field("Status", order.status.shown()));
    }
    claims.extend(order.assignee.as_ref().map(|to| field("Assigned to", named(&to.name, &to.code))));
    claims.extend((!order.created.raw.is_empty()).then(|| field("Created", order.created.raw.clone())));
    let signs = order.steps.iter().filter(|step| step.state != StepState::Open);
    claims.extend(signs.map(|step| {
        let says = step.state.as_str().replace('_', " ");
        field("Step", format!("{} {}: {says}", step.position, step.title))
    }));
    claims
}

fn named(name: &str, code: &str) -> String {
    if code.is_empty() { name.to_owned() } else { format!("{name} ({code})") }
}

fn distrust(order: &mut Order, at: Timestamp) {
    order.status = Status::Draft;
    order.created = When::exact(at);
    order.created_by = None;
    order.transitions.clear();
    order.performers.clear();
    (order.hold, order.outcome) = (None, None);
    order.started = false;
    order.safety.acknowledgements.clear();
    for step in &mut order.steps {
        step.state = StepState::Open;
        step.materiality = Materiality::Normal;
        distrust_ticks(&mut step.ticks);
        for item in &mut step.items {
            item.materiality = Materiality::Normal;
            distrust_ticks(&mut item.ticks);
        }
    }
    for criterion in &mut order.criteria {
        criterion.materiality = Materiality::Important;
        distrust_ticks(&mut criterion.ticks);
    }
    order.log.iter_mut().filter_map(|entry| entry.by.as_mut()).for_each(forget_account);
    order.comments.iter_mut().for_each(|comment| forget_account(&mut comment.by));
    if let Some(Assignee { account, kind, .. }) = &mut order.assignee {
        (*account, *kind) = (None, None);
    }
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
