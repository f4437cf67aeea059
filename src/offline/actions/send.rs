//! Taking one entry that a device kept: decided, recorded and answered in one transaction, once and for all.

use crate::audit;
use crate::db::{AnyConnection, Tx, locks};
use crate::foundation::{Action, Asker, Error, Result, Tie};
use crate::ledger::Event;
use crate::offline::clock;
use crate::offline::decide::{self, Judgement};
use crate::offline::model::{Answered, Entry, Outcome, Said, owner_of};
use crate::offline::store::{self, QueuedRow};
use crate::work_orders::actions::add_files::{Received, discard};
use crate::work_orders::actions::comment::written;
use crate::work_orders::model::{Order, Queued};
use crate::work_orders::{Orders, reads};

/// What came of one entry: the answer, and the files that are part of the order now.
type Taken = (Answered, Vec<String>);

/// Takes an entry with the files that came with it. The same entry gets the answer it was given before, and nothing is
/// written. Refused where it is another account's; what cannot be recorded is answered, and kept for its owner to decide.
pub async fn send(orders: &Orders, asker: &Asker, entry: Entry, received: Received) -> Result<Answered> {
    let sent = take(orders, asker, entry.clone(), received.clone()).await;
    let noted = sent.as_ref().map(|(_, noted)| noted.clone()).unwrap_or_default();
    let unnoted = received.files.into_iter().filter(|file| !noted.contains(&file.id)).collect();
    discard(orders, asker, &entry.order, Received { files: unnoted }).await;
    sent.map(|(answered, _)| answered)
}

async fn take(orders: &Orders, asker: &Asker, entry: Entry, received: Received) -> Result<Taken> {
    asker.must_for(Action::SettleQueued, &Tie { is_author: true, ..Tie::default() })?;
    if entry.owner != owner_of(asker) {
        return Err(Error::forbidden("this was kept by another account: it is sent when they sign in again"));
    }
    entry.check()?;
    let (service, who) = (orders.clone(), asker.clone());
    let write = move |tx: &mut Tx<'_>| {
        // Who comes first about an order is decided before anything is looked at; the same entry sent twice at once waits here.
        locks::take_turn(tx, locks::order_turn(who.project, &entry.order))?;
        if let Some(known) = store::find(tx.conn, who.project, who.id(), &entry.id)? {
            return Ok((known.answer()?, Vec::new()));
        }
        let (answered, events) = Case { orders: &service, who: &who, entry: &entry }.answer(tx, &received)?;
        let standing = standing_after(tx.conn, &who, &entry)?;
        let row = QueuedRow::of(who.project, who.id(), &entry, &answered, standing)?;
        store::put(tx.conn, &row)?;
        let noted = events.iter().filter_map(|it| Some(it.data().get("file")?.as_str()?.to_owned()));
        Ok((answered, noted.collect()))
    };
    orders.app.db.write(&asker.actor, write).await
}

/// How the part stands now, for the entry that follows this one.
pub(super) fn standing_after(conn: &mut AnyConnection, who: &Asker, entry: &Entry) -> Result<String> {
    let Some(target) = entry.what.target() else { return Ok(String::new()) };
    let order = reads::fold_events(&reads::history(conn, who.project, &entry.order, None)?)?;
    Ok(order.standing(&target).unwrap_or_default())
}

struct Case<'a> {
    orders: &'a Orders,
    who: &'a Asker,
    entry: &'a Entry,
}

impl Case<'_> {
    fn answer(&self, tx: &mut Tx<'_>, received: &Received) -> Result<(Answered, Vec<Event>)> {
        let row = reads::by_id(tx.conn, self.who.project, &self.entry.order)?;
        let Some(row) = row.filter(|row| self.who.may_for(Action::ViewOrders, &row.tie(self.who))) else {
            let why = "This work order is not yours any more, or there is none.";
            return Ok((self.said(tx, Outcome::Refused, why, None), Vec::new()));
        };
        let history = reads::history(tx.conn, self.who.project, &row.order_id, None)?;
        if history.iter().any(|event| self.is_of_this(event)) {
            // Its answer was forgotten by age; the record was not.
            return Ok((self.was_there(tx), Vec::new()));
        }
        let order = reads::fold_events(&history)?;
        let after = self.after(tx)?;
        match decide::judge(&order, self.entry, self.who.id(), after.as_deref(), tx.now()) {
            Judgement::Apply => match decide::doubt(&order, self.entry) {
                Some(why) => Ok((self.said(tx, Outcome::Refused, &why, None), Vec::new())),
                None => self.apply(tx, &order, received),
            },
            Judgement::WasThere => Ok((self.was_there(tx), Vec::new())),
            Judgement::Conflict(theirs, why) => {
                Ok((self.said(tx, Outcome::Conflict, &why, theirs), Vec::new()))
            }
            Judgement::Refuse(why) => Ok((self.said(tx, Outcome::Refused, &why, None), Vec::new())),
        }
    }

    fn is_of_this(&self, event: &Event) -> bool {
        let is_named = Queued::of(&event.data()).is_some_and(|queued| queued.entry == self.entry.id);
        is_named && event.actor == self.who.id()
    }

    /// How the part stood once the entry that this one follows was recorded.
    fn after(&self, tx: &mut Tx<'_>) -> Result<Option<String>> {
        let Some(before) = &self.entry.seen.after else { return Ok(None) };
        let before = store::find(tx.conn, self.who.project, self.who.id(), before)?;
        Ok(before.filter(|row| row.is_applied() && row.order_id == self.entry.order).map(|row| row.standing))
    }

    /// What the order itself refuses is for its owner to decide: the device took it in good faith.
    fn apply(&self, tx: &mut Tx<'_>, order: &Order, received: &Received) -> Result<(Answered, Vec<Event>)> {
        let most = self.orders.app.config.files.most_per_order;
        let command = self.entry.what.command(received.files.clone(), most);
        let queued = self.entry.queued();
        match written(tx, self.orders, self.who, &order.id, command, Some(&queued)) {
            Ok(events) => {
                open_exception(tx, self.orders, self.who, self.entry, &events)?;
                Ok((self.said(tx, Outcome::Applied, "", None), events))
            }
            Err(cause) if is_refusal(&cause) => {
                let theirs = self.entry.what.target().and_then(|it| decide::standing_said(order, &it));
                let why = crate::web::format::sentence(&crate::web::error::by_label(&cause));
                Ok((self.said(tx, Outcome::Conflict, &why, theirs), Vec::new()))
            }
            Err(cause) => Err(cause),
        }
    }

    fn was_there(&self, tx: &Tx<'_>) -> Answered {
        Answered { was_there: true, ..self.said(tx, Outcome::Applied, "", None) }
    }

    fn said(&self, tx: &Tx<'_>, outcome: Outcome, why: &str, theirs: Option<Said>) -> Answered {
        let Entry { id, claimed, what, .. } = self.entry;
        Answered {
            entry: id.clone(),
            outcome,
            why: why.to_owned(),
            mine: Said { who: self.who.actor.name.clone(), at: *claimed, words: what.words() },
            theirs,
            received: tx.now(),
            was_there: false,
        }
    }
}

/// What a rule refuses, and is not a fault of ours.
fn is_refusal(cause: &Error) -> bool {
    matches!(
        cause,
        Error::Refused(_) | Error::Invalid(_) | Error::Forbidden(_) | Error::NotFound(_) | Error::TooLarge(_)
    )
}

/// A clock that cannot be believed is an exception of the order, as soon as something of the device is in its record.
pub(super) fn open_exception(
    tx: &mut Tx<'_>,
    orders: &Orders,
    who: &Asker,
    entry: &Entry,
    events: &[Event],
) -> Result<()> {
    let fault = clock::fault(entry.claimed, entry.sent, tx.now()).filter(|_| !events.is_empty());
    let Some(fault) = fault else { return Ok(()) };
    let detail = format!("{}: {fault}", who.actor.name);
    audit::actions::open_for_clock(&orders.app.ledger, tx, who.project, &entry.order, detail)
}
