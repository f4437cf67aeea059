//! Finding work and reading what is known of it.

use serde_json::{Value, json};

use crate::audit::selectors::Evidence;
use crate::db::AnyConnection;
use crate::foundation::page::Cursor;
use crate::foundation::{Action, Asker, Result};
use crate::knowledge::lifecycle::Status as AtomStatus;
use crate::knowledge::reads::{self as atoms, FoundAtom};
use crate::mcp::fields::{Field, Kind};
use crate::mcp::order_json;
use crate::trust::reads::{Report, Scope, report};
use crate::trust::text;
use crate::work_orders::actions::export::export;
use crate::work_orders::model::Status;
use crate::work_orders::reads::{self, Filter};

use super::{Answer, Asked, Effect, Tool};

/// The argument that names an order.
pub(super) const ORDER: Field =
    Field::needed("order", Kind::Text(40), "The number of the order, such as WO-2026-001.");

const STATES: &[&str] = &[
    "draft",
    "submitted",
    "approved",
    "in_progress",
    "on_hold",
    "completed",
    "verified",
    "closed",
    "cancelled",
];
const ATOM_STATES: &[&str] = &[
    "candidate",
    "needs_context",
    "verified",
    "contested",
    "superseded",
    "retracted",
    "expired",
    "rejected",
];
const MOST: i64 = 50;
const USUAL: usize = 20;
const LIMIT: Field = Field::optional("limit", Kind::Whole(1, MOST), "How many at most; 20 unless said.");

pub(super) const TOOLS: &[Tool] = &[
    Tool {
        name: "list_ready",
        title: "List work that is ready",
        about: "Lists approved work that you may claim now: given to you, or to the person who answers for you. Begin here.",
        fields: &[LIMIT],
        effect: Effect::Reads,
        run: |asked| Box::pin(list_ready(asked)),
    },
    Tool {
        name: "list_orders",
        title: "List work orders",
        about: "Lists the work orders that you may see, the one that changed last first, narrowed by state or by words.",
        fields: &[
            Field::optional("status", Kind::Word(STATES), "Only orders in this state."),
            Field::optional("words", Kind::Text(200), "Words in number, title, type, assignee or asset."),
            Field::optional(
                "assignee",
                Kind::Word(&["me"]),
                "With me, only orders that are yours: given to you, or claimed by you for whoever has them.",
            ),
            LIMIT,
            Field::optional("cursor", Kind::Text(200), "Where the page before ended: its nextCursor."),
        ],
        effect: Effect::Reads,
        run: |asked| Box::pin(list_orders(asked)),
    },
    Tool {
        name: "get_order",
        title: "Read a work order",
        about: "Reads a whole work order: steps, items with what each asks for, criteria, safety notes, questions, decisions and \
            log, and the word (target) by which other tools name each part. Read it before you start.",
        fields: &[ORDER],
        effect: Effect::Reads,
        run: |asked| Box::pin(get_order(asked)),
    },
    Tool {
        name: "read_status",
        title: "Read where an order stands",
        about: "Reads where an order stands: state, version, progress, what is open, who has claimed it and what waits for an answer.",
        fields: &[ORDER],
        effect: Effect::Reads,
        run: |asked| Box::pin(read_status(asked)),
    },
    Tool {
        name: "search_atoms",
        title: "Search what is known",
        about: "Searches the knowledge atoms of the project: single statements taken out of judged work, each with the exact words \
            of the trace that it rests on and whether it still stands.",
        fields: &[
            Field::needed("words", Kind::Text(200), "Words that an atom holds; every one of them."),
            Field::optional(
                "status",
                Kind::Word(ATOM_STATES),
                "Only atoms that stand so; verified ones are the safest.",
            ),
            LIMIT,
        ],
        effect: Effect::Reads,
        run: |asked| Box::pin(search_atoms(asked)),
    },
    Tool {
        name: "score",
        title: "Read the trust score of an order",
        about: "Reads the trust score of an order: its four numbers in basis points, the grade, and what would raise it most.",
        fields: &[ORDER],
        effect: Effect::Reads,
        run: |asked| Box::pin(score(asked)),
    },
];

fn limit_of(asked: &Asked) -> usize {
    asked.given.whole("limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(USUAL)
}

async fn list_ready(asked: Asked) -> Result<Answer> {
    let (limit, now) = (limit_of(&asked), asked.now());
    let rows = asked.read(move |conn, who| reads::ready(conn, who, now, limit)).await?;
    let orders: Vec<Value> = rows.iter().map(|row| order_json::of_row(row, &asked.asker)).collect();
    Ok(Answer::data(json!({ "orders": orders })))
}

async fn list_orders(asked: Asked) -> Result<Answer> {
    let limit = i64::try_from(limit_of(&asked)).unwrap_or(MOST);
    let after = asked.given.some("cursor").map(|cursor| Cursor::decode(&cursor)).transpose()?;
    let status = asked.given.some("status").and_then(|word| Status::read(&word));
    let words = asked.given.text("words");
    let is_mine = asked.given.some("assignee").is_some();
    let read = move |conn: &mut AnyConnection, who: &Asker| {
        who.must_some(Action::ViewOrders)?;
        let assignee = is_mine.then(|| who.id().to_owned());
        let filter = Filter { status, assignee, words, ..Filter::seen_by(who) };
        reads::list(conn, who.project, &filter, after.as_ref(), limit)
    };
    let rows = asked.read(read).await?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count == limit);
    let end =
        rows.last().filter(|_| is_full).map(|row| Cursor { at: row.updated_at, id: row.order_id.clone() });
    let orders: Vec<Value> = rows.iter().map(|row| order_json::of_row(row, &asked.asker)).collect();
    Ok(Answer::data(json!({ "orders": orders, "nextCursor": end.map(|end| end.encode()) })))
}

async fn get_order(asked: Asked) -> Result<Answer> {
    let order = asked.order().await?;
    let number = order.number.to_string();
    let markdown = asked.read(move |conn, who| export(conn, who, &number)).await?;
    let text = format!(
        "{markdown}\n\n---\nWhat tools name, by place, state and target:\n{}",
        order_json::lines(&order)
    );
    Ok(Answer::done(text, order_json::whole(&order, &asked.asker, asked.now())))
}

async fn read_status(asked: Asked) -> Result<Answer> {
    let order = asked.order().await?;
    Ok(Answer::data(order_json::status(&order, &asked.asker, asked.now())))
}

async fn search_atoms(asked: Asked) -> Result<Answer> {
    let words = asked.given.text("words");
    let status = asked.given.some("status").and_then(|word| AtomStatus::parse(&word));
    let most = limit_of(&asked);
    let mut found = asked.read(move |conn, who| atoms::search(conn, who.project, &words, status)).await?;
    found.truncate(most);
    let found: Vec<Value> = found.iter().map(atom).collect();
    Ok(Answer::data(json!({ "atoms": found })))
}

fn atom(found: &FoundAtom) -> Value {
    let words = |span: &Evidence| {
        json!({
            "trace": span.trace_id,
            "observation": span.observation_id,
            "field": span.field,
            "exact": span.quote.exact,
            "bodySha256": span.body_digest,
        })
    };
    json!({
        "atom": found.row.atom_id,
        "statement": found.row.statement,
        "kind": found.row.kind,
        "status": found.row.status,
        "why": found.why,
        "at": found.row.created_at.to_rfc3339(),
        "words": found.spans.iter().map(words).collect::<Vec<_>>(),
    })
}

async fn score(asked: Asked) -> Result<Answer> {
    let number = asked.given.text("order");
    let read = move |conn: &mut AnyConnection, who: &Asker| {
        let row = reads::visible(conn, who, &number)?;
        let order = reads::load(conn, who.project, &row.order_id, None)?;
        report(conn, who.project, &order, &Scope::Order, None)
    };
    let told: Report = asked.read(read).await?;
    let score = &told.explanation.score;
    let proposals =
        told.explanation.proposals.iter().take(5).map(|it| text::proposal(&told, it, text::signed));
    let data = json!({
        "order": told.number,
        "assured": score.assured,
        "expected": score.expected,
        "confidence": score.confidence,
        "coverage": score.coverage,
        "grade": score.grade.as_str(),
        "entries": score.tree_size,
        "raises": proposals.collect::<Vec<String>>(),
    });
    Ok(Answer::done(text::lines(&told).join("\n"), data))
}
