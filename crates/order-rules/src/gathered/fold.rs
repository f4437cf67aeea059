//! What was gathered, folded into the order. Like all folding it never refuses.

use super::events::{GatheredEvent, PartAmount, Worked};
use crate::fold::EventMeta;
use crate::model::{Gathered, Mention, OrderFile, PartLine, Pin, TimeEntry, Timer, Undone, Who};

/// Lets one event happen; says whether it was work of whoever did it.
pub(crate) fn apply(gathered: &mut Gathered, event: &GatheredEvent, meta: &EventMeta) -> bool {
    match event {
        GatheredEvent::FileAdded { .. }
        | GatheredEvent::FileWithdrawn { .. }
        | GatheredEvent::FileChecked { .. }
        | GatheredEvent::PinPlaced { .. }
        | GatheredEvent::PinRemoved { .. } => apply_file(gathered, event, meta),
        GatheredEvent::PeopleMentioned { entry, people } => {
            let mentions = people.iter().map(|one| Mention {
                entry: entry.clone(),
                account: one.account.clone(),
                name: one.name.clone(),
                words: one.words.clone(),
            });
            gathered.mentions.extend(mentions);
            false
        }
        GatheredEvent::PartPlanned { .. } => apply_part(gathered, event, meta),
        GatheredEvent::PartUsed { .. } | GatheredEvent::PartUseCorrected { .. } => {
            apply_part(gathered, event, meta);
            true
        }
        _ => apply_time(gathered, event, meta),
    }
}

fn apply_file(gathered: &mut Gathered, event: &GatheredEvent, meta: &EventMeta) -> bool {
    match event {
        GatheredEvent::FileAdded { file, place, name, media_type, size, digest, description, picture } => {
            gathered.files.push(OrderFile {
                id: file.clone(),
                place: place.clone(),
                name: name.clone(),
                media_type: media_type.clone(),
                size: *size,
                digest: *digest,
                description: description.clone(),
                picture: *picture,
                by: meta.who(),
                at: meta.at,
                state: crate::model::FileState::Whole,
                withdrawn: None,
                pins: Vec::new(),
            });
        }
        GatheredEvent::FileWithdrawn { file, reason } => {
            if let Some(found) = gathered.files.iter_mut().find(|it| it.id == *file) {
                found.withdrawn = Some(Undone { by: meta.who(), at: meta.at, reason: reason.clone() });
            }
        }
        GatheredEvent::FileChecked { file, found } => {
            if let Some(known) = gathered.files.iter_mut().find(|it| it.id == *file) {
                known.state = *found;
            }
        }
        GatheredEvent::PinPlaced { pin, file, x, y, text } => {
            if let Some(known) = gathered.files.iter_mut().find(|it| it.id == *file) {
                known.pins.push(Pin {
                    id: pin.clone(),
                    x: *x,
                    y: *y,
                    text: text.clone(),
                    by: meta.who(),
                    at: meta.at,
                    removed: None,
                });
            }
        }
        GatheredEvent::PinRemoved { pin, reason, .. } => {
            let mut pins = gathered.files.iter_mut().flat_map(|file| &mut file.pins);
            if let Some(known) = pins.find(|it| it.id == *pin) {
                known.removed = Some(Undone { by: meta.who(), at: meta.at, reason: reason.clone() });
            }
        }
        _ => {}
    }
    false
}

fn apply_time(gathered: &mut Gathered, event: &GatheredEvent, meta: &EventMeta) -> bool {
    match event {
        GatheredEvent::TimerStarted { timer } => {
            gathered.timers.push(Timer { id: timer.clone(), who: meta.who(), since: meta.at });
        }
        GatheredEvent::TimerStopped { timer, .. } => stop(gathered, timer, meta),
        GatheredEvent::TimeLogged { entry, worked } => {
            let new = entry_of(entry, meta.who(), worked, meta);
            gathered.time.push(new);
        }
        GatheredEvent::TimeCorrected { entry, corrects, worked, reason } => {
            let Some(old) = gathered.time.iter_mut().find(|it| it.id == *corrects) else { return false };
            old.superseded_by = Some(entry.clone());
            let who = old.who.clone();
            let (corrects, reason) = (Some(corrects.clone()), reason.clone());
            gathered.time.push(TimeEntry { corrects, reason, ..entry_of(entry, who, worked, meta) });
            // Whoever mends another's entry did not work themselves.
            return false;
        }
        _ => return false,
    }
    matches!(event, GatheredEvent::TimerStarted { .. } | GatheredEvent::TimeLogged { .. })
}

fn stop(gathered: &mut Gathered, timer: &str, meta: &EventMeta) {
    let Some(place) = gathered.timers.iter().position(|it| it.id == timer) else { return };
    let Timer { id, who, since } = gathered.timers.remove(place);
    let minutes = u32::try_from(meta.at.micros_since(since) / 60_000_000).unwrap_or_default();
    let worked = Worked { minutes, from: Some(since), until: Some(meta.at), ..Worked::default() };
    gathered.time.push(TimeEntry { is_timed: true, ..entry_of(&id, who, &worked, meta) });
}

fn entry_of(id: &str, who: Who, worked: &Worked, meta: &EventMeta) -> TimeEntry {
    TimeEntry {
        id: id.to_owned(),
        who,
        minutes: worked.minutes,
        from: worked.from,
        until: worked.until,
        day: worked.day.clone(),
        note: worked.note.clone(),
        is_timed: false,
        by: meta.who(),
        at: meta.at,
        corrects: None,
        reason: String::new(),
        superseded_by: None,
    }
}

fn apply_part(gathered: &mut Gathered, event: &GatheredEvent, meta: &EventMeta) -> bool {
    match event {
        GatheredEvent::PartPlanned { line, part, name, amount, .. } => {
            for old in gathered.planned.iter_mut().filter(|it| it.part.as_ref() == Some(part)) {
                old.superseded_by.get_or_insert_with(|| line.clone());
            }
            let new = line_of(line, Some(part.clone()), name, amount, meta);
            gathered.planned.push(new);
        }
        GatheredEvent::PartUsed { line, part, name, amount } => {
            let new = line_of(line, part.clone(), name, amount, meta);
            gathered.used.push(new);
        }
        GatheredEvent::PartUseCorrected { line, corrects, amount, reason } => {
            let Some(old) = gathered.used.iter_mut().find(|it| it.id == *corrects) else { return false };
            old.superseded_by = Some(line.clone());
            let (part, name) = (old.part.clone(), old.name.clone());
            let (corrects, reason) = (Some(corrects.clone()), reason.clone());
            gathered.used.push(PartLine { corrects, reason, ..line_of(line, part, &name, amount, meta) });
        }
        _ => {}
    }
    false
}

fn line_of(id: &str, part: Option<String>, name: &str, amount: &PartAmount, meta: &EventMeta) -> PartLine {
    PartLine {
        id: id.to_owned(),
        part,
        name: name.to_owned(),
        quantity: amount.quantity,
        unit: amount.unit.clone(),
        unit_cost: amount.unit_cost,
        source: amount.source.clone(),
        by: meta.who(),
        at: meta.at,
        corrects: None,
        reason: String::new(),
        superseded_by: None,
    }
}
