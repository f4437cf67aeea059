//! What receipts vouch for is stored, unless its trace was erased by a record that names the receipt.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use crate::db::schema::{observations, packs, receipts, revisions};
use crate::db::{AnyConnection, Db, each};
use crate::foundation::{Digest, ProjectKey, Result};
use crate::ledger::events::read_stream;
use crate::tombstones::{TracesErased, erasures_of};
use packing::PackId;

use super::trace::time_of;
use super::{Checked, snapshot};

/// Receipts in one snapshot.
const PAGE: i64 = 256;

#[derive(Queryable, Selectable)]
#[diesel(table_name = receipts)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
struct ReceiptRow {
    project: ProjectKey,
    pack: Vec<u8>,
    salt: Vec<u8>,
    revisions: Vec<u8>,
    received_at: i64,
    #[diesel(select_expression = packs::trace_id.nullable())]
    trace_id: Option<String>,
}

pub(super) fn check(db: &Db, checked: &mut Checked) -> Result<()> {
    let mut after = (ProjectKey(i64::MIN), Vec::new());
    let mut erased: BTreeMap<ProjectKey, Erased> = BTreeMap::new();
    loop {
        let last =
            db.read_blocking(|conn| snapshot(conn, |conn| page(conn, &after, &mut erased, checked)))?;
        match last {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}

/// What records of erasure name in one project.
#[derive(Default)]
struct Erased {
    packs: BTreeSet<String>,
    /// Whether some record is of before they named packs.
    has_unnamed: bool,
}

fn erased_in(conn: &mut AnyConnection, project: ProjectKey) -> Result<Erased> {
    let mut erased = Erased::default();
    for event in read_stream(conn, &erasures_of(project), None)? {
        let Ok(said) = serde_json::from_value::<TracesErased>(event.data()) else { continue };
        match said.packs {
            Some(packs) => erased.packs.extend(packs),
            None => erased.has_unnamed = true,
        }
    }
    Ok(erased)
}

type Key = (ProjectKey, Vec<u8>);

fn page(
    conn: &mut AnyConnection,
    (project, pack): &Key,
    erased: &mut BTreeMap<ProjectKey, Erased>,
    checked: &mut Checked,
) -> Result<Option<Key>> {
    let rows: Vec<ReceiptRow> = each!(conn, |c| receipts::table
        .left_join(packs::table.on(packs::project.eq(receipts::project).and(packs::pack.eq(receipts::pack))))
        .filter(
            receipts::project.gt(*project).or(receipts::project.eq(*project).and(receipts::pack.gt(pack)))
        )
        .order((receipts::project.asc(), receipts::pack.asc()))
        .limit(PAGE)
        .select(ReceiptRow::as_select())
        .load(c))?;
    let last = rows.last().map(|row| (row.project, row.pack.clone()));
    for row in rows {
        let known = match erased.entry(row.project) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => free.insert(erased_in(conn, row.project)?),
        };
        one(conn, &row, Some(known), checked)?;
    }
    Ok(last)
}

fn one(
    conn: &mut AnyConnection,
    row: &ReceiptRow,
    erased: Option<&Erased>,
    checked: &mut Checked,
) -> Result<()> {
    let key = || format!("project {}, pack {}", row.project.0, hex::encode(&row.pack));
    let Some(pack) = PackId::from_slice(&row.pack) else {
        checked.differs("receipts", key(), "pack", "no name of a pack", "16 bytes");
        return Ok(());
    };
    if row.received_at != time_of(pack) {
        checked.differs("receipts", key(), "received_at", row.received_at, time_of(pack));
    }
    match (&row.trace_id, row.salt.is_empty()) {
        (Some(trace), false) => stored(conn, row, trace, checked),
        (Some(_), true) => {
            checked.differs(
                "receipts",
                key(),
                "salt",
                "sealed as if erased",
                "the salt of a pack that is stored",
            );
            Ok(())
        }
        (None, false) => {
            checked.differs("packs", key(), "pack", "no row", "the pack that the receipt is of");
            Ok(())
        }
        (None, true) => {
            let is_named = erased.is_some_and(|erased| erased.packs.contains(&hex::encode(&row.pack)));
            if !is_named && erased.is_some_and(|erased| erased.has_unnamed) {
                checked.unnamed_erasures += 1;
            } else if !is_named {
                checked.differs(
                    "receipts",
                    key(),
                    "salt",
                    "sealed as if erased",
                    "no record of an erasure names it",
                );
            }
            Ok(())
        }
    }
}

/// Each revision that the receipt vouches for is the state of an observation of that trace, now or before.
fn stored(conn: &mut AnyConnection, row: &ReceiptRow, trace: &str, checked: &mut Checked) -> Result<()> {
    let wanted: Vec<&[u8]> = row.revisions.chunks(32).collect();
    let mut found: BTreeSet<Vec<u8>> = BTreeSet::new();
    for chunk in wanted.chunks(128) {
        let now: Vec<Vec<u8>> = each!(conn, |c| observations::table
            .filter(observations::project.eq(row.project))
            .filter(observations::trace_id.eq(trace))
            .filter(observations::revision.eq_any(chunk.iter().copied()))
            .select(observations::revision)
            .load(c))?;
        let before: Vec<Vec<u8>> = each!(conn, |c| revisions::table
            .filter(revisions::project.eq(row.project))
            .filter(revisions::trace_id.eq(trace))
            .filter(revisions::digest.eq_any(chunk.iter().copied()))
            .select(revisions::digest)
            .load(c))?;
        found.extend(now.into_iter().chain(before));
    }
    for missing in wanted.into_iter().filter(|digest| !found.contains(*digest)) {
        let key = format!("project {}, trace {trace}", row.project.0);
        let digest = Digest::from_slice(missing).map(Digest::to_hex).unwrap_or_default();
        checked.differs(
            "observations",
            key,
            "revision",
            "no row",
            format!("the revision {digest} that a receipt vouches for"),
        );
    }
    Ok(())
}
