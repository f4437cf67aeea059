//! Which calls say whose they are: how many name an agent, a tenant and belong to a session, by agent and by service.

use std::collections::BTreeMap;

use crate::db::{AnyConnection, snapshot};
use crate::foundation::Result;

use super::model::{Dimension, Group, Question};
use super::reads::{NamelessCall, Reader, Service, nameless, services};

/// Calls: all, and those that say something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    pub calls: i64,
    pub agents: i64,
    pub tenants: i64,
    pub sessions: i64,
    /// Those that say all three.
    pub whole: i64,
}

/// What was found out of a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    pub whole: Counted,
    /// By agent; what names none stands first.
    pub by_agent: BTreeMap<Option<String>, Counted>,
    /// Of the newest calls alone.
    pub services: Vec<Service>,
    /// The newest calls that lack something.
    pub nameless: Vec<NamelessCall>,
}

/// Reads it.
pub fn identity(conn: &mut AnyConnection, question: &Question) -> Result<Identity> {
    snapshot(conn, |conn| {
        let by_agent = counted(&Reader::of(conn, question)?.by(&[Dimension::Agent, Dimension::Tenant]));
        let whole = together(by_agent.values());
        // Where all is said, every row would be read to find that none lacks it.
        let nameless = if whole.whole < whole.calls { nameless(conn, question)? } else { Vec::new() };
        Ok(Identity { whole, by_agent, services: services(conn, question)?, nameless })
    })
}

/// Groups by agent and tenant as one for each agent.
fn counted(owners: &[Group]) -> BTreeMap<Option<String>, Counted> {
    let mut all: BTreeMap<Option<String>, Counted> = BTreeMap::new();
    for Group { key, sums } in owners.iter().filter(|group| group.sums.calls > 0) {
        let (has_agent, has_tenant) = (key.agent.is_some(), key.tenant.is_some());
        let of = |is_said: bool, calls: i64| if is_said { calls } else { 0 };
        all.entry(key.agent.clone()).or_default().add(&Counted {
            calls: sums.calls,
            agents: of(has_agent, sums.calls),
            tenants: of(has_tenant, sums.calls),
            sessions: sums.in_session,
            whole: of(has_agent && has_tenant, sums.in_session),
        });
    }
    all
}

/// All of them together.
fn together<'a>(all: impl Iterator<Item = &'a Counted>) -> Counted {
    let mut whole = Counted::default();
    all.for_each(|one| whole.add(one));
    whole
}

impl Counted {
    fn add(&mut self, other: &Self) {
        let Self { calls, agents, tenants, sessions, whole } = other;
        for (sum, more) in [
            (&mut self.calls, calls),
            (&mut self.agents, agents),
            (&mut self.tenants, tenants),
            (&mut self.sessions, sessions),
            (&mut self.whole, whole),
        ] {
            *sum = sum.saturating_add(*more);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::{Key, Sums};
    use super::*;

    #[test]
    fn only_what_names_an_agent_too_says_all_of_it() {
        let of = |agent: Option<&str>, tenant: Option<&str>, calls, in_session| Group {
            key: Key { agent: agent.map(str::to_owned), tenant: tenant.map(str::to_owned), ..Key::default() },
            sums: Sums { calls, in_session, ..Sums::default() },
        };
        let owners = [
            of(Some("desk"), Some("north"), 3, 2),
            of(Some("desk"), None, 1, 1),
            of(None, Some("north"), 2, 2),
            of(Some("gone"), None, 0, 0),
        ];
        let told = counted(&owners);
        assert_eq!(told.len(), 2, "{told:?}");
        let desk = Counted { calls: 4, agents: 4, tenants: 3, sessions: 3, whole: 2 };
        assert_eq!(told[&Some("desk".to_owned())], desk);
        let whole = Counted { calls: 6, agents: 4, tenants: 5, sessions: 5, whole: 2 };
        assert_eq!(together(told.values()), whole);
    }
}
