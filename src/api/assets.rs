//! Assets with their meters, and what those showed.

use actix_web::web::Payload;
use serde_json::json;

use super::call::{Call, Given, json as answer};
use super::operations::{Operation, Operations};
use super::paging::cut;
use super::query::{AFTER, Kind, LIMIT, Param};
use super::refusal::Answer;
use crate::assets::actions::read_meter::{Reading, read_meter};
use crate::assets::reads;
use crate::db::AnyConnection;
use crate::foundation::{Action, Timestamp};
use crate::shapes::{
    AssetLine, AssetPage, AssetView, MeterView, NewReading, ReadingPage, ReadingTakenView, ReadingView,
};
use crate::web::Access;

const FILTERS: [Param; 4] = [
    Param { name: "q", kind: Kind::Text(200), about: "Words in code, name, kind or place." },
    Param { name: "retired", kind: Kind::Flag, about: "Whether those that are retired are listed too." },
    LIMIT,
    AFTER,
];

const READINGS: [Param; 3] =
    [Param { name: "since", kind: Kind::Moment, about: "Not before this moment." }, LIMIT, AFTER];
/// Readings that one list goes over: the newest.
const MOST_READINGS: i64 = 10_000;

const METER: &str = "/api/v1/assets/{code}/meters/{meter}/readings";

/// Registers the operations.
pub fn operations(all: &mut Operations<'_>) {
    let view = Access::May(Action::ViewAssets);
    let list = Operation::get("/api/v1/assets", "Assets", "listAssets", "List assets")
        .about("By code.")
        .asks(&FILTERS)
        .gives::<AssetPage>(200, "A page of them.");
    all.add(list, view, show_all);
    let one = Operation::get("/api/v1/assets/{code}", "Assets", "getAsset", "Read an asset and its meters")
        .gives::<AssetView>(200, "The asset.");
    all.add(one, view, show);
    let list = Operation::get(METER, "Assets", "listReadings", "Read what a meter showed, the newest first")
        .about("Over the newest 10000 readings.")
        .asks(&READINGS)
        .gives::<ReadingPage>(200, "A page of readings.");
    all.add(list, view, readings);
    let new = Operation::post(METER, "Assets", "readMeter", "Write down what a meter shows")
        .about("A counter that shows less than before is refused until it is said why.")
        .takes::<NewReading>(json!({ "value": "3.2" }))
        .gives::<ReadingTakenView>(200, "Kept.");
    all.add(new, Access::May(Action::ReadMeter), read);
}

/// GET `/api/v1/assets`.
pub async fn show_all(call: Call) -> Answer {
    let query = call.query(&FILTERS)?;
    let project = call.who.project;
    let mut all = call.app().db.read(move |conn: &mut AnyConnection| reads::all(conn, project)).await?;
    let (words, retired) = (query.text("q").unwrap_or_default(), query.flag("retired"));
    all.retain(|row| (retired || row.retired_at.is_none()) && reads::holds(row, words));
    let (page, next) = cut(all, &query, |row| row.code_key.clone())?;
    answer(&AssetPage { data: page.iter().map(AssetLine::from).collect(), next })
}

/// GET `/api/v1/assets/{code}`.
pub async fn show(call: Call) -> Answer {
    call.query(&[])?;
    let (project, code) = (call.who.project, call.part("code"));
    let read = move |conn: &mut AnyConnection| {
        let asset = reads::get(conn, project, &code)?;
        let above = match &asset.parent {
            Some(parent) => reads::by_id(conn, project, parent)?,
            None => None,
        };
        let mut meters = Vec::new();
        let units = reads::units(&reads::history(conn, project, &asset.asset_id)?)?;
        for meter in reads::meters(conn, project, &asset.asset_id)? {
            let last = reads::last(conn, project, &asset.asset_id, &meter.meter_id)?;
            meters.push(MeterView::of(&meter, last.as_ref(), &units));
        }
        Ok(AssetView::of(&asset, above.as_ref(), meters))
    };
    answer(&call.app().db.read(read).await?)
}

/// GET `/api/v1/assets/{code}/meters/{meter}/readings`.
pub async fn readings(call: Call) -> Answer {
    let query = call.query(&READINGS)?;
    let (project, code, meter) = (call.who.project, call.part("code"), call.part("meter"));
    let since = query.moment("since").unwrap_or(Timestamp(0));
    let read = move |conn: &mut AnyConnection| {
        let asset = reads::get(conn, project, &code)?;
        let meter = reads::meter(conn, project, &asset.asset_id, &meter)?;
        let units = reads::units(&reads::history(conn, project, &asset.asset_id)?)?;
        let of_meter = (asset.asset_id.as_str(), meter.meter_id.as_str());
        let all = reads::readings(conn, project, of_meter, since, MOST_READINGS)?;
        Ok((all, meter.facts(), units))
    };
    let (all, meter, units) = call.app().db.read(read).await?;
    let (page, next) = cut(all, &query, |row| row.reading_id.clone())?;
    let view = |row| ReadingView::of(row, &meter, &units);
    answer(&ReadingPage { data: page.iter().map(view).collect(), next })
}

/// POST `/api/v1/assets/{code}/meters/{meter}/readings`.
pub async fn read(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    call.once(payload, |call, new: NewReading| async move {
        let (code, meter) = (call.part("code"), call.part("meter"));
        let given = Reading { value: new.value, reason: new.reason };
        let beyond = read_meter(call.app(), &call.who, &code, &meter, given).await?;
        Given::done(&ReadingTakenView { beyond })
    })
    .await
}
