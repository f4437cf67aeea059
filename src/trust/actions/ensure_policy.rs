//! Putting the first policy in force, once.

use crate::db::Tx;
use crate::foundation::{Action, Asker, Result};
use crate::ledger::{Ledger, events};
use crate::state::App;
use crate::trust::events::{policy_set, stream};
use crate::trust::policy::Policy;

/// Logs TW-Score v1 at the first start; later starts change nothing.
pub async fn ensure_policy(app: &App, asker: &Asker) -> Result<()> {
    asker.must(Action::SetTrustPolicy)?;
    let ledger = app.ledger.clone();
    app.db.write(&asker.actor, move |tx| ensure(tx, &ledger)).await
}

fn ensure(tx: &mut Tx<'_>, ledger: &Ledger) -> Result<()> {
    if events::version(tx.conn, &stream())? == 0 {
        ledger.append(tx, &stream(), 0, vec![policy_set(&Policy::v1())?])?;
    }
    Ok(())
}
