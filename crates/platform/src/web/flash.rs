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

/// What a message calls the page on which all orders stand.
pub const ALL_ORDERS: &str = "the list of work orders";

impl Flash {
    /// The text in pieces: an address, empty for none, and the words. What names an order leads to it.
    pub fn pieces(&self) -> Vec<(String, &str)> {
        let mut pieces = Vec::new();
        let mut rest = self.text.as_str();
        while let Some((at, length, href)) = first_link(rest) {
            let (before, from) = rest.split_at(at);
            let (words, after) = from.split_at(length);
            pieces.extend([(String::new(), before), (href, words)]);
            rest = after;
        }
        pieces.push((String::new(), rest));
        pieces.retain(|(_, words)| !words.is_empty());
        pieces
    }
}

/// The first that leads somewhere: where it begins, how long it is, and where it leads.
fn first_link(text: &str) -> Option<(usize, usize, String)> {
    let list = text.find(ALL_ORDERS).map(|at| (at, ALL_ORDERS.len(), "/work-orders".to_owned()));
    let order = text.match_indices("WO-").find_map(|(at, sign)| {
        let (_, digits) = text.split_at(at).1.split_at(sign.len());
        let is_part = |c: char| c.is_ascii_digit() || c == '-';
        let digits = digits.split(|c: char| !is_part(c)).next().unwrap_or_default().trim_end_matches('-');
        let is_number = digits.split_once('-').is_some_and(|(year, _)| year.len() == 4);
        is_number.then(|| (at, sign.len() + digits.len(), format!("/work-orders/WO-{digits}")))
    });
    list.into_iter().chain(order).min_by_key(|(at, ..)| *at)
}

/// The numbers of new orders, as a message names them: ten at most, and how many more there are.
pub fn named(numbers: &[String]) -> String {
    const MOST: usize = 10;
    let shown: Vec<&str> = numbers.iter().take(MOST).map(String::as_str).collect();
    let shown = shown.join(", ");
    match numbers.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown} and {more} more in {ALL_ORDERS}"),
    }
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
    let short: String = text.chars().take(400).collect();
    let value = format!("{tone}.{}", URL_SAFE_NO_PAD.encode(short));
    let cookie = Cookie::build(COOKIE, value).path("/").http_only(true).same_site(SameSite::Lax).finish();
    let _ = response.add_cookie(&cookie);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_an_order_leads_to_it() {
        let many: Vec<String> = (1..=12).map(|it| format!("WO-2026-{it:03}")).collect();
        let text = format!("12 drafts were made: {}. WO-x stays.", named(&many));
        let flash = Flash { tone: "good", text };
        let links: Vec<String> =
            flash.pieces().into_iter().map(|it| it.0).filter(|it| !it.is_empty()).collect();
        assert_eq!(links.len(), 11);
        assert_eq!(links.first().map(String::as_str), Some("/work-orders/WO-2026-001"));
        assert_eq!(links.last().map(String::as_str), Some("/work-orders"));
        let whole: String = flash.pieces().iter().map(|it| it.1).collect();
        assert_eq!(whole, flash.text, "nothing is lost between the pieces");
        assert_eq!(named(&many[..2]), "WO-2026-001, WO-2026-002");
    }
}
