//! Whom an admin reaches: the people of the own project, and of another one only what concerns the own.
//!
//! A project knows who holds a role in it, and who held one and holds none anywhere now. An account that no project ever
//! knew is everybody's to take in. What touches the whole account (disabling it, a new password, saying whose it is) is for the operator, or
//! for somebody who is an admin wherever it holds a role.

use crate::db::AnyConnection;
use crate::foundation::{Asker, Error, ProjectKey, Result, Role};

use super::model::AccountId;
use super::store::{self, AccountRow};

/// Whether the people of a project know an account.
pub fn is_known_in(conn: &mut AnyConnection, project: ProjectKey, account: &AccountId) -> Result<bool> {
    let holds = store::memberships_of(conn, account)?;
    if !holds.is_empty() {
        return Ok(holds.contains(&project));
    }
    let knew = store::projects_that_knew(conn, account)?;
    Ok(knew.is_empty() || knew.contains(&project))
}

/// Whether what touches the whole account is for this asker: it holds no role where the asker is no admin.
pub fn is_wholly_within(conn: &mut AnyConnection, asker: &Asker, account: &AccountId) -> Result<bool> {
    if asker.is_operator() {
        return Ok(true);
    }
    for project in store::memberships_of(conn, account)?.into_iter().filter(|at| *at != asker.project) {
        if !store::roles(conn, project, &AccountId::of(asker))?.contains(&Role::Admin) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// An account whose roles in the own project an admin may change. Another project's is not there for them.
pub(super) fn known(conn: &mut AnyConnection, asker: &Asker, account: &AccountId) -> Result<AccountRow> {
    let missing = || Error::not_found("that account");
    let row = store::account(conn, account)?.ok_or_else(missing)?;
    if asker.is_operator() || is_known_in(conn, asker.project, account)? { Ok(row) } else { Err(missing()) }
}

/// An account that an admin may manage as a whole.
pub(super) fn whole(conn: &mut AnyConnection, asker: &Asker, account: &AccountId) -> Result<AccountRow> {
    let row = known(conn, asker, account)?;
    if is_wholly_within(conn, asker, account)? {
        return Ok(row);
    }
    Err(Error::forbidden(
        "this account also belongs to another project: take its roles here, or ask the server's operator",
    ))
}
