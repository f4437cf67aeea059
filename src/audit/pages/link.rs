//! Linking evidence by hand, and taking a link away.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};

use crate::audit::actions::{self, NewLink};
use crate::audit::addresses::encoded;
use crate::audit::reads;
use crate::foundation::{Error, Result};
use crate::state::App;
use crate::web::{Form, WebResult, flash, see_other};
use crate::work_orders;
use crate::work_orders::model::{Order, Resolved, Target};

use super::principal;

/// Links a trace, or one observation of it, to the order or to the place `target` names.
pub async fn add(request: HttpRequest, app: Data<App>, number: Path<String>, form: Form) -> WebResult {
    let trace = form.required("trace", "name the trace by its id")?.to_owned();
    let order = link(&request, &app, &number, &form, trace).await?;
    Ok(flash::good(see_other(format!("/work-orders/{}", order.number)), "Evidence linked."))
}

/// The same from the page of a trace, where the order is named in the form.
pub async fn add_from_trace(
    request: HttpRequest,
    app: Data<App>,
    trace: Path<String>,
    form: Form,
) -> WebResult {
    let trace = trace.into_inner();
    let number = form.required("number", "name the work order, such as WO-2026-001")?;
    let order = link(&request, &app, number, &form, trace.clone()).await?;
    let back = format!("/traces/{}", encoded(&trace));
    Ok(flash::good(see_other(back), &format!("Linked to {}.", order.number)))
}

pub(super) async fn order_of(request: &HttpRequest, app: &App, number: &str) -> Result<Order> {
    let (asker, wanted) = (principal(request)?, number.to_ascii_uppercase());
    app.db
        .read(move |conn| {
            let id = reads::visible_order(conn, &asker, &wanted)?;
            reads::order(conn, asker.project, &id, None)
        })
        .await
}

async fn link(
    request: &HttpRequest,
    app: &App,
    number: &str,
    form: &Form,
    trace_id: String,
) -> Result<Order> {
    let principal = principal(request)?;
    let order = order_of(request, app, number).await?;
    let new = NewLink {
        order_id: order.id.clone(),
        target: target_of(&order, form.text("target"))?,
        trace_id,
        observation_id: form.optional("observation").map(str::to_owned),
    };
    actions::link(app, &principal, new).await?;
    Ok(order)
}

/// `WO-2026-001/3.2`, `3.2`, `C1`, `item:ID`; empty for the whole order.
pub(super) fn target_of(order: &Order, text: &str) -> Result<Option<Target>> {
    if text.is_empty() {
        return Ok(None);
    }
    if let Some(Resolved::Order) = order.resolve(text) {
        return Ok(None);
    }
    let found = match order.resolve(text) {
        Some(Resolved::Part(target)) => Some(target),
        _ => order.resolve_part(text),
    };
    let example =
        "this order has no such place; write 3 for step 3, 3.2 for its second item, C1 for a criterion";
    found.map(Some).ok_or_else(|| Error::invalid("target", example))
}

/// Takes a link away.
pub async fn remove(request: HttpRequest, app: Data<App>, link: Path<String>, form: Form) -> WebResult {
    let principal = principal(&request)?;
    let project = principal.project;
    let reason = form.text("reason").to_owned();
    let (asker, named) = (principal.clone(), link.clone());
    app.db.read(move |conn| reads::must_see_link(conn, &asker, &named)).await?;
    let order_id = actions::unlink(&app, &principal, link.into_inner(), reason).await?;
    let row = app.db.read(move |conn| work_orders::reads::by_id(conn, project, &order_id)).await?;
    let number = row.map(|row| row.number).unwrap_or_default();
    Ok(flash::good(see_other(format!("/work-orders/{number}")), "The link was taken away."))
}
