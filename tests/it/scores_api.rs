//! Scores on both databases: given, read in every version, filtered, deleted with the ledger green.

use actix_web::http::Method;
use serde_json::{Value, json};
use tracewright::ledger::sequencer::sequence_now;
use tracewright::ledger::verifier::{self, Trust};

use crate::harness::api::{Got, Program};
use crate::harness::{SECOND, TestApp, on_both};

const SCORES: &str = "/api/public/scores";

async fn give(t: &TestApp, program: &Program, score: Value) -> Got {
    let got = program.json(t, Method::POST, SCORES, score).await;
    assert!(matches!(got.status, 200 | 202), "{got:?}");
    got
}

async fn ids(t: &TestApp, program: &Program, path: &str) -> Vec<String> {
    let got = program.get(t, path).await;
    assert_eq!(got.status, 200, "{path}: {}", got.json());
    let data = got.json()["data"].clone();
    data.as_array().unwrap().iter().map(|score| score["id"].as_str().unwrap().to_owned()).collect()
}

/// A few scores of every kind, a second apart, and two traces.
async fn fill(t: &TestApp, program: &Program) {
    let trace = |id: &str, user: &str, tags: Value| {
        json!({"id": format!("e-{id}"), "type": "trace-create", "timestamp": "2026-11-21T08:00:00Z",
            "body": {"id": id, "userId": user, "sessionId": "s-1", "tags": tags, "environment": "production"}})
    };
    let batch = json!({"batch": [trace("t-1", "ann", json!(["a", "b"])), trace("t-2", "bob", json!(["a"]))]});
    assert_eq!(program.json(t, Method::POST, "/api/public/ingestion", batch).await.status, 207);
    let at = |second: u32| format!("2026-11-21T08:30:{second:02}.000Z");
    let taken = give(t, program, json!([
        {"id": "num", "traceId": "t-1", "name": "quality", "value": 0.75, "timestamp": at(1), "comment": "good",
            "metadata": {"k": 1}, "environment": "production", "configId": "c-1"},
        {"id": "bool", "traceId": "t-1", "observationId": "o-1", "name": "ok", "value": 1, "dataType": "BOOLEAN",
            "timestamp": at(2)},
        {"id": "cat", "traceId": "t-2", "name": "tone", "value": "warm", "timestamp": at(3), "source": "ANNOTATION",
            "configId": "c-2", "queueId": "q-1"},
        {"id": "text", "sessionId": "s-1", "name": "note", "value": "fine \u{e9}", "dataType": "TEXT", "timestamp": at(4)},
        {"id": "fix", "traceId": "t-2", "name": "output", "value": "better", "dataType": "CORRECTION", "timestamp": at(5)},
        {"id": "run", "datasetRunId": "r-1", "name": "quality", "value": 3, "timestamp": at(6)},
    ])).await;
    assert_eq!((taken.status, taken.json()), (202, json!({"message": "Accepted"})));
}

on_both! {
    async fn metadata_keeps_its_digits_and_a_flag_is_one(t: TestApp) {
        let program = Program::first(&t).await;
        let metadata = r#"{"n":123456789012345678901234567890,"d":1.10,"t":"90210"}"#;
        let score = format!(r#"{{"id":"exact","traceId":"t-9","name":"exact","value":true,"metadata":{metadata}}}"#);
        let trace = json!({"batch": [{"id": "e-9", "type": "trace-create", "timestamp": "2026-11-21T08:00:00Z", "body": {"id": "t-9"}}]});
        assert_eq!(program.json(&t, Method::POST, "/api/public/ingestion", trace).await.status, 207);
        let headers = [("content-type", "application/json")];
        assert_eq!(program.send(&t, Method::POST, SCORES, &headers, score.into_bytes()).await.status, 200);
        for path in ["/api/public/v2/scores/exact", "/api/public/v2/scores?traceId=t-9", "/api/public/v3/scores?fields=details&traceId=t-9", "/api/public/traces/t-9"] {
            let text = String::from_utf8(program.get(&t, path).await.bytes).unwrap();
            assert!(text.contains(metadata), "{path}: {text}");
        }
        assert_eq!(program.get(&t, "/api/public/v2/scores/exact").await.json()["stringValue"], "True");
    }

    async fn every_version_shows_a_score_in_its_own_way(t: TestApp) {
        let program = Program::first(&t).await;
        fill(&t, &program).await;
        let one = |path: &'static str| { let (t, program) = (&t, &program); async move { program.get(t, path).await.json() } };
        let num = one("/api/public/v2/scores/num").await;
        for (field, wanted) in [
            ("value", json!(0.75)), ("dataType", json!("NUMERIC")), ("traceId", json!("t-1")), ("comment", json!("good")),
            ("metadata", json!({"k": 1})), ("environment", json!("production")), ("configId", json!("c-1")),
            ("source", json!("API")), ("timestamp", json!("2026-11-21T08:30:01.000Z")), ("sessionId", json!(null)),
            ("projectId", json!("plant-7")), ("authorUserId", json!(null)),
        ] {
            assert_eq!(num[field], wanted, "{field}: {num}");
        }
        let values = [("num", json!(0.75), json!(null)), ("bool", json!(1), json!("True")), ("cat", json!(0), json!("warm")),
            ("text", json!(0), json!("fine é")), ("fix", json!(0), json!("better"))];
        for (id, value, word) in values {
            for path in ["/api/public/scores", "/api/public/v2/scores"] {
                let score = program.get(&t, &format!("{path}/{id}")).await.json();
                assert_eq!((&score["value"], &score["stringValue"]), (&value, &word), "{id}");
            }
        }
        let page = one("/api/public/v2/scores?limit=2&page=1").await;
        assert_eq!(page["meta"], json!({"page": 1, "limit": 2, "totalItems": 6, "totalPages": 3}));
        let cat = one("/api/public/scores?name=tone").await;
        assert_eq!(cat["data"][0]["trace"], json!({"userId": "bob", "tags": ["a"], "environment": "production", "sessionId": "s-1"}));
        let third = one("/api/public/v3/scores?fields=details,subject,annotation&limit=100").await;
        let by_id = |id: &str| third["data"].as_array().unwrap().iter().find(|s| s["id"] == id).unwrap().clone();
        assert_eq!((&by_id("bool")["value"], &by_id("cat")["value"]), (&json!(true), &json!("warm")));
        assert_eq!(by_id("bool")["subject"], json!({"kind": "observation", "id": "o-1", "traceId": "t-1"}));
        assert_eq!(by_id("text")["subject"], json!({"kind": "session", "id": "s-1"}));
        assert_eq!(by_id("run")["subject"], json!({"kind": "experiment", "id": "r-1"}));
        assert_eq!((&by_id("cat")["queueId"], &by_id("num")["metadata"]), (&json!("q-1"), &json!({"k": 1})));
        let core = one("/api/public/v3/scores?id=num").await;
        assert!(core["data"][0].get("comment").is_none() && core["meta"].get("cursor").is_none(), "{core}");
        assert_eq!(one("/api/public/scores/none").await["error"], json!("LangfuseNotFoundError"));
        let in_trace = one("/api/public/traces/t-2").await;
        let ids: Vec<&Value> = in_trace["scores"].as_array().unwrap().iter().map(|score| &score["id"]).collect();
        assert_eq!(ids, [&json!("cat")], "a kind that clients of traces do not know is left to the lists of scores");
    }

    async fn filters_leave_in_what_they_name(t: TestApp) {
        let program = Program::first(&t).await;
        fill(&t, &program).await;
        for (query, wanted) in [
            ("scores?name=quality", "run num"),
            ("scores?userId=bob", "fix cat"),
            ("scores?traceTags=a&traceTags=b", "bool num"),
            ("scores?traceTags=a%2Cb", "bool num"),
            ("scores?traceTags=A", ""),
            ("scores?traceTags=%25", ""),
            ("scores?environment=production", "num"),
            ("scores?environment=default&environment=production&name=ok", "bool"),
            ("v2/scores?source=annotation", "cat"),
            ("v2/scores?operator=%3E%3D&value=1", "run bool"),
            ("v2/scores?operator=%3C&value=0.8", "num"),
            ("v2/scores?value=0.75", "num"),
            ("v2/scores?scoreIds=num,cat,zzz", "cat num"),
            ("v2/scores?configId=c-2", "cat"),
            ("v2/scores?queueId=q-1", "cat"),
            ("v2/scores?dataType=TEXT", "text"),
            ("v2/scores?sessionId=s-1", "text"),
            ("v2/scores?traceId=t-1", "bool num"),
            ("v2/scores?observationId=o-1,o-2", "bool"),
            ("v2/scores?datasetRunId=r-1", "run"),
            ("v2/scores?fromTimestamp=2026-11-21T08:30:02Z&toTimestamp=2026-11-21T09:30:04%2B01:00", "cat bool"),
            ("v3/scores?name=quality,tone", "run cat num"),
            ("v3/scores?dataType=numeric&valueMin=0.5&valueMax=1", "num"),
            ("v3/scores?dataType=BOOLEAN&value=true", "bool"),
            ("v3/scores?dataType=CATEGORICAL&value=warm,cold", "cat"),
            ("v3/scores?dataType=NUMERIC&value=3", "run"),
            ("v3/scores?traceId=t-1&observationId=o-1", "bool"),
            ("v3/scores?sessionId=s-1", "text"),
            ("v3/scores?experimentId=r-1", "run"),
            ("v3/scores?source=api&environment=production", "num"),
        ] {
            assert_eq!(ids(&t, &program, &format!("/api/public/{query}")).await.join(" "), wanted, "{query}");
        }
    }

    async fn the_cursor_walks_everything_once(t: TestApp) {
        let program = Program::first(&t).await;
        fill(&t, &program).await;
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = program.get(&t, &format!("/api/public/v3/scores?limit=4{cursor}")).await.json();
            all.extend(page["data"].as_array().unwrap().iter().map(|s| s["id"].as_str().unwrap().to_owned()));
            let Some(next) = page["meta"]["cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(all.join(" "), "run fix text cat bool num");
    }

    async fn bad_questions_are_refused_by_their_field(t: TestApp) {
        let program = Program::first(&t).await;
        for (query, field) in [
            ("scores?limit=101", "limit"), ("scores?limit=0", "limit"), ("scores?page=0", "page"), ("scores?page=x", "page"),
            ("v2/scores?dataType=COLOUR", "dataType"), ("v2/scores?source=ME", "source"), ("v2/scores?operator=~&value=1", "operator"),
            ("v2/scores?value=high", "value"), ("v2/scores?operator=%3E", "value"), ("v2/scores?fromTimestamp=yesterday", "fromTimestamp"),
            ("v2/scores?fields=score&userId=ann", "fields"), ("v2/scores?name=a%00b", "name"),
            ("v3/scores?limit=101", "limit"), ("v3/scores?fields=everything", "fields"), ("v3/scores?cursor=%21", "cursor"),
            ("v3/scores?observationId=o", "observationId"), ("v3/scores?sessionId=s&traceId=t", "sessionId"),
            ("v3/scores?value=1", "value"), ("v3/scores?dataType=BOOLEAN&value=1", "value"),
            ("v3/scores?dataType=TEXT&valueMin=1", "valueMin"),
        ] {
            let got = program.get(&t, &format!("/api/public/{query}")).await;
            assert_eq!(got.status, 400, "{query}: {got:?}");
            assert!(got.json()["message"].as_str().unwrap().contains(field), "{query}: {}", got.json());
        }
        for body in [
            json!({"name": "n", "value": 1}), json!({"traceId": "t", "value": 1}), json!({"name": "n", "traceId": "t"}),
            json!({"name": "n", "traceId": "t", "value": 2, "dataType": "BOOLEAN"}),
            json!({"name": "n", "traceId": "t", "value": "x", "dataType": "NUMERIC"}),
            json!({"name": "n", "traceId": "t", "value": "", "dataType": "TEXT"}),
            json!({"name": "n", "traceId": "t", "value": 1, "source": "NOBODY"}),
            json!({"name": "n", "observationId": "o", "value": 1}),
        ] {
            assert_eq!(program.json(&t, Method::POST, SCORES, body.clone()).await.status, 400, "{body}");
        }
        let far = program.send(&t, Method::POST, SCORES, &[], br#"{"name":"n","traceId":"t","value":1e999}"#.to_vec()).await;
        assert_eq!(far.status, 400);
        let large = json!({"name": "n", "traceId": "t", "value": 1, "comment": "x".repeat(1 << 20)});
        assert_eq!(program.json(&t, Method::POST, SCORES, large).await.status, 413);
        assert!(ids(&t, &program, SCORES).await.is_empty());
    }

    async fn a_list_is_filtered_by_metadata_and_by_fields(t: TestApp) {
        let program = Program::first(&t).await;
        for (id, by, value) in [("a", "x", 1), ("b", "y", 2), ("c", "x", 3)] {
            give(&t, &program, json!({"id": id, "traceId": "t", "name": "n", "value": value, "metadata": {"by": by, "line": {"no": value}}})).await;
        }
        give(&t, &program, json!({"id": "d", "traceId": "t", "name": "m", "value": 4})).await;
        let test = |column: &str, key: &str, operator: &str, value: Value, kind: &str| {
            json!({"type": kind, "column": column, "key": key, "operator": operator, "value": value})
        };
        for (conditions, more, wanted) in [
            (vec![test("metadata", "by", "=", json!("x"), "stringObject")], "", vec!["a", "c"]),
            (vec![test("metadata", "line.no", ">=", json!(2), "numberObject")], "", vec!["b", "c"]),
            (vec![test("metadata", "by", "does not contain", json!("x"), "stringObject")], "", vec!["b", "d"]),
            (vec![test("metadata", "by", "=", json!("x"), "stringObject"), test("value", "", ">", json!(1), "number")], "", vec!["c"]),
            (vec![test("metadata", "by", "=", json!("x"), "stringObject")], "&operator=%3C&value=2", vec!["a"]),
            (vec![test("name", "", "any of", json!(["m"]), "stringOptions")], "", vec!["d"]),
            (vec![test("metadata", "by", "=", json!("nobody"), "stringObject")], "", vec![]),
        ] {
            let filter = serde_urlencoded::to_string([("filter", json!(conditions).to_string())]).unwrap();
            let mut found = ids(&t, &program, &format!("/api/public/v2/scores?{filter}{more}")).await;
            found.sort();
            assert_eq!(found, wanted, "{filter}{more}");
        }
        let filter = serde_urlencoded::to_string([("filter", json!([test("metadata", "by", "=", json!("x"), "stringObject")]).to_string())]).unwrap();
        let got = program.get(&t, &format!("/api/public/v2/scores?limit=1&page=2&{filter}")).await.json();
        assert_eq!((got["data"].as_array().unwrap().len(), &got["meta"]["totalItems"], &got["meta"]["totalPages"]), (1, &json!(2), &json!(2)));
        for filter in ["%7B", "%5B%7B%22column%22%3A%22beauty%22%7D%5D"] {
            assert_eq!(program.get(&t, &format!("/api/public/v2/scores?filter={filter}")).await.status, 400, "{filter}");
        }
    }

    async fn a_source_is_taken_by_itself_as_in_a_batch(t: TestApp) {
        let program = Program::first(&t).await;
        for source in ["API", "ANNOTATION", "EVAL"] {
            let id = format!("by-{source}");
            give(&t, &program, json!({"id": id, "traceId": "t", "name": "n", "value": 1, "source": source})).await;
            let found = program.get(&t, &format!("/api/public/v2/scores/{id}")).await.json();
            assert_eq!((found["value"].as_f64(), found["source"].as_str()), (Some(1.0), Some(source)));
        }
    }

    async fn a_request_sent_again_is_the_same_score(t: TestApp) {
        let program = Program::first(&t).await;
        let score = json!({"traceId": "t", "name": "n", "value": 1, "timestamp": "2026-11-21T08:30:00Z"});
        let first = give(&t, &program, score.clone()).await.json();
        t.clock.advance(SECOND);
        assert_eq!(give(&t, &program, score.clone()).await.json(), first);
        assert_eq!(ids(&t, &program, SCORES).await.len(), 1);
        for (field, value) in [("value", json!(2)), ("name", json!("m")), ("traceId", json!("u")), ("timestamp", json!("2026-11-21T08:30:01Z"))] {
            let mut other = score.clone();
            other[field] = value;
            assert_ne!(give(&t, &program, other).await.json(), first, "{field}");
        }
        assert_eq!(ids(&t, &program, SCORES).await.len(), 5);
    }

    async fn a_deleted_score_is_gone_and_the_ledger_says_so(t: TestApp) {
        let (program, other) = (Program::first(&t).await, Program::second(&t).await);
        let score = json!({"id": "s", "traceId": "t", "name": "secret-name", "value": 1, "timestamp": "2026-11-21T08:30:00Z"});
        give(&t, &program, score.clone()).await;
        let delete = |program: &Program, id: &str| { let (t, program, id) = (&t, program.clone(), format!("{SCORES}/{id}")); async move { program.send(t, Method::DELETE, &id, &[], Vec::new()).await.status } };
        assert_eq!(delete(&other, "s").await, 404, "another project's");
        assert_eq!(delete(&Program::scores_only(), "s").await, 403);
        assert_eq!(delete(&Program::nobody(), "s").await, 401);
        assert_eq!(delete(&program, "none").await, 404);
        assert_eq!(ids(&t, &program, SCORES).await, ["s"]);
        assert_eq!((delete(&program, "s").await, delete(&program, "s").await), (202, 202));
        assert_eq!(program.get(&t, &format!("{SCORES}/s")).await.status, 404);
        // The same request again does not bring it back; something new under its id does.
        give(&t, &program, score.clone()).await;
        assert!(ids(&t, &program, SCORES).await.is_empty());
        let mut new = score.clone();
        new["value"] = json!(2);
        give(&t, &program, new).await;
        assert_eq!(ids(&t, &program, SCORES).await, ["s"]);
        assert_eq!(delete(&program, "s").await, 202);
        give(&t, &program, score).await;
        assert!(ids(&t, &program, SCORES).await.is_empty(), "nor after a second removal");
        sequence_now(&t.app.db, &t.app.log).await.unwrap();
        let trust = Trust { key: t.app.log.verifier(), held: None };
        let (report, kinds) = t.app.db.read(move |conn| {
            let events = tracewright::ledger::events::read_from(conn, 0, 1000)?;
            let kinds: Vec<String> = events.iter().map(|event| event.kind.clone()).collect();
            Ok((verifier::verify(conn, &trust)?, kinds))
        }).await.unwrap();
        assert_eq!((report.fault_count, report.pending), (0, 0));
        assert_eq!(kinds.iter().filter(|kind| *kind == "traces.score_deleted.v1").count(), 2);
    }

    async fn another_project_sees_none_of_them(t: TestApp) {
        let (program, other) = (Program::first(&t).await, Program::second(&t).await);
        fill(&t, &program).await;
        for path in ["/api/public/scores", "/api/public/v2/scores", "/api/public/v3/scores", "/api/public/scores?userId=ann"] {
            assert!(ids(&t, &other, path).await.is_empty(), "{path}");
            assert_eq!(Program::scores_only().get(&t, path).await.status, 403, "{path}");
        }
        assert_eq!(other.get(&t, "/api/public/v2/scores/num").await.status, 404);
        give(&t, &other, json!({"id": "num", "traceId": "t-1", "name": "other", "value": 9})).await;
        assert_eq!(program.get(&t, "/api/public/scores/num").await.json()["value"], json!(0.75));
    }
}
