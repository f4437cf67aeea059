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

/// The step with what was left, and the words on why; with the safety notes and the isolation of the whole work, as a split order
/// has them: who goes on with it stands in the same place.
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
    document.extend(safety_of(order));
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
        isolation: order.isolation.required,
        document,
        ..Plan::default()
    }
}

fn safety_of(order: &Order) -> Vec<Block> {
    let notes = &order.safety.notes;
    let heading = (!notes.is_empty()).then(|| Block { level: 2, ..Block::of(Kind::Section, "Safety") });
    heading.into_iter().chain(notes.iter().map(|note| Block::of(Kind::Safety, note.text.clone()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_safety_notes_and_the_isolation_of_an_order_hold_for_what_goes_on_with_it() {
        let mut next = 0;
        let mut ids = || {
            next += 1;
            format!("id-{next}")
        };
        let mut plan = Plan {
            title: "Swap the seal".to_owned(),
            isolation: true,
            document: vec![
                Block { level: 1, ..Block::of(Kind::Title, "Swap the seal") },
                Block::of(Kind::Safety, "Wear gloves"),
                Block { level: 2, ..Block::of(Kind::Step, "Isolate") },
                Block::of(Kind::Item, "It is shut"),
            ],
            ..Plan::default()
        };
        plan.fill_ids(&mut ids);
        let mut order = Order { number: OrderNumber::new(2026, 1), ..Order::default() };
        plan.put_into(&mut order);
        let step = order.steps.first().unwrap();
        let asked = Asked {
            about: Target::Step(step.id.clone()),
            title: "Shut it".to_owned(),
            priority: Priority::High,
            due: None,
            note: String::new(),
        };
        let mut left = plan_of(&order, step, &asked);
        left.fill_ids(&mut ids);
        let notes: Vec<&str> = left.safety.iter().map(|note| note.text.as_str()).collect();
        assert_eq!((notes, left.isolation), (vec!["Wear gloves"], true));
        assert_eq!(left.steps.len(), 1, "the notes stand in no step of their own");
    }
}
