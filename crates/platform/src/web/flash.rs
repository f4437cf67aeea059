//! A message that one action leaves for the next page, in a cookie that is read once.

use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::ServiceRequest;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

const COOKIE: &str = "tw_flash";

/// The message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flash {
    /// `good` or `bad`; sets icon and colour.
    pub tone: &'static str,
    pub text: String,
}

/// The message left for this page, if any. The shell's page clears it with [`clear`].
pub fn of(request: &HttpRequest) -> Option<Flash> {
    let cookie = request.cookie(COOKIE)?;
    let (tone, text) = cookie.value().split_once('.')?;
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let tone = if tone == "bad" { "bad" } else { "good" };
    Some(Flash { tone, text })
}

/// Leaves a message that something worked.
pub fn good(mut response: HttpResponse, text: &str) -> HttpResponse {
    set(&mut response, "good", text);
    response
}

/// Leaves a message that something did not.
pub fn bad(mut response: HttpResponse, text: &str) -> HttpResponse {
    set(&mut response, "bad", text);
    response
}

/// Whether a message waits in the request.
pub fn is_left(request: &ServiceRequest) -> bool {
    request.cookie(COOKIE).is_some()
}

/// Forgets the message once a page has shown it.
pub fn clear<B>(response: &mut HttpResponse<B>) {
    let mut cookie = Cookie::build(COOKIE, "").path("/").finish();
    cookie.make_removal();
    let _ = response.add_cookie(&cookie);
}

fn set(response: &mut HttpResponse, tone: &str, text: &str) {
    let short: String = text.chars().take(300).collect();
    let value = format!("{tone}.{}", URL_SAFE_NO_PAD.encode(short));
    let cookie = Cookie::build(COOKIE, value).path("/").http_only(true).same_site(SameSite::Lax).finish();
    let _ = response.add_cookie(&cookie);
}
