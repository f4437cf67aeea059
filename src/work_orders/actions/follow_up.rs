//! A follow-up: a new draft for what a step left, tied to it in the same transaction.

use crate::db::Tx;
use crate::foundation::{Action, Asker, Error, Result};
use crate::work_orders::decide::may_act;
use crate::work_orders::events::OrderEvent;
use crate::work_orders::left::{left, reason_of};
use crate::work_orders::lifecycle::tie;
use crate::work_orders::model::{
    Block, Kind, Order, OrderNumber, Plan, Priority, RelationKind, Step, Target, When,
};
use crate::work_orders::{Orders, reads, store};

use super::create::{Created, reserve, write_draft};

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
        let made = reserve(tx, &who)?;
        store::take_turn(tx, who.project, &order_id)?;
        let order = reads::load(tx.conn, who.project, &order_id, None)?;
        if !who.may_for(Action::ViewOrders, &tie(&order, &who.actor)) {
            return Err(Error::not_found("the work order"));
        }
        may_act(&order, &who, tx.now())?;
        let step = order.step_of(&asked.about).ok_or_else(|| Error::not_found("the step"))?;
        let related = |kind, order: &str, number: &OrderNumber| OrderEvent::Related {
            kind,
            order: order.to_owned(),
            number: number.clone(),
            about: Some(asked.about.clone()),
        };
        let from = related(RelationKind::FollowUpOf, &order.id, &order.number);
        let onward = related(RelationKind::FollowedUpBy, &made.order_id, &made.number);
        let ledger = &service.app.ledger;
        write_draft(tx, ledger, &who, &made, (plan_of(&order, step, &asked), None), vec![from])?;
        super::append(tx, ledger, who.project, &order, vec![onward])?;
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
