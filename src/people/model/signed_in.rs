//! Who stands behind a request, once a cookie or a key was believed.

use crate::foundation::{Actor, ProjectKey, Role};

use super::{AccountId, AccountKind, Action, Asker, Grant, may};

/// A signed-in person, or an agent that came with its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The account.
    pub account: AccountId,
    /// `USR-001`.
    pub code: String,
    /// Printed name.
    pub name: String,
    /// Person or program.
    pub kind: AccountKind,
    /// Roles in the project below. An agent never has more than the agent's.
    pub roles: Vec<Role>,
    /// The project, inside.
    pub project: ProjectKey,
    /// The project, outside.
    pub project_id: String,
    /// The project's name.
    pub project_name: String,
    /// The session's id; an agent with a key has none.
    pub session: Option<String>,
}

impl SignedIn {
    /// How far one of their permissions reaches.
    pub fn may(&self, action: Action) -> Grant {
        may(&self.roles, action)
    }

    /// Who to stamp on events.
    pub fn actor(&self, request_id: Option<String>) -> Actor {
        Actor {
            id: self.account.0.clone(),
            kind: self.kind.actor_kind(),
            name: self.name.clone(),
            session: self.session.clone(),
            request_id,
        }
    }

    /// Who asks, for the actions of this module.
    pub fn asker(&self, request_id: Option<String>) -> Asker {
        Asker {
            actor: self.actor(request_id),
            project: self.project,
            roles: self.roles.clone(),
            is_operator: false,
        }
    }
}

/// The roles that count for an account: an agent is held to the agent's role whatever was stored.
pub fn effective_roles(kind: AccountKind, stored: Vec<Role>) -> Vec<Role> {
    let counts = |role: &Role| (kind == AccountKind::Agent) == (*role == Role::Agent);
    stored.into_iter().filter(counts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_is_held_to_its_role_and_a_person_never_gets_it() {
        assert_eq!(effective_roles(AccountKind::Agent, Role::ALL.to_vec()), [Role::Agent]);
        let person = effective_roles(AccountKind::Human, Role::ALL.to_vec());
        assert_eq!(person.len(), 6);
        assert!(!person.contains(&Role::Agent));
    }
}
