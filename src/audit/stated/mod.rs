//! Claims that people state from the words of a trace: what they are at a moment, who may weigh and withdraw them.
//!
//! Rules: a statement weighs nothing until a reviewer gives it weight, so that nobody raises a score by saying more. A
//! reviewer is an auditor or a supervisor, a person, whose unit neither stated it nor worked on the order nor sent its traces. Weight is given, and
//! a statement withdrawn by its author, before the first verdict and never after. Everything here is pure.

pub mod reads;

use crate::foundation::{Action, Asker, Error, Result, Tie};
use crate::ledger::Event;
use crate::people::units::Unit;
use crate::work_orders::model::Who;

use super::claims::Claim;
use super::events::{AuditEvent, Quote, Statement};
use super::model::{ClaimSource, Materiality};

/// A stated claim as it was at some moment, with the words it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    pub claim: Claim,
    pub quote: Quote,
}

/// What is known about a statement when somebody wants to weigh or withdraw it.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Account id of who stated it.
    pub author: String,
    /// Accounts that performed any part of the order, have it assigned, or sent any of its traces.
    pub performers: Vec<String>,
    /// Accounts that count as one with whoever asks, themselves included.
    pub unit: Unit,
    pub is_judged: bool,
    pub is_withdrawn: bool,
    /// The order is closed or cancelled.
    pub is_final: bool,
}

/// Whether this person may say how much the statement matters.
pub fn may_weigh(asker: &Asker, facts: &Facts) -> Result<()> {
    if asker.must(Action::WeighStatement).is_err() {
        return Err(Error::forbidden(
            "how much a stated claim matters is set by an auditor or a supervisor; ask one",
        ));
    }
    let involved = facts.performers.iter().chain([&facts.author]).map(String::as_str);
    if facts.unit.contains_any(involved) {
        return Err(Error::forbidden(
            "you, or an account that counts as one with you, stated this, worked on its order or sent its traces, so another auditor \
             or supervisor sets its importance",
        ));
    }
    is_open(facts, "its importance stands")
}

/// Whether this account may take the statement back.
pub fn may_withdraw(asker: &Asker, facts: &Facts) -> Result<()> {
    let tie = Tie { is_author: asker.id() == facts.author, ..Tie::default() };
    if !asker.may_for(Action::WithdrawStatement, &tie) {
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
        unclaimed: false,
        withdrawn_at: None,
    };
    Stated { claim, quote: statement.quote }
}

/// What these events of one order state, oldest first; erased ones say nothing.
pub fn fold(events: &[Event]) -> Result<Vec<Stated>> {
    let mut stated: Vec<Stated> = Vec::new();
    for event in events.iter().filter(|event| event.body.is_some()) {
        match AuditEvent::from_json(&event.kind, event.json())? {
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
    use crate::foundation::{Actor, ActorKind, ProjectKey, Role};

    fn who(id: &str, kind: ActorKind, role: Role) -> Asker {
        let actor = Actor { id: id.to_owned(), kind, ..Actor::system() };
        Asker::account(actor, ProjectKey(1), vec![role])
    }

    fn person(id: &str, role: Role) -> Asker {
        who(id, ActorKind::Human, role)
    }

    /// What is known when `who` asks.
    fn facts(who: &str) -> Facts {
        Facts {
            author: "tim".to_owned(),
            performers: vec!["tim".to_owned(), "pat".to_owned()],
            unit: Unit::of(who, [("bea", "pat")]),
            is_judged: false,
            is_withdrawn: false,
            is_final: false,
        }
    }

    #[test]
    fn only_a_reviewer_apart_from_the_work_weighs_and_only_before_a_verdict() {
        let (fine, ann) = (facts("ann"), || person("ann", Role::Auditor));
        for (asker, facts, allowed) in [
            (ann(), fine.clone(), true),
            (person("sue", Role::Supervisor), facts("sue"), true),
            (person("ann", Role::Technician), fine.clone(), false),
            (who("ann", ActorKind::Agent, Role::Auditor), fine.clone(), false),
            (person("tim", Role::Auditor), facts("tim"), false),
            (person("pat", Role::Auditor), facts("pat"), false),
            (person("bea", Role::Auditor), facts("bea"), false),
            (ann(), Facts { is_judged: true, ..fine.clone() }, false),
            (ann(), Facts { is_withdrawn: true, ..fine.clone() }, false),
            (ann(), Facts { is_final: true, ..fine.clone() }, false),
        ] {
            assert_eq!(may_weigh(&asker, &facts).is_ok(), allowed, "{asker:?} {facts:?}");
        }
    }

    #[test]
    fn only_its_author_withdraws_a_statement_and_only_before_a_verdict() {
        let (fine, author) = (facts("tim"), || person("tim", Role::Technician));
        for (asker, facts, allowed) in [
            (author(), fine.clone(), true),
            (who("tim", ActorKind::Agent, Role::Agent), fine.clone(), true),
            (person("tim", Role::Viewer), fine.clone(), false),
            (person("ann", Role::Auditor), fine.clone(), false),
            (person("pat", Role::Technician), fine.clone(), false),
            (author(), Facts { is_judged: true, ..fine.clone() }, false),
            (author(), Facts { is_withdrawn: true, ..fine.clone() }, false),
            (author(), Facts { is_final: true, ..fine.clone() }, false),
        ] {
            assert_eq!(may_withdraw(&asker, &facts).is_ok(), allowed, "{asker:?} {facts:?}");
        }
    }
}
