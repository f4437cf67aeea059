//! The form of a follow-up order, filled in from the step that left something.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, web};
use askama::Template;

use super::act::Act;
use crate::foundation::{Error, FieldErrors};
use crate::web::error::Problem;
use crate::web::page::{show as show_page, show_with};
use crate::web::{Form, Shell, WebError, WebResult, flash, see_other};
use crate::work_orders::actions::follow_up::{Asked, follow_up};
use crate::work_orders::model::{Priority, When};

#[derive(Template)]
#[template(path = "work_orders/follow_up.html")]
struct FollowUpPage {
    shell: Shell,
    number: String,
    step: String,
    /// `2 Isolate`.
    place: String,
    reason: String,
    /// What comes along: items that are open.
    items: Vec<String>,
    title: String,
    priority: String,
    due: String,
    note: String,
    errors: FieldErrors,
}

/// GET `/work-orders/{number}/follow-up?step=ID`.
pub async fn show(request: HttpRequest, act: Act, query: web::Query<BTreeMap<String, String>>) -> WebResult {
    let step = query.get("step").cloned().unwrap_or_default();
    show_page(&page(&request, &act, step, None, FieldErrors::default()).await?)
}

async fn page(
    request: &HttpRequest,
    act: &Act,
    step: String,
    form: Option<&Form>,
    errors: FieldErrors,
) -> Result<FollowUpPage, WebError> {
    let view = act.view(None).await?;
    let found = view.order.step(&step).ok_or_else(|| Error::not_found("the step"))?;
    let given = |name: &str, otherwise: String| form.map_or(otherwise, |form| form.raw(name).to_owned());
    let open = found.items.iter().filter(|item| !item.ticks.counts());
    Ok(FollowUpPage {
        shell: Shell::of(request, format!("Follow-up of {}", act.number), "work-orders"),
        number: act.number.clone(),
        place: format!("{} {}", found.position, found.title),
        reason: found.state.reason().unwrap_or_default().to_owned(),
        items: open.map(|item| crate::web::markdown::plain(&item.text)).collect(),
        title: given("title", format!("Follow-up: {}", found.title)),
        priority: given("priority", view.order.priority.as_str().to_owned()),
        due: given("due", String::new()),
        note: given("note", String::new()),
        step,
        errors,
    })
}

/// POST `/work-orders/{number}/follow-up`: `step`, `title`, `priority`, `due`, `note`.
pub async fn submit(request: HttpRequest, act: Act, form: Form) -> WebResult {
    let id = act.order_id().await?;
    let step = form.text("step").to_owned();
    let made = match asked(&form) {
        Ok(asked) => follow_up(&act.orders, &act.who, &id, asked).await,
        Err(cause) => Err(cause),
    };
    match made {
        Ok(made) => {
            let words = format!("{} is written as a draft for what this step left.", made.number);
            Ok(flash::good(see_other(format!("/work-orders/{}#step-{step}", act.number)), &words))
        }
        Err(Error::Invalid(errors)) => {
            let status = Problem::of(&Error::invalid("", "")).status;
            show_with(status, &page(&request, &act, step, Some(&form), errors).await?)
        }
        Err(other) => Err(WebError(other)),
    }
}

fn asked(form: &Form) -> Result<Asked, Error> {
    let due = form.optional("due").map(When::read);
    if due.as_ref().is_some_and(|due| due.from.is_none()) {
        return Err(Error::invalid("due", "this is no day; write it like 2026-12-01"));
    }
    Ok(Asked {
        step: form.text("step").to_owned(),
        title: form.required("title", "a work order needs a title")?.to_owned(),
        priority: Priority::read(form.text("priority")).unwrap_or_default(),
        due,
        note: form.text("note").to_owned(),
    })
}
