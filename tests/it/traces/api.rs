//! The routes as clients meet them: keys, encodings, limits, bad input.

use std::io::Write as _;

use actix_web::App as ActixApp;
use actix_web::http::StatusCode;
use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::web::Data;
use serde_json::{Value, json};
use tracewright::config::InitConfig;
use tracewright::intake::Intake;
use tracewright::people;
use tracewright::traces::Hooks;
use tracewright::web::Routes;

use super::{event, seen};
use crate::harness::{TestApp, on_both};

const LOGIN: (&str, &str) = ("Authorization", "Basic cGstbGYtYTpzay1sZi1hLXNlY3JldC1vZi1pdA==");

async fn set_up(t: &TestApp) {
    let init = InitConfig {
        project_id: Some("plant-7".to_owned()),
        project_name: Some("Plant 7".to_owned()),
        public_key: Some("pk-lf-a".to_owned()),
        secret_key: Some("sk-lf-a-secret-of-it".to_owned()),
        owner_email: None,
        owner_password: None,
    };
    t.people.set_up_headless(&init).await.unwrap();
}

async fn send(t: &TestApp, request: TestRequest) -> (StatusCode, Value) {
    let configure = |config: &mut actix_web::web::ServiceConfig| {
        let mut table = Routes::default();
        tracewright::intake::routes(&mut table);
        tracewright::langfuse_api::routes(&mut table);
        tracewright::web::health::routes(&mut table);
        table.configure(config);
    };
    let app = ActixApp::new()
        .app_data(Data::new(t.app.clone()))
        .app_data(Data::new(t.people.clone()))
        .app_data(Data::new(Hooks::none()))
        .app_data(Data::new(Intake::unheard()))
        .configure(configure)
        .wrap(from_fn(people::identify));
    let app = init_service(app).await;
    let response = call_service(&app, request.to_request()).await;
    let status = response.status();
    let body = read_body(response).await;
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

fn post(path: &str, content_type: &str, body: impl Into<actix_web::web::Bytes>) -> TestRequest {
    TestRequest::post()
        .uri(path)
        .insert_header(LOGIN)
        .insert_header(("Content-Type", content_type))
        .set_payload(body)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

const OTLP: &str = "/api/public/otel/v1/traces";
const BATCH: &str = "/api/public/ingestion";

on_both! {
    async fn bad_input_is_answered_clearly_and_nothing_of_it_is_stored(t: TestApp) {
        set_up(&t).await;
        let bomb = gzip(&vec![b' '; 40 << 20]);
        let packed = |body: Vec<u8>| post(BATCH, "application/json", body).insert_header(("Content-Encoding", "gzip"));
        let cases = [
            (post(OTLP, "application/x-protobuf", vec![0x0a, 0x7f, 1]), 400),
            (post(OTLP, "application/json; charset=utf-8", "{\"resourceSpans\": ["), 400),
            (post(OTLP, "text/plain", "x"), 400),
            (packed(b"no gzip".to_vec()), 400),
            (packed(bomb), 413),
            (post(BATCH, "application/json", vec![b' '; (32 << 20) + 1]), 413),
            (post(BATCH, "application/json", "[1]"), 400),
            (post("/api/public/scores", "application/json", "{\"name\": 3}"), 400),
        ];
        for (number, (request, wanted)) in cases.into_iter().enumerate() {
            let (status, body) = send(&t, request).await;
            assert_eq!(status.as_u16(), wanted, "case {number}: {body}");
            assert!(body["message"].is_string() && body["error"].is_string(), "case {number}: {body}");
        }
        let long = "x".repeat(801);
        let events = json!({"batch": [
            event("a", "no-such-event", 0, json!({})),
            event("b", "span-create", 0, json!({"id": long, "traceId": "t"})),
            event("c", "span-create", 0, json!({"id": "o", "traceId": "a\u{0}b"})),
        ]});
        let (status, body) = send(&t, post(BATCH, "application/json", events.to_string())).await;
        assert_eq!((status.as_u16(), body["errors"].as_array().unwrap().len()), (207, 3), "{body}");
        let project = t.people.first_project().await.unwrap().unwrap().key;
        assert!(seen(&t, project).await.traces.is_empty());
    }

    async fn every_way_in_takes_what_clients_send(t: TestApp) {
        set_up(&t).await;
        let events = json!({"batch": [event("e", "span-create", 0, json!({"id": "o", "traceId": "t"}))]});
        let (status, body) = send(&t, post(BATCH, "application/json", events.to_string())).await;
        assert_eq!((status.as_u16(), &body["successes"][0]["id"]), (207, &json!("e")));
        let spans = json!({"resourceSpans": [{"scopeSpans": [{"spans": [
            {"traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "00f067aa0ba902b7", "name": "a",
             "startTimeUnixNano": "1795000000000000000", "endTimeUnixNano": "1795000001000000000"},
            {"traceId": "00", "spanId": "00f067aa0ba902b7", "name": "bad"}]}]}]});
        let request = post("/v1/traces", "application/json; charset=utf-8", gzip(spans.to_string().as_bytes()));
        let (status, body) = send(&t, request.insert_header(("Content-Encoding", "gzip"))).await;
        assert_eq!((status.as_u16(), &body["partialSuccess"]["rejectedSpans"]), (200, &json!("1")), "{body}");
        let score = json!({"id": "s1", "traceId": "t", "name": "ok", "value": 1});
        let (status, body) = send(&t, post("/api/public/scores", "application/json", score.to_string())).await;
        assert_eq!((status.as_u16(), body), (200, json!({"id": "s1"})));
        let list = json!([score, {"name": "no target", "value": 1}]);
        let (status, body) = send(&t, post("/api/public/scores", "application/json", list.to_string())).await;
        assert_eq!((status.as_u16(), &body["accepted"], &body["rejected"]), (207, &json!(1), &json!(1)));
        let project = t.people.first_project().await.unwrap().unwrap().key;
        let now = seen(&t, project).await;
        assert_eq!((now.traces.len(), now.observations.len(), now.scores.len()), (2, 2, 1));
        let (status, body) = send(&t, TestRequest::get().uri("/api/public/projects").insert_header(LOGIN)).await;
        assert_eq!((status.as_u16(), &body["data"][0]["id"]), (200, &json!("plant-7")));
    }

    async fn without_a_key_only_health_answers(t: TestApp) {
        set_up(&t).await;
        for path in [OTLP, "/v1/traces", BATCH, "/api/public/scores"] {
            let (status, body) = send(&t, TestRequest::post().uri(path).set_payload("{}")).await;
            assert_eq!(status.as_u16(), 401, "{path}");
            assert!(body["message"].is_string());
        }
        for path in ["/api/public/health", "/api/public/ready"] {
            assert_eq!(send(&t, TestRequest::get().uri(path)).await.0.as_u16(), 200);
        }
    }
}
