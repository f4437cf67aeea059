//! Answers of items, and items that do not apply.
//!
//! An answer is a technician's statement like a tick, and is taken back like one. A failed item does not stop the work: it
//! is settled, it is never counted as done, and before completion it has a follow-up order.

use super::ticks::{begin, check_evidence, check_step, check_worker, check_working};
use super::{Case, Proof, moves, ticks};
use crate::events::OrderEvent;
use crate::lifecycle::require_reason;
use crate::model::{Answer, AskKind, FilePlace, Found, Item, Meaning, OrderFile, ScanHow, Target, limits};
use crate::signing::statement;
use foundation::{Action, Error, Result};

pub(super) fn answer(
    case: &Case<'_>,
    item: String,
    given: &str,
    note: String,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    let target = Target::Item(item);
    let found = find(case, &target)?;
    check_worker(case, Action::Tick)?;
    check_working(case)?;
    check_open(found)?;
    check_step(case, &target)?;
    check_evidence(case, &target)?;
    if found.asks.kind == AskKind::Photo && photos(case, found).next().is_none() {
        return Err(Error::invalid("answer", "this item is answered by a photo: bring one to it"));
    }
    limits::check(&serde_json::json!({ "answer": given, "reason": note }))?;
    let answer = found.asks.read(given).map_err(|expected| Error::invalid("answer", expected))?;
    if found.asks.kind == AskKind::Tick && answer.found == Found::Failed {
        require_reason(&note, case.facts, "Fail the item")?;
    }
    let answer = Answer { note, ..answer };
    let answered = answered(found, answer, new_id());
    Ok(begin(case)?.into_iter().chain([answered]).collect())
}

/// An item that asks for a scan is answered from the page that the label of its asset opens. That is for people: a program opens no
/// label, and what it answers is kept as typed.
pub(super) fn arrive(
    case: &Case<'_>,
    item: String,
    code: &str,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    let target = Target::Item(item);
    let found = find(case, &target)?;
    check_worker(case, Action::Tick)?;
    if !case.asker.is_person() {
        return Err(Error::forbidden("Only a person opens a label. Answer the item with the code instead."));
    }
    if found.asks.kind != AskKind::Scan {
        return Err(Error::refused("This item asks for no scan of an asset: answer it as it asks."));
    }
    check_working(case)?;
    check_open(found)?;
    check_step(case, &target)?;
    check_evidence(case, &target)?;
    let answer =
        found.asks.scan(code, ScanHow::Label).map_err(|expected| Error::invalid("code", expected))?;
    let answered = answered(found, answer, new_id());
    Ok(begin(case)?.into_iter().chain([answered]).collect())
}

fn answered(item: &Item, answer: Answer, tick: String) -> OrderEvent {
    OrderEvent::ItemAnswered { item: item.id.clone(), tick, answer, signature: None, signed: None }
}

/// A person signs what an item says. Agents and services never do, whatever they hold.
pub(super) fn sign(
    case: &Case<'_>,
    item: String,
    note: String,
    proof: Option<Proof>,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    let target = Target::Item(item);
    let found = find(case, &target)?;
    if !case.asker.is_person() {
        return Err(Error::forbidden("An item is signed by a person: agents and services never sign."));
    }
    check_worker(case, Action::Tick)?;
    if found.asks.kind != AskKind::Signature {
        return Err(Error::refused("This item asks for no signature: answer it as it asks."));
    }
    check_working(case)?;
    check_open(found)?;
    check_step(case, &target)?;
    limits::check(&serde_json::json!({ "reason": note }))?;
    let started = begin(case)?;
    let Some(proof) = proof else {
        return Err(Error::refused("To sign this item you must give your password again."));
    };
    let signed = moves::signed(case, Meaning::Item, statement::of_item(case.order, found), proof);
    let event = OrderEvent::ItemAnswered {
        item: found.id.clone(),
        tick: new_id(),
        answer: Answer { value: "Signed".to_owned(), note, ..Answer::default() },
        signature: Some(Meaning::Item),
        signed: Some(Box::new(signed)),
    };
    // A signature names the version it was made on, so the start that it brings with it comes behind it.
    Ok(std::iter::once(event).chain(started).collect())
}

pub(super) fn skip(case: &Case<'_>, item: String, reason: String) -> Result<Vec<OrderEvent>> {
    let target = Target::Item(item);
    let found = find(case, &target)?;
    check_worker(case, Action::Tick)?;
    if !case.may(Action::SkipStep) {
        return Err(Error::forbidden(
            "Agents cannot say that an item does not apply. Log it, and a person decides.",
        ));
    }
    check_working(case)?;
    check_open(found)?;
    check_step(case, &target)?;
    limits::check(&serde_json::json!({ "reason": reason }))?;
    require_reason(&reason, case.facts, "Say that it does not apply")?;
    let skipped = OrderEvent::ItemSkipped { item: found.id.clone(), reason };
    Ok(begin(case)?.into_iter().chain([skipped]).collect())
}

pub(super) fn take_up(case: &Case<'_>, item: String, reason: String) -> Result<Vec<OrderEvent>> {
    let found = find(case, &Target::Item(item))?;
    let Some(skipped) = &found.skipped else {
        return Err(Error::refused(
            "Nobody said that this does not apply, so there is nothing to take back.",
        ));
    };
    let own = skipped.by.is(case.asker.id());
    let may = (own && case.may(Action::UndoOwnTick)) || case.may(Action::UndoOthersTick);
    if !may {
        return Err(Error::forbidden("This is taken back by whoever said it, or by a supervisor."));
    }
    ticks::check_undoable(case)?;
    limits::check(&serde_json::json!({ "reason": reason }))?;
    if !own {
        require_reason(&reason, case.facts, "Take up what another set aside")?;
    }
    Ok(vec![OrderEvent::ItemTakenUp { item: found.id.clone(), reason }])
}

/// The photos that stand at an item.
fn photos<'a>(case: &Case<'a>, item: &Item) -> impl Iterator<Item = &'a OrderFile> {
    let place = FilePlace::Item(item.id.clone());
    let files = case.order.gathered.files.iter().filter(move |file| file.place == place);
    files.filter(|file| file.withdrawn.is_none() && is_photo(&file.media_type))
}

pub(super) fn is_photo(media_type: &str) -> bool {
    media_type.starts_with("image/")
}

/// The answer that a photo brings with it to an item that asks for one, where whoever brings it may give it.
pub(super) fn by_photo(
    case: &Case<'_>,
    item: &str,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    let target = Target::Item(item.to_owned());
    let found = find(case, &target)?;
    if found.asks.kind != AskKind::Photo {
        return Ok(Vec::new());
    }
    check_worker(case, Action::Tick)?;
    check_working(case)?;
    check_open(found)?;
    check_step(case, &target)?;
    let answer = found.asks.read("photo").map_err(|expected| Error::invalid("answer", expected))?;
    let answered = answered(found, answer, new_id());
    Ok(begin(case)?.into_iter().chain([answered]).collect())
}

/// Refuses to take back the last photo that answers an item.
pub(super) fn check_spare(case: &Case<'_>, file: &OrderFile) -> Result<()> {
    let FilePlace::Item(id) = &file.place else { return Ok(()) };
    let Some((_, item)) = case.order.item(id) else { return Ok(()) };
    let is_answered = item.asks.kind == AskKind::Photo && item.ticks.is_ticked();
    if is_answered && photos(case, item).all(|other| other.id == file.id) {
        return Err(Error::refused(
            "This photo answers its item. Undo the answer first, or bring another photo.",
        ));
    }
    Ok(())
}

fn find<'a>(case: &Case<'a>, target: &Target) -> Result<&'a Item> {
    case.order.item(target.id()).map(|(_, item)| item).ok_or_else(|| Error::not_found("the item"))
}

/// An item takes one answer; the next one comes after taking that back.
fn check_open(item: &Item) -> Result<()> {
    if let Some(standing) = item.ticks.current() {
        return Err(Error::refused(format!(
            "This is answered already, by {}. Undo that first.",
            ticks::name_of(standing)
        )));
    }
    match &item.skipped {
        Some(skipped) => Err(Error::refused(format!(
            "{} said that this does not apply. Take that back first.",
            skipped.by.name
        ))),
        None => Ok(()),
    }
}
