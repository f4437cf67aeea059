//! What is done to an asset with one press: moved, retired, taken up again.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::assets::actions::{relocate::relocate, retire::retire, take_up::take_up};
use crate::foundation::Error;
use crate::state::App;
use crate::web::{Form, Principal, WebError, WebResult, flash, see_other};

/// POST `/assets/{code}/move`: field `parent`, the code of what it is a part of from now on; empty for nothing.
pub async fn relocated(app: Data<App>, who: Principal, code: Path<String>, form: Form) -> WebResult {
    // A form without the field says nothing of where it belongs.
    if !form.is_checked("parent") {
        return Err(WebError(Error::invalid(
            "parent",
            "say what it is a part of; an empty code puts it at the top",
        )));
    }
    let moved = relocate(&app, &who, &code, form.text("parent").to_owned()).await?;
    Ok(back(
        &code,
        if moved { "It stands elsewhere now, with everything below it." } else { "It stood there already." },
    ))
}

/// POST `/assets/{code}/retire`: field `reason`.
pub async fn retired(app: Data<App>, who: Principal, code: Path<String>, form: Form) -> WebResult {
    retire(&app, &who, &code, form.text("reason")).await?;
    Ok(back(&code, "It is retired and takes no orders from now on. Orders that have it already keep it."))
}

/// POST `/assets/{code}/take-up`: field `reason`.
pub async fn taken_up(app: Data<App>, who: Principal, code: Path<String>, form: Form) -> WebResult {
    take_up(&app, &who, &code, form.text("reason")).await?;
    Ok(back(&code, "It is in use again."))
}

fn back(code: &str, words: &str) -> HttpResponse {
    flash::good(see_other(format!("/assets/{code}")), words)
}
