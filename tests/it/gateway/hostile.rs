//! What must not go on: whatever would be a second call, an address that leads elsewhere, our own key.

use actix_web::test::{TestRequest, call_service, init_service};
use serde_json::json;
use tracewright::app::Services;
use tracewright::gateway::HEADER;
use tracewright::router;

use super::upstream::{Say, Upstream};
use super::{CHAT, PAIR, ask, bearer, calls, chat_answer, keep, observation, question, whole, with_upstream};
use crate::harness::api::Program;
use crate::harness::on_both;

/// Sends a body under these headers and no others; the status.
async fn sent(services: &Services, headers: &[(&str, &str)], body: &str) -> u16 {
    let service = init_service(router::app(services)).await;
    // The payload comes first: it writes its true length, and these headers are to lie about it.
    let mut request = TestRequest::post().uri(CHAT).insert_header(bearer()).set_payload(body.to_owned());
    for header in headers {
        request = request.insert_header(*header);
    }
    call_service(&service, request.to_request()).await.status().as_u16()
}

on_both! {
    async fn nothing_behind_a_call_reaches_the_provider(t: TestApp) {
        let (_, upstream) = (Program::first(&t).await, Upstream::start());
        let services = with_upstream(&t, &upstream);
        let behind = "{}POST /behind HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}";
        for headers in [
            vec![("connection", "upgrade"), ("upgrade", "WebSocket")],
            vec![("content-length", "2")],
            vec![("content-length", "9999")],
        ] {
            upstream.say(Say::Json(200, chat_answer()));
            assert_eq!(sent(&services, &headers, behind).await, 400, "{headers:?}");
        }
        assert!(upstream.seen().iter().all(|seen| !seen.line.contains("behind")), "{:?}", upstream.seen());
        keep(&services).await;
        let states: Vec<String> = calls(&t).await.into_iter().map(|row| row.1).collect();
        assert_eq!(states, ["cut", "cut"], "what is no call takes no number");
    }

    async fn a_body_in_chunks_goes_on_whole_whatever_length_is_told_beside(t: TestApp) {
        let (_, upstream) = (Program::first(&t).await, Upstream::start());
        let services = with_upstream(&t, &upstream);
        upstream.say(Say::Json(200, chat_answer()));
        let headers = [("content-length", "2"), ("transfer-encoding", "chunked")];
        assert_eq!(sent(&services, &headers, &question().to_string()).await, 200);
        let seen = upstream.seen();
        assert_eq!((seen.len(), seen[0].body.as_str()), (1, question().to_string().as_str()));
        assert_eq!((seen[0].header("content-length"), seen[0].header("transfer-encoding")), (None, Some("chunked")));
    }

    async fn an_address_leads_nowhere_else_and_hides_no_call(t: TestApp) {
        let (_, upstream) = (Program::first(&t).await, Upstream::start());
        let services = with_upstream(&t, &upstream);
        for path in ["/gateway/openai/../admin", "/gateway/openai/v1/%2e%2e/admin", "/gateway/openai/v1/.%2E/admin"] {
            let refused = ask(&services, path, &[("x-tracewright-key", PAIR)], &question()).await;
            assert_eq!((refused.status().as_u16(), refused.headers().get(HEADER).unwrap().to_str().unwrap()), (400, "address"));
        }
        assert!(upstream.seen().is_empty());
        // The provider reads percent signs as letters, so this is a call of a model, with tokens.
        upstream.say(Say::Json(200, chat_answer()));
        let written = "/gateway/openai/v1/chat/%63ompletions";
        let answered = ask(&services, written, &[("x-tracewright-key", PAIR)], &question()).await;
        assert_eq!(whole(answered).await, 200);
        assert_eq!(upstream.seen()[0].line, "POST /eu/v1/chat/%63ompletions HTTP/1.1");
        keep(&services).await;
        let tokens: Vec<_> = calls(&t).await.into_iter().map(|row| (row.4, row.5)).collect();
        assert_eq!(tokens, [(Some(12), Some(5))]);
    }

    async fn our_own_key_stays_here_wherever_it_stands(t: TestApp) {
        let (_, upstream) = (Program::first(&t).await, Upstream::start());
        let services = with_upstream(&t, &upstream);
        let (name, value) = bearer();
        let headers = [("x-tracewright-key", PAIR), (name, value.as_str()), ("api-key", PAIR), ("x-forwarded-for", "10.0.0.7")];
        upstream.say(Say::Json(200, chat_answer()));
        assert_eq!(ask(&services, CHAT, &headers, &question()).await.status(), 200);
        let seen = upstream.seen();
        assert_eq!(seen[0].header("authorization"), Some("Bearer sk-upstream"));
        assert!(seen[0].headers.iter().all(|(_, value)| !value.contains("sk-lf-first")), "{seen:?}");
        assert_eq!(seen[0].header("x-forwarded-for"), None, "who asks inside is nobody's business");
    }

    async fn a_name_with_other_letters_is_whose_call_it_is(t: TestApp) {
        let (program, upstream) = (Program::first(&t).await, Upstream::start());
        let services = with_upstream(&t, &upstream);
        upstream.say(Say::Json(200, chat_answer()));
        let headers = [("x-tracewright-key", PAIR), ("x-tracewright-tenant", "Süd")];
        assert_eq!(ask(&services, CHAT, &headers, &question()).await.status(), 200);
        keep(&services).await;
        let trace = calls(&t).await.remove(0).3;
        assert_eq!(observation(&t, &program, &trace).await["metadata"]["tenant"], json!("Süd"));
    }

    async fn whatever_a_provider_calls_its_model_is_stored_and_holds_nothing_up(t: TestApp) {
        let (_, upstream) = (Program::first(&t).await, Upstream::start());
        let services = with_upstream(&t, &upstream);
        let mut odd = chat_answer();
        odd["model"] = json!(format!("a\u{0}b{}", "c".repeat(5_000)));
        for answer in [odd, chat_answer()] {
            upstream.say(Say::Json(200, answer));
            let answered = ask(&services, CHAT, &[("x-tracewright-key", PAIR)], &question()).await;
            assert_eq!(whole(answered).await, 200);
        }
        keep(&services).await;
        let states: Vec<String> = calls(&t).await.into_iter().map(|row| row.1).collect();
        assert_eq!(states, ["answered", "answered"]);
    }
}
