//! What can be done to orders, one file per verb.
//!
//! Every verb but `import`, `create`, `make` and `copy` is the same in shape: take the order's turn, fold it, ask the other
//! features for their facts ([`Orders::facts`]), decide, append. All in one transaction; the answer comes after COMMIT.

pub mod acknowledge;
pub mod add_files;
pub mod amend;
pub mod answer;
pub mod answer_question;
pub mod arrive;
pub mod as_seen;
pub mod ask_person;
pub mod assign;
pub mod attest;
pub mod check_files;
pub mod claim;
pub mod comment;
pub mod copy;
pub mod correct_part;
pub mod correct_time;
pub mod create;
pub mod edit_plan;
pub mod export;
pub mod follow_up;
pub mod hand_over;
pub mod heartbeat;
pub mod import;
pub mod isolation;
pub mod let_agent_on;
pub mod log;
pub mod log_time;
pub mod make;
pub mod mark_step;
pub mod pin;
pub mod plan_part;
pub mod read_mention;
pub mod record_decision;
pub mod relate;
pub mod release;
pub mod release_claim;
pub mod renew_approval;
pub mod replace_plan;
pub mod rewrite_plan;
pub mod set_materiality;
pub mod sign_item;
mod signed;
pub mod split;
pub mod start_timer;
pub mod stop_agent;
pub mod stop_timer;
pub mod sweep_files;
pub mod tick;
pub mod transition;
pub mod undo;
pub mod use_part;
pub mod withdraw_file;
pub mod withdraw_question;

pub use signed::SignedWith;

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Asker, ProjectKey, Result};
use crate::ledger::{Draft, Event, Ledger, events};

use super::Orders;
use super::decide::{Command, decide};
use super::events::OrderEvent;
use super::model::{Order, Queued};
use super::{reads, store};

/// Decides a command about an order that exists, and stores what happened. An empty list: nothing had to.
async fn change(orders: &Orders, asker: &Asker, order_id: &str, command: Command) -> Result<Vec<Event>> {
    let (service, who, order_id) = (orders.clone(), asker.clone(), order_id.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        store::take_turn(tx, who.project, &order_id)?;
        let order = reads::load(tx.conn, who.project, &order_id, None)?;
        let facts = service.facts(tx.conn, who.project, &order, &who.actor)?;
        let now = tx.now();
        let decided = decide(&order, command, &who, &facts, &mut || new_id(now))?;
        let events = append(tx, &service.app.ledger, who.project, &order, decided)?;
        service.under_trace(tx, &who, &order, &events)?;
        Ok(events)
    };
    orders.app.db.write(&asker.actor, write).await
}

/// What an event calls the thing that it made.
fn named_in(event: Option<&Event>, field: &str) -> Option<String> {
    event?.data().get(field)?.as_str().map(str::to_owned)
}

/// Appends what was decided to the order's stream.
fn append(
    tx: &mut Tx<'_>,
    ledger: &Ledger,
    project: ProjectKey,
    order: &Order,
    decided: Vec<OrderEvent>,
) -> Result<Vec<Event>> {
    append_queued(tx, ledger, project, order, decided, None)
}

/// The same with what a device claims about it, where one kept it until it had a network again.
pub fn append_queued(
    tx: &mut Tx<'_>,
    ledger: &Ledger,
    project: ProjectKey,
    order: &Order,
    decided: Vec<OrderEvent>,
    queued: Option<&Queued>,
) -> Result<Vec<Event>> {
    if decided.is_empty() {
        return Ok(Vec::new());
    }
    let stream = reads::stream_of(project, &order.id);
    let expected = events::version(tx.conn, &stream)?;
    let draft = |event: &OrderEvent| {
        let mut data = event.to_json()?;
        queued.iter().for_each(|claim| claim.put_into(&mut data));
        Ok(Draft::new(event.kind(), data))
    };
    let drafts: Result<Vec<Draft>> = decided.iter().map(draft).collect();
    ledger.append(tx, &stream, expected, drafts?)
}
