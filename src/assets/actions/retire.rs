//! Retiring an asset: it keeps its page and its code, and takes no orders.

use crate::assets::events::{AssetEvent, Because};
use crate::assets::model;
use crate::db::Tx;
use crate::foundation::{Action, Asker, Result};
use crate::state::App;

/// Retires it. What stands below it stays in use: it is retired by itself or moved.
pub async fn retire(app: &App, asker: &Asker, code: &str, reason: &str) -> Result<()> {
    asker.must(Action::KeepAssets)?;
    let reason = model::reason(reason)?;
    let (ledger, project, code) = (app.ledger.clone(), asker.project, code.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        super::take_turn(tx, project)?;
        let asset = super::in_use(tx, project, &code)?;
        super::append(tx, &ledger, project, &asset.asset_id, &AssetEvent::Retired(Because { reason }))
    };
    app.db.write(&asker.actor, write).await
}
