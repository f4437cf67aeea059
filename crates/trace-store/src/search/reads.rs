//! What the index is made of, read from the main database: receipts in their order, observations, traces.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use crate::db::schema::{events, observations, packs, receipts, search_erased, traces};
use crate::db::sql::{Sql, count};
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result, Timestamp};

/// An event that names packs.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = events)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub(super) struct Receipt {
    pub(super) seq: i64,
    pub(super) id: String,
    pub(super) at: Timestamp,
}

/// A pack under a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = receipts)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub(super) struct Received {
    pub(super) project: ProjectKey,
    pub(super) pack: Vec<u8>,
    /// Digests of 32 bytes, one after the other.
    pub(super) revisions: Vec<u8>,
    /// None when the pack is gone.
    #[diesel(select_expression = packs::trace_id.nullable())]
    pub(super) trace_id: Option<String>,
}

/// An observation as far as search needs it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = observations)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub(super) struct Spoken {
    pub(super) observation_id: String,
    pub(super) name: Option<String>,
    pub(super) status_message: Option<String>,
    pub(super) revision: Vec<u8>,
    #[diesel(column_name = image)]
    pub(super) refs: Vec<u8>,
}

/// A trace as far as search needs it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = traces)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub(super) struct Told {
    pub(super) name: Option<String>,
    pub(super) user_id: Option<String>,
    pub(super) session_id: Option<String>,
    pub(super) tags: String,
    pub(super) state: Vec<u8>,
    pub(super) refs: Vec<u8>,
}

/// The literal lets SQLite use its partial index.
const IS_RECEIPT: &str = "kind = 'traces.received.v1'";

/// The first receipt after a place in the log. Receipts take turns until COMMIT, so this order is the order of commits.
pub(super) fn next_receipt(conn: &mut AnyConnection, after: i64) -> Result<Option<Receipt>> {
    Ok(events::table
        .filter(events::seq.gt(after))
        .filter(sql::<Bool>(IS_RECEIPT))
        .order(events::seq.asc())
        .select(Receipt::as_select())
        .first(conn)
        .optional()?)
}

/// The newest receipt.
pub(super) fn newest_receipt(conn: &mut AnyConnection) -> Result<Option<Receipt>> {
    Ok(events::table
        .filter(sql::<Bool>(IS_RECEIPT))
        .order(events::seq.desc())
        .select(Receipt::as_select())
        .first(conn)
        .optional()?)
}

/// How many receipts stand after a place in the log, counted up to `bound`.
pub(super) fn receipts_after(conn: &mut AnyConnection, after: i64, bound: i64) -> Result<i64> {
    let behind = Sql::new(IS_RECEIPT).sql(" AND seq > ").whole(after);
    count(conn, "events", &behind, bound)
}

/// When the oldest pack without a receipt was stored.
pub(super) fn oldest_waiting(conn: &mut AnyConnection) -> Result<Option<Timestamp>> {
    Ok(receipts::table
        .filter(receipts::event_id.is_null())
        .order(receipts::received_at.asc())
        .select(receipts::received_at)
        .first(conn)
        .optional()?)
}

/// The packs under a receipt, in the order of their names.
pub(super) fn packs_under(
    conn: &mut AnyConnection,
    event_id: &str,
    after: Option<&(i64, Vec<u8>)>,
    limit: i64,
) -> Result<Vec<Received>> {
    let mut query = receipts::table
        .left_join(packs::table.on(packs::project.eq(receipts::project).and(packs::pack.eq(receipts::pack))))
        .filter(receipts::event_id.eq(event_id))
        .select(Received::as_select())
        .into_boxed();
    if let Some((project, pack)) = after {
        let project = ProjectKey(*project);
        let behind = receipts::project.eq(project).and(receipts::pack.gt(pack));
        query = query.filter(receipts::project.gt(project).or(behind));
    }
    Ok(query.order((receipts::project.asc(), receipts::pack.asc())).limit(limit).load(conn)?)
}

/// The observations of a trace that stand at one of these revisions now.
pub(super) fn at_revisions(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    revisions: &[u8],
) -> Result<Vec<Spoken>> {
    let mut found = Vec::new();
    for chunk in revisions.chunks(32 * 128) {
        let digests: Vec<&[u8]> = chunk.chunks(32).collect();
        found.extend(each!(conn, |c| observations::table
            .filter(observations::project.eq(project))
            .filter(observations::trace_id.eq(trace_id))
            .filter(observations::revision.eq_any(digests))
            .select(Spoken::as_select())
            .load(c))?);
    }
    Ok(found)
}

/// The observations of a trace behind one of them, by id.
pub(super) fn observations_after(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Spoken>> {
    Ok(observations::table
        .filter(observations::project.eq(project))
        .filter(observations::trace_id.eq(trace_id))
        .filter(observations::observation_id.gt(after))
        .order(observations::observation_id.asc())
        .select(Spoken::as_select())
        .limit(limit)
        .load(conn)?)
}

/// One observation.
pub(super) fn observation(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    observation_id: &str,
) -> Result<Option<Spoken>> {
    Ok(observations::table
        .find((project, trace_id, observation_id))
        .select(Spoken::as_select())
        .first(conn)
        .optional()?)
}

/// One trace.
pub(super) fn trace(conn: &mut AnyConnection, project: ProjectKey, trace_id: &str) -> Result<Option<Told>> {
    Ok(traces::table.find((project, trace_id)).select(Told::as_select()).first(conn).optional()?)
}

/// The traces behind a place, by project and start: the order in which an empty index is filled.
pub(super) fn traces_after(
    conn: &mut AnyConnection,
    place: (ProjectKey, Timestamp, &str),
    limit: i64,
) -> Result<Vec<(ProjectKey, Timestamp, String)>> {
    let (project, start_at, trace_id) = place;
    let behind = sql::<Bool>("(project, start_at, trace_id) > (")
        .bind::<BigInt, _>(project.0)
        .sql(", ")
        .bind::<BigInt, _>(start_at.0)
        .sql(", ")
        .bind::<Text, _>(trace_id)
        .sql(")");
    Ok(traces::table
        .filter(behind)
        .order((traces::project.asc(), traces::start_at.asc(), traces::trace_id.asc()))
        .select((traces::project, traces::start_at, traces::trace_id))
        .limit(limit)
        .load(conn)?)
}

/// Those of some traces that exist.
pub(super) fn alive(conn: &mut AnyConnection, project: ProjectKey, ids: &[&str]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(256) {
        found.extend(each!(conn, |c| traces::table
            .filter(traces::project.eq(project))
            .filter(traces::trace_id.eq_any(chunk.iter().copied()))
            .select(traces::trace_id)
            .load::<String>(c))?);
    }
    Ok(found)
}

/// Notes traces whose words must leave the search file.
pub(super) fn remember_erased(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_ids: &[String],
) -> Result<()> {
    for trace_id in trace_ids {
        let row = (search_erased::project.eq(project), search_erased::trace_id.eq(trace_id));
        diesel::insert_into(search_erased::table).values(row).execute(conn)?;
    }
    Ok(())
}

/// The noted traces, oldest first.
pub(super) fn erased(conn: &mut AnyConnection, limit: i64) -> Result<Vec<(i64, ProjectKey, String)>> {
    let columns = (search_erased::seq, search_erased::project, search_erased::trace_id);
    Ok(search_erased::table.order(search_erased::seq.asc()).limit(limit).select(columns).load(conn)?)
}

/// Forgets the noted traces up to one of them.
pub(super) fn forget_erased(conn: &mut AnyConnection, up_to: i64) -> Result<()> {
    diesel::delete(search_erased::table.filter(search_erased::seq.le(up_to))).execute(conn)?;
    Ok(())
}
