//! The acts on a procedure and its versions. Each answers 303 to the page where it shows.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use super::number_of;
use crate::db::AnyConnection;
use crate::foundation::{Asker, Digest, Error, Result, Timestamp};
use crate::maintenance::procedures::actions;
use crate::maintenance::procedures::decide::CHANGED;
use crate::maintenance::procedures::model::Looked;
use crate::maintenance::procedures::reads;
use crate::state::App;
use crate::web::{Form, Principal, WebResult, flash, see_other};
use crate::work_orders::model::When;

/// The code and the id of the procedure of an address; one of another project is not found.
pub(super) async fn find(app: &App, who: &Asker, code: &str) -> Result<(String, String)> {
    let (project, code) = (who.project, code.to_owned());
    let row = app.db.read(move |conn: &mut AnyConnection| reads::find(conn, project, &code)).await?;
    let row = row.ok_or_else(|| Error::not_found("this procedure"))?;
    Ok((row.code, row.procedure_id))
}

fn to_procedure(code: &str, words: &str) -> HttpResponse {
    flash::good(see_other(format!("/procedures/{code}")), words)
}

fn to_version(code: &str, number: u32, words: &str) -> HttpResponse {
    flash::good(see_other(format!("/procedures/{code}/versions/{number}")), words)
}

/// POST `/procedures/from-order`: field `order`, its number.
pub async fn copy_order(app: Data<App>, who: Principal, form: Form) -> WebResult {
    let number = form.required("order", "name the work order by its number")?.to_uppercase();
    let made = actions::copy_order::copy_order(&app, &who, &number).await?;
    let words =
        format!("{} is a draft with the plan of {number}; nothing that was done came along.", made.code);
    Ok(to_version(&made.code, 1, &words))
}

/// POST `/procedures/{code}/from-order`: field `order`, its number.
pub async fn copy_into(app: Data<App>, who: Principal, code: Path<String>, form: Form) -> WebResult {
    let number = form.required("order", "name the work order by its number")?.to_uppercase();
    let (code, id) = find(&app, &who, &code).await?;
    let version = actions::copy_order::copy_into(&app, &who, &id, &number).await?;
    let words =
        format!("The draft of version {version} is the plan of {number}; nothing that was done came along.");
    Ok(to_version(&code, version, &words))
}

/// POST `/procedures/{code}/rename`: field `title`.
pub async fn rename(app: Data<App>, who: Principal, code: Path<String>, form: Form) -> WebResult {
    let (code, id) = find(&app, &who, &code).await?;
    actions::rename::rename(&app, &who, &id, form.text("title").to_owned()).await?;
    Ok(to_procedure(&code, "Renamed. Orders keep what they say."))
}

/// POST `/procedures/{code}/retire`: field `reason`.
pub async fn retire(app: Data<App>, who: Principal, code: Path<String>, form: Form) -> WebResult {
    let (code, id) = find(&app, &who, &code).await?;
    actions::retire::retire(&app, &who, &id, form.text("reason").to_owned()).await?;
    Ok(to_procedure(&code, "Retired: no more orders are made from it. Those that were made stay."))
}

/// POST `/procedures/{code}/take-up`: field `reason`.
pub async fn take_up(app: Data<App>, who: Principal, code: Path<String>, form: Form) -> WebResult {
    let (code, id) = find(&app, &who, &code).await?;
    actions::take_up::take_up(&app, &who, &id, form.text("reason").to_owned()).await?;
    Ok(to_procedure(&code, "Taken up again."))
}

/// POST `…/versions/{version}/submit`: field `seen`, the digest of the text that the page showed.
pub async fn submit(app: Data<App>, who: Principal, path: Path<(String, String)>, form: Form) -> WebResult {
    let (code, id, version) = version_of(&app, &who, path).await?;
    let looked = Looked { version, seen: seen_in(&form)? };
    actions::submit::submit(&app, &who, &id, looked).await?;
    Ok(to_version(&code, version, "Submitted. A supervisor approves it or returns it."))
}

/// POST `…/versions/{version}/withdraw`: field `reason`.
pub async fn withdraw(app: Data<App>, who: Principal, path: Path<(String, String)>, form: Form) -> WebResult {
    let (code, id, version) = version_of(&app, &who, path).await?;
    actions::withdraw::withdraw(&app, &who, &id, version, form.text("reason").to_owned()).await?;
    Ok(to_procedure(&code, &format!("Version {version} is withdrawn; it stays as a record.")))
}

/// POST `…/versions/{version}/return`: fields `reason`, and `seen` as in [`submit`].
pub async fn return_version(
    app: Data<App>,
    who: Principal,
    path: Path<(String, String)>,
    form: Form,
) -> WebResult {
    let (code, id, version) = version_of(&app, &who, path).await?;
    let reason = form.text("reason").to_owned();
    let looked = Looked { version, seen: seen_in(&form)? };
    actions::return_version::return_version(&app, &who, &id, looked, reason).await?;
    Ok(to_version(&code, version, "Returned. It can be changed and submitted again."))
}

/// POST `…/versions/{version}/approve`: fields `effective_from`, a day, today where it is empty; and `seen` as in [`submit`], without
/// which nothing says what was looked at.
pub async fn approve(app: Data<App>, who: Principal, path: Path<(String, String)>, form: Form) -> WebResult {
    let (code, id, version) = version_of(&app, &who, path).await?;
    let from = day_in(&form)?;
    let seen = seen_in(&form)?.ok_or_else(|| Error::refused(CHANGED))?;
    let looked = Looked { version, seen: Some(seen) };
    actions::approve::approve(&app, &who, &id, looked, from).await?;
    let is_later = from.is_some_and(|from| from > app.now());
    let words = if is_later {
        format!("Version {version} is approved, to be in use from its day on.")
    } else {
        format!("Version {version} is in use. Orders made before keep theirs.")
    };
    Ok(to_procedure(&code, &words))
}

/// POST `…/versions/{version}/make-order`: no fields.
pub async fn make_order(app: Data<App>, who: Principal, path: Path<(String, String)>) -> WebResult {
    let (code, id, version) = version_of(&app, &who, path).await?;
    let made = actions::make_order::make_order(&app, &who, &id, version).await?;
    let words = format!("{} is made from {code}, version {version}. It is a draft.", made.number);
    Ok(flash::good(see_other(format!("/work-orders/{}", made.number)), &words))
}

async fn version_of(app: &App, who: &Asker, path: Path<(String, String)>) -> Result<(String, String, u32)> {
    let (code, word) = path.into_inner();
    let number = number_of(&word)?;
    let (code, id) = find(app, who, &code).await?;
    Ok((code, id, number))
}

/// The digest of the text that somebody looked at; refused where it is none.
pub(super) fn seen_in(form: &Form) -> Result<Option<Digest>> {
    let Some(hex) = form.optional("seen") else { return Ok(None) };
    Digest::from_hex(hex).map(Some).ok_or_else(|| Error::refused(CHANGED))
}

fn day_in(form: &Form) -> Result<Option<Timestamp>> {
    let Some(text) = form.optional("effective_from") else { return Ok(None) };
    let from = When::read(text).from;
    from.map(Some).ok_or_else(|| Error::invalid("effective_from", "this is no day; write it like 2026-12-01"))
}
