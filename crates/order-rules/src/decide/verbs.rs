//! Which verb of the permission table a command is, and how an agent is refused: with the rule, and with what would lift it.

use super::delegation::Delegate;
use super::{Case, Command, Gather};
use crate::lifecycle::RULES;
use crate::model::{Order, Status, StepState, Target};
use foundation::permission::{lift_of, people_for, rule_of};
use foundation::{Action, Error, Grant};

/// The verb that the table is asked about, for this actor.
pub fn verb_of(order: &Order, command: &Command, account: &str) -> Action {
    match command {
        Command::EditPlan { .. }
        | Command::Split { .. }
        | Command::Relate { .. }
        | Command::Unrelate { .. } => Action::EditPlan,
        Command::Assign { .. } | Command::HandOver { .. } => Action::Assign,
        Command::SkipItem { .. } | Command::MarkStep { state: StepState::NotApplicable { .. }, .. } => {
            Action::SkipStep
        }
        Command::Tick { .. }
        | Command::Answer { .. }
        | Command::Arrive { .. }
        | Command::SignOn
        | Command::MarkStep { .. } => Action::Tick,
        // What is signed is signed as performed.
        Command::SignItem { .. } => Action::Complete,
        Command::TakeUpItem { item, .. } => {
            let skipped = order.item(item).and_then(|(_, item)| item.skipped.as_ref());
            own_or_others(skipped.is_none_or(|it| it.by.is(account)))
        }
        Command::Undo { target, .. } => own_or_others(is_own_tick(order, target, account)),
        Command::Attest { .. } => Action::Attest,
        Command::Amend { .. } => Action::Amend,
        Command::SignOff { account: whose, .. } if whose == account => Action::Tick,
        Command::PassBlock { .. } | Command::Release { .. } | Command::SignOff { .. } => Action::LetPass,
        Command::AddLog { .. } => Action::Log,
        Command::AddComment { .. } => Action::Comment,
        Command::AcknowledgeSafety { .. } => Action::AcknowledgeSafety,
        Command::Move(asked) => verb_of_move(order.status, asked.to),
        Command::RenewApproval { .. } => Action::Approve,
        Command::Gather(asked) => verb_of_gathering(asked, account),
        Command::Delegate(asked) => verb_of_delegation(asked),
        Command::SetMateriality { .. } => Action::SetWeight,
    }
}

fn own_or_others(is_own: bool) -> Action {
    if is_own { Action::UndoOwnTick } else { Action::UndoOthersTick }
}

fn is_own_tick(order: &Order, target: &Target, account: &str) -> bool {
    let standing = order.ticks(target).and_then(|ticks| ticks.current());
    standing.is_none_or(|tick| tick.by.as_ref().is_some_and(|by| by.is(account)))
}

/// The row of the life cycle; where none leads there from here, any that leads there.
fn verb_of_move(from: Status, to: Status) -> Action {
    let leads = |from: Option<Status>| {
        RULES.iter().find(|rule| rule.to.contains(&to) && from.is_none_or(|from| rule.from.contains(&from)))
    };
    leads(Some(from)).or_else(|| leads(None)).map_or(Action::Run, |rule| rule.action)
}

fn verb_of_gathering(asked: &Gather, account: &str) -> Action {
    match asked {
        Gather::AddFiles { .. }
        | Gather::WithdrawFile { .. }
        | Gather::PlacePin { .. }
        | Gather::RemovePin { .. } => Action::AddEvidence,
        Gather::CommentWithFiles { .. } => Action::Comment,
        Gather::StopTimerOf { account: whose } if whose != account => Action::UndoOthersTick,
        Gather::PlanPart { .. } => Action::EditPlan,
        _ => Action::Log,
    }
}

fn verb_of_delegation(asked: &Delegate) -> Action {
    match asked {
        Delegate::ClaimWork { .. } | Delegate::Heartbeat | Delegate::ReleaseClaim { .. } => Action::ClaimWork,
        Delegate::StopAgent { .. } | Delegate::LiftStop { .. } => Action::StopAgent,
        Delegate::AnswerQuestion { .. } => Action::AnswerQuestion,
        Delegate::AskPerson(_) | Delegate::WithdrawQuestion { .. } | Delegate::RecordDecision(_) => {
            Action::Log
        }
    }
}

/// A refusal of whoever is no person, with the rule that it follows from where the table is the reason.
pub(super) fn explained(case: &Case<'_>, verb: Action, refused: Error) -> Error {
    if case.asker.is_person() || refused.refusal().is_some() {
        return refused;
    }
    let is_never = case.asker.may(verb) == Grant::Never;
    match refused {
        Error::Refused(_) | Error::Forbidden(_) if is_never => refused.by_rule(rule_of(verb), lift_of(verb)),
        Error::Forbidden(_) => refused.by_rule(rule_of(verb), lift_of(verb)),
        // Whatever else is wrong with it: it would not be taken if it were right.
        Error::Invalid(_) | Error::Conflict { .. } if is_never => {
            let (what, people) = (verb.words(), people_for(verb));
            let refused = Error::forbidden(format!("a program may not do this: {what} is for {people}"));
            refused.by_rule(rule_of(verb), lift_of(verb))
        }
        other => other,
    }
}
