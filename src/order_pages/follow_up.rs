//! The form of a follow-up order, filled in from the step that left something.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, web};
use askama::Template;

use super::act::Act;
use super::due::due_in;
use crate::foundation::{Error, FieldErrors};
use crate::web::error::Problem;
use crate::web::markdown::plain;
use crate::web::page::{show as show_page, show_with};
use crate::web::{Form, Shell, WebError, WebResult, flash, see_other};
use crate::work_orders::actions::follow_up::{Asked, follow_up};
use crate::work_orders::left::{left, reason_of};
use crate::work_orders::model::{Priority, Target};

#[derive(Template)]
#[template(path = "work_orders/follow_up.html")]
struct FollowUpPage {
    shell: Shell,
    number: String,
    /// `step:ID` or `item:ID`.
    about: String,
    /// The id of the place on the order's page.
    anchor: String,
    /// `2 Isolate`, `2.1 Valve 7`.
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

/// GET `/work-orders/{number}/follow-up?about=item:ID`.
pub async fn show(request: HttpRequest, act: Act, query: web::Query<BTreeMap<String, String>>) -> WebResult {
    let about: Target = query.get("about").map(String::as_str).unwrap_or_default().parse()?;
    show_page(&page(&request, &act, about, None, FieldErrors::default()).await?)
}

async fn page(
    request: &HttpRequest,
    act: &Act,
    about: Target,
    form: Option<&Form>,
    errors: FieldErrors,
) -> Result<FollowUpPage, WebError> {
    let view = act.view(None).await?;
    let found = view.order.step_of(&about).ok_or_else(|| Error::not_found("the step"))?;
    let item = view.order.item(about.id()).map(|(_, item)| item);
    let place = item.map_or(found.title.clone(), |item| plain(&item.text));
    let number = view.order.reference(&about).unwrap_or_default();
    let given = |name: &str, otherwise: String| form.map_or(otherwise, |form| form.raw(name).to_owned());
    Ok(FollowUpPage {
        shell: Shell::of(request, format!("Follow-up of {}", act.number), "work-orders"),
        number: act.number.clone(),
        reason: reason_of(found, item).unwrap_or_default().to_owned(),
        items: left(found, item).map(|item| plain(&item.text)).collect(),
        title: given("title", format!("Follow-up: {place}")),
        place: format!("{} {place}", number.rsplit('/').next().unwrap_or_default()),
        priority: given("priority", view.order.priority.as_str().to_owned()),
        due: given("due", String::new()),
        note: given("note", String::new()),
        anchor: about.to_string().replace(':', "-"),
        about: about.to_string(),
        errors,
    })
}

/// POST `/work-orders/{number}/follow-up`: `about`, `title`, `priority`, `due`, `note`.
pub async fn submit(request: HttpRequest, act: Act, form: Form) -> WebResult {
    let id = act.order_id().await?;
    let about: Target = form.text("about").parse()?;
    let made = match asked(&form, about.clone()) {
        Ok(asked) => follow_up(&act.orders, &act.who, &id, asked).await,
        Err(cause) => Err(cause),
    };
    match made {
        Ok(made) => {
            let words = format!("{} is written as a draft for what was left here.", made.number);
            Ok(flash::good(
                see_other(format!("/work-orders/{}#{}", act.number, about.to_string().replace(':', "-"))),
                &words,
            ))
        }
        Err(Error::Invalid(errors)) => {
            let status = Problem::of(&Error::invalid("", "")).status;
            show_with(status, &page(&request, &act, about, Some(&form), errors).await?)
        }
        Err(other) => Err(WebError(other)),
    }
}

fn asked(form: &Form, about: Target) -> Result<Asked, Error> {
    let due = due_in(form)?;
    Ok(Asked {
        about,
        title: form.required("title", "a work order needs a title")?.to_owned(),
        priority: Priority::read(form.text("priority")).unwrap_or_default(),
        due,
        note: form.text("note").to_owned(),
    })
}
