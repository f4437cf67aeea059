//! Saying that a reading was wrong. It stays to be seen, with the reason.

use crate::assets::events::{AssetEvent, ReadingWithdrawn};
use crate::assets::{model, reads};
use crate::db::Tx;
use crate::foundation::{Action, Asker, Error, Result};
use crate::state::App;

/// Withdraws one's own reading, or anybody's for those who keep assets.
pub async fn withdraw_reading(
    app: &App,
    asker: &Asker,
    code: &str,
    (meter, reading): (&str, &str),
    reason: &str,
) -> Result<()> {
    asker.must(Action::ReadMeter)?;
    let reason = model::reason(reason)?;
    let (ledger, who, code) = (app.ledger.clone(), asker.clone(), code.to_owned());
    let (meter, reading) = (meter.to_owned(), reading.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        let project = who.project;
        super::take_turn(tx, project)?;
        let asset = reads::get(tx.conn, project, &code)?;
        let facts = reads::meter(tx.conn, project, &asset.asset_id, &meter)?.facts();
        let found = reads::reading(tx.conn, project, (&asset.asset_id, &meter, &reading))?;
        if found.by_id != who.id() {
            who.must(Action::KeepAssets)?;
        }
        if found.withdrawn_at.is_some() {
            return Err(Error::refused("This reading is withdrawn already."));
        }
        let units = reads::units(&reads::history(tx.conn, project, &asset.asset_id)?)?;
        let read = facts.in_unit(units.get(&reading));
        let was = format!("{}: {}", facts.name, read.with_unit(&found.value));
        let event = AssetEvent::ReadingWithdrawn(ReadingWithdrawn { meter, reading, was, reason });
        super::append(tx, &ledger, project, &asset.asset_id, &event)
    };
    app.db.write(&asker.actor, write).await
}
