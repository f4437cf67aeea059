//! What was gathered, in the words of the order's history.

use super::blocks::hours;
use crate::order_pages::history::quoted;
use crate::work_orders::gathered::events::{PartAmount, Worked};
use crate::work_orders::gathered::{GatheredEvent, StopCause};
use crate::work_orders::model::{FileState, Order};

/// The event in words.
pub fn words(order: &Order, event: &GatheredEvent) -> String {
    let file = |id: &String| order.gathered.file(id).map_or("a file", |file| file.name.as_str()).to_owned();
    match event {
        GatheredEvent::FileAdded { name, digest, .. } => format!("added {name} (SHA-256 {})", digest.short()),
        GatheredEvent::FileWithdrawn { file: id, reason } => format!("took {} back: {reason}", file(id)),
        GatheredEvent::FileChecked { file: id, found } => match found {
            FileState::Whole => format!("had {} checked: it is whole again", file(id)),
            other => format!("had {} checked: evidence {}", file(id), other.as_str()),
        },
        GatheredEvent::PinPlaced { file: id, text, .. } => format!("pinned {} on {}", quoted(text), file(id)),
        GatheredEvent::PinRemoved { file: id, reason, .. } if reason.is_empty() => {
            format!("took a pin on {} back", file(id))
        }
        GatheredEvent::PinRemoved { file: id, reason, .. } => {
            format!("took a pin on {} back: {reason}", file(id))
        }
        GatheredEvent::TimerStarted { .. } => "started a timer".to_owned(),
        GatheredEvent::TimerStopped { cause, .. } => format!("stopped a timer{}", cause_words(*cause)),
        GatheredEvent::TimeLogged { worked, .. } => format!("wrote down {}", worked_words(worked)),
        GatheredEvent::TimeCorrected { worked, reason, .. } => {
            format!("corrected time to {}: {reason}", worked_words(worked))
        }
        GatheredEvent::PartPlanned { name, amount, reason, .. } => {
            let why = reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
            format!("planned {} of {name}{why}", amount_words(amount))
        }
        GatheredEvent::PartUsed { name, amount, .. } => format!("used {} of {name}", amount_words(amount)),
        GatheredEvent::PartUseCorrected { amount, reason, .. } => {
            format!("corrected a used part to {}: {reason}", amount_words(amount))
        }
        GatheredEvent::PeopleMentioned { people, .. } => {
            let names: Vec<&str> = people.iter().map(|one| one.name.as_str()).collect();
            format!("spoke to {}", names.join(", "))
        }
        GatheredEvent::QueuedEntrySetAside { said, .. } => {
            format!("set aside what a device had kept: {said}")
        }
    }
}

fn cause_words(cause: StopCause) -> &'static str {
    match cause {
        StopCause::Pressed => "",
        StopCause::OtherStarted => ": another one was started",
        StopCause::Hold => ": the order was put on hold",
        StopCause::Completed => ": the order was completed",
        StopCause::Signed => ": its owner signed",
        StopCause::HandedOver => ": the work was handed over",
        StopCause::ByAnother => " of somebody else",
    }
}

fn worked_words(worked: &Worked) -> String {
    hours(i64::from(worked.minutes) * 60)
}

pub(in crate::order_pages) fn amount_words(amount: &PartAmount) -> String {
    format!("{} {}", amount.quantity, amount.unit).trim().to_owned()
}
