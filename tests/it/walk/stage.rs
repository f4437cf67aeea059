//! What the walk meets: a person of each role and an agent, and for each of them orders that are theirs in every way
//! there is, each with a linked trace, claims, a stated claim and an exception.

use serde_json::json;
use tracewright::assets::actions::create::{NewAsset, create as create_asset};
use tracewright::assets::model::Facts;
use tracewright::audit::actions::{NewLink, NewQuote, NewStatement, link, state};
use tracewright::audit::exceptions::reads as exceptions;
use tracewright::audit::reads::{judged_claims, links_of};
use tracewright::foundation::{Action, Actor, ActorKind, Asker, Grant, ProjectKey, Role, permission};
use tracewright::intake::ingest::{RequestBody, ingest_batch};
use tracewright::people::AccountId;
use tracewright::people::model::{ProjectId, ProjectName};
use tracewright::work_orders::actions::{assign, import::import};
use tracewright::work_orders::model::{Assignee, Target};
use tracewright::work_orders::reads;

use crate::harness::TestApp;
use crate::harness::http::Client;
use crate::people::pages::{agent_key, cookie};
use crate::people::{create, owner};

/// What an object is to whoever walks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tie {
    /// They wrote it.
    Own,
    /// It is given to them.
    Assigned,
    /// It is given to an account that counts as one with theirs.
    Unit,
    /// It is somebody else's.
    Others,
    /// It is another project's.
    Foreign,
}

impl Tie {
    pub const ALL: [Self; 5] = [Self::Own, Self::Assigned, Self::Unit, Self::Others, Self::Foreign];

    /// Whether the order's page shows such an order to whoever has this grant.
    pub fn is_seen(self, grant: Grant) -> bool {
        match (self, grant) {
            (Self::Foreign, _) | (_, Grant::Never) => false,
            (_, Grant::Any) => true,
            (Self::Own | Self::Assigned, Grant::Own) => true,
            _ => false,
        }
    }
}

/// One order and everything about it that has an address.
#[derive(Clone, Debug)]
pub struct Object {
    pub tie: Tie,
    pub number: String,
    pub order: String,
    /// Words that stand nowhere else.
    pub marker: String,
    pub target: String,
    pub claim: String,
    pub stated: String,
    pub link: String,
    pub exception: String,
    pub trace: String,
}

/// Somebody who walks, with their objects.
pub struct Walker {
    pub role: Role,
    pub client: Client,
    pub objects: Vec<Object>,
}

/// What another project has besides orders.
pub struct Foreign {
    pub account: String,
    pub email: String,
    pub key: String,
    /// The code of an asset.
    pub asset: String,
}

pub struct Stage {
    pub walkers: Vec<Walker>,
    pub foreign: Foreign,
}

pub async fn set(t: &TestApp) -> Stage {
    let home = owner(t).await;
    let south = other_project(t).await;
    let there = create(&t.people, &Asker::operator(south), "southerner@example.com", &[Role::Admin]).await;
    let mut walkers = Vec::new();
    let mut makers = Makers { t, home: home.clone(), south, next: 0 };
    for role in Role::ALL {
        walkers.push(makers.walker(role).await);
    }
    let key = tracewright::people::actions::create_api_key::NewApiKey {
        label: tracewright::people::model::KeyLabel::parse("label", "south").unwrap(),
        scopes: tracewright::people::model::Scopes::all(),
        account: None,
        expires_at: None,
        pair: None,
    };
    let key = t.people.create_api_key(&Asker::operator(south), key).await.unwrap();
    let facts = Facts { name: "Southern mill".to_owned(), ..Facts::default() };
    let new = NewAsset { code: "mill-7".to_owned(), facts, parent: String::new() };
    let asset = create_asset(&t.app, &Asker::operator(south), new).await.unwrap().to_string();
    let foreign = Foreign {
        account: there.account.id.0,
        email: "southerner@example.com".to_owned(),
        key: key.id,
        asset,
    };
    Stage { walkers, foreign }
}

async fn other_project(t: &TestApp) -> ProjectKey {
    let operator = Asker::operator(ProjectKey(0));
    let (id, name) = (ProjectId::parse("id", "south").unwrap(), ProjectName::parse("name", "South").unwrap());
    t.people.create_project(&operator, id, name).await.unwrap().key
}

struct Makers<'a> {
    t: &'a TestApp,
    home: Asker,
    south: ProjectKey,
    next: u32,
}

impl Makers<'_> {
    async fn walker(&mut self, role: Role) -> Walker {
        let (who, client) = self.somebody(role).await;
        let twin = self.twin(&who).await;
        let mut objects = Vec::new();
        for tie in Tie::ALL {
            let writes = permission::may(&[role], Action::CreateDraft) > Grant::Never;
            if tie == Tie::Own && !writes {
                continue;
            }
            let author = match tie {
                Tie::Own => who.clone(),
                Tie::Foreign => Asker::operator(self.south),
                _ => self.home.clone(),
            };
            let given = match tie {
                Tie::Assigned => Some(who.id().to_owned()),
                Tie::Unit => Some(twin.clone()),
                _ => None,
            };
            objects.push(self.object(role, tie, &author, given).await);
        }
        Walker { role, client, objects }
    }

    async fn somebody(&self, role: Role) -> (Asker, Client) {
        let people = &self.t.people;
        if role == Role::Agent {
            let key = agent_key(self.t, &self.home).await;
            let pair = tracewright::people::Credentials::Pair {
                public: key.public.as_str().to_owned(),
                secret: key.secret.expose().to_owned(),
            };
            let agent = people.check_key(&pair).await.unwrap().unwrap().agent.unwrap();
            return (agent, Client::with_key(key.public.as_str(), key.secret.expose()));
        }
        let email = format!("{}@example.com", role.as_str());
        create(people, &self.home, &email, &[role]).await;
        let token = cookie(self.t, &email).await;
        let who = people.authenticate(&token).await.unwrap().unwrap();
        (who, Client::browser(Some(&token)))
    }

    /// Another account of the same person, or the owner of the agent.
    async fn twin(&self, who: &Asker) -> String {
        let email = format!("twin-{}@example.com", who.id());
        let twin = create(&self.t.people, &self.home, &email, &[Role::Technician]).await.account.id;
        let operator = Asker::operator(self.home.project);
        self.t.people.same_person(&operator, AccountId(who.id().to_owned()), twin.clone()).await.unwrap();
        twin.0
    }

    async fn object(&mut self, role: Role, tie: Tie, author: &Asker, given: Option<String>) -> Object {
        self.next += 1;
        let number = format!("WO-2026-{}", 600 + self.next);
        let marker = format!("Veiled-{}-{tie:?}", role.as_str());
        let text = format!(
            "# Work Order: {number}\n\n## Header\n| Field | Value |\n|---|---|\n| **WO Number** | {number} |\n\
             | **Type** | Repair |\n| **Priority** | HIGH |\n| **Status** | DRAFT |\n\n## Description\n**{marker}**\n\n\
             ## Steps\n\n### Step 1: {marker} step\n- [ ] {marker} item\n\n## Completion Criteria\n1. {marker} holds\n"
        );
        let order = import(&self.t.app, author, None, text.into_bytes()).await.unwrap().order_id;
        if let Some(account) = given {
            self.assign(&order, account).await;
        }
        self.fill(tie, number, marker, order, author).await
    }

    async fn assign(&self, order: &str, account: String) {
        let assignee = Assignee {
            account: Some(account),
            kind: Some(ActorKind::Human),
            name: "Somebody".to_owned(),
            code: String::new(),
        };
        assign::assign(&self.t.services.orders, &self.home, order, Some(assignee)).await.unwrap();
    }

    /// A linked trace with a secret in it, and a claim stated from its words.
    async fn fill(&self, tie: Tie, number: String, marker: String, order: String, author: &Asker) -> Object {
        let (t, project) = (self.t, author.project);
        let trace = format!("trace-{number}");
        self.send(project, &trace, &marker).await;
        // Where nobody is at home, the system's own hands do it: an admin there would do as well.
        let hand = Asker::account(
            Actor { name: "Hand".to_owned(), ..self.home.actor.clone() },
            project,
            vec![Role::Supervisor],
        );
        let id = order.clone();
        let loaded = t.app.db.read(move |conn| reads::load(conn, project, &id, None)).await.unwrap();
        let target = loaded.targets().into_iter().find(|it| matches!(it, Target::Item(_))).unwrap();
        let new = NewLink {
            order_id: order.clone(),
            target: Some(target.clone()),
            trace_id: trace.clone(),
            observation_id: None,
        };
        let linked = link(&t.app, &hand, new).await.unwrap();
        let quote = NewQuote {
            trace_id: trace.clone(),
            observation_id: format!("span-{trace}"),
            field: "output".to_owned(),
            exact: format!("{marker} was done"),
            prefix: String::new(),
            suffix: String::new(),
        };
        let text = format!("{marker} is stated");
        let new = NewStatement { order_id: order.clone(), target: target.clone(), text, quote };
        let stated = state(&t.app, &hand, new).await.unwrap();
        let (claim, exception) = self.found(project, &order).await;
        let links = {
            let id = order.clone();
            t.app.db.read(move |conn| links_of(conn, project, &id)).await.unwrap()
        };
        assert!(links.iter().any(|row| row.link_id == linked));
        Object {
            tie,
            number,
            order,
            marker,
            target: target.to_string(),
            claim,
            stated,
            link: linked,
            exception,
            trace,
        }
    }

    async fn found(&self, project: ProjectKey, order: &str) -> (String, String) {
        let id = order.to_owned();
        let read = move |conn: &mut _| {
            let claims = judged_claims(conn, project, &id)?;
            let filter = exceptions::Filter { order_id: Some(id), ..exceptions::Filter::default() };
            Ok((claims, exceptions::list(conn, project, &filter)?))
        };
        let (claims, odd) = self.t.app.db.read(read).await.unwrap();
        let claim = claims.iter().find(|it| !it.claim.is_stated()).unwrap();
        (claim.claim.claim_id.clone(), odd[0].exception_id.clone())
    }

    async fn send(&self, project: ProjectKey, trace: &str, marker: &str) {
        let output = format!("{marker} was done with {}_{}", "ghp", "Zk3Qw9Lm2Xc7Vb5NaB1cD2eF3gH4iJ5kL6mN");
        let body =
            json!({ "id": format!("span-{trace}"), "traceId": trace, "name": "work", "output": output });
        let event = json!({ "id": format!("e-{trace}"), "type": "span-create",
            "timestamp": "2026-11-21T09:00:00Z", "body": body });
        let sent = RequestBody::plain(json!({ "batch": [event] }).to_string().into_bytes());
        let intake = self.t.services.intake.clone();
        ingest_batch(&self.t.app, &intake, &Asker::system(project), sent).await.unwrap();
    }
}
