//! Keeping one's own answer where it was not taken: in the place of another's, with a reason, or simply once more.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Error, Result};
use crate::ledger::Event;
use crate::offline::decide::{keep_own, standing};
use crate::offline::model::{Answered, Entry, Outcome, What};
use crate::offline::store::{self, QueuedRow};
use crate::work_orders::actions::append_queued;
use crate::work_orders::actions::comment::written;
use crate::work_orders::lifecycle::tie;
use crate::work_orders::{Orders, reads};

use super::send::{open_exception, standing_after};
use super::undecided;

/// Records an entry after all. Where something of another stands at its part, that is taken back with the reason; both stay in
/// the record. What is still refused is refused here, and the entry stays as it is.
pub async fn keep(orders: &Orders, asker: &Asker, entry: String, reason: String) -> Result<Answered> {
    let (service, who) = (orders.clone(), asker.clone());
    let write = move |tx: &mut Tx<'_>| {
        let mut row = undecided(tx, &who, &entry)?;
        let kept = row.entry()?;
        if matches!(kept.what, What::Files { .. }) {
            return Err(Error::refused(
                "The file lies on the device that took it: send it again from there.",
            ));
        }
        let events = record(tx, &service, &who, &kept, &reason)?;
        open_exception(tx, &service, &who, &kept, &events)?;
        let answered = Answered { outcome: Outcome::Applied, why: String::new(), ..row.answer()? };
        let standing = standing_after(tx.conn, &who, &kept)?;
        row = QueuedRow::of(who.project, who.id(), &kept, &answered, standing)?;
        row.settle("mine", tx.now());
        store::put(tx.conn, &row)?;
        Ok(answered)
    };
    orders.app.db.write(&asker.actor, write).await
}

fn record(tx: &mut Tx<'_>, orders: &Orders, who: &Asker, entry: &Entry, reason: &str) -> Result<Vec<Event>> {
    let order = reads::load(tx.conn, who.project, &entry.order, None)?;
    if !who.may_for(Action::ViewOrders, &tie(&order, &who.actor)) {
        return Err(Error::not_found("the work order"));
    }
    let target = entry.what.target().filter(|_| entry.what.is_answer());
    let stands = target.is_some_and(|it| standing(&order, &it).is_some());
    let queued = entry.queued();
    if !stands {
        let command = entry.what.command(Vec::new(), 0);
        return written(tx, orders, who, &order.id, command, Some(&queued));
    }
    let facts = orders.facts(tx.conn, who.project, &order, &who.actor)?;
    let now = tx.now();
    let decided = keep_own(&order, entry, who, &facts, reason, now, &mut || new_id(now))?;
    append_queued(tx, &orders.app.ledger, who.project, &order, decided, Some(&queued))
}
