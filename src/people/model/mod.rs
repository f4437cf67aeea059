//! What people are and what they may do: pure types and rules.

mod account;
mod key;
mod permission;
mod project;
mod signed_in;

pub use account::{AccountId, AccountKind, Email, PersonName, UserCode, check_new_password};
pub use key::{KeyLabel, PublicKey, Scope, Scopes, SecretKey};
pub use permission::{Action, Grant, may};
pub use project::{ProjectId, ProjectName};
pub use signed_in::{SignedIn, effective_roles};

use crate::foundation::{Actor, Error, ProjectKey, Result, Role};

/// The roles the owner gets, in one: separation of duties is judged per work order, not per person.
pub const OWNER_ROLES: [Role; 4] = [Role::Admin, Role::Supervisor, Role::Technician, Role::Auditor];

/// Failed sign-ins in a row that lock an account.
pub const FAILURES_BEFORE_LOCK: i64 = 5;

/// How long a lock lasts, in microseconds (15 minutes).
pub const LOCK_MICROS: i64 = 15 * 60 * 1_000_000;

/// Who asks for something to be done, where, and as what.
#[derive(Clone, Debug)]
pub struct Asker {
    /// Stamped on the events.
    pub actor: Actor,
    /// The project they are in.
    pub project: ProjectKey,
    /// Their roles there.
    pub roles: Vec<Role>,
    /// The command line on the server's own machine, and set-up: everything about people is allowed.
    pub is_operator: bool,
}

impl Asker {
    /// Someone with access to the server itself.
    pub fn operator(project: ProjectKey) -> Self {
        Self { actor: Actor::system(), project, roles: Vec::new(), is_operator: true }
    }

    /// Refuses anyone who may not manage people, keys and settings.
    pub fn must_manage_people(&self) -> Result<()> {
        if self.is_operator || may(&self.roles, Action::ManagePeople) == Grant::Any {
            return Ok(());
        }
        Err(Error::forbidden("only an admin manages accounts, roles and keys: ask one of this project"))
    }
}
