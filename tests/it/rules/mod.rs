//! The rules that a regulated auditor tests, one test each, named after the rule; `docs/rules.md` says where each is kept.

mod access;
mod approvals;
mod policies;
mod record;
mod signatures;
mod signed_items;
mod trail;

use tracewright::db::AnyConnection;
use tracewright::foundation::{Asker, Result};
use tracewright::ledger::Event;
use tracewright::ledger::events::read_from;
use tracewright::work_orders::actions::edit_plan::edit_plan;
use tracewright::work_orders::editing::{Changed, Edit, plan_of};
use tracewright::work_orders::model::Block;

use crate::guards::stage::load;
use crate::harness::TestApp;
use crate::harness::http::Client;
use crate::people::pages::cookie;

/// The browser of somebody who has just signed in.
async fn browser(t: &TestApp, name: &str) -> Client {
    Client::browser(Some(&cookie(t, &format!("{name}@example.com")).await))
}

/// A form as a browser sends it.
fn form(fields: &[(&str, &str)]) -> String {
    serde_urlencoded::to_string(fields).unwrap()
}

/// Every event there is.
async fn events(t: &TestApp) -> Vec<Event> {
    t.app.db.read(|conn: &mut AnyConnection| read_from(conn, 0, 100_000)).await.unwrap()
}

/// Changes one block of a plan and leaves all else of it as it is.
async fn reword(
    t: &TestApp,
    by: &Asker,
    id: &str,
    which: impl Fn(&Block) -> bool,
    change: impl FnOnce(&mut Changed),
    reason: &str,
) -> Result<Vec<Event>> {
    let block = plan_of(&load(t, by, id).await).document.into_iter().find(which).unwrap();
    let mut now = Changed {
        text: block.text.clone(),
        kind: block.kind,
        language: block.language.clone(),
        required: block.required,
        ordered: block.ordered,
        asks: block.asks.clone(),
        demands: None,
        depth: block.depth,
    };
    change(&mut now);
    let edit = Edit::Set { id: block.id, was: block.text, now };
    let done = edit_plan(&t.services.orders, by, id, vec![edit], reason.to_owned()).await;
    t.clock.advance(1_000_000);
    done
}
