//! The page on which a move is signed: what is not as planned, what is in order, the outcome, the words, and the
//! signature last, so that nobody signs without passing the list.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use askama::Template;

use super::history::{self, HappeningView};
use super::moves::Given;
use super::view::OrderView;
use crate::foundation::{FieldErrors, Result};
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
    from: &'static str,
    verb: &'static str,
    to: &'static str,
    to_label: &'static str,
    after: &'static str,
    version: i64,
    blockers: Vec<BlockerView>,
    points: Vec<PointView>,
    point_count: usize,
    in_order: Vec<String>,
    progress: String,
    outcomes: Vec<OutcomeView>,
    words_label: &'static str,
    signature: SignatureView,
    changed: Vec<HappeningView>,
    given: Given,
    errors: FieldErrors,
}

/// Something that stands in the way.
struct BlockerView {
    why: String,
    href: String,
    action: &'static str,
}

/// Something that is not as planned.
struct PointView {
    stamp: (&'static str, &'static str),
    reference: String,
    text: String,
    reason: String,
    href: String,
}

/// A way the work may have ended.
struct OutcomeView {
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
    /// The statement by outcome; one with an empty outcome where none is chosen.
    statements: Vec<(&'static str, String)>,
    asks_email: bool,
    attempts: i64,
    is_locked: bool,
}

impl SignPage {
    /// How many points the signer has before them.
    fn points_shown(&self) -> usize {
        self.point_count
    }

    fn is_blocked(&self) -> bool {
        !self.blockers.is_empty() || self.signature.is_locked
    }

    /// What is wrong besides what a field of the form says.
    fn other_faults(&self) -> Vec<String> {
        let shown = ["reason", "outcome", "email", "password"];
        let others = self.errors.0.iter().filter(|error| !shown.contains(&error.path.as_str()));
        others.map(|error| sentence(&error.message)).collect()
    }
}

/// What a signing page is shown with.
pub(super) struct Asked {
    pub(super) offer: Offer,
    pub(super) asks: SigningAsks,
    pub(super) given: Given,
    pub(super) errors: FieldErrors,
    /// The version the signer saw, where the order has changed since.
    pub(super) seen: Option<i64>,
    pub(super) status: StatusCode,
}

/// Shows it.
pub(super) fn show(request: &HttpRequest, view: &OrderView, meaning: Meaning, asked: Asked) -> WebResult {
    let status = asked.status;
    show_with(status, &page(request, view, meaning, asked)?)
}

fn page(request: &HttpRequest, view: &OrderView, meaning: Meaning, asked: Asked) -> Result<SignPage> {
    let Asked { offer, asks, given, errors, seen, .. } = asked;
    let order = &view.order;
    let is_of_work = meaning != Meaning::Approval;
    let points = points::of(order, &view.facts);
    let listed =
        if is_of_work { points.iter().map(|point| PointView::of(view, point)).collect() } else { vec![] };
    let in_order = if is_of_work { points::in_order(order, &view.facts) } else { vec![] };
    let needs_outcome = offer.id == Transition::Complete;
    let (done, all) = order.item_progress();
    Ok(SignPage {
        shell: Shell::of(request, format!("{} {}", offer.verb, order.number), "work-orders"),
        number: order.number.to_string(),
        title: order.title.clone(),
        from: order.status.label(),
        verb: offer.verb,
        to: offer.to.as_str(),
        to_label: offer.to.label(),
        after: after(offer.to, view.facts.policy.verification_waived),
        version: order.version,
        blockers: offer.blockers.iter().map(|(guard, why)| BlockerView::of(view, *guard, why)).collect(),
        signature: signature(view, &offer, meaning, points.len(), &asks)?,
        point_count: points.len(),
        points: listed,
        in_order,
        progress: format!("{done} of {all} items done"),
        outcomes: if needs_outcome { outcomes(view) } else { Vec::new() },
        words_label: if needs_outcome {
            "What was done, in a sentence or two"
        } else {
            "Remark, if there is one"
        },
        changed: changed(view, seen),
        given,
        errors,
    })
}

fn signature(
    view: &OrderView,
    offer: &Offer,
    meaning: Meaning,
    points: usize,
    asks: &SigningAsks,
) -> Result<SignatureView> {
    let content = signing::digest(&view.order, &view.events)?;
    let says = |outcome| statement::of(&view.order, offer.id, meaning, outcome, points);
    let statements = if offer.id == Transition::Complete {
        let all = [Outcome::Achieved, Outcome::Partial, Outcome::NotAchieved];
        all.into_iter().map(|outcome| (outcome.as_str(), says(Some(outcome)))).collect()
    } else {
        vec![("", says(None))]
    };
    Ok(SignatureView {
        name: view.who.actor.name.clone(),
        code: asks.code.clone(),
        meaning: statement::meaning_words(meaning),
        content: content.to_hex(),
        content_short: content.short(),
        statements,
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
fn changed(view: &OrderView, seen: Option<i64>) -> Vec<HappeningView> {
    let Some(seen) = seen.filter(|seen| *seen < view.order.version) else { return Vec::new() };
    let newer = usize::try_from(view.order.version - seen).unwrap_or(usize::MAX);
    history::newest(view, newer.min(20))
}

impl BlockerView {
    fn of(view: &OrderView, guard: Guard, why: &str) -> Self {
        let number = &view.order.number;
        let order = |anchor: &str| format!("/work-orders/{number}{anchor}");
        let (href, action) = match guard {
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
        Kind::FromFile => ("unattested", "from a file"),
    }
}
