//! Splitting an order: steps that carry no record become a draft of their own, in one transaction.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Result};
use crate::work_orders::decide::{Command, decide};
use crate::work_orders::editing::{as_new, plan_of};
use crate::work_orders::events::OrderEvent;
use crate::work_orders::lifecycle::tie;
use crate::work_orders::model::{Block, Kind, Materiality, Order, Plan, RelationKind, Target};
use crate::work_orders::splitting::{Split, take_out};
use crate::work_orders::{Orders, reads, store};

use super::create::{Created, reserve, write_draft};

/// What goes, and what the new order is called.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Ids of the steps.
    pub steps: Vec<String>,
    pub title: String,
    /// Why; needed once the plan is approved.
    pub reason: String,
}

/// Moves the steps to a new draft whose author is whoever asks.
pub async fn split(orders: &Orders, asker: &Asker, order_id: &str, asked: Asked) -> Result<Created> {
    let (service, who, order_id) = (orders.clone(), asker.clone(), order_id.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        let made = reserve(tx, &who)?;
        store::take_turn(tx, who.project, &order_id)?;
        let order = reads::load(tx.conn, who.project, &order_id, None)?;
        who.must_for(Action::EditPlan, &tie(&order, &who.actor))?;
        let facts = service.facts(tx.conn, who.project, &order, &who.actor)?;
        let parts = take_out(plan_of(&order), &asked.steps)?;
        let command = Command::Split {
            rest: Box::new(parts.rest.clone()),
            moved: parts.moved.iter().map(|block| block.id.clone()).collect(),
            order: made.order_id.clone(),
            number: made.number.clone(),
            reason: asked.reason.clone(),
        };
        let now = tx.now();
        let mut ids = || new_id(now);
        let left = decide(&order, command, &who, &facts, &mut ids)?;
        let plan = plan_of_new(&order, &parts, &asked.title, &mut ids);
        let mut said = vec![OrderEvent::Related {
            kind: RelationKind::SplitFrom,
            order: order.id.clone(),
            number: order.number.clone(),
            about: None,
        }];
        said.extend(weights(&order, &parts, &plan.document));
        let ledger = &service.app.ledger;
        write_draft(tx, ledger, &who, &made, (plan, None), said)?;
        super::append(tx, ledger, who.project, &order, left)?;
        Ok(made)
    };
    orders.app.db.write(&asker.actor, write).await
}

/// The moved steps under a title of their own, with the safety notes of the whole work: they hold for its parts too.
fn plan_of_new(order: &Order, parts: &Split, title: &str, new_id: &mut dyn FnMut() -> String) -> Plan {
    let from = format!("Split from {}: {}", order.number, order.title);
    let mut document = vec![Block { level: 1, ..Block::of(Kind::Title, title) }, Block::of(Kind::Text, from)];
    let notes = &parts.rest.safety;
    if !notes.is_empty() {
        document.push(Block { level: 2, ..Block::of(Kind::Section, "Safety") });
        document.extend(notes.iter().map(|note| Block::of(Kind::Safety, note.text.clone())));
    }
    document.extend(parts.of_new().cloned());
    Plan {
        title: title.to_owned(),
        order_type: order.order_type.clone(),
        priority: order.priority,
        due: order.due.clone(),
        asset: order.asset.clone(),
        isolation: order.isolation.required,
        document: as_new(document, new_id),
        ..Plan::default()
    }
}

/// What a supervisor said about the importance of a moved part holds for it where it stands now.
fn weights(order: &Order, parts: &Split, document: &[Block]) -> Vec<OrderEvent> {
    let first = document.len().saturating_sub(parts.of_new().count());
    let pairs = parts.of_new().zip(document.iter().skip(first));
    let weight = |(old, new): (&Block, &Block)| {
        let id = new.id.clone();
        let (target, from, to) = match old.kind {
            Kind::Step => (Target::Step(id), Materiality::Normal, order.step(&old.id)?.materiality),
            Kind::Item => (Target::Item(id), Materiality::Normal, order.item(&old.id)?.1.materiality),
            // A criterion weighs more from the beginning.
            Kind::Criterion => {
                (Target::Criterion(id), Materiality::Important, order.criterion(&old.id)?.materiality)
            }
            _ => return None,
        };
        (to != from).then_some(OrderEvent::MaterialitySet { target, from, to })
    };
    pairs.filter_map(weight).collect()
}
