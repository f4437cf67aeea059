//! Which addresses are pages, so that whoever acted without a session comes back to the page they acted from.

use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::http::header::{HOST, REFERER};
use actix_web::web::Data;

use super::RouteSpec;

/// The patterns of all pages.
#[derive(Clone, Debug, Default)]
pub struct Pages(Vec<&'static str>);

impl Pages {
    /// Those of the route table that are read.
    pub fn of(specs: &[RouteSpec]) -> Self {
        let read = specs.iter().filter(|spec| spec.method == Method::GET && !spec.path.starts_with("/api/"));
        Self(read.map(|spec| spec.path).collect())
    }

    /// The nearest page at or above an address.
    fn nearest(&self, path: &str) -> String {
        let mut segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        while !segments.is_empty() {
            if self.0.iter().any(|pattern| matches(pattern, &segments)) {
                return format!("/{}", segments.join("/"));
            }
            segments.pop();
        }
        "/".to_owned()
    }
}

/// Whether a pattern is of these segments; a parameter that takes the rest is none of ours.
pub(super) fn matches(pattern: &str, segments: &[&str]) -> bool {
    let parts: Vec<&str> = pattern.trim_matches('/').split('/').collect();
    parts.len() == segments.len()
        && parts.iter().zip(segments).all(|(part, segment)| {
            let is_whole = part.starts_with('{') && part.ends_with('}') && !part.contains(':');
            part == segment || (is_whole && !segment.is_empty())
        })
}

/// The address of the page that a request came from or is about, with its query.
pub fn page_of(request: &HttpRequest) -> String {
    if request.method().is_safe() {
        return request.uri().path_and_query().map_or("/", |it| it.as_str()).to_owned();
    }
    if let Some(page) = referring(request) {
        return page;
    }
    request.app_data::<Data<Pages>>().map_or_else(|| "/".to_owned(), |pages| pages.nearest(request.path()))
}

/// A link from a page that says why something was refused, back to what it was about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayBack {
    pub href: String,
    pub words: String,
}

impl WayBack {
    /// To the order whose address it is below, else to the page a form stands on; none from a page that is only read.
    pub fn of(request: &HttpRequest) -> Option<Self> {
        let is_act = !request.method().is_safe();
        let page = if is_act { page_of(request) } else { "/".to_owned() };
        let asked = request.uri().path_and_query().map_or("", |it| it.as_str());
        let below = order_of(request.path()).filter(|order| is_act || asked != order.href);
        let shown = below.or_else(|| order_of(&page).map(|order| Self { href: page.clone(), ..order }));
        let plain = || Self { href: page.clone(), words: "Back to the page".to_owned() };
        shown.or_else(|| (page != "/").then(plain))
    }
}

/// The order that an address is below; a number is the only part of one that begins so.
fn order_of(path: &str) -> Option<WayBack> {
    let rest = path.strip_prefix("/work-orders/")?;
    let number = rest.split(['/', '?', '#', '.']).next().filter(|number| number.starts_with("WO-"))?;
    Some(WayBack { href: format!("/work-orders/{number}"), words: format!("Back to {number}") })
}

/// The page of our own that a form stands on, as the browser says.
pub fn referring(request: &HttpRequest) -> Option<String> {
    let header = |name| request.headers().get(name)?.to_str().ok();
    let (_, rest) = header(REFERER)?.split_once("://")?;
    let (host, page) = rest.split_once('/')?;
    (host.eq_ignore_ascii_case(header(HOST)?)).then(|| format!("/{page}"))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::super::Access;
    use super::*;

    fn pages() -> Pages {
        let spec = |method, path| RouteSpec { method, path, access: Access::SignedIn };
        Pages::of(&[
            spec(Method::GET, "/"),
            spec(Method::GET, "/work-orders"),
            spec(Method::GET, "/work-orders/{number}"),
            spec(Method::GET, "/work-orders/{number}.md"),
            spec(Method::POST, "/work-orders/{number}/comment"),
            spec(Method::GET, "/static/{rest:.*}"),
        ])
    }

    #[test]
    fn an_act_leads_back_to_the_page_it_is_about() {
        for (path, page) in [
            ("/work-orders/WO-2026-014/comment", "/work-orders/WO-2026-014"),
            ("/work-orders/import", "/work-orders/import"),
            ("/people/x/grant", "/"),
            ("/", "/"),
        ] {
            assert_eq!(pages().nearest(path), page, "{path}");
        }
    }

    #[test]
    fn the_browsers_word_counts_for_our_own_pages_only() {
        let page = |referer: &str| {
            let request = TestRequest::post()
                .uri("/work-orders/WO-1/comment")
                .insert_header(("host", "a:1"))
                .insert_header(("referer", referer))
                .app_data(Data::new(pages()))
                .to_http_request();
            page_of(&request)
        };
        assert_eq!(page("http://a:1/work-orders/WO-1?history=all"), "/work-orders/WO-1?history=all");
        assert_eq!(page("http://evil.example/work-orders/WO-2"), "/work-orders/WO-1");
    }

    #[test]
    fn a_refusal_leads_back_to_what_it_was_about() {
        let back = |request: TestRequest, referer: &str| {
            let request = request.insert_header(("host", "a:1")).insert_header(("referer", referer));
            let request = request.app_data(Data::new(pages())).to_http_request();
            WayBack::of(&request).map(|back| (back.href, back.words))
        };
        let is = |href: &str, words: &str| Some((href.to_owned(), words.to_owned()));
        let order = is("/work-orders/WO-1", "Back to WO-1");
        let (get, post) = (TestRequest::get, TestRequest::post);
        assert_eq!(back(post().uri("/work-orders/WO-1/tick"), "http://a:1/work-orders/WO-1?note=x"), order);
        assert_eq!(back(get().uri("/work-orders/WO-1/move/completed"), "http://a:1/"), order);
        assert_eq!(back(get().uri("/work-orders/WO-1"), "http://a:1/work-orders"), None);
        assert_eq!(
            back(post().uri("/people/x/grant"), "http://a:1/people/x"),
            is("/people/x", "Back to the page")
        );
        assert_eq!(back(post().uri("/people/x/grant"), "http://evil.example/people/x"), None);
        let offline = is("/work-orders/WO-1?a=b", "Back to WO-1");
        assert_eq!(back(post().uri("/timer/stop"), "http://a:1/work-orders/WO-1?a=b"), offline);
    }
}
