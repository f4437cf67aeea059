//! The routes of the ledger's pages.

use crate::foundation::Action;
use crate::web::{Access, Routes};

use super::pages::{checkpoint, event, list, proof};

/// Who reads the full audit trail.
const READERS: Access = Access::May(Action::ReadLedger);

/// Registers them; the fixed address stands before the pattern that would take it too.
pub fn routes(routes: &mut Routes) {
    routes.get("/ledger", READERS, list::show);
    routes.get("/ledger/checkpoint", READERS, checkpoint::download);
    routes.get("/ledger/{index}.tlog-proof", READERS, proof::download);
    routes.get("/ledger/{index}", READERS, event::show);
}
