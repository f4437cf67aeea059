//! `/fleet/rules`: the table, the project's own rules, and what both find in the newest traces.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::db::AnyConnection;
use crate::fleet_pages;
use crate::foundation::{Action, Error, FieldErrors, Grant, Result};
use crate::recognition::actions::{RuleChange, change_rules};
use crate::recognition::dry_run::{DryRun, dry_run};
use crate::recognition::reads::{self, InForce};
use crate::state::App;
use crate::web::page::show_with;
use crate::web::{Form, Principal, Shell, WebResult, flash, see_other};
use trace_model::rules::VERSION;
use wire::mapping::own_rules::OwnRule;

use super::view::{LastView, OwnView, RunView, SlotView, Typed};

/// The page.
const RULES: &str = "/fleet/rules";

#[derive(Template)]
#[template(path = "recognition/rules.html")]
struct RulesPage {
    shell: Shell,
    version: u16,
    slots: Vec<SlotView>,
    own: Vec<OwnView>,
    last: Option<LastView>,
    run: RunView,
    typed: Typed,
    errors: FieldErrors,
    /// Whether the reader may change them.
    may_change: bool,
    /// Whether the reader may look into the ledger.
    reads_ledger: bool,
}

impl RulesPage {
    fn tabs(&self) -> Vec<(&'static str, String, &'static str, bool)> {
        fleet_pages::tabs(RULES)
    }
}

/// GET `/fleet/rules`: with `names`, `source` and `word` a rule is tried.
pub(super) async fn show(request: HttpRequest, app: Data<App>, who: Principal) -> WebResult {
    let query = Form::parse(request.query_string().as_bytes())?;
    page(&request, &app, &who, Typed::of(|name| query.text(name)), FieldErrors::default()).await
}

/// POST `/fleet/rules/add`
pub(super) async fn add(request: HttpRequest, app: Data<App>, who: Principal, form: Form) -> WebResult {
    let typed = Typed::of(|name| form.text(name));
    let rule = OwnRule::new(&typed.names, &typed.source, &typed.word);
    let done = match rule {
        Ok(rule) => change_rules(&app, &who, RuleChange::Add(rule), &typed.reason).await,
        Err(cause) => Err(cause),
    };
    answer(&request, &app, &who, typed, done.map(drop), "Added. Stored traces are looked at anew.").await
}

/// POST `/fleet/rules/take-back`
pub(super) async fn take_back(request: HttpRequest, app: Data<App>, who: Principal, form: Form) -> WebResult {
    let typed = Typed::of(|name| form.text(name));
    let rule = OwnRule::new(&typed.names, &typed.source, &typed.word);
    let done = match rule {
        Ok(rule) => change_rules(&app, &who, RuleChange::TakeBack(rule), &typed.reason).await,
        Err(cause) => Err(cause),
    };
    answer(&request, &app, &who, typed, done.map(drop), "Taken back. Stored traces are looked at anew.").await
}

async fn answer(
    request: &HttpRequest,
    app: &App,
    who: &Principal,
    typed: Typed,
    done: Result<()>,
    said: &str,
) -> WebResult {
    match done {
        Ok(()) => Ok(flash::good(see_other(RULES), said)),
        Err(Error::Invalid(errors)) => page(request, app, who, typed, errors).await,
        Err(cause) => Err(cause.into()),
    }
}

async fn page(
    request: &HttpRequest,
    app: &App,
    who: &Principal,
    typed: Typed,
    errors: FieldErrors,
) -> WebResult<HttpResponse> {
    let (mut errors, mut tried) = (errors, None);
    if !typed.is_nothing() && errors.0.is_empty() {
        match OwnRule::new(&typed.names, &typed.source, &typed.word) {
            Ok(rule) => tried = Some(rule),
            Err(Error::Invalid(faults)) => errors = faults,
            Err(cause) => return Err(cause.into()),
        }
    }
    let (project, rule) = (who.project, tried.clone());
    let read = move |conn: &mut AnyConnection| {
        let in_force = reads::in_force(conn, project)?;
        let run = dry_run(conn, project, &in_force.rules, rule.as_ref())?;
        Ok((in_force, run))
    };
    let (in_force, run): (InForce, DryRun) = app.db.read(read).await?;
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let now = app.now();
    show_with(
        status,
        &RulesPage {
            shell: Shell::of(request, "Rules of recognition", "fleet").in_fleet_style(),
            version: VERSION,
            slots: SlotView::all(),
            own: in_force.rules.0.iter().map(OwnView::of).collect(),
            last: in_force.last.map(|last| LastView::of(last, now)),
            run: RunView::of(run, tried.as_ref(), now),
            typed,
            errors,
            may_change: who.may(Action::SetPrivacy) > Grant::Never,
            reads_ledger: who.may(Action::ReadLedger) > Grant::Never,
        },
    )
}
