//! Judging blind: who made a claim and what others said of it stay hidden until the own verdict is signed.
//!
//! A cookie remembers it for the account that chose it, in this browser. It hides nothing that the reader may not see
//! elsewhere; it keeps names out of sight while somebody makes up their mind.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

use crate::audit::reads::JudgedVerdict;
use crate::foundation::Asker;
use crate::foundation::address::part;
use crate::web::{Form, WebResult, see_other};

use super::principal;

const COOKIE: &str = "tw_blind";

/// Whether this person judges blind here.
pub fn is_on(request: &HttpRequest, asker: &Asker) -> bool {
    request.cookie(COOKIE).is_some_and(|cookie| cookie.value() == part(asker.id()))
}

/// Whether the names of one claim are hidden from this judge: until they have given a verdict on it themselves.
pub fn hides(is_on: bool, asker: &Asker, verdicts: &[JudgedVerdict]) -> bool {
    is_on && verdicts.iter().all(|verdict| verdict.row.judge_id != asker.id())
}

/// POST /review/blind: the box `blind`, and `back`, where to go then.
pub async fn choose(request: HttpRequest, form: Form) -> WebResult {
    let asker = principal(&request)?;
    let mut response = see_other(back(form.text("back")));
    let mut cookie = Cookie::build(COOKIE, part(asker.id()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(Duration::days(365))
        .finish();
    if !form.is_checked("blind") {
        cookie.make_removal();
    }
    let _ = response.add_cookie(&cookie);
    Ok(response)
}

/// Only our own pages of claims are gone back to.
fn back(address: &str) -> &str {
    let is_ours = address.starts_with("/review") || address.starts_with("/claims/");
    if is_ours && !address.contains(['\\', '\r', '\n']) { address } else { "/review" }
}

#[cfg(test)]
mod tests {
    use super::back;

    #[test]
    fn nothing_leads_away_from_the_pages_of_claims() {
        for (asked, given) in [
            ("/review?order=WO-2026-001", "/review?order=WO-2026-001"),
            ("/claims/abc?in=all", "/claims/abc?in=all"),
            ("//evil.example", "/review"),
            ("https://evil.example/review", "/review"),
            ("/claims/a\r\nSet-Cookie: x=y", "/review"),
            ("", "/review"),
        ] {
            assert_eq!(back(asked), given, "{asked}");
        }
    }
}
