//! What must hold before an order may move. Each guard refuses with what is missing and what to do.

use super::{MoveInput, Rule, approval, outcome};
use crate::facts::{Facts, RecordFacts};
use crate::left::goes_on_in;
use crate::model::{Item, Order, Priority, RelationKind, Status, Step, Transition};
use foundation::{Actor, ActorKind, Error, Result};

/// A condition of the life-cycle table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Guard {
    /// Title, type, priority, a step and a criterion are there.
    PlanComplete,
    /// Whoever approves a controlled type is not of its author's unit, nor of that of anybody who changed the plan since
    /// somebody else approved it.
    ApproverNotAuthor,
    AssigneeSet,
    /// No order that blocks it is open, unless a supervisor let it begin.
    NotBlocked,
    /// The assignee has read the present safety notes.
    SafetyRead,
    /// The same, when resuming into work.
    SafetyReadOnResume,
    /// The hold says which kind it is.
    HoldCodeGiven,
    /// A held order goes back to where it was.
    ResumesWhereItWas,
    NeverStarted,
    /// Nobody is signed on to the isolation.
    NobodySignedOn,
    /// The plan, where its type is controlled, was not changed since somebody approved it.
    PlanApproved,
    /// No required step is open.
    StepsSettled,
    /// "Achieved" is said only where no required step failed and required evidence is there.
    OutcomeEarned,
    /// Nobody of the reviewer's unit did any of the work or sent any of the traces.
    NotAPerformer,
    ClaimsJudged,
    ExceptionsAnswered,
    /// No evidence was altered or lost.
    EvidenceIntact,
    /// Policy lets this type close unverified.
    VerificationWaived,
    /// It was verified here and not only in a file.
    VerifiedHere,
    /// Whoever closes is not of the unit that verified, where policy asks.
    CloserNotVerifier,
    /// The order's own record is as it was logged.
    RecordVerifies,
    /// Nothing was begun, done or linked by hand that a cancellation would hide.
    NoActuals,
    /// What failed has a follow-up order.
    FailuresFollowedUp,
}

impl Guard {
    /// Refuses when the condition does not hold.
    pub fn check(
        self,
        order: &Order,
        to: Status,
        actor: &Actor,
        facts: &Facts,
        input: MoveInput<'_>,
    ) -> Result<()> {
        let fault = match self {
            Self::PlanComplete => plan_gap(order),
            Self::ApproverNotAuthor => self_approval(order, facts),
            Self::AssigneeSet => order.assignee.as_ref().is_none_or(|to| to.account.is_none()).then(|| {
                "Nobody is assigned. A supervisor assigns somebody first.".to_owned()
            }),
            Self::NotBlocked => blocked(order, facts),
            Self::SafetyRead => safety_gap(order, actor, Doing::Beginning),
            Self::SafetyReadOnResume => {
                (to == Status::InProgress).then(|| safety_gap(order, actor, Doing::Beginning)).flatten()
            }
            Self::HoldCodeGiven if input.hold.is_none() => {
                return Err(Error::invalid("hold", "say what is waited for: person, parts, access, credentials, safety, vendor or schedule"));
            }
            Self::HoldCodeGiven => None,
            Self::ResumesWhereItWas => wrong_resume(order, to),
            Self::NeverStarted => order.started.then(|| {
                "Work has begun, so the approval stands. A supervisor edits the plan with a reason instead.".to_owned()
            }),
            Self::OutcomeEarned => return outcome::check(order, facts, input.outcome),
            Self::NoActuals => actuals(order, facts),
            Self::PlanApproved => approval::missing(order, facts),
            Self::StepsSettled => open_steps(order),
            Self::NobodySignedOn => signed_on(order),
            Self::FailuresFollowedUp => left_alone(order, facts),
            Self::NotAPerformer
            | Self::ClaimsJudged
            | Self::ExceptionsAnswered
            | Self::EvidenceIntact
            | Self::VerificationWaived
            | Self::VerifiedHere
            | Self::CloserNotVerifier
            | Self::RecordVerifies => self.check_end(order, facts),
        };
        fault.map_or(Ok(()), |why| Err(Error::refused(why)))
    }

    /// The guards of verifying and closing.
    fn check_end(self, order: &Order, facts: &Facts) -> Option<String> {
        let evidence = &facts.evidence;
        match self {
            Self::NotAPerformer => self_review(order, facts),
            Self::ClaimsJudged => {
                counted(evidence.claims_open, "claim", "without a verdict: judge it in the review queue")
            }
            Self::ExceptionsAnswered => counted(
                evidence.exceptions_open,
                "exception",
                "without a disposition: answer it with a reason",
            ),
            Self::EvidenceIntact => counted(
                evidence.altered,
                "piece of evidence",
                "altered or missing: return the order for rework",
            ),
            Self::VerificationWaived => (!facts.policy.verification_waived).then(|| {
                "Orders of this type must be verified before they are closed. Ask an auditor.".to_owned()
            }),
            Self::VerifiedHere => unverified(order),
            Self::CloserNotVerifier => verifier_closes(order, facts),
            _ => broken_record(&facts.record),
        }
    }
}

/// Of several targets of one row, the one that fits the order's past.
pub(super) fn target_fits(rule: &Rule, order: &Order, to: Status) -> bool {
    rule.id != Transition::Resume || wrong_resume(order, to).is_none()
}

/// What a plan lacks before it can be submitted; none where it lacks nothing.
pub fn plan_gap(order: &Order) -> Option<String> {
    let gaps = [
        (order.title.trim().is_empty(), "a title"),
        (order.order_type.trim().is_empty(), "a type"),
        (order.priority == Priority::None, "a priority"),
        (order.steps.is_empty(), "at least one step"),
        (order.criteria.is_empty(), "at least one completion criterion"),
    ];
    let missing: Vec<String> =
        gaps.iter().filter(|(gap, _)| *gap).map(|(_, name)| (*name).to_owned()).collect();
    listed(&missing, "The plan still needs ", ".")
}

fn self_approval(order: &Order, facts: &Facts) -> Option<String> {
    let unit = &facts.people.unit;
    let keeper = order.made_from.as_ref().and_then(|from| Some(&from.schedule.as_ref()?.keeper));
    let says = if keeper.is_some_and(|keeper| unit.contains(&keeper.id)) {
        "This type is controlled: whoever set up the schedule that made this order, or an account that counts as one with \
         them, cannot approve it. Ask another supervisor."
    } else if order.author().is_some_and(|author| unit.contains(&author.id)) {
        "This type is controlled: its author, or an account that counts as one with them, cannot approve it. \
         Ask another supervisor."
    } else if approval::planned(order, unit) {
        "This type is controlled: whoever changed its plan since somebody else approved it, or an account that counts as one \
         with them, cannot approve it. Ask another supervisor."
    } else {
        return None;
    };
    facts.policy.controlled.then(|| says.to_owned())
}

fn blocked(order: &Order, facts: &Facts) -> Option<String> {
    let blocks = order.relations.iter().filter(|it| {
        it.kind == RelationKind::BlockedBy && it.passed.is_none() && facts.blockers.contains(&it.order)
    });
    let numbers: Vec<String> = blocks.map(|it| it.number.to_string()).collect();
    listed(
        &numbers,
        "Blocked by ",
        ", which is not done. A supervisor can let this order begin, with a reason.",
    )
}

/// What is about to be done while safety notes are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Work begins, or goes on after a hold.
    Beginning,
    /// Something is ticked, answered or marked.
    Working,
}

/// R39, asked wherever it holds: who has to read the present safety notes first, in words; none where they are read.
///
/// Whoever has the work reads them before it begins, before it goes on, and before they do anything in it themselves, also where
/// it was handed to them under way; a program that works for them goes by what they read. Where no account has it, whoever acts
/// does. Somebody who does another's work as themselves is asked only for what changed since they read it.
pub fn safety_gap(order: &Order, actor: &Actor, doing: Doing) -> Option<String> {
    let safety = &order.safety;
    if safety.notes.is_empty() {
        return None;
    }
    let is_unread = |account: &&str| !safety.is_acknowledged_by(account);
    let is_working = doing == Doing::Working;
    let assigned = order.assignee.as_ref().and_then(|assignee| assignee.account.as_deref());
    let is_anothers = assigned.is_some_and(|account| account != actor.id);
    let acts_for_themselves = is_working && actor.kind == ActorKind::Human && is_anothers;
    let has_read_some = safety.acknowledgements.iter().any(|it| it.by.is(&actor.id));
    let own = Some(actor.id.as_str()).filter(|account| is_working && has_read_some && is_unread(account));
    let holder = Some(assigned.unwrap_or(&actor.id)).filter(|_| !acts_for_themselves).filter(is_unread);
    let reader = own.or(holder)?;
    let named = order.assignee.as_ref().map_or("the assignee", |assignee| assignee.name.as_str());
    let who = if reader == actor.id { "you" } else { named };
    Some(format!(
        "The safety notes (version {}) are not acknowledged by {who}. Read and acknowledge them first.",
        safety.version
    ))
}

fn wrong_resume(order: &Order, to: Status) -> Option<String> {
    let right = if order.started { Status::InProgress } else { Status::Approved };
    (to != right).then(|| format!("This order was held before and resumes to {}.", right.label()))
}

fn open_steps(order: &Order) -> Option<String> {
    let open = order.steps.iter().filter(|step| step.required && step.is_open());
    let claimed: Vec<String> = open.clone().flat_map(only_claimed).map(|text| format!("“{text}”")).collect();
    let claimed = listed(&claimed, " Only a file says that this is done: ", ". Confirm it or undo it.");
    listed(
        &titles(open),
        "Required steps are still open: ",
        &format!(". Do them, or mark them not applicable with a reason.{}", claimed.unwrap_or_default()),
    )
}

/// What a step waits for although a file says that it is done: nobody here vouches for it.
fn only_claimed(step: &Step) -> Vec<&str> {
    if step.items.is_empty() && step.ticks.is_unattested() {
        return vec![step.title.as_str()];
    }
    let any_required = step.asked_items().any(|item| item.required);
    let needed = step.asked_items().filter(|item| item.required || !any_required);
    needed
        .filter(|item| !item.is_settled() && item.ticks.is_unattested())
        .map(|it| it.text.as_str())
        .collect()
}

fn signed_on(order: &Order) -> Option<String> {
    let names: Vec<String> = order.isolation.signed_on().map(|entry| entry.who.name.clone()).collect();
    listed(
        &names,
        "Still signed on to the isolation: ",
        ". Each signs off themselves; for whoever cannot, a supervisor does, with a reason.",
    )
}

/// A failed step is settled, and somebody goes on with it: a follow-up that was cancelled goes on with nothing.
fn left_alone(order: &Order, facts: &Facts) -> Option<String> {
    let is_followed = |part: &str| goes_on_in(order, facts, part).is_some();
    let failed =
        order.steps.iter().filter(|step| step.has_failed() && !step.not_asked && !is_followed(&step.id));
    let mut names = titles(failed);
    // A follow-up of the whole step is one of what failed in it.
    let items = order
        .failed_items()
        .filter(|(step, item)| !step.has_failed() && !is_followed(&item.id) && !is_followed(&step.id));
    names.extend(items.map(|(step, item)| named(step, item)));
    listed(
        &names,
        "Failed and without a follow-up order: ",
        ". Open one where it failed, or take the answer back.",
    )
}

/// Steps as people name them: place and title, or the title alone where it has a number of its own.
pub(super) fn titles<'a>(steps: impl Iterator<Item = &'a Step>) -> Vec<String> {
    let named = |step: &Step| {
        if step.numbers_itself() { step.title.clone() } else { format!("{} {}", step.position, step.title) }
    };
    steps.map(named).collect()
}

/// An item as people name it: its own number and its words.
pub(super) fn named(step: &Step, item: &Item) -> String {
    let place = step.items.iter().position(|it| it.id == item.id).map_or(0, |at| at + 1);
    format!("{}.{place} {}", step.position, item.text)
}

fn self_review(order: &Order, facts: &Facts) -> Option<String> {
    let unit = &facts.people.unit;
    if unit.contains_any(order.doers()) {
        return Some(
            "You, or an account that counts as one with you, did part of this work, so you cannot review it. \
             Ask another auditor."
                .to_owned(),
        );
    }
    unit.contains_any(facts.evidence.senders.iter().map(String::as_str)).then(|| {
        "The evidence is your own traces, or those of an account that counts as one with you, so you cannot \
         review it. Ask another auditor."
            .to_owned()
    })
}

fn unverified(order: &Order) -> Option<String> {
    let here = order.transitions.last().is_some_and(|last| last.id == Transition::Verify);
    (!here)
        .then(|| "Only a file says that this was verified. Reopen it and have it verified here.".to_owned())
}

fn verifier_closes(order: &Order, facts: &Facts) -> Option<String> {
    let verifier = order.transitions.iter().rev().find(|it| it.id == Transition::Verify);
    let same = verifier.is_some_and(|it| facts.people.unit.contains(&it.by.id));
    (facts.policy.closer_not_verifier && same).then(|| {
        "You, or an account that counts as one with you, verified this order; policy asks that somebody else \
         closes it."
            .to_owned()
    })
}

fn broken_record(record: &RecordFacts) -> Option<String> {
    match record {
        RecordFacts::Whole => None,
        RecordFacts::Broken(what) => Some(format!(
            "The ledger does not verify for this order: {what}. Nothing can be closed until that is explained."
        )),
        RecordFacts::NotAsked => Some(
            "The record of this order was not checked against the ledger. Nothing is closed unchecked."
                .to_owned(),
        ),
    }
}

/// A start, a tick or mark, and a trace that somebody linked are work. What a rule linked as it came in is not: the order
/// may never have been begun.
fn actuals(order: &Order, facts: &Facts) -> Option<String> {
    let end = "then complete it as partly or not achieved";
    let way = match (order.status, order.started) {
        (Status::Draft, _) => format!("Submit it, have it approved and started, {end}"),
        (Status::Submitted, _) => format!("Have it approved and started, {end}"),
        (Status::OnHold, true) => format!("Resume it, {end}"),
        (Status::OnHold, false) => format!("Resume and start it, {end}"),
        _ => format!("Start it, {end}"),
    };
    if order.has_progress() {
        return Some(format!("Work is recorded on this order, so it cannot be cancelled. {way}."));
    }
    if order.gathered.has_actuals() {
        return Some(format!(
            "Time, parts or files are recorded on this order, so it cannot be cancelled. {way}."
        ));
    }
    if order.started {
        return Some(format!("Work has begun, so this order cannot be cancelled. {way}."));
    }
    facts.evidence.linked_by_hand.then(|| {
        format!(
            "Somebody linked a trace to this order by hand, so it cannot be cancelled. {way}; or take that link away if it \
             does not belong here."
        )
    })
}

pub(super) fn listed(names: &[String], before: &str, after: &str) -> Option<String> {
    (!names.is_empty()).then(|| format!("{before}{}{after}", names.join(", ")))
}

fn counted(number: u32, noun: &str, rest: &str) -> Option<String> {
    let (noun, rest) = match number {
        1 => (noun.to_owned(), rest.to_owned()),
        _ if noun.starts_with("piece ") => (noun.replacen("piece", "pieces", 1), rest.to_owned()),
        _ => (format!("{noun}s"), rest.replace(" it ", " them ")),
    };
    (number > 0).then(|| format!("{number} {noun} {rest}."))
}
