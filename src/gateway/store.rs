//! Rows of blocks and calls.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::db::schema::{gateway_blocks, gateway_calls};
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result, Timestamp};

use super::model::State;
use super::record::{Begun, Ended};

/// Numbers in one question: below the limits of both databases.
const CHUNK: usize = 500;

/// A block that is not accounted for yet.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = gateway_blocks)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct OpenBlock {
    pub project: ProjectKey,
    pub first_number: i64,
    pub last_number: i64,
    pub process: String,
    pub reserved_at: Timestamp,
}

/// The last number that was reserved; 0 when there is none.
pub fn last_number(conn: &mut AnyConnection, project: ProjectKey) -> Result<i64> {
    let of = gateway_blocks::table.filter(gateway_blocks::project.eq(project));
    let last: Option<i64> = of.select(diesel::dsl::max(gateway_blocks::last_number)).first(conn)?;
    Ok(last.unwrap_or(0))
}

/// Puts a block in.
pub fn put_block(
    conn: &mut AnyConnection,
    project: ProjectKey,
    numbers: (i64, i64),
    process: &str,
    at: Timestamp,
) -> Result<()> {
    let row = (
        gateway_blocks::project.eq(project),
        gateway_blocks::first_number.eq(numbers.0),
        gateway_blocks::last_number.eq(numbers.1),
        gateway_blocks::process.eq(process),
        gateway_blocks::reserved_at.eq(at),
    );
    diesel::insert_into(gateway_blocks::table).values(row).execute(conn)?;
    Ok(())
}

/// Blocks of a process that are not accounted for.
pub fn open_blocks(conn: &mut AnyConnection, process: &str) -> Result<Vec<OpenBlock>> {
    let of = gateway_blocks::table
        .filter(gateway_blocks::closed_at.is_null())
        .filter(gateway_blocks::process.eq(process));
    Ok(of.order(gateway_blocks::first_number.asc()).select(OpenBlock::as_select()).load(conn)?)
}

/// Blocks of any process that were reserved before and are not accounted for.
pub fn open_before(conn: &mut AnyConnection, before: Timestamp) -> Result<Vec<OpenBlock>> {
    let of = gateway_blocks::table
        .filter(gateway_blocks::closed_at.is_null())
        .filter(gateway_blocks::reserved_at.lt(before));
    let ordered = of.order((gateway_blocks::project.asc(), gateway_blocks::first_number.asc()));
    Ok(ordered.select(OpenBlock::as_select()).limit(1_000).load(conn)?)
}

/// Marks a block as accounted for; whether it was not before.
pub fn close_block(conn: &mut AnyConnection, block: &OpenBlock, at: Timestamp) -> Result<bool> {
    let of = gateway_blocks::table.find((block.project, block.first_number));
    let open = of.filter(gateway_blocks::closed_at.is_null());
    let closed =
        each!(conn, |c| diesel::update(open).set(gateway_blocks::closed_at.eq(Some(at))).execute(c))?;
    Ok(closed > 0)
}

/// How the calls of a block stand, by number.
pub fn states(conn: &mut AnyConnection, block: &OpenBlock) -> Result<BTreeMap<i64, State>> {
    let rows: Vec<(i64, String)> = gateway_calls::table
        .filter(gateway_calls::project.eq(block.project))
        .filter(gateway_calls::number.between(block.first_number, block.last_number))
        .select((gateway_calls::number, gateway_calls::state))
        .load(conn)?;
    Ok(rows.into_iter().map(|(number, state)| (number, State::parse(&state))).collect())
}

/// Calls of a block that are under way in a process that lives no more: nobody knows how they ended.
pub fn give_up(conn: &mut AnyConnection, block: &OpenBlock, at: Timestamp) -> Result<()> {
    let begun = gateway_calls::table
        .filter(gateway_calls::project.eq(block.project))
        .filter(gateway_calls::number.between(block.first_number, block.last_number))
        .filter(gateway_calls::state.eq(State::Begun.as_str()));
    let ended = (
        gateway_calls::state.eq(State::Unknown.as_str()),
        gateway_calls::ended_at.eq(Some(at)),
        gateway_calls::reason.eq(Some("the server's process ended; the call was not sent again")),
    );
    each!(conn, |c| diesel::update(begun).set(ended).execute(c))?;
    Ok(())
}

/// Puts calls in that have begun; those that are there already stay as they are.
pub fn put_begun(conn: &mut AnyConnection, process: &str, calls: &[Begun]) -> Result<()> {
    calls.iter().try_for_each(|call| put(conn, CallRow::of(process, call)))
}

/// Puts calls in that have ended, in place of what was there. A call whose trace could not be stored has no moment of it.
pub fn put_ended(conn: &mut AnyConnection, process: &str, calls: &[Kept]) -> Result<()> {
    for (project, numbers) in by_project(calls) {
        for chunk in numbers.chunks(CHUNK) {
            let gone = gateway_calls::table
                .filter(gateway_calls::project.eq(project))
                .filter(gateway_calls::number.eq_any(chunk.to_vec()));
            each!(&mut *conn, |c| diesel::delete(gone).execute(c))?;
        }
    }
    for (call, ended, traced_at) in calls {
        let row = CallRow {
            state: ended.state.as_str(),
            status: ended.status.map(i32::from),
            reason: ended.reason.as_deref(),
            model: ended.model.as_deref(),
            input_tokens: ended.input_tokens,
            output_tokens: ended.output_tokens,
            ended_at: Some(ended.at),
            traced_at: *traced_at,
            ..CallRow::of(process, call)
        };
        put(conn, row)?;
    }
    Ok(())
}

/// A call, how it ended, and when its trace was stored.
pub type Kept = (Begun, Ended, Option<Timestamp>);

fn put(conn: &mut AnyConnection, row: CallRow<'_>) -> Result<()> {
    each!(conn, |c| diesel::insert_into(gateway_calls::table)
        .values(&row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

fn by_project(calls: &[Kept]) -> BTreeMap<ProjectKey, Vec<i64>> {
    let mut found: BTreeMap<ProjectKey, Vec<i64>> = BTreeMap::new();
    for (call, ..) in calls {
        found.entry(call.project()).or_default().push(call.number);
    }
    found
}

#[derive(Insertable)]
#[diesel(table_name = gateway_calls)]
struct CallRow<'a> {
    project: ProjectKey,
    number: i64,
    process: &'a str,
    provider: &'a str,
    method: &'a str,
    path: &'a str,
    is_billed: bool,
    state: &'a str,
    status: Option<i32>,
    reason: Option<&'a str>,
    trace_id: &'a str,
    span_id: &'a str,
    model: Option<&'a str>,
    input_tokens: Option<i64>,
    output_tokens: Option<i64>,
    began_at: Timestamp,
    ended_at: Option<Timestamp>,
    traced_at: Option<Timestamp>,
}

impl<'a> CallRow<'a> {
    /// A call that has begun.
    fn of(process: &'a str, call: &'a Begun) -> Self {
        Self {
            project: call.project(),
            number: call.number,
            process,
            provider: call.provider.as_str(),
            method: &call.method,
            path: &call.path,
            is_billed: call.is_billed,
            state: State::Begun.as_str(),
            status: None,
            reason: None,
            trace_id: &call.trace_id,
            span_id: &call.span_id,
            model: None,
            input_tokens: None,
            output_tokens: None,
            began_at: call.at,
            ended_at: None,
            traced_at: None,
        }
    }
}
