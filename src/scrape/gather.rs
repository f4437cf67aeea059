//! Everything that is told, put together for one answer.

use crate::db::snapshot;
use crate::foundation::Result;
use crate::intake::Intake;
use crate::state::App;

use super::registry::Registry;
use super::{process, received, stored};

/// Reads all that is told, what is stored from one state of the database.
pub async fn gather(app: &App, intake: &Intake) -> Result<Registry> {
    let asked = app.clone();
    let mut registry = app.db.read(move |conn| snapshot(conn, |conn| stored::families(&asked, conn))).await?;
    registry.extend(process::families(app));
    registry.extend(received::families(&intake.counts, None));
    Ok(registry)
}
