//! Orders out of files: chosen in the browser, out of tables, and kept in step with a folder.

mod files;
mod folder;

use tracewright::foundation::{Asker, Role};

use crate::harness::TestApp;
use crate::harness::http::Client;
use crate::people::owner as set_up;

/// Whoever set the project up, and their browser.
async fn owner(t: &TestApp) -> (Asker, Client) {
    let asker = set_up(t).await;
    let started = t
        .people
        .sign_in("owner@example.com", PASSWORD, &tracewright::people::Visitor::default())
        .await
        .unwrap();
    (asker, Client::browser(Some(started.token.expose())))
}

const PASSWORD: &str = crate::harness::orders::PASSWORD;

/// Somebody else of the project, by their roles.
async fn other(t: &TestApp, owner: &Asker, email: &str, roles: &[Role]) {
    crate::people::create(&t.people, owner, email, roles).await;
}
