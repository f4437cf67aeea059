//! Takes a score away. The ledger keeps that it was there and who removed it; what it said is not in it.

use serde_json::json;

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Error, ProjectKey, Result};
use crate::ledger::{Draft, Ledger, Stream};
use crate::state::App;
use crate::traces::store::scores::{Removal, Removed, remove};

/// Removes a score; once removed, it stays removed until something new comes under its id.
pub async fn delete_score(app: &App, asker: &Asker, score_id: String) -> Result<()> {
    asker.must(Action::DeleteScore)?;
    let (ledger, project) = (app.ledger.clone(), asker.project);
    app.db.write(&asker.actor, move |tx| delete(tx, &ledger, project, &score_id)).await
}

fn delete(tx: &mut Tx<'_>, ledger: &Ledger, project: ProjectKey, score_id: &str) -> Result<()> {
    match remove(tx, project, score_id)? {
        Removal::Done(removed) => note(tx, ledger, project, score_id, removed),
        // A request sent again.
        Removal::Before => Ok(()),
        Removal::Unknown => Err(Error::not_found("this score")),
    }
}

/// Clients choose score ids, so they stand in the erasable body; the stream has a name of our own.
fn note(
    tx: &mut Tx<'_>,
    ledger: &Ledger,
    project: ProjectKey,
    score_id: &str,
    removed: Removed,
) -> Result<()> {
    let stream = Stream { project, kind: "score_deletion", id: new_id(tx.now()) };
    let data = json!({
        "score": score_id,
        "name": removed.name,
        "trace": removed.trace_id,
        "observation": removed.observation_id,
        "session": removed.session_id,
        "arrivals": removed.digest,
    });
    ledger.append_next(tx, &stream, Draft::new("traces.score_deleted.v1", data)).map(drop)
}
