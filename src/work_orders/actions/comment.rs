//! Commenting. Members of the project who are spoken to are noted with it.

use crate::db::{AnyConnection, Tx};
use crate::foundation::ids::new_id;
use crate::foundation::{Action, ActorKind, Asker, Grant, Result, Tie, permission};
use crate::ledger::Event;
use crate::people;
use crate::work_orders::decide::{Command, decide};
use crate::work_orders::events::OrderEvent;
use crate::work_orders::gathered::GatheredEvent;
use crate::work_orders::gathered::mentions::{self, Member};
use crate::work_orders::model::{Order, Queued};
use crate::work_orders::{Orders, reads, store};

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
    super::append_queued(tx, &orders.app.ledger, who.project, &order, decided, queued)
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
    let people = mentions::find(&text, &members(conn, who, order)?);
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

/// Members who may see the order, but for whoever writes: nobody is spoken to about what is hidden from them.
fn members(conn: &mut AnyConnection, who: &Asker, order: &Order) -> Result<Vec<Member>> {
    let all = people::reads::members(conn, who.project)?.into_iter();
    let sees = |member: &people::reads::Member| {
        let id = &member.account.id.0;
        let tie =
            Tie { is_author: order.is_author(id), is_assignee: order.is_assigned_to(id), ..Tie::default() };
        let grant = permission::may(&member.roles, Action::ViewOrders);
        let is_person = member.account.kind().actor_kind() == ActorKind::Human;
        let sees = grant == Grant::Any || (grant != Grant::Never && (tie.is_author || tie.is_assignee));
        sees && is_person && member.account.disabled_at.is_none() && *id != who.actor.id
    };
    Ok(all
        .filter(sees)
        .map(|member| Member {
            account: member.account.id.0,
            name: member.account.name,
            code: member.account.code,
        })
        .collect())
}
