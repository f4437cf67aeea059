//! What was put to the reader leaves the first page: they open its place on the order, or say that they have seen it.

use actix_web::web::Data;

use crate::state::App;
use crate::web::{Form, Principal, WebResult, see_other};
use crate::work_orders::actions::read_mention::read_mention;

/// POST `/mentions/open`: fields `order` (its id), `entry`, and `back` where the first page is to be shown again.
pub(in crate::home) async fn open(app: Data<App>, who: Principal, form: Form) -> WebResult {
    let (number, anchor) = read_mention(&app, &who, form.text("order"), form.text("entry")).await?;
    if form.optional("back").is_some() {
        return Ok(see_other("/"));
    }
    Ok(see_other(format!("/work-orders/{number}#{anchor}")))
}
