//! Makes the sums of hours that have been quiet for a while.
//!
//! The marks are read before the rows, and only those marks are taken away: whoever commits in between leaves a mark that
//! stays, so the hour is read from its rows until the next round. Two that make the same hour take turns, and the second
//! finds the marks gone.

use crate::foundation::{Actor, ProjectKey, Result};
use crate::state::App;

use super::store;

/// An hour is summed when nobody has written to it for this long, in microseconds (a minute).
const QUIET: i64 = 60_000_000;
/// How often hours are looked up in one run.
const MOST_BATCHES: usize = 200;

/// Brings the sums up to date; gives the number of hours that were summed.
pub async fn refresh(app: &App) -> Result<usize> {
    let quiet = app.now().plus_micros(-QUIET);
    app.db.write(&Actor::system(), |tx| store::thin_out(tx.conn)).await?;
    let mut done = 0;
    for _ in 0..MOST_BATCHES {
        let due = app.db.read(move |conn| store::due(conn, quiet)).await?;
        if due.is_empty() {
            break;
        }
        let before = done;
        for (project, start_at) in due {
            done += usize::from(remake(app, project, start_at).await?);
        }
        if done == before {
            break;
        }
    }
    Ok(done)
}

/// Sums one hour; false when somebody else did, or something came in between.
async fn remake(app: &App, project: ProjectKey, start_at: i64) -> Result<bool> {
    let marks = app.db.read(move |conn| store::marks(conn, project, start_at)).await?;
    let made = app.db.read(move |conn| store::make(conn, project, start_at)).await?;
    app.db.write(&Actor::system(), move |tx| store::put(tx, project, start_at, &marks, made)).await
}
