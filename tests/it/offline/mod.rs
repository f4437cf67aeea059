//! What devices keep without a network, on both databases: taken once, decided by people, never lost.

mod entries;
mod interleaved;
mod pages;

use tracewright::foundation::ids::new_id;
use tracewright::foundation::{Asker, Result, Role};
use tracewright::ledger::Event;
use tracewright::offline::actions;
use tracewright::offline::model::{Answered, Entry, Outcome, Seen, What, owner_of};
use tracewright::work_orders::Orders;
use tracewright::work_orders::actions::add_files::Received;
use tracewright::work_orders::model::{AskKind, Block, Queued, Status, Target};
use tracewright::work_orders::reads;

use crate::guards::stage::{hire, load, owner, reword, take};
use crate::harness::{TestApp, orders};

const FILE: &str = include_str!("order.md");
const NUMBER: &str = "WO-2026-100";

/// An order in work, of which dana does the steps and sam, a supervisor, may do them too. Item 1.2 asks for a number.
struct Field {
    sam: Asker,
    dana: Asker,
    order: String,
}

async fn field(t: &TestApp) -> Field {
    let sam = owner(t).await;
    let dana = hire(t, &sam, "dana", &[Role::Technician]).await;
    let order = take(t, &sam, FILE).await;
    asks_for_a_number(t, &sam, &order).await;
    orders::walk(t, &sam, &dana, &order, Status::InProgress).await;
    t.clock.advance(1_000_000);
    Field { sam, dana, order }
}

async fn asks_for_a_number(t: &TestApp, by: &Asker, order: &str) {
    let is_reading = |block: &Block| block.text.contains("Reading of the probe");
    reword(t, by, order, is_reading, |now| now.asks.kind = AskKind::Number, "").await.unwrap();
}

/// How a part stands now, as a page would show it.
async fn standing(t: &TestApp, by: &Asker, order: &str, target: &Target) -> String {
    load(t, by, order).await.standing(target).unwrap()
}

async fn at(t: &TestApp, by: &Asker, order: &str, place: &str) -> Target {
    load(t, by, order).await.resolve_part(place).unwrap()
}

/// An entry made now by a device whose clock is right, which saw its part like this.
fn entry(t: &TestApp, by: &Asker, order: &str, what: What, seen: Seen) -> Entry {
    let now = t.app.now();
    Entry {
        id: new_id(now),
        owner: owner_of(by),
        order: order.to_owned(),
        what,
        seen,
        claimed: now,
        sent: now,
    }
}

fn saw(standing: &str) -> Seen {
    Seen { standing: Some(standing.to_owned()), after: None }
}

fn item(target: &Target) -> String {
    target.id().to_owned()
}

async fn send(t: &TestApp, by: &Asker, entry: &Entry) -> Result<Answered> {
    send_to(&t.services.orders, by, entry).await
}

async fn send_to(orders: &Orders, by: &Asker, entry: &Entry) -> Result<Answered> {
    actions::send(orders, by, entry.clone(), Received::default()).await
}

async fn history(t: &TestApp, by: &Asker, order: &str) -> Vec<Event> {
    let (project, order) = (by.project, order.to_owned());
    t.app.db.read(move |conn| reads::history(conn, project, &order, None)).await.unwrap()
}

/// The kinds of the events that an entry brought about.
fn events_of<'a>(history: &'a [Event], entry: &str) -> Vec<&'a str> {
    let is_of_it = |event: &&Event| Queued::of(&event.data()).is_some_and(|queued| queued.entry == entry);
    history.iter().filter(is_of_it).map(|event| event.kind.as_str()).collect()
}

fn outcome(answered: &Answered) -> (Outcome, bool) {
    (answered.outcome, answered.was_there)
}
