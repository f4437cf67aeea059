//! The work itself: ticks, answers, marks, and taking one's own back.

use serde_json::json;

use crate::audit::actions::{NewLink, link};
use crate::foundation::{Error, Result};
use crate::ledger::Event;
use crate::mcp::fields::{Field, Kind};
use crate::work_orders::actions::as_seen::as_seen;
use crate::work_orders::decide::Command;
use crate::work_orders::model::{Order, StepState, Target};

use super::finding::ORDER;
use super::work::SEEN;
use super::{Answer, Asked, Effect, Tool};

/// The argument that names a part.
pub(super) const TARGET: Field = Field::needed(
    "target",
    Kind::Text(100),
    "The part: item:ID, step:ID, criterion:ID, or its place such as 3.2 or C1.",
);

pub(super) const TOOLS: &[Tool] = &[
    Tool {
        name: "tick",
        title: "Tick a part off",
        about: "Says that an item, a step without items or a criterion is done. You tick only what has evidence: the trace that this \
            call is made under (traceparent) is linked by itself, and traces that you name here are linked first.",
        fields: &[
            ORDER,
            TARGET,
            Field::optional("traces", Kind::Texts(10, 200), "Ids of stored traces that show it."),
            SEEN,
        ],
        effect: Effect::Settles,
        run: |asked| Box::pin(tick(asked)),
    },
    Tool {
        name: "answer",
        title: "Answer an item",
        about: "Answers an item that asks for more than a tick: pass, flag or fail; yes or no; a number; words; one of its options; the code of \
            the asset that it is done at, which is kept as typed: give it only where you were there. \
            What is measured outside its limits is a finding, and is told so.",
        fields: &[
            ORDER,
            TARGET,
            Field::needed("answer", Kind::Text(4_000), "The answer, as the item asks: pass, 3.2, words."),
            Field::optional("note", Kind::Text(4_000), "What is to be said about it."),
            SEEN,
        ],
        effect: Effect::Settles,
        run: |asked| Box::pin(answer(asked)),
    },
    Tool {
        name: "mark_step",
        title: "Mark a step failed or flagged",
        about: "Marks a step as failed (tried, did not work) or flagged (done, to be watched), with why. Whether a step does not \
            apply is for a person to say: ask one.",
        fields: &[
            ORDER,
            TARGET,
            Field::needed("state", Kind::Word(&["failed", "flagged"]), "How it is."),
            Field::needed("reason", Kind::Text(4_000), "Why."),
            SEEN,
        ],
        effect: Effect::Settles,
        run: |asked| Box::pin(mark_step(asked)),
    },
    Tool {
        name: "undo",
        title: "Take your own tick back",
        about: "Takes back a tick or an answer of your own. It stays in the record as taken back.",
        fields: &[
            ORDER,
            TARGET,
            Field::optional("reason", Kind::Text(4_000), "Why; needed once it was judged."),
            SEEN,
        ],
        effect: Effect::Settles,
        run: |asked| Box::pin(undo(asked)),
    },
];

async fn tick(asked: Asked) -> Result<Answer> {
    let order = asked.order_as_seen().await?;
    let target = asked.some_target(&order)?;
    for trace_id in asked.given.texts("traces") {
        let (order_id, target) = (order.id.clone(), Some(target.clone()));
        let new = NewLink { order_id, target, trace_id, observation_id: None };
        link(asked.app(), &asked.asker, new).await?;
    }
    let events = done(&asked, &order, Command::Tick { target: target.clone() }).await?;
    asked.told("Ticked.", &events, told_of(&target)).await
}

async fn answer(asked: Asked) -> Result<Answer> {
    let order = asked.order_as_seen().await?;
    let Target::Item(item) = asked.some_target(&order)? else {
        return Err(Error::invalid("target", "only items are answered; tick a step or a criterion"));
    };
    let (given, note) = (asked.given.text("answer"), asked.given.text("note"));
    let events = done(&asked, &order, Command::Answer { item: item.clone(), given, note }).await?;
    asked.told("Answered.", &events, told_of(&Target::Item(item))).await
}

async fn mark_step(asked: Asked) -> Result<Answer> {
    let order = asked.order_as_seen().await?;
    let Target::Step(step) = asked.some_target(&order)? else {
        return Err(Error::invalid("target", "only steps are marked; answer the item instead"));
    };
    let reason = asked.given.text("reason");
    let state = if asked.given.text("state") == "failed" {
        StepState::Failed { reason }
    } else {
        StepState::Flagged { reason }
    };
    // The reason of a mark stands with it.
    let command = Command::MarkStep { step: step.clone(), state, reason: String::new() };
    let events = done(&asked, &order, command).await?;
    asked.told("Marked.", &events, told_of(&Target::Step(step))).await
}

async fn undo(asked: Asked) -> Result<Answer> {
    let order = asked.order_as_seen().await?;
    let target = asked.some_target(&order)?;
    let reason = asked.given.text("reason");
    let events = done(&asked, &order, Command::Undo { target: target.clone(), reason }).await?;
    asked.told("Taken back.", &events, told_of(&target)).await
}

/// Carries it out where the order is still at the version that was seen: asked once more in the transaction that decides, since
/// somebody may have come between.
async fn done(asked: &Asked, order: &Order, command: Command) -> Result<Vec<Event>> {
    let seen = asked.given.whole("expected_version");
    as_seen(&asked.orders, &asked.asker, &order.id, seen, command).await
}

fn told_of(target: &Target) -> serde_json::Value {
    json!({ "target": target.to_string() })
}
