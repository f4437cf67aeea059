//! What is done at the work: ticks, answers, what does not apply, marks of steps, and the reading of safety notes.

use actix_web::web::Payload;
use serde_json::json;

use super::call::Call;
use super::find::{item_of, part_of, step_of};
use super::operations::{Operation, Operations};
use super::refusal::Answer;
use crate::foundation::Action;
use crate::shapes::{MarkWord, NewAnswer, NewMark, NewSafetyRead, NewSkip, NewTick, NewUndo, ReceiptView};
use crate::web::Access;
use crate::work_orders::actions::acknowledge::acknowledge;
use crate::work_orders::actions::as_seen::as_seen;
use crate::work_orders::decide::Command;
use crate::work_orders::model::StepState;

fn act(path: &'static str, id: &'static str, summary: &'static str) -> Operation {
    Operation::post(path, "Work", id, summary).gives::<ReceiptView>(200, "Recorded.")
}

/// Registers the operations.
pub fn operations(all: &mut Operations<'_>) {
    let tick = Access::May(Action::Tick);
    let ticked = act("/api/v1/orders/{number}/ticks", "tickTarget", "Tick an item, a step or a criterion")
        .about(
            "The first tick in an approved order starts it. An item that asks for more is answered. A program ticks and answers only \
             what has evidence: link a trace to the part, tick in the trace that did it (`traceparent`), or bring a file to it.",
        )
        .takes::<NewTick>(json!({ "target": "1.2", "expected_version": 12 }));
    all.add(ticked.versioned(), tick, tick_target);
    let answered =
        act("/api/v1/orders/{number}/answers", "answerItem", "Answer an item, or say that it failed")
            .takes::<NewAnswer>(json!({ "item": "1.3", "answer": "0.15" }));
    all.add(answered.versioned(), tick, answer_item);
    let undone = act("/api/v1/orders/{number}/undo", "takeBack", "Take a tick or an answer back")
        .about("It stays in the record.")
        .takes::<NewUndo>(json!({ "target": "1.2", "reason": "The valve was open again" }));
    all.add(undone.versioned(), Access::May(Action::UndoOwnTick), take_back);
    let skipped = act(
        "/api/v1/orders/{number}/skips",
        "skipItem",
        "Say that an item does not apply, or that it does after all",
    )
    .takes::<NewSkip>(json!({ "item": "2.1", "reason": "There is no second pump" }));
    all.add(skipped.versioned(), Access::MayOneOf(&[Action::SkipStep, Action::UndoOwnTick]), skip_item);
    let marked = act(
        "/api/v1/orders/{number}/marks",
        "markStep",
        "Mark a step failed, flagged or not applicable",
    )
    .takes::<NewMark>(json!({ "step": "2", "state": "failed", "reason": "The seal is the wrong size" }));
    all.add(marked.versioned(), tick, mark_step);
    let read = act("/api/v1/orders/{number}/safety", "readSafety", "Say that the safety notes were read")
        .about("Of the version that was read: `safety.version` of the order.")
        .takes::<NewSafetyRead>(json!({ "version": 1 }));
    all.add(read, Access::May(Action::AcknowledgeSafety), read_safety);
}

/// POST `/api/v1/orders/{number}/ticks`.
pub async fn tick_target(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    call.once(payload, |call, asked: NewTick| async move {
        let order = call.order().await?;
        let target = part_of(&order, "target", &asked.target)?;
        let seen = call.seen(asked.expected_version)?;
        let events = as_seen(&call.orders, &call.who, &order.id, seen, Command::Tick { target }).await?;
        call.receipt(&order.id, &events).await
    })
    .await
}

/// POST `/api/v1/orders/{number}/answers`.
pub async fn answer_item(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    call.once(payload, |call, asked: NewAnswer| async move {
        let order = call.order().await?;
        let item = item_of(&order, "item", &asked.item)?;
        let seen = call.seen(asked.expected_version)?;
        let command = Command::Answer { item, given: asked.answer, note: asked.note };
        let events = as_seen(&call.orders, &call.who, &order.id, seen, command).await?;
        call.receipt(&order.id, &events).await
    })
    .await
}

/// POST `/api/v1/orders/{number}/undo`.
pub async fn take_back(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    call.once(payload, |call, asked: NewUndo| async move {
        let order = call.order().await?;
        let target = part_of(&order, "target", &asked.target)?;
        let seen = call.seen(asked.expected_version)?;
        let command = Command::Undo { target, reason: asked.reason };
        let events = as_seen(&call.orders, &call.who, &order.id, seen, command).await?;
        call.receipt(&order.id, &events).await
    })
    .await
}

/// POST `/api/v1/orders/{number}/skips`.
pub async fn skip_item(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    call.once(payload, |call, asked: NewSkip| async move {
        let order = call.order().await?;
        let item = item_of(&order, "item", &asked.item)?;
        let seen = call.seen(asked.expected_version)?;
        let reason = asked.reason;
        let command = if asked.take_up {
            Command::TakeUpItem { item, reason }
        } else {
            Command::SkipItem { item, reason }
        };
        let events = as_seen(&call.orders, &call.who, &order.id, seen, command).await?;
        call.receipt(&order.id, &events).await
    })
    .await
}

/// POST `/api/v1/orders/{number}/marks`.
pub async fn mark_step(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    call.once(payload, |call, asked: NewMark| async move {
        let order = call.order().await?;
        let step = step_of(&order, "step", &asked.step)?;
        let seen = call.seen(asked.expected_version)?;
        // The reason of a mark stands with it; of one that is taken away, with the event.
        let (state, reason) = match asked.state {
            MarkWord::Open => (StepState::Open, asked.reason),
            MarkWord::Flagged => (StepState::Flagged { reason: asked.reason }, String::new()),
            MarkWord::Failed => (StepState::Failed { reason: asked.reason }, String::new()),
            MarkWord::NotApplicable => (StepState::NotApplicable { reason: asked.reason }, String::new()),
        };
        let command = Command::MarkStep { step, state, reason };
        let events = as_seen(&call.orders, &call.who, &order.id, seen, command).await?;
        call.receipt(&order.id, &events).await
    })
    .await
}

/// POST `/api/v1/orders/{number}/safety`.
pub async fn read_safety(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    call.once(payload, |call, asked: NewSafetyRead| async move {
        let id = call.order_id().await?;
        let events = acknowledge(&call.orders, &call.who, &id, asked.version).await?;
        call.receipt(&id, &events).await
    })
    .await
}
