//! Taking up a retired asset again.

use crate::assets::events::{AssetEvent, Because};
use crate::assets::{model, reads};
use crate::db::Tx;
use crate::foundation::{Action, Asker, Error, Result};
use crate::state::App;

/// Takes it up again.
pub async fn take_up(app: &App, asker: &Asker, code: &str, reason: &str) -> Result<()> {
    asker.must(Action::KeepAssets)?;
    let reason = model::reason(reason)?;
    let (ledger, project, code) = (app.ledger.clone(), asker.project, code.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        super::take_turn(tx, project)?;
        let asset = reads::get(tx.conn, project, &code)?;
        if asset.retired_at.is_none() {
            return Err(Error::refused(format!("Asset {} is in use already.", asset.code)));
        }
        super::append(tx, &ledger, project, &asset.asset_id, &AssetEvent::TakenUp(Because { reason }))
    };
    app.db.write(&asker.actor, write).await
}
