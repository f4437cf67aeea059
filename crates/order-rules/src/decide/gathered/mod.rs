//! Decisions about what is gathered while the work is done. Who may: the same people who keep the log and bring evidence.

mod files;
mod parts;
mod pins;
mod time;

pub use files::NewFile;
pub(super) use time::stops;

use super::{Case, moves, record};
use crate::events::OrderEvent;
use crate::gathered::events::{PartAmount, Worked};
use crate::lifecycle::require_reason;
use crate::model::{FilePlace, Status};
use foundation::{Action, Error, Result, Timestamp};

/// Something somebody wants to add to what was gathered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gather {
    /// Files whose bytes are stored already.
    AddFiles {
        files: Vec<NewFile>,
        place: FilePlace,
        /// What they show; needed once the order is completed.
        description: String,
        /// The most files that an order may have.
        most: usize,
    },
    /// A comment with files.
    CommentWithFiles {
        text: String,
        files: Vec<NewFile>,
        /// The most files that an order may have.
        most: usize,
    },
    WithdrawFile {
        file: String,
        reason: String,
    },
    /// Pin a place on a picture.
    PlacePin {
        file: String,
        /// In ten-thousandths of the width, from the left.
        x: u16,
        /// In ten-thousandths of the height, from the top.
        y: u16,
        text: String,
    },
    RemovePin {
        pin: String,
        /// Why; needed for another's, and once the step is done.
        reason: String,
    },
    StartTimer,
    StopTimer,
    /// Stop the timer that an account left running.
    StopTimerOf {
        account: String,
    },
    LogTime {
        worked: Worked,
        now: Timestamp,
    },
    CorrectTime {
        entry: String,
        worked: Worked,
        reason: String,
        now: Timestamp,
    },
    /// Say how many of a planned part are wanted.
    PlanPart {
        part: String,
        amount: PartAmount,
        /// Why; needed once the plan is approved.
        reason: String,
    },
    UsePart {
        /// The entry of the plan that it is, if it is one.
        part: Option<String>,
        /// What it is called, where nobody planned it.
        name: String,
        amount: PartAmount,
    },
    CorrectPart {
        line: String,
        amount: PartAmount,
        reason: String,
    },
}

pub(super) fn decide(
    case: &Case<'_>,
    asked: Gather,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    match asked {
        Gather::AddFiles { files, place, description, most } => {
            files::add(case, files, place, description, most, new_id)
        }
        Gather::CommentWithFiles { text, files, most } => {
            let mut events = record::add_comment(case, text, new_id)?;
            if let Some(OrderEvent::CommentAdded { comment, .. }) = events.first() {
                let place = FilePlace::Comment(comment.clone());
                events.extend(files::with_comment(case, files, place, most)?);
            }
            Ok(events)
        }
        Gather::WithdrawFile { file, reason } => files::withdraw(case, file, reason),
        Gather::PlacePin { file, x, y, text } => pins::place(case, file, (x, y), &text, new_id),
        Gather::RemovePin { pin, reason } => pins::remove(case, pin, reason),
        Gather::StartTimer => time::start(case, new_id),
        Gather::StopTimer => time::stop(case),
        Gather::StopTimerOf { account } => time::stop_of(case, account),
        Gather::LogTime { worked, now } => time::log(case, worked, now, new_id),
        Gather::CorrectTime { entry, worked, reason, now } => {
            time::correct(case, entry, worked, reason, now, new_id)
        }
        Gather::PlanPart { part, amount, reason } => parts::plan(case, part, amount, reason, new_id),
        Gather::UsePart { part, name, amount } => parts::take(case, part, name, amount, new_id),
        Gather::CorrectPart { line, amount, reason } => parts::correct(case, line, amount, reason, new_id),
    }
}

/// Time and parts are written down by people who do the work.
fn check_writer(case: &Case<'_>) -> Result<()> {
    if !case.asker.is_person() {
        let refused = Error::forbidden(
            "Time and parts are written down by people. An agent's work shows in its traces.",
        );
        return Err(refused.by_rule("R37", "Ask the assignee or a supervisor to write it down."));
    }
    if case.may(Action::Log) {
        return Ok(());
    }
    Err(Error::forbidden(
        "Time and parts are written down by the assignee and by supervisors. A supervisor can assign the work to you.",
    ))
}

/// Time and parts belong to approved work, and after its completion are explained, in the words of the field that is named. Gives
/// the start that the first of them brings with it.
fn check_recording(case: &Case<'_>, words: &str, field: &str) -> Result<Option<OrderEvent>> {
    match case.order.status {
        Status::Approved => moves::start(case).map(Some),
        Status::Completed if require_reason(words, case.facts, "Write it down after completion").is_err() => {
            let least = case.facts.policy.min_reason;
            let why = "the work is completed: say here why it is written down only now";
            Err(Error::invalid(field, format!("{why}, in at least {least} characters")))
        }
        Status::InProgress | Status::OnHold | Status::Completed => Ok(None),
        Status::Draft | Status::Submitted => {
            Err(Error::refused("Nothing of this order is done yet: have it approved first."))
        }
        status => Err(Error::refused(format!(
            "This order is {}: its record stands. Reopen it first.",
            status.label().to_lowercase()
        ))),
    }
}
