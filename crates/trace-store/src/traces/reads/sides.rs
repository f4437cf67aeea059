//! Where the input and output of traces in a list lie: their own, and those of their top observation.

use diesel::prelude::*;

use crate::db::schema::{observations, traces};
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result};
use packing::Refs;

use super::TraceRow;

/// The top observation of a trace, as far as a list needs it.
#[derive(Clone, Debug)]
pub struct Top {
    pub trace_id: String,
    /// `DEBUG`, `DEFAULT`, `WARNING`, `ERROR`.
    pub level: String,
    pub status_message: Option<String>,
    /// Its image and bodies.
    pub pieces: Refs,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = observations)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
struct TopRow {
    trace_id: String,
    observation_id: String,
    level: String,
    status_message: Option<String>,
    image: Vec<u8>,
}

/// Where the own input and output of these traces lie, by trace; at most a page of them.
pub fn own_pieces(
    conn: &mut AnyConnection,
    project: ProjectKey,
    rows: &[TraceRow],
) -> Result<Vec<(String, Refs)>> {
    let ids = rows.iter().map(|row| row.trace_id.as_str());
    let found: Vec<(String, Vec<u8>)> = each!(conn, |c| traces::table
        .filter(traces::project.eq(project))
        .filter(traces::trace_id.eq_any(ids))
        .select((traces::trace_id, traces::refs))
        .load(c))?;
    found.into_iter().map(|(id, refs)| Ok((id, Refs::decode(&refs)?))).collect()
}

/// The top observations of these traces; at most a page of them.
pub fn tops(conn: &mut AnyConnection, project: ProjectKey, rows: &[TraceRow]) -> Result<Vec<Top>> {
    let keys =
        rows.iter().filter_map(|row| Some((row.trace_id.as_str(), row.root_observation_id.as_deref()?)));
    let keys: Vec<(&str, &str)> = keys.collect();
    let found: Vec<TopRow> = match conn {
        // Two lists would be every pair of them, and a look by key costs nothing beside that.
        AnyConnection::Sqlite(c) => {
            let one = |(trace, id): &(&str, &str)| {
                let row = observations::table.find((project, *trace, *id)).select(TopRow::as_select());
                row.first(c).optional()
            };
            keys.iter().map(one).filter_map(Result::transpose).collect::<QueryResult<_>>()?
        }
        AnyConnection::Postgres(c) => observations::table
            .filter(observations::project.eq(project))
            .filter(observations::trace_id.eq_any(keys.iter().map(|(trace, _)| *trace)))
            .filter(observations::observation_id.eq_any(keys.iter().map(|(_, id)| *id)))
            .select(TopRow::as_select())
            .load(c)?,
    };
    let wanted = |row: &TopRow| keys.contains(&(row.trace_id.as_str(), row.observation_id.as_str()));
    let found = found.into_iter().filter(wanted);
    found
        .map(|row| {
            Ok(Top {
                pieces: Refs::decode(&row.image)?,
                trace_id: row.trace_id,
                level: row.level,
                status_message: row.status_message,
            })
        })
        .collect()
}
