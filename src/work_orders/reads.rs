//! Read models of work orders.

use crate::db::AnyConnection;
use crate::foundation::{Error, ProjectKey, Result, Timestamp};
use crate::ledger::Stream;
use crate::ledger::events::{Event, read_stream};

use super::events::OrderEvent;
use super::fold::{EventMeta, apply};
use super::model::Order;

/// The stream of one order.
pub fn stream_of(project: ProjectKey, order_id: &str) -> Stream {
    Stream { project, kind: "work_order", id: order_id.to_owned() }
}

/// The order folded from its events, up to a moment if one is given.
///
/// Fails with [`Error::NotFound`] when there is no such order (or was none then).
pub fn load(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
    as_of: Option<Timestamp>,
) -> Result<Order> {
    let events = read_stream(conn, &stream_of(project, order_id), as_of)?;
    let mut order = Order::default();
    for event in &events {
        take(&mut order, event)?;
    }
    if order.exists() { Ok(order) } else { Err(Error::not_found("the work order")) }
}

fn take(order: &mut Order, event: &Event) -> Result<()> {
    if event.body.is_none() {
        return Ok(());
    }
    let meta = EventMeta {
        at: event.at,
        actor_id: event.actor.clone(),
        actor_kind: event.actor_kind,
        actor_name: event.actor_name().to_owned(),
        event_id: event.id.clone(),
    };
    apply(order, &OrderEvent::from_json(&event.kind, event.data())?, &meta);
    Ok(())
}
