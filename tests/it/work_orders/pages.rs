//! The pages through their routes: what is shown to whom, and what an act answers.

use actix_web::body::to_bytes;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::web::Data;
use actix_web::{App as ActixApp, HttpMessage as _};
use tracewright::audit::reads::judged_claims;
use tracewright::foundation::Asker;
use tracewright::web::{Principal, Routes, error};

use crate::harness::on_both;

use super::*;

/// One answer.
pub struct Answer {
    pub status: StatusCode,
    pub location: String,
    pub body: String,
}

/// Sends one request as somebody, through the real routes.
async fn send(t: &TestApp, who: &Asker, request: TestRequest) -> Answer {
    let mut routes = Routes::default();
    tracewright::order_lists::routes(&mut routes);
    tracewright::order_pages::routes(&mut routes);
    tracewright::imports::routes(&mut routes);
    tracewright::review_pages::routes(&mut routes);
    tracewright::trust::routes(&mut routes);
    let app = ActixApp::new()
        .app_data(Data::new(t.app.clone()))
        .app_data(Data::new(t.people.clone()))
        .app_data(Data::new(t.services.orders.clone()))
        .wrap(actix_web::middleware::from_fn(error::render))
        .configure(|config| routes.configure(config));
    let service = init_service(app).await;
    let request = request.to_request();
    request.extensions_mut().insert(Principal(who.clone()));
    let response = call_service(&service, request).await;
    let status = response.status();
    let location = response.headers().get(LOCATION).map(|value| value.to_str().unwrap().to_owned());
    let body = to_bytes(response.into_body()).await.unwrap();
    Answer { status, location: location.unwrap_or_default(), body: String::from_utf8(body.to_vec()).unwrap() }
}

pub async fn get(t: &TestApp, who: &Asker, address: &str) -> Answer {
    send(t, who, TestRequest::get().uri(address)).await
}

pub async fn post(t: &TestApp, who: &Asker, address: &str, fields: &[(&str, &str)]) -> Answer {
    send(t, who, TestRequest::post().uri(address).set_form(fields)).await
}

on_both! {
    async fn a_pasted_file_becomes_a_page_that_escapes_what_it_says(t: TestApp) {
        let asker = owner(&t).await;
        let empty = get(&t, &asker, "/work-orders").await;
        assert!(empty.body.contains("No work orders yet") && empty.body.contains("/work-orders/import"));
        let wrong = post(&t, &asker, "/work-orders/import", &[("markdown", "   ")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let done = post(&t, &asker, "/work-orders/import", &[("markdown", FILE), ("file", "order.md")]).await;
        assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, "/work-orders/WO-2026-014"));
        let page = get(&t, &asker, &done.location).await;
        assert_eq!(page.status, StatusCode::OK);
        for text in ["Trace every call of the support assistant", "findings", "sk-not••••••••", "Keys are secret", "Draft"] {
            assert!(page.body.contains(text), "{text}");
        }
        assert!(!page.body.contains("<script>alert"));
        let other_text = FILE.replace("Note the keys", "Note <i>both</i> keys");
        let second = post(&t, &asker, "/work-orders/import", &[("markdown", &other_text)]).await;
        assert_eq!((second.status, second.location.as_str()), (StatusCode::SEE_OTHER, "/work-orders/WO-2026-001"));
        let page = get(&t, &asker, &second.location).await.body;
        assert!(page.contains("Reference") && page.contains("WO-2026-014") && !page.contains("<i>both</i>"), "{page}");
        let bad = post(&t, &asker, "/work-orders/import", &[("markdown", &other_text), ("due", "soon")]).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bad.body.contains("This is no day") && (bad.body.contains("&lt;i&gt;") || bad.body.contains("&#60;i&#62;")));
        let print = get(&t, &asker, "/work-orders/WO-2026-014/print").await;
        assert!(print.status.is_success() && !print.body.contains("sk-not-a-real-one"));
        let file = get(&t, &asker, "/work-orders/WO-2026-014.md").await;
        assert!(file.body.contains("WO-2026-014") && file.body.contains("- [x] Open an account"));
    }

    async fn acts_answer_with_the_place_where_they_happened(t: TestApp) {
        let asker = owner(&t).await;
        let id = in_work(&t, &asker).await;
        let order = load(&t, &asker, &id).await;
        let base = "/work-orders/WO-2026-014";
        let item = at(&order, "3.1").to_string();
        let anchor = item.replace(':', "-");
        for (verb, fields, place) in [
            ("tick", vec![("target", item.as_str())], anchor.as_str()),
            ("undo", vec![("target", item.as_str())], anchor.as_str()),
            ("log", vec![("title", "Went on"), ("lines", "one\ntwo")], "log"),
            ("comment", vec![("text", "Looks **good** <b>")], "comments"),
            ("acknowledge", vec![("version", "1")], "safety"),
        ] {
            let done = post(&t, &asker, &format!("{base}/{verb}"), &fields).await;
            assert_eq!((done.status, done.location), (StatusCode::SEE_OTHER, format!("{base}#{place}")), "{verb}");
        }
        let imported: Vec<String> = order.steps[0].items.iter().map(|item| format!("item:{}", item.id)).collect();
        let both: Vec<(&str, &str)> = imported.iter().map(|target| ("target", target.as_str())).collect();
        assert_eq!(post(&t, &asker, &format!("{base}/attest"), &both).await.status, StatusCode::SEE_OTHER);
        let mark = [("step", order.steps[2].id.as_str()), ("state", "failed"), ("reason", "It broke apart")];
        assert_eq!(post(&t, &asker, &format!("{base}/mark"), &mark).await.status, StatusCode::SEE_OTHER);
        let page = get(&t, &asker, base).await.body;
        for text in ["It broke apart", "attested by", "Went on", "<strong>good</strong>", "Reopen step"] {
            assert!(page.contains(text), "{text}");
        }
        let bad = post(&t, &asker, &format!("{base}/tick"), &[("target", "nonsense")]).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn nobody_is_offered_what_would_be_refused(t: TestApp) {
        let asker = owner(&t).await;
        let id = in_work(&t, &asker).await;
        let base = "/work-orders/WO-2026-014";
        let viewer = other(&asker, "viewer", &[Role::Viewer]);
        let page = get(&t, &viewer, base).await;
        assert_eq!(page.status, StatusCode::OK);
        let acts = page.body.matches("method=\"post\"").count() - page.body.matches("action=\"/sign-out\"").count();
        assert_eq!(acts, 0, "a viewer acts on nothing");
        let order = load(&t, &asker, &id).await;
        let item = at(&order, "3.1").to_string();
        let refused = post(&t, &viewer, &format!("{base}/tick"), &[("target", &item)]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        let worker = other(&asker, "worker", &[Role::Technician]);
        assert_eq!(get(&t, &worker, base).await.status, StatusCode::NOT_FOUND);
        assert!(get(&t, &worker, "/work-orders").await.body.contains("No work orders yet"));
        assign(&t, &asker, &id, &worker).await;
        let unread = post(&t, &worker, &format!("{base}/tick"), &[("target", &item)]).await;
        assert!(unread.status == StatusCode::CONFLICT && unread.body.contains("not acknowledged by you"), "{}", unread.body);
        assert_eq!(post(&t, &worker, &format!("{base}/acknowledge"), &[("version", "1")]).await.status, StatusCode::SEE_OTHER);
        let page = get(&t, &worker, base).await;
        assert!(page.body.contains(&format!("{base}/tick")) && !page.body.contains(&format!("{base}/assign")));
        assert_eq!(post(&t, &worker, &format!("{base}/tick"), &[("target", &item)]).await.status, StatusCode::SEE_OTHER);
        let stranger = other(&asker, "stranger", &[Role::Technician]);
        assert_eq!(post(&t, &stranger, &format!("{base}/tick"), &[("target", &item)]).await.status, StatusCode::NOT_FOUND);
        // Nor is what was claimed, judged and scored in it shown to whoever may not see it.
        let project = asker.project;
        let claims = t.app.db.read(move |conn| judged_claims(conn, project, &id)).await.unwrap();
        let claim = format!("/claims/{}", claims[0].claim.claim_id);
        for (who, status) in [(&worker, StatusCode::OK), (&stranger, StatusCode::NOT_FOUND)] {
            for path in [claim.as_str(), "/trust/work-orders/WO-2026-014"] {
                assert_eq!(get(&t, who, path).await.status, status, "{path} by {}", who.id());
            }
            let queue = get(&t, who, "/review?standing=any").await.body;
            assert_eq!(queue.contains(&claim), status == StatusCode::OK, "{}", who.id());
        }
    }

    async fn a_look_back_shows_the_order_as_it_stood_and_offers_nothing(t: TestApp) {
        let asker = owner(&t).await;
        let id = in_work(&t, &asker).await;
        let before = t.app.now();
        t.clock.advance(crate::harness::MINUTE);
        let order = load(&t, &asker, &id).await;
        post(&t, &asker, "/work-orders/WO-2026-014/tick", &[("target", &at(&order, "3.1").to_string())]).await;
        let now = get(&t, &asker, "/work-orders/WO-2026-014").await.body;
        assert!(now.contains("1 of 4 items") && now.contains("/undo"));
        let then = get(&t, &asker, &format!("/work-orders/WO-2026-014?as_of={}", before.to_rfc3339())).await;
        assert_eq!(then.status, StatusCode::OK);
        assert!(then.body.contains("0 of 4 items") && then.body.contains("as it stood on"));
        assert!(!then.body.contains("/tick\"") && !then.body.contains("/undo\""));
        let never = get(&t, &asker, "/work-orders/WO-2026-014?as_of=2020-01-01T00:00:00Z").await;
        assert_eq!(never.status, StatusCode::NOT_FOUND);
        let nonsense = get(&t, &asker, "/work-orders/WO-2026-014?as_of=soon").await;
        assert_eq!(nonsense.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn what_went_wrong_in_a_step_is_seen_from_afar_and_is_no_progress(t: TestApp) {
        let asker = owner(&t).await;
        let id = in_work(&t, &asker).await;
        let order = load(&t, &asker, &id).await;
        let base = "/work-orders/WO-2026-014";
        let mark = async |step: usize, state: &str| {
            let fields = [("step", order.steps[step].id.as_str()), ("state", state), ("reason", "no trace came")];
            let marked = post(&t, &asker, &format!("{base}/mark"), &fields).await;
            assert_eq!(marked.status, StatusCode::SEE_OTHER, "{}", marked.body);
        };
        assert_eq!(attest_all(&t, &asker, &id).await, 3);
        mark(2, "failed").await;
        for (place, page) in [("the list", get(&t, &asker, "/work-orders").await.body), ("the head", get(&t, &asker, base).await.body)] {
            assert!(page.contains("1 step failed"), "{place}: {page}");
            assert!(page.contains("class=\"failed\""), "the bar of {place} shows it apart: {page}");
        }
        assert!(get(&t, &asker, base).await.body.contains("2 of 3 steps done, 1 failed"), "a failed step is no progress");
        assert!(get(&t, &asker, "/work-orders?failed=1").await.body.contains("WO-2026-014"));
        mark(2, "open").await;
        mark(2, "flagged").await;
        let list = get(&t, &asker, "/work-orders").await.body;
        assert!(list.contains("1 step flagged") && !list.contains("failed</"), "{list}");
        assert!(!get(&t, &asker, "/work-orders?failed=1").await.body.contains("WO-2026-014"));
    }

    async fn signed_moves_ask_for_the_password_on_their_page(t: TestApp) {
        let asker = owner(&t).await;
        take(&t, &asker, FILE).await.unwrap();
        let base = "/work-orders/WO-2026-014";
        let submitted = post(&t, &asker, &format!("{base}/transition"), &[("to", "submitted")]).await;
        assert_eq!(submitted.status, StatusCode::SEE_OTHER, "{}", submitted.body);
        let page = get(&t, &asker, &format!("{base}/move/approved")).await.body;
        assert!(page.contains("type=\"password\"") && page.contains("I approve the plan of WO-2026-014 as it stands in version 2, so that the work may be done."));
        let wrong = post(&t, &asker, &format!("{base}/transition"), &[("to", "approved"), ("email", OWNER), ("password", "guess")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("Nothing was signed") && !wrong.body.contains("guess"));
        let stale = [("to", "approved"), ("email", OWNER), ("password", PASSWORD), ("version", "1")];
        assert_eq!(post(&t, &asker, &format!("{base}/transition"), &stale).await.status, StatusCode::CONFLICT);
        let right = post(&t, &asker, &format!("{base}/transition"), &[("to", "approved"), ("email", OWNER), ("password", PASSWORD)]).await;
        assert_eq!(right.status, StatusCode::SEE_OTHER, "{}", right.body);
        assert!(get(&t, &asker, base).await.body.contains("<b>Approval</b>"));
        let nowhere = get(&t, &asker, &format!("{base}/move/verified")).await;
        assert_eq!(nowhere.status, StatusCode::CONFLICT);
    }
}
