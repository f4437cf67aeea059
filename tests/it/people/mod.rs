//! People on both databases: set-up, sign-in, sessions, roles, keys.

mod accounts;
mod keys;
mod ledger;
mod operator;
pub mod pages;
mod resets;
mod set_up;
mod sign_in;
mod walls;

use tracewright::config::InitConfig;
use tracewright::foundation::{Asker, Error, Role};
use tracewright::people::actions::create_account::{Created, NewAccount};
use tracewright::people::model::{Email, PersonName};
use tracewright::people::{AccountKind, People, Visitor, reads};

use crate::harness::TestApp;

pub(crate) const OWNER: &str = "owner@example.com";
pub(crate) const PASSWORD: &str = "correct horse battery";
pub(crate) const PUBLIC: &str = "pk-lf-plant-7";
pub(crate) const SECRET: &str = "sk-lf-plant-7-secret";

/// The settings of a headless set-up with everything in it.
fn init() -> InitConfig {
    InitConfig {
        project_id: Some("plant-7".to_owned()),
        project_name: Some("Plant 7".to_owned()),
        public_key: Some(PUBLIC.to_owned()),
        secret_key: Some(SECRET.to_owned()),
        owner_email: Some(OWNER.to_owned()),
        owner_password: Some(PASSWORD.to_owned()),
    }
}

pub(crate) fn visitor() -> Visitor {
    Visitor { ip: "192.0.2.7".to_owned(), user_agent: "Test/1".to_owned(), ..Visitor::default() }
}

/// Sets up headless and signs the owner in.
pub async fn owner(t: &TestApp) -> Asker {
    t.people.set_up_headless(&init()).await.unwrap();
    sign_in(&t.people, OWNER, PASSWORD).await
}

async fn sign_in(people: &People, email: &str, password: &str) -> Asker {
    let started = people.sign_in(email, password, &visitor()).await.unwrap();
    people.authenticate(started.token.expose()).await.unwrap().unwrap()
}

pub async fn create(people: &People, asker: &Asker, email: &str, roles: &[Role]) -> Created {
    people.create_account(asker, person(email, roles)).await.unwrap()
}

pub fn person(email: &str, roles: &[Role]) -> NewAccount {
    NewAccount {
        kind: AccountKind::Human,
        name: PersonName::parse("name", email).unwrap(),
        email: Some(Email::parse("email", email).unwrap()),
        roles: roles.to_vec(),
        password: Some(PASSWORD.to_owned()),
    }
}

fn agent(name: &str) -> NewAccount {
    NewAccount {
        kind: AccountKind::Agent,
        name: PersonName::parse("name", name).unwrap(),
        email: None,
        roles: vec![Role::Agent],
        password: None,
    }
}

/// The kinds of all events in order.
async fn kinds(t: &TestApp) -> Vec<String> {
    let events = t.app.db.read(|conn| tracewright::ledger::events::read_from(conn, 0, 10_000)).await;
    events.unwrap().into_iter().map(|event| event.kind).collect()
}

async fn count(t: &TestApp, kind: &str) -> usize {
    kinds(t).await.iter().filter(|found| *found == kind).count()
}

async fn members(t: &TestApp, asker: &Asker) -> Vec<reads::Member> {
    let project = asker.project;
    t.app.db.read(move |conn| reads::members(conn, project)).await.unwrap()
}

fn field<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::Invalid(errors)) => errors.0[0].path.clone(),
        other => panic!("expected a field error, got {other:?}"),
    }
}
