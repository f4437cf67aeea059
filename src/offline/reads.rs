//! What screens ask of entries.

use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, Result, Timestamp};
use crate::work_orders::Orders;
use crate::work_orders::facts::Facts;
use crate::work_orders::model::{Order, Status};
use crate::work_orders::reads::{self, Filter, OrderRow};

use super::store;
pub use super::store::QueuedRow;

/// Entries shown of each sort.
pub const SHOWN: i64 = 100;
/// For how long what went in is shown, in microseconds (a day).
const RECENT_MICROS: i64 = 86_400 * 1_000_000;
/// Orders that a device keeps pages of.
const KEPT_ORDERS: usize = 30;

/// An entry with the order it is about, where its owner may see that.
pub struct Kept {
    pub row: QueuedRow,
    pub order: Option<(Order, Facts)>,
}

/// Entries of whoever asks that are to decide about, with their orders.
pub fn undecided(conn: &mut AnyConnection, orders: &Orders, who: &Asker) -> Result<Vec<Kept>> {
    let rows = store::undecided(conn, who.project, who.id(), SHOWN)?;
    rows.into_iter().map(|row| with_order(conn, orders, who, row)).collect()
}

/// What went in lately.
pub fn settled(conn: &mut AnyConnection, orders: &Orders, who: &Asker, now: Timestamp) -> Result<Vec<Kept>> {
    let rows = store::settled(conn, who.project, who.id(), now.plus_micros(-RECENT_MICROS), SHOWN)?;
    rows.into_iter().map(|row| with_order(conn, orders, who, row)).collect()
}

fn with_order(conn: &mut AnyConnection, orders: &Orders, who: &Asker, row: QueuedRow) -> Result<Kept> {
    let known = reads::by_id(conn, who.project, &row.order_id)?;
    let order = match known.filter(|known| who.may_for(Action::ViewOrders, &known.tie(who))) {
        Some(known) => {
            let order = reads::load(conn, who.project, &known.order_id, None)?;
            let facts = orders.facts(conn, who.project, &order, &who.actor)?;
            Some((order, facts))
        }
        None => None,
    };
    Ok(Kept { row, order })
}

/// One's own open orders, whose pages a device keeps for when there is no network: those in work first.
pub fn own_open_orders(conn: &mut AnyConnection, who: &Asker) -> Result<Vec<OrderRow>> {
    let mut own = Vec::new();
    for status in [Status::InProgress, Status::OnHold, Status::Approved] {
        let filter =
            Filter { status: Some(status), assignee: Some(who.id().to_owned()), ..Filter::default() };
        let left = KEPT_ORDERS.saturating_sub(own.len());
        own.extend(reads::list(conn, who.project, &filter, None, i64::try_from(left).unwrap_or_default())?);
    }
    Ok(own)
}
