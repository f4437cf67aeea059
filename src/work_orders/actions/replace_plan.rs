//! Changing the whole plan, or words of its head, as somebody has it before them: for whoever names the version they saw.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Asker, Error, Result};
use crate::ledger::Event;
use crate::work_orders::decide::{Command, decide};
use crate::work_orders::editing::{Edit, apply, plan_of};
use crate::work_orders::model::{AssetRef, Order, Plan, Priority, When};
use crate::work_orders::{Orders, by_asset, reads, store};
use order_markdown::replacing::replaced;

/// What the plan is to be.
#[derive(Clone, Debug)]
pub enum Replacement {
    /// This one.
    Whole(Box<Plan>),
    /// As it is, with another head.
    Head(Head),
}

/// Words of the head; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct Head {
    pub title: Option<String>,
    pub order_type: Option<String>,
    pub priority: Option<Priority>,
    /// None in it for no day.
    pub due: Option<Due>,
    /// None in it for no asset.
    pub asset: Option<On>,
    pub isolation: Option<bool>,
    /// `4 h`; empty for none.
    pub estimate: Option<String>,
}

/// A due day, or that there is none.
#[derive(Clone, Debug)]
pub struct Due(pub Option<When>);

/// An asset, or that there is none.
#[derive(Clone, Debug)]
pub struct On(pub Option<AssetRef>);

/// Puts it in the place of the plan; refused where the order is at another version than `seen`. No events: nothing was different.
pub async fn replace_plan(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    (asked, seen): (Replacement, i64),
    reason: String,
) -> Result<Vec<Event>> {
    let (service, who, order_id) = (orders.clone(), asker.clone(), order_id.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        store::take_turn(tx, who.project, &order_id)?;
        let order = reads::load(tx.conn, who.project, &order_id, None)?;
        // Said before the plan is looked at: what it speaks of may be gone from the one that stands now.
        if order.has_moved_on(seen) {
            let what = order.number.to_string().into();
            return Err(Error::Conflict { what, expected: seen, found: order.version });
        }
        let facts = service.facts(tx.conn, who.project, &order, &who.actor)?;
        let now = tx.now();
        let plan = asked.made_of(&order, &mut || new_id(now))?;
        let asset = by_asset::settled(tx.conn, who.project, order.asset.as_ref(), plan.asset.clone())?;
        let plan = Box::new(Plan { asset, ..plan });
        let command = Command::EditPlan { plan, reason, expected_version: Some(seen) };
        let decided = decide(&order, command, &who, &facts, &mut || new_id(now))?;
        super::append(tx, &service.app.ledger, who.project, &order, decided)
    };
    orders.app.db.write(&asker.actor, write).await
}

impl Replacement {
    fn made_of(self, order: &Order, new_id: &mut dyn FnMut() -> String) -> Result<Plan> {
        let plan = plan_of(order);
        match self {
            Self::Whole(asked) => replaced(&plan, *asked, new_id),
            Self::Head(head) => {
                let estimate = head.estimate.clone();
                let edit = head.over(&plan);
                let plan = apply(plan, edit, new_id)?;
                match estimate {
                    Some(estimate) => apply(plan, Edit::Estimate(estimate), new_id),
                    None => Ok(plan),
                }
            }
        }
    }
}

impl Head {
    fn over(self, plan: &Plan) -> Edit {
        Edit::Head {
            title: self.title.unwrap_or_else(|| plan.title.clone()),
            order_type: self.order_type.unwrap_or_else(|| plan.order_type.clone()),
            priority: self.priority.unwrap_or(plan.priority),
            due: self.due.map_or_else(|| plan.due.clone(), |due| due.0),
            asset: self.asset.map_or_else(|| plan.asset.clone(), |on| on.0),
            isolation: self.isolation.unwrap_or(plan.isolation),
        }
    }
}
