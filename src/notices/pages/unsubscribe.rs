//! Ending all mail by the link in one: a page that asks, and the one press, which mailboxes make for their readers too (RFC 8058).

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};
use askama::Template;

use crate::foundation::Error;
use crate::notices::actions::stop_mail;
use crate::notices::mail::unsubscribe;
use crate::state::App;
use crate::web::page::show as page;
use crate::web::{Shell, WebResult};

#[derive(Template)]
#[template(path = "notices/unsubscribe.html")]
struct UnsubscribePage {
    shell: Shell,
    token: String,
    is_done: bool,
}

/// GET `/notices/unsubscribe/{token}`: changes nothing, since programs follow links too.
pub(in crate::notices) async fn show(request: HttpRequest, app: Data<App>, token: Path<String>) -> WebResult {
    if unsubscribe::read(&app.keys.server_key, &token).is_none() {
        return Err(Error::not_found("this link").into());
    }
    let shell = Shell::of(&request, "No more mail", "notices");
    page(&UnsubscribePage { shell, token: token.into_inner(), is_done: false })
}

/// POST `/notices/unsubscribe/{token}`: answered with a page, since whoever presses may have no session to come back to.
pub(in crate::notices) async fn stop(request: HttpRequest, app: Data<App>, token: Path<String>) -> WebResult {
    stop_mail(&app, &token).await?;
    let shell = Shell::of(&request, "No more mail", "notices");
    page(&UnsubscribePage { shell, token: token.into_inner(), is_done: true })
}
