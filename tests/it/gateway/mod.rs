//! Calls that are passed on: unchanged, once, with a number and a trace each, whatever ends in between.

mod blocks;
mod budgets;
mod coverage;
mod hostile;
mod upstream;

use std::pin::Pin;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody as _};
use actix_web::dev::ServiceResponse;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::web::Bytes;
use diesel::prelude::*;
use futures_util::future::poll_fn;
use serde_json::{Value, json};
use tracewright::app::Services;
use tracewright::config::UpstreamConfig;
use tracewright::db::AnyConnection;
use tracewright::db::schema::{events, gateway_blocks, gateway_calls};
use tracewright::gateway::events::{BLOCK_CLOSED, BLOCK_RESERVED};
use tracewright::gateway::keeper::{Look, keep_once};
use tracewright::ledger::events::read_stream;
use tracewright::router;

use crate::harness::api::Program;
use crate::harness::{MINUTE, TestApp, on_both};

use upstream::{Say, Upstream};

const PAIR: &str = "pk-lf-first:sk-lf-first-secret-of-it";
const CHAT: &str = "/gateway/openai/v1/chat/completions";
const MESSAGES: &str = "/gateway/anthropic/v1/messages";
const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// The same installation with these upstreams.
fn with_upstream(t: &TestApp, upstream: &Upstream) -> Services {
    let mut services = t.services.clone();
    let mut config = services.app.config.as_ref().clone();
    let named = UpstreamConfig { url: upstream.url.clone(), key: Some("sk-upstream".to_owned()) };
    config.gateway.openai = Some(UpstreamConfig { url: format!("{}/eu", upstream.url), ..named.clone() });
    config.gateway.anthropic = Some(named);
    config.gateway.private_addresses = true;
    services.app.config = Arc::new(config);
    services
}

fn with_patience(services: &Services, first_byte: Duration) -> Services {
    let mut services = services.clone();
    let mut config = services.app.config.as_ref().clone();
    config.gateway.first_byte = first_byte;
    services.app.config = Arc::new(config);
    services
}

async fn ask(
    services: &Services,
    path: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> ServiceResponse<BoxBody> {
    let service = init_service(router::app(services)).await;
    let body = body.to_string();
    let mut request = TestRequest::post().uri(path).insert_header(("content-length", body.len().to_string()));
    for header in headers {
        request = request.insert_header(*header);
    }
    call_service(&service, request.set_payload(body).to_request()).await
}

fn bearer() -> (&'static str, String) {
    ("authorization", format!("Bearer {PAIR}"))
}

async fn chat(services: &Services, body: &Value) -> ServiceResponse<BoxBody> {
    let (name, value) = bearer();
    ask(services, CHAT, &[(name, &value), ("cookie", "tw_session=x"), ("x-custom", "kept")], body).await
}

/// The status, with the answer read to its end: a client that goes before it has cut its call off.
async fn whole(response: ServiceResponse<BoxBody>) -> u16 {
    let status = response.status().as_u16();
    read_body(response).await;
    status
}

async fn json_of(response: ServiceResponse<BoxBody>) -> Value {
    serde_json::from_slice(&read_body(response).await).unwrap()
}

fn question() -> Value {
    json!({"model": "gpt-4o", "messages": [{"role": "user", "content": "Which seal?"}], "temperature": 0.5})
}

fn chat_answer() -> Value {
    json!({"id": "c-1", "model": "gpt-4o-2024-08-06", "choices": [{"index": 0, "finish_reason": "stop",
        "message": {"role": "assistant", "content": "The blue one"}}],
        "usage": {"prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17}})
}

fn pieces() -> Vec<String> {
    let piece = |text: &str| {
        let data =
            json!({"id": "c-1", "model": "gpt-4o", "choices": [{"index": 0, "delta": {"content": text}}]});
        format!("data: {data}\n\n")
    };
    vec![piece("The "), piece("blue "), piece("one"), "data: [DONE]\n\n".to_owned()]
}

async fn keep(services: &Services) {
    keep_once(&services.app, &services.intake, &services.gateway, Look::ALL).await.unwrap();
}

/// The same with when it was traced.
type Stored = (i64, String, Option<i32>, String, Option<i64>, Option<i64>, Option<i64>);
/// Number, state, status, trace, tokens in and out, whether it is traced.
type Row = (i64, String, Option<i32>, String, Option<i64>, Option<i64>, bool);

async fn calls(t: &TestApp) -> Vec<Row> {
    let read = |conn: &mut AnyConnection| {
        let rows: Vec<Stored> = gateway_calls::table
            .order(gateway_calls::number.asc())
            .select((
                gateway_calls::number,
                gateway_calls::state,
                gateway_calls::status,
                gateway_calls::trace_id,
                gateway_calls::input_tokens,
                gateway_calls::output_tokens,
                gateway_calls::traced_at,
            ))
            .load(conn)?;
        Ok(rows.into_iter().map(|it| (it.0, it.1, it.2, it.3, it.4, it.5, it.6.is_some())).collect())
    };
    t.app.db.read(read).await.unwrap()
}

/// The one observation of a trace, by the API of Langfuse.
async fn observation(t: &TestApp, program: &Program, trace: &str) -> Value {
    let got = program.get(t, &format!("/api/public/traces/{trace}")).await.json();
    got["observations"][0].clone()
}

/// What the ledger says of numbers: kind and data.
async fn told(t: &TestApp, program: &Program) -> Vec<(String, Value)> {
    let stream = tracewright::gateway::events::numbers_of(program.project);
    let read = move |conn: &mut AnyConnection| read_stream(conn, &stream, None);
    let events = t.app.db.read(read).await.unwrap();
    events.into_iter().map(|event| (event.kind.clone(), event.data())).collect()
}

on_both! {
    async fn a_call_goes_on_unchanged_and_is_traced(t: TestApp) {
        let (program, upstream) = (Program::first(&t).await, Upstream::start());
        let services = with_upstream(&t, &upstream);
        upstream.say(Say::Json(200, chat_answer()));
        let (name, value) = bearer();
        let headers = [(name, value.as_str()), ("cookie", "tw_session=x"), ("x-custom", "kept"), ("traceparent", PARENT),
            ("x-tracewright-agent", "parts-desk"), ("x-tracewright-session", "s-1")];
        let response = ask(&services, &format!("{CHAT}?beta=1"), &headers, &question()).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers().get("retry-after").unwrap(), "7");
        assert_eq!(json_of(response).await, chat_answer());

        let seen = upstream.seen();
        let [seen] = seen.as_slice() else { panic!("{seen:?}") };
        assert_eq!(seen.line, "POST /eu/v1/chat/completions?beta=1 HTTP/1.1");
        assert_eq!(seen.body, question().to_string());
        for (header, value) in [("authorization", Some("Bearer sk-upstream")), ("x-custom", Some("kept")),
            ("traceparent", Some(PARENT)), ("cookie", None), ("x-tracewright-agent", None)] {
            assert_eq!(seen.header(header), value, "{header}");
        }

        keep(&services).await;
        let rows = calls(&t).await;
        let trace = "0af7651916cd43dd8448eb211c80319c".to_owned();
        assert_eq!(rows, [(1, "answered".to_owned(), Some(200), trace.clone(), Some(12), Some(5), true)]);
        let told = observation(&t, &program, &trace).await;
        assert_eq!((&told["type"], &told["model"], &told["parentObservationId"]),
            (&json!("GENERATION"), &json!("gpt-4o-2024-08-06"), &json!("b7ad6b7169203331")), "{told}");
        assert_eq!(told["usage"]["total"], 17, "{told}");
        assert_eq!(told["output"], json!({"role": "assistant", "content": "The blue one"}), "{told}");
        assert_eq!(told["input"]["messages"][0]["content"], "Which seal?", "{told}");
        assert_eq!(told["modelParameters"]["temperature"], 0.5, "{told}");
        assert_eq!(told["metadata"]["agent"], "parts-desk", "{told}");
    }

    async fn a_stream_comes_back_piece_by_piece(t: TestApp) {
        let (program, upstream) = (Program::first(&t).await, Upstream::start());
        let services = with_upstream(&t, &upstream);
        let (more, demand) = channel();
        upstream.say(Say::OnDemand(demand));
        more.send(pieces()[0].clone()).unwrap();
        let response = chat(&services, &question()).await;
        assert_eq!(response.headers().get("x-request-id").unwrap(), "req-upstream");
        assert!(response.headers().get("set-cookie").is_none());
        let mut body = response.into_body();
        for next in 1..pieces().len() {
            // The next piece is not said before this one was read.
            assert_eq!(piece_of(&mut body).await.unwrap().unwrap(), pieces()[next - 1].as_bytes());
            more.send(pieces()[next].clone()).unwrap();
        }
        assert_eq!(piece_of(&mut body).await.unwrap().unwrap(), pieces()[3].as_bytes());
        // A client has read to the end of what was said: its trace is on its way, whatever happens now.
        keep(&services).await;
        let rows = calls(&t).await;
        assert_eq!((rows[0].1.as_str(), rows[0].6), ("answered", true));
        let told = observation(&t, &program, &rows[0].3).await;
        assert_eq!(told["output"]["content"], "The blue one", "{told}");
        drop(body);
        keep(&services).await;
        assert_eq!(calls(&t).await, rows, "what comes behind the end changes nothing");
    }

    async fn a_client_that_goes_ends_the_call_upstream(t: TestApp) {
        let (program, upstream) = (Program::first(&t).await, Upstream::start());
        let services = with_upstream(&t, &upstream);
        let (more, demand) = channel();
        upstream.say(Say::OnDemand(demand));
        more.send(pieces()[0].clone()).unwrap();
        let mut body = chat(&services, &question()).await.into_body();
        assert_eq!(piece_of(&mut body).await.unwrap().unwrap(), pieces()[0].as_bytes());
        drop((body, more));
        let left = upstream.left;
        actix_web::web::block(move || left.recv().unwrap()).await.unwrap();
        keep(&services).await;
        let rows = calls(&t).await;
        assert_eq!((rows[0].1.as_str(), rows[0].6), ("cut", true));
        let told = observation(&t, &program, &rows[0].3).await;
        assert_eq!((&told["level"], &told["output"]["content"]), (&json!("WARNING"), &json!("The ")), "{told}");
    }

    async fn an_upstream_that_breaks_off_breaks_the_answer_off(t: TestApp) {
        let (program, upstream) = (Program::first(&t).await, Upstream::start());
        let services = with_upstream(&t, &upstream);
        upstream.say(Say::Broken(pieces()[..2].to_vec()));
        let mut body = chat(&services, &question()).await.into_body();
        let mut read = Vec::new();
        let end = loop {
            match piece_of(&mut body).await {
                Some(Ok(piece)) => read.extend_from_slice(&piece),
                end => break end,
            }
        };
        assert!(matches!(end, Some(Err(_))), "it must not look whole");
        assert_eq!(read, pieces()[..2].concat().as_bytes());
        keep(&services).await;
        let rows = calls(&t).await;
        assert_eq!((rows[0].1.as_str(), rows[0].6, upstream.seen().len()), ("cut", true, 1));
        let told = observation(&t, &program, &rows[0].3).await;
        assert!(told["statusMessage"].as_str().unwrap().contains("broke off"), "{told}");
    }

    async fn errors_come_back_as_they_are_and_nothing_is_sent_twice(t: TestApp) {
        let (_, upstream) = (Program::first(&t).await, Upstream::start());
        let services = with_upstream(&t, &upstream);
        let refused = json!({"error": {"message": "slow down", "type": "rate_limit_error"}});
        upstream.say(Say::Json(429, refused.clone()));
        upstream.say(Say::Hangs);
        upstream.say(Say::Json(200, chat_answer()));
        let response = chat(&services, &question()).await;
        assert_eq!((response.status().as_u16(), json_of(response).await), (429, refused));
        // The connection ends without an answer: whether the work was done nobody knows, so it is not asked for again.
        let response = chat(&services, &question()).await;
        assert_eq!(response.status(), 502);
        assert_eq!(response.headers().get(tracewright::gateway::HEADER).unwrap(), "broken");
        assert_eq!(upstream.seen().len(), 2);
        assert_eq!(whole(chat(&services, &question()).await).await, 200);
        keep(&services).await;
        let states: Vec<(i64, String, Option<i32>, bool)> =
            calls(&t).await.into_iter().map(|row| (row.0, row.1, row.2, row.6)).collect();
        let state = |number, state: &str, status| (number, state.to_owned(), status, true);
        assert_eq!(states, [state(1, "failed", Some(429)), state(2, "failed", None), state(3, "answered", Some(200))]);
    }

    async fn what_takes_too_long_is_ended_in_the_provider_s_form(t: TestApp) {
        let (_, upstream) = (Program::first(&t).await, Upstream::start());
        let services = with_patience(&with_upstream(&t, &upstream), Duration::from_millis(20));
        upstream.say(Say::Nothing);
        let response = ask(&services, MESSAGES, &[("x-api-key", PAIR)], &question()).await;
        assert_eq!(response.status(), 504);
        let said = json_of(response).await;
        assert_eq!((&said["type"], &said["error"]["type"]), (&json!("error"), &json!("timeout_error")), "{said}");
        let left = upstream.left;
        actix_web::web::block(move || left.recv().unwrap()).await.unwrap();
        keep(&services).await;
        assert_eq!(calls(&t).await[0].1, "failed");
    }

    async fn keys_decide_whose_call_it_is_and_with_whose_it_goes_on(t: TestApp) {
        let (_, upstream) = (Program::first(&t).await, Upstream::start());
        let services = with_upstream(&t, &upstream);
        for headers in [
            vec![],
            vec![("authorization", "Bearer sk-theirs")],
            vec![("authorization", "Bearer pk-lf-first:wrong")],
            vec![("authorization", "Bearer pk-lf-first")],
            vec![("x-tracewright-key", "pk-lf-first:wrong"), ("authorization", "Bearer sk-theirs")],
        ] {
            let response = ask(&services, CHAT, &headers, &question()).await;
            assert_eq!(response.status(), 401, "{headers:?}");
            assert_eq!(json_of(response).await["error"]["type"], "authentication_error");
        }
        assert!(upstream.seen().is_empty());
        for (path, headers, passed) in [
            (MESSAGES, vec![("x-api-key", PAIR)], ("x-api-key", "sk-upstream")),
            (MESSAGES, vec![("x-tracewright-key", PAIR), ("x-api-key", "sk-theirs")], ("x-api-key", "sk-theirs")),
            (CHAT, vec![("x-tracewright-key", PAIR), ("authorization", "Bearer theirs")], ("authorization", "Bearer theirs")),
            (CHAT, vec![("x-tracewright-key", PAIR)], ("authorization", "Bearer sk-upstream")),
        ] {
            upstream.say(Say::Json(200, chat_answer()));
            assert_eq!(ask(&services, path, &headers, &question()).await.status(), 200);
            assert_eq!(upstream.seen().last().unwrap().header(passed.0), Some(passed.1), "{headers:?}");
        }
        // Neither does what leads out of the upstream's address, or would become a connection of another kind.
        let passed_on = upstream.seen().len();
        for (path, more) in [("/gateway/openai/v1/%2e%2e/admin", ("x-custom", "kept")), (CHAT, ("upgrade", "websocket"))] {
            let response = ask(&services, path, &[("x-tracewright-key", PAIR), more], &question()).await;
            assert_eq!(response.status(), 400, "{path} {more:?}");
        }
        assert_eq!(upstream.seen().len(), passed_on);
        // Without a name of an upstream nothing is passed on, and it is said why.
        let response = ask(&t.services, CHAT, &[("x-tracewright-key", PAIR)], &question()).await;
        assert_eq!(response.status(), 404);
        assert!(json_of(response).await["error"]["message"].as_str().unwrap().contains("gateway.openai-url"));
    }

    async fn every_number_is_accounted_for_also_when_a_process_ends(t: TestApp) {
        let (program, upstream) = (Program::first(&t).await, Upstream::start());
        let services = with_upstream(&t, &upstream);
        for _ in 0..2 {
            upstream.say(Say::Json(200, chat_answer()));
            assert_eq!(whole(chat(&services, &question()).await).await, 200);
        }
        // Another process has numbers of its own; it ends with one call answered and nothing of it in the database.
        let other = with_upstream_of(t.other_process(), &services);
        upstream.say(Say::Json(200, chat_answer()));
        assert_eq!(whole(chat(&other, &question()).await).await, 200);
        keep(&services).await;
        assert_eq!(calls(&t).await.len(), 2, "what another one does is its own as long as it lives");
        drop(other);
        keep(&services).await;
        let rows = calls(&t).await;
        let numbers: Vec<(i64, &str, bool)> = rows.iter().map(|row| (row.0, row.1.as_str(), row.6)).collect();
        assert_eq!(numbers, [(1, "answered", true), (2, "answered", true), (101, "answered", true)]);
        assert_eq!(upstream.seen().len(), 3);

        let events = told(&t, &program).await;
        let kinds: Vec<&str> = events.iter().map(|(kind, _)| kind.as_str()).collect();
        assert_eq!(kinds, [BLOCK_RESERVED, BLOCK_RESERVED, BLOCK_CLOSED]);
        let closed = &events[2].1;
        assert_eq!((&closed["first"], &closed["answered"], &closed["after_its_end"]), (&json!(101), &json!(1), &json!(true)));
        assert_eq!(closed["unused"], json!([{"first": 102, "last": 200}]));

        // The first one's block is closed when it is old.
        t.clock.advance(11 * MINUTE);
        keep(&services).await;
        let closed = told(&t, &program).await.pop().unwrap().1;
        assert_eq!((&closed["first"], &closed["answered"], &closed["after_its_end"]), (&json!(1), &json!(2), &json!(false)));
        assert_eq!(closed["unused"], json!([{"first": 3, "last": 100}]));
        let open = |conn: &mut AnyConnection| {
            let open = gateway_blocks::table.filter(gateway_blocks::closed_at.is_null());
            Ok(open.count().get_result::<i64>(conn)?)
        };
        assert_eq!(t.app.db.read(open).await.unwrap(), 0);
        let events: i64 = t.app.db.read(|conn| Ok(events::table.count().get_result(conn)?)).await.unwrap();
        keep(&services).await;
        let again: i64 = t.app.db.read(|conn| Ok(events::table.count().get_result(conn)?)).await.unwrap();
        assert_eq!(again, events, "nothing is told twice");
    }
}

/// Another process of the same settings.
fn with_upstream_of(mut other: Services, services: &Services) -> Services {
    other.app.config = Arc::clone(&services.app.config);
    other
}

async fn piece_of(body: &mut BoxBody) -> Option<Result<Bytes, Box<dyn std::error::Error>>> {
    poll_fn(|cx| Pin::new(&mut *body).poll_next(cx)).await
}
