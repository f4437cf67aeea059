//! What somebody sent after their session had ended: kept for whoever signs in to the same account, and shown on the pages
//! they then open until they put it away.

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::{HttpRequest, HttpResponse};

/// Set in a browser whose form came too late, so that others need not be asked.
pub const COOKIE: &str = "tw_late";

/// A form that came too late.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Late(pub Vec<(String, String)>);

/// Says in a request that its form was kept.
#[derive(Clone, Copy, Debug)]
pub struct Kept;

impl Late {
    /// What was written, with an id for the page and the name of the field in words.
    pub fn fields(&self) -> Vec<(String, String, &str)> {
        let words = |name: &str| name.replace(['_', '-'], " ");
        let places = (1..).zip(&self.0);
        places.map(|(place, (name, value))| (format!("late-{place}"), words(name), value.as_str())).collect()
    }
}

/// Whether this browser's form came too late.
pub fn is_marked(request: &HttpRequest) -> bool {
    request.cookie(COOKIE).is_some()
}

/// Marks a browser.
pub fn mark(response: &mut HttpResponse) {
    let cookie = Cookie::build(COOKIE, "1").path("/").http_only(true).same_site(SameSite::Lax);
    let _ = response.add_cookie(&cookie.max_age(Duration::days(1)).finish());
}

/// Takes the mark away.
pub fn unmark(response: &mut HttpResponse) {
    let mut cookie = Cookie::build(COOKIE, "").path("/").finish();
    cookie.make_removal();
    let _ = response.add_cookie(&cookie);
}
