//! Linking evidence by hand, and taking a link away. What is refused comes back with everything that was typed.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};
use askama::Template;

use crate::audit::actions::{self, NewLink};
use crate::audit::reads;
use crate::foundation::address::part;
use crate::foundation::{Error, FieldErrors, Result};
use crate::state::App;
use crate::web::error::Problem;
use crate::web::page::show_with;
use crate::web::pages::referring;
use crate::web::{Form, Shell, WebResult, flash, see_other};
use crate::work_orders;
use crate::work_orders::model::{Order, Resolved, Target};

use super::principal;

/// The fields as typed, on the page of an order or on that of a trace.
#[derive(Clone, Debug, Default)]
struct Typed {
    trace: String,
    observation: String,
    number: String,
    target: String,
    /// The claim whose page it was; empty for none.
    claim: String,
    /// Whether the page was the trace's, which asks for the order; an order's asks for the trace.
    asks_order: bool,
}

#[derive(Template)]
#[template(path = "audit/link.html")]
struct Page {
    shell: Shell,
    typed: Typed,
    errors: FieldErrors,
    refusal: Option<String>,
}

impl Typed {
    fn of(form: &Form) -> Self {
        let text = |name: &str| form.text(name).to_owned();
        Self {
            trace: text("trace"),
            observation: text("observation"),
            number: text("number"),
            target: text("target"),
            claim: text("claim"),
            asks_order: false,
        }
    }
}

/// Links a trace, or one observation of it, to the order or to the place `target` names.
pub async fn add(request: HttpRequest, app: Data<App>, number: Path<String>, form: Form) -> WebResult {
    let typed = Typed { number: number.into_inner(), ..Typed::of(&form) };
    match link(&request, &app, &typed).await {
        Ok(order) => {
            Ok(flash::good(see_other(linked_from(&request, &order, &typed.claim)), "Evidence linked."))
        }
        Err(cause) => again(&request, &app, typed, cause).await,
    }
}

/// The page that somebody linked from: that of a claim as they read it, else the order's.
fn linked_from(request: &HttpRequest, order: &Order, claim: &str) -> String {
    if claim.is_empty() {
        return format!("/work-orders/{}", order.number);
    }
    let page = format!("/claims/{}", part(claim));
    referring(request).filter(|from| from.split('?').next() == Some(page.as_str())).unwrap_or(page)
}

/// The same from the page of a trace, where the order is named in the form.
pub async fn add_from_trace(
    request: HttpRequest,
    app: Data<App>,
    trace: Path<String>,
    form: Form,
) -> WebResult {
    let typed = Typed { trace: trace.into_inner(), asks_order: true, ..Typed::of(&form) };
    match link(&request, &app, &typed).await {
        Ok(order) => {
            let back = format!("/traces/{}", part(&typed.trace));
            Ok(flash::good(see_other(back), &format!("Linked to {}.", order.number)))
        }
        Err(cause) => again(&request, &app, typed, cause).await,
    }
}

/// The form once more, with everything that was typed and why it was refused.
async fn again(request: &HttpRequest, app: &App, mut typed: Typed, cause: Error) -> WebResult {
    if !keeps_form(request, &cause)? {
        return Err(cause.into());
    }
    let (mut errors, mut refusal) = (FieldErrors::default(), None);
    match &cause {
        Error::Invalid(faults) => errors = faults.clone(),
        other => refusal = Some(other.to_string()),
    }
    // A list of an order's page sends the id of a place, which nobody would know again.
    if let Ok(order) = order_of(request, app, &typed.number).await
        && let Ok(Some(target)) = target_of(&order, &typed.target)
    {
        let reference = order.reference(&target).unwrap_or_default();
        reference.rsplit('/').next().unwrap_or_default().clone_into(&mut typed.target);
    }
    let shell = Shell::of(request, "Link a trace", if typed.asks_order { "traces" } else { "work-orders" });
    show_with(Problem::of(&cause).status, &Page { shell, typed, errors, refusal })
}

/// Whether what was refused can be mended by typing something else.
pub(super) fn keeps_form(request: &HttpRequest, cause: &Error) -> Result<bool> {
    let mendable = matches!(cause, Error::Invalid(_) | Error::Refused(_) | Error::NotFound(_));
    Ok(mendable && principal(request)?.is_person())
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

async fn link(request: &HttpRequest, app: &App, typed: &Typed) -> Result<Order> {
    let needed = |name: &str, text: &str, words: &str| {
        if text.is_empty() { Err(Error::invalid(name, words)) } else { Ok(()) }
    };
    needed("trace", &typed.trace, "name the trace by its id")?;
    needed("number", &typed.number, "name the work order, such as WO-2026-001")?;
    let principal = principal(request)?;
    let order = order_of(request, app, &typed.number).await?;
    let new = NewLink {
        order_id: order.id.clone(),
        target: target_of(&order, &typed.target)?,
        trace_id: typed.trace.clone(),
        observation_id: Some(typed.observation.clone()).filter(|id| !id.is_empty()),
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
