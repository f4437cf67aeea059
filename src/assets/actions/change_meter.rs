//! Changing what a meter measures, or its limits. Readings keep what was said of them.

use crate::assets::events::{AssetEvent, MeterChanged};
use crate::assets::merge::merge_meter;
use crate::assets::model::MeterFacts;
use crate::assets::reads;
use crate::db::Tx;
use crate::foundation::{Action, Asker, Error, Result};
use crate::state::App;

/// Changes it; whether anything was different. With `was`, what its writer saw: what somebody else changed since then stays,
/// and what both changed is refused at its field.
pub async fn change_meter(
    app: &App,
    asker: &Asker,
    code: &str,
    meter: &str,
    facts: MeterFacts,
    was: Option<MeterFacts>,
) -> Result<bool> {
    asker.must(Action::KeepAssets)?;
    let facts = facts.checked()?;
    let (ledger, project) = (app.ledger.clone(), asker.project);
    let (code, meter) = (code.to_owned(), meter.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        super::take_turn(tx, project)?;
        let asset = reads::get(tx.conn, project, &code)?;
        let from = reads::meter(tx.conn, project, &asset.asset_id, &meter)?.facts();
        let to = match was {
            Some(was) => {
                let (merged, both) = merge_meter(facts, &was, &from);
                both.into_result()?;
                merged.checked()?
            }
            None => facts,
        };
        if from == to {
            return Ok(false);
        }
        let others = reads::meters(tx.conn, project, &asset.asset_id)?;
        if others.iter().any(|other| other.meter_id != meter && other.facts().name == to.name) {
            return Err(Error::invalid("name", format!("asset {} has a meter of this name", asset.code)));
        }
        let event = AssetEvent::MeterChanged(MeterChanged { meter, from, to });
        super::append(tx, &ledger, project, &asset.asset_id, &event)?;
        Ok(true)
    };
    app.db.write(&asker.actor, write).await
}
