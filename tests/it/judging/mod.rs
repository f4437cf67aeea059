//! Judging on both databases: links, verdicts and their refusals, the score, atoms, the pages.

mod claimed;
mod desk;
mod erased;
mod exceptions;
mod identity;
mod pages;
mod pinning;
mod printed;
mod revisions;
mod stated;
mod stored;
mod unlinked;
mod verdicts;

use tracewright::audit::Outcome;
use tracewright::audit::actions::{Judgement, NewLink, NewQuote, judge, link};
use tracewright::audit::model::MissingReason;
use tracewright::audit::reads::{JudgedClaim, judged_claims};
use tracewright::config::InitConfig;
use tracewright::foundation::{Actor, ActorKind, Asker, Error, Role};
use tracewright::jobs;
use tracewright::ledger::sequencer::sequence_now;
use tracewright::people::Visitor;
use tracewright::work_orders::model::Order;
use tracewright::work_orders::{actions, reads};

use crate::harness::{TestApp, orders};

use stored::put_trace;

const FILE: &str = include_str!("../work_orders/order.md");
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const SPAN: &str = "b7ad6b7169203331";
const OUTPUT: &str =
    "The wrapper is installed. The bot made 51 calls and 48 calls are traced by trace-client 2.4.";
const WORDS: &str = "The bot made 51 calls and 48 calls are traced by trace-client 2.4.";

/// A project with an order whose item 3.1 is ticked, a trace linked to it, and those who take part.
struct Case {
    owner: Asker,
    tech: Asker,
    auditor: Asker,
    order: String,
}

async fn case(t: &TestApp) -> Case {
    let owner = owner(t).await;
    let tech = other(&owner, "tech", &[Role::Technician, Role::Auditor]);
    let auditor = other(&owner, "auditor", &[Role::Auditor]);
    let order = orders::begun(t, &owner, &tech, FILE).await.id;
    let target = load(t, &owner, &order).await.resolve_part("3.1").unwrap();
    t.clock.advance(1_000_000);
    actions::tick::tick(&t.services.orders, &tech, &order, target).await.unwrap();
    put_trace(t, owner.project, TRACE, SPAN, "How many calls are traced?", OUTPUT).await;
    let case = Case { owner, tech, auditor, order };
    link_to(t, &case, "3.1", TRACE).await.unwrap();
    t.clock.advance(1_000_000);
    case
}

pub async fn owner(t: &TestApp) -> Asker {
    let init = InitConfig {
        project_id: Some("plant-7".to_owned()),
        project_name: Some("Plant 7".to_owned()),
        public_key: None,
        secret_key: None,
        owner_email: Some("owner@example.com".to_owned()),
        owner_password: Some("correct horse battery".to_owned()),
    };
    t.people.set_up_headless(&init).await.unwrap();
    let visitor = Visitor::default();
    let started = t.people.sign_in("owner@example.com", "correct horse battery", &visitor).await.unwrap();
    t.people.authenticate(started.token.expose()).await.unwrap().unwrap()
}

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

async fn load(t: &TestApp, asker: &Asker, id: &str) -> Order {
    let (project, id) = (asker.project, id.to_owned());
    t.app.db.read(move |conn| reads::load(conn, project, &id, None)).await.unwrap()
}

async fn link_to(t: &TestApp, case: &Case, place: &str, trace: &str) -> Result<String, Error> {
    let order = load(t, &case.owner, &case.order).await;
    let asked = NewLink {
        order_id: case.order.clone(),
        target: order.resolve_part(place),
        trace_id: trace.to_owned(),
        observation_id: None,
    };
    link(&t.app, &case.tech, asked).await
}

/// The standing claim at a place.
async fn claim(t: &TestApp, case: &Case, place: &str) -> JudgedClaim {
    let (project, order) = (case.owner.project, case.order.clone());
    let all = t.app.db.read(move |conn| judged_claims(conn, project, &order)).await.unwrap();
    all.into_iter().rfind(|claim| claim.claim.place == place).unwrap()
}

fn quoting(claim: &JudgedClaim, outcome: Outcome, words: &str) -> Judgement {
    Judgement {
        claim_id: claim.claim.claim_id.clone(),
        outcome,
        quotes: vec![NewQuote {
            trace_id: TRACE.to_owned(),
            observation_id: SPAN.to_owned(),
            field: "output".to_owned(),
            exact: words.to_owned(),
            prefix: String::new(),
            suffix: String::new(),
        }],
        reason: None,
        comment: if outcome == Outcome::Refuted {
            "Three calls are not traced.".to_owned()
        } else {
            String::new()
        },
        supersedes: None,
    }
}

fn unsettled(claim: &JudgedClaim) -> Judgement {
    Judgement {
        quotes: Vec::new(),
        reason: Some(MissingReason::NoEvidenceLinked),
        ..quoting(claim, Outcome::NotEnoughInformation, "")
    }
}

async fn give(t: &TestApp, who: &Asker, judgement: Judgement) -> Result<String, Error> {
    let verdict = judge(&t.app, who, judgement).await?.verdict;
    // What follows a verdict is a job.
    jobs::drain(&t.app, &t.services.jobs).await?;
    sequence_now(&t.app.db, &t.app.log).await?;
    t.clock.advance(1_000_000);
    Ok(verdict)
}
