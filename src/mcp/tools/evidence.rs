//! Evidence: traces linked to parts of an order, and statements about them with the words that show them.

use serde_json::json;

use crate::audit::actions::{NewLink, NewQuote, NewStatement, link, state};
use crate::foundation::Result;
use crate::mcp::fields::{Field, Kind};

use super::doing::TARGET;
use super::finding::ORDER;
use super::{Answer, Asked, Effect, Tool};

pub(super) const TOOLS: &[Tool] = &[
    Tool {
        name: "link_trace",
        title: "Link a trace",
        about: "Links a stored trace, or one observation of it, to an order or a part of it as evidence. Ticks that are made under a \
            traceparent are linked by themselves.",
        fields: &[
            ORDER,
            Field::needed("trace", Kind::Text(200), "The id of the trace."),
            Field::optional(
                "observation",
                Kind::Text(200),
                "One observation of it; the whole trace unless said.",
            ),
            Field::optional(
                "target",
                Kind::Text(100),
                "The part that it shows; the whole order unless said.",
            ),
        ],
        effect: Effect::Settles,
        run: |asked| Box::pin(link_trace(asked)),
    },
    Tool {
        name: "propose_claim",
        title: "Propose a claim",
        about: "States in a sentence what the words of a trace show about a part of an order. The words are found verbatim in the \
            stored bytes or it is refused. A person gives it weight, and somebody independent judges it.",
        fields: &[
            ORDER,
            TARGET,
            Field::needed("statement", Kind::Text(1_000), "One sentence that is true or not."),
            Field::needed("trace", Kind::Text(200), "The id of the trace."),
            Field::needed("observation", Kind::Text(200), "The id of the observation in it."),
            Field::needed(
                "field",
                Kind::Word(&["input", "output", "metadata"]),
                "Which body of the observation.",
            ),
            Field::needed("quote", Kind::Text(4_000), "The words, exactly as they stand there."),
        ],
        effect: Effect::Settles,
        run: |asked| Box::pin(propose_claim(asked)),
    },
];

async fn link_trace(asked: Asked) -> Result<Answer> {
    let order = asked.order().await?;
    let new = NewLink {
        order_id: order.id.clone(),
        target: asked.target(&order)?,
        trace_id: asked.given.text("trace"),
        observation_id: asked.given.some("observation"),
    };
    let id = link(asked.app(), &asked.asker, new).await?;
    asked.told("Linked.", &[], json!({ "link": id })).await
}

async fn propose_claim(asked: Asked) -> Result<Answer> {
    let order = asked.order().await?;
    let quote = NewQuote {
        trace_id: asked.given.text("trace"),
        observation_id: asked.given.text("observation"),
        field: asked.given.text("field"),
        exact: asked.given.text("quote"),
        prefix: String::new(),
        suffix: String::new(),
    };
    let target = asked.some_target(&order)?;
    let text = asked.given.text("statement");
    let id =
        state(asked.app(), &asked.asker, NewStatement { order_id: order.id.clone(), target, text, quote })
            .await?;
    asked.told("Stated; it weighs nothing until a person gives it weight.", &[], json!({ "claim": id })).await
}
