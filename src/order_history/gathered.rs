//! What was gathered, in the words of the order's history.

use super::told::Around;
use super::words::{Told, quoted};
use crate::work_orders::gathered::events::{PartAmount, Worked};
use crate::work_orders::gathered::{GatheredEvent, StopCause};
use crate::work_orders::model::{FileState, OrderFile, PartLine, TimeEntry};

use super::text::hours;

/// What one event about files, time and parts says.
pub(super) fn told(around: Around<'_>, event: &GatheredEvent) -> Told {
    match event {
        GatheredEvent::FileAdded { name, digest, .. } => {
            Told::new(format!("added {name} (SHA-256 {})", digest.short())).values("", name.as_str())
        }
        GatheredEvent::FileWithdrawn { file: id, reason } => {
            let name = file_name(around, id);
            Told::new(format!("took {name} back")).values(name, "").because(reason)
        }
        GatheredEvent::FileChecked { file: id, found } => {
            let name = file_name(around, id);
            let old = file(around, id).map_or("", |file| file.state.as_str());
            let what = match found {
                FileState::Whole => format!("had {name} checked: it is whole again"),
                other => format!("had {name} checked: evidence {}", other.as_str()),
            };
            Told::new(what).values(old, found.as_str())
        }
        GatheredEvent::PinPlaced { file: id, text, .. } => {
            let name = file_name(around, id);
            Told::new(format!("pinned {} on {name}", quoted(text))).values("", text.as_str())
        }
        GatheredEvent::PinRemoved { pin, file: id, reason } => {
            let pins = file(around, id).map_or(&[][..], |file| file.pins.as_slice());
            let old = pins.iter().find(|it| it.id == *pin).map_or("", |it| it.text.as_str());
            Told::new(format!("took a pin on {} back", file_name(around, id))).values(old, "").because(reason)
        }
        GatheredEvent::PeopleMentioned { people, .. } => {
            let names = people.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", ");
            Told::new(format!("spoke to {names}")).values("", names)
        }
        GatheredEvent::QueuedEntrySetAside { said, .. } => {
            Told::new(format!("set aside what a device had kept: {said}"))
                .values(said.as_str(), "not recorded")
        }
        _ => time(around, event),
    }
}

fn time(around: Around<'_>, event: &GatheredEvent) -> Told {
    match event {
        GatheredEvent::TimerStarted { .. } => Told::new("started a timer").values("no timer", "a timer runs"),
        GatheredEvent::TimerStopped { timer, cause, .. } => {
            let running = around.before.gathered.timers.iter().find(|it| it.id == *timer);
            let old = running.map_or_else(String::new, |it| format!("the timer of {}", it.who.name));
            Told::new(format!("stopped a timer{}", cause_words(*cause))).values(old, "stopped")
        }
        GatheredEvent::TimeLogged { worked, .. } => {
            let new = worked_words(worked);
            Told::new(format!("wrote down {new}")).values("", new)
        }
        GatheredEvent::TimeCorrected { corrects, worked, reason, .. } => {
            let old = around.before.gathered.time.iter().find(|it| it.id == *corrects);
            let (old, new) = (old.map(entry_words).unwrap_or_default(), worked_words(worked));
            Told::new(format!("corrected time to {new}")).values(old, new).because(reason)
        }
        _ => parts(around, event),
    }
}

fn parts(around: Around<'_>, event: &GatheredEvent) -> Told {
    let gathered = &around.before.gathered;
    match event {
        GatheredEvent::PartPlanned { part, name, amount, reason, .. } => {
            let stands = |it: &&PartLine| it.part.as_ref() == Some(part) && it.superseded_by.is_none();
            let old = gathered.planned.iter().rfind(stands).map(line_words).unwrap_or_default();
            let what = format!("planned {} of {name}", amount_words(amount));
            Told::new(what).values(old, whole_words(amount)).because(reason.as_deref().unwrap_or_default())
        }
        GatheredEvent::PartUsed { name, amount, .. } => {
            let what = format!("used {} of {name}", amount_words(amount));
            Told::new(what).values("", whole_words(amount))
        }
        GatheredEvent::PartUseCorrected { corrects, amount, reason, .. } => {
            let old = gathered.used.iter().find(|it| it.id == *corrects);
            let what = format!("corrected a used part to {}", amount_words(amount));
            Told::new(what)
                .values(old.map(line_words).unwrap_or_default(), whole_words(amount))
                .because(reason)
        }
        other => Told::new(other.kind()),
    }
}

fn file<'a>(around: Around<'a>, id: &str) -> Option<&'a OrderFile> {
    around.before.gathered.file(id).or_else(|| around.last.gathered.file(id))
}

fn file_name<'a>(around: Around<'a>, id: &str) -> &'a str {
    file(around, id).map_or("a file", |file| file.name.as_str())
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

fn entry_words(entry: &TimeEntry) -> String {
    hours(entry.seconds())
}

/// `3 m` of something, as the plan or the record counts it.
pub fn amount_words(amount: &PartAmount) -> String {
    format!("{} {}", amount.quantity, amount.unit).trim().to_owned()
}

/// The same with what one costs and where it comes from.
fn whole_words(amount: &PartAmount) -> String {
    let cost = amount.unit_cost.map(|cost| format!("{cost} each"));
    let source = Some(amount.source.clone()).filter(|source| !source.is_empty());
    [Some(amount_words(amount)), cost, source].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn line_words(line: &PartLine) -> String {
    whole_words(&PartAmount {
        quantity: line.quantity,
        unit: line.unit.clone(),
        unit_cost: line.unit_cost,
        source: line.source.clone(),
    })
}
