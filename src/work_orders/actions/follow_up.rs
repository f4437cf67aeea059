//! A follow-up: a new draft for what a step left, tied to it in the same transaction.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Error, Result};
use crate::work_orders::decide::{NewOrder, begin};
use crate::work_orders::events::OrderEvent;
use crate::work_orders::left::{left, reason_of};
use crate::work_orders::lifecycle::tie;
use crate::work_orders::model::{Block, Kind, Order, Plan, Priority, RelationKind, Step, Target, When};
use crate::work_orders::{Orders, reads, store};

use super::create::Created;

/// What somebody says of the follow-up.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The step or item that left something.
    pub about: Target,
    pub title: String,
    pub priority: Priority,
    pub due: Option<When>,
    /// What is to be done, in words.
    pub note: String,
}

/// Opens it. Also possible from an order that is closed: it is how one goes on from there.
pub async fn follow_up(orders: &Orders, asker: &Asker, order_id: &str, asked: Asked) -> Result<Created> {
    let (service, who, order_id) = (orders.clone(), asker.clone(), order_id.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        store::take_turn(tx, who.project, store::NUMBERS)?;
        store::take_turn(tx, who.project, &order_id)?;
        let order = reads::load(tx.conn, who.project, &order_id, None)?;
        if !who.may_for(Action::ViewOrders, &tie(&order, &who.actor)) {
            return Err(Error::not_found("the work order"));
        }
        let step = order.step_of(&asked.about).ok_or_else(|| Error::not_found("the step"))?;
        let now = tx.now();
        let id = new_id(now);
        let number = store::next_number(tx.conn, who.project, store::year_of(now))?;
        let made = Created { order_id: id.clone(), number: number.clone() };
        let plan = Box::new(plan_of(&order, step, &asked));
        let new = NewOrder::Create { id: id.clone(), number: number.clone(), plan, assignee: None };
        let mut decided = begin(new, &who, now, &mut || new_id(now))?;
        let about = Some(asked.about.clone());
        decided.push(OrderEvent::Related {
            kind: RelationKind::FollowUpOf,
            order: order.id.clone(),
            number: order.number.clone(),
            about: about.clone(),
        });
        let ledger = &service.app.ledger;
        super::append(tx, ledger, who.project, &Order { id: id.clone(), ..Order::default() }, decided)?;
        let tied = OrderEvent::Related { kind: RelationKind::FollowedUpBy, order: id, number, about };
        super::append(tx, ledger, who.project, &order, vec![tied])?;
        Ok(made)
    };
    orders.app.db.write(&asker.actor, write).await
}

/// The step with what was left, and the words on why.
fn plan_of(order: &Order, step: &Step, asked: &Asked) -> Plan {
    let item = order.item(asked.about.id()).map(|(_, item)| item);
    let why = reason_of(step, item).map(|reason| format!(": {reason}")).unwrap_or_default();
    let place = item.map_or(&step.title, |item| &item.text);
    let from = format!("Follow-up of {}, step {} \"{place}\"{why}", order.number, step.position);
    let mut document =
        vec![Block { level: 1, ..Block::of(Kind::Title, asked.title.clone()) }, Block::of(Kind::Text, from)];
    if !asked.note.trim().is_empty() {
        document.push(Block::of(Kind::Text, asked.note.clone()));
    }
    document.push(Block { level: 2, ..Block::of(Kind::Step, step.title.clone()) });
    document.extend(left(step, item).map(|item| Block {
        required: item.required,
        asks: item.asks.clone(),
        ..Block::of(Kind::Item, item.text.clone())
    }));
    document
        .push(Block::of(Kind::Criterion, format!("Step {} of {} can be done", step.position, order.number)));
    Plan {
        title: asked.title.clone(),
        order_type: "Follow-up".to_owned(),
        priority: asked.priority,
        due: asked.due.clone(),
        asset: order.asset.clone(),
        document,
        ..Plan::default()
    }
}
