//! Forgetting answers that no device asks for any more.

use crate::foundation::{Action, Asker, Result};
use crate::offline::store;
use crate::state::App;

/// How long the answer to a settled entry is kept, in microseconds (30 days). Whoever sends it later still is told that it is in
/// the record, by the record itself.
const KEEP_MICROS: i64 = 30 * 86_400 * 1_000_000;

/// Forgets what was settled long ago, of all projects; how many entries that were. Whatever waits for a decision stays.
pub async fn forget_settled(app: &App, asker: &Asker) -> Result<usize> {
    asker.must(Action::RemoveErased)?;
    let before = app.now().plus_micros(-KEEP_MICROS);
    app.db.write(&asker.actor, move |tx| store::prune(tx.conn, before)).await
}
