//! Saying something else of an asset. Its code stays what it is.

use crate::assets::events::{AssetEvent, Changed};
use crate::assets::merge::merge;
use crate::assets::model::Facts;
use crate::assets::reads;
use crate::db::Tx;
use crate::foundation::{Action, Asker, Result};
use crate::state::App;

/// Changes it; whether anything was different. With `was`, what its writer saw: what somebody else changed since then stays,
/// and what both changed is refused at its field.
pub async fn change(app: &App, asker: &Asker, code: &str, facts: Facts, was: Option<Facts>) -> Result<bool> {
    asker.must(Action::KeepAssets)?;
    let facts = facts.checked()?;
    let (ledger, project, code) = (app.ledger.clone(), asker.project, code.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        super::take_turn(tx, project)?;
        let asset = reads::get(tx.conn, project, &code)?;
        let from = asset.facts();
        let to = match was {
            Some(was) => {
                let (merged, both) = merge(facts, &was, &from);
                both.into_result().map(|()| merged)?
            }
            None => facts,
        };
        if from == to {
            return Ok(false);
        }
        super::append(tx, &ledger, project, &asset.asset_id, &AssetEvent::Changed(Changed { from, to }))?;
        Ok(true)
    };
    app.db.write(&asker.actor, write).await
}
