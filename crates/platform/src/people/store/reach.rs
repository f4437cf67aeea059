//! Which projects know an account that holds no role: those in which it ever held one.

use std::collections::BTreeSet;

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::{events, projects};
use crate::foundation::{ProjectKey, Result};
use crate::people::events::MEMBERSHIP;
use crate::people::model::AccountId;

/// The projects in which an account was ever given a role, as the log tells.
pub(in crate::people) fn projects_that_knew(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> Result<Vec<ProjectKey>> {
    let mut knew = Vec::new();
    // One project at a time, since streams are found by their project first.
    for project in every_project(conn)? {
        let stream = events::table
            .filter(events::project.eq(project))
            .filter(events::stream_kind.eq(MEMBERSHIP))
            .filter(events::stream_id.eq(&account.0));
        let found: Option<i64> = stream.select(events::seq).first(conn).optional()?;
        knew.extend(found.map(|_| project));
    }
    Ok(knew)
}

/// Every account that was ever given a role in one project, and every one that was in any other.
pub(in crate::people) fn ever_members(
    conn: &mut AnyConnection,
    project: ProjectKey,
) -> Result<(BTreeSet<AccountId>, BTreeSet<AccountId>)> {
    let (mut here, mut elsewhere) = (BTreeSet::new(), BTreeSet::new());
    for at in every_project(conn)? {
        let accounts: Vec<AccountId> = events::table
            .filter(events::project.eq(at))
            .filter(events::stream_kind.eq(MEMBERSHIP))
            .select(events::stream_id)
            .distinct()
            .load(conn)?;
        if at == project { here.extend(accounts) } else { elsewhere.extend(accounts) }
    }
    Ok((here, elsewhere))
}

fn every_project(conn: &mut AnyConnection) -> Result<Vec<ProjectKey>> {
    Ok(projects::table.select(projects::key).order(projects::key.asc()).load(conn)?)
}
