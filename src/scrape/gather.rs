//! Everything that is told, put together for one answer.

use crate::db::{AnyConnection, snapshot};
use crate::foundation::Result;
use crate::intake::Intake;
use crate::state::App;
use crate::traces::recount::is_going_on;

use super::family::Family;
use super::registry::Registry;
use super::{measured, process, received, stored};

/// Reads what is told of the installation itself, and whether older traces are still being counted.
pub async fn health(app: &App, intake: &Intake) -> Result<(Vec<Family>, bool)> {
    let asked = app.clone();
    let read = move |conn: &mut AnyConnection| {
        snapshot(conn, |conn| Ok((stored::families(&asked, conn)?, is_going_on(conn)?)))
    };
    let (mut registry, is_counting) = app.db.read(read).await?;
    registry.extend(process::families(app));
    registry.extend(received::families(&intake.counts, None));
    Ok((registry.into_families(), is_counting))
}

/// Reads all that is told, what is stored from one state of the database.
pub async fn gather(app: &App, intake: &Intake) -> Result<Registry> {
    let (asked, now) = (app.clone(), app.now());
    let read = move |conn: &mut AnyConnection| {
        snapshot(conn, |conn| Ok((stored::families(&asked, conn)?, measured::read(conn, now)?)))
    };
    let (mut registry, measured) = app.db.read(read).await?;
    registry.join(measured::tell(app, measured).await?);
    registry.extend(process::families(app));
    registry.extend(received::families(&intake.counts, None));
    Ok(registry)
}
