//! The acts on a schedule. Each answers 303 to its page.

use actix_web::web::{Data, Path};

use super::{day_of, find};
use crate::db::AnyConnection;
use crate::foundation::{Asker, Error, Result};
use crate::maintenance::schedules::actions;
use crate::state::App;
use crate::web::{Form, Principal, WebResult, flash, see_other};

/// The code and the id of the schedule of an address.
pub(super) async fn named(app: &App, who: &Asker, code: &str) -> Result<(String, String)> {
    let (project, code) = (who.project, code.to_owned());
    let row = app.db.read(move |conn: &mut AnyConnection| find(conn, project, &code)).await?;
    Ok((row.code, row.schedule_id))
}

fn done(code: &str, words: &str) -> WebResult {
    Ok(flash::good(see_other(format!("/schedules/{code}")), words))
}

/// POST `…/pause`: fields `reason`, and `until`, a day, which may be empty.
pub async fn pause(app: Data<App>, who: Principal, code: Path<String>, form: Form) -> WebResult {
    let (code, id) = named(&app, &who, &code).await?;
    let until = match form.optional("until") {
        Some(text) => {
            let day = day_of(text);
            Some(day.ok_or_else(|| Error::invalid("until", "this is no day; write it like 2026-12-01"))?)
        }
        None => None,
    };
    actions::pause::pause(&app, &who, &id, form.text("reason").to_owned(), until).await?;
    done(&code, "Paused: no orders are made until it is resumed or its day has come.")
}

/// POST `…/resume`: field `reason`.
pub async fn resume(app: Data<App>, who: Principal, code: Path<String>, form: Form) -> WebResult {
    let (code, id) = named(&app, &who, &code).await?;
    actions::resume::resume(&app, &who, &id, form.text("reason").to_owned()).await?;
    done(&code, "It runs again, from today on.")
}

/// POST `…/skip`: fields `day`, which the page showed as the next one, and `reason`.
pub async fn skip(app: Data<App>, who: Principal, code: Path<String>, form: Form) -> WebResult {
    let (code, id) = named(&app, &who, &code).await?;
    let day = day_of(form.text("day")).ok_or_else(|| Error::invalid("day", "this is no day"))?;
    actions::skip::skip(&app, &who, &id, day, form.text("reason").to_owned()).await?;
    done(&code, "The day is left out.")
}

/// POST `…/end`: field `reason`.
pub async fn end(app: Data<App>, who: Principal, code: Path<String>, form: Form) -> WebResult {
    let (code, id) = named(&app, &who, &code).await?;
    actions::end::end(&app, &who, &id, form.text("reason").to_owned()).await?;
    done(&code, "Ended. The orders that it made stay.")
}
