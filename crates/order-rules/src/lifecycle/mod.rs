//! The life cycle as one table: who may move an order from where to where, on which conditions.
//!
//! Closed and cancelled are final. Agents and the system never take a row that signs, approves, verifies
//! or closes, whatever roles their account holds. An order that a schedule makes begins as far on as the rules of its type
//! let it (`decide::scheduled`), which is no row taken: what asks for a signature or for somebody apart waits for a person. Each refusal says what is missing and what to do.

mod approval;
mod duties;
mod guards;
mod outcome;
mod sent_back;
#[cfg(test)]
mod tests;

pub use approval::{awaits_approval, may_renew, planned, renewal};
pub use duties::{tie, tie_knowing, tie_over_agents};
pub use guards::{Doing, Guard, plan_gap, safety_gap};
pub use outcome::{bars_achieved, lacking};
pub use sent_back::{sent_back, sent_back_words};

use super::facts::Facts;
use super::model::{HoldCode, Meaning, Order, Outcome, Status, Transition};
use Status::{Approved, Cancelled, Closed, Completed, Draft, InProgress, OnHold, Submitted, Verified};
use foundation::{Action, Asker, Error, Grant, Result, Role, permission};

/// One row: from, to, who, guards, reason, signature.
#[derive(Debug)]
pub struct Rule {
    pub id: Transition,
    /// The words on the button.
    pub verb: &'static str,
    /// The states it leaves.
    pub from: &'static [Status],
    /// The states it may reach.
    pub to: &'static [Status],
    /// The verb that the permission table is asked about.
    pub action: Action,
    /// What must hold; all of them.
    pub guards: &'static [Guard],
    pub reason: bool,
    /// Whether it is signed, and what that means.
    pub signature: Option<Meaning>,
}

/// What somebody who moves an order gives with the move.
#[derive(Clone, Copy, Debug)]
pub struct MoveInput<'a> {
    pub reason: &'a str,
    pub hold: Option<HoldCode>,
    /// How the work ended, for completing.
    pub outcome: Outcome,
    /// The password was given again for this move and is right, so that a signature may be made.
    pub is_confirmed: bool,
}

/// A move offered to somebody on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub id: Transition,
    /// The words on the button.
    pub verb: &'static str,
    pub to: Status,
    pub needs_reason: bool,
    /// Whether it is signed, and what that means.
    pub signature: Option<Meaning>,
    /// Why it cannot be done yet; none when it can.
    pub blocked: Option<String>,
    /// Everything that stands in the way.
    pub blockers: Vec<(Guard, String)>,
}

/// The whole life cycle.
#[rustfmt::skip]
pub const RULES: [Rule; 14] = [
    Rule { id: Transition::Submit, verb: "Submit for approval", from: &[Draft], to: &[Submitted], action: Action::Submit,
        guards: &[Guard::PlanComplete], reason: false, signature: None },
    Rule { id: Transition::ReturnToDraft, verb: "Return to draft", from: &[Submitted], to: &[Draft], action: Action::ReturnPlan,
        guards: &[], reason: true, signature: None },
    Rule { id: Transition::Approve, verb: "Approve and sign", from: &[Submitted], to: &[Approved], action: Action::Approve,
        guards: &[Guard::PlanComplete, Guard::ApproverNotAuthor], reason: false, signature: Some(Meaning::Approval) },
    Rule { id: Transition::Start, verb: "Start", from: &[Approved], to: &[InProgress], action: Action::Run,
        guards: &[Guard::AssigneeSet, Guard::NotBlocked, Guard::SafetyRead], reason: false, signature: None },
    Rule { id: Transition::Hold, verb: "Put on hold", from: &[Approved, InProgress], to: &[OnHold], action: Action::Run,
        guards: &[Guard::HoldCodeGiven], reason: true, signature: None },
    Rule { id: Transition::Resume, verb: "Resume", from: &[OnHold], to: &[InProgress, Approved], action: Action::Run,
        guards: &[Guard::ResumesWhereItWas, Guard::SafetyReadOnResume], reason: false, signature: None },
    Rule { id: Transition::TakeBack, verb: "Take back for a plan change", from: &[Approved], to: &[Submitted], action: Action::ReturnPlan,
        guards: &[Guard::NeverStarted], reason: true, signature: None },
    Rule { id: Transition::Complete, verb: "Complete and sign", from: &[InProgress], to: &[Completed], action: Action::Complete,
        guards: &[Guard::NobodySignedOn, Guard::StepsSettled, Guard::PlanApproved, Guard::FailuresFollowedUp, Guard::OutcomeEarned], reason: false, signature: Some(Meaning::Performed) },
    Rule { id: Transition::ReturnForRework, verb: "Return for rework", from: &[Completed], to: &[InProgress], action: Action::ReturnForRework,
        guards: &[], reason: true, signature: None },
    Rule { id: Transition::Verify, verb: "Verify and sign", from: &[Completed], to: &[Verified], action: Action::Verify,
        guards: &[Guard::NotAPerformer, Guard::ClaimsJudged, Guard::ExceptionsAnswered, Guard::EvidenceIntact],
        reason: false, signature: Some(Meaning::Reviewed) },
    Rule { id: Transition::CloseUnverified, verb: "Close without verification", from: &[Completed], to: &[Closed], action: Action::CloseUnverified,
        guards: &[Guard::VerificationWaived, Guard::RecordVerifies], reason: false, signature: Some(Meaning::Approved) },
    Rule { id: Transition::Close, verb: "Close and sign", from: &[Verified], to: &[Closed], action: Action::Close,
        guards: &[Guard::VerifiedHere, Guard::CloserNotVerifier, Guard::ExceptionsAnswered, Guard::RecordVerifies], reason: false, signature: Some(Meaning::Approved) },
    Rule { id: Transition::Reopen, verb: "Reopen", from: &[Verified], to: &[InProgress], action: Action::Reopen,
        guards: &[], reason: true, signature: None },
    Rule { id: Transition::Cancel, verb: "Cancel", from: &[Draft, Submitted, Approved, OnHold], to: &[Cancelled], action: Action::Cancel,
        guards: &[Guard::NoActuals], reason: true, signature: None },
];

/// The verbs of all rows, for the routes.
pub const MOVES: [Action; 11] = [
    Action::Submit,
    Action::ReturnPlan,
    Action::Approve,
    Action::Run,
    Action::Complete,
    Action::ReturnForRework,
    Action::Verify,
    Action::Close,
    Action::CloseUnverified,
    Action::Reopen,
    Action::Cancel,
];

/// Moves that ask for nothing: neither a reason nor a signature nor a code. Several orders may be moved so at once.
pub fn plain_moves() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().filter(|rule| !rule.reason && rule.signature.is_none())
}

impl Rule {
    /// Whether agents may take this row: only the everyday ones of an assigned order.
    pub fn open_to_agents(&self) -> bool {
        permission::may(&[Role::Agent], self.action) > Grant::Never
    }
}

impl Rule {
    /// What a signature on it means, where the policy of the type asks for one.
    pub fn signature_under(&self, facts: &Facts) -> Option<Meaning> {
        let is_waived = self.id == Transition::Approve && !facts.policy.approval_signed;
        self.signature.filter(|_| !is_waived)
    }
}

/// The row that leads from one state to another, if there is one.
pub fn rule_for(from: Status, to: Status) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.from.contains(&from) && rule.to.contains(&to))
}

/// The row that leads on from where the order is. What is signed is no program's, wherever the order is.
fn row_to(order: &Order, to: Status, asker: &Asker) -> Result<&'static Rule> {
    let row = rule_for(order.status, to);
    let is_signed = || RULES.iter().any(|rule| rule.to.contains(&to) && rule.signature.is_some());
    if row.is_none() && !asker.is_person() && is_signed() {
        return Err(duties::for_people(to.label()));
    }
    row.ok_or_else(|| no_way(order.status, to))
}

/// Whether any move from this state asks that the order's record is as it was logged.
pub fn asks_for_record(from: Status) -> bool {
    RULES.iter().any(|rule| rule.from.contains(&from) && rule.guards.contains(&Guard::RecordVerifies))
}

/// Whether this actor may move the order to `to` now; the row taken, or a refusal that says what is missing.
pub fn check(
    order: &Order,
    to: Status,
    asker: &Asker,
    facts: &Facts,
    input: MoveInput<'_>,
) -> Result<&'static Rule> {
    let rule = row_to(order, to, asker)?;
    duties::check(rule, order, asker, facts)?;
    check_reason(rule, facts, input)?;
    for guard in rule.guards {
        guard.check(order, to, &asker.actor, facts, input)?;
    }
    if rule.signature_under(facts).is_some() && !input.is_confirmed {
        return Err(Error::refused(format!("To {} you must sign: give your password again.", rule.verb)));
    }
    Ok(rule)
}

/// The one move to `to`, with what still stands in the way; refused whoever may not take it.
pub fn offer_of(order: &Order, to: Status, asker: &Asker, facts: &Facts) -> Result<Offer> {
    let rule = row_to(order, to, asker)?;
    duties::check(rule, order, asker, facts)?;
    Ok(offer(rule, to, order, asker, facts))
}

/// What this actor is offered, with what still stands in the way.
pub fn legal_targets(order: &Order, asker: &Asker, facts: &Facts) -> Vec<Offer> {
    let leaving = RULES.iter().filter(|rule| rule.from.contains(&order.status));
    let open = leaving.filter(|rule| duties::check(rule, order, asker, facts).is_ok());
    let pairs = open.flat_map(|rule| rule.to.iter().map(move |to| (rule, *to)));
    let fitting = pairs.filter(|(rule, to)| guards::target_fits(rule, order, *to));
    fitting.map(|(rule, to)| offer(rule, to, order, asker, facts)).collect()
}

/// What the way on waits for, for somebody who is offered none: who may go it, and what the order lacks for it.
pub fn waits_for(order: &Order, asker: &Asker, facts: &Facts) -> Vec<String> {
    // The ways that need a reason lead back, aside or to an early end.
    let Some(rule) = RULES.iter().find(|rule| rule.from.contains(&order.status) && !rule.reason) else {
        return Vec::new();
    };
    let duty = duties::check(rule, order, asker, facts).err().map(|why| why.to_string());
    let to = rule.to.iter().copied().find(|to| guards::target_fits(rule, order, *to));
    let lacks = to.map(|to| offer(rule, to, order, asker, facts).blockers).unwrap_or_default();
    duty.into_iter().chain(lacks.into_iter().map(|(_, why)| why)).collect()
}

fn offer(rule: &Rule, to: Status, order: &Order, asker: &Asker, facts: &Facts) -> Offer {
    // What the form asks for does not block the button.
    let input = MoveInput {
        reason: "",
        hold: Some(HoldCode::Person),
        outcome: Outcome::NotAchieved,
        is_confirmed: true,
    };
    let refusal = |guard: &Guard| guard.check(order, to, &asker.actor, facts, input).err();
    let refused = rule.guards.iter().filter_map(|guard| Some((*guard, refusal(guard)?.to_string())));
    let blockers: Vec<(Guard, String)> = refused.collect();
    let blocked = blockers.first().map(|(_, why)| why.clone());
    let signature = rule.signature_under(facts);
    let verb = if signature.is_none() && rule.id == Transition::Approve { "Approve" } else { rule.verb };
    Offer { id: rule.id, verb, to, needs_reason: rule.reason, signature, blocked, blockers }
}

fn check_reason(rule: &Rule, facts: &Facts, input: MoveInput<'_>) -> Result<()> {
    if rule.reason { require_reason(input.reason, facts, rule.verb) } else { Ok(()) }
}

/// Refuses a reason that is missing or shorter than policy asks.
pub fn require_reason(reason: &str, facts: &Facts, what: &str) -> Result<()> {
    let least = facts.policy.min_reason;
    if reason.trim().chars().count() >= usize::from(least) {
        return Ok(());
    }
    Err(Error::invalid("reason", format!("\"{what}\" needs a reason of at least {least} characters")))
}

fn no_way(from: Status, to: Status) -> Error {
    let from_label = from.label();
    if from.is_final() {
        return Error::refused(format!(
            "This work order is {}: that is final. Open a linked follow-up order instead.",
            from_label.to_lowercase()
        ));
    }
    let ways: Vec<&str> = RULES
        .iter()
        .filter(|rule| rule.from.contains(&from))
        .flat_map(|rule| rule.to)
        .map(|to| to.label())
        .collect();
    let why = if from == to {
        format!("It is {} already.", from_label.to_lowercase())
    } else {
        format!("There is no way from {from_label} to {}.", to.label())
    };
    Error::refused(format!("{why} From here it can go to: {}.", ways.join(", ")))
}
