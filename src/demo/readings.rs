//! What the meters of the shop showed over three months: limits that were broken, a fan and a key that were new, and of today a digit
//! too many that was taken back.

use crate::assets::actions::read_meter::{self, read_meter};
use crate::assets::actions::withdraw_reading::withdraw_reading;
use crate::assets::reads;
use crate::foundation::{Error, Result};
use crate::state::App;

use super::cast::{Cast, Who};
use super::days::{At, at};

/// Somebody reads a meter.
pub(super) struct Reading {
    pub(super) at: At,
    who: Who,
    asset: &'static str,
    pub(super) meter: &'static str,
    value: &'static str,
    /// Why a counter shows less than before.
    why: &'static str,
}

const fn reading(ago: u16, meter: &'static str, value: &'static str) -> Reading {
    let (asset, who) = match meter.as_bytes() {
        [b'R', b'e', ..] => ("parts-desk-01", Who::Dana),
        [b'F', ..] => ("parts-desk-01", Who::Ivo),
        [b'K', ..] => ("parts-gw-01", Who::Dana),
        [b'D', ..] => ("store-scale-2", Who::Ivo),
        _ => ("parts-idx-01", Who::Relay),
    };
    Reading { at: at(ago, 7, 25), who, asset, meter, value, why: "" }
}

/// The same with why it shows less than before.
const fn anew(ago: u16, meter: &'static str, value: &'static str, why: &'static str) -> Reading {
    Reading { why, ..reading(ago, meter, value) }
}

const REFUSED: &str = "Refused answers";
const HOURS: &str = "Fan hours";
const AGE: &str = "Key age";
const DRIFT: &str = "Drift";
const ROWS: &str = "Rows of the index";

/// All of them but today's.
pub(super) const READINGS: &[Reading] = &[
    reading(64, REFUSED, "1.1"),
    reading(59, REFUSED, "1.3"),
    reading(54, REFUSED, "1.0"),
    reading(49, REFUSED, "1.4"),
    reading(44, REFUSED, "1.2"),
    reading(39, REFUSED, "1.7"),
    reading(34, REFUSED, "2.6"),
    reading(29, REFUSED, "1.5"),
    reading(24, REFUSED, "1.3"),
    reading(19, REFUSED, "1.6"),
    reading(14, REFUSED, "1.8"),
    reading(9, REFUSED, "1.7"),
    reading(4, REFUSED, "1.9"),
    reading(64, HOURS, "41210"),
    anew(62, HOURS, "3", "A new fan was fitted"),
    reading(40, HOURS, "742"),
    reading(20, HOURS, "1414"),
    reading(64, AGE, "80"),
    reading(60, AGE, "86"),
    reading(57, AGE, "91"),
    anew(54, AGE, "1", "The key was changed"),
    reading(44, AGE, "15"),
    reading(34, AGE, "29"),
    reading(24, AGE, "43"),
    reading(14, AGE, "57"),
    reading(4, AGE, "71"),
    reading(58, DRIFT, "0.1"),
    reading(46, DRIFT, "0.3"),
    reading(33, DRIFT, "0.6"),
    reading(31, DRIFT, "0.1"),
    reading(18, DRIFT, "0.2"),
    reading(5, DRIFT, "0.2"),
    reading(54, ROWS, "24110"),
    reading(34, ROWS, "24183"),
    reading(21, ROWS, "18402"),
    reading(20, ROWS, "24207"),
    reading(13, ROWS, "24215"),
];

/// Reads a meter.
pub(super) async fn read(app: &App, cast: &Cast, reading: &Reading) -> Result<()> {
    let asker = &cast.of(reading.who).asker;
    let (_, meter) = meter(app, cast, reading.asset, reading.meter).await?;
    let given = read_meter::Reading { value: reading.value.to_owned(), reason: reading.why.to_owned() };
    read_meter(app, asker, reading.asset, &meter, given).await.map(drop)
}

/// What the technician reads today.
pub(super) async fn today(app: &App, cast: &Cast) -> Result<()> {
    read(app, cast, &reading(1, REFUSED, "2.4")).await?;
    read(app, cast, &reading(1, AGE, "760")).await?;
    withdraw_last(app, cast, "parts-gw-01", AGE).await?;
    read(app, cast, &reading(1, AGE, "76")).await
}

/// The ids of an asset and of its meter with this name.
async fn meter(app: &App, cast: &Cast, code: &'static str, name: &'static str) -> Result<(String, String)> {
    let project = cast.technician.asker.project;
    let find = move |conn: &mut _| {
        let asset = reads::get(conn, project, code)?;
        let meters = reads::meters(conn, project, &asset.asset_id)?;
        Ok(meters.into_iter().find(|meter| meter.facts().name == name))
    };
    let found = app.db.read(find).await?;
    let found = found.ok_or_else(|| Error::internal(format!("the example has no meter {name}")))?;
    Ok((found.asset_id, found.meter_id))
}

/// A digit too many.
async fn withdraw_last(app: &App, cast: &Cast, code: &'static str, name: &'static str) -> Result<()> {
    let dana = &cast.technician.asker;
    let (project, (asset, of)) = (dana.project, meter(app, cast, code, name).await?);
    let meter = of.clone();
    let last = app.db.read(move |conn| reads::last(conn, project, &asset, &of)).await?;
    let last = last.ok_or_else(|| Error::internal("the example has no reading"))?;
    withdraw_reading(app, dana, code, (&meter, &last.reading_id), "a digit too many").await
}
