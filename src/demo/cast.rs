//! The people of the example: two supervisors of whom one plans, two technicians, two auditors, an admin, somebody who asks for work,
//! and two agents with accounts of their own, of which one was made by a technician and counts as one with them.

use crate::foundation::ids::random_bytes;
use crate::foundation::{Actor, ActorKind, Asker, Error, Result, Role};
use crate::people::operator::AccountWords;
use crate::people::{AccountRow, People};
use crate::work_orders::model::Assignee;

/// How one of them signs in.
#[derive(Clone, Debug)]
pub struct SignIn {
    pub name: String,
    /// What they are in the example.
    pub role: &'static str,
    pub email: String,
    /// Made up on the spot.
    pub password: String,
}

/// Somebody in the example.
pub(super) struct Player {
    pub(super) account: AccountRow,
    pub(super) asker: Asker,
    pub(super) password: String,
    role: &'static str,
}

/// Everybody in the example.
pub(super) struct Cast {
    pub(super) supervisor: Player,
    pub(super) technician: Player,
    pub(super) auditor: Player,
    pub(super) admin: Player,
    pub(super) agent: Player,
    /// A second supervisor, who writes most plans.
    planner: Player,
    /// A second technician.
    fitter: Player,
    /// A second auditor, who does not always see it as the first does.
    reviewer: Player,
    requester: Player,
    /// The second technician's own agent.
    helper: Player,
}

/// One of them, as the tables of the story name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    Sam,
    Lena,
    Dana,
    Ivo,
    Mei,
    Noah,
    Tom,
    Relay,
    Gauge,
}

impl Cast {
    pub(super) fn sign_ins(&self) -> Vec<SignIn> {
        let people = [
            &self.technician,
            &self.supervisor,
            &self.auditor,
            &self.admin,
            &self.fitter,
            &self.planner,
            &self.reviewer,
            &self.requester,
        ];
        people.into_iter().map(Player::sign_in).collect()
    }

    pub(super) fn of(&self, who: Who) -> &Player {
        match who {
            Who::Sam => &self.supervisor,
            Who::Lena => &self.planner,
            Who::Dana => &self.technician,
            Who::Ivo => &self.fitter,
            Who::Mei => &self.auditor,
            Who::Noah => &self.reviewer,
            Who::Tom => &self.requester,
            Who::Relay => &self.agent,
            Who::Gauge => &self.helper,
        }
    }

    /// A text with codes in the place of names in braces, as somebody is spoken to.
    pub(super) fn spoken(&self, text: &str) -> String {
        let named = [("{sam}", Who::Sam), ("{lena}", Who::Lena), ("{dana}", Who::Dana), ("{ivo}", Who::Ivo)];
        named.iter().fold(text.to_owned(), |text, (name, who)| {
            text.replace(name, &format!("@{}", self.of(*who).account.code))
        })
    }
}

impl Player {
    fn sign_in(&self) -> SignIn {
        SignIn {
            name: self.account.name.clone(),
            role: self.role,
            email: self.account.email.clone().unwrap_or_default(),
            password: self.password.clone(),
        }
    }

    /// As whom work is given to.
    pub(super) fn assignee(&self) -> Assignee {
        Assignee {
            account: Some(self.asker.actor.id.clone()),
            kind: Some(self.asker.actor.kind),
            name: self.account.name.clone(),
            code: self.account.code.clone(),
        }
    }
}

pub(super) async fn hire(people: &People, operator: &Asker) -> Result<Cast> {
    let cast = Cast {
        supervisor: hire_one(people, operator, "Sam Reyes", "supervisor").await?,
        technician: hire_one(people, operator, "Dana Okafor", "technician").await?,
        auditor: hire_one(people, operator, "Mei Kato", "auditor").await?,
        agent: hire_one(people, operator, "Relay", "agent").await?,
        admin: hire_one(people, operator, "Ada Lind", "admin").await?,
        planner: hire_one(people, operator, "Lena Fischer", "supervisor").await?,
        fitter: hire_one(people, operator, "Ivo Brandt", "technician").await?,
        reviewer: hire_one(people, operator, "Noah Quist", "auditor").await?,
        requester: hire_one(people, operator, "Tom Adler", "requester").await?,
        helper: hire_one(people, operator, "Gauge", "agent").await?,
    };
    people.same_person(operator, cast.fitter.account.id.clone(), cast.helper.account.id.clone()).await?;
    Ok(cast)
}

async fn hire_one(people: &People, operator: &Asker, name: &str, role: &'static str) -> Result<Player> {
    let is_agent = role == "agent";
    let password = hex::encode(random_bytes::<8>());
    let first = name.split(' ').next().unwrap_or(name).to_lowercase();
    let words = AccountWords {
        name: name.to_owned(),
        email: (!is_agent).then(|| format!("{first}@demo.example")),
        is_agent,
        roles: if is_agent { Vec::new() } else { vec![role.to_owned()] },
        password: (!is_agent).then(|| password.clone()),
    };
    let account = people.add_user(operator, &words).await?.account;
    let kind = if is_agent { ActorKind::Agent } else { ActorKind::Human };
    let actor = Actor {
        id: account.id.0.clone(),
        kind,
        name: name.to_owned(),
        session: None,
        request_id: None,
        under_reset: None,
    };
    let held = Role::from_stored(role).ok_or_else(|| Error::internal(format!("no role {role}")))?;
    let asker = Asker::account(actor, operator.project, vec![held]);
    Ok(Player { account, asker, password, role })
}
