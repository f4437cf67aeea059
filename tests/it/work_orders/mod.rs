//! Work orders on both databases: numbers, imports, ticks, signatures, the projection and the pages.

mod board;
mod calendar;
mod claims;
mod demands;
mod documents;
mod lists;
mod orders;
mod pages;
mod planning;
mod relations;
mod splitting;

use tracewright::config::InitConfig;
use tracewright::foundation::{Actor, ActorKind, Asker, Error, Role};
use tracewright::people::Visitor;
use tracewright::work_orders::actions::import::{Imported, import};
use tracewright::work_orders::model::{Assignee, Order, Target};
use tracewright::work_orders::{actions, reads};

use crate::harness::TestApp;
use crate::harness::orders::{PASSWORD, attest_all, begun, load};

const FILE: &str = include_str!("order.md");
const OWNER: &str = "owner@example.com";

/// Sets up headless and signs the owner in: admin, supervisor, technician and auditor in one.
async fn owner(t: &TestApp) -> Asker {
    let init = InitConfig {
        project_id: Some("plant-7".to_owned()),
        project_name: Some("Plant 7".to_owned()),
        public_key: None,
        secret_key: None,
        owner_email: Some(OWNER.to_owned()),
        owner_password: Some(PASSWORD.to_owned()),
    };
    t.people.set_up_headless(&init).await.unwrap();
    let started = t.people.sign_in(OWNER, PASSWORD, &Visitor::default()).await.unwrap();
    t.people.authenticate(started.token.expose()).await.unwrap().unwrap()
}

/// Somebody else of the same project.
fn other(owner: &Asker, id: &str, roles: &[Role]) -> Asker {
    let actor = Actor {
        id: id.to_owned(),
        kind: ActorKind::Human,
        name: format!("{id} Name"),
        session: None,
        request_id: None,
        under_reset: None,
    };
    Asker::account(actor, owner.project, roles.to_vec())
}

async fn take(t: &TestApp, asker: &Asker, text: &str) -> Result<Imported, Error> {
    import(&t.app, asker, Some("order.md".to_owned()), text.as_bytes().to_vec()).await
}

/// The file as an order of which the owner has begun the work.
async fn in_work(t: &TestApp, owner: &Asker) -> String {
    begun(t, owner, owner, FILE).await.id
}

async fn row(t: &TestApp, asker: &Asker, number: &str) -> reads::OrderRow {
    let (project, number) = (asker.project, number.to_owned());
    t.app.db.read(move |conn| reads::find(conn, project, &number)).await.unwrap().unwrap()
}

/// The place in the order that people call `reference`.
fn at(order: &Order, reference: &str) -> Target {
    order.resolve_part(reference).unwrap()
}

fn assignee(asker: &Asker) -> Assignee {
    Assignee {
        account: Some(asker.actor.id.clone()),
        kind: Some(asker.actor.kind),
        name: asker.actor.name.clone(),
        code: "USR-002".to_owned(),
    }
}

async fn assign(t: &TestApp, by: &Asker, id: &str, to: &Asker) {
    actions::assign::assign(&t.services.orders, by, id, Some(assignee(to))).await.unwrap();
}
