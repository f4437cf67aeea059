//! The pages through their routes: what is shown to whom, what is refused, and what a refusal keeps.

use actix_web::App as ActixApp;
use actix_web::HttpMessage as _;
use actix_web::body::to_bytes;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, LOCATION};
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::web::Data;
use tracewright::foundation::Asker;
use tracewright::web::{Principal, Routes, error};
use tracewright::{audit, knowledge, order_pages, review_pages, trust};

use crate::harness::on_both;

use super::*;

async fn send(t: &TestApp, who: &Asker, request: TestRequest) -> (StatusCode, String, String) {
    let (status, location, body) = ask(t, who, request).await;
    (status, location, String::from_utf8(body).unwrap())
}

async fn answer_to(t: &TestApp, who: &Asker, request: TestRequest) -> (StatusCode, HeaderMap, Vec<u8>) {
    let mut routes = Routes::default();
    review_pages::routes(&mut routes);
    tracewright::bundle::routes(&mut routes);
    tracewright::ledger_pages::routes(&mut routes);
    trust::routes(&mut routes);
    knowledge::routes(&mut routes);
    order_pages::routes(&mut routes);
    tracewright::trace_pages::routes(&mut routes);
    let app = ActixApp::new()
        .app_data(Data::new(t.app.clone()))
        .app_data(Data::new(t.services.orders.clone()))
        .wrap(actix_web::middleware::from_fn(error::render))
        .configure(|config| routes.configure(config));
    let service = init_service(app).await;
    let request = request.to_request();
    request.extensions_mut().insert(Principal(who.clone()));
    let response = call_service(&service, request).await;
    let (status, headers) = (response.status(), response.headers().clone());
    let body = to_bytes(response.into_body()).await.unwrap();
    (status, headers, body.to_vec())
}

/// A request with a body of bytes, such as a download, or with cookies of one's own.
pub async fn ask(t: &TestApp, who: &Asker, request: TestRequest) -> (StatusCode, String, Vec<u8>) {
    let answer = answer_to(t, who, request).await;
    let location = answer.1.get(LOCATION).map(|value| value.to_str().unwrap().to_owned());
    (answer.0, location.unwrap_or_default(), answer.2)
}

/// Gives the order to somebody else.
async fn give_to(t: &TestApp, case: &Case, to: &Asker) {
    orders::give(t, &case.owner, &case.order, to).await;
}

/// A page that need not be there, with its status.
pub async fn get_status(t: &TestApp, who: &Asker, address: &str) -> (u16, String) {
    let (status, _, body) = send(t, who, TestRequest::get().uri(address)).await;
    (status.as_u16(), body)
}

pub async fn get(t: &TestApp, who: &Asker, address: &str) -> String {
    let (status, _, body) = send(t, who, TestRequest::get().uri(address)).await;
    assert_eq!(status, StatusCode::OK, "{address}: {body}");
    body
}

pub(super) async fn post(
    t: &TestApp,
    who: &Asker,
    address: &str,
    fields: &[(&str, &str)],
) -> (StatusCode, String, String) {
    send(t, who, TestRequest::post().uri(address).set_form(fields)).await
}

on_both! {
    async fn a_verdict_is_given_from_the_queue_to_the_next_claim(t: TestApp) {
        let case = case(&t).await;
        let item = claim(&t, &case, "3.1").await.claim.claim_id;
        let other = load(&t, &case.owner, &case.order).await.resolve_part("3.2").unwrap();
        actions::tick::tick(&t.services.orders, &case.tech, &case.order, other).await.unwrap();
        let queue = get(&t, &case.auditor, "/review").await;
        assert!(queue.contains(&format!("/claims/{item}")) && queue.contains("0 of "));
        let page = get(&t, &case.auditor, &format!("/claims/{item}")).await;
        assert!(page.contains("data-body=\"output\"") && page.contains(OUTPUT) && page.contains("Sign and next"));
        let address = format!("/claims/{item}/verdict");
        let fields = [
            ("outcome", "supported"),
            ("quote", WORDS),
            ("quote_trace", TRACE),
            ("quote_observation", SPAN),
            ("quote_field", "output"),
        ];
        let (status, next, _) = post(&t, &case.auditor, &address, &fields).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        assert!(next.starts_with("/claims/") && !next.contains(&item), "{next}");
        let page = get(&t, &case.auditor, &format!("/claims/{item}")).await;
        assert!(page.contains("<mark>") && page.contains("Entry ") && page.contains("replaces my verdict"));
        // The words become atoms in a job.
        jobs::drain(&t.app, &t.services.jobs).await.unwrap();
        assert!(get(&t, &case.auditor, "/knowledge?q=trace-client").await.contains(WORDS));
        assert!(get(&t, &case.auditor, "/knowledge?q=100%25").await.contains("Nothing found"));
        let trust = get(&t, &case.auditor, "/trust/work-orders/WO-2026-014").await;
        assert!(trust.contains("looked at") && trust.contains("Trust is <b>at least") && trust.contains(&format!("/claims/{item}")));
    }

    async fn a_refused_verdict_keeps_what_was_typed(t: TestApp) {
        let case = case(&t).await;
        let item = claim(&t, &case, "3.1").await.claim.claim_id;
        let address = format!("/claims/{item}/verdict");
        let fields = [
            ("outcome", "refuted"),
            ("quote", "words that nobody <b>said</b>"),
            ("quote_trace", TRACE),
            ("quote_observation", SPAN),
            ("quote_field", "output"),
            ("comment", "my long comment"),
        ];
        let (status, _, body) = post(&t, &case.auditor, &address, &fields).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(body.contains("do not occur verbatim") && body.contains("my long comment"));
        assert!(body.contains("words that nobody") && !body.contains("<b>said</b>"));
        // They stand where they can be corrected, with what is wrong with them, and in no list.
        let field = body.split("<textarea id=\"quote\"").nth(1).unwrap().split("</textarea>").next().unwrap();
        assert!(field.contains("aria-describedby=\"fault-quote\" autofocus") && field.contains("words that nobody"), "{field}");
        assert!(body.contains("id=\"fault-quote\"") && !body.contains("Take quote 1 away"), "{body}");
        let mut corrected = fields.to_vec();
        corrected[1] = ("quote", "other words that nobody said");
        corrected.push(("boxed", "1"));
        let (_, _, body) = post(&t, &case.auditor, &address, &corrected).await;
        assert!(!body.contains("Take quote 1 away") && body.contains(">other words that nobody said</textarea>"), "{body}");
        let (status, _, body) = post(&t, &case.auditor, &address, &[("comment", "kept")]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(body.contains("kept"));
        let own = [("outcome", "not_enough_information"), ("reason", "beyond_judge"), ("comment", "mine")];
        let (status, _, body) = post(&t, &case.tech, &address, &own).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert!(body.contains("another auditor must judge it") && body.contains("mine"));
        let mut agent = other(&case.owner, "relay", &[Role::Agent]);
        agent.actor.kind = ActorKind::Agent;
        assert_eq!(post(&t, &agent, &address, &own).await.0, StatusCode::FORBIDDEN);
        assert!(claim(&t, &case, "3.1").await.verdicts.is_empty());
    }

    async fn a_link_that_is_refused_keeps_what_was_typed(t: TestApp) {
        let case = case(&t).await;
        let of_order = "/work-orders/WO-2026-014/link";
        let (status, _, body) = post(&t, &case.tech, of_order, &[("trace", "no-such-<trace>"), ("target", "3.1")]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(body.contains("No trace with this id") && body.contains("value=\"no-such-&#60;trace&#62;\""), "{body}");
        assert!(body.contains(r#"value="3.1""#) && body.contains(&format!("action=\"{of_order}\"")), "{body}");
        let from_claim = [("trace", TRACE), ("target", "3.1"), ("claim", "c-1")];
        let (_, next, _) = post(&t, &case.tech, of_order, &from_claim).await;
        assert_eq!(next, "/claims/c-1", "whoever linked from a claim comes back to it");
        let of_trace = format!("/traces/{TRACE}/link");
        let typed = [("number", "WO-2026-014"), ("target", "9.9"), ("observation", SPAN)];
        let (status, _, body) = post(&t, &case.tech, &of_trace, &typed).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(body.contains("This order has no such place") && body.contains(r#"value="9.9""#), "{body}");
        assert!(body.contains(r#"value="WO-2026-014""#) && body.contains(&format!("value=\"{SPAN}\"")), "{body}");
        let (status, ..) = post(&t, &case.tech, &of_trace, &[("number", "WO-2026-014"), ("target", "3.1")]).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
    }

    async fn agents_link_evidence_by_the_place_people_write(t: TestApp) {
        let case = case(&t).await;
        let mut agent = other(&case.owner, "relay", &[Role::Agent]);
        agent.actor.kind = ActorKind::Agent;
        let address = "/work-orders/WO-2026-014/link";
        let strange = post(&t, &agent, address, &[("trace", TRACE)]).await.0;
        assert_eq!(strange, StatusCode::NOT_FOUND, "it is given to somebody else, so it is not there for this agent");
        give_to(&t, &case, &agent).await;
        let (status, next, _) =
            post(&t, &agent, address, &[("trace", TRACE), ("target", "WO-2026-014/C1")]).await;
        assert_eq!((status, next.as_str()), (StatusCode::SEE_OTHER, "/work-orders/WO-2026-014"));
        let (status, ..) = post(&t, &agent, address, &[("trace", TRACE), ("target", "9.9")]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let viewer = other(&case.owner, "viewer", &[Role::Viewer]);
        assert_eq!(post(&t, &viewer, address, &[("trace", TRACE)]).await.0, StatusCode::FORBIDDEN);
        let (project, order) = (case.owner.project, case.order.clone());
        let links = t.app.db.read(move |conn| audit::reads::links_of(conn, project, &order)).await.unwrap();
        assert_eq!(links.len(), 2);
        let own = links.iter().find(|link| link.by_id == "relay").unwrap();
        let remove = format!("/links/{}/remove", own.link_id);
        assert_eq!(post(&t, &case.tech, &remove, &[]).await.0, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(post(&t, &agent, &remove, &[]).await.0, StatusCode::SEE_OTHER);
    }
}
