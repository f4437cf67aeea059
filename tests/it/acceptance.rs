//! What is taken at the door, through the whole site: odd addresses and bodies, keys of browsers, signals that are not kept,
//! links of other servers.

use std::io::Write as _;

use actix_web::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::api::{Got, Program};
use crate::harness::http::{Client, site};
use crate::harness::{TestApp, on_both};
use crate::people::owner;
use crate::people::pages::cookie;

const BATCH: &str = "/api/public/ingestion";
const JSON: (&str, &str) = ("content-type", "application/json");

fn event(id: &str, kind: &str, body: Value) -> Value {
    json!({"id": id, "type": kind, "timestamp": "2026-11-21T09:00:00.000Z", "body": body})
}

async fn post(t: &TestApp, program: &Program, path: &str, body: &Value) -> Got {
    program.json(t, Method::POST, path, body.clone()).await
}

fn export(trace: &str) -> Value {
    json!({"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": trace, "spanId": "00f067aa0ba902b7", "name": "a",
        "startTimeUnixNano": "1795251600000000000", "endTimeUnixNano": "1795251601000000000"}]}]}]})
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

on_both! {
    async fn slashes_too_many_lead_to_the_same_place(t: TestApp) {
        let program = Program::first(&t).await;
        let span = export(&"a".repeat(32));
        for path in ["//api/public/otel/v1/traces", "/api/public/otel/v1/traces/", "//v1/traces", "/v1//traces/"] {
            assert_eq!(post(&t, &program, path, &span).await.status, 200, "{path}");
            let asked = program.send(&t, Method::OPTIONS, path, &[("origin", "https://a.example")], Vec::new()).await;
            assert_eq!((asked.status, asked.header("access-control-allow-origin")), (204, "*"), "{path}");
        }
        for path in ["//api/public/ingestion", "/api/public/ingestion/"] {
            assert_eq!(post(&t, &program, path, &json!({"batch": []})).await.status, 207, "{path}");
        }
        let score = json!({"traceId": "t", "name": "n", "value": 1});
        assert_eq!(post(&t, &program, "//api/public/scores/", &score).await.status, 200);
        for path in ["//api/public/traces/?limit=1", "/api//public/projects/", "/api/public/v2/scores/?limit=1"] {
            assert_eq!(program.get(&t, path).await.status, 200, "{path}");
        }
        assert_eq!(post(&t, &Program::nobody(), "//api/public/ingestion/", &json!({})).await.status, 401);
        let nobody = Program::nobody();
        for (path, location) in [
            ("/traces/?q=a//b", "/traces?q=a//b"),
            ("//traces//x/", "/traces/x"),
            ("///evil.example/", "/evil.example"),
        ] {
            let got = nobody.get(&t, path).await;
            assert_eq!((got.status, got.header("location")), (308, location), "{path}");
        }
        let got = nobody.send(&t, Method::POST, "/sign-in/", &[], Vec::new()).await;
        assert_eq!(got.status, 404, "a form is not sent on");
    }

    async fn bodies_come_in_every_coding_and_under_any_type(t: TestApp) {
        let program = Program::first(&t).await;
        let path = "/api/public/otel/v1/traces";
        for (number, (coding, kind)) in [
            ("deflate", "application/json; charset=utf-8"), ("zstd", "application/json"), ("GZIP", ""),
            ("identity", "application/x-www-form-urlencoded"), ("", "APPLICATION/JSON"),
        ].into_iter().enumerate() {
            let plain = export(&format!("{:032x}", number + 1)).to_string().into_bytes();
            let body = match coding {
                "deflate" => zlib(&plain),
                "zstd" => zstd::stream::encode_all(plain.as_slice(), 3).unwrap(),
                "GZIP" => {
                    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                    encoder.write_all(&plain).unwrap();
                    encoder.finish().unwrap()
                }
                _ => plain,
            };
            let headers: Vec<(&str, &str)> = [("content-encoding", coding), ("content-type", kind)]
                .into_iter().filter(|(_, value)| !value.is_empty()).collect();
            let got = program.send(&t, Method::POST, path, &headers, body).await;
            assert_eq!(got.status, 200, "{coding} {kind}: {:?}", got.json());
        }
        assert_eq!(program.get(&t, "/api/public/traces").await.json()["meta"]["totalItems"], 5);
    }

    async fn a_public_key_gives_scores_and_nothing_else(t: TestApp) {
        let (program, browser) = (Program::first(&t).await, Program::scores_only());
        let score = |id: &str, value: Value| json!({"id": id, "traceId": "t", "name": "thumb", "value": value});
        let batch = json!({"batch": [
            event("e1", "score-create", score("b-1", json!(1))),
            event("e2", "trace-create", json!({"id": "t", "input": "sk-lf-none"})),
            event("e3", "span-create", json!({"id": "o", "traceId": "t"})),
            event("e4", "score-create", json!({"id": "b-2", "traceId": "t", "name": "n", "value": 1, "source": "ANNOTATION"})),
        ]});
        let got = post(&t, &browser, BATCH, &batch).await;
        let statuses: Vec<_> = got.json()["errors"].as_array().unwrap().iter().map(|e| (e["id"].clone(), e["status"].clone())).collect();
        assert_eq!((got.status, got.json()["successes"].clone()), (207, json!([{"id": "e1", "status": 201}])));
        assert_eq!(statuses, [(json!("e2"), json!(403)), (json!("e3"), json!(403)), (json!("e4"), json!(403))]);
        assert_eq!(program.get(&t, "/api/public/traces/t").await.status, 404);
        assert_eq!(program.get(&t, "/api/public/v2/scores/b-1").await.json()["value"], 1);
        assert_eq!(program.get(&t, "/api/public/v2/scores/b-2").await.status, 404);
        assert_eq!(post(&t, &browser, "/api/public/scores", &score("b-1", json!(2))).await.status, 200, "its own again");
        assert_eq!(post(&t, &browser, "/api/public/otel/v1/traces", &export(&"a".repeat(32))).await.status, 403);
        assert_eq!(post(&t, &browser, "/api/public/otel/v1/metrics", &json!({})).await.status, 403);
    }

    async fn a_public_key_changes_no_score_that_was_given_with_a_secret(t: TestApp) {
        let (program, browser) = (Program::first(&t).await, Program::scores_only());
        let score = |id: &str, value: u32, at: &str| json!({"id": id, "traceId": "t", "name": "n", "value": value, "timestamp": at});
        let (now, far) = ("2026-11-21T09:00:00Z", "2099-01-01T00:00:00Z");
        let shown = async |id: &str| program.get(&t, &format!("/api/public/v2/scores/{id}")).await.json()["value"].clone();
        assert_eq!(post(&t, &program, "/api/public/scores", &score("ours", 1, now)).await.status, 200);
        assert_eq!(post(&t, &browser, "/api/public/scores", &score("ours", 9, far)).await.status, 403);
        let list = json!([score("ours", 9, far), score("theirs", 5, far)]);
        let got = post(&t, &browser, "/api/public/scores", &list).await;
        assert_eq!((got.status, &got.json()["accepted"], &got.json()["rejected"]), (207, &json!(1), &json!(1)));
        let batch = json!({"batch": [event("e", "score-create", score("ours", 9, far))]});
        assert_eq!(post(&t, &browser, BATCH, &batch).await.json()["errors"][0]["status"], 403);
        assert_eq!((shown("ours").await, shown("theirs").await), (json!(1), json!(5)));
        // What a stranger dated far ahead gives way to what is given with the secret, and stays away.
        assert_eq!(post(&t, &program, "/api/public/scores", &score("theirs", 2, now)).await.status, 200);
        assert_eq!(post(&t, &browser, "/api/public/scores", &score("theirs", 9, far)).await.status, 403);
        assert_eq!(shown("theirs").await, json!(2));
    }

    async fn a_public_key_sends_little_at_once_and_opens_no_exception(t: TestApp) {
        let (program, browser) = (Program::first(&t).await, Program::scores_only());
        let one = |n: usize| event(&format!("e{n}"), "score-create", json!({"id": format!("s{n}"), "traceId": "t", "name": "n", "value": 1}));
        let many = json!({"batch": (0..1_001).map(one).collect::<Vec<_>>()});
        assert_eq!(post(&t, &browser, BATCH, &many).await.status, 413);
        assert_eq!(post(&t, &program, BATCH, &many).await.status, 207);
        let big = zlib(json!({"batch": [], "x": "x".repeat(2 << 20)}).to_string().as_bytes());
        let got = browser.send(&t, Method::POST, BATCH, &[JSON, ("content-encoding", "deflate")], big).await;
        assert_eq!(got.status, 413);
        let secret = format!("sk-{}", "a1B2c3D4e5".repeat(4));
        let telling = json!({"id": "telling", "traceId": "t", "name": "n", "value": 1, "comment": secret});
        assert_eq!(post(&t, &browser, "/api/public/scores", &telling).await.status, 200);
        let kept = program.get(&t, "/api/public/v2/scores/telling").await.json()["comment"].clone();
        assert!(kept.as_str().unwrap().starts_with("[masked:openai-key"), "{kept}");
        let project = program.project;
        let found = t.app.db.read(move |conn| {
            tracewright::traces::reads::findings::findings_of(conn, project, "t")
        }).await.unwrap();
        assert!(found.is_empty(), "{found:?}");
    }

    async fn metrics_and_logs_are_counted_and_said_not_to_be_kept(t: TestApp) {
        let program = Program::first(&t).await;
        let metrics = json!({"resourceMetrics": [{"scopeMetrics": [{"metrics": [{"gauge": {"dataPoints": [{}, {}]}}]}]}]});
        let logs = json!({"resourceLogs": [{"scopeLogs": [{"logRecords": [{}]}]}]});
        for path in ["/api/public/otel/v1/metrics", "/v1/metrics"] {
            let got = post(&t, &program, path, &metrics).await;
            let partial = &got.json()["partialSuccess"];
            assert_eq!((got.status, &partial["rejectedDataPoints"]), (200, &json!("2")), "{path}");
            assert!(partial["errorMessage"].as_str().unwrap().contains("not kept"));
            assert_eq!(post(&t, &Program::nobody(), path, &metrics).await.status, 401, "{path}");
            assert_eq!(post(&t, &program, path, &json!([])).await.status, 400, "{path}");
        }
        for path in ["/api/public/otel/v1/logs", "/v1/logs"] {
            let got = post(&t, &program, path, &logs).await;
            assert_eq!((got.status, &got.json()["partialSuccess"]["rejectedLogRecords"]), (200, &json!("1")), "{path}");
        }
        let empty = program.send(&t, Method::POST, "/v1/metrics", &[("content-type", "application/x-protobuf")], Vec::new()).await;
        assert_eq!((empty.status, empty.bytes.len(), empty.header("content-type")), (200, 0, "application/x-protobuf"));
        let big = zlib(&vec![b' '; 40 << 20]);
        let got = program.send(&t, Method::POST, "/v1/logs", &[JSON, ("content-encoding", "deflate")], big).await;
        assert_eq!(got.status, 413);
        let ids = json!({"traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174"});
        let spans = json!({"resourceSpans": [{"scopeSpans": [{"spans": [ids, {"name": "no ids"}]}]}]});
        assert_eq!(post(&t, &program, "/v1/traces", &spans).await.status, 200);
        let counters = program.get(&t, "/metrics").await;
        let text = String::from_utf8(counters.bytes).unwrap();
        assert!(text.contains("tracewright_otlp_not_kept_total{signal=\"metrics\"} 4\n"), "{text}");
        assert!(text.contains("tracewright_otlp_not_kept_total{signal=\"logs\"} 2\n"), "{text}");
        assert!(text.contains("tracewright_arrivals_total{kind=\"span\"} 1\n"), "{text}");
        assert!(text.contains("tracewright_refused_total{kind=\"span\"} 1\n"), "{text}");
        assert_eq!(Program::nobody().get(&t, "/metrics").await.status, 403);
        let other = Program::second(&t).await.get(&t, "/metrics").await;
        assert!(String::from_utf8(other.bytes).unwrap().contains("{signal=\"logs\"} 0\n"));
    }

    async fn links_of_clients_lead_to_the_pages_here(t: TestApp) {
        owner(&t).await;
        let s = site(&t).await;
        let browser = Client::browser(Some(&cookie(&t, "owner@example.com").await));
        let known = json!({"batch": [{"id": "e", "type": "trace-create", "timestamp": "2026-11-21T09:00:00Z", "body": {"id": "a/b"}}]});
        assert_eq!(Program::first(&t).await.json(&t, Method::POST, "/api/public/ingestion", known).await.status, 207);
        for (path, location) in [
            ("/project/plant-7", "/"),
            ("/project/plant-7/traces", "/traces"),
            ("/project/plant-7/traces/abc", "/traces/abc"),
            ("/project/plant-7/traces/abc?timestamp=2026-01-01&observation=o%2F1", "/traces/abc?observation=o%2F1"),
            ("/project/plant-7/traces?peek=a%20b%3Fc&observation=o", "/traces/a%20b%3Fc?observation=o"),
            ("/project/plant-7/traces/a%2Fb%3Fc", "/traces/a%2Fb%3Fc"),
            ("/project/plant-7/traces?peek=%2F%2Fevil.example", "/traces/%2F%2Fevil.example"),
            ("/project/plant-7/sessions", "/sessions"),
            ("/project/plant-7/sessions/s%201", "/sessions/s%201"),
            ("/project/plant-7/observations", "/traces"),
            ("/trace/a%2Fb", "/traces/a%2Fb"),
        ] {
            let got = browser.get(&s, path).await;
            assert_eq!((got.status, got.location()), (StatusCode::SEE_OTHER, location), "{path}");
        }
        for path in [
            "/project/plant-8/traces/abc", "/project/none", "/project/plant-7/datasets/x", "/project/plant-7/observations/none",
            "/project/plant-7/traces/a/b", "/trace/none",
        ] {
            assert_eq!(browser.get(&s, path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        for path in ["/project/plant-7/traces/abc?observation=o", "/project/none/traces"] {
            let got = Client::browser(None).get(&s, path).await;
            let next = serde_urlencoded::to_string([("next", path)]).unwrap();
            assert_eq!((got.status, got.location()), (StatusCode::SEE_OTHER, format!("/sign-in?{next}").as_str()), "{path}");
        }
    }

    async fn values_keep_their_type_and_text(t: TestApp) {
        let program = Program::first(&t).await;
        let metadata = r#"{"ticket":"1983516295378495150","zip":"90210","word":"null","flag":"true","list":"[1]","n":90210,"yes":true,"none":null,"long":123456789012345678901234567890,"decimal":1.10,"huge":1e400,"deep":{"l":[1.10,"1.10",18446744073709551616]}}"#;
        let of = |kind: &str, body: &str| format!(r#"{{"id":"{kind}","type":"{kind}","timestamp":"2026-11-21T09:00:00Z","body":{{{body},"metadata":{metadata}}}}}"#);
        let batch = format!(r#"{{"batch":[{},{}]}}"#, of("trace-create", r#""id":"t","tags":[1.50,"a"]"#), of("span-create", r#""id":"o","traceId":"t""#));
        let got = program.send(&t, Method::POST, BATCH, &[JSON], batch.into_bytes()).await;
        assert_eq!(got.json()["errors"], json!([]));
        // A second arrival makes the fold of both.
        let more = json!({"batch": [event("m", "trace-create", json!({"id": "t", "metadata": {"more": "1"}})), event("n", "span-update", json!({"id": "o", "traceId": "t", "metadata": {"more": "1"}}))]});
        assert_eq!(post(&t, &program, BATCH, &more).await.json()["errors"], json!([]));
        for path in ["/api/public/traces/t", "/api/public/traces", "/api/public/observations", "/api/public/observations/o", "/api/public/v2/observations?fields=core,metadata"] {
            let text = String::from_utf8(program.get(&t, path).await.bytes).unwrap();
            for part in [
                r#""ticket":"1983516295378495150""#, r#""zip":"90210""#, r#""word":"null""#, r#""flag":"true""#, r#""list":"[1]""#,
                r#""n":90210"#, r#""yes":true"#, r#""none":null"#, r#""long":123456789012345678901234567890"#, r#""decimal":1.10"#,
                r#""huge":1e400"#, r#"[1.10,"1.10",18446744073709551616]"#, r#""more":"1""#,
            ] {
                assert!(text.contains(part), "{path}: {part} in {text}");
            }
        }
        // A program that reads numbers as doubles cannot read this one, so its text is looked at.
        let text = String::from_utf8(program.get(&t, "/api/public/traces/t").await.bytes).unwrap();
        assert!(text.contains(r#""tags":["1.50","a"]"#), "{text}");
    }

    async fn a_trace_that_was_sent_without_an_output_has_none(t: TestApp) {
        let program = Program::first(&t).await;
        let call = |trace: &str| event(&format!("c{trace}"), "generation-create", json!({"id": format!("o{trace}"), "traceId": trace, "input": "q", "output": "a"}));
        let batch = json!({"batch": [
            event("e1", "trace-create", json!({"id": "sent", "input": {"q": 1}})), call("sent"), call("unsent"),
        ]});
        assert_eq!(post(&t, &program, BATCH, &batch).await.json()["errors"], json!([]));
        let shown = async |id: &str| program.get(&t, &format!("/api/public/traces/{id}")).await.json();
        let sent = shown("sent").await;
        assert_eq!((&sent["input"], &sent["output"], &sent["observations"][0]["output"]), (&json!({"q": 1}), &json!(null), &json!("a")));
        assert_eq!(shown("unsent").await["output"], json!("a"), "nobody said that it has none");
    }

    async fn an_end_before_the_start_moves_no_trace(t: TestApp) {
        let program = Program::first(&t).await;
        for (id, end) in [("skew", "2026-11-21T08:00:00Z"), ("zero", "1970-01-01T00:00:00Z"), ("never", "0001-01-01T00:00:00Z")] {
            let batch = json!({"batch": [
                event(&format!("t{id}"), "trace-create", json!({"id": id})),
                event(&format!("s{id}"), "span-create", json!({"id": format!("o{id}"), "traceId": id, "startTime": "2026-11-21T09:00:00Z", "endTime": end})),
            ]});
            assert_eq!(post(&t, &program, BATCH, &batch).await.json()["errors"], json!([]), "{id}");
            let shown = program.get(&t, &format!("/api/public/traces/{id}")).await.json();
            assert_eq!((&shown["timestamp"], &shown["latency"]), (&json!("2026-11-21T09:00:00.000Z"), &json!(0.0)), "{id}");
        }
        let mut spans = export(&"c".repeat(32));
        spans["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["endTimeUnixNano"] = json!("1795251500000000000");
        assert_eq!(post(&t, &program, "/v1/traces", &spans).await.status, 200);
        let shown = program.get(&t, &format!("/api/public/traces/{}", "c".repeat(32))).await.json();
        assert_eq!((&shown["timestamp"], &shown["latency"]), (&json!("2026-11-21T09:00:00.000Z"), &json!(0.0)));
    }
}
