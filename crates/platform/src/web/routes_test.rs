use std::cell::Cell;

use actix_web::http::{StatusCode, header};
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, HttpResponse};

use crate::foundation::{Actor, ActorKind, ProjectKey, Role};
use crate::web::{Form, WebResult, csrf, error, headers};

use super::*;

fn principal(roles: Vec<Role>) -> Principal {
    let actor = Actor {
        id: "a".to_owned(),
        name: "Dana Okafor".to_owned(),
        kind: ActorKind::Human,
        ..Actor::system()
    };
    Principal(Asker::account(actor, ProjectKey(1), roles))
}

thread_local! {
    /// Each test runs its application on a thread of its own.
    static HANDLED: Cell<usize> = const { Cell::new(0) };
}

async fn secret(_form: Form) -> WebResult {
    HANDLED.set(HANDLED.get() + 1);
    Ok(HttpResponse::Ok().body("secret"))
}

async fn words(text: &'static str) -> HttpResponse {
    HttpResponse::Ok().body(text)
}

async fn fails() -> WebResult {
    Err(WebError(Error::internal("the password is hunter2")))
}

async fn busy() -> WebResult {
    Err(WebError(Error::Busy { retry_after_s: 7 }))
}

async fn number(at: web::Path<u32>) -> String {
    at.to_string()
}

fn table() -> Routes {
    let mut routes = Routes::default();
    routes.get("/things/{id}", Access::Public, || words("pattern"));
    routes.get("/things/new", Access::Public, || words("literal"));
    routes.post("/secret", Access::May(Action::Judge), secret);
    routes.post("/api/secret", Access::ApiKey, secret);
    routes.get("/page", Access::SignedIn, || words("page"));
    routes.get("/fails", Access::Public, fails);
    routes.get("/api/busy", Access::Public, busy);
    routes.get("/number/{at}", Access::Public, number);
    routes
}

/// The answer of the whole stack, as `router.rs` builds it: status, headers, body.
async fn ask(who: Option<Principal>, request: TestRequest) -> (StatusCode, header::HeaderMap, String) {
    let enter = move |request: ServiceRequest, next: Next<BoxBody>| {
        if let Some(who) = who.clone() {
            request.extensions_mut().insert(who);
        }
        next.call(request)
    };
    let app = App::new()
        .configure(|config| table().configure(config))
        .wrap(from_fn(enter))
        .wrap(from_fn(csrf::guard))
        .wrap(from_fn(error::render))
        .wrap(from_fn(|request, next| headers::add(true, request, next)));
    let response = call_service(&init_service(app).await, request.to_request()).await;
    let (status, headers) = (response.status(), response.headers().clone());
    let body = read_body(response).await;
    (status, headers, String::from_utf8_lossy(&body).into_owned())
}

fn own(request: TestRequest) -> TestRequest {
    request.insert_header(("sec-fetch-site", "same-origin"))
}

fn text<'a>(headers: &'a header::HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

#[actix_web::test]
async fn who_may_not_come_in_is_refused_before_the_handler_reads_anything() {
    // The body is one that the form extractor would refuse with 422: the guard comes first.
    let bad = || TestRequest::post().set_payload("a=%00");
    for (who, expected) in [
        (None, StatusCode::SEE_OTHER),
        (Some(principal(vec![])), StatusCode::FORBIDDEN),
        (Some(principal(vec![Role::Admin])), StatusCode::FORBIDDEN),
        (Some(principal(vec![Role::Auditor])), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let (status, _, body) = ask(who.clone(), own(bad().uri("/secret"))).await;
        assert_eq!(status, expected, "{who:?} {body}");
    }
    let key = bad().uri("/api/secret").insert_header(("authorization", "Basic eDp5"));
    let (status, _, body) = ask(Some(principal(vec![Role::Auditor])), key).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "a key route needs a key, whoever is signed in: {body}");
    assert_eq!(HANDLED.get(), 0);
}

#[actix_web::test]
async fn an_action_from_another_site_changes_nothing() {
    let auditor = || Some(principal(vec![Role::Auditor]));
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "null"),
        ("origin", "https://elsewhere.example"),
    ] {
        let request = TestRequest::post().uri("/secret").set_payload("a=1").insert_header((name, value));
        assert_eq!(ask(auditor(), request).await.0, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    assert_eq!(HANDLED.get(), 0);
    let (status, ..) = ask(auditor(), own(TestRequest::post().uri("/secret").set_payload("a=1"))).await;
    assert_eq!((status, HANDLED.get()), (StatusCode::OK, 1));
}

#[actix_web::test]
async fn a_form_above_the_limit_is_refused_as_too_large() {
    let body = format!("a={}", "x".repeat(4 << 20));
    let request = own(TestRequest::post().uri("/secret").set_payload(body));
    let (status, _, body) = ask(Some(principal(vec![Role::Auditor])), request).await;
    assert_eq!((status, HANDLED.get()), (StatusCode::PAYLOAD_TOO_LARGE, 0), "{body}");
}

#[actix_web::test]
async fn literal_paths_win_whatever_the_order_and_get_answers_head() {
    for (path, expected) in [("/things/new", "literal"), ("/things/7", "pattern")] {
        assert_eq!(ask(None, TestRequest::get().uri(path)).await.2, expected);
    }
    let head = TestRequest::default().method(Method::HEAD).uri("/things/7");
    assert_eq!(ask(None, head).await.0, StatusCode::OK);
    let head = TestRequest::default().method(Method::HEAD).uri("/page");
    assert_eq!(ask(None, head).await.0, StatusCode::SEE_OTHER, "HEAD is guarded as GET is");
}

#[actix_web::test]
async fn our_own_fault_says_nothing_but_the_request_id() {
    let (status, headers, body) =
        ask(None, TestRequest::get().uri("/fails").insert_header(("x-request-id", "check-12345"))).await;
    assert_eq!((status, text(&headers, "x-request-id")), (StatusCode::INTERNAL_SERVER_ERROR, "check-12345"));
    assert!(body.contains("check-12345") && !body.contains("hunter2"), "{body}");
    let (_, headers, body) =
        ask(None, TestRequest::get().uri("/fails").insert_header(("x-request-id", "<b>\"</b>"))).await;
    let id = uuid::Uuid::parse_str(text(&headers, "x-request-id")).unwrap();
    assert_eq!(id.get_version_num(), 7, "an id that could harm is replaced");
    assert!(!body.contains("<b>\""));
}

#[actix_web::test]
async fn every_refusal_is_a_page_or_json_with_its_status() {
    let (status, headers, body) = ask(None, TestRequest::get().uri("/api/busy")).await;
    assert_eq!((status, text(&headers, "retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "7"));
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert!(body["message"].is_string() && body["error"].is_string());
    for (path, expected) in [
        ("/nowhere", StatusCode::NOT_FOUND),
        ("/number/one", StatusCode::NOT_FOUND),
        ("/api/nowhere", StatusCode::NOT_FOUND),
    ] {
        let (status, headers, body) = ask(None, TestRequest::get().uri(path)).await;
        let kind = if path.starts_with("/api") { "application/json" } else { "text/html; charset=utf-8" };
        assert_eq!((status, text(&headers, "content-type")), (expected, kind), "{path} {body}");
    }
    let (status, headers, _) = ask(None, TestRequest::get().uri("/page?x=1&y=2")).await;
    assert_eq!(
        (status, text(&headers, "location")),
        (StatusCode::SEE_OTHER, "/sign-in?next=%2Fpage%3Fx%3D1%26y%3D2")
    );
}

#[actix_web::test]
async fn every_answer_carries_the_security_headers() {
    for path in ["/things/new", "/nowhere", "/fails", "/page"] {
        let (_, headers, body) = ask(None, TestRequest::get().uri(path)).await;
        let policy = text(&headers, "content-security-policy");
        for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"]
        {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe-"), "{policy}");
        let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
        assert!(nonce.len() >= 22);
        assert!(!body.contains("<script") || body.contains(&format!("nonce=\"{nonce}\"")), "{body}");
        assert_eq!(text(&headers, "x-content-type-options"), "nosniff");
        assert!(!text(&headers, "strict-transport-security").is_empty());
    }
    let (_, first, _) = ask(None, TestRequest::get().uri("/nowhere")).await;
    let (_, second, _) = ask(None, TestRequest::get().uri("/nowhere")).await;
    assert_eq!(text(&first, "cache-control"), "private, no-store");
    assert_ne!(text(&first, "content-security-policy"), text(&second, "content-security-policy"));
}

#[actix_web::test]
async fn the_navigation_shows_only_pages_that_exist_and_may_be_opened() {
    let spec = |path, access| RouteSpec { method: Method::GET, path, access };
    let specs = [spec("/work-orders", Access::SignedIn), spec("/people", Access::May(Action::ManagePeople))];
    let request = TestRequest::get().app_data(Data::new(Nav::of(&specs))).to_http_request();
    request.extensions_mut().insert(principal(vec![Role::Technician]));
    let shell = crate::web::Shell::of(&request, "t", "");
    assert_eq!(shell.nav().iter().map(|entry| entry.href).collect::<Vec<_>>(), ["/work-orders"]);
    assert!(shell.menu().is_empty());
    request.extensions_mut().insert(principal(vec![Role::Admin]));
    assert_eq!(crate::web::Shell::of(&request, "t", "").menu().len(), 1);
}
