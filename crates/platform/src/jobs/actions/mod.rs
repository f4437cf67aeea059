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
use crate::foundation::{Action, Asker, Error, ProjectKey, Result};
use crate::jobs::events;
use crate::jobs::store::{self, ScheduleRow};
use crate::ledger::Draft;
use crate::state::App;

/// The project whose jobs are meant: the asker's, or, for whoever keeps it, the installation.
fn may_keep(asker: &Asker, project: ProjectKey) -> Result<()> {
    asker.must(Action::KeepJobs)?;
    let sees =
        project == asker.project || (project.0 == 0 && asker.must(Action::KeepInstallationJobs).is_ok());
    if sees { Ok(()) } else { Err(Error::not_found("that job or schedule")) }
}

/// The installation's jobs work for every project, so they are for who is an admin of every one of them.
fn may_keep_for_all(tx: &mut Tx<'_>, asker: &Asker, project: ProjectKey) -> Result<()> {
    if project.0 != 0 || store::is_admin_elsewhere_too(tx.conn, asker.project, asker.id())? {
        return Ok(());
    }
    Err(Error::forbidden(
        "this works for every project of the server, so it is for somebody who is an admin in all of them",
    ))
}

/// Changes the schedule of this name; the event that `change` gives tells it in the same transaction.
async fn keep_schedule(
    app: &App,
    asker: &Asker,
    project: ProjectKey,
    name: &str,
    change: impl FnOnce(&mut Tx<'_>, &ScheduleRow) -> Result<Draft> + Send + 'static,
) -> Result<()> {
    may_keep(asker, project)?;
    let (ledger, name, who) = (app.ledger.clone(), name.to_owned(), asker.clone());
    app.db
        .write(&asker.actor, move |tx| {
            may_keep_for_all(tx, &who, project)?;
            let found = store::schedule(tx, project, &name)?;
            let row = found.ok_or_else(|| Error::not_found("that schedule"))?;
            let told = change(tx, &row)?;
            ledger.append_next(tx, &events::schedule_stream(project, &name), told)?;
            Ok(())
        })
        .await
}
