//! What the parts desk runs on: a small tree of assets with meters, so that the orders of the example name things that are there.

use crate::app::Services;
use crate::assets::actions::add_meter::add_meter;
use crate::assets::actions::create::{NewAsset, create};
use crate::assets::actions::read_meter::{Reading, read_meter};
use crate::assets::actions::withdraw_reading::withdraw_reading;
use crate::assets::model::{Criticality, Facts, MeterFacts, MeterKind};
use crate::assets::reads;
use crate::foundation::{Error, Result};

use super::cast::Cast;

/// Code, name, what it is a part of, criticality, kind and place; parents first.
const ASSETS: [(&str, &str, &str, Criticality, &str, &str); 8] = [
    ("workshop", "Workshop", "", Criticality::B, "Building", "Yard 3"),
    ("parts-store", "Parts store", "workshop", Criticality::B, "Room", "Ground floor"),
    ("store-scale-2", "Scale of the parts store", "parts-store", Criticality::B, "Scale", "Shelf B2"),
    ("store-scan-1", "Hand scanner of the parts store", "parts-store", Criticality::C, "Scanner", "Counter"),
    ("parts-room", "Server room", "workshop", Criticality::B, "Room", "First floor"),
    ("parts-desk-01", "Parts desk server", "parts-room", Criticality::A, "LLM assistant", "Rack 1"),
    ("parts-idx-01", "Catalogue indexer", "parts-desk-01", Criticality::B, "Service", "Rack 1"),
    ("parts-gw-01", "Parts desk gateway", "parts-room", Criticality::B, "Gateway", "Rack 2"),
];

/// Puts them onto the list; the technician reads their meters.
pub(super) async fn stock(services: &Services, cast: &Cast) -> Result<()> {
    let (app, sam) = (&services.app, &cast.supervisor.asker);
    for (code, name, parent, criticality, kind, place) in ASSETS {
        let facts = Facts {
            name: name.to_owned(),
            criticality,
            kind: kind.to_owned(),
            place: place.to_owned(),
            ..Facts::default()
        };
        let new = NewAsset { code: code.to_owned(), facts, parent: parent.to_owned() };
        create(app, sam, new).await?;
    }
    let refused = meter("Refused answers", "%", MeterKind::Gauge, "2");
    let refused = add_meter(app, sam, "parts-desk-01", refused).await?;
    read(services, cast, "parts-desk-01", &refused, "2.4").await?;
    let age = add_meter(app, sam, "parts-gw-01", meter("Key age", "days", MeterKind::Counter, "90")).await?;
    read(services, cast, "parts-gw-01", &age, "760").await?;
    withdraw_last(services, cast, "parts-gw-01", &age).await?;
    read(services, cast, "parts-gw-01", &age, "76").await
}

fn meter(name: &str, unit: &str, kind: MeterKind, high: &str) -> MeterFacts {
    let low = String::new();
    MeterFacts { name: name.to_owned(), unit: unit.to_owned(), kind, low, high: high.to_owned() }
}

async fn read(services: &Services, cast: &Cast, code: &str, meter: &str, value: &str) -> Result<()> {
    let reading = Reading { value: value.to_owned(), ..Reading::default() };
    read_meter(&services.app, &cast.technician.asker, code, meter, reading).await.map(drop)
}

/// A digit too many.
async fn withdraw_last(services: &Services, cast: &Cast, code: &'static str, meter: &str) -> Result<()> {
    let (dana, of) = (&cast.technician.asker, meter.to_owned());
    let project = dana.project;
    let last = services
        .app
        .db
        .read(move |conn| {
            let asset = reads::get(conn, project, code)?;
            reads::last(conn, project, &asset.asset_id, &of)
        })
        .await?;
    let last = last.ok_or_else(|| Error::internal("the example has no reading"))?;
    withdraw_reading(&services.app, dana, code, (meter, &last.reading_id), "a digit too many").await
}
