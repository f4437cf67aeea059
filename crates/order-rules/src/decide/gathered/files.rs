//! Files and photos: brought as evidence of a part, or with a comment; taken back only by a record that says why.

use super::Case;
use crate::decide::answers;
use crate::events::OrderEvent;
use crate::gathered::GatheredEvent;
use crate::lifecycle::require_reason;
use crate::model::{FilePlace, Order, Picture, limits};
use foundation::{Action, Digest, Error, Result};

/// A file whose bytes are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    pub id: String,
    /// Cleaned.
    pub name: String,
    /// As told from its bytes.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    pub digest: Digest,
    pub picture: Option<Picture>,
}

pub(super) fn add(
    case: &Case<'_>,
    files: Vec<NewFile>,
    place: FilePlace,
    description: String,
    most: usize,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    if !case.may(Action::AddEvidence) {
        return Err(Error::forbidden(
            "Files are brought by the author, the people who work on the order, supervisors and auditors.",
        ));
    }
    check_place(case.order, &place)?;
    limits::check(&serde_json::json!({ "description": description }))?;
    if case.order.status.is_done() {
        require_reason(&description, case.facts, "Add a file after completion")?;
    }
    let has_photo = files.iter().any(|file| answers::is_photo(&file.media_type));
    let added = added(case, files, &place, &description, most)?;
    let FilePlace::Item(item) = &place else { return Ok(added) };
    // Whoever may not answer now brings evidence all the same.
    let answer =
        if has_photo { answers::by_photo(case, item, new_id).unwrap_or_default() } else { Vec::new() };
    Ok(added.into_iter().chain(answer).collect())
}

pub(super) fn with_comment(
    case: &Case<'_>,
    files: Vec<NewFile>,
    place: FilePlace,
    most: usize,
) -> Result<Vec<OrderEvent>> {
    if files.is_empty() { Ok(Vec::new()) } else { added(case, files, &place, "", most) }
}

fn added(
    case: &Case<'_>,
    files: Vec<NewFile>,
    place: &FilePlace,
    description: &str,
    most: usize,
) -> Result<Vec<OrderEvent>> {
    if files.is_empty() {
        return Err(Error::invalid("file", "choose a file or take a photo"));
    }
    if let Some(empty) = files.iter().find(|file| file.size == 0) {
        return Err(Error::invalid(
            "file",
            format!("“{}” is empty: choose it again once it holds something", empty.name),
        ));
    }
    if case.order.gathered.files.len() + files.len() > most {
        return Err(Error::refused(format!(
            "An order takes at most {most} files. Put several pictures into one file, or open a follow-up order."
        )));
    }
    // The same bytes at the same place are the same evidence.
    let here: Vec<Digest> = case.order.gathered.files_at(place).map(|file| file.digest).collect();
    let mut new: Vec<NewFile> = Vec::new();
    for file in files {
        if !here.contains(&file.digest) && new.iter().all(|other| other.digest != file.digest) {
            new.push(file);
        }
    }
    Ok(new.into_iter().map(|file| event(file, place.clone(), description)).collect())
}

fn event(file: NewFile, place: FilePlace, description: &str) -> OrderEvent {
    OrderEvent::Gathered(GatheredEvent::FileAdded {
        file: file.id,
        place,
        name: file.name,
        media_type: file.media_type,
        size: file.size,
        digest: file.digest,
        description: description.trim().to_owned(),
        picture: file.picture,
    })
}

fn check_place(order: &Order, place: &FilePlace) -> Result<()> {
    let known = match place {
        FilePlace::Comment(_) => false,
        FilePlace::Order => true,
        part => part.target().is_some_and(|target| order.ticks(&target).is_some()),
    };
    if known {
        Ok(())
    } else {
        Err(Error::invalid("target", "this order has no such step, item or criterion"))
    }
}

pub(super) fn withdraw(case: &Case<'_>, file: String, reason: String) -> Result<Vec<OrderEvent>> {
    let Some(found) = case.order.gathered.file(&file) else { return Err(Error::not_found("the file")) };
    let is_own = found.by.is(case.asker.id());
    if !(is_own && (case.may(Action::AddEvidence) || case.may(Action::Comment))
        || case.may(Action::UndoOthersTick))
    {
        return Err(Error::forbidden("A file is taken back by whoever brought it or by a supervisor."));
    }
    if found.withdrawn.is_some() {
        return Err(Error::refused("This file was taken back already."));
    }
    answers::check_spare(case, found)?;
    if case.order.status.is_done() {
        return Err(Error::refused(format!(
            "This order is {}: its evidence stands. Return it for rework or reopen it first.",
            case.order.status.label().to_lowercase()
        )));
    }
    limits::check(&serde_json::json!({ "reason": reason }))?;
    require_reason(&reason, case.facts, "Take a file back")?;
    Ok(vec![GatheredEvent::FileWithdrawn { file, reason }.into()])
}
