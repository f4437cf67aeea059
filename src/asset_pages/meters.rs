//! A meter: its last value and the month behind it, what was read, and the forms for both.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use order_markdown::model::asks::ambiguous;

use crate::assets::actions::add_meter::add_meter;
use crate::assets::actions::change_meter::change_meter;
use crate::assets::actions::read_meter::{Reading, read_meter};
use crate::assets::actions::withdraw_reading::withdraw_reading;
use crate::assets::merge::merge_meter;
use crate::assets::model::{MeterFacts, MeterKind};
use crate::assets::reads::{self, AssetRow, MeterRow, ReadingRow, Units};
use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, Error, FieldErrors, Grant, ProjectKey, Result, Timestamp};
use crate::order_pages::text::{self, Html};
use crate::state::App;
use crate::web::charts::{self, Svg};
use crate::web::error::Problem;
use crate::web::page::{show as show_page, show_with};
use crate::web::{Form, Principal, Shell, WebError, WebResult, flash, see_other};

/// What the drawing shows: 30 days.
const MONTH: i64 = 30 * 86_400 * 1_000_000;
/// Readings that are drawn and listed at most.
const READINGS: i64 = 500;

/// A meter as the page of its asset shows it.
pub struct MeterView {
    pub id: String,
    pub name: String,
    pub unit: String,
    /// In words; empty for none.
    pub limits: String,
    /// The last value that counts.
    pub last: Option<ReadingRow>,
    /// The unit that it was written in.
    pub last_unit: String,
    /// When it was read.
    pub at: Html,
    pub drawing: Svg,
    /// The form of a fault, filled in, where the last value is outside the limits.
    pub fault: Option<String>,
}

impl MeterView {
    /// Reads it for a page. Drawn is what was written in the unit that the meter has now.
    pub(super) fn read(
        conn: &mut AnyConnection,
        project: ProjectKey,
        (asset, meter): (&AssetRow, &MeterRow),
        units: &Units,
        now: Timestamp,
    ) -> Result<Self> {
        let facts = meter.facts();
        let of = (asset.asset_id.as_str(), meter.meter_id.as_str());
        let as_read = |reading: &ReadingRow| facts.in_unit(units.get(&reading.reading_id));
        let mut month = reads::readings(conn, project, of, now.plus_micros(-MONTH), READINGS)?;
        let is_drawn = |unit: &String| *unit == facts.unit;
        month.retain(|it| it.withdrawn_at.is_none() && units.get(&it.reading_id).is_none_or(is_drawn));
        let last = reads::last(conn, project, of.0, of.1)?;
        let points: Vec<(i64, i64)> =
            month.iter().rev().map(|reading| (reading.at.0, reading.millionths)).collect();
        let is_out = last.as_ref().is_some_and(|last| !last.beyond.is_empty());
        let fault = match &last {
            Some(last) if is_out => Some(fault_address(asset, &as_read(last), last)?),
            _ => None,
        };
        Ok(Self {
            id: meter.meter_id.clone(),
            limits: facts.limits(),
            drawing: charts::limited(&points, &facts.limits_in_millionths(), is_out),
            at: last.as_ref().map(|last| text::moment(last.at, now)).unwrap_or_default(),
            last_unit: last.as_ref().map(|last| as_read(last).unit).unwrap_or_default(),
            name: facts.name,
            unit: facts.unit,
            last,
            fault,
        })
    }

    /// How far the last value is outside the limits, in words; empty within them.
    pub fn beyond(&self) -> &str {
        self.last.as_ref().map_or("", |last| last.beyond.as_str())
    }
}

fn fault_address(asset: &AssetRow, meter: &MeterFacts, last: &ReadingRow) -> Result<String> {
    let what = format!("{} shows {}: {}", meter.name, meter.with_unit(&last.value), last.beyond);
    let query = serde_urlencoded::to_string([("what", what)]).map_err(Error::internal)?;
    Ok(format!("/assets/{}/report?{query}", asset.code))
}

/// One reading of the list.
struct ReadingView {
    id: String,
    value: String,
    meta: Html,
    beyond: String,
    reason: String,
    /// Who withdrew it, when and why.
    withdrawn: Option<Html>,
    may_withdraw: bool,
}

impl ReadingView {
    fn of(row: ReadingRow, (meter, units): (&MeterFacts, &Units), who: &Asker, now: Timestamp) -> Self {
        let may = |action| who.may(action) == Grant::Any;
        let withdrawn = row.withdrawn_at.map(|at| {
            let by = Html::text(&format!("withdrawn by {}", row.withdrawn_by()));
            Html::joined([by, text::moment(at, now), Html::text(&row.withdrawn_reason)], ", ")
        });
        let is_theirs = row.by_id == who.id() || may(Action::KeepAssets);
        Self {
            value: meter.in_unit(units.get(&row.reading_id)).with_unit(&row.value),
            meta: Html::joined([Html::text(&row.by()), text::moment(row.at, now)], ", "),
            may_withdraw: withdrawn.is_none() && is_theirs && may(Action::ReadMeter),
            withdrawn,
            id: row.reading_id,
            beyond: row.beyond,
            reason: row.reason,
        }
    }
}

/// What was typed into one of the two forms, and what is wrong with it.
#[derive(Default)]
struct Typed {
    /// The new reading.
    value: String,
    reason: String,
    /// What the meter is to be.
    facts: Option<MeterFacts>,
    /// What the meter was when that form was made.
    was: Option<MeterFacts>,
    errors: FieldErrors,
}

impl Typed {
    /// What the form of the meter shows: what was typed, with what somebody else changed meanwhile in the fields that were left alone.
    /// What both changed is told at its field.
    fn facts_over(&mut self, now: &MeterFacts) -> MeterFacts {
        let Some(mine) = self.facts.clone() else { return now.clone() };
        let Some(was) = &self.was else { return mine };
        let (facts, both) = merge_meter(mine, was, now);
        self.errors = both.and(std::mem::take(&mut self.errors));
        facts
    }
}

#[derive(Template)]
#[template(path = "assets/meter.html")]
struct MeterPage {
    shell: Shell,
    code: String,
    asset: String,
    meter: MeterView,
    facts: MeterFacts,
    /// What it is, for that form to send back.
    stored: MeterFacts,
    readings: Vec<ReadingView>,
    /// Whether it was read more often than is listed.
    has_more: bool,
    typed: Typed,
    may_read: bool,
    may_keep: bool,
    is_retired: bool,
    may_report: bool,
}

impl MeterPage {
    /// Whether somebody is asked why a counter shows less.
    fn asks_why(&self) -> bool {
        !self.typed.reason.is_empty() || self.typed.errors.get("reason").is_some()
    }

    /// What stood there, as JSON.
    fn was(&self) -> String {
        serde_json::to_string(&self.stored).unwrap_or_default()
    }

    fn is_changing(&self) -> bool {
        self.typed.facts.is_some()
    }
}

/// What was typed about a meter.
fn facts_in(form: &Form) -> MeterFacts {
    MeterFacts {
        name: form.raw("name").to_owned(),
        unit: form.raw("unit").to_owned(),
        kind: MeterKind::read(form.text("kind")).unwrap_or_default(),
        low: form.raw("low").to_owned(),
        high: form.raw("high").to_owned(),
    }
}

async fn page(
    request: &HttpRequest,
    app: &App,
    who: &Asker,
    (code, meter): (String, String),
    mut typed: Typed,
) -> Result<MeterPage> {
    let (project, now) = (who.project, app.now());
    let read = move |conn: &mut AnyConnection| {
        let asset = reads::get(conn, project, &code)?;
        let row = reads::meter(conn, project, &asset.asset_id, &meter)?;
        let of = (asset.asset_id.as_str(), row.meter_id.as_str());
        let all = reads::readings(conn, project, of, Timestamp(i64::MIN), READINGS + 1)?;
        let units = reads::units(&reads::history(conn, project, &asset.asset_id)?)?;
        let view = MeterView::read(conn, project, (&asset, &row), &units, now)?;
        Ok((asset, (row.facts(), units), view, all))
    };
    let (asset, (facts, units), meter, mut readings) = app.db.read(read).await?;
    let most = usize::try_from(READINGS).unwrap_or(usize::MAX);
    let has_more = readings.len() > most;
    readings.truncate(most);
    let may = |action| who.may(action) > Grant::Never;
    Ok(MeterPage {
        shell: Shell::of_tab(request, format!("{} of {}", facts.name, asset.code), "assets"),
        readings: readings.into_iter().map(|row| ReadingView::of(row, (&facts, &units), who, now)).collect(),
        has_more,
        facts: typed.facts_over(&facts),
        stored: facts,
        is_retired: asset.retired_at.is_some(),
        may_report: asset.retired_at.is_none() && may(Action::CreateDraft),
        code: asset.code,
        asset: asset.name,
        meter,
        typed,
        may_read: may(Action::ReadMeter),
        may_keep: may(Action::KeepAssets),
    })
}

/// GET `/assets/{code}/meters/{meter}`.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    path: Path<(String, String)>,
) -> WebResult {
    show_page(&page(&request, &app, &who, path.into_inner(), Typed::default()).await?)
}

/// POST `/assets/{code}/meters/{meter}/read`: `value`; `reason` where a counter showed more before.
pub async fn read(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    path: Path<(String, String)>,
    form: Form,
) -> WebResult {
    let (code, meter) = path.into_inner();
    let reading = Reading { value: form.text("value").to_owned(), reason: form.text("reason").to_owned() };
    let taken = match ambiguous(&reading.value) {
        Some(doubt) => Err(Error::invalid("value", doubt)),
        None => read_meter(&app, &who, &code, &meter, reading.clone()).await,
    };
    match taken {
        Ok(beyond) => {
            let back = see_other(format!("/assets/{code}/meters/{meter}"));
            Ok(match beyond.as_str() {
                "" => flash::good(back, "The reading is kept."),
                beyond => flash::bad(back, &format!("The reading is kept. It is out of range: {beyond}.")),
            })
        }
        Err(Error::Invalid(errors)) => {
            let Reading { value, reason } = reading;
            let typed = Typed { value, reason, errors, ..Typed::default() };
            show_with(invalid(), &page(&request, &app, &who, (code, meter), typed).await?)
        }
        Err(other) => Err(WebError(other)),
    }
}

/// POST `/assets/{code}/meters/{meter}/change`: `name`, `unit`, `kind`, `low`, `high`, and `was`, what stood there when they were
/// shown, as JSON.
pub async fn change(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    path: Path<(String, String)>,
    form: Form,
) -> WebResult {
    let (code, meter) = path.into_inner();
    let (facts, was) = (facts_in(&form), serde_json::from_str::<MeterFacts>(form.raw("was")).ok());
    match change_meter(&app, &who, &code, &meter, facts.clone(), was.clone()).await {
        Ok(is_different) => {
            let words = if is_different { "Saved." } else { "Nothing was different." };
            Ok(flash::good(see_other(format!("/assets/{code}/meters/{meter}")), words))
        }
        Err(Error::Invalid(errors)) => {
            let typed = Typed { facts: Some(facts), was, errors, ..Typed::default() };
            show_with(invalid(), &page(&request, &app, &who, (code, meter), typed).await?)
        }
        Err(other) => Err(WebError(other)),
    }
}

/// POST `/assets/{code}/meters/{meter}/withdraw`: `reading` and `reason`.
pub async fn withdraw(app: Data<App>, who: Principal, path: Path<(String, String)>, form: Form) -> WebResult {
    let (code, meter) = path.into_inner();
    withdraw_reading(&app, &who, &code, (&meter, form.text("reading")), form.text("reason")).await?;
    let words = "The reading is withdrawn. It stays to be seen and counts no more.";
    Ok(flash::good(see_other(format!("/assets/{code}/meters/{meter}")), words))
}

#[derive(Template)]
#[template(path = "assets/new_meter.html")]
struct NewMeterPage {
    shell: Shell,
    code: String,
    asset: String,
    facts: MeterFacts,
    errors: FieldErrors,
}

/// GET `/assets/{code}/meters`: the form for one more.
pub async fn new(request: HttpRequest, app: Data<App>, who: Principal, code: Path<String>) -> WebResult {
    let said = (MeterFacts::default(), FieldErrors::default());
    show_page(&new_page(&request, &app, &who, code.into_inner(), said).await?)
}

async fn new_page(
    request: &HttpRequest,
    app: &App,
    who: &Asker,
    code: String,
    (facts, errors): (MeterFacts, FieldErrors),
) -> Result<NewMeterPage> {
    let project = who.project;
    let asset = app.db.read(move |conn| reads::get(conn, project, &code)).await?;
    let shell = Shell::of_tab(request, format!("New meter of {}", asset.code), "assets");
    Ok(NewMeterPage { shell, code: asset.code, asset: asset.name, facts, errors })
}

/// POST `/assets/{code}/meters`: `name`, `unit`, `kind`, `low`, `high`.
pub async fn add(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    code: Path<String>,
    form: Form,
) -> WebResult {
    let (code, facts) = (code.into_inner(), facts_in(&form));
    match add_meter(&app, &who, &code, facts.clone()).await {
        Ok(meter) => {
            let back = see_other(format!("/assets/{code}/meters/{meter}"));
            Ok(flash::good(back, "The meter is there. Write down what it shows."))
        }
        Err(Error::Invalid(errors)) => {
            show_with(invalid(), &new_page(&request, &app, &who, code, (facts, errors)).await?)
        }
        Err(other) => Err(WebError(other)),
    }
}

fn invalid() -> StatusCode {
    Problem::of(&Error::invalid("", "")).status
}
