//! Work that agents take on: who has claimed it under whose answer and until when, what was asked meanwhile, and what was
//! decided.
//!
//! A claim ends by itself: past its lease it is stale, whether anybody looks or not. So nothing here is kept up to date by a
//! job; whoever reads it says what time it is.

use serde::{Deserialize, Serialize};

use super::{Target, Who};
use foundation::Timestamp;

/// How a claim ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The agent gave it back.
    Released,
    /// A person stopped the agent.
    Stopped,
    /// Its lease ran out, and somebody claimed the work anew.
    Lapsed,
    /// The order was moved to a state in which nobody works on it.
    Moved,
    /// The work was given to somebody else.
    Reassigned,
}

/// The end of a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimEnd {
    pub by: Who,
    pub at: Timestamp,
    pub how: Ending,
    /// Why; empty where none was given.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// An agent works on an order for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    pub agent: Who,
    /// The person who answers for what it does.
    pub accountable: Who,
    pub since: Timestamp,
    /// The end of its lease; past it the claim is stale.
    pub until: Timestamp,
    /// How long a lease is, in seconds; each renewal is for as long.
    pub lease_seconds: u32,
    /// The last thing that it recorded on the order, the claim and its renewals among them.
    pub seen: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<ClaimEnd>,
}

impl Claim {
    /// Whether it stands and its lease has not run out.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.ended.is_none() && now < self.until
    }

    /// Whether it stands although its lease has run out.
    pub fn is_stale(&self, now: Timestamp) -> bool {
        self.ended.is_none() && now >= self.until
    }

    /// Whether less than half of the lease is left, so that a sign of the agent renews it.
    pub fn is_due(&self, now: Timestamp) -> bool {
        let half = i64::from(self.lease_seconds).saturating_mul(1_000_000) / 2;
        self.until.micros_since(now) < half
    }
}

/// A person stopped an agent on an order: it may do nothing there until a person lets it on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    pub agent: Who,
    pub by: Who,
    pub at: Timestamp,
    pub reason: String,
}

/// The answer to a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    pub by: Who,
    pub at: Timestamp,
    pub text: String,
}

/// A question that was taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    pub by: Who,
    pub at: Timestamp,
    /// Why; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// Something that whoever works on the order asks a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub id: String,
    pub by: Who,
    pub at: Timestamp,
    pub text: String,
    /// What may be answered; empty where any words may.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// The part it is about; none for the whole order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Target>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Reply>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Withdrawn>,
}

impl Question {
    /// Whether it waits for its answer.
    pub fn is_open(&self) -> bool {
        self.reply.is_none() && self.withdrawn.is_none()
    }
}

/// Something that was decided while the work was done, with why and what follows from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub id: String,
    /// From 1 in each order; read `D-1`.
    pub number: u32,
    pub by: Who,
    pub at: Timestamp,
    pub title: String,
    pub decision: String,
    pub reasons: String,
    /// May be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub consequences: String,
    /// The id of the decision that it takes the place of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<String>,
    /// The id of the one that took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superseded_by: Option<String>,
}

impl Decision {
    /// `D-1`.
    pub fn name(&self) -> String {
        format!("D-{}", self.number)
    }
}

/// Everything about agents, questions and decisions of an order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Delegation {
    /// Every claim there was, the oldest first; at most the last one stands.
    pub claims: Vec<Claim>,
    /// Agents that are stopped now.
    pub stops: Vec<Stop>,
    /// The oldest first.
    pub questions: Vec<Question>,
    /// The oldest first.
    pub decisions: Vec<Decision>,
    /// Who gave the order to whoever has it. No written form carries it.
    #[serde(skip)]
    pub assigned_by: Option<Who>,
    /// How many of the newest events only claim, renew or give back. They change nothing that anybody looked at.
    #[serde(skip)]
    pub quiet: i64,
}

impl Delegation {
    /// Whether there is nothing to write of it.
    pub fn is_empty(&self) -> bool {
        self.claims.is_empty()
            && self.stops.is_empty()
            && self.questions.is_empty()
            && self.decisions.is_empty()
    }

    /// The claim that stands, live or stale.
    pub fn standing(&self) -> Option<&Claim> {
        self.claims.last().filter(|claim| claim.ended.is_none())
    }

    /// The same, to change it.
    pub fn standing_mut(&mut self) -> Option<&mut Claim> {
        self.claims.last_mut().filter(|claim| claim.ended.is_none())
    }

    /// The claim under which somebody works now.
    pub fn live(&self, now: Timestamp) -> Option<&Claim> {
        self.standing().filter(|claim| claim.is_live(now))
    }

    /// Whether this account holds the standing claim, live or stale.
    pub fn is_held_by(&self, account: &str) -> bool {
        self.standing().is_some_and(|claim| claim.agent.is(account))
    }

    /// The person who answers for the agent that works on it, or did last.
    pub fn accountable(&self) -> Option<&Who> {
        self.claims.last().map(|claim| &claim.accountable)
    }

    /// Whether this person answers for the agent that works on it, or did last.
    pub fn is_accountable(&self, account: &str) -> bool {
        self.accountable().is_some_and(|who| who.is(account))
    }

    /// How an agent was stopped, where it is.
    pub fn stop_of(&self, account: &str) -> Option<&Stop> {
        self.stops.iter().find(|stop| stop.agent.is(account))
    }

    /// A question by its id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// Questions that wait for an answer, the oldest first.
    pub fn open_questions(&self) -> impl Iterator<Item = &Question> {
        self.questions.iter().filter(|question| question.is_open())
    }

    /// A decision by its id, or by its name as people write it: `D-1`.
    pub fn decision(&self, id: &str) -> Option<&Decision> {
        self.decisions.iter().find(|decision| decision.id == id || decision.name().eq_ignore_ascii_case(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(until: i64) -> Claim {
        let (agent, accountable) = (Who::named("bot"), Who::named("sam"));
        let at = Timestamp(0);
        Claim {
            agent,
            accountable,
            since: at,
            until: Timestamp(until),
            lease_seconds: 10,
            seen: at,
            ended: None,
        }
    }

    #[test]
    fn a_lease_ends_by_itself_at_its_moment() {
        let claim = claim(10_000_000);
        for (now, live, due) in
            [(0, true, false), (5_000_000, true, false), (5_000_001, true, true), (9_999_999, true, true)]
        {
            let now = Timestamp(now);
            assert_eq!(
                (claim.is_live(now), claim.is_stale(now), claim.is_due(now)),
                (live, !live, due),
                "{now:?}"
            );
        }
        assert!(claim.is_stale(Timestamp(10_000_000)) && !claim.is_live(Timestamp(10_000_000)));
        let end =
            ClaimEnd { by: Who::named("sam"), at: Timestamp(1), how: Ending::Stopped, reason: String::new() };
        let ended = Claim { ended: Some(end), ..claim };
        assert!(
            !ended.is_live(Timestamp(2)) && !ended.is_stale(Timestamp(20_000_000)),
            "what ended is neither"
        );
    }
}
