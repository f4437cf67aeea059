//! Which of the roles stored for an account count.

use crate::foundation::Role;

use super::AccountKind;

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
