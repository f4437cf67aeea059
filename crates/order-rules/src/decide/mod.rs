//! Commands decided into events, or refused. Pure: time, ids and other features' facts are arguments.
//!
//! The order of checks is the same everywhere: does it exist and is it not final, may this actor, does the
//! state allow it, is the input right.

mod amend;
mod answers;
mod approval;
mod carried;
mod create;
mod delegation;
mod gathered;
mod hand_over;
mod import;
mod isolation;
mod moves;
mod plan;
mod record;
mod relations;
mod scheduled;
mod split;
#[cfg(test)]
mod tests;
mod ticks;
mod verbs;

pub use carried::carried;
pub use create::check_plan;
pub use delegation::{Delegate, LEASE_DEFAULT, LEASE_LEAST, LEASE_MOST, NewDecision, NewQuestion, may_act};
pub use gathered::{Gather, NewFile};
pub use hand_over::{Receiver, check_no_reviewer};
pub use plan::needs_reason;
pub use relations::check_other_end;
pub use scheduled::{Scheduled, begin_scheduled};
pub use split::stays;
pub use verbs::verb_of;

use super::events::OrderEvent;
use super::facts::Facts;
use super::lifecycle;
use super::model::{
    Assignee, HoldCode, LogKind, Materiality, Order, OrderNumber, Outcome, Plan, RelationKind, SigningMethod,
    Status, StepState, Target,
};
use foundation::{Action, Asker, Digest, Error, Result, Timestamp};

/// An order that is to come to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewOrder {
    Create {
        id: String,
        /// Its number, taken from the year's sequence.
        number: OrderNumber,
        /// The plan; empty ids are filled.
        plan: Box<Plan>,
        /// Whom it is given to; only a supervisor may say so.
        assignee: Option<Assignee>,
    },
    Import {
        /// The order as parsed; its number must be given.
        order: Box<Order>,
        /// SHA-256 of the file's bytes.
        source: Digest,
        /// The file's name, if known.
        file: Option<String>,
        /// The number is the file's own.
        own_number: bool,
    },
}

/// Something somebody wants to happen to a work order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Replace the plan; what keeps its id keeps its ticks.
    EditPlan {
        /// The whole new plan; empty ids are filled.
        plan: Box<Plan>,
        /// Why; needed once the plan is approved.
        reason: String,
        /// The version the editor saw.
        expected_version: Option<i64>,
    },
    /// Give the work to somebody, or to nobody.
    Assign {
        assignee: Option<Assignee>,
    },
    /// Hand the work on to somebody else, with whatever whoever has it left running.
    HandOver {
        /// The account that has it.
        from: String,
        to: Box<Receiver>,
        reason: String,
    },
    /// Tick an item, a step without items or a criterion.
    Tick {
        target: Target,
    },
    /// Answer an item that asks for more than a tick, or say that one failed.
    Answer {
        item: String,
        /// As typed or pressed: `pass`, `3.2`, words.
        given: String,
        /// What is said about it; needed where a tick failed.
        note: String,
    },
    /// Say from the page of an asset that one is there, which answers an item that asks for a scan.
    Arrive {
        item: String,
        /// The code of the asset whose page it is.
        code: String,
    },
    /// Sign an item that asks for a signature.
    SignItem {
        item: String,
        /// What is said about it; may be empty.
        note: String,
        proof: Option<Proof>,
        /// The version the signer saw.
        expected_version: Option<i64>,
    },
    /// Say that an item does not apply.
    SkipItem {
        item: String,
        reason: String,
    },
    /// Say that it applies after all.
    TakeUpItem {
        item: String,
        /// Why; needed where another set it aside.
        reason: String,
    },
    /// Take a tick back.
    Undo {
        target: Target,
        /// Why; needed for somebody else's tick and once the step is done.
        reason: String,
    },
    /// Vouch for an imported tick.
    Attest {
        target: Target,
        /// What the attester knows and how.
        note: String,
    },
    /// Mark a step failed, flagged or not applicable; `Open` takes the mark away.
    MarkStep {
        step: String,
        state: StepState,
        /// Why, when a mark is taken away.
        reason: String,
    },
    /// Add to the record of an order that has ended.
    Amend {
        about: Option<Target>,
        text: String,
        /// Why it is said now.
        reason: String,
    },
    /// Say how it hangs together with another order.
    Relate {
        kind: RelationKind,
        /// The other order's id.
        order: String,
        number: OrderNumber,
    },
    Unrelate {
        kind: RelationKind,
        order: String,
    },
    /// Move steps without a record to an order that comes to be in the same transaction.
    Split {
        /// The plan without them.
        rest: Box<Plan>,
        /// The ids of the blocks that go.
        moved: Vec<String>,
        /// The other order's id.
        order: String,
        number: OrderNumber,
        /// Why; needed once the plan is approved.
        reason: String,
    },
    /// Let it begin although another order blocks it.
    PassBlock {
        order: String,
        reason: String,
    },
    /// Sign on to the isolation.
    SignOn,
    /// Sign an account off it.
    SignOff {
        account: String,
        /// Why; needed where it is not one's own.
        reason: String,
    },
    /// Let work go on past a checkpoint that is not done.
    Release {
        target: Target,
        reason: String,
    },
    AddLog {
        title: String,
        lines: Vec<String>,
        /// What sort of entry it is; guessed from the title when not said.
        kind: Option<LogKind>,
        corrects: Option<String>,
    },
    AddComment {
        text: String,
    },
    /// Say that the safety notes have been read.
    AcknowledgeSafety {
        /// The version that was shown.
        version: u32,
    },
    Move(MoveTo),
    /// Approve a plan that was changed since it was approved.
    RenewApproval {
        /// A remark; may be empty.
        note: String,
        proof: Option<Proof>,
        /// The version the approver saw.
        expected_version: Option<i64>,
    },
    /// Files, time, parts.
    Gather(Gather),
    /// Agents, questions, decisions.
    Delegate(Delegate),
    /// Set how much a claim weighs.
    SetMateriality {
        target: Target,
        materiality: Materiality,
    },
}

/// A move to another state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveTo {
    pub to: Status,
    /// Why; for completing, the resolution.
    pub reason: String,
    pub hold: Option<HoldCode>,
    /// How the work ended, for completing.
    pub outcome: Option<Outcome>,
    /// The actor has just proven who they are, so that a signature may be made.
    pub proof: Option<Proof>,
    /// The version the actor saw.
    pub expected_version: Option<i64>,
}

/// How the signer proved who they are, and what of the order they saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    pub method: SigningMethod,
    /// The code of the signer's account.
    pub code: String,
    /// The hash of what the order holds at this version.
    pub content: Digest,
    /// How many points were shown as not as planned; none where the signer saw no page.
    pub points: Option<usize>,
}

impl Proof {
    /// Stands in for a proof where it is only asked whether something could be signed; nothing of it is stored.
    pub fn in_a_dry_run() -> Self {
        let (method, content) = (SigningMethod::Password, Digest::of(b""));
        Self { method, code: String::new(), content, points: None }
    }
}

/// What a decision about an order looks at.
struct Case<'a> {
    order: &'a Order,
    asker: &'a Asker,
    facts: &'a Facts,
}

/// Decides on an order that is to come to be.
pub fn begin(
    new: NewOrder,
    asker: &Asker,
    at: Timestamp,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    match new {
        NewOrder::Create { id, number, plan, assignee } => {
            create::create(asker, id, number, *plan, assignee, new_id)
        }
        NewOrder::Import { order, source, file, own_number } => {
            import::import(asker, import::Taken { order: *order, source, file, own_number }, at, new_id)
        }
    }
}

/// Decides a command: the events that happen, or a refusal that says what, why and what to do.
pub fn decide(
    order: &Order,
    command: Command,
    asker: &Asker,
    facts: &Facts,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    let case = Case { order, asker, facts };
    case.check_exists()?;
    let verb = verb_of(order, &command, asker.id());
    decide_claimed(&case, command, new_id).map_err(|refused| verbs::explained(&case, verb, refused))
}

/// Whether somebody may change the plan now, whatever they would change; else the refusal says why.
pub fn check_may_edit(order: &Order, asker: &Asker, facts: &Facts) -> Result<()> {
    let case = Case { order, asker, facts };
    case.check_exists()?;
    let nothing = Command::EditPlan { plan: Box::default(), reason: String::new(), expected_version: None };
    let may = case.check_writable().and_then(|()| {
        delegation::before(&case, &nothing)?;
        plan::check_editor(&case)
    });
    may.map_err(|refused| verbs::explained(&case, Action::EditPlan, refused))
}

/// What an agent does, it does under a claim; the claim comes first.
fn decide_claimed(
    case: &Case<'_>,
    command: Command,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    if !matches!(command, Command::Amend { .. }) {
        case.check_writable()?;
    }
    let claim = delegation::before(case, &command)?;
    let decided = decide_existing(case, command, new_id)?;
    // Whatever changes nothing claims nothing.
    Ok(if decided.is_empty() { decided } else { claim.into_iter().chain(decided).collect() })
}

fn decide_existing(
    case: &Case<'_>,
    command: Command,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    match command {
        Command::EditPlan { plan, reason, expected_version } => {
            case.check_version(expected_version)?;
            plan::edit(case, *plan, reason, new_id)
        }
        Command::Assign { assignee } => plan::assign(case, assignee),
        Command::HandOver { from, to, reason } => hand_over::hand_over(case, &from, *to, reason),
        Command::SetMateriality { target, materiality } => plan::set_materiality(case, target, materiality),
        Command::Tick { target } => ticks::tick(case, &target, new_id),
        Command::Answer { item, given, note } => answers::answer(case, item, &given, note, new_id),
        Command::Arrive { item, code } => answers::arrive(case, item, &code, new_id),
        Command::SignItem { item, note, proof, expected_version } => {
            case.check_version(expected_version)?;
            answers::sign(case, item, note, proof, new_id)
        }
        Command::SkipItem { item, reason } => answers::skip(case, item, reason),
        Command::TakeUpItem { item, reason } => answers::take_up(case, item, reason),
        Command::Undo { target, reason } => ticks::undo(case, &target, reason),
        Command::Attest { target, note } => ticks::attest(case, target, note),
        Command::MarkStep { step, state, reason } => ticks::mark(case, &step, state, reason),
        Command::Amend { about, text, reason } => amend::amend(case, about, text, reason, new_id),
        Command::Relate { kind, order, number } => relations::relate(case, kind, order, number),
        Command::Unrelate { kind, order } => relations::unrelate(case, kind, order),
        Command::Split { rest, moved, order, number, reason } => {
            split::split(case, *rest, &moved, order, number, reason)
        }
        Command::PassBlock { order, reason } => relations::pass(case, order, reason),
        Command::SignOn => isolation::sign_on(case),
        Command::SignOff { account, reason } => isolation::sign_off(case, account, reason),
        Command::Release { target, reason } => ticks::release(case, target, reason),
        Command::AddLog { title, lines, kind, corrects } => {
            record::add_log(case, title, lines, kind, corrects, new_id)
        }
        Command::AddComment { text } => record::add_comment(case, text, new_id),
        Command::AcknowledgeSafety { version } => record::acknowledge(case, version),
        Command::Gather(asked) => gathered::decide(case, asked, new_id),
        Command::Delegate(asked) => delegation::decide(case, asked, new_id),
        Command::RenewApproval { note, proof, expected_version } => {
            case.check_version(expected_version)?;
            approval::renew(case, note, proof)
        }
        Command::Move(asked) => {
            case.check_version(asked.expected_version)?;
            moves::transition(case, asked)
        }
    }
}

impl Case<'_> {
    /// Whether the table lets the asker do this to this order.
    fn may(&self, action: Action) -> bool {
        self.asker.may_for(action, &lifecycle::tie_knowing(self.order, &self.asker.actor, self.facts))
    }

    /// A command needs an order that is there.
    fn check_exists(&self) -> Result<()> {
        if self.order.exists() { Ok(()) } else { Err(Error::not_found("the work order")) }
    }

    /// All but an amendment need one that is not final.
    fn check_writable(&self) -> Result<()> {
        if self.order.status.is_final() {
            let refused = Error::refused(format!(
                "{} is {}: that is final. Open a linked follow-up order instead.",
                self.order.number,
                self.order.status.label().to_lowercase()
            ));
            return Err(refused.by_rule("R32", "Nothing lifts it: the work goes on in a follow-up order."));
        }
        Ok(())
    }

    /// What somebody verified stands as they looked at it: a change would take their signature away and leave the order closable.
    fn check_not_verified(&self) -> Result<()> {
        if self.order.status != Status::Verified {
            return Ok(());
        }
        Err(Error::refused(
            "This order is verified: its record stands. A supervisor reopens it first, or write an entry of the log beside it.",
        ))
    }

    fn check_version(&self, expected: Option<i64>) -> Result<()> {
        match expected {
            Some(expected) if self.order.has_moved_on(expected) => Err(Error::Conflict {
                what: self.order.number.to_string().into(),
                expected,
                found: self.order.version,
            }),
            _ => Ok(()),
        }
    }
}
