//! A new order with the plan of a version of a procedure.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Result};
use crate::ledger::Ledger;
use crate::order_settings::policies;
use crate::work_orders::by_asset;
use crate::work_orders::decide::{Scheduled, begin_scheduled};
use crate::work_orders::events::OrderEvent;
use crate::work_orders::model::{Assignee, MadeFrom, Order, Plan, Status, TypeClass};

use super::create::{Created, reserve, write_draft};

/// Writes the draft, which says what it was made from, in the caller's transaction. Its asset is settled as that of any new order.
/// It takes the turn of numbers, so whoever takes an order's or a procedure's turn besides does that afterwards.
pub fn make(tx: &mut Tx<'_>, ledger: &Ledger, who: &Asker, plan: Plan, from: MadeFrom) -> Result<Created> {
    let made = reserve(tx, who)?;
    let asset = by_asset::settled(tx.conn, who.project, None, plan.asset.clone())?;
    let plan = Plan { asset, ..plan };
    write_draft(tx, ledger, who, &made, (plan, None), vec![OrderEvent::MadeFrom(from)])?;
    Ok(made)
}

/// An order that a schedule wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub plan: Plan,
    pub assignee: Option<Assignee>,
    /// The version, and the schedule with whoever answers for it.
    pub from: MadeFrom,
    /// A person who may approve has said that its orders come approved, and may still approve.
    pub approves: bool,
}

/// An order that a schedule made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeBySchedule {
    pub order: Created,
    /// The state that it begins in.
    pub status: Status,
    /// How many events made it.
    pub events: i64,
}

/// Makes the order of a schedule in the caller's transaction, for the rule alone. It goes as far as the rules of its type let it
/// without anybody's word, and takes the turn of numbers after that of the schedule.
pub fn make_scheduled(
    tx: &mut Tx<'_>,
    ledger: &Ledger,
    who: &Asker,
    wanted: Wanted,
) -> Result<MadeBySchedule> {
    who.must(Action::MakeScheduledOrder)?;
    let Wanted { plan, assignee, from, approves } = wanted;
    let order = reserve(tx, who)?;
    let asset = by_asset::settled(tx.conn, who.project, None, plan.asset.clone())?;
    let plan = Plan { asset, ..plan };
    let policy = policies::reads::of(tx.conn, who.project, TypeClass::of(&plan.order_type))?;
    let (id, number, now) = (order.order_id.clone(), order.number.clone(), tx.now());
    let new = Scheduled { id: id.clone(), number, plan, assignee, from, approves };
    let (begun, status) = begin_scheduled(new, who, &policy, &mut || new_id(now))?;
    let written = super::append(tx, ledger, who.project, &Order { id, ..Order::default() }, begun)?;
    Ok(MadeBySchedule { order, status, events: i64::try_from(written.len()).unwrap_or(i64::MAX) })
}
