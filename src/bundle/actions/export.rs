//! Export a bundle: the export itself is recorded and signed first, so that the bundle holds the record of it.

use std::sync::Arc;

use crate::bundle::collect::heads;
use crate::bundle::events::{BundleExported, stream_of};
use crate::bundle::{EvidenceSource, build, pack};
use crate::foundation::{Action, Asker, Error, Result};
use crate::ledger::sequencer;
use crate::state::App;
use crate::work_orders::reads;

/// A bundle on its way out.
#[derive(Clone, Debug)]
pub struct Exported {
    /// The order's number.
    pub number: String,
    /// The zip file.
    pub zip: Vec<u8>,
}

/// Records the export, waits for its place in the log, and builds the bundle under that checkpoint.
pub async fn export(
    app: &App,
    asker: &Asker,
    number: &str,
    source: Arc<dyn EvidenceSource + Send + Sync>,
) -> Result<Exported> {
    let (ledger, who, asked) = (app.ledger.clone(), asker.clone(), number.to_owned());
    let order = app
        .db
        .write(&asker.actor, move |tx| {
            let order = reads::find(tx.conn, who.project, &asked)?
                .ok_or_else(|| Error::not_found(format!("the work order {asked}")))?;
            who.must_for(Action::ExportBundle, &order.tie(&who))?;
            let heads = heads(tx.conn, who.project, &order.order_id)?;
            let event = BundleExported::of(&order.number).draft(&order.order_id, heads)?;
            ledger.append_next(tx, &stream_of(who.project, &order.order_id), event)?;
            Ok(order)
        })
        .await?;
    let checkpoint = sequencer::sequence_now(&app.db, &app.log).await?;
    let (log, project, number) = (Arc::clone(&app.log), asker.project, order.number.clone());
    let zip = app
        .db
        .read(move |conn| pack(&build(conn, &log, project, &order.order_id, &checkpoint, source.as_ref())?))
        .await?;
    Ok(Exported { number, zip })
}
