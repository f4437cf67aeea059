//! Opening what was put to the reader: it leaves the first page, and its place on the order is shown.

use actix_web::web::Data;

use crate::state::App;
use crate::web::{Form, Principal, WebResult, see_other};
use crate::work_orders::actions::read_mention::read_mention;

/// POST `/mentions/open`: fields `order` (its id) and `entry`.
pub(in crate::home) async fn open(app: Data<App>, who: Principal, form: Form) -> WebResult {
    let (number, anchor) = read_mention(&app, &who, form.text("order"), form.text("entry")).await?;
    Ok(see_other(format!("/work-orders/{number}#{anchor}")))
}
