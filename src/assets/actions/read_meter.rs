//! Writing down what a meter shows.

use crate::assets::decide::below_last;
use crate::assets::events::{AssetEvent, MeterRead};
use crate::assets::{model, reads};
use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Result};
use crate::state::App;

/// What somebody read.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The number as typed.
    pub value: String,
    /// Why a counter shows less than before.
    pub reason: String,
}

/// Keeps it; gives how far it is outside the limits, in words, or nothing. A counter that shows less than before is refused
/// until somebody says why.
pub async fn read_meter(app: &App, asker: &Asker, code: &str, meter: &str, given: Reading) -> Result<String> {
    asker.must(Action::ReadMeter)?;
    let (ledger, project) = (app.ledger.clone(), asker.project);
    let (code, meter) = (code.to_owned(), meter.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        super::take_turn(tx, project)?;
        let asset = super::in_use(tx, project, &code)?;
        let facts = reads::meter(tx.conn, project, &asset.asset_id, &meter)?.facts();
        let value = facts.read(&given.value)?;
        let last = reads::last(tx.conn, project, &asset.asset_id, &meter)?;
        let last = last.as_ref().map(|last| (last.millionths, last.value.as_str()));
        let below = below_last(facts.kind, &value, last, &given.reason)?;
        let reason = if below.is_some() { model::reason(&given.reason)? } else { String::new() };
        let beyond = value.beyond.clone();
        let event = AssetEvent::MeterRead(MeterRead {
            meter,
            name: facts.name,
            unit: facts.unit,
            reading: new_id(tx.now()),
            value: value.text,
            millionths: value.millionths,
            beyond: value.beyond,
            below,
            reason,
        });
        super::append(tx, &ledger, project, &asset.asset_id, &event)?;
        Ok(beyond)
    };
    app.db.write(&asker.actor, write).await
}
