//! Which calls say whose they are: how many name an agent, a tenant and belong to a session, by agent and by service.

use std::collections::{BTreeMap, HashMap};

use crate::db::{AnyConnection, snapshot};
use crate::foundation::Result;

use super::model::{Dimension, Group, Question};
use super::reads::{InSession, MOST_READ, NamelessCall, Reader, Service, in_sessions, nameless, services};

/// Calls: all, and those that say something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    pub calls: i64,
    pub agents: i64,
    pub tenants: i64,
    /// None where it was not looked at.
    pub sessions: Option<i64>,
    /// Those that say all three; none where it was not looked at.
    pub whole: Option<i64>,
}

/// What was found out of a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    pub whole: Counted,
    /// By agent; what names none stands first.
    pub by_agent: BTreeMap<Option<String>, Counted>,
    /// Of the newest calls alone.
    pub services: Vec<Service>,
    /// The newest calls that lack something; empty where that was not looked at.
    pub nameless: Vec<NamelessCall>,
}

/// Reads it. Sessions are not looked at over more than [`MOST_READ`] calls.
pub fn identity(conn: &mut AnyConnection, question: &Question) -> Result<Identity> {
    snapshot(conn, |conn| {
        let owners = Reader::of(conn, question)?.by(&[Dimension::Agent, Dimension::Tenant]);
        let calls: i64 = owners.iter().map(|group| group.sums.calls).sum();
        let sessions = (calls <= MOST_READ).then(|| in_sessions(conn, question)).transpose()?;
        let by_agent = counted(&owners, sessions.as_deref());
        let whole = together(by_agent.values());
        // Where all is said, every row would be read to find that none lacks it.
        let lacks = whole.whole.is_some_and(|complete| complete < whole.calls);
        let nameless = if lacks { nameless(conn, question)? } else { Vec::new() };
        Ok(Identity { whole, by_agent, services: services(conn, question)?, nameless })
    })
}

fn counted(owners: &[Group], sessions: Option<&[InSession]>) -> BTreeMap<Option<String>, Counted> {
    let mut all: BTreeMap<Option<String>, Counted> = BTreeMap::new();
    for group in owners.iter().filter(|group| group.sums.calls > 0) {
        let calls = group.sums.calls;
        let one = all.entry(group.key.agent.clone()).or_default();
        one.calls += calls;
        one.agents += if group.key.agent.is_some() { calls } else { 0 };
        one.tenants += if group.key.tenant.is_some() { calls } else { 0 };
    }
    if let Some(sessions) = sessions {
        let by_agent: HashMap<&Option<String>, &InSession> =
            sessions.iter().map(|one| (&one.agent, one)).collect();
        for (agent, one) in &mut all {
            let found = by_agent.get(agent);
            one.sessions = Some(found.map_or(0, |found| found.calls));
            one.whole = Some(found.map_or(0, |found| found.whole()));
        }
    }
    all
}

/// All of them together.
fn together<'a>(all: impl Iterator<Item = &'a Counted> + Clone) -> Counted {
    let sum = |of: fn(&Counted) -> i64| all.clone().map(of).sum();
    Counted {
        calls: sum(|one| one.calls),
        agents: sum(|one| one.agents),
        tenants: sum(|one| one.tenants),
        sessions: all.clone().map(|one| one.sessions).sum(),
        whole: all.clone().map(|one| one.whole).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::{Key, Sums};
    use super::*;

    #[test]
    fn only_what_names_an_agent_too_says_all_of_it() {
        let of = |agent: Option<&str>, tenant: Option<&str>, calls| Group {
            key: Key { agent: agent.map(str::to_owned), tenant: tenant.map(str::to_owned), ..Key::default() },
            sums: Sums { calls, ..Sums::default() },
        };
        let owners =
            [of(Some("desk"), Some("north"), 3), of(Some("desk"), None, 1), of(None, Some("north"), 2)];
        let session = |agent: Option<&str>, calls, tenants| InSession {
            agent: agent.map(str::to_owned),
            calls,
            tenants,
        };
        let told = counted(&owners, Some(&[session(Some("desk"), 3, 2), session(None, 2, 2)]));
        let whole = together(told.values());
        let expected = Counted { calls: 6, agents: 4, tenants: 5, sessions: Some(5), whole: Some(2) };
        assert_eq!(whole, expected);
        let unread = together(counted(&owners, None).values());
        assert_eq!(unread, Counted { sessions: None, whole: None, ..expected });
    }
}
