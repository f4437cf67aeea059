//! The page of one claim: evidence on the left, the verdict form on the right.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use crate::audit::actions::{self, Judged};
use crate::audit::addresses::{encoded, quote_href};
use crate::audit::evidence::{FIELDS, TreeRow};
use crate::audit::model::MissingReason;
use crate::audit::reads::{JudgedVerdict, judged_claim};
use crate::audit::stated::{Facts, Stated, may_weigh, may_withdraw};
use crate::foundation::{Action, Asker, Digest, Error, FieldErrors, Grant, Result, Timestamp};
use crate::state::App;
use crate::web::error::Problem;
use crate::web::page::show_with;
use crate::web::printed::Verification;
use crate::web::{Form, Shell, WebResult, flash, format, see_other, words};

use super::claim_view::{self, ClaimView, Opened, Wanted};
use super::facts;
use super::form::{Typed, TypedQuote};
use super::walk::{self, Scope};
use super::{blind, principal};

/// What a stated claim may weigh, with the words for it.
const WEIGHTS: [(i32, &str); 4] = [(0, "does not count"), (1, "normal"), (2, "important"), (4, "critical")];

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

#[derive(Template)]
#[template(path = "audit/claim.html")]
struct Page {
    shell: Shell,
    view: ClaimView,
    scope: Scope,
    typed: Typed,
    errors: FieldErrors,
    refusal: Option<String>,
    warning: Option<String>,
    may_judge: bool,
    may_link: bool,
    may_weigh: bool,
    may_withdraw: bool,
    /// Whether this reader judges blind, this claim or the next.
    judges_blind: bool,
    weights: [(i32, &'static str); 4],
    viewer: Asker,
    reasons: [MissingReason; 6],
    fields: [&'static str; 3],
    verification: Verification,
    now: Timestamp,
}

/// One answer of the form.
struct Answer<'a> {
    value: &'static str,
    word: &'static str,
    /// On the keyboard.
    key: &'static str,
    class: &'static str,
    /// Why it is not theirs to give.
    refused: Option<&'a str>,
    is_chosen: bool,
}

impl Page {
    /// The three answers; none is chosen that was not chosen before.
    fn answers(&self) -> Vec<Answer<'_>> {
        let all = [
            ("supported", "Supported", "s", "supported"),
            ("refuted", "Refuted", "r", "refuted"),
            ("not_enough_information", "Not enough information", "n", ""),
        ];
        let each = all.into_iter().zip(&self.view.refused);
        each.map(|((value, word, key, class), refused)| Answer {
            value,
            word,
            key,
            class,
            refused: refused.as_deref(),
            is_chosen: self.typed.outcome == value,
        })
        .collect()
    }

    /// Why some or all answers are greyed, each reason once.
    fn refusals(&self) -> Vec<&str> {
        let mut said: Vec<&str> = self.view.refused.iter().flatten().map(String::as_str).collect();
        said.dedup();
        said
    }

    fn may_sign(&self) -> bool {
        self.view.refused.iter().any(Option::is_none)
    }

    /// What a link to the place must name: `this step`, `this criterion`.
    fn place_word(&self) -> &'static str {
        if self.view.judged.claim.target_kind == "criterion" { "this criterion" } else { "this step" }
    }

    fn weight(&self) -> String {
        let mass = self.view.judged.claim.materiality;
        if mass > 0 {
            format!("{}, counts ×{mass}", words::importance(mass))
        } else {
            words::importance(mass).to_owned()
        }
    }

    /// How the claim came to be, and when.
    fn origin(&self) -> String {
        let claim = &self.view.judged.claim;
        let made = claim.made_at.map(|at| format::Time::new(at, self.now).to_string()).unwrap_or_default();
        match claim.target_kind.as_str() {
            _ if self.view.stated.is_some() => format!("stated {made}"),
            "criterion" => "completion criterion".to_owned(),
            _ => format!("ticked {made}"),
        }
    }

    fn error(&self, field: &str) -> Option<&str> {
        self.errors.get(field)
    }

    fn quote_href(&self, stated: &Stated) -> String {
        quote_href(stated)
    }

    /// What is wrong with the quotes as a whole, or with the words the action could not place.
    fn quotes_error(&self) -> Option<&str> {
        ["quotes", "quote"].into_iter().find_map(|path| self.errors.get(path))
    }

    /// What is wrong with one of them.
    fn quote_error(&self, place: &usize) -> Option<&str> {
        self.errors.get(&format!("quotes[{place}]"))
    }

    fn short_root(&self, root: &Digest) -> String {
        format::short_id(&root.to_hex())
    }

    /// The empty row that the script fills.
    fn no_quote(&self) -> TypedQuote {
        TypedQuote::default()
    }

    /// Words are mostly quoted from outputs.
    fn is_output(&self, field: &str) -> bool {
        TypedQuote::default().reads(field)
    }

    /// Which span and body a quote is of.
    fn read_in(&self, quote: &TypedQuote) -> String {
        if quote.words.is_empty() {
            return String::new();
        }
        let span = self.view.tree.iter().find(|row| row.id == quote.observation);
        let name = span.map_or_else(|| format::short_id(&quote.observation), |row| row.name.clone());
        format!("{name}, {}", quote.field)
    }

    fn letter(&self, row: &TreeRow) -> String {
        row.kind.chars().next().map(|c| c.to_uppercase().to_string()).unwrap_or_default()
    }

    fn depth(&self, row: &TreeRow) -> usize {
        row.depth.min(6)
    }

    fn lasted(&self, row: &TreeRow) -> String {
        row.micros.map(format::duration).unwrap_or_default()
    }

    /// This page with other evidence opened.
    fn open(&self, trace: &str, observation: &str) -> String {
        let scope = if self.scope == Scope::All { "&in=all" } else { "" };
        let at = if observation.is_empty() {
            String::new()
        } else {
            format!("&observation={}", encoded(observation))
        };
        format!("?trace={}{at}{scope}", encoded(trace))
    }

    /// This page again, as it is.
    fn here(&self) -> String {
        self.scope.address(&self.view.judged.claim.claim_id)
    }

    fn go(&self, claim: &str) -> String {
        self.scope.address(claim)
    }

    /// Where skipping leads.
    fn onward(&self) -> String {
        self.view.walk.unjudged.as_ref().map_or_else(|| "/review".to_owned(), |next| self.go(next))
    }

    fn is_own(&self, verdict: &JudgedVerdict) -> bool {
        verdict.row.judge_id == self.viewer.id() && verdict.row.superseded_by.is_none()
    }

    /// Whether their own verdict stands, so that another would replace it.
    fn has_own(&self) -> bool {
        self.view.judged.verdicts.iter().any(|verdict| self.is_own(verdict))
    }

    /// Whether the form comes back with something typed or something to say about it.
    fn is_answered(&self) -> bool {
        let said = self.refusal.is_some() || self.warning.is_some() || !self.errors.0.is_empty();
        said || !self.typed.outcome.is_empty() || !self.typed.quotes.is_empty()
    }

    fn when(&self, verdict: &JudgedVerdict) -> format::Time {
        format::Time::new(verdict.row.at, self.now)
    }

    fn facts(&self) -> Vec<facts::Fact> {
        self.view.facts.iter().map(facts::words).collect()
    }

    /// How many others see it as the reader does.
    fn agreement(&self) -> Option<String> {
        agreement(&self.view.judged.verdicts, self.viewer.id())
    }
}

/// `You agree with 1 of 2 other verdicts`, once one has given one's own and others did too.
fn agreement(verdicts: &[JudgedVerdict], viewer: &str) -> Option<String> {
    let standing = || verdicts.iter().filter(|verdict| verdict.row.superseded_by.is_none());
    let own = standing().rev().find(|verdict| verdict.row.judge_id == viewer)?;
    let others = || standing().filter(|verdict| verdict.row.judge_id != viewer);
    let same = others().filter(|verdict| verdict.row.outcome == own.row.outcome).count();
    match others().count() {
        0 => None,
        1 => Some(format!("You agree with {same} of 1 other verdict.")),
        all => Some(format!("You agree with {same} of {all} other verdicts.")),
    }
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
            page(&request, &app, again(typed, Answered::Refused(cause))).await
        }
        Err(cause) => Err(cause.into()),
    }
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
    let (address, done) = app
        .db
        .read(move |conn| {
            let done =
                judged_claim(conn, who.project, &claim)?.ok_or_else(|| Error::not_found("the claim"))?;
            Ok((walk::onward(conn, &who, &done.claim, scope)?, done))
        })
        .await?;
    let mut words = format!("Signed. The ledger holds {} entries.", judged.entries);
    if blind::is_on(request, asker) {
        let author = Some(done.claim.author_name.as_str()).filter(|name| !name.is_empty());
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
    let page = Page {
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
