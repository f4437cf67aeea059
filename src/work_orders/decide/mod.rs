//! Commands decided into events, or refused. Pure: time, ids and other features' facts are arguments.
//!
//! The order of checks is the same everywhere: does it exist and is it not final, may this actor, does the
//! state allow it, is the input right.

mod create;
mod import;
mod moves;
mod plan;
mod record;
#[cfg(test)]
mod tests;
mod ticks;

use super::events::OrderEvent;
use super::facts::Facts;
use super::lifecycle;
use super::model::{
    Assignee, HoldCode, LogKind, Materiality, Order, OrderNumber, Outcome, Plan, Status, StepState, Target,
};
use crate::foundation::{Action, Asker, Digest, Error, Result, Timestamp};

/// Something somebody wants to happen to a work order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Write a new draft.
    Create {
        /// The new order's id.
        id: String,
        /// Its number, taken from the year's sequence.
        number: OrderNumber,
        /// The plan; empty ids are filled.
        plan: Box<Plan>,
        /// Whom it is given to; only a supervisor may say so.
        assignee: Option<Assignee>,
    },
    /// Take over an order read from a file.
    Import {
        /// The order as parsed; its number must be given.
        order: Box<Order>,
        /// SHA-256 of the file's bytes.
        source: Digest,
        /// The file's name, if known.
        file: Option<String>,
    },
    /// Replace the plan; what keeps its id keeps its ticks.
    EditPlan {
        /// The whole new plan; empty ids are filled.
        plan: Box<Plan>,
        /// Why; needed once work has begun.
        reason: String,
        /// The version the editor saw.
        expected_version: Option<i64>,
    },
    /// Give the work to somebody, or to nobody.
    Assign {
        /// Whom.
        assignee: Option<Assignee>,
    },
    /// Tick an item, a step without items or a criterion.
    Tick {
        /// What.
        target: Target,
    },
    /// Take a tick back.
    Undo {
        /// What was ticked.
        target: Target,
        /// Why; needed for somebody else's tick and once the step is done.
        reason: String,
    },
    /// Vouch for an imported tick.
    Attest {
        /// What was ticked.
        target: Target,
        /// What the attester knows and how.
        note: String,
    },
    /// Mark a step failed, flagged or not applicable; `Open` takes the mark away.
    MarkStep {
        /// Which step.
        step: String,
        /// The mark with its reason.
        state: StepState,
        /// Why, when a mark is taken away.
        reason: String,
    },
    /// Add to the work log.
    AddLog {
        /// The entry's heading.
        title: String,
        /// What happened.
        lines: Vec<String>,
        /// What sort of entry it is; guessed from the title when not said.
        kind: Option<LogKind>,
        /// The entry it corrects.
        corrects: Option<String>,
    },
    /// Comment.
    AddComment {
        /// The text.
        text: String,
    },
    /// Say that the safety notes have been read.
    AcknowledgeSafety {
        /// The version that was shown.
        version: u32,
    },
    /// Move it to another state.
    Transition {
        /// Which state.
        to: Status,
        /// Why; for completing, the resolution.
        reason: String,
        /// The code of a hold.
        hold: Option<HoldCode>,
        /// How the work ended, for completing.
        outcome: Option<Outcome>,
        /// The version the actor saw.
        expected_version: Option<i64>,
    },
    /// Set how much a claim weighs.
    SetMateriality {
        /// Whose claim.
        target: Target,
        /// The weight.
        materiality: Materiality,
    },
}

/// What every decision looks at.
struct Case<'a> {
    order: &'a Order,
    asker: &'a Asker,
    facts: &'a Facts,
    at: Timestamp,
}

/// Decides a command: the events that happen, or a refusal that says what, why and what to do.
pub fn decide(
    order: &Order,
    command: Command,
    asker: &Asker,
    facts: &Facts,
    at: Timestamp,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    let case = Case { order, asker, facts, at };
    match command {
        Command::Create { id, number, plan, assignee } => {
            create::create(&case, id, number, *plan, assignee, new_id)
        }
        Command::Import { order, source, file } => import::import(&case, *order, source, file, new_id),
        other => {
            case.check_writable()?;
            decide_existing(&case, other, new_id)
        }
    }
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
        Command::SetMateriality { target, materiality } => plan::set_materiality(case, target, materiality),
        Command::Tick { target } => ticks::tick(case, &target, new_id),
        Command::Undo { target, reason } => ticks::undo(case, &target, reason),
        Command::Attest { target, note } => ticks::attest(case, target, note),
        Command::MarkStep { step, state, reason } => ticks::mark(case, &step, state, reason),
        Command::AddLog { title, lines, kind, corrects } => {
            record::add_log(case, title, lines, kind, corrects, new_id)
        }
        Command::AddComment { text } => record::add_comment(case, text, new_id),
        Command::AcknowledgeSafety { version } => record::acknowledge(case, version),
        Command::Transition { to, reason, hold, outcome, expected_version } => {
            case.check_version(expected_version)?;
            moves::transition(case, to, reason, hold, outcome)
        }
        Command::Create { .. } | Command::Import { .. } => Ok(Vec::new()),
    }
}

impl Case<'_> {
    /// Whether the table lets the asker do this to this order.
    fn may(&self, action: Action) -> bool {
        self.asker.may_for(action, &lifecycle::tie_knowing(self.order, &self.asker.actor, self.facts))
    }

    /// Everything but the two commands that make an order needs one that is there and not final.
    fn check_writable(&self) -> Result<()> {
        if !self.order.exists() {
            return Err(Error::not_found("the work order"));
        }
        if self.order.status.is_final() {
            return Err(Error::refused(format!(
                "{} is {}: that is final. Open a linked follow-up order instead.",
                self.order.number,
                self.order.status.label().to_lowercase()
            )));
        }
        Ok(())
    }

    fn check_version(&self, expected: Option<i64>) -> Result<()> {
        match expected {
            Some(expected) if expected != self.order.version => Err(Error::Conflict {
                what: self.order.number.to_string().into(),
                expected,
                found: self.order.version,
            }),
            _ => Ok(()),
        }
    }
}
