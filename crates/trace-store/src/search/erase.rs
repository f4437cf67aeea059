//! Words leave the index with the traces they came from.

use crate::db::Tx;
use crate::foundation::{ProjectKey, Result};

use super::{reads, store};

/// Removes all words of some traces. Call it in the transaction that deletes the traces, so that both happen or neither.
///
/// On PostgreSQL they are gone at COMMIT; it waits for a batch being indexed. On SQLite the background work removes them
/// within a second, before it indexes anything else; until then no search shows them, because results are looked up in
/// the traces themselves.
pub fn erase(tx: &mut Tx<'_>, project: ProjectKey, trace_ids: &[String]) -> Result<()> {
    if tx.conn.is_sqlite() {
        return reads::remember_erased(tx.conn, project, trace_ids);
    }
    store::erase_in_place(tx.conn, project, trace_ids)
}
