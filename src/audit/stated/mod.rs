//! Claims that people state from the words of a trace: what they are at a moment, who may weigh and withdraw them.
//!
//! Rules: a statement weighs nothing until a reviewer gives it weight, so that nobody raises a score by saying more. A
//! reviewer is an auditor or a supervisor, a person, who neither stated it nor worked on the order. Weight is given, and
//! a statement withdrawn by its author, before the first verdict and never after. Everything here is pure.

pub mod reads;

use crate::foundation::{ActorKind, Error, Result};
use crate::ledger::Event;
use crate::work_orders::model::Who;

use super::claims::Claim;
use super::events::{AuditEvent, Quote, Statement};
use super::model::{ClaimSource, Materiality};

/// A stated claim as it was at some moment, with the words it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// The claim.
    pub claim: Claim,
    /// Verbatim words of a stored body.
    pub quote: Quote,
}

/// Who wants to weigh or withdraw.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// Account id.
    pub id: &'a str,
    /// Person, agent or system.
    pub kind: ActorKind,
    /// Holds the auditor's or the supervisor's role in this project.
    pub is_reviewer: bool,
}

/// What is known about a statement when somebody wants to weigh or withdraw it.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Account id of who stated it.
    pub author: String,
    /// Accounts that performed any part of the order, or have it assigned.
    pub performers: Vec<String>,
    /// Somebody gave a verdict on it.
    pub is_judged: bool,
    /// Its author took it back.
    pub is_withdrawn: bool,
    /// The order is closed or cancelled.
    pub is_final: bool,
}

/// Whether this person may say how much the statement matters.
pub fn may_weigh(who: &Asker<'_>, facts: &Facts) -> Result<()> {
    if who.kind != ActorKind::Human || !who.is_reviewer {
        return Err(Error::forbidden(
            "how much a stated claim matters is set by an auditor or a supervisor; ask one",
        ));
    }
    if who.id == facts.author || facts.performers.iter().any(|id| id == who.id) {
        return Err(Error::forbidden(
            "you stated this or worked on its order, so another auditor or supervisor sets its importance",
        ));
    }
    is_open(facts, "its importance stands")
}

/// Whether this account may take the statement back.
pub fn may_withdraw(who: &Asker<'_>, facts: &Facts) -> Result<()> {
    if who.id != facts.author {
        return Err(Error::forbidden(
            "a statement is withdrawn by its author only; an auditor may refute it",
        ));
    }
    is_open(facts, "it stays on record")
}

fn is_open(facts: &Facts, so: &str) -> Result<()> {
    let closed = if facts.is_withdrawn {
        "this claim was withdrawn; state it again if it holds after all".to_owned()
    } else if facts.is_judged {
        format!("this claim already has a verdict, so {so}")
    } else if facts.is_final {
        format!("the order is closed, so {so}")
    } else {
        return Ok(());
    };
    Err(Error::refused(closed))
}

/// The claim that a statement makes in the event that records it.
pub fn claim_of(event: &Event, statement: Statement) -> Stated {
    let author = Who { id: event.actor.clone(), kind: event.actor_kind, name: event.actor_name().to_owned() };
    let claim = Claim {
        id: statement.id,
        target: statement.target,
        source: ClaimSource::Statement,
        place: statement.place,
        statement: statement.text,
        context: String::new(),
        materiality: statement.materiality.k(),
        author: Some(author),
        made_at: Some(event.at),
        unattested: false,
        withdrawn_at: None,
    };
    Stated { claim, quote: statement.quote }
}

/// What these events of one order state, oldest first; erased ones say nothing.
pub fn fold(events: &[Event]) -> Result<Vec<Stated>> {
    let mut stated: Vec<Stated> = Vec::new();
    for event in events.iter().filter(|event| event.body.is_some()) {
        match AuditEvent::from_json(&event.kind, event.data())? {
            AuditEvent::ClaimStated { claim } => stated.push(claim_of(event, *claim)),
            AuditEvent::ClaimWeighed { claim, to, .. } => weigh(&mut stated, &claim, to),
            AuditEvent::ClaimWithdrawn { claim } => {
                let taken_back = stated.iter_mut().filter(|one| one.claim.id == claim);
                taken_back.for_each(|one| one.claim.withdrawn_at = Some(event.at));
            }
            _ => {}
        }
    }
    Ok(stated)
}

fn weigh(stated: &mut [Stated], claim: &str, to: Materiality) {
    stated.iter_mut().filter(|one| one.claim.id == claim).for_each(|one| one.claim.materiality = to.k());
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHO: Asker<'_> = Asker { id: "ann", kind: ActorKind::Human, is_reviewer: true };

    fn facts() -> Facts {
        Facts {
            author: "tim".to_owned(),
            performers: vec!["tim".to_owned(), "pat".to_owned()],
            ..Facts::default()
        }
    }

    #[test]
    fn only_a_reviewer_apart_from_the_work_weighs_and_only_before_a_verdict() {
        let fine = facts();
        for (who, facts, allowed) in [
            (WHO, fine.clone(), true),
            (Asker { is_reviewer: false, ..WHO }, fine.clone(), false),
            (Asker { kind: ActorKind::Agent, ..WHO }, fine.clone(), false),
            (Asker { id: "tim", ..WHO }, fine.clone(), false),
            (Asker { id: "pat", ..WHO }, fine.clone(), false),
            (WHO, Facts { is_judged: true, ..fine.clone() }, false),
            (WHO, Facts { is_withdrawn: true, ..fine.clone() }, false),
            (WHO, Facts { is_final: true, ..fine.clone() }, false),
        ] {
            assert_eq!(may_weigh(&who, &facts).is_ok(), allowed, "{who:?} {facts:?}");
        }
    }

    #[test]
    fn only_its_author_withdraws_a_statement_and_only_before_a_verdict() {
        let (fine, author) = (facts(), Asker { id: "tim", is_reviewer: false, ..WHO });
        for (who, facts, allowed) in [
            (author, fine.clone(), true),
            (Asker { kind: ActorKind::Agent, ..author }, fine.clone(), true),
            (WHO, fine.clone(), false),
            (Asker { id: "pat", ..author }, fine.clone(), false),
            (author, Facts { is_judged: true, ..fine.clone() }, false),
            (author, Facts { is_withdrawn: true, ..fine.clone() }, false),
            (author, Facts { is_final: true, ..fine.clone() }, false),
        ] {
            assert_eq!(may_withdraw(&who, &facts).is_ok(), allowed, "{who:?} {facts:?}");
        }
    }
}
