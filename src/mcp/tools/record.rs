//! What is said, decided and brought along while the work is done, and the word to a person that it can be looked at.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream;
use serde_json::json;

use crate::foundation::{ActorKind, Error, Result};
use crate::mcp::fields::{Field, Kind};
use crate::mcp::order_json;
use crate::work_orders::actions::add_files::{self, Received, add_files};
use crate::work_orders::actions::log::{Entry, log};
use crate::work_orders::actions::{comment, record_decision};
use crate::work_orders::decide::NewDecision;
use crate::work_orders::model::{FilePlace, LogKind, Order, Target};

use super::finding::ORDER;
use super::{Answer, Asked, Effect, Tool};

/// The most characters of a file's bytes in base64: a mebibyte of them.
const MOST_BASE64: usize = 1_400_000;
/// The most characters of a file that is text.
const MOST_TEXT: usize = 1_000_000;

const KINDS: &[&str] = &["note", "progress", "waiting", "problem", "handover"];

const DECISION: &[Field] = &[
    ORDER,
    Field::needed("title", Kind::Text(200), "What was decided about, in a few words."),
    Field::needed("decision", Kind::Text(4_000), "What was decided."),
    Field::needed("reasons", Kind::Text(4_000), "Why."),
    Field::optional("consequences", Kind::Text(4_000), "What follows from it."),
    Field::optional(
        "supersedes",
        Kind::Text(100),
        "The decision whose place it takes: its id, or its name such as D-1.",
    ),
];
const ABOUT_DECISION: &str = "Records a decision of the work: what was decided, why, and what follows. It is never changed; a later \
    one takes its place.";

pub(super) const TOOLS: &[Tool] = &[
    Tool {
        name: "log",
        title: "Write into the work log",
        about: "Adds an entry to the work log of an order: what you did, found or wait for. Nothing is ever taken out of it.",
        fields: &[
            ORDER,
            Field::needed("title", Kind::Text(300), "The entry in one line."),
            Field::optional("lines", Kind::Texts(100, 1_000), "More of it, a line each."),
            Field::optional(
                "kind",
                Kind::Word(KINDS),
                "What sort of entry; guessed from its title unless said.",
            ),
            Field::optional("corrects", Kind::Text(100), "The id of the entry that it corrects."),
        ],
        effect: Effect::Adds,
        run: |asked| Box::pin(write_log(asked)),
    },
    Tool {
        name: "comment",
        title: "Comment on an order",
        about: "Adds a comment to an order. Whoever is spoken to by @name finds it on their first page.",
        fields: &[ORDER, Field::needed("text", Kind::Text(20_000), "The comment, as Markdown.")],
        effect: Effect::Adds,
        run: |asked| Box::pin(write_comment(asked)),
    },
    Tool {
        name: "record_decision",
        title: "Record a decision",
        about: ABOUT_DECISION,
        fields: DECISION,
        effect: Effect::Adds,
        run: |asked| Box::pin(decided(asked)),
    },
    Tool {
        name: "create_decision",
        title: "Create a decision",
        about: "The same as record_decision, under the name that other systems give it: what was decided, why, what follows.",
        fields: DECISION,
        effect: Effect::Adds,
        run: |asked| Box::pin(decided(asked)),
    },
    Tool {
        name: "attach",
        title: "Attach a file",
        about: "Attaches a file as evidence of a part of an order, or of the order as a whole: a text, or bytes in base64 of at most \
            one mebibyte. It is hashed, and its digest is part of the record.",
        fields: &[
            ORDER,
            Field::optional(
                "target",
                Kind::Text(100),
                "The part that it shows; the whole order unless said.",
            ),
            Field::needed("name", Kind::Text(200), "The name of the file."),
            Field::optional("text", Kind::Text(MOST_TEXT), "What is in it, where it is text."),
            Field::optional("base64", Kind::Text(MOST_BASE64), "What is in it, where it is not."),
            Field::optional("description", Kind::Text(1_000), "What it shows."),
        ],
        effect: Effect::Adds,
        run: |asked| Box::pin(attach(asked)),
    },
    Tool {
        name: "request_review",
        title: "Ask a person to look at the work",
        about: "Says in the log that the work can be looked at, and speaks to the person who answers for you; completing and verifying \
            are theirs. Call it when nothing more is open for you; it tells what still is.",
        fields: &[ORDER, Field::optional("note", Kind::Text(2_000), "What they should know.")],
        effect: Effect::Adds,
        run: |asked| Box::pin(request_review(asked)),
    },
];

async fn write_log(asked: Asked) -> Result<Answer> {
    let order = asked.order().await?;
    let entry = Entry {
        title: asked.given.text("title"),
        lines: asked.given.texts("lines"),
        kind: asked.given.some("kind").map(|word| kind(&word)),
        corrects: asked.given.some("corrects"),
    };
    let events = log(&asked.orders, &asked.asker, &order.id, entry).await?;
    asked.told("Logged.", &events, json!({})).await
}

fn kind(word: &str) -> LogKind {
    match word {
        "progress" => LogKind::Progress,
        "waiting" => LogKind::Waiting,
        "problem" => LogKind::Problem,
        "handover" => LogKind::Handover,
        _ => LogKind::Note,
    }
}

async fn write_comment(asked: Asked) -> Result<Answer> {
    let order = asked.order().await?;
    let events = comment::comment(&asked.orders, &asked.asker, &order.id, asked.given.text("text")).await?;
    asked.told("Commented.", &events, json!({})).await
}

async fn decided(asked: Asked) -> Result<Answer> {
    let order = asked.order().await?;
    let new = NewDecision {
        title: asked.given.text("title"),
        decision: asked.given.text("decision"),
        reasons: asked.given.text("reasons"),
        consequences: asked.given.text("consequences"),
        supersedes: asked.given.some("supersedes"),
    };
    let id = record_decision::record_decision(&asked.orders, &asked.asker, &order.id, new).await?;
    // It is recorded already: where the order cannot be read at the moment, its id is told.
    let now = asked.order().await.ok();
    let decision = now.as_ref().and_then(|order| order.delegation.decision(&id)).map(order_json::decision);
    let decision = decision.unwrap_or_else(|| json!({ "decision": id }));
    asked.told("Decided.", &[], json!({ "decision": decision })).await
}

async fn attach(asked: Asked) -> Result<Answer> {
    let order = asked.order().await?;
    let place = match asked.target(&order)? {
        None => FilePlace::Order,
        Some(Target::Step(id)) => FilePlace::Step(id),
        Some(Target::Item(id)) => FilePlace::Item(id),
        Some(Target::Criterion(id)) => FilePlace::Criterion(id),
    };
    let bytes = bytes(&asked)?;
    add_files::may_add(&asked.orders, &asked.asker, &order.id).await?;
    let mut received = Received::default();
    let (name, whole) = (asked.given.text("name"), stream::iter([Ok::<_, Error>(bytes)]));
    let taken = add_files::receive(&asked.orders, &asked.asker, &order.id, &mut received, &name, whole).await;
    if let Err(cause) = taken {
        add_files::discard(&asked.orders, &asked.asker, &order.id, received).await;
        return Err(cause);
    }
    let digest = received.files.first().map(|file| file.digest);
    let description = asked.given.text("description");
    let events = add_files(&asked.orders, &asked.asker, &order.id, received, place, description).await?;
    asked.told("Attached.", &events, json!({ "sha256": digest })).await
}

fn bytes(asked: &Asked) -> Result<Vec<u8>> {
    // A text is a file: every byte of it stays, blanks at its end too.
    match (asked.given.whole_text("text"), asked.given.some("base64")) {
        (Some(_), Some(_)) => Err(Error::invalid("base64", "give either a text or base64, not both")),
        (Some(text), None) => Ok(text.into_bytes()),
        (None, Some(packed)) => STANDARD
            .decode(packed)
            .map_err(|_| Error::invalid("base64", "this is not base64 with its padding")),
        (None, None) => Err(Error::invalid("text", "give a text, or bytes as base64")),
    }
}

async fn request_review(asked: Asked) -> Result<Answer> {
    let order = asked.order().await?;
    let mut lines: Vec<String> = asked.given.text("note").lines().map(str::to_owned).collect();
    let person = person(&order);
    lines.extend(person.iter().map(|name| format!("@{name}, please look at it.")));
    let entry =
        Entry { title: "Ready for review".to_owned(), lines, kind: Some(LogKind::Handover), corrects: None };
    let events = log(&asked.orders, &asked.asker, &order.id, entry).await?;
    let words = match &person {
        Some(name) => format!("{name} is asked to look at it."),
        None => "It stands in the log; nobody answers for this work, so nobody was spoken to.".to_owned(),
    };
    asked.told(words, &events, json!({ "reviewer": person })).await
}

/// Whoever answers for the agent here; else the person who has the work.
fn person(order: &Order) -> Option<String> {
    let assigned = order.assignee.as_ref().filter(|it| it.kind == Some(ActorKind::Human));
    let accountable = order.delegation.accountable().map(|who| who.name.clone());
    accountable.or_else(|| assigned.map(|it| it.name.clone()))
}
