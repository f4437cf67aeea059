//! `/privacy`: what is masked, how long traces are kept, what was found and erased.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::db::AnyConnection;
use crate::foundation::{Error, FieldErrors, Result, Timestamp};
use crate::privacy::MaskBooks;
use crate::privacy::actions::{Due, due, set_policy};
use crate::privacy::model::Policy;
use crate::privacy::reads;
use crate::state::App;
use crate::tombstones::Erasure;
use crate::web::format::{self, shown};
use crate::web::page::show_with;
use crate::web::{Form, Principal, Shell, WebResult, flash, see_other};
use masking::Masker;
use masking::{Family, Finding, OwnPattern};

/// How far back findings are listed, in microseconds (30 days).
const BACK: i64 = 30 * 86_400_000_000;
/// Longest sample text, in bytes.
const LONGEST_SAMPLE: usize = 20_000;

#[derive(Template)]
#[template(path = "privacy/settings.html")]
struct SettingsPage {
    shell: Shell,
    policy: Policy,
    families: [Family; 5],
    own: String,
    keep_days: String,
    sample: String,
    tested: Option<String>,
    losing: Option<Due>,
    errors: FieldErrors,
    known: Known,
    detector: String,
    now: Timestamp,
}

/// What is read for the page.
struct Known {
    due: Due,
    late: i64,
    erasures: Vec<Erasure>,
    found: Vec<(String, i64)>,
    findings: Vec<(Finding, Timestamp)>,
}

impl SettingsPage {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand over references")]
    fn is_on(&self, family: &Family) -> bool {
        self.policy.on.contains(family)
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand over references")]
    fn when(&self, at: &Timestamp) -> format::Time {
        format::Time::new(*at, self.now)
    }

    fn agreement(&self) -> String {
        agreement(&self.policy)
    }

    fn short(&self, id: &str) -> String {
        format::short_id(id)
    }
}

/// What stands in the form, and what is said about it.
struct Typed {
    policy: Policy,
    own: String,
    keep_days: String,
    sample: String,
    /// What the sample would be stored as.
    tested: Option<String>,
    /// What the next run would erase that the policy in force keeps.
    losing: Option<Due>,
}

impl Typed {
    fn of(form: &Form) -> Result<Self> {
        let on = Family::ALL.into_iter().filter(|family| form.all("on").any(|word| word == family.as_str()));
        let (own, keep_days) = (form.raw("own").to_owned(), form.text("keep_days").to_owned());
        let days = match keep_days.as_str() {
            "" => None,
            text => {
                Some(text.parse().map_err(|_| Error::invalid("keep_days", "write a whole number of days"))?)
            }
        };
        let policy = Policy {
            on: on.collect(),
            own: own_patterns(&own)?,
            keep_days: days,
            keep_evidence: form.is_checked("keep_evidence"),
        };
        let sample = form.raw("sample").to_owned();
        Ok(Self { policy, own, keep_days, sample, tested: None, losing: None })
    }

    fn stored(policy: Policy) -> Self {
        let lines = policy.own.iter().map(|own| format!("{} = {}", own.name, own.pattern));
        Self {
            own: lines.collect::<Vec<_>>().join("\n"),
            keep_days: policy.keep_days.map(|days| days.to_string()).unwrap_or_default(),
            sample: String::new(),
            tested: None,
            losing: None,
            policy,
        }
    }
}

/// One pattern a line: `name = pattern`.
fn own_patterns(text: &str) -> Result<Vec<OwnPattern>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (name, pattern) = line
                .split_once('=')
                .ok_or_else(|| Error::invalid("pattern", format!("write NAME = PATTERN, not {line:?}")))?;
            Ok(OwnPattern { name: name.trim().to_owned(), pattern: pattern.trim().to_owned() })
        })
        .collect()
}

/// GET /privacy
pub(super) async fn show(request: HttpRequest, app: Data<App>, who: Principal) -> WebResult {
    let project = who.project;
    let policy = app.db.read(move |conn| reads::policy(conn, project)).await?;
    page(&request, &app, &who, Typed::stored(policy), FieldErrors::default()).await
}

/// POST /privacy: a policy that lets go of traces asks first.
pub(super) async fn set(
    request: HttpRequest,
    app: Data<App>,
    masks: Data<MaskBooks>,
    who: Principal,
    form: Form,
) -> WebResult {
    let taken = match Typed::of(&form) {
        Ok(mut typed) => {
            typed.losing = losing(&app, &who, &typed.policy).await?;
            if typed.losing.is_some() && form.text("agreed") != agreement(&typed.policy) {
                return page(&request, &app, &who, typed, FieldErrors::default()).await;
            }
            set_policy(&app, &masks, &who, typed.policy).await
        }
        Err(cause) => Err(cause),
    };
    match taken {
        Ok(()) => Ok(flash::good(see_other("/privacy"), "Saved. It holds for what comes in from now on.")),
        Err(Error::Invalid(errors)) => refused(&request, &app, &who, &form, errors).await,
        Err(cause) => Err(cause.into()),
    }
}

/// What the next run would erase by a policy that keeps less than the one in force.
async fn losing(app: &App, who: &Principal, policy: &Policy) -> Result<Option<Due>> {
    let (project, policy, now) = (who.project, policy.clone(), app.now());
    let read = move |conn: &mut AnyConnection| {
        if !policy.keeps_less_than(&reads::policy(conn, project)?) {
            return Ok(None);
        }
        Ok(Some(due(conn, project, &policy, now)?).filter(|due| due.going > 0))
    };
    app.db.read(read).await
}

/// What somebody agrees to who lets traces go: it holds for these words only.
fn agreement(policy: &Policy) -> String {
    let days = policy.keep_days.map(|days| days.to_string()).unwrap_or_default();
    format!("{days} days{}", if policy.keep_evidence { "" } else { ", evidence too" })
}

/// POST /privacy/test: what the policy in the form would make of a sample; nothing is stored.
pub(super) async fn test(request: HttpRequest, app: Data<App>, who: Principal, form: Form) -> WebResult {
    let made = Typed::of(&form).and_then(|mut typed| {
        if typed.sample.len() > LONGEST_SAMPLE {
            return Err(Error::invalid("sample", format!("a sample has at most {LONGEST_SAMPLE} bytes")));
        }
        let masker = Masker::new(&typed.policy.on, &typed.policy.own, &app.keys.server_key, who.project)?;
        let masked = masker.text(None, &typed.sample).map(|masked| masked.text);
        typed.tested = Some(masked.unwrap_or_else(|| typed.sample.clone()));
        Ok(typed)
    });
    match made {
        Ok(typed) => page(&request, &app, &who, typed, FieldErrors::default()).await,
        Err(Error::Invalid(errors)) => refused(&request, &app, &who, &form, errors).await,
        Err(cause) => Err(cause.into()),
    }
}

/// The form again with everything that was typed, as far as it can be read.
async fn refused(
    request: &HttpRequest,
    app: &App,
    who: &Principal,
    form: &Form,
    errors: FieldErrors,
) -> WebResult<HttpResponse> {
    let on = Family::ALL.into_iter().filter(|family| form.all("on").any(|word| word == family.as_str()));
    let policy =
        Policy { on: on.collect(), keep_evidence: form.is_checked("keep_evidence"), ..Policy::default() };
    let typed = Typed {
        policy,
        own: form.raw("own").to_owned(),
        keep_days: form.raw("keep_days").to_owned(),
        sample: form.raw("sample").to_owned(),
        tested: None,
        losing: None,
    };
    page(request, app, who, typed, errors).await
}

async fn page(
    request: &HttpRequest,
    app: &App,
    who: &Principal,
    typed: Typed,
    errors: FieldErrors,
) -> WebResult<HttpResponse> {
    let query = Form::parse(request.query_string().as_bytes())?;
    let detector = query.text("detector").to_owned();
    let known = known(app, who, detector.clone()).await?;
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = SettingsPage {
        shell: Shell::of(request, "Privacy", "privacy"),
        policy: typed.policy,
        families: Family::ALL,
        own: typed.own,
        keep_days: typed.keep_days,
        sample: typed.sample,
        tested: typed.tested.map(|text| shown(&text)),
        losing: typed.losing,
        errors,
        known,
        detector,
        now: app.now(),
    };
    show_with(status, &page)
}

async fn known(app: &App, who: &Principal, detector: String) -> Result<Known> {
    let (project, now) = (who.project, app.now());
    app.db
        .read(move |conn| {
            let policy = reads::policy(conn, project)?;
            let since = now.plus_micros(-BACK);
            let detector = Some(detector.as_str()).filter(|detector| !detector.is_empty());
            Ok(Known {
                due: due(conn, project, &policy, now)?,
                late: crate::traces::reads::late_arrivals(conn, project)?,
                erasures: crate::tombstones::erasures(conn, project, 50)?,
                found: crate::traces::reads::findings::found_since(conn, project, since)?,
                findings: crate::traces::reads::findings::newest_findings(
                    conn, project, since, detector, 50,
                )?,
            })
        })
        .await
}
