//! Saying that something of an asset is measured.

use crate::assets::decide::METERS;
use crate::assets::events::{AssetEvent, MeterAdded};
use crate::assets::model::MeterFacts;
use crate::assets::reads;
use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Error, Result};
use crate::state::App;

/// Adds a meter; gives its id.
pub async fn add_meter(app: &App, asker: &Asker, code: &str, facts: MeterFacts) -> Result<String> {
    asker.must(Action::KeepAssets)?;
    let to = facts.checked()?;
    let (ledger, project, code) = (app.ledger.clone(), asker.project, code.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        super::take_turn(tx, project)?;
        let asset = super::in_use(tx, project, &code)?;
        let meters = reads::meters(tx.conn, project, &asset.asset_id)?;
        if meters.len() >= METERS {
            return Err(Error::refused(format!("An asset has {METERS} meters at most.")));
        }
        if meters.iter().any(|meter| meter.facts().name == to.name) {
            return Err(Error::invalid("name", format!("asset {} has a meter of this name", asset.code)));
        }
        let meter = new_id(tx.now());
        let event = AssetEvent::MeterAdded(MeterAdded { meter: meter.clone(), to });
        super::append(tx, &ledger, project, &asset.asset_id, &event)?;
        Ok(meter)
    };
    app.db.write(&asker.actor, write).await
}
