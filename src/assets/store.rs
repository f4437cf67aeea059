//! Rows of `assets`, `asset_meters` and `asset_readings`.

use diesel::prelude::*;

use crate::db::schema::{asset_meters, asset_readings, assets};
use crate::db::{AnyConnection, each};
use crate::foundation::{ActorKind, ProjectKey, Result, Timestamp};

use super::model::{AssetName, Criticality, Facts, MeterFacts, MeterKind};

/// An asset as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = assets)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct AssetRow {
    pub(super) project: ProjectKey,
    /// Opaque id; the id of the stream.
    pub asset_id: String,
    /// What stands on its label and in orders.
    pub code: String,
    /// The code as it is looked for.
    pub code_key: String,
    pub name: String,
    /// The id of the asset that it is a part of.
    pub parent: Option<String>,
    pub(super) criticality: String,
    pub(super) kind: String,
    pub(super) place: String,
    pub(super) maker: String,
    pub(super) model: String,
    pub(super) serial: String,
    pub(super) notes: String,
    pub created_at: Timestamp,
    /// When it was retired; none while it is in use.
    pub retired_at: Option<Timestamp>,
    pub retired_by: String,
    pub retired_reason: String,
}

impl AssetRow {
    /// What is at stake where it fails.
    pub fn criticality(&self) -> Criticality {
        Criticality::read(&self.criticality).unwrap_or_default()
    }

    /// What is said of it.
    pub fn facts(&self) -> Facts {
        Facts {
            name: self.name.clone(),
            criticality: self.criticality(),
            kind: self.kind.clone(),
            place: self.place.clone(),
            maker: self.maker.clone(),
            model: self.model.clone(),
            serial: self.serial.clone(),
            notes: self.notes.clone(),
        }
    }

    /// As an event names it.
    pub fn named(&self) -> AssetName {
        AssetName { asset: self.asset_id.clone(), code: self.code.clone(), name: self.name.clone() }
    }
}

/// A meter.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = asset_meters)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct MeterRow {
    pub(super) project: ProjectKey,
    pub asset_id: String,
    pub meter_id: String,
    pub(super) name: String,
    pub(super) unit: String,
    pub(super) kind: String,
    pub(super) low: String,
    pub(super) high: String,
    pub created_at: Timestamp,
}

impl MeterRow {
    /// What it measures.
    pub fn facts(&self) -> MeterFacts {
        MeterFacts {
            name: self.name.clone(),
            unit: self.unit.clone(),
            kind: MeterKind::read(&self.kind).unwrap_or_default(),
            low: self.low.clone(),
            high: self.high.clone(),
        }
    }
}

/// A reading.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = asset_readings)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct ReadingRow {
    pub(super) project: ProjectKey,
    pub asset_id: String,
    pub meter_id: String,
    pub reading_id: String,
    /// The number as it was written.
    pub value: String,
    pub millionths: i64,
    /// How far outside the limits of that moment, in words; empty within them.
    pub beyond: String,
    /// Why a counter showed less than before.
    pub reason: String,
    pub at: Timestamp,
    pub by_id: String,
    pub by_name: String,
    /// When it was withdrawn; none while it counts.
    pub withdrawn_at: Option<Timestamp>,
    pub(super) withdrawn_by: String,
    pub withdrawn_reason: String,
    /// A person or an agent, as stored.
    pub(super) by_kind: String,
    pub(super) withdrawn_kind: String,
}

impl ReadingRow {
    /// The printed name of whoever read it; an agent says that it is one.
    pub fn by(&self) -> String {
        ActorKind::from_stored(&self.by_kind).marked(&self.by_name)
    }

    /// The same of whoever withdrew it.
    pub fn withdrawn_by(&self) -> String {
        ActorKind::from_stored(&self.withdrawn_kind).marked(&self.withdrawn_by)
    }
}

pub(super) fn add(conn: &mut AnyConnection, row: &AssetRow) -> Result<()> {
    each!(conn, |c| diesel::insert_into(assets::table).values(row).execute(c))?;
    Ok(())
}

pub(super) fn change(conn: &mut AnyConnection, project: ProjectKey, asset: &str, to: &Facts) -> Result<()> {
    diesel::update(assets::table.find((project, asset)))
        .set((
            assets::name.eq(&to.name),
            assets::criticality.eq(to.criticality.as_str()),
            assets::kind.eq(&to.kind),
            assets::place.eq(&to.place),
            assets::maker.eq(&to.maker),
            assets::model.eq(&to.model),
            assets::serial.eq(&to.serial),
            assets::notes.eq(&to.notes),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn relocate(
    conn: &mut AnyConnection,
    project: ProjectKey,
    asset: &str,
    parent: Option<String>,
) -> Result<()> {
    diesel::update(assets::table.find((project, asset))).set(assets::parent.eq(parent)).execute(conn)?;
    Ok(())
}

/// Notes when, by whom and why it was retired; none for one that is taken up again.
pub(super) fn retire(
    conn: &mut AnyConnection,
    project: ProjectKey,
    asset: &str,
    retired: Option<(Timestamp, String, String)>,
) -> Result<()> {
    let (at, by, reason) = retired.map_or_else(Default::default, |(at, by, why)| (Some(at), by, why));
    diesel::update(assets::table.find((project, asset)))
        .set((assets::retired_at.eq(at), assets::retired_by.eq(by), assets::retired_reason.eq(reason)))
        .execute(conn)?;
    Ok(())
}

pub(super) fn add_meter(conn: &mut AnyConnection, row: &MeterRow) -> Result<()> {
    each!(conn, |c| diesel::insert_into(asset_meters::table).values(row).execute(c))?;
    Ok(())
}

pub(super) fn change_meter(
    conn: &mut AnyConnection,
    project: ProjectKey,
    (asset, meter): (&str, &str),
    to: &MeterFacts,
) -> Result<()> {
    diesel::update(asset_meters::table.find((project, asset, meter)))
        .set((
            asset_meters::name.eq(&to.name),
            asset_meters::unit.eq(&to.unit),
            asset_meters::kind.eq(to.kind.as_str()),
            asset_meters::low.eq(&to.low),
            asset_meters::high.eq(&to.high),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn add_reading(conn: &mut AnyConnection, row: &ReadingRow) -> Result<()> {
    each!(conn, |c| diesel::insert_into(asset_readings::table).values(row).execute(c))?;
    Ok(())
}

pub(super) fn withdraw_reading(
    conn: &mut AnyConnection,
    project: ProjectKey,
    (asset, meter, reading): (&str, &str, &str),
    (at, by, kind, reason): (Timestamp, &str, ActorKind, &str),
) -> Result<()> {
    diesel::update(asset_readings::table.find((project, asset, meter, reading)))
        .set((
            asset_readings::withdrawn_at.eq(Some(at)),
            asset_readings::withdrawn_by.eq(by),
            asset_readings::withdrawn_kind.eq(kind.as_str()),
            asset_readings::withdrawn_reason.eq(reason),
        ))
        .execute(conn)?;
    Ok(())
}
