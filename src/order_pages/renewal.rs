//! A plan that was changed after its approval: what the order's page says of it, and approving it again.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;

use super::act::Act;
use super::moves::{Given, refused};
use super::plan_shown::PlanShown;
use super::signing::{self, Asked, Subject};
use super::text::{self, Html};
use super::view::OrderView;
use crate::foundation::{Action, Error, FieldErrors, Grant, Result};
use crate::order_history::{amount_words, in_full};
use crate::web::{Form, WebResult};
use crate::work_orders::actions::SignedWith;
use crate::work_orders::actions::renew_approval::renew_approval;
use crate::work_orders::events::OrderEvent;
use crate::work_orders::gathered::GatheredEvent;
use crate::work_orders::lifecycle::{awaits_approval, renewal};
use crate::work_orders::model::PlanChanged;
use crate::work_orders::signing::statement;

/// Changes told on the order's page.
const TOLD: usize = 3;

/// The banner of a plan whose changes wait for their approval.
pub struct ChangedPlan {
    /// The newest changes.
    pub changes: Vec<ChangeView>,
    /// How many more there are.
    pub more: usize,
    pub may_approve: bool,
    /// Why somebody who approves other plans may not approve this one.
    pub why_not: Option<String>,
}

impl ChangedPlan {
    /// The banner as somebody sees it; none where nothing waits.
    pub fn of(view: &OrderView) -> Option<Self> {
        if view.as_of.is_some() || !awaits_approval(&view.order, &view.facts) {
            return None;
        }
        let asked = renewal(&view.order, &view.who, &view.facts);
        let approves = view.who.may(Action::Approve) > Grant::Never;
        let mut changes = changes(view);
        let more = changes.len().saturating_sub(TOLD);
        changes.truncate(TOLD);
        Some(Self {
            changes,
            more,
            may_approve: asked.is_ok(),
            why_not: asked.err().filter(|_| approves).map(|why| why.to_string()),
        })
    }
}

/// One change that waits for its approval.
pub struct ChangeView {
    pub by: Html,
    /// Each thing that was changed, with the whole of both values.
    pub lines: Vec<String>,
    pub reason: String,
}

/// Every change that waits, the newest first.
fn changes(view: &OrderView) -> Vec<ChangeView> {
    let of = |change: &PlanChanged| ChangeView {
        by: text::by_at(Some(&change.by), Some(change.at), view.now),
        lines: lines(view, &change.event),
        reason: change.reason.clone(),
    };
    view.order.changed_since_approval.iter().rev().map(of).collect()
}

fn lines(view: &OrderView, id: &str) -> Vec<String> {
    let event = view.events.iter().find(|event| event.id == id && event.body.is_some());
    match event.map(|event| OrderEvent::from_json(&event.kind, event.json())) {
        Some(Ok(OrderEvent::PlanEdited { changes, .. })) => {
            let block = |id: &str| view.order.document.iter().find(|block| block.id == id);
            in_full(&changes, |id| block(id).map(|block| block.text.as_str()))
        }
        Some(Ok(OrderEvent::Gathered(GatheredEvent::PartPlanned { name, amount, .. }))) => {
            vec![format!("planned {} of {name}", amount_words(&amount))]
        }
        _ => vec!["a change that has been erased".to_owned()],
    }
}

/// GET `/work-orders/{number}/approve-changes`: what changed, and the signature where approving is signed.
pub async fn show(request: HttpRequest, act: Act) -> WebResult {
    let view = act.view(None).await?;
    let (given, errors) = (Given::default(), FieldErrors::default());
    page(&request, &act, &view, StatusCode::OK, given, errors, None).await
}

/// POST the same: fields `reason` for a remark, `version`, `email`, `password`.
pub async fn submit(request: HttpRequest, act: Act, form: Form) -> WebResult {
    let id = act.order_id().await?;
    let with = signed_with(&form)?;
    let seen = with.version;
    let note = form.text("reason").to_owned();
    let (status, errors) = match renew_approval(&act.orders, &act.who, &id, note, with).await {
        Ok(_) => return Ok(act.back("top", "The changed plan is approved.")),
        Err(cause) => refused(cause)?,
    };
    let view = act.view(None).await?;
    page(&request, &act, &view, status, Given::of(&form), errors, seen).await
}

/// What a form gives to sign with.
pub(super) fn signed_with(form: &Form) -> Result<SignedWith> {
    let version = form.optional("version").map(str::parse).transpose();
    Ok(SignedWith {
        version: version.map_err(|_| Error::invalid("version", "expected a whole number"))?,
        email: form.optional("email").map(str::to_owned),
        password: Some(form.raw("password").to_owned()).filter(|password| !password.is_empty()),
    })
}

async fn page(
    request: &HttpRequest,
    act: &Act,
    view: &OrderView,
    status: StatusCode,
    given: Given,
    errors: FieldErrors,
    seen: Option<i64>,
) -> WebResult {
    let meaning = renewal(&view.order, &view.who, &view.facts)?;
    let asks = act.orders.people.signing_asks(&act.who).await?;
    let verb =
        if meaning.is_some() { "Approve the changed plan and sign" } else { "Approve the changed plan" };
    let lead = "It stays where it is and work goes on. Then it may be completed.".to_owned();
    let subject = Subject {
        meaning,
        statements: vec![("", statement::of_renewal(&view.order))],
        changes: changes(view),
        plan: Some(PlanShown::of(view)),
        ..Subject::in_place(verb, "approve-changes".to_owned(), lead)
    };
    signing::show(request, view, Asked { subject, asks, given, errors, seen, status })
}
