//! Taking work on, showing that one is at it, and giving it back.

use serde_json::json;

use crate::foundation::Result;
use crate::mcp::fields::{Field, Kind};
use crate::work_orders::actions::transition::{Move, transition};
use crate::work_orders::actions::{acknowledge, claim, heartbeat, release_claim};
use crate::work_orders::decide::{LEASE_LEAST, LEASE_MOST};
use crate::work_orders::model::Status;
use crate::work_orders::reads;

use super::finding::ORDER;
use super::{Answer, Asked, Effect, Tool};

/// The argument that says which version was seen.
pub(super) const SEEN: Field = Field::optional(
    "expected_version",
    Kind::Whole(1, 1_000_000_000),
    "The version that you read: if the order changed since, nothing is done and you are told.",
);

pub(super) const TOOLS: &[Tool] = &[
    Tool {
        name: "claim",
        title: "Claim work",
        about: "Claims an order for a while, under the answer of a person: no other agent works on it meanwhile. What you do renews \
            the lease by itself; where you are silent for longer, send heartbeat.",
        fields: &[
            ORDER,
            Field::optional(
                "lease_seconds",
                Kind::Whole(LEASE_LEAST as i64, LEASE_MOST as i64),
                "How long you may be silent; 300 unless said.",
            ),
        ],
        effect: Effect::Settles,
        run: |asked| Box::pin(take(asked)),
    },
    Tool {
        name: "heartbeat",
        title: "Show that you are still at it",
        about: "Renews the lease of the order that you claimed, where less than half of it is left.",
        fields: &[ORDER],
        effect: Effect::Settles,
        run: |asked| Box::pin(beat(asked)),
    },
    Tool {
        name: "release",
        title: "Give work back",
        about: "Gives back the order that you claimed, so that somebody else may go on with it. What you did stays.",
        fields: &[ORDER, Field::optional("reason", Kind::Text(1_000), "Why.")],
        effect: Effect::Settles,
        run: |asked| Box::pin(give_back(asked)),
    },
    Tool {
        name: "acknowledge_safety",
        title: "Say that you read the safety notes",
        about: "Says that you read the safety notes of an order in the version that you were shown; needed before work on it begins.",
        fields: &[
            ORDER,
            Field::needed("version", Kind::Whole(1, 1_000_000), "The version of the notes: safety.version."),
        ],
        effect: Effect::Settles,
        run: |asked| Box::pin(read_notes(asked)),
    },
    Tool {
        name: "start",
        title: "Start the work",
        about: "Starts the work on an approved order, or goes on with one that was on hold. The first tick starts it by itself; call this \
            where you begin with something else.",
        fields: &[ORDER, SEEN],
        effect: Effect::Settles,
        run: |asked| Box::pin(start(asked)),
    },
];

async fn take(asked: Asked) -> Result<Answer> {
    let id = id_of(&asked).await?;
    let lease = asked.given.whole("lease_seconds").and_then(|seconds| u32::try_from(seconds).ok());
    let events = claim::claim(&asked.orders, &asked.asker, &id, lease).await?;
    asked.told("You have it.", &events, json!({})).await
}

async fn beat(asked: Asked) -> Result<Answer> {
    let id = id_of(&asked).await?;
    let lease = heartbeat::heartbeat(&asked.orders, &asked.asker, &id).await?;
    let until = lease.until.to_rfc3339();
    let words = match (&lease.stopped, lease.is_stale) {
        (Some(why), _) => format!("You were stopped: leave off. {why}."),
        (None, true) => format!("Your claim ended at {until}: claim it again, unless another agent has."),
        (None, false) => format!("Your lease holds until {until}."),
    };
    let told = json!({ "lease": { "until": until, "isStale": lease.is_stale, "stopped": lease.stopped } });
    asked.told(words, &[], told).await
}

async fn give_back(asked: Asked) -> Result<Answer> {
    let id = id_of(&asked).await?;
    let reason = asked.given.text("reason");
    let events = release_claim::release_claim(&asked.orders, &asked.asker, &id, &reason).await?;
    asked.told("You gave it back.", &events, json!({})).await
}

/// Work that may be claimed is seen only once it is claimed.
async fn id_of(asked: &Asked) -> Result<String> {
    let number = asked.given.text("order");
    asked.read(move |conn, who| Ok(reads::reachable(conn, who, &number)?.order_id)).await
}

async fn read_notes(asked: Asked) -> Result<Answer> {
    let order = asked.order().await?;
    let version = asked.given.whole("version").and_then(|it| u32::try_from(it).ok()).unwrap_or_default();
    let events = acknowledge::acknowledge(&asked.orders, &asked.asker, &order.id, version).await?;
    asked.told("You said that you read the notes.", &events, json!({})).await
}

async fn start(asked: Asked) -> Result<Answer> {
    let order = asked.order().await?;
    let expected_version = asked.given.whole("expected_version");
    let to = Move { expected_version, ..Move::to(Status::InProgress) };
    let events = transition(&asked.orders, &asked.asker, &order.id, to).await?;
    asked.told("The work is begun.", &events, json!({})).await
}
