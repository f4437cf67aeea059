//! The page of one claim: evidence on the left, the verdict form on the right.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use crate::audit::actions::{self, Judged};
use crate::audit::evidence::FIELDS;
use crate::audit::model::MissingReason;
use crate::audit::reads::judged_claim;
use crate::audit::stated::{Facts, may_weigh, may_withdraw};
use crate::foundation::{Action, Asker, Error, FieldErrors, Grant, Result};
use crate::state::App;
use crate::web::error::Problem;
use crate::web::page::show_with;
use crate::web::printed::Verification;
use crate::web::{Form, Shell, WebResult, flash, see_other};

use super::claim_page::{BOXED, ClaimPage, WEIGHTS, agreement};
use super::claim_view::{self, ClaimView, Opened, Wanted};
use super::form::Typed;
use super::walk::{self, Scope};
use super::{blind, principal};

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ClaimQuery {
    trace: String,
    observation: String,
    /// `all` to walk through the claims of every order.
    #[serde(rename = "in")]
    scope: String,
}

/// Shows the claim; `?trace=` and `?observation=` open other evidence, `?in=all` walks through all orders.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    claim: Path<String>,
    query: Query<ClaimQuery>,
) -> WebResult {
    let query = query.into_inner();
    let asked = Asked {
        claim: claim.into_inner(),
        scope: Scope::parse(&query.scope),
        opened: Opened { trace: query.trace, observation: query.observation },
        typed: Typed::default(),
        answer: Answered::Nothing,
    };
    page(&request, &app, asked).await
}

/// Takes a verdict. What is refused comes back with everything that was typed.
pub async fn judge(request: HttpRequest, app: Data<App>, claim: Path<String>, form: Form) -> WebResult {
    let asker = principal(&request)?;
    let (typed, scope) = (Typed::of(&form), Scope::parse(form.text("in")));
    let again = |typed: Typed, answer| Asked {
        claim: claim.clone(),
        scope,
        opened: Opened {
            trace: form.text("open_trace").to_owned(),
            observation: form.text("open_observation").to_owned(),
        },
        typed,
        answer,
    };
    if Typed::only_edits(&form) {
        return page(&request, &app, again(typed, Answered::Nothing)).await;
    }
    if let Some(warning) = typed.warning() {
        return page(&request, &app, again(typed, Answered::Warned(warning))).await;
    }
    match record(&app, &asker, &claim, &typed).await {
        Ok(judged) => signed(&request, &app, &asker, &claim, scope, &judged).await,
        Err(cause) if keeps_form(&cause, &asker) => {
            let (typed, cause) = beside_its_field(typed, cause);
            page(&request, &app, again(typed, Answered::Refused(cause))).await
        }
        Err(cause) => Err(cause.into()),
    }
}

/// A typed quote that was not found goes back to where it was typed, with what is wrong with it, so that it is corrected there.
fn beside_its_field(mut typed: Typed, cause: Error) -> (Typed, Error) {
    let Error::Invalid(mut errors) = cause else { return (typed, cause) };
    for error in &mut errors.0 {
        let inside = error.path.strip_prefix("quotes[").and_then(|rest| rest.strip_suffix(']'));
        let Some(place) = inside.and_then(|place| place.parse::<usize>().ok()) else { continue };
        if place == typed.boxed_place() || typed.take_back(place) {
            BOXED.clone_into(&mut error.path);
        }
    }
    (typed, Error::Invalid(errors))
}

fn keeps_form(cause: &Error, principal: &Asker) -> bool {
    let mendable = matches!(cause, Error::Invalid(_) | Error::Refused(_) | Error::Forbidden(_));
    mendable && principal.is_person()
}

async fn record(app: &App, asker: &Asker, claim: &str, typed: &Typed) -> Result<Judged> {
    actions::judge(app, asker, typed.judgement(claim)?).await
}

/// On to the next claim that waits, with a word on the one just signed; who judged blind learns whose it was.
async fn signed(
    request: &HttpRequest,
    app: &App,
    asker: &Asker,
    claim: &str,
    scope: Scope,
    judged: &Judged,
) -> WebResult {
    let (who, claim) = (asker.clone(), claim.to_owned());
    let (address, done, through) = app
        .db
        .read(move |conn| {
            let done =
                judged_claim(conn, who.project, &claim)?.ok_or_else(|| Error::not_found("the claim"))?;
            let through = walk::judged_through(conn, who.project, &done.claim)?;
            Ok((walk::onward(conn, &who, &done.claim, scope)?, done, through))
        })
        .await?;
    let mut words = format!("Signed. The ledger holds {} entries.", judged.entries);
    if let Some(through) = through {
        words = format!("{words} {through}");
    }
    if blind::is_on(request, asker) {
        // Whoever wrote a criterion made no claim by it; its page says who did.
        let is_said = done.claim.is_stated() || done.claim.target_kind != "criterion";
        let author = Some(done.claim.author()).filter(|name| !name.is_empty() && is_said);
        let author = author.map(|name| format!(" The claim was made by {name}.")).unwrap_or_default();
        let others = agreement(&done.verdicts, asker.id()).map(|it| format!(" {it}")).unwrap_or_default();
        words = format!("{words}{author}{others}");
    }
    Ok(flash::good(see_other(address), &words))
}

/// Whether a rule about stated claims lets this person act.
fn may(view: &ClaimView, asker: &Asker, rule: fn(&Asker, &Facts) -> Result<()>) -> bool {
    view.stated.as_ref().is_some_and(|(_, facts)| rule(asker, facts).is_ok())
}

/// What a page is to show.
struct Asked {
    claim: String,
    scope: Scope,
    opened: Opened,
    typed: Typed,
    answer: Answered,
}

/// What there is to say about a form that was sent.
enum Answered {
    Nothing,
    Warned(String),
    Refused(Error),
}

impl Answered {
    fn status(&self) -> StatusCode {
        match self {
            Self::Nothing => StatusCode::OK,
            Self::Warned(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Refused(cause) => Problem::of(cause).status,
        }
    }

    /// Faults by field, the refusal, the warning.
    fn parts(self) -> (FieldErrors, Option<String>, Option<String>) {
        match self {
            Self::Nothing => (FieldErrors::default(), None, None),
            Self::Warned(warning) => (FieldErrors::default(), None, Some(warning)),
            Self::Refused(Error::Invalid(errors)) => (errors, None, None),
            Self::Refused(other) => (FieldErrors::default(), Some(other.to_string()), None),
        }
    }
}

async fn page(request: &HttpRequest, app: &App, asked: Asked) -> WebResult<HttpResponse> {
    let asker = principal(request)?;
    let judges_blind = blind::is_on(request, &asker);
    let wanted =
        Wanted { claim: asked.claim, opened: asked.opened, scope: asked.scope, is_blind: judges_blind };
    let view = claim_view::load(app, &asker, wanted).await?;
    let status = asked.answer.status();
    let (errors, refusal, warning) = asked.answer.parts();
    let page = ClaimPage {
        shell: Shell::of(request, format!("Claim {}/{}", view.number, view.judged.claim.place), "review"),
        may_judge: asker.must(Action::Judge).is_ok(),
        may_link: asker.may(Action::AddEvidence) > Grant::Never,
        may_weigh: may(&view, &asker, may_weigh),
        may_withdraw: may(&view, &asker, may_withdraw),
        judges_blind,
        weights: WEIGHTS,
        viewer: asker,
        verification: Verification::of(&view.number, app.log.verifier().fingerprint()?),
        reasons: MissingReason::ALL,
        fields: FIELDS,
        now: app.now(),
        scope: asked.scope,
        typed: asked.typed,
        view,
        errors,
        refusal,
        warning,
    };
    show_with(status, &page)
}
