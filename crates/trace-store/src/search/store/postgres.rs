//! The index as a table with a GIN index over terms without places; `simple` needs no dictionary, because terms come
//! ready-made.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Text};
use diesel::{PgConnection, sql_query};

use crate::db::AnyConnection;
use crate::db::locks::take_turns;
use crate::foundation::{Error, Failure, ProjectKey, Result};

use super::super::deadline::Deadline;
use super::super::document::Document;
use super::super::query::Term;
use super::{Candidate, Found, Plan, Position, Round, content_of, from_json, living, to_json};

/// Indexing and erasing take turns, so that no word of an erased trace comes in behind its erasure.
const TURN: i64 = 7_401_884_116;
/// Rows in one statement.
const CHUNK: usize = 256;
/// A question to the index that takes longer is given up, in milliseconds; so is one asked when time is nearly up.
const MOST_MS: i64 = 800;
const LEAST_MS: i64 = 50;
/// Documents gone through at a time when the index does not help.
const SLICE: i64 = 2_000;

#[derive(QueryableByName)]
struct PositionRow {
    #[diesel(sql_type = Text)]
    position: String,
}

#[derive(QueryableByName)]
struct CandidateRow {
    #[diesel(embed)]
    candidate: Candidate,
    #[diesel(sql_type = Bool)]
    fits: bool,
}

/// Where the index stands.
pub(super) fn position(conn: &mut AnyConnection) -> Result<Option<Position>> {
    let row: Option<PositionRow> =
        sql_query("SELECT position FROM search_position").get_result(inner(conn)?).optional()?;
    Ok(row.and_then(|row| from_json(&row.position)))
}

pub(super) fn write(conn: &mut AnyConnection, round: &Round) -> Result<bool> {
    take_turns(conn, vec![TURN])?;
    if position(conn)? != round.from {
        return Ok(false);
    }
    for (project, documents) in &round.documents {
        let documents = living(conn, *project, documents)?;
        for chunk in documents.chunks(CHUNK) {
            put(inner(conn)?, *project, chunk)?;
        }
    }
    sql_query(
        "INSERT INTO search_position (one, position) VALUES (1, $1) \
         ON CONFLICT (one) DO UPDATE SET position = EXCLUDED.position",
    )
    .bind::<Text, _>(to_json(&round.to)?)
    .execute(inner(conn)?)?;
    Ok(true)
}

fn put(conn: &mut PgConnection, project: ProjectKey, documents: &[&Document]) -> Result<()> {
    let column = |get: fn(&Document) -> String| documents.iter().map(|d| get(d)).collect::<Vec<String>>();
    let contents: Vec<i64> = documents.iter().map(|document| content_of(document)).collect();
    sql_query(
        "INSERT INTO trace_search (project, trace_id, observation_id, content, terms) \
         SELECT $1, t, o, c, array_to_tsvector(string_to_array(w, ' ')) \
         FROM unnest($2, $3, $4, $5) AS rows (t, o, c, w) \
         ON CONFLICT (project, trace_id, observation_id) \
         DO UPDATE SET doc = EXCLUDED.doc, content = EXCLUDED.content, terms = EXCLUDED.terms \
         WHERE trace_search.content <> EXCLUDED.content",
    )
    .bind::<BigInt, _>(project.0)
    .bind::<Array<Text>, _>(column(|d| d.trace_id.clone()))
    .bind::<Array<Text>, _>(column(|d| d.observation_id.clone()))
    .bind::<Array<BigInt>, _>(contents)
    .bind::<Array<Text>, _>(column(|d| d.terms.clone()))
    .execute(conn)?;
    Ok(())
}

/// Removes the words of traces in the transaction that erases them.
pub(crate) fn erase(conn: &mut AnyConnection, project: ProjectKey, trace_ids: &[String]) -> Result<()> {
    take_turns(conn, vec![TURN])?;
    sql_query("DELETE FROM trace_search WHERE project = $1 AND trace_id = ANY($2)")
        .bind::<BigInt, _>(project.0)
        .bind::<Array<Text>, _>(trace_ids)
        .execute(inner(conn)?)?;
    Ok(())
}

pub(super) fn candidates(
    conn: &mut AnyConnection,
    project: ProjectKey,
    plan: &mut Plan,
    below: i64,
    limit: i64,
    until: &Deadline,
) -> Result<Found> {
    if !plan.is_broad {
        let left = until.left_ms().clamp(LEAST_MS, MOST_MS);
        match by_terms(conn, project, plan, below, limit, left) {
            Ok(found) => return Ok(found),
            Err(cause) if cause.failure() == Some(&Failure::TimedOut) => plan.is_broad = true,
            Err(cause) => return Err(cause),
        }
    }
    newest(conn, project, plan, below)
}

fn by_terms(
    conn: &mut AnyConnection,
    project: ProjectKey,
    plan: &Plan,
    below: i64,
    limit: i64,
    most_ms: i64,
) -> Result<Found> {
    let rows: Vec<CandidateRow> = inner(conn)?.transaction(|conn| {
        sql_query(format!("SET LOCAL statement_timeout = {most_ms}")).execute(conn)?;
        sql_query(
            "SELECT doc, trace_id, observation_id, TRUE AS fits FROM trace_search \
             WHERE project = $1 AND terms @@ CAST($2 AS tsquery) AND doc < $3 ORDER BY doc DESC LIMIT $4",
        )
        .bind::<BigInt, _>(project.0)
        .bind::<Text, _>(expression(plan))
        .bind::<BigInt, _>(below)
        .bind::<BigInt, _>(limit)
        .load::<CandidateRow>(conn)
        .map_err(Error::from)
    })?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|found| found >= limit);
    let next = rows.last().filter(|_| is_full).map(|row| row.candidate.doc);
    Ok((rows.into_iter().map(|row| row.candidate).collect(), next))
}

/// The terms fit too much, or too many words begin so: goes through the newest documents.
fn newest(conn: &mut AnyConnection, project: ProjectKey, plan: &Plan, below: i64) -> Result<Found> {
    let rows: Vec<CandidateRow> = sql_query(
        "SELECT doc, trace_id, observation_id, terms @@ CAST($2 AS tsquery) AS fits FROM trace_search \
         WHERE project = $1 AND doc < $3 ORDER BY doc DESC LIMIT $4",
    )
    .bind::<BigInt, _>(project.0)
    .bind::<Text, _>(expression(plan))
    .bind::<BigInt, _>(below)
    .bind::<BigInt, _>(SLICE)
    .load(inner(conn)?)?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|found| found >= SLICE);
    let next = rows.last().filter(|_| is_full).map(|row| row.candidate.doc);
    let fitting = rows.into_iter().filter(|row| row.fits);
    Ok((fitting.map(|row| row.candidate).collect(), next))
}

pub(super) fn above(
    conn: &mut AnyConnection,
    project: ProjectKey,
    plan: &Plan,
    trace_id: &str,
    place: i64,
) -> Result<Vec<Candidate>> {
    let rows: Vec<CandidateRow> = sql_query(
        "SELECT doc, trace_id, observation_id, TRUE AS fits FROM trace_search \
         WHERE project = $1 AND trace_id = $2 AND doc >= $3 AND terms @@ CAST($4 AS tsquery) \
         ORDER BY doc LIMIT 100",
    )
    .bind::<BigInt, _>(project.0)
    .bind::<Text, _>(trace_id)
    .bind::<BigInt, _>(place)
    .bind::<Text, _>(expression(plan))
    .load(inner(conn)?)?;
    Ok(rows.into_iter().map(|row| row.candidate).collect())
}

fn inner(conn: &mut AnyConnection) -> Result<&mut PgConnection> {
    match conn {
        AnyConnection::Postgres(conn) => Ok(conn),
        AnyConnection::Sqlite(_) => Err(Error::internal("this search table is PostgreSQL's")),
    }
}

/// The question in the words of PostgreSQL. Terms hold letters, digits and marks only, so a quotation mark ends none.
fn expression(plan: &Plan) -> String {
    let quoted = |term: &Term| format!("'{}'{}", term.text, if term.is_beginning { ":*" } else { "" });
    let any = |terms: &Vec<Term>| format!("({})", terms.iter().map(quoted).collect::<Vec<_>>().join(" | "));
    let with = plan.with.iter().map(any);
    let without = plan.without.iter().map(|term| format!("!{}", quoted(term)));
    with.chain(without).collect::<Vec<_>>().join(" & ")
}
