//! The people of the example: a supervisor, a technician, an auditor, an admin, and an agent with its own account.

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
}

impl Cast {
    pub(super) fn sign_ins(&self) -> Vec<SignIn> {
        [&self.technician, &self.supervisor, &self.auditor, &self.admin]
            .into_iter()
            .map(Player::sign_in)
            .collect()
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
    Ok(Cast {
        supervisor: hire_one(people, operator, "Sam Reyes", "supervisor").await?,
        technician: hire_one(people, operator, "Dana Okafor", "technician").await?,
        auditor: hire_one(people, operator, "Mei Kato", "auditor").await?,
        agent: hire_one(people, operator, "Relay", "agent").await?,
        admin: hire_one(people, operator, "Ada Lind", "admin").await?,
    })
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
