//! Reading procedures: one folded from its events, its history, and lists.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::{procedure_versions, procedures};
use crate::foundation::{Asker, Error, ProjectKey, Result, Timestamp};
use crate::ledger::events::{Event, read_stream};
use crate::work_orders::model::Who;
use crate::work_orders::reads::made_from_counts;
pub use crate::work_orders::reads::own_of;

use super::events::{DRAFTED, ProcedureEvent, stream_of};
use super::fold::{Stamp, apply};
use super::model::{Procedure, Standing, State, in_use, standing};
pub use super::store::{ProcedureRow, VersionRow};

type Backend = <AnyConnection as Connection>::Backend;

/// The procedure that some events of one stream make; an erased event changes nothing any more but the count of versions.
pub fn fold_events(events: &[Event]) -> Result<Procedure> {
    let mut procedure = Procedure::default();
    for event in events {
        let Some(body) = &event.body else {
            procedure.drafted += u32::from(event.kind == DRAFTED);
            continue;
        };
        let name = event.actor_name().to_owned();
        let by = Who { id: event.actor.clone(), kind: event.actor_kind, name };
        let happened = ProcedureEvent::from_json(&event.kind, &body.data)?;
        apply(&mut procedure, &happened, &Stamp { by, at: event.at });
    }
    Ok(procedure)
}

/// What happened to a procedure, oldest first.
pub fn history(conn: &mut AnyConnection, project: ProjectKey, procedure: &str) -> Result<Vec<Event>> {
    read_stream(conn, &stream_of(project, procedure), None)
}

/// The procedure with this id.
pub fn load(conn: &mut AnyConnection, project: ProjectKey, procedure: &str) -> Result<Procedure> {
    let found = fold_events(&history(conn, project, procedure)?)?;
    if found.exists() { Ok(found) } else { Err(Error::not_found("this procedure")) }
}

/// The row with this code, in any case of letters.
pub fn find(conn: &mut AnyConnection, project: ProjectKey, code: &str) -> Result<Option<ProcedureRow>> {
    let code = code.trim().to_uppercase();
    let row = procedures::table.filter(procedures::project.eq(project)).filter(procedures::code.eq(code));
    Ok(row.select(ProcedureRow::as_select()).first(conn).optional()?)
}

/// The row with this id.
pub fn by_id(conn: &mut AnyConnection, project: ProjectKey, id: &str) -> Result<Option<ProcedureRow>> {
    Ok(procedures::table.find((project, id)).select(ProcedureRow::as_select()).first(conn).optional()?)
}

/// A procedure in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub row: ProcedureRow,
    /// The version in use.
    pub in_use: Option<VersionRow>,
    /// The version that comes into use on a later day.
    pub coming: Option<VersionRow>,
    /// The version that is being written or waits for its review.
    pub open: Option<VersionRow>,
    /// Orders made from it that the asker may see.
    pub orders: i64,
}

/// Where a procedure stands in a list: those that are retired come last, and each by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub is_retired: bool,
    /// The number in its code.
    pub sequence: i64,
}

/// Procedures that hold every word, by their codes; those that are retired come last. At most `limit`.
pub fn list(
    conn: &mut AnyConnection,
    who: &Asker,
    words: &str,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Listed>> {
    list_from(conn, who, words, now, (None, limit))
}

/// The same behind a place of the list.
pub fn list_from(
    conn: &mut AnyConnection,
    who: &Asker,
    words: &str,
    now: Timestamp,
    (behind, limit): (Option<Place>, i64),
) -> Result<Vec<Listed>> {
    let mut query = procedures::table.filter(procedures::project.eq(who.project)).into_boxed::<Backend>();
    for word in words.split_whitespace().take(12) {
        query = query.filter(
            procedures::search.like(pattern(&word.chars().take(200).collect::<String>())).escape('\\'),
        );
    }
    if let Some(Place { is_retired, sequence }) = behind {
        let is_next = procedures::sequence.gt(sequence);
        query = if is_retired {
            query.filter(procedures::retired_at.is_not_null()).filter(is_next)
        } else {
            query.filter(procedures::retired_at.is_not_null().or(is_next))
        };
    }
    let order = (procedures::retired_at.is_not_null().asc(), procedures::sequence.asc());
    let rows: Vec<ProcedureRow> =
        query.order(order).limit(limit).select(ProcedureRow::as_select()).load(conn)?;
    let ids: Vec<String> = rows.iter().map(|row| row.procedure_id.clone()).collect();
    let mut versions = versions_of(conn, who.project, ids)?;
    let orders = made_from_counts(conn, who.project, own_of(who).as_deref())?;
    let listed = |row: ProcedureRow| {
        let versions = versions.remove(&row.procedure_id).unwrap_or_default();
        let orders = orders.get(&row.procedure_id).copied().unwrap_or_default();
        Listed::of(row, versions, orders, now)
    };
    Ok(rows.into_iter().map(listed).collect())
}

/// Up to `limit` procedures whose code or title holds every word, by their codes; those that are retired come last.
pub fn titled(
    conn: &mut AnyConnection,
    project: ProjectKey,
    words: &str,
    limit: i64,
) -> Result<Vec<ProcedureRow>> {
    let mut query = procedures::table.filter(procedures::project.eq(project)).into_boxed::<Backend>();
    for word in words.split_whitespace().take(12) {
        query = query.filter(procedures::search.like(pattern(word)).escape('\\'));
    }
    let order = (procedures::retired_at.is_not_null().asc(), procedures::sequence.asc());
    Ok(query.order(order).limit(limit).select(ProcedureRow::as_select()).load(conn)?)
}

/// Up to `limit` procedures of which a version is in use, by the numbers in their codes, behind one of these; none that is retired.
pub fn used(
    conn: &mut AnyConnection,
    project: ProjectKey,
    now: Timestamp,
    (behind, limit): (i64, i64),
) -> Result<Vec<ProcedureRow>> {
    let has_come = procedure_versions::table
        .filter(procedure_versions::project.eq(procedures::project))
        .filter(procedure_versions::procedure_id.eq(procedures::procedure_id))
        .filter(procedure_versions::state.eq(State::Approved.as_str()))
        .filter(procedure_versions::effective_from.le(now));
    Ok(procedures::table
        .filter(procedures::project.eq(project))
        .filter(procedures::retired_at.is_null())
        .filter(procedures::sequence.gt(behind))
        .filter(diesel::dsl::exists(has_come))
        .order(procedures::sequence.asc())
        .limit(limit)
        .select(ProcedureRow::as_select())
        .load(conn)?)
}

/// Whether a project has any procedure.
pub fn is_empty(conn: &mut AnyConnection, project: ProjectKey) -> Result<bool> {
    let any: Option<String> = procedures::table
        .filter(procedures::project.eq(project))
        .select(procedures::procedure_id)
        .first(conn)
        .optional()?;
    Ok(any.is_none())
}

/// How many versions wait for their review.
pub fn waiting(conn: &mut AnyConnection, project: ProjectKey) -> Result<i64> {
    let submitted = procedure_versions::table
        .filter(procedure_versions::project.eq(project))
        .filter(procedure_versions::state.eq(State::Submitted.as_str()));
    Ok(submitted.count().get_result(conn)?)
}

fn versions_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    ids: Vec<String>,
) -> Result<HashMap<String, Vec<VersionRow>>> {
    let rows: Vec<VersionRow> = procedure_versions::table
        .filter(procedure_versions::project.eq(project))
        .filter(procedure_versions::procedure_id.eq_any(ids))
        .order((procedure_versions::procedure_id.asc(), procedure_versions::number.asc()))
        .select(VersionRow::as_select())
        .load(conn)?;
    let mut all: HashMap<String, Vec<VersionRow>> = HashMap::new();
    for row in rows {
        all.entry(row.procedure_id.clone()).or_default().push(row);
    }
    Ok(all)
}

impl Listed {
    /// Where it stands.
    pub fn place(&self) -> Place {
        Place { is_retired: self.row.retired_at.is_some(), sequence: self.row.sequence }
    }

    fn of(row: ProcedureRow, versions: Vec<VersionRow>, orders: i64, now: Timestamp) -> Self {
        let used = in_use(versions.iter().map(VersionRow::dated), now);
        let stands = |version: &VersionRow| standing(version.dated(), used, now);
        let newest =
            |wanted: &dyn Fn(&VersionRow) -> bool| versions.iter().rev().find(|it| wanted(it)).cloned();
        Self {
            in_use: newest(&|it| stands(it) == Standing::InUse),
            coming: newest(&|it| stands(it) == Standing::Coming),
            open: newest(&|it| it.state().is_open()),
            row,
            orders,
        }
    }
}

fn pattern(word: &str) -> String {
    let word = word.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{word}%")
}
