//! Decisions about entries that were not recorded. Each leads back to the page of what waits.

use actix_web::web::Data;

use crate::offline::actions;
use crate::web::{Form, Principal, WebResult, flash, see_other};
use crate::work_orders::Orders;

/// POST `/waiting/keep`: fields `entry`, `reason`.
pub async fn keep(orders: Data<Orders>, who: Principal, form: Form) -> WebResult {
    let entry = form.required("entry", "say which entry")?.to_owned();
    actions::keep(&orders, &who.0, entry, form.text("reason").to_owned()).await?;
    Ok(flash::good(see_other("/waiting"), "Your answer stands now. Both stay in the history."))
}

/// POST `/waiting/set-aside`: field `entry`.
pub async fn set_aside(orders: Data<Orders>, who: Principal, form: Form) -> WebResult {
    let entry = form.required("entry", "say which entry")?.to_owned();
    actions::set_aside(&orders, &who.0, entry).await?;
    Ok(flash::good(see_other("/waiting"), "Left as it was recorded. What you had kept stays in the history."))
}
