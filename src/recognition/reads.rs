//! A project's own rules, and who set them.

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::recognition_rules;
use crate::foundation::{ProjectKey, Result, Timestamp};
use wire::mapping::own_rules::ProjectRules;

pub(super) mod kept;

/// The rules in force.
#[derive(Clone, Debug, Default)]
pub struct InForce {
    pub rules: ProjectRules,
    /// None until somebody sets some.
    pub last: Option<Change>,
}

/// The change that brought them.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = recognition_rules)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct Change {
    /// The number of changes so far.
    pub version: i64,
    pub at: Timestamp,
    pub by_name: String,
    pub event_id: String,
    pub reason: String,
    rules: String,
}

/// The rules that a project adds to the table.
pub fn in_force(conn: &mut AnyConnection, project: ProjectKey) -> Result<InForce> {
    let row = recognition_rules::table.find(project).select(Change::as_select());
    let Some(last) = row.first(conn).optional()? else { return Ok(InForce::default()) };
    Ok(InForce { rules: serde_json::from_str(&last.rules)?, last: Some(last) })
}
