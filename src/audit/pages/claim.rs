//! The page of one claim: evidence on the left, the verdict form on the right.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use crate::audit::actions::{self, Judged};
use crate::audit::addresses::quote_href;
use crate::audit::checks::CheckResult;
use crate::audit::evidence::{FIELDS, TreeRow};
use crate::audit::model::MissingReason;
use crate::audit::reads::{JudgedVerdict, QueueFilter, must_see, queue};
use crate::audit::stated::{Facts, Stated, may_weigh, may_withdraw};
use crate::foundation::{Action, Asker, Error, FieldErrors, ProjectKey, Result, Timestamp};
use crate::state::App;
use crate::web::error::Problem;
use crate::web::flash;
use crate::web::page::show_with;
use crate::web::{Form, Shell, WebResult, format, see_other, words};

use super::claim_view::{self, ClaimView, Opened};
use super::form::Typed;
use super::principal;

/// What a stated claim may weigh, with the words for it.
const WEIGHTS: [(i32, &str); 4] = [(0, "does not count"), (1, "normal"), (2, "important"), (4, "critical")];

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ClaimQuery {
    trace: String,
    observation: String,
}

#[derive(Template)]
#[template(path = "audit/claim.html")]
struct Page {
    shell: Shell,
    view: ClaimView,
    typed: Typed,
    errors: FieldErrors,
    refusal: Option<String>,
    may_judge: bool,
    may_weigh: bool,
    may_withdraw: bool,
    weights: [(i32, &'static str); 4],
    viewer: String,
    reasons: [MissingReason; 6],
    fields: [&'static str; 3],
    fingerprint: String,
    now: Timestamp,
}

impl Page {
    /// Value, word, key on the keyboard, class.
    const OUTCOMES: [(&'static str, &'static str, &'static str, &'static str); 3] = [
        ("supported", "Supported", "s", "supported"),
        ("refuted", "Refuted", "r", "refuted"),
        ("not_enough_information", "Not enough information", "n", ""),
    ];

    fn weight(&self) -> &'static str {
        words::importance(self.view.judged.claim.materiality)
    }

    /// How the claim came to be, and when.
    fn origin(&self) -> String {
        let claim = &self.view.judged.claim;
        let made = claim.made_at.map(|at| format::moment(at, self.now)).unwrap_or_default();
        match claim.target_kind.as_str() {
            _ if self.view.stated.is_some() => format!("stated {made}"),
            "criterion" => "completion criterion".to_owned(),
            _ => format!("made by ticking {made}"),
        }
    }

    fn error(&self, field: &str) -> Option<&str> {
        self.errors.get(field)
    }

    fn quote_href(&self, stated: &Stated) -> String {
        quote_href(stated)
    }

    /// The action speaks of lists; the form has one quote.
    fn quote_error(&self) -> Option<&str> {
        ["quotes[0]", "quotes", "quote"].into_iter().find_map(|path| self.errors.get(path))
    }

    fn short(&self, id: &str) -> String {
        format::short_id(id)
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

    fn is_own(&self, verdict: &JudgedVerdict) -> bool {
        verdict.row.judge_id == self.viewer && verdict.row.superseded_by.is_none()
    }

    fn when(&self, verdict: &JudgedVerdict) -> String {
        format::moment(verdict.row.at, self.now)
    }

    fn fact(&self, fact: &CheckResult) -> String {
        let name = fact.check.split('/').next().unwrap_or_default().replace('-', " ");
        format!("{name}: {}", fact.summary())
    }
}

/// Shows the claim; `?trace=` and `?observation=` open other evidence.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    claim: Path<String>,
    query: Query<ClaimQuery>,
) -> WebResult {
    let query = query.into_inner();
    let opened = Opened { trace: query.trace, observation: query.observation };
    page(&request, &app, &claim, opened, Typed::default(), None).await
}

/// Takes a verdict. What is refused comes back with everything that was typed.
pub async fn judge(request: HttpRequest, app: Data<App>, claim: Path<String>, form: Form) -> WebResult {
    let principal = principal(&request)?;
    let typed = Typed::of(&form);
    match record(&app, &principal, &claim, &typed).await {
        Ok(judged) => next(&app, principal.project, &claim, judged.entries).await,
        Err(cause) if keeps_form(&cause, &principal) => {
            let opened = Opened { trace: typed.trace.clone(), observation: typed.observation.clone() };
            page(&request, &app, &claim, opened, typed, Some(cause)).await
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

/// The next open claim, of the same order first.
async fn next(app: &App, project: ProjectKey, claim: &str, entries: u64) -> WebResult {
    let done = claim.to_owned();
    let next = app
        .db
        .read(move |conn| {
            let filter = QueueFilter { standing: Some("open".to_owned()), order_id: None };
            let order = crate::audit::reads::judged_claim(conn, project, &done)?.map(|it| it.claim.order_id);
            let open = queue(conn, project, &filter)?;
            let judgeable = || open.iter().filter(|it| !it.claim.unattested && it.claim.claim_id != done);
            let same = judgeable().find(|it| Some(&it.claim.order_id) == order.as_ref());
            Ok(same.or_else(|| judgeable().next()).map(|it| it.claim.claim_id.clone()))
        })
        .await?;
    let address = next.map_or_else(|| "/review".to_owned(), |id| format!("/claims/{id}"));
    Ok(flash::good(see_other(address), &format!("Signed. The ledger holds {entries} entries.")))
}

/// Whether a rule about stated claims lets this person act.
fn may(view: &ClaimView, asker: &Asker, rule: fn(&Asker, &Facts) -> Result<()>) -> bool {
    view.stated.as_ref().is_some_and(|(_, facts)| rule(asker, facts).is_ok())
}

async fn page(
    request: &HttpRequest,
    app: &App,
    claim: &str,
    opened: Opened,
    mut typed: Typed,
    cause: Option<Error>,
) -> WebResult<HttpResponse> {
    let principal = principal(request)?;
    let view = claim_view::load(app, principal.project, claim, opened, principal.id()).await?;
    let (asker, order) = (principal.clone(), view.judged.claim.order_id.clone());
    app.db.read(move |conn| must_see(conn, &asker, &order)).await?;
    if typed.trace.is_empty() {
        (typed.trace, typed.observation) = (view.opened.trace.clone(), view.opened.observation.clone());
    }
    let status = cause.as_ref().map_or(StatusCode::OK, |cause| Problem::of(cause).status);
    let (errors, refusal) = match cause {
        Some(Error::Invalid(errors)) => (errors, None),
        Some(other) => (FieldErrors::default(), Some(other.to_string())),
        None => (FieldErrors::default(), None),
    };
    let page = Page {
        shell: Shell::of(request, format!("Claim {}/{}", view.number, view.judged.claim.place), "review"),
        may_judge: principal.must(Action::Judge).is_ok(),
        may_weigh: may(&view, &principal, may_weigh),
        may_withdraw: may(&view, &principal, may_withdraw),
        weights: WEIGHTS,
        viewer: principal.actor.id,
        fingerprint: app.log.verifier().fingerprint()?.to_hex(),
        reasons: MissingReason::ALL,
        fields: FIELDS,
        now: app.now(),
        view,
        typed,
        errors,
        refusal,
    };
    show_with(status, &page)
}
