//! Parts that are wanted and that were used, as acts on the order's page.

use super::amounts;
use crate::foundation::Result;
use crate::foundation::money::Currency;
use crate::order_pages::act::Act;
use crate::order_settings::currency;
use crate::web::{Form, WebResult};
use crate::work_orders::actions;

/// POST `parts/use`: fields `part` (of the plan) or `name`, `quantity`, `unit`, `cost`, `source`.
pub async fn take(act: Act, form: Form) -> WebResult {
    let (id, amount) = (act.order_id().await?, amounts::part(&form, currency_of(&act).await?)?);
    let (part, name) = (form.optional("part").map(str::to_owned), form.text("name").to_owned());
    actions::use_part::use_part(&act.orders, &act.who, &id, part, name, amount).await?;
    Ok(act.back("parts", "Written down."))
}

/// POST `parts/plan`: field `part`, the amount, and `reason` once the plan is approved.
pub async fn plan(act: Act, form: Form) -> WebResult {
    let (id, amount) = (act.order_id().await?, amounts::part(&form, currency_of(&act).await?)?);
    let (part, reason) = (form.text("part").to_owned(), form.text("reason").to_owned());
    actions::plan_part::plan_part(&act.orders, &act.who, &id, part, amount, reason).await?;
    Ok(act.back("parts", "Planned."))
}

/// POST `parts/correct`: fields `line`, `reason` and the amount.
pub async fn correct(act: Act, form: Form) -> WebResult {
    let (id, amount) = (act.order_id().await?, amounts::part(&form, currency_of(&act).await?)?);
    let (line, reason) = (form.text("line").to_owned(), form.text("reason").to_owned());
    actions::correct_part::correct_part(&act.orders, &act.who, &id, line, amount, reason).await?;
    Ok(act.back("parts", "Corrected. The old line stays in the record."))
}

async fn currency_of(act: &Act) -> Result<Currency> {
    let project = act.who.project;
    act.orders.app.db.read(move |conn| currency::reads::of(conn, project)).await
}
