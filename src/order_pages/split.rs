//! The form that moves steps of an order into a new one: a box beside each step, one button.

use actix_web::HttpRequest;
use askama::Template;

use super::act::Act;
use super::edit::check_may;
use crate::foundation::{Error, FieldErrors};
use crate::web::error::Problem;
use crate::web::markdown::plain;
use crate::web::page::{show as show_page, show_with};
use crate::web::{Form, Shell, WebError, WebResult, flash, see_other};
use crate::work_orders::actions::split::{Asked, split};
use crate::work_orders::decide::{needs_reason, stays};

#[derive(Template)]
#[template(path = "work_orders/split.html")]
struct SplitPage {
    shell: Shell,
    number: String,
    steps: Vec<StepRow>,
    title: String,
    reason: String,
    /// How long a reason must be; none where none is asked for.
    least: Option<u16>,
    errors: FieldErrors,
    /// Why it was refused as a whole.
    refused: Option<String>,
}

struct StepRow {
    id: String,
    position: u32,
    title: String,
    items: usize,
    stays: bool,
    is_chosen: bool,
}

impl SplitPage {
    /// Whether one step can go and another stays.
    fn can_go(&self) -> bool {
        self.steps.len() > 1 && self.steps.iter().any(|step| !step.stays)
    }
}

/// GET `/work-orders/{number}/split`.
pub async fn show(request: HttpRequest, act: Act) -> WebResult {
    show_page(&page(&request, &act, None).await?)
}

/// POST `/work-orders/{number}/split`: fields `step` (ids), `title`, and `reason` once the plan is approved.
pub async fn submit(request: HttpRequest, act: Act, form: Form) -> WebResult {
    let id = act.order_id().await?;
    let made = match asked(&form) {
        Ok(asked) => split(&act.orders, &act.who, &id, asked).await,
        Err(cause) => Err(cause),
    };
    let error = match made {
        Ok(made) => {
            let words = format!(
                "{} is written as a draft with the steps that were moved. Both orders have the completion criteria of the whole \
                 work: keep in each what holds there.",
                made.number
            );
            return Ok(flash::good(see_other(format!("/work-orders/{}/edit", made.number)), &words));
        }
        Err(error @ (Error::Invalid(_) | Error::Refused(_))) => error,
        Err(other) => return Err(WebError(other)),
    };
    let problem = Problem::of(&error);
    let mut page = page(&request, &act, Some(&form)).await?;
    match error {
        Error::Invalid(errors) => page.errors = errors,
        _ => page.refused = Some(problem.sentence),
    }
    show_with(problem.status, &page)
}

fn asked(form: &Form) -> Result<Asked, Error> {
    Ok(Asked {
        steps: form.all("step").map(str::to_owned).collect(),
        title: form.required("title", "the new order needs a title")?.to_owned(),
        reason: form.text("reason").to_owned(),
    })
}

async fn page(request: &HttpRequest, act: &Act, form: Option<&Form>) -> Result<SplitPage, WebError> {
    let view = act.view(None).await?;
    check_may(&view)?;
    let order = &view.order;
    let steps = order.steps.iter().map(|step| StepRow {
        id: step.id.clone(),
        position: step.position,
        title: plain(&step.title),
        items: step.items.len(),
        stays: stays(order, &view.facts, step),
        is_chosen: form.is_some_and(|form| form.all("step").any(|id| id == step.id)),
    });
    let given = |name: &str, otherwise: String| form.map_or(otherwise, |form| form.raw(name).to_owned());
    Ok(SplitPage {
        shell: Shell::of(request, format!("Split {}", act.number), "work-orders"),
        number: act.number.clone(),
        steps: steps.collect(),
        title: given("title", format!("{}, second part", order.title)),
        reason: given("reason", String::new()),
        least: needs_reason(order).then_some(view.facts.policy.min_reason),
        errors: FieldErrors::default(),
        refused: None,
    })
}
