//! What admins do to sources.

pub mod add_source;
pub mod remove_source;
pub mod run_now;

use crate::foundation::{Error, Result, Role};
use crate::people::Asker;

fn must_be_admin(asker: &Asker) -> Result<()> {
    if asker.is_operator || asker.roles.contains(&Role::Admin) {
        return Ok(());
    }
    Err(Error::forbidden("only an admin of this project adds, removes and pulls sources"))
}
