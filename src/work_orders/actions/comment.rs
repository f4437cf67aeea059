//! Commenting. Members of the project who are spoken to are noted with it.

use crate::db::{AnyConnection, Tx};
use crate::foundation::ids::new_id;
use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::decide::{Command, decide};
use crate::work_orders::events::OrderEvent;
use crate::work_orders::gathered::GatheredEvent;
use crate::work_orders::gathered::mentions;
use crate::work_orders::model::{Order, Queued};
use crate::work_orders::{Orders, reads, speaking, store};

/// Adds a comment.
pub async fn comment(orders: &Orders, asker: &Asker, order_id: &str, text: String) -> Result<Vec<Event>> {
    let (service, who, id) = (orders.clone(), asker.clone(), order_id.to_owned());
    let write = move |tx: &mut Tx<'_>| written(tx, &service, &who, &id, Command::AddComment { text }, None);
    orders.app.db.write(&asker.actor, write).await
}

/// Decides what somebody writes, and stores it with whom it speaks to; with `queued`, what a device kept.
pub fn written(
    tx: &mut Tx<'_>,
    orders: &Orders,
    who: &Asker,
    id: &str,
    command: Command,
    queued: Option<&Queued>,
) -> Result<Vec<Event>> {
    store::take_turn(tx, who.project, id)?;
    let order = reads::load(tx.conn, who.project, id, None)?;
    let facts = orders.facts(tx.conn, who.project, &order, &who.actor)?;
    let now = tx.now();
    let mut decided = decide(&order, command, who, &facts, &mut || new_id(now))?;
    decided.extend(spoken_to(tx.conn, who, &order, &decided)?);
    let events = super::append_queued(tx, &orders.app.ledger, who.project, &order, decided, queued)?;
    orders.under_trace(tx, who, &order, &events)?;
    Ok(events)
}

fn spoken_to(
    conn: &mut AnyConnection,
    who: &Asker,
    order: &Order,
    decided: &[OrderEvent],
) -> Result<Option<OrderEvent>> {
    let Some((entry, text)) = decided.iter().find_map(said) else { return Ok(None) };
    if !text.contains('@') {
        return Ok(None);
    }
    let mut members = speaking::members(conn, who.project, order)?;
    members.retain(|member| member.account != who.actor.id);
    let people = mentions::find(&text, &members);
    let mentioned = GatheredEvent::PeopleMentioned { entry, people };
    let speaks = !matches!(&mentioned, GatheredEvent::PeopleMentioned { people, .. } if people.is_empty());
    Ok(speaks.then(|| mentioned.into()))
}

fn said(event: &OrderEvent) -> Option<(String, String)> {
    match event {
        OrderEvent::CommentAdded { comment, text } => Some((comment.clone(), text.clone())),
        OrderEvent::LogAdded { entry, title, lines, .. } => {
            Some((entry.clone(), format!("{title}\n{}", lines.join("\n"))))
        }
        _ => None,
    }
}
