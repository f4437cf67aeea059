//! Units: accounts that count as one where duties must be separate.
//!
//! Accounts of one person are one, and so are an agent and whoever made it, owns it or made a key that speaks for it.
//! Ties join: two agents with one maker are one unit too. A key that was revoked still spoke for its agent, so its
//! tie stays.

use crate::db::AnyConnection;
pub use crate::foundation::Unit;
use crate::foundation::{Actor, ActorKind, ProjectKey, Result};

use super::model::{AccountId, AccountKind};
use super::store;
pub use super::store::AccountRow as Person;

/// Every tie, read once for the units of many.
pub struct Ties(Vec<(String, String)>);

impl Ties {
    /// The unit of an account.
    pub fn unit_of(&self, account: &str) -> Unit {
        Unit::of(account, self.0.iter().map(|(one, other)| (one.as_str(), other.as_str())))
    }
}

/// Every tie as it stands now.
pub fn ties(conn: &mut AnyConnection) -> Result<Ties> {
    Ok(Ties(store::ties(conn)?))
}

/// The unit of an account as it stands now.
pub fn unit_of(conn: &mut AnyConnection, account: &str) -> Result<Unit> {
    Ok(ties(conn)?.unit_of(account))
}

/// The persons of a project who answer for an agent: those of its unit that have an enabled account and a role there, the
/// oldest account first. Nobody answers for a person but that person.
pub fn answering_for(
    conn: &mut AnyConnection,
    project: ProjectKey,
    actor: &Actor,
    unit: &Unit,
) -> Result<Vec<Person>> {
    let mut persons = Vec::new();
    if actor.kind != ActorKind::Agent {
        return Ok(persons);
    }
    // Ids are made one after the other, so their order is that of the accounts.
    for id in unit.accounts().filter(|id| *id != actor.id) {
        let id = AccountId(id.to_owned());
        let account = store::account(conn, &id)?;
        let person = account.filter(|it| it.kind() == AccountKind::Human && it.disabled_at.is_none());
        let Some(person) = person else { continue };
        if !store::roles(conn, project, &id)?.is_empty() {
            persons.push(person);
        }
    }
    Ok(persons)
}
