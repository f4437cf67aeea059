//! An order as a program reads it: every part with its place, the word by which tools name it, and how it stands. Whatever an
//! agent recorded says so beside its name, as on the pages.
//!
//! Bounded by what an order takes (`order_markdown::model::limits`); of the log and the comments the newest stand here, and the
//! whole of both in `order://`.

use serde_json::{Value, json};

use crate::foundation::{Asker, Timestamp};
use crate::work_orders::model::{
    Asks, Comment, Criterion, Decision, Item, LogEntry, Order, Question, ScanHow, Step, StepState, Target,
    Ticks, Who,
};
use crate::work_orders::reads::{OrderRow, Progress};

/// The newest entries of the log, comments and decisions that are told.
const NEWEST: usize = 20;

/// What a list says of an order to whoever asks.
pub fn of_row(row: &OrderRow, who: &Asker) -> Value {
    let progress = row.progress();
    json!({
        "order": row.number,
        "title": row.title,
        "status": row.status().as_str(),
        "priority": row.priority().as_str(),
        "type": row.order_type,
        "assignee": row.assignee_name,
        "isYours": row.is_mine(who),
        "asset": row.asset_tag,
        "due": row.due_at.map(Timestamp::to_rfc3339),
        "version": row.version,
        "done": progress.done,
        "failed": progress.failed,
        "total": progress.total,
        "counted": progress.what,
        "uri": format!("order://{}", row.number),
    })
}

/// Where an order stands, and what waits.
pub fn status(order: &Order, asker: &Asker, now: Timestamp) -> Value {
    let progress = Progress::of(order);
    let open = order.targets().into_iter().filter(|target| is_open(order, target));
    let open: Vec<Value> = open.map(|target| part(order, &target)).collect();
    json!({
        "order": order.number.as_str(),
        "title": order.title,
        "status": order.status.as_str(),
        "version": order.version,
        "assignee": order.assignee.as_ref().map(|it| it.name.clone()),
        "done": progress.done,
        "failed": progress.failed,
        "total": progress.total,
        "counted": progress.what,
        "open": open,
        "hold": order.hold.as_ref().map(|hold| json!({ "code": hold.code.as_str(), "reason": hold.reason })),
        "safety": safety(order, asker),
        "claim": claim(order, asker, now),
        "questions": order.delegation.open_questions().map(question).collect::<Vec<_>>(),
    })
}

/// The whole order.
pub fn whole(order: &Order, asker: &Asker, now: Timestamp) -> Value {
    let mut told = status(order, asker, now);
    let more = json!({
        "type": order.order_type,
        "priority": order.priority.as_str(),
        "description": order.description,
        "due": order.due.as_ref().map(|due| due.raw.clone()),
        "asset": order.asset.as_ref().map(|it| json!({ "name": it.name, "tag": it.tag })),
        "goals": order.goals.iter().map(|goal| goal.text.clone()).collect::<Vec<_>>(),
        "steps": order.steps.iter().map(|it| step(order, it)).collect::<Vec<_>>(),
        "criteria": order.criteria.iter().map(|it| criterion(order, it)).collect::<Vec<_>>(),
        "decisions": newest(&order.delegation.decisions, decision),
        "log": newest(&order.log, log_entry),
        "comments": newest(&order.comments, comment),
        "madeFrom": order.made_from.as_ref().map(|it| json!({ "procedure": it.code, "version": it.version })),
        "uri": format!("order://{}", order.number),
    });
    if let (Some(told), Value::Object(more)) = (told.as_object_mut(), more) {
        told.extend(more);
    }
    told
}

/// The parts that tools name, a line each, for whoever reads text.
pub fn lines(order: &Order) -> String {
    let line = |target: Target| {
        let (place, words) = (place(order, &target), words(order, &target));
        format!("{place}  [{}]  {}  {words}", state(order, &target), target)
    };
    order.targets().into_iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A question with its answer.
pub fn question(question: &Question) -> Value {
    let state = match (&question.reply, &question.withdrawn) {
        (Some(_), _) => "answered",
        (None, Some(_)) => "withdrawn",
        (None, None) => "waiting",
    };
    json!({
        "question": question.id,
        "state": state,
        "text": question.text,
        "choices": question.choices,
        "about": question.about.as_ref().map(Target::to_string),
        "askedBy": question.by.marked_name(),
        "askedAt": question.at.to_rfc3339(),
        "answer": question.reply.as_ref().map(|reply| reply.text.clone()),
        "answeredBy": question.reply.as_ref().map(|reply| reply.by.marked_name()),
        "answeredAt": question.reply.as_ref().map(|reply| reply.at.to_rfc3339()),
        "withdrawn": question.withdrawn.as_ref().map(|it| it.reason.clone()),
    })
}

/// A decision.
pub fn decision(decision: &Decision) -> Value {
    json!({
        "decision": decision.id,
        "name": decision.name(),
        "title": decision.title,
        "says": decision.decision,
        "reasons": decision.reasons,
        "consequences": decision.consequences,
        "by": decision.by.marked_name(),
        "at": decision.at.to_rfc3339(),
        "supersedes": decision.supersedes,
        "supersededBy": decision.superseded_by,
    })
}

fn newest<T>(all: &[T], tell: impl Fn(&T) -> Value) -> Vec<Value> {
    all.iter().skip(all.len().saturating_sub(NEWEST)).map(tell).collect()
}

fn safety(order: &Order, asker: &Asker) -> Value {
    json!({
        "version": order.safety.version,
        "notes": order.safety.notes.iter().map(|note| note.text.clone()).collect::<Vec<_>>(),
        "readByYou": order.safety.is_acknowledged_by(asker.id()),
    })
}

fn claim(order: &Order, asker: &Asker, now: Timestamp) -> Value {
    let Some(claim) = order.delegation.standing() else { return Value::Null };
    json!({
        "agent": claim.agent.name,
        "isYours": claim.agent.is(asker.id()),
        "accountable": claim.accountable.name,
        "until": claim.until.to_rfc3339(),
        "isLive": claim.is_live(now),
    })
}

fn step(order: &Order, step: &Step) -> Value {
    let target = Target::Step(step.id.clone());
    json!({
        "place": place(order, &target),
        "target": target.to_string(),
        "title": step.title,
        "state": step.state.as_str(),
        "reason": step.state.reason(),
        "required": step.required,
        "ordered": step.ordered,
        "isAsked": !step.not_asked,
        "isCheckpoint": step.demands.blocking,
        "leastSeconds": step.demands.least_seconds,
        "notes": step.notes,
        "code": step.code.iter().map(|it| json!({ "language": it.language, "text": it.text })).collect::<Vec<_>>(),
        "items": step.items.iter().map(|it| item(order, it)).collect::<Vec<_>>(),
        "ticked": ticked(&step.ticks),
    })
}

fn item(order: &Order, item: &Item) -> Value {
    let target = Target::Item(item.id.clone());
    json!({
        "place": place(order, &target),
        "target": target.to_string(),
        "text": item.text,
        "state": state(order, &target),
        "required": item.required,
        "isAsked": !item.not_asked,
        "isCheckpoint": item.demands.blocking,
        "asks": asks(&item.asks),
        "ticked": ticked(&item.ticks),
    })
}

fn criterion(order: &Order, criterion: &Criterion) -> Value {
    let target = Target::Criterion(criterion.id.clone());
    json!({
        "place": place(order, &target),
        "target": target.to_string(),
        "text": criterion.text,
        "state": state(order, &target),
        "evidence": criterion.demands.evidence.words(),
        "ticked": ticked(&criterion.ticks),
    })
}

fn asks(asks: &Asks) -> Value {
    json!({
        "kind": asks.kind.as_str(),
        "unit": asks.unit,
        "least": asks.least,
        "most": asks.most,
        "options": asks.options,
        "asset": asks.asset,
    })
}

fn ticked(ticks: &Ticks) -> Value {
    let Some(tick) = ticks.current() else { return Value::Null };
    json!({
        "by": tick.by.as_ref().map(Who::marked_name),
        "at": tick.at.map(Timestamp::to_rfc3339),
        "answer": tick.answer.as_ref().map(|answer| answer.value.clone()),
        "scanned": tick.answer.as_ref().and_then(|answer| answer.how).map(ScanHow::as_str),
        "onlyTheFileSaysSo": tick.is_unattested(),
    })
}

fn log_entry(entry: &LogEntry) -> Value {
    json!({
        "entry": entry.id,
        "when": entry.when.raw,
        "title": entry.title,
        "lines": entry.lines,
        "by": entry.by.as_ref().map(Who::marked_name).or_else(|| entry.author.clone()),
    })
}

fn comment(comment: &Comment) -> Value {
    json!({ "comment": comment.id, "when": comment.when.raw, "by": comment.by.marked_name(), "text": comment.text })
}

fn part(order: &Order, target: &Target) -> Value {
    json!({
        "place": place(order, target),
        "target": target.to_string(),
        "text": words(order, target),
        "state": state(order, target),
    })
}

/// Whether something is still to be done about a part, as things stand.
fn is_open(order: &Order, target: &Target) -> bool {
    match target {
        Target::Item(id) => order.item(id).is_some_and(|(step, item)| {
            !step.not_asked && !item.not_asked && !step.state.is_marked() && !item.is_settled()
        }),
        Target::Step(id) => order.step(id).is_some_and(Step::is_open),
        Target::Criterion(_) => !order.ticks(target).is_some_and(Ticks::counts),
    }
}

fn state(order: &Order, target: &Target) -> &'static str {
    let ticks = order.ticks(target);
    match target {
        Target::Item(id) => match order.item(id) {
            Some((_, item)) if item.not_asked => "not_asked",
            Some((_, item)) if item.skipped.is_some() => "not_applicable",
            Some((_, item)) if item.has_failed() => "failed",
            Some((step, _)) if step.state.is_marked() => step.state.as_str(),
            _ => of_ticks(ticks),
        },
        Target::Step(id) => match order.step(id) {
            Some(step) if step.not_asked => "not_asked",
            Some(step) if step.state != StepState::Open => step.state.as_str(),
            _ => of_ticks(ticks),
        },
        Target::Criterion(_) => of_ticks(ticks),
    }
}

fn of_ticks(ticks: Option<&Ticks>) -> &'static str {
    match ticks {
        Some(ticks) if ticks.counts() => "done",
        Some(ticks) if ticks.is_unattested() => "claimed_by_the_file",
        _ => "open",
    }
}

fn words(order: &Order, target: &Target) -> String {
    match target {
        Target::Item(id) => order.item(id).map(|(_, item)| item.text.clone()),
        Target::Step(id) => order.step(id).map(|step| step.title.clone()),
        Target::Criterion(id) => order.criterion(id).map(|criterion| criterion.text.clone()),
    }
    .unwrap_or_default()
}

/// `3.2`, `C1`.
fn place(order: &Order, target: &Target) -> String {
    let reference = order.reference(target).unwrap_or_default();
    reference.rsplit('/').next().unwrap_or_default().to_owned()
}
