//! One's own account: sessions and password.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};
use askama::Template;

use crate::foundation::{Asker, Error, FieldErrors, Result};
use crate::people::ResetRow;
use crate::people::model::AccountId;
use crate::people::reads::{self, LiveSession};
use crate::people::service::People;
use crate::web::page::show_with;
use crate::web::{Form, Principal, Shell, WebResult};

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
    errors: FieldErrors,
}

impl AccountPage {
    fn is_unconfirmed(&self) -> bool {
        self.resets.iter().any(|reset| reset.confirmed_at.is_none())
    }

    fn is_present(&self, session: &LiveSession) -> bool {
        self.who.actor.session.as_deref() == Some(session.id.as_str())
    }
}

/// GET /account
pub(in crate::people) async fn show(request: HttpRequest, people: Data<People>, who: Principal) -> WebResult {
    page(&request, &people, who, FieldErrors::default()).await
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
            page(&request, &people, who, errors).await
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
            page(&request, &people, who, errors).await
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

async fn page(request: &HttpRequest, people: &People, who: Principal, errors: FieldErrors) -> WebResult {
    let (who, now) = (who.0, people.app.now());
    let account = AccountId::of(&who);
    let read = move |conn: &mut _| {
        let code = reads::account_by_id(conn, &account)?.map(|row| row.code).unwrap_or_default();
        Ok((code, reads::live_sessions(conn, &account, now)?, reads::resets(conn, &account)?))
    };
    let (code, sessions, (resets, had_password)) = people.app.db.read(read).await?;
    let roles: Vec<&str> = who.roles.iter().map(|role| role.as_str()).collect();
    let page = AccountPage {
        shell: Shell::of(request, "Your account", "account"),
        code,
        is_human: who.is_person(),
        roles: roles.join(", "),
        sessions,
        resets,
        had_password,
        errors,
        who,
    };
    show_with(super::status_of(&page.errors), &page)
}
