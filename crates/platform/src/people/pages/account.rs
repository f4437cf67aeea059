//! One's own account: sessions and password.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};
use askama::Template;

use crate::foundation::{Asker, Error, FieldErrors, Result};
use crate::people::actions::set_profile::NewProfile;
use crate::people::auth::local_path;
use crate::people::model::{AccountId, Email, PersonName};
use crate::people::reads::{self, LiveSession};
use crate::people::service::People;
use crate::people::{ProfileRow, ResetRow};
use crate::web::page::show_with;
use crate::web::pages::referring;
use crate::web::zone::{self, Dates};
use crate::web::{Form, Principal, Shell, WebResult, late, see_other};

#[derive(Template)]
#[template(path = "people/account.html")]
struct AccountPage {
    shell: Shell,
    who: Asker,
    code: String,
    is_human: bool,
    roles: String,
    sessions: Vec<LiveSession>,
    /// Passwords that somebody else's link set, the newest first.
    resets: Vec<ResetRow>,
    /// Whether there was a password before those that are not confirmed.
    had_password: bool,
    profile: ProfileView,
    errors: FieldErrors,
}

/// What stands in the form about oneself.
struct ProfileView {
    name: String,
    zone: String,
    dates: String,
    email: String,
}

impl ProfileView {
    fn is_zone(&self, name: &str) -> bool {
        self.zone == name
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand over references")]
    fn is_form(&self, form: &Dates) -> bool {
        self.dates == form.as_str()
    }

    /// What was typed, where a form is shown again.
    fn or_typed(self, form: &Form) -> Self {
        let typed = |name: &str, before: String| {
            if form.all(name).next().is_some() { form.raw(name).to_owned() } else { before }
        };
        Self {
            name: typed("name", self.name),
            zone: typed("zone", self.zone),
            dates: typed("dates", self.dates),
            email: typed("email", self.email),
        }
    }
}

impl AccountPage {
    fn is_unconfirmed(&self) -> bool {
        self.resets.iter().any(|reset| reset.confirmed_at.is_none())
    }

    fn zones() -> impl Iterator<Item = &'static str> {
        zone::names()
    }

    fn forms() -> [Dates; 3] {
        Dates::ALL
    }

    fn is_present(&self, session: &LiveSession) -> bool {
        self.who.actor.session.as_deref() == Some(session.id.as_str())
    }
}

/// GET /account
pub(in crate::people) async fn show(request: HttpRequest, people: Data<People>, who: Principal) -> WebResult {
    page(&request, &people, who, &Form::default(), FieldErrors::default()).await
}

/// POST /account/password
pub(in crate::people) async fn change_password(
    request: HttpRequest,
    people: Data<People>,
    who: Principal,
    form: Form,
) -> WebResult {
    match change(&people, &who, &form).await {
        Ok(()) => {
            Ok(super::done("/account", "Your password is changed. All other sessions were signed out."))
        }
        Err(error) => {
            let errors = super::mendable(error)?;
            page(&request, &people, who, &form, errors).await
        }
    }
}

/// POST /account/late: what was typed before the last session ended is put away.
pub(in crate::people) async fn put_away(
    request: HttpRequest,
    people: Data<People>,
    who: Principal,
) -> WebResult {
    people.forget_late(&who).await?;
    let mut response = see_other(local_path(referring(&request).as_deref().unwrap_or("/")));
    late::unmark(&mut response);
    Ok(response)
}

/// POST /account/profile: fields `name`, `zone`, `dates`.
pub(in crate::people) async fn set_profile(
    request: HttpRequest,
    people: Data<People>,
    who: Principal,
    form: Form,
) -> WebResult {
    let set = async {
        let name = PersonName::parse("name", form.text("name"))?;
        let (zone, dates) = (form.text("zone").to_owned(), form.text("dates").to_owned());
        people.set_profile(&who, NewProfile { name, zone, dates }).await
    };
    match set.await {
        Ok(()) => Ok(super::done("/account", "Your profile is set.")),
        Err(error) => {
            let errors = super::mendable(error)?;
            page(&request, &people, who, &form, errors).await
        }
    }
}

/// POST /account/email: fields `email`, `email_password`.
pub(in crate::people) async fn change_email(
    request: HttpRequest,
    people: Data<People>,
    who: Principal,
    form: Form,
) -> WebResult {
    let change = async {
        let email = Email::parse("email", form.text("email"))?;
        people.change_email(&who, email, form.raw("email_password")).await
    };
    match change.await {
        Ok(()) => Ok(super::done("/account", "From now on you sign in with the new address.")),
        Err(error) => {
            let errors = super::mendable(error)?;
            page(&request, &people, who, &form, errors).await
        }
    }
}

/// POST /account/confirm: field `password`.
pub(in crate::people) async fn confirm(
    request: HttpRequest,
    people: Data<People>,
    who: Principal,
    form: Form,
) -> WebResult {
    match people.confirm_reset(&who, form.raw("password")).await {
        Ok(()) => Ok(super::done("/account", "Confirmed. What you do from now on carries no mark.")),
        Err(error) => {
            let errors = super::mendable(error)?;
            page(&request, &people, who, &form, errors).await
        }
    }
}

async fn change(people: &People, who: &Asker, form: &Form) -> Result<()> {
    if form.raw("new_password") != form.raw("new_password_again") {
        return Err(Error::invalid("new_password_again", "the two passwords differ"));
    }
    people.change_password(who, form.raw("current_password"), form.raw("new_password")).await
}

/// POST /account/sessions/{session}/revoke
pub(in crate::people) async fn revoke(
    people: Data<People>,
    who: Principal,
    session: Path<String>,
) -> WebResult {
    people.revoke_session(&who, &session).await?;
    Ok(super::done("/account", "That session is signed out."))
}

/// POST /account/sessions/revoke-others
pub(in crate::people) async fn revoke_others(people: Data<People>, who: Principal) -> WebResult {
    let ended = people.revoke_other_sessions(&who).await?;
    let text = if ended == 1 {
        "1 other session was signed out.".to_owned()
    } else {
        format!("{ended} other sessions were signed out.")
    };
    Ok(super::done("/account", &text))
}

async fn page(
    request: &HttpRequest,
    people: &People,
    who: Principal,
    form: &Form,
    errors: FieldErrors,
) -> WebResult {
    let (who, now) = (who.0, people.app.now());
    let account = AccountId::of(&who);
    let read = move |conn: &mut _| {
        let row = reads::account_by_id(conn, &account)?;
        let row = row.ok_or_else(|| Error::not_found("this account"))?;
        let ProfileRow { zone, dates } = reads::profile(conn, &account)?;
        let profile = ProfileView { name: row.name, zone, dates, email: row.email.unwrap_or_default() };
        Ok(((row.code, profile), reads::live_sessions(conn, &account, now)?, reads::resets(conn, &account)?))
    };
    let ((code, profile), sessions, (resets, had_password)) = people.app.db.read(read).await?;
    let roles: Vec<&str> = who.roles.iter().map(|role| role.as_str()).collect();
    let page = AccountPage {
        shell: Shell::of(request, "Your account", "account"),
        code,
        is_human: who.is_person(),
        roles: roles.join(", "),
        sessions,
        resets,
        had_password,
        profile: profile.or_typed(form),
        errors,
        who,
    };
    show_with(super::status_of(&page.errors), &page)
}
