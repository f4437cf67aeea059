//! The policies in force.

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::privacy_policies;
use crate::foundation::{ProjectKey, Result};

use super::model::Policy;

/// The policy in force; the default one until somebody sets another.
pub fn policy(conn: &mut AnyConnection, project: ProjectKey) -> Result<Policy> {
    let stored: Option<String> =
        privacy_policies::table.find(project).select(privacy_policies::policy).first(conn).optional()?;
    Ok(stored.map(|text| serde_json::from_str(&text)).transpose()?.unwrap_or_default())
}

/// The policies that somebody set, by project.
pub fn policies(conn: &mut AnyConnection) -> Result<Vec<(ProjectKey, Policy)>> {
    let rows: Vec<(ProjectKey, String)> = privacy_policies::table
        .select((privacy_policies::project, privacy_policies::policy))
        .order(privacy_policies::project.asc())
        .load(conn)?;
    rows.into_iter().map(|(project, text)| Ok((project, serde_json::from_str(&text)?))).collect()
}
