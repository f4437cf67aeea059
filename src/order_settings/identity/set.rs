//! Deciding what calls must name. It holds for what arrives or is linked from then on.

use std::collections::BTreeSet;

use crate::db::{Tx, locks};
use crate::foundation::{Action, Asker, Error, Result};
use crate::ledger::Draft;
use crate::state::App;

use super::events::{IdentityRequired, SET, stream_of};
use super::model::Name;
use super::reads;

/// The longest reason, in characters.
const LONGEST: usize = 1_000;

/// Decides it. For supervisors, admins and the operator, as what is masked and kept of traces is.
pub async fn set(app: &App, asker: &Asker, to: BTreeSet<Name>, reason: &str) -> Result<()> {
    asker.must(Action::SetPrivacy)?;
    let reason = reason.trim().to_owned();
    if reason.is_empty() || reason.chars().count() > LONGEST {
        return Err(Error::invalid("reason", format!("say why, in 1 to {LONGEST} characters")));
    }
    let (ledger, project) = (app.ledger.clone(), asker.project);
    let write = move |tx: &mut Tx<'_>| {
        locks::take_turn(tx, locks::order_turn(project, "identity"))?;
        let from = reads::required(tx.conn, project)?;
        if from != to {
            let data = serde_json::to_value(IdentityRequired { from, to, reason })?;
            ledger.append_next(tx, &stream_of(project), Draft::new(SET, data))?;
        }
        Ok(())
    };
    app.db.write(&asker.actor, write).await
}
