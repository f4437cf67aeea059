//! What people do to jobs and schedules by hand.

mod cancel;
mod pause_schedule;
mod resume_schedule;
mod retry;
mod run_schedule;

pub use cancel::cancel;
pub use pause_schedule::pause_schedule;
pub use resume_schedule::resume_schedule;
pub use retry::retry;
pub use run_schedule::run_schedule;

use crate::db::Tx;
use crate::foundation::{Error, ProjectKey, Result, Role};
use crate::jobs::store::{self, ScheduleRow};
use crate::people::Asker;

/// Who looks at jobs and changes them.
pub(super) const KEEPERS: &[Role] = &[Role::Admin, Role::Supervisor];

/// The project whose jobs are meant: the asker's, or, for an admin, the installation.
fn may_keep(asker: &Asker, project: ProjectKey) -> Result<()> {
    let keeps = asker.is_operator || KEEPERS.iter().any(|role| asker.roles.contains(role));
    let sees = project == asker.project || (project.0 == 0 && asker.roles.contains(&Role::Admin));
    match (keeps, sees) {
        (true, true) => Ok(()),
        (true, false) => Err(Error::not_found("that job or schedule")),
        (false, _) => Err(Error::forbidden("an admin or supervisor looks after jobs and schedules")),
    }
}

/// The schedule of this name.
fn schedule(tx: &mut Tx<'_>, project: ProjectKey, name: &str) -> Result<ScheduleRow> {
    store::schedule(tx, project, name)?.ok_or_else(|| Error::not_found("that schedule"))
}
