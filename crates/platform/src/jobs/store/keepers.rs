//! Who may touch what works for every project.

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::{memberships, projects};
use crate::foundation::{ProjectKey, Result, Role};

/// Whether an account is an admin in every project besides its own.
pub(in crate::jobs) fn is_admin_elsewhere_too(
    conn: &mut AnyConnection,
    own: ProjectKey,
    account: &str,
) -> Result<bool> {
    let others = projects::table.filter(projects::key.ne(own.0)).count().get_result::<i64>(conn)?;
    if others == 0 {
        return Ok(true);
    }
    let held = memberships::table
        .filter(memberships::account_id.eq(account))
        .filter(memberships::role.eq(Role::Admin.as_str()))
        .filter(memberships::project.ne(own.0));
    Ok(held.count().get_result::<i64>(conn)? >= others)
}
