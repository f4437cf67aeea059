//! The rules that a regulated auditor tests, one test each, named after the rule; `docs/rules.md` says where each is kept.

mod access;
mod approvals;
mod policies;
mod record;
mod signatures;
mod signed_items;
mod trail;

use tracewright::db::AnyConnection;
use tracewright::foundation::Asker;
use tracewright::ledger::Event;
use tracewright::ledger::events::read_from;

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

/// The evidence bundle of an order as its own verifier finds it.
async fn verified_bundle(t: &TestApp, by: &Asker, number: &str) -> tracewright::bundle::Verified {
    let stored = std::sync::Arc::new(tracewright::bundle::Stored::new(t.app.clone()));
    let bundle = tracewright::bundle::actions::export(&t.app, by, number, stored).await.unwrap();
    let files = tracewright::bundle::unpack(&bundle.zip).unwrap();
    tracewright::bundle::verify(&files, t.app.log.verifier().fingerprint().unwrap()).unwrap()
}
