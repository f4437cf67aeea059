//! Whatever is refused is refused in one shape, with the status that fits, and never by our own fault.

use actix_web::http::Method;
use serde_json::json;
use tracewright::foundation::Role;
use tracewright::foundation::permission::Scope;
use tracewright::people::AccountId;
use tracewright::people::model::Scopes;

use super::caller::{Caller, Got, key, person, program};
use super::documented::is_told;
use crate::guards::stage::{agent, owner};
use crate::harness::on_both;

/// A refusal in the one shape.
fn check(got: &Got, status: u16, what: &str) {
    assert_eq!(got.status, status, "{what}: {}", got.text());
    assert_eq!(got.header("content-type"), "application/problem+json", "{what}");
    let body = got.json();
    assert_eq!(body["status"].as_u64(), Some(u64::from(status)), "{what}");
    for name in ["type", "title", "detail", "request_id"] {
        assert!(body[name].as_str().is_some_and(|text| !text.is_empty()), "{what}: {name} in {body}");
    }
    assert!(body["errors"].is_array(), "{what}");
    assert!(!body["detail"].as_str().unwrap().contains("database"), "{what}: {body}");
}

on_both! {
    async fn who_is_known_and_who_may(t: TestApp) {
        let boss = owner(&t).await;
        let nobody = Caller::nobody().get(&t, "/api/v1/me").await;
        check(&nobody, 401, "nobody");
        assert!(nobody.header("www-authenticate").starts_with("Bearer"));
        check(&Caller::with_key("pk-lf-none", "sk-lf-none-at-all").get(&t, "/api/v1/me").await, 401, "an unknown key");
        check(&Caller::signed_in("none").get(&t, "/api/v1/me").await, 401, "an unknown session");
        let alone = key(&t, &boss, Scopes::all(), None).await.get(&t, "/api/v1/orders").await;
        check(&alone, 403, "a key without an agent");
        assert!(alone.text().contains("/people/keys"), "{}", alone.text());
        let bot = agent(&t, &boss, "mute").await;
        let narrow = key(&t, &boss, Scopes(vec![Scope::Ingest]), Some(AccountId(bot.id().to_owned()))).await;
        check(&narrow.get(&t, "/api/v1/orders").await, 403, "a key that may not read");

        let (_, relay) = program(&t, &boss, "relay").await;
        let me = relay.get(&t, "/api/v1/me").await.json();
        assert_eq!((me["account"]["kind"].as_str(), me["roles"][0].as_str(), me["project"].as_str()), (Some("agent"), Some("agent"), Some("Plant 7")));
        let may = |action: &str| me["may"].as_array().unwrap().iter().any(|it| it["action"] == action);
        assert!(may("tick") && may("create_draft") && !may("judge") && !may("approve") && !may("close"), "{me}");
        let order = json!({ "plan": { "title": "New", "document": [] } });
        for (name, role, status) in [
            ("vera", Role::Viewer, 403), ("rita", Role::Requester, 201), ("dana", Role::Technician, 201),
            ("sam", Role::Supervisor, 201), ("ada", Role::Auditor, 403), ("adam", Role::Admin, 201),
        ] {
            let (_, caller) = person(&t, &boss, name, role).await;
            let got = caller.post(&t, "/api/v1/orders", order.clone()).await;
            assert_eq!(got.status, status, "{name}: {}", got.text());
            let me = caller.get(&t, "/api/v1/me").await.json();
            assert_eq!(me["roles"][0].as_str(), Some(role.as_str()));
        }
        // A session acts from our own pages only.
        let (_, sam) = person(&t, &boss, "sue", Role::Supervisor).await;
        let elsewhere = sam.with("sec-fetch-site", "cross-site").post(&t, "/api/v1/orders", order).await;
        check(&elsewhere, 403, "another site");
    }

    async fn odd_bodies_are_refused_and_never_our_fault(t: TestApp) {
        let boss = owner(&t).await;
        let (_, relay) = program(&t, &boss, "relay").await;
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let nested = format!("{}1{}", "{\"plan\":".repeat(90), "}".repeat(90));
        let huge = format!("{{\"markdown\":\"{}\"}}", "x".repeat(4 << 20));
        for (body, status, what) in [
            ("", 400, "nothing"),
            ("{", 400, "half of it"),
            ("{\"plan\": {}} x", 400, "more than it"),
            ("{'plan': 1}", 400, "other quotes"),
            ("{\"title\": \"\\ud800\"}", 400, "half a character"),
            ("{\"plan\": 1e999}", 400, "a huge number"),
            (deep.as_str(), 400, "deep nesting"),
            (nested.as_str(), 422, "nesting that can be read"),
            (huge.as_str(), 413, "too much"),
            ("null", 422, "nothing in JSON"),
            ("[]", 422, "a list"),
            ("{}", 422, "neither of both"),
            ("{\"plan\": {\"title\": \"a\\u0000b\", \"document\": []}}", 422, "a NUL"),
            ("{\"plan\": {\"title\": \"t\", \"document\": [], \"titel\": 1}}", 422, "a typo"),
            ("{\"plan\": {\"title\": \"t\", \"document\": [{\"kind\": \"stepp\", \"text\": \"s\"}]}}", 422, "an unknown word"),
            ("{\"plan\": {\"title\": \"t\", \"document\": [{\"kind\": \"step\", \"text\": \"s\", \"level\": 18446744073709551616}]}}", 422, "a level beyond all"),
            ("{\"plan\": {\"title\": \"t\", \"document\": [{\"kind\": \"item\", \"text\": \"s\", \"demands\": {\"only_if\": {\"item\": \"x\", \"answer\": \"yes\"}}}]}}", 422, "a condition of nothing"),
            ("{\"markdown\": \"\"}", 422, "an empty text"),
        ] {
            let got = relay.send(&t, Method::POST, "/api/v1/orders", "application/json", body.as_bytes().to_vec()).await;
            check(&got, status, what);
            assert!(is_told("POST", "/api/v1/orders", status), "{what}");
        }
        let typo = relay.post(&t, "/api/v1/orders", json!({ "plan": { "title": "t", "document": [{ "kind": "step", "text": "s", "colour": 1 }] } })).await;
        assert_eq!(typo.json()["errors"][0]["field"], "plan.document[0].colour");
        let bytes = relay.send(&t, Method::POST, "/api/v1/orders", "application/json", b"{\"markdown\": \"\xff\"}".to_vec()).await;
        check(&bytes, 400, "no UTF-8");
        let bytes = relay.send(&t, Method::POST, "/api/v1/orders", "text/markdown", b"# a\xff\n- [ ] x".to_vec()).await;
        check(&bytes, 422, "a text that is no UTF-8");
        let kinds = ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonx", "text/html"];
        let letters = ["application/json; charset=utf-16", "text/markdown;charset=\"iso-8859-1\"", "application/json; x=y; CHARSET=latin1"];
        for kind in kinds.into_iter().chain(letters) {
            let got = relay.send(&t, Method::POST, "/api/v1/orders", kind, b"{}".to_vec()).await;
            check(&got, 415, kind);
        }
        for kind in ["application/json; charset=utf-8", "application/json;charset=\"UTF-8\""] {
            let body = json!({ "plan": { "title": "New", "document": [] } }).to_string().into_bytes();
            let got = relay.send(&t, Method::POST, "/api/v1/orders", kind, body).await;
            assert_eq!(got.status, 201, "{kind}: {}", got.text());
        }
    }

    async fn odd_addresses_are_refused_and_never_our_fault(t: TestApp) {
        let boss = owner(&t).await;
        let (_, relay) = program(&t, &boss, "relay").await;
        for (path, status) in [
            ("/api/v1", 404),
            ("/api/v1/nothing", 404),
            ("/api/v1/orders/WO-2026-999", 404),
            ("/api/v1/orders/%00", 404),
            ("/api/v1/orders/%FF", 404),
            ("/api/v1/orders/%E2%80%AE", 404),
            ("/api/v1/orders/..%2F..", 404),
            ("/api/v1/orders?limit=0", 422),
            ("/api/v1/orders?limit=101", 422),
            ("/api/v1/orders?limit=x", 422),
            ("/api/v1/orders?limit=", 422),
            ("/api/v1/orders?after=x", 422),
            ("/api/v1/orders?after=0.MAowAABhYg", 422),
            ("/api/v1/orders?status=lost", 422),
            ("/api/v1/orders?due=9999999-01-01", 422),
            ("/api/v1/orders?colour=red", 422),
            ("/api/v1/orders?q=%00", 422),
            ("/api/v1/orders?q=a&q=b", 422),
            ("/api/v1/me?x=1", 422),
            ("/api/v1/assets?after=bm9uZQ", 422),
            ("/api/v1/atoms?status=true", 422),
        ] {
            check(&relay.get(&t, path).await, status, path);
        }
        for (method, path, allow) in [
            (Method::PUT, "/api/v1/orders", "GET, HEAD, POST"),
            (Method::DELETE, "/api/v1/orders/WO-2026-001", "GET, HEAD"),
            (Method::POST, "/api/v1/me", "GET, HEAD"),
            (Method::GET, "/api/v1/orders/WO-2026-001/ticks", "POST"),
            (Method::TRACE, "/api/v1/me", "GET, HEAD"),
            (Method::OPTIONS, "/api/v1/orders/WO-2026-001/plan", "GET, HEAD, PATCH, PUT"),
        ] {
            let got = relay.send(&t, method.clone(), path, "", Vec::new()).await;
            check(&got, 405, path);
            assert_eq!(got.header("allow"), allow, "{method} {path}");
        }
        let head = relay.send(&t, Method::HEAD, "/api/v1/me", "", Vec::new()).await;
        assert_eq!(head.status, 200);
    }
}
