//! The page on which something is signed, a move or a changed plan: what is not as planned, what is in order, the outcome, the words, and the
//! signature last, so that nobody signs without passing the list.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use askama::Template;

use super::document::{Flow, PartView};
use super::moves::Given;
use super::plan_shown::PlanShown;
use super::renewal::ChangeView;
use super::view::OrderView;
use crate::foundation::{FieldErrors, Result};
use crate::order_history::{Happening, newest};
use crate::people::actions::confirm_signing::SigningAsks;
use crate::web::format::sentence;
use crate::web::page::show_with;
use crate::web::{Shell, WebResult};
use crate::work_orders::lifecycle::{Guard, Offer, bars_achieved};
use crate::work_orders::model::{Meaning, Outcome, Status, Target, Transition};
use crate::work_orders::signing::points::{self, Kind, Point};
use crate::work_orders::signing::{self, statement};

#[derive(Template)]
#[template(path = "work_orders/sign.html")]
struct SignPage {
    shell: Shell,
    number: String,
    title: String,
    subject: Subject,
    version: i64,
    progress: String,
    signature: SignatureView,
    changed: Vec<Happening>,
    given: Given,
    errors: FieldErrors,
}

/// What is signed, and what is put before the signer about it.
pub(super) struct Subject {
    /// The words on the button.
    pub(super) verb: &'static str,
    /// What signing does.
    pub(super) lead: String,
    /// The end of the form's address.
    pub(super) action: String,
    /// The state that a move leads to; empty where the order stays where it is.
    pub(super) to: &'static str,
    /// What a signature on it means; none where none is asked for.
    pub(super) meaning: Option<Meaning>,
    /// The statement by outcome; one with an empty outcome where none is chosen.
    pub(super) statements: Vec<(&'static str, String)>,
    pub(super) blockers: Vec<BlockerView>,
    pub(super) points: Vec<PointView>,
    pub(super) point_count: usize,
    pub(super) in_order: Vec<String>,
    pub(super) outcomes: Vec<OutcomeView>,
    pub(super) words_label: &'static str,
    /// Changes of the plan that are approved with it.
    pub(super) changes: Vec<ChangeView>,
    /// The plan, where that is what is approved.
    pub(super) plan: Option<PlanShown>,
}

/// Something that stands in the way.
pub(super) struct BlockerView {
    why: String,
    href: String,
    action: &'static str,
}

/// Something that is not as planned.
pub(super) struct PointView {
    stamp: (&'static str, &'static str),
    reference: String,
    text: String,
    reason: String,
    href: String,
}

/// A way the work may have ended.
pub(super) struct OutcomeView {
    value: &'static str,
    word: &'static str,
    hint: String,
    is_barred: bool,
}

/// What is put before the signer.
struct SignatureView {
    name: String,
    code: String,
    meaning: &'static str,
    content: String,
    content_short: String,
    asks_email: bool,
    attempts: i64,
    is_locked: bool,
}

impl SignPage {
    /// How many points the signer has before them.
    fn points_shown(&self) -> usize {
        self.subject.point_count
    }

    /// Whether a password is asked for.
    fn is_signed(&self) -> bool {
        self.subject.meaning.is_some()
    }

    fn is_blocked(&self) -> bool {
        !self.subject.blockers.is_empty() || self.is_signed() && self.signature.is_locked
    }

    /// What is wrong besides what a field of the form says.
    fn other_faults(&self) -> Vec<String> {
        let shown = ["reason", "outcome", "email", "password"];
        // That signing is locked stands above the form already.
        let is_told = |message: &str| self.signature.is_locked && message.starts_with("Signing is locked");
        let others = self.errors.0.iter().filter(|error| !shown.contains(&error.path.as_str()));
        let others = others.filter(|error| !is_told(&error.message));
        others.map(|error| sentence(&error.message)).collect()
    }
}

/// What a signing page is shown with.
pub(super) struct Asked {
    pub(super) subject: Subject,
    pub(super) asks: SigningAsks,
    pub(super) given: Given,
    pub(super) errors: FieldErrors,
    /// The version the signer saw, where the order has changed since.
    pub(super) seen: Option<i64>,
    pub(super) status: StatusCode,
}

/// Shows it.
pub(super) fn show(request: &HttpRequest, view: &OrderView, asked: Asked) -> WebResult {
    let status = asked.status;
    show_with(status, &page(request, view, asked)?)
}

fn page(request: &HttpRequest, view: &OrderView, asked: Asked) -> Result<SignPage> {
    let Asked { subject, asks, given, errors, seen, .. } = asked;
    let order = &view.order;
    let (done, all) = order.item_progress();
    Ok(SignPage {
        shell: Shell::of(request, format!("{} {}", subject.verb, order.number), "work-orders"),
        number: order.number.to_string(),
        title: order.title.clone(),
        version: order.version,
        signature: signature(view, subject.meaning, &asks)?,
        progress: format!("{done} of {all} items done"),
        changed: changed(view, seen),
        subject,
        given,
        errors,
    })
}

impl Subject {
    /// A move that is signed.
    pub(super) fn of_move(view: &OrderView, offer: &Offer, meaning: Meaning) -> Self {
        let order = &view.order;
        let is_of_work = meaning != Meaning::Approval;
        let points = points::of(order, &view.facts);
        let says = |outcome| statement::of(order, offer.id, meaning, outcome, points.len());
        let needs_outcome = offer.id == Transition::Complete;
        let statements = if needs_outcome {
            let all = [Outcome::Achieved, Outcome::Partial, Outcome::NotAchieved];
            all.into_iter().map(|outcome| (outcome.as_str(), says(Some(outcome)))).collect()
        } else {
            vec![("", says(None))]
        };
        let (from, to) = (order.status.label(), offer.to.label());
        let after = after(offer.to, view.facts.policy.verification_waived);
        let listed =
            if is_of_work { points.iter().map(|point| PointView::of(view, point)).collect() } else { vec![] };
        Self {
            verb: offer.verb,
            lead: format!("It goes from {from} to {to}. {after}"),
            action: "transition".to_owned(),
            to: offer.to.as_str(),
            meaning: Some(meaning),
            statements,
            blockers: offer.blockers.iter().map(|(guard, why)| BlockerView::of(view, *guard, why)).collect(),
            point_count: points.len(),
            points: listed,
            in_order: if is_of_work { points::in_order(order, &view.facts) } else { vec![] },
            outcomes: if needs_outcome { outcomes(view) } else { Vec::new() },
            words_label: if needs_outcome { "What was done, in a sentence or two" } else { REMARK },
            changes: Vec::new(),
            plan: (!is_of_work).then(|| PlanShown::of(view)),
        }
    }

    /// Something that is signed while the order stays where it is.
    pub(super) fn in_place(verb: &'static str, action: String, lead: String) -> Self {
        Self {
            verb,
            lead,
            action,
            to: "",
            meaning: None,
            statements: Vec::new(),
            blockers: Vec::new(),
            points: Vec::new(),
            point_count: 0,
            in_order: Vec::new(),
            outcomes: Vec::new(),
            words_label: REMARK,
            changes: Vec::new(),
            plan: None,
        }
    }
}

/// What a field for words is called where nothing in particular is to be said.
const REMARK: &str = "Remark, if there is one";

fn signature(view: &OrderView, meaning: Option<Meaning>, asks: &SigningAsks) -> Result<SignatureView> {
    let content = signing::digest(&view.order, &view.events)?;
    Ok(SignatureView {
        name: view.who.actor.name.clone(),
        code: asks.code.clone(),
        meaning: meaning.map_or("", statement::meaning_words),
        content: content.to_hex(),
        content_short: content.short(),
        asks_email: asks.email,
        attempts: asks.attempts,
        is_locked: asks.locked.is_some(),
    })
}

fn outcomes(view: &OrderView) -> Vec<OutcomeView> {
    let barred = bars_achieved(&view.order, &view.facts);
    let achieved = OutcomeView {
        value: Outcome::Achieved.as_str(),
        word: "Achieved",
        is_barred: barred.is_some(),
        hint: barred.map_or_else(
            || "Everything that was asked for is there.".to_owned(),
            |why| format!("Not possible: {why}"),
        ),
    };
    let other = |outcome: Outcome, word, hint: &str| OutcomeView {
        value: outcome.as_str(),
        word,
        hint: hint.to_owned(),
        is_barred: false,
    };
    vec![
        achieved,
        other(Outcome::Partial, "Achieved in part", "Some of it is there; the list above says what is not."),
        other(Outcome::NotAchieved, "Not achieved", "None of it is there; the record stands all the same."),
    ]
}

fn after(to: Status, is_waived: bool) -> &'static str {
    match to {
        Status::Approved => "Then the work may begin.",
        Status::Completed if is_waived => "Then it may be closed.",
        Status::Completed => "Then an auditor verifies it.",
        Status::Verified => "Then it may be closed.",
        _ => "That is final: nothing of it changes any more.",
    }
}

/// What happened since the version that the signer saw.
fn changed(view: &OrderView, seen: Option<i64>) -> Vec<Happening> {
    let Some(seen) = seen.filter(|seen| *seen < view.order.version) else { return Vec::new() };
    let newer = usize::try_from(view.order.version - seen).unwrap_or(usize::MAX);
    newest(view.past(), newer.min(20))
}

impl BlockerView {
    fn of(view: &OrderView, guard: Guard, why: &str) -> Self {
        let number = &view.order.number;
        let order = |anchor: &str| format!("/work-orders/{number}{anchor}");
        let (href, action) = match guard {
            Guard::PlanApproved => (order("#changed-plan"), "Look at the change"),
            Guard::ClaimsJudged => (format!("/review?order={number}"), "Judge them"),
            Guard::ExceptionsAnswered => ("/exceptions".to_owned(), "Answer them"),
            Guard::SafetyRead | Guard::SafetyReadOnResume => (order("#safety"), "Read them"),
            Guard::VerificationWaived => ("/work-orders/policies".to_owned(), "The rules of this type"),
            Guard::RecordVerifies => ("/ledger".to_owned(), "Look at the ledger"),
            _ => (order("#top"), "Go to the order"),
        };
        Self { why: sentence(why), href, action }
    }
}

impl PointView {
    fn of(view: &OrderView, point: &Point) -> Self {
        let number = &view.order.number;
        let href = match (&point.kind, &point.target) {
            (_, Some(Target::Item(id))) => format!("/work-orders/{number}#item-{id}"),
            (_, Some(Target::Step(id))) => format!("/work-orders/{number}#step-{id}"),
            (_, Some(Target::Criterion(id))) => format!("/work-orders/{number}#criterion-{id}"),
            (Kind::NotJudged, None) => format!("/review?order={number}"),
            (Kind::NotAnswered, None) => "/exceptions".to_owned(),
            (Kind::NotSubmitted, None) => format!("/work-orders/{number}#relations"),
            _ => format!("/work-orders/{number}"),
        };
        Self {
            stamp: stamp(point.kind),
            reference: point.reference.clone(),
            text: point.text.clone(),
            reason: point.reason.clone(),
            href,
        }
    }
}

/// Tone and word.
fn stamp(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Refuted => ("refuted", "refuted"),
        Kind::Undecided => ("not_enough_information", "not enough known"),
        Kind::Failed => ("refuted", "failed"),
        Kind::Altered => ("refuted", "altered"),
        Kind::Flagged => ("not_enough_information", "flagged"),
        Kind::NoEvidence => ("not_enough_information", "no evidence"),
        Kind::TooFast => ("not_enough_information", "too fast"),
        Kind::Unshown => ("not_enough_information", "not shown"),
        Kind::NotApplicable => ("open", "not applicable"),
        Kind::Open => ("open", "open"),
        Kind::NotMet => ("open", "not met"),
        Kind::NotJudged => ("open", "not judged"),
        Kind::NotAnswered => ("contested", "not answered"),
        Kind::NotSubmitted => ("open", "still a draft"),
        Kind::FromFile => ("unattested", "from a file"),
    }
}
