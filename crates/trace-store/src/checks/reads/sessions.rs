//! Conversations: each row is what its traces say, and each trace that names one has its row.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::db::schema::sessions;
use crate::db::{AnyConnection, Db, each};
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::traces::stored::{StoredSession, computed_sessions};

use super::{Checked, first_difference, snapshot};

const PAGE: i64 = 256;

type Key = (ProjectKey, String);

pub(super) fn check(db: &Db, checked: &mut Checked) -> Result<()> {
    let mut after = (ProjectKey(i64::MIN), String::new());
    while let Some(last) = db.read_blocking(|conn| snapshot(conn, |conn| page(conn, &after, checked)))? {
        after = last;
    }
    db.read_blocking(|conn| missing(conn, checked))
}

fn page(conn: &mut AnyConnection, (project, id): &Key, checked: &mut Checked) -> Result<Option<Key>> {
    let rows: Vec<StoredSession> = each!(conn, |c| sessions::table
        .filter(
            sessions::project
                .gt(*project)
                .or(sessions::project.eq(*project).and(sessions::session_id.gt(id)))
        )
        .order((sessions::project.asc(), sessions::session_id.asc()))
        .limit(PAGE)
        .select(StoredSession::as_select())
        .load(c))?;
    for row in &rows {
        let key = format!("project {}, session {}", row.project.0, row.session_id);
        match computed_sessions(conn, row.project, &row.session_id, Timestamp(row.created_at), Some(row))? {
            None => checked.differs("sessions", key, "session_id", "a row", "no trace of it"),
            Some(made) => {
                if let Some((column, stored, made)) = first_difference(row, &made) {
                    checked.differs("sessions", key, column, stored, made);
                }
            }
        }
    }
    Ok(rows.last().map(|row| (row.project, row.session_id.clone())))
}

#[derive(QueryableByName)]
struct Missing {
    #[diesel(sql_type = BigInt)]
    project: i64,
    #[diesel(sql_type = Text)]
    session_id: String,
}

fn missing(conn: &mut AnyConnection, checked: &mut Checked) -> Result<()> {
    let sql =
        "SELECT DISTINCT t.project, t.session_id FROM traces t WHERE t.session_id IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM sessions s WHERE s.project = t.project AND s.session_id = t.session_id) LIMIT 100";
    let rows: Vec<Missing> = each!(conn, |c| diesel::sql_query(sql).load(c))?;
    for Missing { project, session_id } in rows {
        let key = format!("project {project}, session {session_id}");
        checked.differs("sessions", key, "session_id", "no row", "a conversation that traces name");
    }
    Ok(())
}
