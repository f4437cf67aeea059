//! What can be said of when people work, one file per verb. For supervisors and admins.

pub mod set_absence;
pub mod set_holiday;
pub mod set_hours;
pub mod take_away_absence;
pub mod take_away_holiday;

use crate::db::{AnyConnection, Tx, locks};
use crate::foundation::{Error, ProjectKey, Result};
use crate::people::AccountId;
use crate::people::reads::{account_by_id, members};

use super::reads::{MOST, counts};

/// Makes whoever changes this in a project take turns: what is counted and what was set before are right then.
fn take_turn(tx: &mut Tx<'_>, project: ProjectKey) -> Result<()> {
    locks::take_turn(tx, locks::order_turn(project, "hours"))
}

/// Refuses one row more than can be kept.
fn refuse_more(conn: &mut AnyConnection, project: ProjectKey, field: &str, place: usize) -> Result<()> {
    let count = counts(conn, project)?.get(place).copied().unwrap_or_default();
    if count < MOST {
        return Ok(());
    }
    Err(Error::invalid(field, format!("there are {count} already, which is as many as a project can keep")))
}

/// Somebody who belongs to the project; whom it does not know is not told apart from nobody.
fn somebody(conn: &mut AnyConnection, project: ProjectKey, account: &str) -> Result<String> {
    let unknown = || Error::invalid("account", "choose somebody of this project");
    let id = AccountId(account.trim().to_owned());
    if account_by_id(conn, &id)?.is_none() {
        return Err(unknown());
    }
    let is_here = members(conn, project)?.into_iter().any(|it| it.account.id == id && !it.roles.is_empty());
    if is_here { Ok(id.0) } else { Err(unknown()) }
}
