//! Both eras at one address, who is let in, and what nobody should send.

use actix_web::http::Method;
use serde_json::{Value, json};
use tracewright::people::model::{Scope, Scopes};

use crate::harness::api::{Got, Program};
use crate::harness::{TestApp, on_both};

use super::{Speaks, ask, bench, client_of, result};

async fn post(t: &TestApp, client: &Program, headers: &[(&str, &str)], body: &str) -> Got {
    client.send(t, Method::POST, "/mcp", headers, body.as_bytes().to_vec()).await
}

const JSON: (&str, &str) = ("content-type", "application/json");

fn code(got: &Got) -> Value {
    got.json()["error"]["code"].clone()
}

on_both! {
    async fn the_first_era_shakes_hands_and_every_refusal_is_an_answer(t: TestApp) {
        let bench = bench(&t).await;
        let client = &bench.client;
        let hello = |version: &str| json!({ "protocolVersion": version, "capabilities": {}, "clientInfo": { "name": "t", "version": "1" } });
        for (asked, agreed) in [("2025-11-25", "2025-11-25"), ("2025-06-18", "2025-06-18"), ("2024-11-05", "2025-11-25")] {
            let message = json!({ "jsonrpc": "2.0", "id": "a", "method": "initialize", "params": hello(asked) });
            let got = post(&t, client, &[JSON], &message.to_string()).await;
            let said = got.json();
            assert_eq!((got.status, &said["id"], &said["result"]["protocolVersion"]), (200, &json!("a"), &json!(agreed)), "{said}");
            assert!(got.headers.get("mcp-session-id").is_none(), "no session is kept");
            assert_eq!(said["result"]["capabilities"]["extensions"]["io.modelcontextprotocol/skills"], json!({}));
            assert!(said["result"]["instructions"].as_str().unwrap().contains("list_ready"));
        }
        let notice = post(&t, client, &[JSON], "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}").await;
        assert_eq!((notice.status, notice.bytes.len()), (202, 0));
        assert_eq!(result(&t, client, Speaks::First, "ping", json!({})).await, json!({}));
        let tools = result(&t, client, Speaks::First, "tools/list", json!({})).await;
        assert!(tools["tools"].as_array().unwrap().len() > 20 && tools.get("resultType").is_none());
        for method in ["server/discover", "subscriptions/listen", "prompts/list", "tools/none"] {
            let got = ask(&t, client, Speaks::First, method, json!({})).await;
            assert_eq!((got.status, code(&got)), (200, json!(-32_601)), "{method}");
        }
        let approve = ask(&t, client, Speaks::First, "tools/call", json!({ "name": "approve", "arguments": {} })).await;
        assert_eq!((approve.status, code(&approve)), (200, json!(-32_602)));
        for method in [Method::GET, Method::DELETE] {
            let got = client.send(&t, method, "/mcp", &[("accept", "text/event-stream")], Vec::new()).await;
            assert_eq!((got.status, got.header("allow")), (405, "POST"));
        }
    }

    async fn the_second_era_stands_alone_and_says_its_refusals_by_status_too(t: TestApp) {
        let bench = bench(&t).await;
        let client = &bench.client;
        let found = result(&t, client, Speaks::Second, "server/discover", json!({})).await;
        assert_eq!((&found["resultType"], &found["cacheScope"]), (&json!("complete"), &json!("private")));
        assert_eq!(found["supportedVersions"], json!(["2026-07-28", "2025-11-25", "2025-06-18"]));
        assert_eq!(found["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], json!("tracewright"));
        for method in ["tools/list", "resources/list", "resources/templates/list", "skills/list"] {
            let list = result(&t, client, Speaks::Second, method, json!({})).await;
            assert!(list["ttlMs"].as_i64().is_some() && list["resultType"] == json!("complete"), "{method}: {list}");
        }
        for method in ["initialize", "ping", "subscriptions/listen", "logging/setLevel"] {
            let got = ask(&t, client, Speaks::Second, method, json!({})).await;
            assert_eq!((got.status, code(&got)), (404, json!(-32_601)), "{method}");
        }
        let approve = ask(&t, client, Speaks::Second, "tools/call", json!({ "name": "approve", "arguments": {} })).await;
        assert_eq!((approve.status, code(&approve)), (400, json!(-32_602)));
        let envelope = json!({ "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {} });
        let list = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": { "_meta": envelope } }).to_string();
        let bare = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }).to_string();
        let version = ("mcp-protocol-version", "2026-07-28");
        for (headers, body, expected) in [
            (vec![JSON, version, ("mcp-method", "tools/list")], &bare, -32_602),
            (vec![JSON, version, ("mcp-method", "tools/call")], &list, -32_020),
            (vec![JSON, version], &list, -32_020),
            (vec![JSON, ("mcp-method", "tools/list")], &list, -32_020),
            (vec![JSON, ("mcp-protocol-version", "2031-01-01")], &bare, -32_022),
            (vec![JSON, ("mcp-protocol-version", "2025-03-26")], &bare, -32_022),
        ] {
            let got = post(&t, client, &headers, body).await;
            assert_eq!((got.status, code(&got)), (400, json!(expected)), "{headers:?}");
        }
    }

    async fn only_the_key_of_an_agent_that_may_read_gets_in(t: TestApp) {
        let bench = bench(&t).await;
        let list = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }).to_string();
        let nobody = post(&t, &Program::nobody(), &[JSON], &list).await;
        assert_eq!(nobody.status, 401);
        assert!(nobody.header("www-authenticate").starts_with("Basic realm="));
        assert_eq!(nobody.json()["jsonrpc"], json!("2.0"));
        let wrong = Program::with_key(bench.owner.project, "pk-lf-none", "sk-lf-none");
        assert_eq!(post(&t, &wrong, &[JSON], &list).await.status, 401);
        let of_project = client_of(&t, &bench.owner, None, Scopes::all()).await;
        let got = post(&t, &of_project, &[JSON], &list).await;
        assert!(got.status == 403 && got.json()["error"]["message"].as_str().unwrap().contains("acts as an agent"));
        let blind = client_of(&t, &bench.owner, Some(&bench.agent), Scopes(vec![Scope::Scores])).await;
        let got = post(&t, &blind, &[JSON], &list).await;
        assert!(got.status == 403 && got.json()["error"]["message"].as_str().unwrap().contains("may not read"));
        for (header, status) in [
            (("origin", "https://evil.example"), 403),
            (("sec-fetch-site", "cross-site"), 403),
            (("accept", "text/html"), 406),
            (("origin", "http://trace.example.com"), 200),
        ] {
            assert_eq!(post(&t, &bench.client, &[JSON, header], &list).await.status, status, "{header:?}");
        }
        assert_eq!(post(&t, &bench.client, &[("content-type", "text/plain")], &list).await.status, 415);
        assert_eq!(post(&t, &bench.client, &[JSON], &list).await.status, 200);
    }

    async fn what_nobody_should_send_is_refused_and_bounded(t: TestApp) {
        let bench = bench(&t).await;
        let one = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
        let bomb = format!("[{}]", vec![one; 20_000].join(","));
        let deep = format!("{}{}", "{\"a\":".repeat(20_000), "1");
        for (body, status, expected) in [
            ("", 400, -32_700),
            ("nonsense", 400, -32_700),
            ("\u{0}", 400, -32_700),
            (deep.as_str(), 400, -32_700),
            (bomb.as_str(), 400, -32_600),
            ("{}", 400, -32_600),
            ("{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}", 400, -32_600),
        ] {
            let got = post(&t, &bench.client, &[JSON], body).await;
            assert_eq!((got.status, code(&got), got.json()["id"].clone()), (status, json!(expected), Value::Null), "{body:.60}");
        }
        let large = format!("{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{}\"}}", "x".repeat(3 << 20));
        assert_eq!(post(&t, &bench.client, &[JSON], &large).await.status, 413);
        let invalid = [
            json!({}), json!({ "name": 7 }), json!({ "name": "" }), json!({ "name": "tick", "arguments": [] }),
            json!({ "name": "tick", "arguments": "x" }), json!({ "name": "x".repeat(100_000) }),
            json!({ "name": "tick", "arguments": {}, "requestState": "x.y" }),
            json!({ "name": "tick", "arguments": {}, "requestState": {} }),
            json!({ "name": "ask_person", "arguments": {}, "inputResponses": { "answer": {} } }),
        ];
        for params in invalid {
            let got = ask(&t, &bench.client, Speaks::Second, "tools/call", params.clone()).await;
            // A name that the header cannot repeat is a mismatch, which is a refusal as well.
            assert_eq!(got.status, 400, "{:.80}", params.to_string());
        }
        for uri in ["", "order://", "order://\u{0}", "order://WO-1/x", "skill://x", "proof://", "proof://WO-1", "checkpoint://none", "file:///etc/passwd", "x"] {
            for speaks in [Speaks::First, Speaks::Second] {
                let got = ask(&t, &bench.client, speaks, "resources/read", json!({ "uri": uri })).await;
                assert!(got.status < 500 && got.json().get("error").is_some(), "{uri}: {}", got.status);
            }
        }
        let cursors = [json!("x"), json!(7), json!("a\u{0}b"), json!("99999999999999999999")];
        for (method, cursor) in ["resources/list", "skills/list", "tools/list"].into_iter().flat_map(|it| cursors.iter().map(move |c| (it, c))) {
            let got = ask(&t, &bench.client, Speaks::First, method, json!({ "cursor": cursor })).await;
            assert_eq!(code(&got), json!(-32_602), "{method} {cursor}");
        }
    }
}
