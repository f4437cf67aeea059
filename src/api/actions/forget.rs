//! Forgetting the names of requests a week after they came.

use crate::api::store;
use crate::foundation::{Action, Asker, Result};
use crate::state::App;

/// How long the name of a request is remembered, in microseconds: a week.
const REMEMBERED: i64 = 7 * 86_400_000_000;

/// Forgets them; how many that were. A rule does.
pub async fn forget_old(app: &App, asker: &Asker) -> Result<usize> {
    asker.must(Action::RemoveErased)?;
    let before = app.now().plus_micros(-REMEMBERED);
    app.db.write(&asker.actor, move |tx| store::prune(tx.conn, before)).await
}
