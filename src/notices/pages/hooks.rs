//! Webhooks of the project: how each stands, what was sent to it of late; add, change, try, start, make the secret anew, remove.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;

use crate::db::AnyConnection;
use crate::foundation::{Error, FieldErrors, Timestamp};
use crate::notices::actions::{
    NewHook, add_hook, change_hook, remove_hook, rotate_secret, start_hook, test_hook,
};
use crate::notices::hooks::messages::TEST;
use crate::notices::kinds::Kind;
use crate::notices::model::FAILURES;
use crate::notices::reads;
use crate::notices::shown_once::{Shown, ShownSecrets};
use crate::notices::store::{DeliveryRow, HookRow};
use crate::state::App;
use crate::web::format::{Time, shown};
use crate::web::page::show_with;
use crate::web::{Form, Principal, Shell, WebResult, flash, see_other};

/// Where all of it stands.
const HERE: &str = "/notices/webhooks";

#[derive(Template)]
#[template(path = "notices/webhooks.html")]
struct HooksPage {
    shell: Shell,
    hooks: Vec<HookView>,
    secret: Option<Shown>,
    form: HookForm,
    errors: FieldErrors,
}

/// The fields of a webhook, as they stand or as they were typed.
struct HookForm {
    /// Its id; empty for a new one.
    hook: String,
    label: String,
    url: String,
    kinds: Vec<(&'static str, &'static str, bool)>,
}

/// One webhook.
struct HookView {
    form: HookForm,
    word: &'static str,
    tone: &'static str,
    /// Why nothing is sent.
    stopped: Option<(Time, String)>,
    failures: i64,
    /// Until when the secret before is good too.
    both_until: Option<Time>,
    sent: Vec<SentView>,
    told: String,
}

/// One delivery.
struct SentView {
    label: &'static str,
    at: Time,
    word: &'static str,
    tone: &'static str,
    attempts: i64,
    why: String,
}

/// GET `/notices/webhooks`
pub(in crate::notices) async fn show(
    request: HttpRequest,
    app: Data<App>,
    secrets: Data<ShownSecrets>,
    who: Principal,
) -> WebResult {
    let session = who.actor.session.as_deref();
    let secret = session.and_then(|session| secrets.take(session, app.now()));
    page(&request, &app, &who, secret, HookForm::empty(), FieldErrors::default()).await
}

async fn page(
    request: &HttpRequest,
    app: &App,
    who: &Principal,
    secret: Option<Shown>,
    form: HookForm,
    errors: FieldErrors,
) -> WebResult {
    let (asker, now) = (who.0.clone(), app.now());
    let hooks = app.db.read(move |conn: &mut AnyConnection| reads::hooks(conn, &asker)).await?;
    let hooks = hooks.into_iter().map(|(hook, sent)| HookView::of(hook, sent, now)).collect();
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let shell = Shell::of(request, "Webhooks", "notices").in_shop_style();
    show_with(status, &HooksPage { shell, hooks, secret, form, errors })
}

impl HookForm {
    /// A new one is told of everything.
    fn empty() -> Self {
        Self { hook: String::new(), label: String::new(), url: String::new(), kinds: choices(|_| true) }
    }

    fn typed(hook: &str, new: &NewHook) -> Self {
        let is_chosen = |kind: Kind| new.kinds.iter().any(|word| word == kind.as_str());
        let (label, url) = (new.label.clone(), new.url.clone());
        Self { hook: hook.to_owned(), label, url, kinds: choices(is_chosen) }
    }

    fn of(row: &HookRow) -> Self {
        let chosen = row.kinds();
        Self {
            hook: row.webhook_id.clone(),
            label: shown(&row.label),
            url: shown(&row.url),
            kinds: choices(|kind| chosen.contains(&kind)),
        }
    }
}

fn choices(is_chosen: impl Fn(Kind) -> bool) -> Vec<(&'static str, &'static str, bool)> {
    Kind::ALL.into_iter().map(|kind| (kind.as_str(), kind.happening(), is_chosen(kind))).collect()
}

impl HookView {
    fn of(row: HookRow, sent: Vec<DeliveryRow>, now: Timestamp) -> Self {
        let (word, tone) = match (row.stopped_at, row.failures) {
            (Some(_), _) => ("Stopped", "bad"),
            (None, 0) => ("Told", "good"),
            (None, _) => ("Failing", "waiting"),
        };
        let kinds = row.kinds().len();
        Self {
            form: HookForm::of(&row),
            word,
            tone,
            stopped: row.stopped_at.map(|at| (Time::new(at, now), shown(&row.stopped_why))),
            failures: row.failures,
            both_until: row.before_until.filter(|until| *until > now).map(|until| Time::new(until, now)),
            sent: sent.into_iter().map(|one| SentView::of(&one, now)).collect(),
            told: if kinds == Kind::ALL.len() { "every kind".to_owned() } else { format!("{kinds} kinds") },
        }
    }
}

impl SentView {
    fn of(row: &DeliveryRow, now: Timestamp) -> Self {
        let (word, tone) = match row.state.as_str() {
            "delivered" => ("Delivered", "good"),
            "failed" => ("Failed", "bad"),
            "dropped" => ("Dropped", ""),
            _ if row.attempts > 0 => ("Tried again later", "waiting"),
            _ => ("Waiting", "waiting"),
        };
        let label =
            Kind::read(&row.kind).map_or(if row.kind == TEST { "Test" } else { "Other" }, Kind::label);
        let (at, attempts) = (Time::new(row.created_at, now), row.attempts);
        Self { label, at, word, tone, attempts, why: shown(&row.why) }
    }
}

impl HooksPage {
    /// How many attempts may fail.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn most_failures(&self) -> i64 {
        FAILURES
    }

    /// What is wrong with a field of this form: the faults are those of the one that was sent.
    fn fault(&self, form: &HookForm, field: &str) -> Option<&str> {
        self.errors.get(field).filter(|_| form.hook == self.form.hook)
    }

    /// The form of a webhook, as it was typed where that was refused.
    fn shown<'a>(&'a self, hook: &'a HookView) -> &'a HookForm {
        if self.form.hook == hook.form.hook { &self.form } else { &hook.form }
    }

    fn is_refused(&self, hook: &HookView) -> bool {
        self.form.hook == hook.form.hook
    }

    /// The form of a new one; an empty one where that of another was refused.
    fn fresh(&self) -> HookForm {
        if self.form.hook.is_empty() { self.form.again() } else { HookForm::empty() }
    }
}

impl HookForm {
    fn again(&self) -> Self {
        let (hook, label, url) = (self.hook.clone(), self.label.clone(), self.url.clone());
        Self { hook, label, url, kinds: self.kinds.clone() }
    }

    /// Names a field of one of several forms on the page.
    fn field(&self, name: &str) -> String {
        if self.hook.is_empty() { name.to_owned() } else { format!("{name}-{}", self.hook) }
    }
}

fn typed(form: &Form) -> NewHook {
    let text = |name: &str| form.text(name).to_owned();
    NewHook { label: text("label"), url: text("url"), kinds: form.all("kinds").map(str::to_owned).collect() }
}

/// Keeps the secret for the next page of this browser.
fn keep(secrets: &ShownSecrets, who: &Principal, label: &str, secret: String, now: Timestamp) {
    if let Some(session) = &who.actor.session {
        secrets.put(session, Shown { label: label.to_owned(), secret }, now);
    }
}

/// POST `/notices/webhooks`: `label`, `url`, `kinds`.
pub(in crate::notices) async fn add(
    request: HttpRequest,
    app: Data<App>,
    secrets: Data<ShownSecrets>,
    who: Principal,
    form: Form,
) -> WebResult {
    let new = typed(&form);
    match add_hook(&app, &who, new.clone()).await {
        Ok((_, secret)) => {
            keep(&secrets, &who, &new.label, secret, app.now());
            Ok(flash::good(see_other(HERE), "The webhook was added."))
        }
        Err(Error::Invalid(errors)) => {
            page(&request, &app, &who, None, HookForm::typed("", &new), errors).await
        }
        Err(other) => Err(other.into()),
    }
}

/// POST `/notices/webhooks/{hook}`: the same fields.
pub(in crate::notices) async fn change(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    hook: Path<String>,
    form: Form,
) -> WebResult {
    let new = typed(&form);
    match change_hook(&app, &who, &hook, new.clone()).await {
        Ok(()) => Ok(flash::good(see_other(HERE), "The webhook is changed.")),
        Err(Error::Invalid(errors)) => {
            page(&request, &app, &who, None, HookForm::typed(&hook, &new), errors).await
        }
        Err(other) => Err(other.into()),
    }
}

/// POST `/notices/webhooks/{hook}/remove`
pub(in crate::notices) async fn remove(app: Data<App>, who: Principal, hook: Path<String>) -> WebResult {
    remove_hook(&app, &who, &hook).await?;
    Ok(flash::good(see_other(HERE), "The webhook and its secret are removed. Nothing more is sent to it."))
}

/// POST `/notices/webhooks/{hook}/rotate`
pub(in crate::notices) async fn rotate(
    app: Data<App>,
    secrets: Data<ShownSecrets>,
    who: Principal,
    hook: Path<String>,
) -> WebResult {
    let secret = rotate_secret(&app, &who, &hook).await?;
    keep(&secrets, &who, "", secret, app.now());
    Ok(flash::good(see_other(HERE), "It has a new secret. For a day what is sent is signed with both."))
}

/// POST `/notices/webhooks/{hook}/start`
pub(in crate::notices) async fn start(app: Data<App>, who: Principal, hook: Path<String>) -> WebResult {
    start_hook(&app, &who, &hook).await?;
    Ok(flash::good(see_other(HERE), "It is told again from now on."))
}

/// POST `/notices/webhooks/{hook}/test`
pub(in crate::notices) async fn test(app: Data<App>, who: Principal, hook: Path<String>) -> WebResult {
    test_hook(&app, &who, &hook).await?;
    Ok(flash::good(see_other(HERE), "A test is on its way. This page shows what became of it."))
}
