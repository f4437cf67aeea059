//! Asking for work: what is wrong, where, and how urgent it is, written and sent in one press. Whoever asks need not know what
//! a plan is; the supervisor who approves it makes one of it before.

use actix_web::HttpRequest;
use askama::Template;

use super::policies::name_of;
use crate::foundation::{Action, Asker, Error, FieldErrors, Grant, Result};
use crate::web::error::Problem;
use crate::web::format::sentence;
use crate::web::page::{show as show_page, show_with};
use crate::web::{Form, Shell, WebError, WebResult, flash, see_other};
use crate::work_orders::Orders;
use crate::work_orders::actions::create::{Created, create};
use crate::work_orders::actions::transition::{Move, transition};
use crate::work_orders::model::{AssetRef, Block, Kind, Plan, Priority, Status, TypeClass};

/// How urgent it is in the words of whoever asks.
const URGENCIES: [(Priority, &str); 4] = [
    (Priority::Low, "It can wait"),
    (Priority::Medium, "Soon"),
    (Priority::High, "It holds up work"),
    (Priority::Emergency, "Emergency: somebody or something is in danger"),
];
/// Characters of the title that the step repeats.
const REPEATED: usize = 100;

#[derive(Template)]
#[template(path = "work_orders/asking.html")]
struct AskingPage {
    shell: Shell,
    form: Form,
    urgencies: [(Priority, &'static str); 4],
    errors: FieldErrors,
}

impl AskingPage {
    fn of(request: &HttpRequest, form: Form, errors: FieldErrors) -> Self {
        Self { shell: Shell::of(request, "Ask for work", "work-orders"), form, urgencies: URGENCIES, errors }
    }

    fn is_chosen(&self, priority: &Priority) -> bool {
        *priority == urgency(&self.form)
    }

    /// What is wrong besides what a field of the form says.
    fn other_faults(&self) -> Vec<String> {
        let others =
            self.errors.0.iter().filter(|error| !["title", "details"].contains(&error.path.as_str()));
        others.map(|error| sentence(&error.message)).collect()
    }
}

/// Whether somebody asks for work and does not plan or do it.
pub(super) fn asks(who: &Asker) -> bool {
    who.may(Action::CreateDraft) > Grant::Never
        && who.may(Action::EditPlan) == Grant::Draft
        && who.may(Action::Run) == Grant::Never
}

/// The empty form.
pub(super) fn show(request: &HttpRequest) -> WebResult {
    show_page(&AskingPage::of(request, Form::default(), FieldErrors::default()))
}

/// Writes it and sends it for approval: fields `title`, `details`, `asset`, `priority`.
pub(super) async fn submit(request: &HttpRequest, orders: &Orders, who: &Asker, form: Form) -> WebResult {
    let made = match plan(who, &form) {
        Ok(plan) => create(&orders.app, who, plan, None).await,
        Err(cause) => Err(cause),
    };
    match made {
        Ok(made) => send(orders, who, &made).await,
        Err(Error::Invalid(errors)) => {
            let status = Problem::of(&Error::invalid("", "")).status;
            show_with(status, &AskingPage::of(request, form, errors))
        }
        Err(other) => Err(WebError(other)),
    }
}

/// What keeps it from being sent keeps what was written: it stays a draft of theirs.
async fn send(orders: &Orders, who: &Asker, made: &Created) -> WebResult {
    let number = &made.number;
    match transition(orders, who, &made.order_id, Move::to(Status::Submitted)).await {
        Ok(_) => {
            let words =
                format!("{number} is sent. A supervisor approves it next; Home says what becomes of it.");
            Ok(flash::good(see_other(format!("/work-orders/{number}")), &words))
        }
        Err(why @ (Error::Invalid(_) | Error::Refused(_))) => {
            let words = format!("{number} is written as a draft and was not sent: {why}");
            Ok(flash::bad(see_other(format!("/work-orders/{number}/edit")), &words))
        }
        Err(other) => Err(WebError(other)),
    }
}

fn urgency(form: &Form) -> Priority {
    let said = Priority::read(form.text("priority")).unwrap_or_default();
    if said == Priority::None { Priority::Medium } else { said }
}

/// The least that may be approved: one step that says to do it, and whoever asked as the one who sees that it is done.
fn plan(who: &Asker, form: &Form) -> Result<Plan> {
    let title = form.required("title", "say in a line what is wrong or what you need")?.to_owned();
    let mut document = vec![Block { level: 1, ..Block::of(Kind::Title, title.clone()) }];
    let details = form.raw("details").replace("\r\n", "\n");
    if !details.trim().is_empty() {
        document.push(Block::of(Kind::Text, details.trim()));
    }
    let repeated: String = title.chars().take(REPEATED).collect();
    document.push(Block { level: 2, ..Block::of(Kind::Step, format!("Do what is asked for: {repeated}")) });
    let seen = format!("What was asked for is done, seen by {}", who.actor.name);
    document.push(Block::of(Kind::Criterion, seen));
    let asset = AssetRef { name: form.text("asset").to_owned(), tag: String::new() };
    Ok(Plan {
        title,
        order_type: name_of(TypeClass::Corrective).to_owned(),
        priority: urgency(form),
        asset: (asset != AssetRef::default()).then_some(asset),
        document,
        ..Plan::default()
    })
}
