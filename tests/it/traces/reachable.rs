//! Nothing kept is unreachable: whatever a client sends beside its bodies is read on the page, in the raw view, in the file,
//! by search, by a filter of name and value, and in both versions of the API.

use std::fs;
use std::path::Path;

use actix_web::http::{Method, StatusCode};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use scraper::{Html, Selector};
use serde_json::{Map, Value, json};
use tracewright::app;
use tracewright::foundation::Asker;
use tracewright::intake::ingest::{RequestBody, ingest_batch};
use tracewright::search;
use tracewright::traces::actions::erase::erase_traces;
use tracewright::traces::receipts;

use super::page::{ok, reader, span};
use super::{batch, event, otlp_json};
use crate::harness::http::{Client, Site};
use crate::harness::{TestApp, on_both};

/// Each dialect: its library, what it sends of its own, and which of it becomes a body.
fn dialects() -> Vec<(&'static str, Value, Vec<&'static str>)> {
    vec![
        ("some.library", json!({}), vec![]),
        (
            "langfuse-sdk",
            json!({"langfuse.observation.type": "generation", "langfuse.observation.input": "in", "langfuse.observation.output": "out"}),
            vec!["langfuse.observation.input", "langfuse.observation.output"],
        ),
        (
            "opentelemetry.instrumentation.openai_v2",
            json!({"gen_ai.operation.name": "chat", "gen_ai.request.model": "m-1", "gen_ai.input.messages": "[]"}),
            vec!["gen_ai.input.messages"],
        ),
        (
            "openinference.instrumentation.openai",
            json!({"openinference.span.kind": "LLM", "llm.input_messages.0.message.role": "user",
                "llm.input_messages.0.message.content": "hi", "llm.model_name": "m-1"}),
            vec!["llm.input_messages.0.message.role"],
        ),
        (
            "opentelemetry.instrumentation.langchain",
            json!({"traceloop.span.kind": "task", "traceloop.entity.input": "{}", "gen_ai.completion.0.content": "out"}),
            vec!["traceloop.entity.input", "gen_ai.completion.0.content"],
        ),
        (
            "ai",
            json!({"ai.operationId": "ai.generateText", "ai.model.id": "m-1", "ai.prompt": "{}"}),
            vec!["ai.prompt"],
        ),
    ]
}

/// A value as JSON reads it, its OTLP form, and what stands in a filter for it.
#[derive(Clone, Debug)]
struct Sent {
    json: Value,
    otlp: Value,
}

impl Sent {
    fn text(&self) -> String {
        self.json.as_str().map_or_else(|| self.json.to_string(), str::to_owned)
    }
}

fn any_sent() -> impl Strategy<Value = Sent> {
    let same = |json: Value, name: &str, of: Value| Sent { json, otlp: json_object(name, of) };
    let leaf = prop_oneof![
        "[ -~é泵ß😀]{0,30}".prop_map(move |text| {
            let text = text.trim().to_owned();
            same(json!(text), "stringValue", json!(text))
        }),
        any::<i64>().prop_map(move |n| same(json!(n), "intValue", json!(n.to_string()))),
        any::<i32>().prop_map(move |n| same(
            json!(f64::from(n) / 8.0),
            "doubleValue",
            json!(f64::from(n) / 8.0)
        )),
        any::<bool>().prop_map(move |flag| same(json!(flag), "boolValue", json!(flag))),
        prop::collection::vec(any::<u8>(), 1..9).prop_map(move |bytes| {
            use base64::Engine as _;
            let text = base64::engine::general_purpose::STANDARD.encode(bytes);
            same(json!(text), "bytesValue", json!(text))
        }),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|list| Sent {
                json: list.iter().map(|one| one.json.clone()).collect(),
                otlp: json!({"arrayValue": {"values": list.iter().map(|one| one.otlp.clone()).collect::<Vec<_>>()}}),
            }),
            prop::collection::btree_map("[a-d.]{1,4}", inner, 1..3).prop_map(|map| Sent {
                json: Value::Object(map.iter().map(|(name, one)| (name.clone(), one.json.clone())).collect()),
                otlp: json!({"kvlistValue": {"values": map.iter()
                    .map(|(name, one)| json!({"key": name, "value": one.otlp})).collect::<Vec<_>>()}}),
            }),
        ]
    })
}

fn json_object(name: &str, value: Value) -> Value {
    Value::Object(Map::from_iter([(name.to_owned(), value)]))
}

/// Names that nobody asked for, each only here.
fn names(runner: &mut TestRunner, mark: &str, count: usize) -> Vec<(String, Sent)> {
    let name = "[a-zäé泵][a-zA-Z0-9._ -]{0,14}";
    let strategy = prop::collection::vec((name, any_sent()), count);
    let pairs = strategy.new_tree(runner).unwrap().current().into_iter().enumerate();
    pairs.map(|(n, (name, sent))| (format!("own.{mark}x{n}.{}z", name.trim()), sent)).collect()
}

fn attributes(pairs: &[(String, Sent)]) -> Vec<Value> {
    pairs.iter().map(|(name, sent)| json!({"key": name, "value": sent.otlp})).collect()
}

struct Case {
    trace: String,
    id: &'static str,
    at: [Vec<(String, Sent)>; 5],
    of_dialect: Value,
    bodies: Vec<&'static str>,
    scope: &'static str,
}

const ID: &str = "b7ad6b7169203331";

fn cases() -> Vec<Case> {
    let mut runner = TestRunner::deterministic();
    let made = dialects().into_iter().enumerate().map(|(n, (scope, of_dialect, bodies))| Case {
        trace: format!("0af7651916cd43dd8448eb211c8031{n:02x}"),
        id: ID,
        at: [("a", 8), ("r", 4), ("s", 3), ("e", 4), ("l", 3)]
            .map(|(mark, count)| names(&mut runner, &format!("{mark}{n}"), count)),
        of_dialect,
        bodies,
        scope,
    });
    made.collect()
}

fn body(case: &Case) -> Value {
    let [own, resource, scope, of_event, of_link] = &case.at;
    let dialect = case.of_dialect.as_object().unwrap().iter();
    let mut all: Vec<Value> =
        dialect.map(|(key, value)| json!({"key": key, "value": {"stringValue": value}})).collect();
    all.extend(attributes(own));
    json!({"resourceSpans": [{"resource": {"attributes": attributes(resource)}, "scopeSpans": [{
    "scope": {"name": case.scope, "version": "9.8.7", "attributes": attributes(scope)},
    "spans": [{"traceId": case.trace, "spanId": case.id, "name": "call", "kind": 3, "traceState": "vendor=x",
        "startTimeUnixNano": "1795251600000000000", "endTimeUnixNano": "1795251602000000000", "attributes": all,
        "events": [
            {"timeUnixNano": "1795251601000000000", "name": format!("happened {}", case.scope), "attributes": attributes(of_event)},
            {"timeUnixNano": "1795251601500000000", "name": "exception", "attributes": [
                {"key": "exception.type", "value": {"stringValue": "StockError"}},
                {"key": "exception.stacktrace", "value": {"stringValue": "Traceback\n  at shop.py line 12\n  in ask"}}]},
        ],
        "links": [{"traceId": "1af7651916cd43dd8448eb211c80319c", "spanId": "17ad6b7169203331", "attributes": attributes(of_link)}],
    }]}]}]})
}

async fn settle(t: &TestApp) {
    while receipts::receive_once(&t.app).await.unwrap() > 0 {}
    let app = t.app.clone();
    let work = move || {
        while search::index_once(&app).unwrap() {}
        search::index_once(&app).unwrap();
    };
    actix_web::web::block(work).await.unwrap();
}

fn key() -> Client {
    Client::with_key("pk-lf-plant-7", "sk-lf-plant-7-secret")
}

async fn get(site: &Site, path: &str) -> Value {
    let answer = key().send(site, Method::GET, path, None).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

fn query(pairs: &[(&str, &str)]) -> String {
    serde_urlencoded::to_string(pairs).unwrap()
}

/// Where each list of names stands in what the API and the files give.
fn places(all: &Value) -> [Value; 5] {
    [
        all["attributes"].clone(),
        all["resourceAttributes"].clone(),
        all["scope"]["attributes"].clone(),
        all["events"][0]["attributes"].clone(),
        all["links"][0]["attributes"].clone(),
    ]
}

fn assert_has_all(case: &Case, all: &Value, place: &str) {
    for (found, sent) in places(all).iter().zip(&case.at) {
        for (name, sent) in sent {
            assert_eq!(found[name], sent.json, "{place} of {}: {name}", case.scope);
        }
    }
    assert_eq!(all["scope"]["name"], case.scope, "{place}");
    assert_eq!(all["scope"]["version"], "9.8.7", "{place}");
    assert_eq!(
        (&all["span"]["kind"], &all["span"]["traceState"]),
        (&json!("CLIENT"), &json!("vendor=x")),
        "{place}"
    );
    assert_eq!(all["events"][0]["name"], format!("happened {}", case.scope), "{place}");
    assert!(
        all["events"][1]["attributes"]["exception.stacktrace"].as_str().unwrap().contains("shop.py"),
        "{place}"
    );
    assert_eq!(all["links"][0]["spanId"], "17ad6b7169203331", "{place}");
}

/// The values that the page shows, by name.
fn on_page(html: &str) -> Vec<(String, String)> {
    let page = Html::parse_document(html);
    let select = |css: &str| Selector::parse(css).unwrap();
    let (rows, name, value) = (select(".sent-pairs > [data-key]"), select("dt"), select("dd"));
    let text = |row: scraper::ElementRef<'_>, part: &Selector| -> String {
        let part = row.select(part).next().unwrap();
        // A folded value begins twice.
        let whole = part.select(&select("pre")).next().unwrap_or(part);
        whole.text().collect()
    };
    page.select(&rows).map(|row| (text(row, &name), text(row, &value))).collect()
}

fn assert_on_page(case: &Case, html: &str) {
    let shown = on_page(html);
    for (name, sent) in case.at.iter().flatten() {
        let values: Vec<&str> =
            shown.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect();
        let wanted = sent.text();
        let fits = |value: &&str| match &sent.json {
            Value::Array(_) | Value::Object(_) => {
                serde_json::from_str::<Value>(value).is_ok_and(|value| value == sent.json)
            }
            _ if wanted.is_empty() => *value == "empty",
            _ => value.trim() == wanted.trim(),
        };
        assert!(
            values.iter().any(|value| fits(&value.trim())),
            "{name} of {}: {values:?}, not {wanted:?}",
            case.scope
        );
    }
    for words in ["at shop.py line 12", "StockError", "17ad6b7169203331", "vendor=x", "9.8.7", case.scope] {
        assert!(html.contains(words), "{words} on the page of {}", case.scope);
    }
}

on_both! {
    async fn any_attribute_sent_by_any_dialect_is_found_again_in_each_place(t: TestApp) {
        let (site, client, project) = reader(&t).await;
        let cases = cases();
        for case in &cases {
            otlp_json(&t, project, &body(case)).await;
        }
        settle(&t).await;
        for case in &cases {
            let trace = &case.trace;
            let one = get(&site, &format!("/api/public/observations?traceId={trace}")).await;
            assert_has_all(case, &one["data"][0]["metadata"], "v1");
            let whole = get(&site, &format!("/api/public/traces/{trace}")).await;
            assert_has_all(case, &whole["observations"][0]["metadata"], "trace");
            let expanded = "attributes,resourceAttributes,scope,events,links";
            let two = format!("/api/public/v2/observations?traceId={trace}&fields=metadata&expandMetadata={expanded}");
            assert_has_all(case, &get(&site, &two).await["data"][0]["metadata"], "v2");
            let file: Value = serde_json::from_str(&ok(&site, &client, &format!("/traces/{trace}/export.json")).await.body).unwrap();
            assert_has_all(case, &file["observations"][0]["sent"], "file");
            let raw = ok(&site, &client, &format!("/traces/{trace}/raw?observation={}&field=sent", case.id)).await.body;
            let raw: Value = serde_json::from_str(&raw).unwrap();
            assert_has_all(case, &raw, "raw");
            for (name, value) in case.of_dialect.as_object().unwrap() {
                let found = &raw["attributes"][name];
                if case.bodies.contains(&name.as_str()) {
                    assert_eq!(found["moved_to"], "input or output", "{name}");
                } else if !name.starts_with("llm.input_messages.") {
                    assert_eq!(found, value, "{name}");
                }
            }
            assert_on_page(case, &ok(&site, &client, &format!("/traces/{trace}?observation={}", case.id)).await.body);
            let raw_view = ok(&site, &client, &format!("/traces/{trace}?observation={}&view=raw", case.id)).await.body;
            assert!(case.at.iter().flatten().all(|(name, _)| Html::parse_document(&raw_view)
                .select(&Selector::parse("#sent pre").unwrap()).any(|pre| pre.text().collect::<String>().contains(name.as_str()))));
        }
    }

    async fn names_and_values_are_found_by_search_and_by_filters(t: TestApp) {
        let (site, client, project) = reader(&t).await;
        let cases = cases();
        for case in &cases {
            otlp_json(&t, project, &body(case)).await;
        }
        settle(&t).await;
        for case in &cases {
            let href = format!("href=\"/traces/{}", case.trace);
            let others: Vec<String> = cases.iter().filter(|one| one.trace != case.trace)
                .map(|one| format!("href=\"/traces/{}", one.trace)).collect();
            for (name, sent) in case.at.iter().flatten() {
                let text = sent.text();
                let search = format!("/traces?{}", query(&[("q", &format!("\"{name}\""))]));
                let mut asked = vec![search];
                asked.push(format!("/traces?{}", query(&[("key", name), ("op", "exists")])));
                if !text.is_empty() {
                    asked.push(format!("/traces?{}", query(&[("key", name), ("op", "is"), ("value", &text)])));
                    let part: String = text.chars().take(3).collect();
                    if !part.trim().is_empty() {
                        asked.push(format!("/traces?{}", query(&[("key2", name), ("op2", "contains"), ("value2", part.trim())])));
                    }
                }
                for path in asked {
                    let list = ok(&site, &client, &path).await.body;
                    assert!(list.contains(&href), "{path} finds nothing of {}", case.scope);
                    assert!(others.iter().all(|other| !list.contains(other)), "{path}");
                }
                let wrong = format!("/traces?{}", query(&[("key", name), ("op", "is"), ("value", &format!("{text}!"))]));
                assert!(!ok(&site, &client, &wrong).await.body.contains(&href), "{wrong}");
                let filter = json!([{"type": "stringObject", "column": "metadata", "key": name, "operator": "=", "value": text}]);
                for path in ["/api/public/observations", "/api/public/v2/observations"] {
                    let found = get(&site, &format!("{path}?{}", query(&[("filter", &filter.to_string())]))).await;
                    let ids: Vec<&Value> = found["data"].as_array().unwrap().iter().map(|row| &row["traceId"]).collect();
                    assert_eq!(ids, [&json!(case.trace)], "{path} {filter}");
                }
            }
            let words = format!("/traces?{}", query(&[("q", &format!("attribute:\"happened {}\"", case.scope))]));
            assert!(ok(&site, &client, &words).await.body.contains(&href), "{words}");
        }
        let stack = ok(&site, &client, "/traces?q=shop.py").await.body;
        assert!(cases.iter().all(|case| stack.contains(&case.trace)));
    }

    async fn metadata_of_a_trace_is_on_its_page_in_its_file_and_found(t: TestApp) {
        let (site, client, project) = reader(&t).await;
        let metadata = json!({"site": "plant-north", "shift": {"lead": "Özil", "no": 3}});
        let mut trace = event("e", "trace-create", 1, json!({"id": "t", "name": "n", "metadata": metadata, "unasked": "kept too"}));
        trace["metadata"] = json!({"sdk": "mine"});
        batch(&t, project, &[trace, span("t", "o", None, json!({"strange": {"deep": "value-9"}}))]).await;
        settle(&t).await;
        let page = ok(&site, &client, "/traces/t").await.body;
        for words in ["plant-north", "Özil", "kept too", "event.metadata", "strange", "value-9"] {
            assert!(page.contains(words), "{words} on the page");
        }
        let file: Value = serde_json::from_str(&ok(&site, &client, "/traces/t/export.json").await.body).unwrap();
        assert_eq!(file["trace"]["metadata"], metadata);
        assert_eq!(file["trace"]["sent"]["attributes"]["unasked"], "kept too");
        for asked in ["q=plant-north", "q=%C3%96zil", "q=metadata:plant", "q=value-9", "key=site&value=plant-north",
            "key=shift.lead&op=is&value=%C3%96zil", "key=shift.no&value=3", "key=site&op=not&value=plant-south",
            "key=site&op=contains&value=NORTH", "key=unasked", "key=strange.deep&value=value-9", "q=kept&key=site"] {
            assert!(ok(&site, &client, &format!("/traces?{asked}")).await.body.contains("href=\"/traces/t"), "{asked}");
        }
        for asked in ["key=site&value=plant-south", "key=site&op=not&value=plant-north", "key=absent", "q=absent&key=site"] {
            assert!(!ok(&site, &client, &format!("/traces?{asked}")).await.body.contains("href=\"/traces/t"), "{asked}");
        }
        let refused = client.get(&site, "/traces?key=site&op=contains").await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        let filter = json!([{"type": "stringObject", "column": "metadata", "key": "shift.lead", "operator": "=", "value": "Özil"}]);
        let found = get(&site, &format!("/api/public/traces?{}", query(&[("filter", &filter.to_string())]))).await;
        assert_eq!(found["data"][0]["id"], "t");
    }

    async fn rows_show_the_beginning_of_input_and_output(t: TestApp) {
        let (site, client, project) = reader(&t).await;
        let chat = json!([{"role": "system", "content": "be short"}, {"role": "user", "content": "Which bearing\nfits?"}]);
        batch(&t, project, &[
            event("e1", "trace-create", 1, json!({"id": "own", "name": "same", "sessionId": "s", "input": chat, "output": "6205-2RS <b>"})),
            event("e2", "trace-create", 2, json!({"id": "root", "name": "same", "sessionId": "s"})),
            span("root", "r", None, json!({"input": {"part": "40X62"}, "output": {"quantity": 0}})),
            event("e3", "trace-create", 3, json!({"id": "failed", "name": "same", "sessionId": "s"})),
            span("failed", "f", None, json!({"input": "go", "level": "ERROR", "statusMessage": "no answer within 30 s"})),
            event("e4", "trace-create", 4, json!({"id": "long", "name": "same", "sessionId": "s", "input": "x ".repeat(400_000)})),
        ]).await;
        for path in ["/traces", "/traces/long/compare"] {
            let page = ok(&site, &client, path).await.body;
            for words in ["Which bearing fits?", "6205-2RS &#60;b&#62;", "40X62", "quantity", "✕ no answer within 30 s"] {
                assert!(page.contains(words), "{words} on {path}");
            }
            assert!(page.len() < 80_000, "{path}: {}", page.len());
        }
    }

    async fn what_a_client_sends_many_of_is_bounded_and_said(t: TestApp) {
        let (site, client, project) = reader(&t).await;
        let tags: Vec<String> = (0..100_000).map(|n| format!("tag-{n:06}")).collect();
        let many: Map<String, Value> = (0..20_000).map(|n| (format!("key{n}"), json!("v".repeat(20)))).collect();
        batch(&t, project, &[event("e", "trace-create", 1, json!({"id": "t", "name": "n", "tags": tags, "metadata": many}))]).await;
        let scores: Vec<Value> = (0..3_000)
            .map(|n| event(&format!("s{n}"), "score-create", 1, json!({"id": format!("s{n}"), "traceId": "t", "observationId": "o",
                "name": "good", "value": 0.5, "comment": "c".repeat(80)})))
            .collect();
        batch(&t, project, &scores).await;
        batch(&t, project, &[span("t", "o", None, json!({"metadata": many.clone(), "unasked": many}))]).await;
        let [events, links]: [Vec<Value>; 2] = [
            (0..3_000).map(|n| json!({"timeUnixNano": "1795251601000000000", "name": format!("event {n}")})).collect(),
            (0..3_000).map(|n| json!({"traceId": format!("{:032x}", n + 1), "spanId": "17ad6b7169203331"})).collect(),
        ];
        otlp_json(&t, project, &json!({"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": "0af7651916cd43dd8448eb211c803199",
            "spanId": ID, "startTimeUnixNano": "1795251600000000000", "endTimeUnixNano": "1795251602000000000",
            "events": events, "links": links}]}]}]})).await;
        for (path, said) in [
            ("/traces/t", vec!["1940 more tags", "more are not shown", "These are the newest"]),
            ("/traces/0af7651916cd43dd8448eb211c803199", vec!["of 3000 events", "of 3000 links"]),
            ("/traces", vec![]),
            ("/traces/t?view=raw", vec!["Only the beginning is shown"]),
        ] {
            let page = ok(&site, &client, path).await.body;
            // A body of its own shows 200,000 characters in the raw view.
            assert!(page.len() < 900_000, "{path}: {}", page.len());
            for words in said {
                assert!(page.contains(words), "{words} on {path}");
            }
        }
        assert!(ok(&site, &client, "/traces/t").await.body.len() < 300_000);
    }

    async fn a_body_that_is_gone_takes_nothing_else_with_it(t: TestApp) {
        let (site, client, project) = reader(&t).await;
        let long = "word ".repeat(60_000);
        batch(&t, project, &[
            event("e", "trace-create", 1, json!({"id": "t", "name": "n", "input": long})),
            span("t", "big", None, json!({"input": format!("big {long}"), "output": "still here"})),
            span("t", "after", None, json!({"input": "and this"})),
        ]).await;
        let folder = t.app.config.data.join("blobs");
        assert!(remove_files(&folder) >= 2, "{}", folder.display());
        let page = ok(&site, &client, "/traces/t?observation=big").await.body;
        assert!(page.contains("still here") && page.contains("is not in the object storage any more"));
        let file: Value = serde_json::from_str(&ok(&site, &client, "/traces/t/export.json").await.body).unwrap();
        let observations = file["observations"].as_array().unwrap();
        assert_eq!(observations.len(), 2);
        assert!(observations.iter().any(|one| one["input"]["missing"].is_string() && one["output"]["text"] == "\"still here\""));
        assert!(observations.iter().any(|one| one["input"]["text"] == "\"and this\""));
        assert!(file["trace"]["input"]["missing"].is_string());
        let whole = get(&site, "/api/public/traces/t").await;
        assert!(whole["missing"][0].as_str().unwrap().starts_with("the input"));
        assert_eq!(whole["observations"].as_array().unwrap().len(), 2);
        let two = get(&site, "/api/public/v2/observations?traceId=t&fields=io").await;
        assert!(two["data"].as_array().unwrap().iter().any(|one| one["missing"][0].is_string() && one["output"] == "still here"));
        ok(&site, &client, "/traces").await;
    }

    async fn a_name_that_fits_no_order_is_seen_and_forgotten_with_its_trace(t: TestApp) {
        let (site, client, project) = reader(&t).await;
        let send = async |id: &str, tag: &str| {
            let events = [event(id, "trace-create", 1, json!({"id": id, "name": "n", "tags": [tag]}))];
            let body = json!({ "batch": events }).to_string().into_bytes();
            let answers = ingest_batch(&t.app, &app::intake(), &Asker::system(project), RequestBody::plain(body)).await.unwrap();
            assert!(answers.iter().all(|answer| answer.fault.is_none()), "{answers:?}");
        };
        assert!(!ok(&site, &client, "/traces").await.body.contains("/unknown-places"));
        send("t", "wo:WO-2026-999/3").await;
        send("u", "unrelated").await;
        assert!(ok(&site, &client, "/traces").await.body.contains("/unknown-places"));
        let list = ok(&site, &client, "/unknown-places").await.body;
        assert!(list.contains("WO-2026-999/3") && list.contains("/traces/t#link") && !list.contains("/traces/u"));
        assert!(ok(&site, &client, "/traces/t").await.body.contains("names an order that is not here"));
        let gone = vec!["t".to_owned()];
        erase_traces(&t.app, &t.services.intake.hooks, &Asker::operator(project), gone, "asked for").await.unwrap();
        assert!(!ok(&site, &client, "/unknown-places").await.body.contains("WO-2026-999/3"));
    }
}

fn remove_files(folder: &Path) -> usize {
    let mut removed = 0;
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            removed += remove_files(&entry.path());
        } else {
            fs::remove_file(entry.path()).unwrap();
            removed += 1;
        }
    }
    removed
}
