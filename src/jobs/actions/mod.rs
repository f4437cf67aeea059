//! What people do to jobs by hand.

mod cancel;
mod retry;

pub use cancel::cancel;
pub use retry::retry;

use crate::foundation::{Error, ProjectKey, Result, Role};
use crate::people::Asker;

/// Who looks at jobs and changes them.
pub(super) const KEEPERS: &[Role] = &[Role::Admin, Role::Supervisor];

/// The project whose jobs are meant: the asker's, or, for an admin, the installation.
fn may_keep(asker: &Asker, project: ProjectKey) -> Result<()> {
    let keeps = asker.is_operator || KEEPERS.iter().any(|role| asker.roles.contains(role));
    let sees = project == asker.project || (project.0 == 0 && asker.roles.contains(&Role::Admin));
    match (keeps, sees) {
        (true, true) => Ok(()),
        (true, false) => Err(Error::not_found("that job")),
        (false, _) => Err(Error::forbidden("an admin or supervisor starts jobs over or calls them off")),
    }
}
