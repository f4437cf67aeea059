//! Moves between states: buttons on the page, and a form for those that ask for something.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use super::act::Act;
use super::back::{back_of, lead};
use super::signing;
use super::view::OrderView;
use crate::foundation::{Error, FieldErrors, Result};
use crate::web::page::show_with;
use crate::web::{Form, Shell, WebError, WebResult, flash};
use crate::work_orders::actions;
use crate::work_orders::actions::transition::Move;
use crate::work_orders::lifecycle::{Guard, Offer, RULES, legal_targets, offer_of};
use crate::work_orders::model::{HoldCode, Outcome, Status, Transition};

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
    /// Where what stands in the way is settled, as far as the order's number, and the words of the link.
    pub way: Option<(&'static str, &'static str)>,
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

/// The other ways out of the state that the order is in: their words, the states they lead to, and why this person is not
/// offered them.
pub fn refusals(view: &OrderView) -> Vec<(&'static str, &'static str, String)> {
    let leaving = RULES.iter().filter(|rule| rule.from.contains(&view.order.status));
    let ways = leaving.flat_map(|rule| rule.to.iter().map(move |to| (rule.verb, *to)));
    let refused = ways.filter_map(|(verb, to)| {
        let why = offer_of(&view.order, to, &view.who, &view.facts).err()?;
        Some((verb, to.as_str(), why.to_string()))
    });
    let mut refused: Vec<_> = refused.collect();
    // Resuming leads to two states and is one way.
    refused.dedup_by_key(|(verb, ..)| *verb);
    refused
}

impl MoveView {
    fn of(offer: &Offer) -> Self {
        use Transition::{Approve, Close, CloseUnverified, Complete, Resume, Start, Submit, Verify};
        Self {
            verb: offer.verb,
            to: offer.to.as_str(),
            has_form: offer.needs_reason || offer.signature.is_some() || offer.to == Status::OnHold,
            blocked: offer.blocked.clone(),
            way: offer.blockers.first().and_then(|(guard, _)| way_out(*guard)),
            leads_on: matches!(offer.id, Submit | Approve | Start | Resume | Complete | Verify | Close)
                || offer.id == CloseUnverified && offer.blocked.is_none(),
        }
    }
}

fn way_out(guard: Guard) -> Option<(&'static str, &'static str)> {
    match guard {
        Guard::ClaimsJudged => Some(("/review?order=", "Judge the claims")),
        Guard::ExceptionsAnswered => Some(("/exceptions?order=", "Answer the exceptions")),
        _ => None,
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
    needs_reason: bool,
    least_reason: u16,
    needs_hold: bool,
    is_cancelling: bool,
    blocked: Option<String>,
    given: Given,
    errors: FieldErrors,
}

/// What was typed before, so that a refusal loses nothing. A password is never among it.
#[derive(Default)]
pub(super) struct Given {
    pub(super) reason: String,
    pub(super) hold: String,
    pub(super) outcome: String,
    pub(super) email: String,
    /// The list that one came from; empty for the order itself.
    pub(super) back: String,
}

impl Given {
    pub(super) fn of(form: &Form) -> Self {
        let text = |name: &str| form.text(name).to_owned();
        Self {
            reason: text("reason"),
            hold: text("hold"),
            outcome: text("outcome"),
            email: text("email").chars().take(254).collect(),
            back: back_of(form.text("back")),
        }
    }

    /// Where the link back leads.
    pub(super) fn way_back(&self, number: &str) -> String {
        if self.back.is_empty() { format!("/work-orders/{number}") } else { self.back.clone() }
    }
}

impl MovePage {
    fn of(request: &HttpRequest, view: &OrderView, offer: Offer, given: Given, errors: FieldErrors) -> Self {
        Self {
            shell: Shell::of(request, format!("{} {}", offer.verb, view.order.number), "work-orders"),
            number: view.order.number.to_string(),
            title: view.order.title.clone(),
            from: view.order.status.label(),
            verb: offer.verb,
            to: offer.to.as_str(),
            to_label: offer.to.label(),
            version: view.order.version,
            needs_reason: offer.needs_reason,
            least_reason: view.facts.policy.min_reason,
            needs_hold: offer.to == Status::OnHold,
            is_cancelling: offer.to == Status::Cancelled,
            blocked: offer.blocked,
            given,
            errors,
        }
    }

    /// What is wrong besides what a field of the form says.
    fn other_faults(&self) -> Vec<&str> {
        let shown = ["reason", "hold"];
        let others = self.errors.0.iter().filter(|error| !shown.contains(&error.path.as_str()));
        others.map(|error| error.message.as_str()).collect()
    }

    fn holds() -> [(&'static str, &'static str); 7] {
        HoldCode::ALL.map(|code| (code.as_str(), code.label()))
    }
}

/// GET `/work-orders/{number}/move/{to}`: what the move asks for, the signature included; `back` names the list to come back to.
pub async fn confirm(
    request: HttpRequest,
    act: Act,
    path: web::Path<(String, String)>,
    query: web::Query<BTreeMap<String, String>>,
) -> WebResult {
    let view = act.view(None).await?;
    let back = query.get("back").map(|address| back_of(address)).unwrap_or_default();
    let given = Given { back, ..Given::default() };
    let again = Again { status: StatusCode::OK, given, errors: FieldErrors::default(), seen: None };
    page(&request, &act, &view, read_status(&path.1)?, again).await
}

/// POST `/work-orders/{number}/transition`: back to the list that `back` names, else to the order.
pub async fn submit(request: HttpRequest, act: Act, form: Form) -> WebResult {
    let to = read_status(form.text("to"))?;
    let id = act.order_id().await?;
    let asked = asked(to, &form)?;
    let seen = asked.expected_version;
    let (status, errors) = match actions::transition::transition(&act.orders, &act.who, &id, asked).await {
        Ok(_) => {
            let words = format!("{} is now {}.{}", act.number, to.label().to_lowercase(), comes_next(to));
            let back = lead(&back_of(form.text("back"))).map(|answer| flash::good(answer, &words));
            return Ok(back.unwrap_or_else(|| act.back("top", &words)));
        }
        Err(cause) => refused(cause)?,
    };
    let view = act.view(None).await?;
    page(&request, &act, &view, to, Again { status, given: Given::of(&form), errors, seen }).await
}

/// Who is waited for from now on, for whoever has just done their part.
fn comes_next(to: Status) -> &'static str {
    match to {
        Status::Submitted => " A supervisor approves it next.",
        Status::Approved => " The work may begin.",
        Status::Completed => " An auditor verifies it next.",
        Status::Verified => " It can be closed now.",
        Status::Draft | Status::InProgress | Status::OnHold | Status::Closed | Status::Cancelled => "",
    }
}

/// What a form is shown again with that was refused: its status, and what is wrong. Other faults have a page of their own.
pub(super) fn refused(cause: Error) -> WebResult<(StatusCode, FieldErrors)> {
    match cause {
        Error::Invalid(errors) => Ok((StatusCode::UNPROCESSABLE_ENTITY, errors)),
        Error::Conflict { .. } => Ok((StatusCode::CONFLICT, FieldErrors::default())),
        Error::Refused(why) => Ok((StatusCode::CONFLICT, FieldErrors::one("", why))),
        other => Err(WebError(other)),
    }
}

/// What a form is shown again with.
struct Again {
    status: StatusCode,
    given: Given,
    errors: FieldErrors,
    /// The version that the page showed.
    seen: Option<i64>,
}

/// The page of a move, signed or not; whoever may not make it is refused.
async fn page(request: &HttpRequest, act: &Act, view: &OrderView, to: Status, again: Again) -> WebResult {
    let offer = offer_of(&view.order, to, &view.who, &view.facts)?;
    let Again { status, given, mut errors, seen } = again;
    let Some(meaning) = offer.signature else {
        if seen.is_some_and(|seen| seen != view.order.version) {
            errors.add("", "The order changed while you read it. Look at it, then do this again");
        }
        return show_with(status, &MovePage::of(request, view, offer, given, errors));
    };
    let asks = act.orders.people.signing_asks(&act.who).await?;
    let subject = signing::Subject::of_move(view, &offer, meaning);
    signing::show(request, view, signing::Asked { subject, asks, given, errors, seen, status })
}

fn asked(to: Status, form: &Form) -> Result<Move> {
    let version = form.optional("version").map(str::parse).transpose();
    Ok(Move {
        to,
        reason: form.text("reason").to_owned(),
        hold: HoldCode::read(form.text("hold")),
        outcome: outcome(to, form)?,
        expected_points: form.optional("points").and_then(|count| count.parse().ok()),
        email: form.optional("email").map(str::to_owned),
        expected_version: version.map_err(|_| Error::invalid("version", "expected a whole number"))?,
        password: Some(form.raw("password").to_owned()).filter(|password| !password.is_empty()),
    })
}

/// Nobody's work ends as anything that they did not say.
fn outcome(to: Status, form: &Form) -> Result<Option<Outcome>> {
    let said = Outcome::read(form.text("outcome"));
    Ok(said.filter(|_| to == Status::Completed))
}

fn read_status(word: &str) -> Result<Status> {
    Status::read(word).ok_or_else(|| Error::invalid("to", "expected a state such as in_progress"))
}
