//! Rows of traces that are not stored: nothing that arrived explains them.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Text};

use crate::db::{AnyConnection, each};
use crate::foundation::Result;

use super::Checked;

/// Tables whose rows belong to a stored trace, with what names a row beside it. Media and findings do not stand here: they
/// may be announced before their trace, or be about a score.
const OWNED: [(&str, &str); 6] = [
    ("observations", "observation_id"),
    ("arrivals", "observation_id"),
    ("revisions", "observation_id"),
    ("packs", "trace_id"),
    ("body_uses", "trace_id"),
    ("trace_senders", "account_id"),
];

#[derive(QueryableByName)]
struct Orphan {
    #[diesel(sql_type = BigInt)]
    project: i64,
    #[diesel(sql_type = Text)]
    trace_id: String,
    #[diesel(sql_type = Text)]
    named: String,
}

pub(super) fn check(conn: &mut AnyConnection, checked: &mut Checked) -> Result<()> {
    for (table, named) in OWNED {
        let or_erased = if table == "trace_senders" { not_erased(conn) } else { String::new() };
        let sql = format!(
            "SELECT o.project, o.trace_id, CAST(o.{named} AS TEXT) AS named FROM {table} o WHERE NOT EXISTS
             (SELECT 1 FROM traces t WHERE t.project = o.project AND t.trace_id = o.trace_id) {or_erased}
             ORDER BY o.project, o.trace_id LIMIT 100"
        );
        let orphans: Vec<Orphan> = each!(conn, |c| diesel::sql_query(sql).load(c))?;
        for Orphan { project, trace_id, named: value } in orphans {
            let key = format!("project {project}, trace {trace_id}, {named} {value}");
            checked.differs(table, key, "trace_id", "a row", "no such trace arrived");
        }
    }
    unreceipted(conn, checked)
}

/// Senders are known after their trace was erased, under its mark.
fn not_erased(conn: &AnyConnection) -> String {
    let mark = if conn.is_sqlite() { "lower(hex(e.trace))" } else { "encode(e.trace, 'hex')" };
    format!(
        "AND NOT EXISTS (SELECT 1 FROM erased_traces e WHERE e.project = o.project AND {mark} = o.trace_id)"
    )
}

#[derive(QueryableByName)]
struct Unreceipted {
    #[diesel(sql_type = BigInt)]
    project: i64,
    #[diesel(sql_type = Text)]
    trace_id: String,
    #[diesel(sql_type = Binary)]
    pack: Vec<u8>,
}

/// Packs without a receipt: each is written together with its own.
fn unreceipted(conn: &mut AnyConnection, checked: &mut Checked) -> Result<()> {
    let sql = "SELECT p.project, p.trace_id, p.pack FROM packs p WHERE NOT EXISTS
         (SELECT 1 FROM receipts r WHERE r.project = p.project AND r.pack = p.pack)
         ORDER BY p.project, p.pack LIMIT 100";
    let found: Vec<Unreceipted> = each!(conn, |c| diesel::sql_query(sql).load(c))?;
    for Unreceipted { project, trace_id, pack } in found {
        let key = format!("project {project}, trace {trace_id}, pack {}", hex::encode(pack));
        checked.differs("packs", key, "pack", "a row", "no receipt is of such a pack");
    }
    Ok(())
}
