//! The order of an address for whoever asks, and what became of it: somebody else's own is not found.

use super::call::{Call, Given};
use super::refusal::Answer;
use crate::db::AnyConnection;
use crate::foundation::{Error, Result};
use crate::ledger::Event;
use crate::shapes::{HappenedView, ReceiptView, StatusWord, moment};
use crate::work_orders::model::{Order, Target};
use crate::work_orders::reads;

impl Call {
    /// The order's id, for actions.
    pub async fn order_id(&self) -> Result<String> {
        let (who, number) = (self.who.clone(), self.number());
        let find = move |conn: &mut AnyConnection| reads::visible(conn, &who, &number);
        self.app().db.read(find).await.map(|row| row.order_id)
    }

    /// The order itself.
    pub async fn order(&self) -> Result<Order> {
        let (who, number) = (self.who.clone(), self.number());
        let load = move |conn: &mut AnyConnection| {
            let row = reads::visible(conn, &who, &number)?;
            reads::load(conn, who.project, &row.order_id, None)
        };
        self.app().db.read(load).await
    }

    /// What became of the order by what was done. Where that cannot be read it is our own fault, and never a refusal by which
    /// nothing was done.
    pub async fn receipt(&self, id: &str, events: &[Event]) -> Answer<Given> {
        let (project, order) = (self.who.project, id.to_owned());
        let load = move |conn: &mut AnyConnection| reads::load(conn, project, &order, None);
        let order = self.app().db.read(load).await.map_err(Error::internal)?;
        let happened = |event: &Event| HappenedView {
            id: event.id.clone(),
            kind: event.kind.clone(),
            at: moment(event.at),
        };
        Given::done(&ReceiptView {
            number: order.number.to_string(),
            status: StatusWord(order.status),
            version: order.version,
            events: events.iter().map(happened).collect(),
        })
    }
}

/// The part that a body names in field `path`: `3.2`, `3`, `C1`, or `item:ID`.
pub fn part_of(order: &Order, path: &str, named: &str) -> Result<Target> {
    let part = order.resolve_part(named);
    part.ok_or_else(|| Error::invalid(path, "this order has no such part; name one as 3.2, 3, C1 or item:ID"))
}

/// The same where only an item will do.
pub fn item_of(order: &Order, path: &str, named: &str) -> Result<String> {
    match part_of(order, path, named)? {
        Target::Item(id) => Ok(id),
        _ => Err(Error::invalid(path, "expected an item, such as 3.2")),
    }
}

/// The same where only a step will do.
pub fn step_of(order: &Order, path: &str, named: &str) -> Result<String> {
    match part_of(order, path, named)? {
        Target::Step(id) => Ok(id),
        _ => Err(Error::invalid(path, "expected a step, such as 3")),
    }
}
