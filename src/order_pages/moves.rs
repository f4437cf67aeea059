//! Moves between states: buttons on the page, and a form for those that ask for something.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use super::act::Act;
use super::view::OrderView;
use crate::foundation::{Error, FieldErrors, Result};
use crate::web::page::{show, show_with};
use crate::web::{Form, Shell, WebError, WebResult};
use crate::work_orders::actions;
use crate::work_orders::actions::transition::Move;
use crate::work_orders::lifecycle::{Offer, legal_targets};
use crate::work_orders::model::{HoldCode, Meaning, Outcome, Status, Transition};

/// One move that this person is offered.
#[derive(Debug)]
pub struct MoveView {
    /// The words on the button.
    pub verb: &'static str,
    /// The state's word.
    pub to: &'static str,
    /// Whether it asks for a reason, a code, an outcome or a password.
    pub has_form: bool,
    /// Why it cannot be done yet.
    pub blocked: Option<String>,
    /// Whether it leads on; the first of these is the next thing to do.
    pub leads_on: bool,
}

/// What this person is offered, what leads on first.
pub fn offers(view: &OrderView) -> Vec<MoveView> {
    if view.as_of.is_some() {
        return Vec::new();
    }
    let offers = legal_targets(&view.order, &view.who, &view.facts);
    let mut views: Vec<MoveView> = offers.iter().map(MoveView::of).collect();
    views.sort_by_key(|view| (!view.leads_on, view.blocked.is_some()));
    views
}

impl MoveView {
    fn of(offer: &Offer) -> Self {
        use Transition::{Approve, Close, Complete, Resume, Start, Submit, Verify};
        Self {
            verb: offer.verb,
            to: offer.to.as_str(),
            has_form: offer.needs_reason || offer.signature.is_some() || offer.to == Status::OnHold,
            blocked: offer.blocked.clone(),
            leads_on: matches!(offer.id, Submit | Approve | Start | Resume | Complete | Verify | Close),
        }
    }
}

#[derive(Template)]
#[template(path = "work_orders/move.html")]
struct MovePage {
    shell: Shell,
    number: String,
    title: String,
    from: &'static str,
    verb: &'static str,
    to: &'static str,
    to_label: &'static str,
    version: i64,
    statement: Option<String>,
    needs_reason: bool,
    needs_hold: bool,
    needs_outcome: bool,
    blocked: Option<String>,
    given: Given,
    errors: FieldErrors,
}

/// What was typed before, so that a refusal loses nothing.
#[derive(Default)]
struct Given {
    reason: String,
    hold: String,
    outcome: String,
}

impl MovePage {
    fn of(request: &HttpRequest, view: &OrderView, to: Status) -> Result<Self> {
        let offers = legal_targets(&view.order, &view.who, &view.facts);
        let offer = offers.into_iter().find(|offer| offer.to == to).ok_or_else(|| {
            Error::refused(format!(
                "{} is {}, and you cannot move it to {} from there. Look at the order for what you can do.",
                view.order.number,
                view.order.status.label().to_lowercase(),
                to.label()
            ))
        })?;
        Ok(Self {
            shell: Shell::of(request, format!("{} {}", offer.verb, view.order.number), "work-orders"),
            number: view.order.number.to_string(),
            title: view.order.title.clone(),
            from: view.order.status.label(),
            verb: offer.verb,
            to: to.as_str(),
            to_label: to.label(),
            version: view.order.version,
            statement: offer.signature.map(|meaning| statement(view, offer.id, meaning)),
            needs_reason: offer.needs_reason,
            needs_hold: to == Status::OnHold,
            needs_outcome: offer.id == Transition::Complete,
            blocked: offer.blocked,
            given: Given::default(),
            errors: FieldErrors::default(),
        })
    }

    /// What is wrong besides what a field of the form says.
    fn other_faults(&self) -> Vec<&str> {
        let shown = ["reason", "hold", "outcome", "password"];
        let others = self.errors.0.iter().filter(|error| !shown.contains(&error.path.as_str()));
        others.map(|error| error.message.as_str()).collect()
    }

    fn holds() -> [(&'static str, &'static str); 7] {
        HoldCode::ALL.map(|code| (code.as_str(), code.label()))
    }

    fn outcomes() -> [(&'static str, &'static str); 3] {
        [("achieved", "Achieved"), ("partial", "Partly achieved"), ("not_achieved", "Not achieved")]
    }
}

/// What the signer puts their name to, as it is true at that moment: before the work, after it, or at its end.
fn statement(view: &OrderView, id: Transition, meaning: Meaning) -> String {
    let (who, number, version) = (&view.who.actor.name, &view.order.number, view.order.version);
    let says = match meaning {
        Meaning::Approval => "approve this plan, so that the work may be done as it stands",
        Meaning::Performed => "declare that this work was performed as recorded",
        Meaning::Reviewed => "declare that I have reviewed the record and its evidence",
        Meaning::Approved if id == Transition::CloseUnverified => {
            "declare that this work order may be closed though nobody verified it"
        }
        Meaning::Approved => "declare that this work order is finished and may be closed",
    };
    format!("I, {who}, {says}: {number}, version {version}.")
}

/// GET `/work-orders/{number}/move/{to}`: what the move asks for.
pub async fn confirm(request: HttpRequest, act: Act, path: web::Path<(String, String)>) -> WebResult {
    let view = act.view(None).await?;
    show(&MovePage::of(&request, &view, read_status(&path.1)?)?)
}

/// POST `/work-orders/{number}/transition`.
pub async fn submit(request: HttpRequest, act: Act, form: Form) -> WebResult {
    let to = read_status(form.text("to"))?;
    let id = act.order_id().await?;
    let moved = actions::transition::transition(&act.orders, &act.who, &id, asked(to, &form)?).await;
    match moved {
        Ok(_) => Ok(act.back("top", &format!("{} is now {}.", act.number, to.label().to_lowercase()))),
        Err(Error::Invalid(errors)) => ask_again(&request, &act, to, &form, errors).await,
        Err(other) => Err(WebError(other)),
    }
}

async fn ask_again(
    request: &HttpRequest,
    act: &Act,
    to: Status,
    form: &Form,
    errors: FieldErrors,
) -> WebResult {
    let view = act.view(None).await?;
    let mut page = MovePage::of(request, &view, to)?;
    let text = |name: &str| form.text(name).to_owned();
    page.given = Given { reason: text("reason"), hold: text("hold"), outcome: text("outcome") };
    page.errors = errors;
    show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn asked(to: Status, form: &Form) -> Result<Move> {
    let version = form.optional("version").map(str::parse).transpose();
    Ok(Move {
        to,
        reason: form.text("reason").to_owned(),
        hold: HoldCode::read(form.text("hold")),
        outcome: Outcome::read(form.text("outcome")),
        expected_version: version.map_err(|_| Error::invalid("version", "expected a whole number"))?,
        password: Some(form.raw("password").to_owned()).filter(|password| !password.is_empty()),
    })
}

fn read_status(word: &str) -> Result<Status> {
    Status::read(word).ok_or_else(|| Error::invalid("to", "expected a state such as in_progress"))
}
