//! From a request to who stands behind it: the session cookie, the `Authorization` header, the visitor.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::header::{AUTHORIZATION, HeaderMap, USER_AGENT};
use actix_web::web::Data;
use base64::Engine as _;
use base64::engine::GeneralPurposeConfig;
use base64::engine::general_purpose::GeneralPurpose;

use crate::foundation::Action;
use crate::state::App;
use crate::web::{KeyHolder, headers};

use super::actions::check_key::{Credentials, KeyGrant};
use super::secrets::Token;
use super::service::Visitor;

/// The session cookie's name.
pub const COOKIE: &str = "tw_session";
/// The cookie of a browser in which somebody has signed in before.
const DEVICE: &str = "tw_device";

/// Clients pad their base64 or not.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent),
);

/// What the `Authorization` header brought, if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Brought {
    /// No header.
    Nothing,
    /// A header that can be read.
    Credentials(Credentials),
    /// A header that cannot.
    Unreadable,
}

/// Reads `Basic base64(public:secret)` and `Bearer public`.
pub fn credentials(headers: &HeaderMap) -> Brought {
    let Some(header) = headers.get(AUTHORIZATION) else { return Brought::Nothing };
    let read = header.to_str().ok().and_then(read_header);
    read.map_or(Brought::Unreadable, Brought::Credentials)
}

fn read_header(header: &str) -> Option<Credentials> {
    let (scheme, rest) = header.trim().split_once(' ')?;
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return (!rest.is_empty()).then(|| Credentials::PublicOnly(rest.to_owned()));
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(LENIENT.decode(rest).ok()?).ok()?;
    let (public, secret) = pair.split_once(':')?;
    Some(Credentials::Pair { public: public.to_owned(), secret: secret.to_owned() })
}

/// The cookie of a new session. It outlives browsers' restarts; the server decides when the session ends.
pub fn session_cookie(token: &Token, is_https: bool) -> Cookie<'static> {
    lasting(COOKIE, token, is_https)
}

/// The cookie by which a browser is known again, signed in or not. It opens nothing: failed attempts elsewhere do not
/// hold it up.
pub fn device_cookie(token: &Token, is_https: bool) -> Cookie<'static> {
    lasting(DEVICE, token, is_https)
}

fn lasting(name: &'static str, token: &Token, is_https: bool) -> Cookie<'static> {
    Cookie::build(name, token.expose().to_owned())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(is_https)
        .max_age(Duration::days(400))
        .finish()
}

/// The cookie that takes the session's away.
pub fn no_cookie(is_https: bool) -> Cookie<'static> {
    let mut cookie = Cookie::build(COOKIE, "").path("/").http_only(true).secure(is_https).finish();
    cookie.make_removal();
    cookie
}

impl Visitor {
    /// Where a request came from. A proxy on this same machine is believed about the address it forwards for, if the
    /// settings say that people come by one: without it, anybody could say so.
    pub fn of(request: &HttpRequest) -> Self {
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        let peer = request.peer_addr().map(|address| address.ip());
        let forwarded = header("x-forwarded-for")
            .filter(|_| is_proxied(request) && peer.is_some_and(|ip| ip.is_loopback()))
            .and_then(|list| list.rsplit(',').next()?.trim().parse().ok());
        let ip = forwarded.or(peer).map(|ip| ip.to_string()).unwrap_or_default();
        let user_agent = header(USER_AGENT.as_str()).unwrap_or_default().to_owned();
        let device = request.cookie(DEVICE).and_then(|cookie| Token::parse(cookie.value()));
        Self { ip, user_agent, request_id: headers::request_id(request), device }
    }
}

/// Whether people reach the server by another address than the one it listens at.
fn is_proxied(request: &HttpRequest) -> bool {
    request.app_data::<Data<App>>().is_some_and(|app| app.config.server.public_url.is_some())
}

impl From<&KeyGrant> for KeyHolder {
    fn from(grant: &KeyGrant) -> Self {
        let asker = grant.asker();
        let opens = |action| asker.must(action).is_ok();
        Self {
            key_id: grant.key_id.clone(),
            public_key: grant.public_key.clone(),
            project: grant.project,
            project_id: grant.project_id.clone(),
            project_name: grant.project_name.clone(),
            can_ingest: opens(Action::SendTraces),
            can_score: opens(Action::SendScores),
            can_read: opens(Action::ReadApi),
            asker,
        }
    }
}

/// A local address to go to after signing in; anything else is the first page.
pub fn local_path(next: &str) -> &str {
    let is_local = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && next.len() <= 2000
        && next.bytes().all(|b| b.is_ascii_graphic());
    if is_local { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn read(header: &str) -> Brought {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_bytes(header.as_bytes()).unwrap());
        credentials(&headers)
    }

    #[test]
    fn basic_and_bearer_are_read_and_the_rest_is_not() {
        let pair =
            Brought::Credentials(Credentials::Pair { public: "pk".to_owned(), secret: "s:k".to_owned() });
        assert_eq!(read("Basic cGs6czpr"), pair);
        assert_eq!(read("basic  cGs6czpr "), pair);
        let unpadded = Credentials::Pair { public: "pk".to_owned(), secret: "s".to_owned() };
        assert_eq!(read("Basic cGs6cw=="), Brought::Credentials(unpadded.clone()));
        assert_eq!(read("Basic cGs6cw"), Brought::Credentials(unpadded));
        assert_eq!(read("Bearer pk"), Brought::Credentials(Credentials::PublicOnly("pk".to_owned())));
        for bad in ["", "Basic", "Basic !!", "Basic cGs=", "Digest x", "Bearer ", "Basic /////w=="] {
            assert_eq!(read(bad), Brought::Unreadable, "{bad:?}");
        }
        assert_eq!(credentials(&HeaderMap::new()), Brought::Nothing);
    }

    #[test]
    fn nobody_is_led_to_another_site_after_signing_in() {
        for local in ["/", "/work-orders?state=open&q=a%20b", "/traces/x#y"] {
            assert_eq!(local_path(local), local);
        }
        for foreign in
            ["", "https://evil.example", "//evil.example", "/\\evil.example", "/a\r\nSet-Cookie: x", "x"]
        {
            assert_eq!(local_path(foreign), "/", "{foreign:?}");
        }
    }

    #[test]
    fn the_cookie_is_closed_to_scripts_and_other_sites() {
        let text = session_cookie(&Token::generate(), true).to_string();
        for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
            assert!(text.contains(part), "{text}");
        }
        assert!(!session_cookie(&Token::generate(), false).to_string().contains("Secure"));
    }
}
