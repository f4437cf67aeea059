//! The acts on the order's page. Each answers 303 to the place where it happened.

use actix_web::web::Payload;
use actix_web::{FromRequest as _, HttpRequest};

use super::act::Act;
use super::assigning::assignee;
use super::gathered::sending;
use crate::foundation::{Error, Result};
use crate::web::{Form, WebResult, flash, parts, see_other};
use crate::work_orders::actions;
use crate::work_orders::actions::add_files;
use crate::work_orders::actions::log::Entry;
use crate::work_orders::model::{LogKind, Materiality, RelationKind, StepState, Target};
use crate::work_orders::{reads, rounds, speaking};

/// POST `tick`: field `target`.
pub async fn tick(act: Act, form: Form) -> WebResult {
    let (id, target) = (act.order_id().await?, target(&form)?);
    let anchor = anchor(&target);
    actions::tick::tick(&act.orders, &act.who, &id, target).await?;
    Ok(act.back(&anchor, "Ticked."))
}

/// POST `answer`: fields `item`, `answer` and `note`.
pub async fn answer(act: Act, form: Form) -> WebResult {
    let (id, item) = (act.order_id().await?, form.text("item").to_owned());
    let (given, note) =
        (form.required("answer", "say what was found")?.to_owned(), form.text("note").to_owned());
    let anchor = format!("item-{item}");
    let (project, order) = (act.who.project, id.clone());
    let order = act.orders.app.db.read(move |conn| reads::load(conn, project, &order, None)).await?;
    if let Some(doubt) = order.item(&item).and_then(|(_, item)| item.asks.doubt(&given)) {
        return Err(Error::invalid("answer", doubt).into());
    }
    actions::answer::answer(&act.orders, &act.who, &id, item, given, note).await?;
    Ok(act.back(&anchor, "Answered."))
}

/// POST `here`: fields `item` and `code`, from the page that the label of an asset opens. Leads to what comes next in the order.
pub async fn here(act: Act, form: Form) -> WebResult {
    let (id, item) = (act.order_id().await?, form.text("item").to_owned());
    let code = form.required("code", "say which asset it is, by its code")?.to_owned();
    actions::arrive::arrive(&act.orders, &act.who, &id, item.clone(), code).await?;
    let project = act.who.project;
    let order = act.orders.app.db.read(move |conn| reads::load(conn, project, &id, None)).await?;
    let next = rounds::goes_on_at(&order, &item);
    let words = if next == item { "You are there." } else { "You are there. This is what comes next." };
    Ok(act.back(&format!("item-{next}"), words))
}

/// POST `skip`: fields `item`, `note`; the item does not apply.
pub async fn skip(act: Act, form: Form) -> WebResult {
    let (id, item) = (act.order_id().await?, form.text("item").to_owned());
    let anchor = format!("item-{item}");
    actions::answer::skip(&act.orders, &act.who, &id, item, form.text("note").to_owned()).await?;
    Ok(act.back(&anchor, "Set aside: it does not apply."))
}

/// POST `take-up`: fields `item`, `reason`; the item applies after all.
pub async fn take_up(act: Act, form: Form) -> WebResult {
    let (id, item) = (act.order_id().await?, form.text("item").to_owned());
    let anchor = format!("item-{item}");
    actions::answer::take_up(&act.orders, &act.who, &id, item, form.text("reason").to_owned()).await?;
    Ok(act.back(&anchor, "It is open again."))
}

/// POST `undo`: fields `target`, `reason`.
pub async fn undo(act: Act, form: Form) -> WebResult {
    let (id, target) = (act.order_id().await?, target(&form)?);
    let (anchor, reason) = (anchor(&target), form.text("reason").to_owned());
    actions::undo::undo(&act.orders, &act.who, &id, target, reason).await?;
    Ok(act.back(&anchor, "Taken back. The old tick stays in the record."))
}

/// POST `attest`: one or more fields `target`, and `note`.
pub async fn attest(act: Act, form: Form) -> WebResult {
    let id = act.order_id().await?;
    let targets: Vec<Target> = form.all("target").map(str::parse).collect::<Result<_>>()?;
    let first =
        targets.first().map(anchor).ok_or_else(|| Error::invalid("target", "say what is attested"))?;
    let count = targets.len();
    for target in targets {
        let note = form.text("note").to_owned();
        actions::attest::attest(&act.orders, &act.who, &id, target, note).await?;
    }
    Ok(act.back(&first, if count == 1 { "Attested." } else { "All attested." }))
}

/// POST `mark`: fields `step`, `state`, `reason`.
pub async fn mark(act: Act, form: Form) -> WebResult {
    let (id, step, reason) =
        (act.order_id().await?, form.text("step").to_owned(), form.text("reason").to_owned());
    let state = match form.text("state") {
        "failed" => StepState::Failed { reason: reason.clone() },
        "flagged" => StepState::Flagged { reason: reason.clone() },
        "not_applicable" => StepState::NotApplicable { reason: reason.clone() },
        "open" => StepState::Open,
        _ => return Err(Error::invalid("state", "expected failed, flagged, not_applicable or open").into()),
    };
    let reason = if state == StepState::Open { reason } else { String::new() };
    let anchor = format!("step-{step}");
    actions::mark_step::mark_step(&act.orders, &act.who, &id, step, state, reason).await?;
    Ok(act.back(&anchor, "Marked."))
}

/// POST `amend`: fields `target`, empty for the whole order, `text` and `reason`.
pub async fn amend(act: Act, form: Form) -> WebResult {
    let id = act.order_id().await?;
    let about = form.optional("target").map(str::parse).transpose()?;
    let (text, reason) = (form.text("text").to_owned(), form.text("reason").to_owned());
    actions::amend::amend(&act.orders, &act.who, &id, about, text, reason).await?;
    Ok(act.back("amendments", "Amended. The record stands as it was."))
}

/// POST `relate`: fields `kind` and `number`.
pub async fn relate(act: Act, form: Form) -> WebResult {
    let (id, kind) = (act.order_id().await?, relation(&form)?);
    let number = form.required("number", "name the other order by its number")?.to_uppercase();
    actions::relate::relate(&act.orders, &act.who, &id, kind, number).await?;
    Ok(act.back("relations", "Related."))
}

/// POST `unrelate`: fields `kind` and `order`.
pub async fn unrelate(act: Act, form: Form) -> WebResult {
    let (id, kind) = (act.order_id().await?, relation(&form)?);
    let other = form.required("order", "say which order is meant")?.to_owned();
    actions::relate::unrelate(&act.orders, &act.who, &id, kind, other).await?;
    Ok(act.back("relations", "Taken away."))
}

/// POST `pass-block`: fields `order` and `reason`.
pub async fn pass_block(act: Act, form: Form) -> WebResult {
    let id = act.order_id().await?;
    let other = form.required("order", "say which order is meant")?.to_owned();
    let reason = form.text("reason").to_owned();
    actions::relate::pass_block(&act.orders, &act.who, &id, other, reason).await?;
    Ok(act.back("relations", "It may begin."))
}

fn relation(form: &Form) -> Result<RelationKind> {
    RelationKind::read(form.text("kind"))
        .ok_or_else(|| Error::invalid("kind", "say blocked_by, blocks, duplicate_of or duplicated_by"))
}

/// POST `isolation/on`: no fields.
pub async fn sign_on(act: Act) -> WebResult {
    let id = act.order_id().await?;
    actions::isolation::sign_on(&act.orders, &act.who, &id).await?;
    Ok(act.back("isolation", "Signed on. Sign off when you leave."))
}

/// POST `isolation/off`: fields `account`, and `reason` where it is another's.
pub async fn sign_off(act: Act, form: Form) -> WebResult {
    let (id, account) = (act.order_id().await?, form.required("account", "say who signs off")?.to_owned());
    let reason = form.text("reason").to_owned();
    actions::isolation::sign_off(&act.orders, &act.who, &id, account, reason).await?;
    Ok(act.back("isolation", "Signed off."))
}

/// POST `release`: fields `target`, `reason`; work may go on past a checkpoint.
pub async fn release(act: Act, form: Form) -> WebResult {
    let (id, target) = (act.order_id().await?, target(&form)?);
    let (anchor, reason) = (anchor(&target), form.text("reason").to_owned());
    actions::release::release(&act.orders, &act.who, &id, target, reason).await?;
    Ok(act.back(&anchor, "Work may go on past it."))
}

/// POST `log`: fields `title`, `lines`, `kind`, `corrects`.
pub async fn log(act: Act, form: Form) -> WebResult {
    let id = act.order_id().await?;
    let entry = Entry {
        title: form.text("title").to_owned(),
        lines: form.text("lines").lines().map(|line| line.trim_end().to_owned()).collect(),
        kind: form.optional("kind").map(read_kind).transpose()?,
        corrects: form.optional("corrects").map(str::to_owned),
    };
    let written = format!("{}\n{}", entry.title, entry.lines.join("\n"));
    actions::log::log(&act.orders, &act.who, &id, entry).await?;
    said(&act, &id, "log", "Logged.", &written).await
}

fn read_kind(word: &str) -> Result<LogKind> {
    serde_json::from_value(word.into())
        .map_err(|_| Error::invalid("kind", "expected note, progress, waiting, problem or handover"))
}

/// POST `comment`: field `text`, and files under any name where the form carries them.
pub async fn comment(request: HttpRequest, act: Act, payload: Payload) -> WebResult {
    let id = act.order_id().await?;
    if !parts::is_multipart(&request) {
        let form = Form::from_request(&request, &mut payload.into_inner()).await?;
        actions::comment::comment(&act.orders, &act.who, &id, form.text("text").to_owned()).await?;
        return said(&act, &id, "comments", "Commented.", form.text("text")).await;
    }
    add_files::may_comment(&act.orders, &act.who, &id).await?;
    let sent = sending::read(&request, payload, &act, &id).await.map_err(|(_, cause)| cause)?;
    let text = sent.text("text").to_owned();
    add_files::comment_with_files(&act.orders, &act.who, &id, sent.received, text.clone()).await?;
    said(&act, &id, "comments", "Commented.", &text).await
}

/// Back to what was written, with a word on whoever was called and did not hear it.
async fn said(act: &Act, id: &str, anchor: &str, done: &str, text: &str) -> WebResult {
    let missed = speaking::unheard(&act.orders, &act.who, id, text).await?;
    let words = missed.map_or_else(|| done.to_owned(), |missed| format!("{done} {missed}"));
    Ok(act.back(anchor, &words))
}

/// POST `acknowledge`: field `version`.
pub async fn acknowledge(act: Act, form: Form) -> WebResult {
    let id = act.order_id().await?;
    let version = form.text("version").parse();
    let version = version.map_err(|_| Error::invalid("version", "expected the version that was shown"))?;
    actions::acknowledge::acknowledge(&act.orders, &act.who, &id, version).await?;
    Ok(act.back("safety", "Acknowledged."))
}

/// POST `materiality`: fields `target`, `weight`.
pub async fn materiality(act: Act, form: Form) -> WebResult {
    let (id, target) = (act.order_id().await?, target(&form)?);
    let weight = form.text("weight").parse::<u8>().ok().and_then(|weight| Materiality::try_from(weight).ok());
    let weight = weight.ok_or_else(|| Error::invalid("weight", "expected 1, 2 or 4"))?;
    let anchor = anchor(&target);
    actions::set_materiality::set_materiality(&act.orders, &act.who, &id, target, weight).await?;
    Ok(act.back(&anchor, "Importance set."))
}

/// POST `assign`: field `account`; empty takes the assignment back. `from` is `edit` where the plan is being written.
pub async fn assign(act: Act, form: Form) -> WebResult {
    let id = act.order_id().await?;
    let to = match form.optional("account") {
        Some(account) => Some(assignee(&act.orders.app, act.who.project, account.to_owned()).await?),
        None => None,
    };
    let words = to
        .as_ref()
        .map_or_else(|| "Assigned to nobody.".to_owned(), |to| format!("Assigned to {}.", to.marked_name()));
    actions::assign::assign(&act.orders, &act.who, &id, to).await?;
    if form.text("from") == "edit" {
        return Ok(flash::good(see_other(format!("/work-orders/{}/edit#who", act.number)), &words));
    }
    Ok(act.back("top", &words))
}

fn target(form: &Form) -> Result<Target> {
    form.required("target", "say what is meant, as item:ID, step:ID or criterion:ID")?.parse()
}

fn anchor(target: &Target) -> String {
    target.to_string().replace(':', "-")
}
