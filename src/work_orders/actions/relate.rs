//! Saying how two orders hang together: both carry it, in one transaction.

use crate::db::{AnyConnection, Tx};
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Error, ProjectKey, Result};
use crate::ledger::Event;
use crate::work_orders::decide::{Command, check_other_end, decide};
use crate::work_orders::events::OrderEvent;
use crate::work_orders::lifecycle::tie;
use crate::work_orders::model::{Order, RelationKind};
use crate::work_orders::{Orders, reads, store};

/// How many orders are looked at for a circle of blocked ones.
const MOST: usize = 200;

/// Relates the order to the one with a number that the asker may see.
pub async fn relate(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    kind: RelationKind,
    number: String,
) -> Result<Vec<Event>> {
    both(orders, asker, order_id, kind, Other::Number(number)).await
}

/// Takes a relation away, on both sides.
pub async fn unrelate(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    kind: RelationKind,
    other: String,
) -> Result<Vec<Event>> {
    both(orders, asker, order_id, kind, Other::Id(other)).await
}

/// Lets the order begin although another one blocks it.
pub async fn pass_block(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    other: String,
    reason: String,
) -> Result<Vec<Event>> {
    super::change(orders, asker, order_id, Command::PassBlock { order: other, reason }).await
}

enum Other {
    /// To be related.
    Number(String),
    /// Related until now.
    Id(String),
}

async fn both(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    kind: RelationKind,
    other: Other,
) -> Result<Vec<Event>> {
    let (service, who, order_id) = (orders.clone(), asker.clone(), order_id.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        let other_id = match &other {
            Other::Number(number) => reads::find_id(tx.conn, who.project, number)?.ok_or_else(no_such)?,
            Other::Id(id) => id.clone(),
        };
        // Both in the order that everybody takes several in, so that nobody waits in a circle: a timer that goes from one of the
        // two to the other takes both as well.
        store::take_turns(tx, who.project, &[order_id.as_str(), other_id.as_str()])?;
        let order = reads::load(tx.conn, who.project, &order_id, None)?;
        let theirs = if other_id == order_id {
            order.clone()
        } else {
            reads::load(tx.conn, who.project, &other_id, None)?
        };
        let command = match &other {
            Other::Number(_) => {
                if !who.may_for(Action::ViewOrders, &tie(&theirs, &who.actor)) {
                    return Err(no_such());
                }
                Command::Relate { kind, order: other_id.clone(), number: theirs.number.clone() }
            }
            Other::Id(_) => Command::Unrelate { kind, order: other_id.clone() },
        };
        let facts = service.facts(tx.conn, who.project, &order, &who.actor)?;
        let now = tx.now();
        let decided = decide(&order, command, &who, &facts, &mut || new_id(now))?;
        check_other_end(&theirs, kind, &who)?;
        if matches!(other, Other::Number(_)) {
            check_circle(tx.conn, who.project, kind, &order, &theirs)?;
        }
        let turned = decided.iter().map(|event| turned(event, &order)).collect();
        let ledger = &service.app.ledger;
        super::append(tx, ledger, who.project, &theirs, turned)?;
        super::append(tx, ledger, who.project, &order, decided)
    };
    orders.app.db.write(&asker.actor, write).await
}

fn no_such() -> Error {
    Error::invalid("number", "there is no such order here, or you may not see it")
}

/// The same event as the other order records it.
fn turned(event: &OrderEvent, order: &Order) -> OrderEvent {
    match event {
        OrderEvent::Related { kind, about, .. } => OrderEvent::Related {
            kind: kind.turned(),
            order: order.id.clone(),
            number: order.number.clone(),
            about: about.clone(),
        },
        OrderEvent::Unrelated { kind, .. } => {
            OrderEvent::Unrelated { kind: kind.turned(), order: order.id.clone() }
        }
        other => other.clone(),
    }
}

/// Orders that wait for each other would never begin.
fn check_circle(
    conn: &mut AnyConnection,
    project: ProjectKey,
    kind: RelationKind,
    order: &Order,
    theirs: &Order,
) -> Result<()> {
    let (waits, first) = match kind {
        RelationKind::BlockedBy => (order, theirs),
        RelationKind::Blocks => (theirs, order),
        _ => return Ok(()),
    };
    let (mut known, mut next) = (vec![first.id.clone()], vec![first.clone()]);
    while let Some(at) = next.pop() {
        for relation in at.relations.iter().filter(|it| it.kind == RelationKind::BlockedBy) {
            if relation.order == waits.id {
                return Err(Error::refused(format!(
                    "{} waits for {} already, over {}: neither would ever begin.",
                    first.number, waits.number, at.number
                )));
            }
            if known.len() < MOST && !known.contains(&relation.order) {
                known.push(relation.order.clone());
                next.push(reads::load(conn, project, &relation.order, None)?);
            }
        }
    }
    Ok(())
}
