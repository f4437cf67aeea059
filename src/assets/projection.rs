//! How events of assets become the tables `assets`, `asset_meters` and `asset_readings`: each event by itself.

use crate::db::Tx;
use crate::foundation::Result;
use crate::ledger::{Event, Projection};

use super::events::{AssetEvent, Created, MeterAdded, MeterRead, STREAM_KIND};
use super::store::{self, AssetRow, MeterRow, ReadingRow};

/// The projection, to be wired in `app.rs` before that of work orders.
pub const PROJECTION: Projection = Projection { name: "assets", project, tables: TABLES };

const TABLES: &[&str] = &["assets", "asset_meters", "asset_readings"];

fn project(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    if event.stream_kind != STREAM_KIND {
        return Ok(());
    }
    let Some(body) = &event.body else { return Ok(()) };
    let (project, id) = (event.project, event.stream_id.as_str());
    match AssetEvent::read(&event.kind, &body.data)? {
        AssetEvent::Created(it) => store::add(tx.conn, &asset(event, it)),
        AssetEvent::Changed(it) => store::change(tx.conn, project, id, &it.to),
        AssetEvent::Moved(it) => store::relocate(tx.conn, project, id, it.to.map(|to| to.asset)),
        AssetEvent::Retired(it) => {
            let retired = (event.at, event.actor_name().to_owned(), it.reason);
            store::retire(tx.conn, project, id, Some(retired))
        }
        AssetEvent::TakenUp(_) => store::retire(tx.conn, project, id, None),
        AssetEvent::MeterAdded(it) => store::add_meter(tx.conn, &meter(event, it)),
        AssetEvent::MeterChanged(it) => store::change_meter(tx.conn, project, (id, &it.meter), &it.to),
        AssetEvent::MeterRead(it) => store::add_reading(tx.conn, &reading(event, it)),
        AssetEvent::ReadingWithdrawn(it) => {
            let withdrawn = (event.at, event.actor_name(), event.actor_kind, it.reason.as_str());
            store::withdraw_reading(tx.conn, project, (id, &it.meter, &it.reading), withdrawn)
        }
    }
}

fn asset(event: &Event, created: Created) -> AssetRow {
    let Created { code, facts, parent } = created;
    AssetRow {
        project: event.project,
        asset_id: event.stream_id.clone(),
        code_key: code.key(),
        code: code.to_string(),
        name: facts.name,
        parent: parent.map(|parent| parent.asset),
        criticality: facts.criticality.as_str().to_owned(),
        kind: facts.kind,
        place: facts.place,
        maker: facts.maker,
        model: facts.model,
        serial: facts.serial,
        notes: facts.notes,
        created_at: event.at,
        retired_at: None,
        retired_by: String::new(),
        retired_reason: String::new(),
    }
}

fn meter(event: &Event, added: MeterAdded) -> MeterRow {
    let MeterAdded { meter, to } = added;
    MeterRow {
        project: event.project,
        asset_id: event.stream_id.clone(),
        meter_id: meter,
        name: to.name,
        unit: to.unit,
        kind: to.kind.as_str().to_owned(),
        low: to.low,
        high: to.high,
        created_at: event.at,
    }
}

fn reading(event: &Event, read: MeterRead) -> ReadingRow {
    ReadingRow {
        project: event.project,
        asset_id: event.stream_id.clone(),
        meter_id: read.meter,
        reading_id: read.reading,
        value: read.value,
        millionths: read.millionths,
        beyond: read.beyond,
        reason: read.reason,
        at: event.at,
        by_id: event.actor.clone(),
        by_name: event.actor_name().to_owned(),
        withdrawn_at: None,
        withdrawn_by: String::new(),
        withdrawn_reason: String::new(),
        by_kind: event.actor_kind.as_str().to_owned(),
        withdrawn_kind: String::new(),
    }
}
