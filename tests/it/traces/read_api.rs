//! The reading API: shapes, pages, filters, orders, refusals, and the wall between projects.

use std::collections::BTreeSet;

use actix_web::http::{Method, StatusCode};
use serde_json::{Value, json};
use tracewright::config::InitConfig;
use tracewright::foundation::ProjectKey;

use super::{batch, event, seen};
use crate::harness::http::{Client, Site, site};
use crate::harness::{TestApp, on_both};

/// The project next door.
const OTHER: ProjectKey = ProjectKey(77);

/// A client with a key of its own project.
pub(super) struct Reader {
    site: Site,
    client: Client,
    pub(super) project: ProjectKey,
}

impl Reader {
    pub(super) async fn new(t: &TestApp) -> Self {
        let init = InitConfig {
            project_id: Some("plant-7".to_owned()),
            project_name: Some("Plant 7".to_owned()),
            public_key: Some("pk-lf-a".to_owned()),
            secret_key: Some("sk-lf-a-secret-of-it".to_owned()),
            owner_email: None,
            owner_password: None,
        };
        t.people.set_up_headless(&init).await.unwrap();
        let project = t.people.first_project().await.unwrap().unwrap().key;
        let client = Client::with_key("pk-lf-a", "sk-lf-a-secret-of-it");
        Self { site: site(t).await, client, project }
    }

    async fn ask(&self, method: Method, path: &str) -> (StatusCode, Value) {
        let answer = self.client.send(&self.site, method, path, None).await;
        (answer.status, serde_json::from_str(&answer.body).unwrap_or(Value::String(answer.body)))
    }

    /// Sends JSON text; it must be taken.
    pub(super) async fn post(&self, path: &str, body: &str) -> Value {
        let answer = self.client.send(&self.site, Method::POST, path, Some(body)).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    }

    pub(super) async fn get_text(&self, path: &str) -> String {
        let answer = self.client.send(&self.site, Method::GET, path, None).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer.body
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        let (status, body) = self.ask(Method::GET, path).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        body
    }

    /// The ids on a page, in order.
    pub(super) async fn ids(&self, path: &str) -> Vec<String> {
        let body = self.get(path).await;
        body["data"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    }
}

fn query(pairs: &[(&str, &str)]) -> String {
    serde_urlencoded::to_string(pairs).unwrap()
}

fn filtered(path: &str, filter: &Value) -> String {
    format!("{path}?{}", query(&[("filter", &filter.to_string())]))
}

/// Four traces, a..d, one second apart; d is the newest. The first is whole, the others bring what filters look for.
async fn fill(t: &TestApp, project: ProjectKey) {
    let usage = json!({"input": 51, "output": 0, "total": 100});
    let trace = |id: &str, second, body: Value| {
        let mut body = body;
        body["id"] = json!(id);
        body["timestamp"] = json!(format!("2026-11-21T09:00:{second:02}.123456Z"));
        event(&format!("t-{id}"), "trace-create", second, body)
    };
    let events = [
        trace(
            "a",
            1,
            json!({"name": "ask", "userId": "u1", "sessionId": "s1", "tags": ["x", "y"], "release": "r1",
            "version": "v1", "input": {"q": 1.50}, "output": "42", "public": true, "metadata": {"tier": "gold", "n": 7}}),
        ),
        trace(
            "b",
            2,
            json!({"name": "ask", "userId": "u2", "sessionId": "s1", "tags": ["x"], "environment": "production",
            "metadata": {"tier": "tin"}}),
        ),
        trace("c", 3, json!({"name": "Answer 100%", "tags": ["y"], "release": "r2"})),
        trace("d", 4, json!({"name": "plan_b", "tags": ["X"], "userId": "u3"})),
        event(
            "o1",
            "generation-create",
            1,
            json!({"id": "a1", "traceId": "a", "name": "call",
            "startTime": "2026-11-21T09:00:01.000Z", "endTime": "2026-11-21T09:00:03.500Z",
            "completionStartTime": "2026-11-21T09:00:01.250Z", "model": "gpt-4o-mini",
            "modelParameters": {"temperature": 0.5}, "input": [{"role": "user", "content": "hi"}], "output": "yes",
            "usageDetails": usage, "costDetails": {"input": 111, "output": 222, "total": 444},
            "metadata": {"k": "v", "long": "x".repeat(300)}, "promptName": "p", "promptVersion": 3, "level": "DEBUG"}),
        ),
        event(
            "o2",
            "span-create",
            1,
            json!({"id": "a2", "traceId": "a", "parentObservationId": "a1", "name": "step",
            "startTime": "2026-11-21T09:00:02.000Z", "endTime": "2026-11-21T09:00:02.000Z"}),
        ),
        event(
            "o3",
            "span-create",
            2,
            json!({"id": "b1", "traceId": "b", "name": "top", "level": "ERROR",
            "statusMessage": "it broke", "startTime": "2026-11-21T09:00:02.500Z", "input": "in of b",
            "output": "out of b", "environment": "production"}),
        ),
        event(
            "s1",
            "score-create",
            1,
            json!({"id": "sc1", "traceId": "a", "name": "good", "value": 0.85,
            "comment": "why", "metadata": {"by": "me"}}),
        ),
        event("s2", "score-create", 1, json!({"id": "sc2", "traceId": "b", "name": "kind", "value": "best"})),
        event(
            "s3",
            "score-create",
            1,
            json!({"id": "sc3", "traceId": "c", "name": "right", "value": 1,
            "dataType": "BOOLEAN"}),
        ),
    ];
    batch(t, project, &events).await;
}

on_both! {
    async fn a_trace_shows_everything_as_it_was_sent(t: TestApp) {
        let r = Reader::new(&t).await;
        fill(&t, r.project).await;
        let trace = r.get("/api/public/traces/a").await;
        for (field, wanted) in [
            ("id", json!("a")), ("name", json!("ask")), ("userId", json!("u1")), ("sessionId", json!("s1")),
            ("tags", json!(["x", "y"])), ("release", json!("r1")), ("version", json!("v1")), ("public", json!(true)),
            ("environment", json!("default")), ("projectId", json!("plant-7")), ("htmlPath", json!("/traces/a")),
            ("input", json!({"q": 1.5})), ("output", json!("42")), ("metadata", json!({"tier": "gold", "n": 7})),
            ("timestamp", json!("2026-11-21T09:00:01.000Z")), ("latency", json!(2.5)), ("totalCost", json!(444.0)),
        ] {
            assert_eq!(trace[field], wanted, "{field}");
        }
        let score = &trace["scores"][0];
        assert_eq!((&score["id"], &score["value"], &score["dataType"]), (&json!("sc1"), &json!(0.85), &json!("NUMERIC")));
        let seen = trace["observations"].as_array().unwrap();
        assert_eq!(seen.iter().map(|o| o["id"].as_str().unwrap()).collect::<Vec<_>>(), ["a1", "a2"]);
        let call = &seen[0];
        for (field, wanted) in [
            ("traceId", json!("a")), ("type", json!("GENERATION")), ("model", json!("gpt-4o-mini")),
            ("modelParameters", json!({"temperature": 0.5})), ("level", json!("DEBUG")),
            ("startTime", json!("2026-11-21T09:00:01.000Z")), ("endTime", json!("2026-11-21T09:00:03.500Z")),
            ("completionStartTime", json!("2026-11-21T09:00:01.250Z")), ("latency", json!(2.5)),
            ("timeToFirstToken", json!(0.25)), ("usageDetails", json!({"input": 51, "output": 0, "total": 100})),
            ("usage", json!({"input": 51, "output": 0, "total": 100, "unit": "TOKENS"})),
            ("costDetails", json!({"input": 111.0, "output": 222.0, "total": 444.0})),
            ("calculatedInputCost", json!(111.0)), ("calculatedOutputCost", json!(222.0)),
            ("calculatedTotalCost", json!(444.0)), ("promptName", json!("p")), ("promptVersion", json!(3)),
            ("input", json!([{"role": "user", "content": "hi"}])), ("output", json!("yes")),
            ("parentObservationId", Value::Null), ("environment", json!("default")),
        ] {
            assert_eq!(call[field], wanted, "{field}");
        }
        assert_eq!(seen[1]["parentObservationId"], json!("a1"));
        assert_eq!(r.get("/api/public/observations/a1").await, *call);
        // A trace that was sent by itself and says nothing has nothing, whatever its observations were given.
        let other = r.get("/api/public/traces/b").await;
        assert_eq!((&other["input"], &other["output"]), (&Value::Null, &Value::Null));
        assert_eq!(other["scores"][0]["stringValue"], json!("best"));
    }

    async fn an_empty_text_is_one_and_what_was_left_out_is_nothing(t: TestApp) {
        let r = Reader::new(&t).await;
        batch(&t, r.project, &[
            event("v0", "trace-create", 1, json!({"id": "e", "name": "n", "input": "", "output": null})),
            event("v1", "generation-create", 1, json!({"id": "e1", "traceId": "e", "name": "n", "input": "", "output": "", "metadata": {"v": ""}})),
            event("v2", "generation-create", 1, json!({"id": "e2", "traceId": "e", "name": "m", "input": null})),
        ]).await;
        let trace = r.get("/api/public/traces/e").await;
        assert_eq!((&trace["input"], &trace["output"]), (&json!(""), &Value::Null));
        for (id, input, output) in [("e1", json!(""), json!("")), ("e2", Value::Null, Value::Null)] {
            let found = r.get(&format!("/api/public/observations/{id}")).await;
            assert_eq!((&found["input"], &found["output"]), (&input, &output), "{id}");
        }
        assert_eq!(r.get("/api/public/observations/e1").await["metadata"]["v"], json!(""));
    }

    async fn groups_leave_out_what_was_not_asked_for(t: TestApp) {
        let r = Reader::new(&t).await;
        fill(&t, r.project).await;
        let body = r.get("/api/public/traces?name=ask&fields=core,scores&limit=1&page=2").await;
        let row = &body["data"][0];
        assert_eq!((&row["id"], &row["input"], &row["metadata"]), (&json!("a"), &Value::Null, &Value::Null));
        assert_eq!((&row["latency"], &row["totalCost"]), (&json!(-1.0), &json!(-1.0)));
        assert_eq!((&row["observations"], &row["scores"]), (&json!([]), &json!(["sc1"])));
        assert_eq!(body["meta"], json!({"page": 2, "limit": 1, "totalItems": 2, "totalPages": 2}));
        let whole = &r.get("/api/public/traces?userId=u1").await["data"][0];
        assert_eq!(whole["observations"], json!(["a1", "a2"]));
        assert_eq!((&whole["input"], &whole["latency"]), (&json!({"q": 1.5}), &json!(2.5)));
        let bare = r.get("/api/public/traces/a?fields=core").await;
        assert_eq!((&bare["observations"], &bare["scores"], &bare["input"]), (&json!([]), &json!([]), &Value::Null));
    }

    async fn traces_are_found_by_parameters_and_ordered(t: TestApp) {
        let r = Reader::new(&t).await;
        fill(&t, r.project).await;
        for (query, wanted) in [
            ("", "dcba"), ("name=ask", "ba"), ("userId=u1", "a"), ("sessionId=s1", "ba"), ("release=r2", "c"),
            ("version=v1", "a"), ("tags=x", "ba"), ("tags=x&tags=y", "a"), ("tags=x%2Cy", "a"), ("tags=X", "d"),
            ("environment=production", "b"), ("environment=production&environment=default", "dcba"),
            ("fromTimestamp=2026-11-21T09:00:03Z", "dc"), ("toTimestamp=2026-11-21T10:00:03%2B01:00", "ba"),
            ("fromTimestamp=2026-11-21T10:00:03+01:00", "dc"), ("userId=nobody", ""), ("userId=", "dcba"),
            ("orderBy=timestamp.asc", "abcd"), ("orderBy=id.asc", "abcd"), ("orderBy=name.desc&userId=u3", "d"),
            ("orderBy=userId.asc&tags=x", "ab"), ("orderBy=release.desc&tags=y", "ca"),
        ] {
            let found = r.ids(&format!("/api/public/traces?{query}")).await.concat();
            assert_eq!(found, wanted, "{query}");
        }
    }

    async fn traces_are_found_by_filter(t: TestApp) {
        let r = Reader::new(&t).await;
        fill(&t, r.project).await;
        let f = |kind: &str, column: &str, operator: &str, value: Value| {
            json!({"type": kind, "column": column, "operator": operator, "value": value})
        };
        let keyed = |kind: &str, column: &str, key: &str, operator: &str, value: Value| {
            json!({"type": kind, "column": column, "key": key, "operator": operator, "value": value})
        };
        for (filter, wanted) in [
            (f("string", "name", "=", json!("ask")), "ba"),
            (f("string", "Name", "contains", json!("sk")), "ba"),
            (f("string", "name", "contains", json!("0%")), "c"),
            (f("string", "name", "contains", json!("SK")), ""),
            (f("string", "name", "does not contain", json!("_")), "cba"),
            (f("string", "name", "starts with", json!("plan_")), "d"),
            (f("string", "name", "ends with", json!("100%")), "c"),
            (f("string", "name", "ends with", json!("a longer text than any name")), ""),
            (f("stringOptions", "userId", "any of", json!(["u1", "u3"])), "da"),
            (f("stringOptions", "User ID", "none of", json!(["u1", "u3"])), "cb"),
            (f("stringOptions", "name", "any of", json!([])), ""),
            (f("null", "userId", "is null", Value::Null), "c"),
            (f("null", "user_id", "is not null", Value::Null), "dba"),
            (f("arrayOptions", "tags", "any of", json!(["x", "y"])), "cba"),
            (f("arrayOptions", "tags", "all of", json!(["x", "y"])), "a"),
            (f("arrayOptions", "tags", "none of", json!(["x"])), "dc"),
            (f("arrayOptions", "tags", "any of", json!(["x' OR 1=1 --", "\"", "%"])), ""),
            (f("datetime", "timestamp", ">=", json!("2026-11-21T09:00:03Z")), "dc"),
            (f("datetime", "timestamp", "<", json!("2026-11-21T09:00:02Z")), "a"),
            (f("number", "totalCost", ">", json!(100)), "a"),
            (f("number", "latency", "=", json!(2.5)), "a"),
            (f("number", "totalTokens", ">=", json!(1)), "a"),
            (f("number", "errorCount", "=", json!(1)), "b"),
            (f("number", "debugCount", ">", json!(0)), "a"),
            (f("string", "level", "=", json!("ERROR")), "b"),
            (f("boolean", "bookmarked", "=", json!(false)), "dcba"),
            (f("boolean", "bookmarked", "<>", json!(false)), ""),
            (keyed("stringObject", "metadata", "tier", "=", json!("gold")), "a"),
            (keyed("stringObject", "metadata", "tier", "contains", json!("i")), "b"),
            (keyed("stringObject", "metadata", "tier", "does not contain", json!("i")), "dca"),
            (keyed("numberObject", "metadata", "n", ">=", json!(7)), "a"),
            (keyed("categoryOptions", "metadata", "tier", "any of", json!(["tin", "gold"])), "ba"),
            (keyed("numberObject", "scores_avg", "good", ">", json!(0.5)), "a"),
            (keyed("categoryOptions", "score_categories", "kind", "any of", json!(["best"])), "b"),
            (keyed("categoryOptions", "score_categories", "kind", "none of", json!(["best"])), "dca"),
            (keyed("booleanObject", "score_booleans", "right", "=", json!(true)), "c"),
        ] {
            let found = r.ids(&filtered("/api/public/traces", &json!([filter]))).await.concat();
            assert_eq!(found, wanted, "{filter}");
        }
        // Conditions join, and those of the filter replace parameters about the same column.
        let both = json!([f("string", "name", "=", json!("ask")), f("arrayOptions", "tags", "any of", json!(["y"]))]);
        let path = format!("{}&name=plan_b&userId=u1", filtered("/api/public/traces", &both));
        assert_eq!(r.ids(&path).await.concat(), "a");
        let path = format!("{}&limit=1&page=2", filtered("/api/public/traces", &json!([
            keyed("stringObject", "metadata", "tier", "contains", json!("")) ])));
        let body = r.get(&path).await;
        assert_eq!((&body["data"][0]["id"], &body["meta"]["totalItems"]), (&json!("a"), &json!(2)));
    }

    async fn observations_are_found_by_parameters_and_filter(t: TestApp) {
        let r = Reader::new(&t).await;
        fill(&t, r.project).await;
        for (query, wanted) in [
            ("", vec!["b1", "a2", "a1"]), ("name=call", vec!["a1"]), ("type=SPAN", vec!["b1", "a2"]),
            ("userId=u1", vec!["a2", "a1"]), ("userId=u1&type=GENERATION", vec!["a1"]), ("traceId=b", vec!["b1"]),
            ("level=ERROR", vec!["b1"]), ("parentObservationId=a1", vec!["a2"]), ("parentObservationId=", vec!["b1", "a1"]),
            ("environment=production", vec!["b1"]), ("environment=default", vec!["a2", "a1"]),
            ("fromStartTime=2026-11-21T09:00:02Z", vec!["b1", "a2"]), ("toStartTime=2026-11-21T09:00:02Z", vec!["a1"]),
            ("sessionId=s1&isRootObservation=true", vec!["b1", "a1"]), ("isRootObservation=false", vec!["a2"]),
        ] {
            for version in ["observations", "v2/observations"] {
                assert_eq!(r.ids(&format!("/api/public/{version}?{query}")).await, wanted, "{version} {query}");
            }
        }
        for (filter, wanted) in [
            (json!({"type": "stringOptions", "column": "type", "operator": "any of", "value": ["SPAN"]}), vec!["b1", "a2"]),
            (json!({"type": "number", "column": "latency", "operator": ">=", "value": 2.5}), vec!["a1"]),
            (json!({"type": "number", "column": "timeToFirstToken", "operator": "<", "value": 1}), vec!["a1"]),
            (json!({"type": "number", "column": "tokensPerSecond", "operator": ">=", "value": 0}), vec!["a1"]),
            (json!({"type": "datetime", "column": "start_time", "operator": ">", "value": "2026-11-21T09:00:02Z"}), vec!["b1"]),
            (json!({"type": "string", "column": "statusMessage", "operator": "contains", "value": "broke"}), vec!["b1"]),
            (json!({"type": "arrayOptions", "column": "traceTags", "operator": "all of", "value": ["x", "y"]}), vec!["a2", "a1"]),
            (json!({"type": "string", "column": "traceName", "operator": "=", "value": "ask"}), vec!["b1", "a2", "a1"]),
            (json!({"type": "null", "column": "userId", "operator": "is null"}), vec![]),
            (json!({"type": "stringObject", "column": "metadata", "key": "k", "operator": "=", "value": "v"}), vec!["a1"]),
            (json!({"type": "string", "column": "input", "operator": "matches", "value": "of b"}), vec!["b1"]),
            (json!({"type": "string", "column": "promptName", "operator": "=", "value": "p"}), vec!["a1"]),
            (json!({"type": "number", "column": "promptVersion", "operator": ">", "value": 2}), vec!["a1"]),
        ] {
            for version in ["observations", "v2/observations"] {
                let path = filtered(&format!("/api/public/{version}"), &json!([filter]));
                assert_eq!(r.ids(&path).await, wanted, "{version} {filter}");
            }
        }
    }

    async fn the_second_version_shows_the_groups_asked_for(t: TestApp) {
        let r = Reader::new(&t).await;
        fill(&t, r.project).await;
        let core = r.get("/api/public/v2/observations?name=call&fields=core").await;
        let names: Vec<&String> = core["data"][0].as_object().unwrap().keys().collect();
        assert_eq!(names, ["id", "traceId", "startTime", "endTime", "projectId", "parentObservationId", "type"]);
        assert_eq!(core["meta"], json!({}));
        let basic = &r.get("/api/public/v2/observations?name=call").await["data"][0];
        assert_eq!((&basic["userId"], &basic["sessionId"]), (&json!("u1"), &json!("s1")));
        assert_eq!((&basic["isRootObservation"], &basic["public"]), (&json!(true), &json!(true)));
        assert!(basic.get("input").is_none() && basic.get("usageDetails").is_none());
        let all = "io,metadata,model,usage,prompt,metrics,trace_context,time";
        let full = &r.get(&format!("/api/public/v2/observations?name=call&fields={all}")).await["data"][0];
        for (field, wanted) in [
            ("input", json!("[{\"role\":\"user\",\"content\":\"hi\"}]")), ("output", json!("yes")),
            ("providedModelName", json!("gpt-4o-mini")), ("modelParameters", json!({"temperature": 0.5})),
            ("usageDetails", json!({"input": 51, "output": 0, "total": 100})), ("totalCost", json!(444.0)),
            ("promptName", json!("p")), ("promptVersion", json!(3)), ("latency", json!(2.5)),
            ("traceName", json!("ask")), ("tags", json!(["x", "y"])), ("release", json!("r1")),
            ("completionStartTime", json!("2026-11-21T09:00:01.250Z")),
            ("metadata", json!({"k": "v", "long": "x".repeat(200)})),
        ] {
            assert_eq!(full[field], wanted, "{field}");
        }
        let expanded = r.get("/api/public/v2/observations?name=call&fields=metadata&expandMetadata=long").await;
        assert_eq!(expanded["data"][0]["metadata"]["long"], json!("x".repeat(300)));
    }

    async fn a_walk_by_cursor_meets_every_row_once_while_new_ones_come(t: TestApp) {
        let r = Reader::new(&t).await;
        let span = |number: u32| {
            // Many share a start; updates without a create have none.
            let kind = if number.is_multiple_of(10) { "span-update" } else { "span-create" };
            let body = json!({"id": format!("o{number:03}"), "traceId": format!("t{}", number % 7),
                "startTime": format!("2026-11-21T09:00:{:02}.000Z", number % 5)});
            let body = if number.is_multiple_of(10) { json!({"id": body["id"], "traceId": body["traceId"], "name": "n"}) } else { body };
            event(&format!("e{number}"), kind, 30, body)
        };
        batch(&t, r.project, &(0..120).map(span).collect::<Vec<_>>()).await;
        let mut seen = Vec::new();
        let mut cursor = String::new();
        for round in 0.. {
            let body = r.get(&format!("/api/public/v2/observations?limit=11{cursor}")).await;
            seen.extend(body["data"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()));
            let newer = json!({"id": format!("new{round}"), "traceId": "t9", "startTime": "2026-11-21T09:59:00Z"});
            batch(&t, r.project, &[event(&format!("n{round}"), "span-create", 31, newer)]).await;
            match body["meta"]["cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let once: BTreeSet<&String> = seen.iter().collect();
        assert_eq!((seen.len(), once.len()), (120, 120));
        // The same by page, with nothing coming in.
        let mut paged = BTreeSet::new();
        let total = r.get("/api/public/observations?limit=50&traceId=t1").await["meta"]["totalItems"].clone();
        for page in 1..=6 {
            paged.extend(r.ids(&format!("/api/public/observations?limit=3&traceId=t1&page={page}")).await);
        }
        assert_eq!((json!(paged.len()), total), (json!(17), json!(17)));
    }

    async fn sessions_show_their_traces(t: TestApp) {
        let r = Reader::new(&t).await;
        fill(&t, r.project).await;
        let list = r.get("/api/public/sessions").await;
        assert_eq!((&list["data"][0]["id"], &list["meta"]["totalItems"]), (&json!("s1"), &json!(1)));
        assert_eq!(list["data"][0]["projectId"], json!("plant-7"));
        assert_eq!(r.ids("/api/public/sessions?page=2&limit=1").await.len(), 0);
        let one = r.get("/api/public/sessions/s1").await;
        let traces = one["traces"].as_array().unwrap();
        assert_eq!(traces.iter().map(|trace| trace["id"].as_str().unwrap()).collect::<String>(), "ab");
        assert_eq!((&traces[0]["output"], &traces[1]["input"]), (&json!("42"), &Value::Null));
        let (status, body) = r.ask(Method::GET, "/api/public/sessions/none").await;
        assert_eq!((status.as_u16(), &body["error"]), (404, &json!("LangfuseNotFoundError")));
    }

    async fn a_session_of_many_traces_comes_whole(t: TestApp) {
        let r = Reader::new(&t).await;
        let traces: Vec<Value> = (0..230)
            .map(|n| {
                // Five begin at the same moment.
                let body = json!({"id": format!("t{n:03}"), "sessionId": "long", "timestamp": format!("2026-11-21T09:{:02}:00.000Z", n / 5)});
                event(&format!("e{n}"), "trace-create", 1, body)
            })
            .collect();
        batch(&t, r.project, &traces).await;
        let one = r.get("/api/public/sessions/long").await;
        let ids: Vec<String> = one["traces"].as_array().unwrap().iter().map(|trace| trace["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(ids, (0..230).map(|n| format!("t{n:03}")).collect::<Vec<_>>());
    }

    async fn bad_parameters_are_refused_by_name(t: TestApp) {
        let r = Reader::new(&t).await;
        let unknown = json!([{"type": "string", "column": "colour", "operator": "=", "value": "red"}]).to_string();
        let operator = json!([{"type": "string", "column": "name", "operator": "~", "value": "red"}]).to_string();
        let wrong = json!([{"type": "number", "column": "name", "operator": "=", "value": 1}]).to_string();
        let keyless = json!([{"type": "stringObject", "column": "metadata", "operator": "=", "value": "x"}]).to_string();
        for (path, query, named) in [
            ("traces", query(&[("limit", "101")]), "limit"), ("traces", query(&[("limit", "0")]), "limit"),
            ("traces", query(&[("page", "0")]), "page"), ("traces", query(&[("page", "two")]), "page"),
            ("traces", query(&[("fromTimestamp", "soon")]), "fromTimestamp"),
            ("traces", query(&[("orderBy", "colour.asc")]), "orderBy"), ("traces", query(&[("orderBy", "id.up")]), "orderBy"),
            ("traces", query(&[("fields", "core,all")]), "fields"), ("traces", query(&[("filter", "{}")]), "filter"),
            ("traces", query(&[("filter", "[1]")]), "filter"), ("traces", query(&[("filter", &unknown)]), "filter"),
            ("traces", query(&[("filter", &operator)]), "filter"), ("traces", query(&[("filter", &wrong)]), "filter"),
            ("traces", query(&[("filter", &keyless)]), "filter"),
            ("observations", query(&[("level", "LOUD")]), "level"), ("observations", query(&[("limit", "1000")]), "limit"),
            ("v2/observations", query(&[("limit", "1001")]), "limit"), ("v2/observations", query(&[("cursor", "??")]), "cursor"),
            ("v2/observations", query(&[("fields", "all")]), "fields"),
            ("v2/observations", query(&[("isRootObservation", "maybe")]), "isRootObservation"),
            ("v2/observations", query(&[("parseIoAsJson", "true")]), "parseIoAsJson"),
            ("sessions", query(&[("toTimestamp", "x")]), "toTimestamp"), ("sessions", query(&[("limit", "101")]), "limit"),
        ] {
            let (status, body) = r.ask(Method::GET, &format!("/api/public/{path}?{query}")).await;
            assert_eq!((status.as_u16(), &body["message"]), (400, &json!("Invalid request data")), "{path} {query}");
            assert_eq!(body["error"][0]["path"][0], json!(named), "{path} {query}: {body}");
        }
        for path in ["traces", "traces/a", "observations", "observations/a", "v2/observations", "sessions", "sessions/a"] {
            let path = format!("/api/public/{path}");
            assert_eq!(r.ask(Method::PUT, &path).await.0, StatusCode::METHOD_NOT_ALLOWED, "{path}");
            let stranger = Client::default().send(&r.site, Method::GET, &path, None).await;
            assert_eq!(stranger.status, StatusCode::UNAUTHORIZED, "{path}");
            let asked = Client::default().send(&r.site, Method::OPTIONS, &path, None).await;
            assert_eq!(asked.status, StatusCode::NO_CONTENT, "{path}");
        }
    }

    async fn a_key_sees_its_own_project_only(t: TestApp) {
        let r = Reader::new(&t).await;
        fill(&t, OTHER).await;
        for path in ["traces/a", "observations/a1", "sessions/s1"] {
            let (status, body) = r.ask(Method::GET, &format!("/api/public/{path}")).await;
            assert_eq!((status.as_u16(), &body["error"]), (404, &json!("LangfuseNotFoundError")), "{path}");
            assert!(body["message"].as_str().unwrap().contains("not found"), "{body}");
        }
        for path in ["traces", "observations", "v2/observations", "sessions", "observations?userId=u1", "traces?tags=x"] {
            assert!(r.ids(&format!("/api/public/{path}")).await.is_empty(), "{path}");
        }
        let (status, _) = r.ask(Method::DELETE, "/api/public/traces/a").await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(seen(&t, OTHER).await.traces.len(), 4);
    }

    async fn deleted_traces_are_gone(t: TestApp) {
        let r = Reader::new(&t).await;
        fill(&t, r.project).await;
        let (status, body) = r.ask(Method::DELETE, "/api/public/traces/a").await;
        assert_eq!(status, StatusCode::OK, "{body}");
        assert!(body["message"].is_string());
        assert_eq!(r.ids("/api/public/traces").await.concat(), "dcb");
        assert_eq!(r.ids("/api/public/observations").await, ["b1"]);
        let (status, body) = r.ask(Method::DELETE, "/api/public/traces").await;
        assert_eq!((status.as_u16(), &body["error"][0]["path"][0]), (400, &json!("traceIds")), "{body}");
        let list = Some("{\"traceIds\":[\"b\",\"c\",\"unknown\"]}");
        let answer = r.client.send(&r.site, Method::DELETE, "/api/public/traces", list).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert_eq!(r.ids("/api/public/traces").await.concat(), "d");
    }

    async fn a_trace_of_many_observations_comes_whole(t: TestApp) {
        let r = Reader::new(&t).await;
        for part in 0..3 {
            let spans: Vec<Value> = (0..700)
                .map(|n| {
                    let body = json!({"id": format!("o{part}-{n}"), "traceId": "big", "input": format!("in {part} {n}"),
                        "startTime": format!("2026-11-21T09:{part:02}:00.{n:03}Z")});
                    event(&format!("e{part}-{n}"), "span-create", 1, body)
                })
                .collect();
            batch(&t, r.project, &spans).await;
        }
        let trace = r.get("/api/public/traces/big").await;
        let seen = trace["observations"].as_array().unwrap();
        assert_eq!(seen.len(), 2_100);
        assert_eq!((&seen[0]["input"], &seen[2_099]["input"]), (&json!("in 0 0"), &json!("in 2 699")));
        let listed = r.get("/api/public/traces?fields=core,observations").await;
        assert_eq!(listed["data"][0]["observations"].as_array().unwrap().len(), 2_100);
    }
}
