//! Reading assets: one by its code, all of a project as a tree, meters and what they showed.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::{asset_meters, asset_readings, assets};
use crate::foundation::{Error, ProjectKey, Result, Timestamp};
use crate::ledger::Event;
use crate::ledger::events::read_stream;

use super::decide::Parents;
use super::events::{AssetEvent, stream_of};
use super::model::key_of;
pub use super::store::{AssetRow, MeterRow, ReadingRow};

/// The asset with this code, in any case of letters.
pub fn find(conn: &mut AnyConnection, project: ProjectKey, code: &str) -> Result<Option<AssetRow>> {
    let key = key_of(code);
    // No stored text holds one, and PostgreSQL refuses to be asked.
    if key.contains('\0') {
        return Ok(None);
    }
    let row = assets::table.filter(assets::project.eq(project)).filter(assets::code_key.eq(key));
    Ok(row.select(AssetRow::as_select()).first(conn).optional()?)
}

/// The same where there must be one.
pub fn get(conn: &mut AnyConnection, project: ProjectKey, code: &str) -> Result<AssetRow> {
    find(conn, project, code)?.ok_or_else(|| Error::not_found(format!("the asset {code}")))
}

/// Codes that one query asks about.
const AT_ONCE: usize = 500;

/// The assets that have one of these codes, by the code as it is looked for.
pub fn with_codes<'c>(
    conn: &mut AnyConnection,
    project: ProjectKey,
    codes: impl Iterator<Item = &'c str>,
) -> Result<BTreeMap<String, AssetRow>> {
    let keys: BTreeSet<String> = codes.map(key_of).filter(|key| !key.contains('\0')).collect();
    let keys: Vec<String> = keys.into_iter().collect();
    let mut found = BTreeMap::new();
    for keys in keys.chunks(AT_ONCE) {
        let of_project = assets::table.filter(assets::project.eq(project));
        let rows = of_project.filter(assets::code_key.eq_any(keys.to_vec()));
        let rows: Vec<AssetRow> = rows.select(AssetRow::as_select()).load(conn)?;
        found.extend(rows.into_iter().map(|row| (row.code_key.clone(), row)));
    }
    Ok(found)
}

/// The asset that people call so: by its code, or by its name where one in use alone has it; both in any case of letters.
pub fn called(conn: &mut AnyConnection, project: ProjectKey, words: &str) -> Result<Option<AssetRow>> {
    if let Some(asset) = find(conn, project, words)? {
        return Ok(Some(asset));
    }
    let name = words.trim().to_lowercase();
    let mut rows = all(conn, project)?;
    rows.retain(|row| row.retired_at.is_none() && row.name.to_lowercase() == name);
    Ok(if rows.len() == 1 { rows.pop() } else { None })
}

/// The asset with this id.
pub fn by_id(conn: &mut AnyConnection, project: ProjectKey, asset: &str) -> Result<Option<AssetRow>> {
    Ok(assets::table.find((project, asset)).select(AssetRow::as_select()).first(conn).optional()?)
}

/// Every asset of a project, by code.
pub fn all(conn: &mut AnyConnection, project: ProjectKey) -> Result<Vec<AssetRow>> {
    let of_project = assets::table.filter(assets::project.eq(project));
    Ok(of_project.order(assets::code_key.asc()).select(AssetRow::as_select()).load(conn)?)
}

/// Which asset is a part of which.
pub fn parents(conn: &mut AnyConnection, project: ProjectKey) -> Result<Parents> {
    let pairs = assets::table.filter(assets::project.eq(project)).select((assets::asset_id, assets::parent));
    Ok(Parents(pairs.load::<(String, Option<String>)>(conn)?.into_iter().collect()))
}

/// Up to `limit` assets in use whose code or name holds these words, by code.
pub fn matching(
    conn: &mut AnyConnection,
    project: ProjectKey,
    words: &str,
    limit: usize,
) -> Result<Vec<AssetRow>> {
    let fits = |row: &AssetRow| row.retired_at.is_none() && holds(row, words);
    Ok(all(conn, project)?.into_iter().filter(fits).take(limit).collect())
}

/// Assets that a field offers.
const OFFERED: usize = 500;

/// What a field for an asset offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// Code and name of each asset in use, up to a number that a page can hold.
    pub offered: Vec<(String, String)>,
    /// Whether there are more, which are looked for while somebody types.
    pub has_more: bool,
}

/// The assets in use that hold these words, for a field.
pub fn choices(conn: &mut AnyConnection, project: ProjectKey, words: &str) -> Result<Choices> {
    let mut rows = matching(conn, project, words, OFFERED + 1)?;
    let has_more = rows.len() > OFFERED;
    rows.truncate(OFFERED);
    Ok(Choices { offered: rows.into_iter().map(|row| (row.code, row.name)).collect(), has_more })
}

/// Whether code, name, kind or place hold each of these words.
pub fn holds(row: &AssetRow, words: &str) -> bool {
    let text = [&row.code, &row.name, &row.kind, &row.place].map(|it| it.to_lowercase()).join("\n");
    words.split_whitespace().all(|word| text.contains(&word.to_lowercase()))
}

/// The meters of an asset, the oldest first.
pub fn meters(conn: &mut AnyConnection, project: ProjectKey, asset: &str) -> Result<Vec<MeterRow>> {
    Ok(asset_meters::table
        .filter(asset_meters::project.eq(project))
        .filter(asset_meters::asset_id.eq(asset))
        .order((asset_meters::created_at.asc(), asset_meters::meter_id.asc()))
        .select(MeterRow::as_select())
        .load(conn)?)
}

/// One of them.
pub fn meter(conn: &mut AnyConnection, project: ProjectKey, asset: &str, meter: &str) -> Result<MeterRow> {
    let found = asset_meters::table.find((project, asset, meter));
    let found = found.select(MeterRow::as_select()).first(conn).optional()?;
    found.ok_or_else(|| Error::not_found("the meter"))
}

/// One reading.
pub fn reading(
    conn: &mut AnyConnection,
    project: ProjectKey,
    (asset, meter, reading): (&str, &str, &str),
) -> Result<ReadingRow> {
    let found = asset_readings::table.find((project, asset, meter, reading));
    let found = found.select(ReadingRow::as_select()).first(conn).optional()?;
    found.ok_or_else(|| Error::not_found("the reading"))
}

/// The newest reading of a meter that counts.
pub fn last(
    conn: &mut AnyConnection,
    project: ProjectKey,
    asset: &str,
    meter: &str,
) -> Result<Option<ReadingRow>> {
    Ok(asset_readings::table
        .filter(asset_readings::project.eq(project))
        .filter(asset_readings::asset_id.eq(asset))
        .filter(asset_readings::meter_id.eq(meter))
        .filter(asset_readings::withdrawn_at.is_null())
        .order((asset_readings::at.desc(), asset_readings::reading_id.desc()))
        .select(ReadingRow::as_select())
        .first(conn)
        .optional()?)
}

/// Up to `limit` readings of a meter since a moment, withdrawn ones among them, the newest first.
pub fn readings(
    conn: &mut AnyConnection,
    project: ProjectKey,
    (asset, meter): (&str, &str),
    since: Timestamp,
    limit: i64,
) -> Result<Vec<ReadingRow>> {
    Ok(asset_readings::table
        .filter(asset_readings::project.eq(project))
        .filter(asset_readings::asset_id.eq(asset))
        .filter(asset_readings::meter_id.eq(meter))
        .filter(asset_readings::at.ge(since))
        .order((asset_readings::at.desc(), asset_readings::reading_id.desc()))
        .limit(limit)
        .select(ReadingRow::as_select())
        .load(conn)?)
}

/// The unit that each reading was written in, by its id: the meter may measure in another one by now.
pub type Units = BTreeMap<String, String>;

/// Those of what happened to an asset.
pub fn units(events: &[Event]) -> Result<Units> {
    let mut units = Units::new();
    for event in events {
        let Some(body) = &event.body else { continue };
        if let AssetEvent::MeterRead(read) = AssetEvent::read(&event.kind, &body.data)? {
            units.insert(read.reading, read.unit);
        }
    }
    Ok(units)
}

/// What happened to an asset, oldest first.
pub fn history(conn: &mut AnyConnection, project: ProjectKey, asset: &str) -> Result<Vec<Event>> {
    read_stream(conn, &stream_of(project, asset), None)
}
