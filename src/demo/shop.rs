//! What the parts desk runs on: a small tree of assets with meters, so that the orders of the example name things that are there.

use crate::assets::actions::add_meter::add_meter;
use crate::assets::actions::create::{NewAsset, create};
use crate::assets::model::{Criticality, Facts, MeterFacts, MeterKind};
use crate::foundation::Result;
use crate::order_settings::hours::actions::set_hours::set_hours;
use crate::order_settings::hours::model::Week;
use crate::state::App;

use super::cast::{Cast, Who};

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

/// Asset, name, unit, kind, lower and upper limit.
const METERS: [(&str, &str, &str, MeterKind, &str, &str); 5] = [
    ("parts-desk-01", "Refused answers", "%", MeterKind::Gauge, "", "2"),
    ("parts-desk-01", "Fan hours", "h", MeterKind::Counter, "", "40000"),
    ("parts-gw-01", "Key age", "days", MeterKind::Counter, "", "90"),
    ("store-scale-2", "Drift", "g", MeterKind::Gauge, "-0.5", "0.5"),
    ("parts-idx-01", "Rows of the index", "rows", MeterKind::Gauge, "20000", ""),
];

/// What an asset is called; its code where nobody registered it.
pub(super) fn name_of(code: &'static str) -> &'static str {
    ASSETS.iter().find(|(known, ..)| *known == code).map_or(code, |(_, name, ..)| *name)
}

/// Puts them onto the list.
pub(super) async fn register(app: &App, cast: &Cast) -> Result<()> {
    let sam = &cast.supervisor.asker;
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
    for (code, name, unit, kind, low, high) in METERS {
        let [name, unit, low, high] = [name, unit, low, high].map(str::to_owned);
        add_meter(app, sam, code, MeterFacts { name, unit, kind, low, high }).await?;
    }
    hours(app, cast).await
}

/// How long the two who repair work, so that work stands against hours.
async fn hours(app: &App, cast: &Cast) -> Result<()> {
    let sam = &cast.supervisor.asker;
    let from = app.now().to_chrono().format("%Y-%m-%d").to_string();
    for (who, a_day) in [(Who::Dana, 480), (Who::Ivo, 360)] {
        let week = Week([a_day, a_day, a_day, a_day, a_day, 0, 0]);
        set_hours(app, sam, &cast.of(who).asker.actor.id, &from, week).await?;
    }
    Ok(())
}
