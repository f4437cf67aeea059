//! Timers and time written down, as acts on the order's page.

use super::amounts;
use crate::order_pages::act::Act;
use crate::web::{Form, WebResult, flash, see_other};
use crate::work_orders::actions;

/// POST `timer/start`.
pub async fn start(act: Act) -> WebResult {
    let id = act.order_id().await?;
    let stopped = actions::start_timer::start_timer(&act.orders, &act.who, &id).await?;
    let words = match stopped {
        Some(other) => format!("Your timer runs. The one on {other} was stopped for it."),
        None => "Your timer runs.".to_owned(),
    };
    Ok(act.back("time", &words))
}

/// POST `timer/stop`: field `back` is `home` where the first page asked.
pub async fn stop(act: Act, form: Form) -> WebResult {
    let id = act.order_id().await?;
    actions::stop_timer::stop_timer(&act.orders, &act.who, &id).await?;
    let words = format!("Your timer on {} is stopped, and its time written down.", act.number);
    if form.text("back") == "home" {
        return Ok(flash::good(see_other("/"), &words));
    }
    Ok(act.back("time", &words))
}

/// POST `time`: fields `minutes` and `day`, or `from` and `until`, and `note`.
pub async fn log(act: Act, form: Form) -> WebResult {
    let (id, worked) = (act.order_id().await?, amounts::worked(&form)?);
    actions::log_time::log_time(&act.orders, &act.who, &id, worked).await?;
    Ok(act.back("time", "Time written down."))
}

/// POST `time/correct`: the same, with `entry` and `reason`.
pub async fn correct(act: Act, form: Form) -> WebResult {
    let (id, worked) = (act.order_id().await?, amounts::worked(&form)?);
    let (entry, reason) = (form.text("entry").to_owned(), form.text("reason").to_owned());
    actions::correct_time::correct_time(&act.orders, &act.who, &id, entry, worked, reason).await?;
    Ok(act.back("time", "Corrected. The old entry stays in the record."))
}
