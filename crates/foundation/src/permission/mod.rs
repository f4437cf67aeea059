//! Who may do what, in one table: a verb by a role, and for a verb on a record what one must be to that record.
//!
//! Admin is no superset of anything: admins manage the system, not the records. Agents never sign, approve, judge,
//! verify or close. The operator is whoever has the server itself; the system acts by rule and schedule. An API key
//! opens what its scopes say, and with an agent behind it what that agent may do. Nothing is allowed by default: a verb
//! without a grant and a [`Tie`] without a claim refuse.

mod action;
mod scope;
mod table;
#[cfg(test)]
mod tests;

pub use action::Action;
pub use scope::{Scope, Scopes};

use super::Role;

/// How far a permission reaches; the larger one is the wider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grant {
    Never,
    /// Records they made, while those are drafts.
    Draft,
    /// Records they made.
    Author,
    /// Records that are given to them, directly or by team.
    Assignee,
    /// Records that are given to them, or to an agent, for which they answer.
    Answers,
    /// Records they made or that are given to them, and those on which an agent worked for which they answer.
    Own,
    /// Where the policy of the record's type says so.
    IfPolicy,
    /// Any record of the project.
    Any,
}

/// What somebody is to one record, as the feature that keeps the record knows. Nothing known is nothing granted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tie {
    /// They made it.
    pub is_author: bool,
    /// It is given to them, directly or by team.
    pub is_assignee: bool,
    pub is_draft: bool,
    pub is_agents: bool,
    /// They answer for an agent that works on it, or did.
    pub answers: bool,
    /// The policy of its type lets more people do this.
    pub policy_allows: bool,
}

impl Grant {
    /// Whether it reaches a record that somebody is tied to like this.
    pub fn reaches(self, tie: &Tie) -> bool {
        match self {
            Self::Never => false,
            Self::Draft => tie.is_author && tie.is_draft,
            Self::Author => tie.is_author,
            Self::Assignee => tie.is_assignee,
            Self::Answers => tie.is_assignee || tie.is_agents,
            Self::Own => tie.is_author || tie.is_assignee || tie.answers,
            Self::IfPolicy => tie.policy_allows,
            Self::Any => true,
        }
    }
}

/// As what somebody is looked up in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Role(Role),
    Operator,
    System,
}

impl Column {
    pub(super) fn grant(self, action: Action) -> Grant {
        let place = match self {
            Self::Role(role) => Role::ALL.iter().position(|one| *one == role),
            Self::Operator => Some(table::OPERATOR),
            Self::System => Some(table::SYSTEM),
        };
        place.and_then(|place| table::row(action).get(place).copied()).unwrap_or(Grant::Never)
    }
}

/// The furthest-reaching grant among some roles. An agent is held to the agent's column whatever else it was given.
pub fn may(roles: &[Role], action: Action) -> Grant {
    columns(roles).map(|column| column.grant(action)).max().unwrap_or(Grant::Never)
}

pub(super) fn columns(roles: &[Role]) -> impl Iterator<Item = Column> {
    let is_agent = roles.contains(&Role::Agent);
    roles.iter().filter(move |role| !is_agent || **role == Role::Agent).map(|role| Column::Role(*role))
}

/// The roles that have anything to say about a verb.
pub fn roles_for(action: Action) -> Vec<Role> {
    Role::ALL.into_iter().filter(|role| may(&[*role], action) != Grant::Never).collect()
}

/// The people who may, for a refusal: "its author or a supervisor". Agents are not named: nobody asks them.
pub fn people_for(action: Action) -> String {
    let mut words: Vec<String> = Vec::new();
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Agent) {
        let grant = may(&[role], action);
        let phrase = phrase(role, grant);
        words.extend(phrase.filter(|phrase| !words.contains(phrase)));
    }
    if words.is_empty() { "the operator of this server".to_owned() } else { words.join(" or ") }
}

/// The rule by which an agent is refused a verb: that programs sign, approve and judge nothing, or that the table grants it no
/// more than it does.
pub fn rule_of(action: Action) -> &'static str {
    match action {
        Action::Approve
        | Action::Complete
        | Action::ReturnForRework
        | Action::Verify
        | Action::Close
        | Action::CloseUnverified
        | Action::Attest
        | Action::Judge
        | Action::WeighStatement
        | Action::SubmitProcedure
        | Action::ApproveProcedure => "R20",
        _ => "R37",
    }
}

/// What would lift the refusal of a verb to an agent.
pub fn lift_of(action: Action) -> String {
    let people = people_for(action);
    if may(&[Role::Agent], action) > Grant::Never {
        return format!(
            "Work on what is given to you, or to the person who answers for you; else ask {people}."
        );
    }
    format!("Nothing lifts it for a program: ask {people}.")
}

fn phrase(role: Role, grant: Grant) -> Option<String> {
    let article = if role.as_str().starts_with('a') { "an" } else { "a" };
    let anyone = format!("{article} {}", role.as_str());
    Some(match grant {
        Grant::Never => return None,
        Grant::Draft => "its author while it is a draft".to_owned(),
        Grant::Author => "its author".to_owned(),
        Grant::Assignee => format!("the {} it is assigned to", role.as_str()),
        Grant::Answers => format!("{anyone} when it is assigned to them or to an agent"),
        Grant::Own => format!("the {} who wrote it or has it assigned", role.as_str()),
        Grant::IfPolicy => format!("{anyone} where its policy says so"),
        Grant::Any => anyone,
    })
}
