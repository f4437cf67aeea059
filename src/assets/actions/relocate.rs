//! Making an asset a part of another one, with everything below it.

use crate::assets::events::{AssetEvent, Moved};
use crate::assets::reads;
use crate::db::Tx;
use crate::foundation::{Action, Asker, Result};
use crate::state::App;

/// Moves it below the asset with the code `to`, or to the top where that is empty; whether it stood elsewhere.
pub async fn relocate(app: &App, asker: &Asker, code: &str, to: String) -> Result<bool> {
    asker.must(Action::KeepAssets)?;
    let (ledger, project, code) = (app.ledger.clone(), asker.project, code.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        super::take_turn(tx, project)?;
        let asset = reads::get(tx.conn, project, &code)?;
        let to = super::parent(tx, project, &to)?;
        let below = to.as_ref().map(|to| to.asset_id.clone());
        if below == asset.parent {
            return Ok(false);
        }
        let to = super::above(to)?;
        reads::parents(tx.conn, project)?.may_move(&asset.asset_id, below.as_deref())?;
        let from = match &asset.parent {
            Some(parent) => reads::by_id(tx.conn, project, parent)?.map(|parent| parent.named()),
            None => None,
        };
        super::append(tx, &ledger, project, &asset.asset_id, &AssetEvent::Moved(Moved { from, to }))?;
        Ok(true)
    };
    app.db.write(&asker.actor, write).await
}
