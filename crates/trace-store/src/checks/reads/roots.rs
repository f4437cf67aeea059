//! Receipts against the log: the root that each receipt's event names is that of the stored revisions.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use crate::db::schema::{event_bodies, events, receipts};
use crate::db::{AnyConnection, each};
use crate::foundation::{Result, Timestamp};
use crate::ledger::leaf::Leaf;
use crate::traces::receipts::{RECEIVED, root_of};
use crate::traces::stored::StoredReceipt;

/// In the words of its index.
const IS_RECEIPT: &str = "kind = 'traces.received.v1'";
/// Events read at a time.
const PAGE: i64 = 64;

#[derive(Queryable, Selectable)]
#[diesel(table_name = events)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
struct EventRow {
    seq: i64,
    id: String,
    at: Timestamp,
    leaf: Vec<u8>,
    #[diesel(select_expression = event_bodies::body)]
    body: Option<Vec<u8>>,
}

/// What was found, in words; `checked` counts the events whose root was made anew.
#[derive(Clone, Debug, Default)]
pub struct Roots {
    pub checked: u64,
    /// Receipts that no event names yet.
    pub waiting: u64,
    pub faults: Vec<String>,
}

/// Makes the root of every receipt anew, in the caller's snapshot.
pub fn check_roots(conn: &mut AnyConnection) -> Result<Roots> {
    let (mut roots, mut after) = (Roots::default(), 0);
    loop {
        let page: Vec<EventRow> = each!(conn, |c| events::table
            .inner_join(event_bodies::table.on(event_bodies::event_id.eq(events::id)))
            .filter(sql::<Bool>(IS_RECEIPT))
            .filter(events::seq.gt(after))
            .order(events::seq.asc())
            .limit(PAGE)
            .select(EventRow::as_select())
            .load(c))?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        for event in &page {
            roots.checked += 1;
            roots
                .faults
                .extend(fault(conn, event)?.map(|what| format!("receipt of event {}: {what}", event.seq)));
        }
    }
    strays(conn, &mut roots)?;
    Ok(roots)
}

fn fault(conn: &mut AnyConnection, event: &EventRow) -> Result<Option<String>> {
    let rows: Vec<StoredReceipt> = each!(conn, |c| receipts::table
        .filter(receipts::event_id.eq(Some(&event.id)))
        .order((receipts::project.asc(), receipts::pack.asc()))
        .select(StoredReceipt::as_select())
        .load(c))?;
    // An event whose leaf cannot be read is for the verifier of the log to name.
    let Ok(leaf) = Leaf::from_bytes(&event.leaf) else { return Ok(None) };
    let Ok(root) = root_of(&rows) else { return Ok(Some("its revisions are damaged".to_owned())) };
    if leaf.refs.first() != Some(&root.to_hex()) {
        return Ok(Some("the stored revisions do not come to the root that the log names".to_owned()));
    }
    if let Some(late) = rows.iter().find(|row| row.received_at > event.at.0) {
        return Ok(Some(format!("pack {} was received after it", hex::encode(&late.pack))));
    }
    let body = event.body.as_ref().and_then(|body| serde_json::from_slice::<serde_json::Value>(body).ok());
    let packs = body.as_ref().and_then(|body| body.pointer("/data/packs")?.as_u64());
    Ok(packs
        .filter(|packs| *packs != rows.len() as u64)
        .map(|packs| format!("it is over {packs} packs, {} are stored", rows.len())))
}

#[derive(QueryableByName)]
struct Stray {
    #[diesel(sql_type = BigInt)]
    project: i64,
    #[diesel(sql_type = Text)]
    event_id: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Receipts that name an event which is none of theirs, and those that wait.
fn strays(conn: &mut AnyConnection, roots: &mut Roots) -> Result<()> {
    let sql = format!(
        "SELECT DISTINCT r.project, r.event_id FROM receipts r WHERE r.event_id IS NOT NULL AND NOT EXISTS
         (SELECT 1 FROM events e WHERE e.id = r.event_id AND e.kind = '{RECEIVED}') LIMIT 100"
    );
    let strays: Vec<Stray> = each!(conn, |c| diesel::sql_query(sql).load(c))?;
    let told = |Stray { project, event_id }| {
        format!("receipts of project {project}: they name {event_id}, which is no receipt")
    };
    roots.faults.extend(strays.into_iter().map(told));
    let waiting = "SELECT COUNT(*) AS count FROM receipts WHERE event_id IS NULL";
    let waiting: Vec<Count> = each!(conn, |c| diesel::sql_query(waiting).load(c))?;
    roots.waiting = waiting.first().and_then(|row| u64::try_from(row.count).ok()).unwrap_or(0);
    Ok(())
}
