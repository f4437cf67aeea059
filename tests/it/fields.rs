//! What a filter of the dictionary says is true of the rows it gives, and of those it leaves out; on both databases.

use actix_web::http::Method;
use serde_json::{Value, json};
use tracewright::foundation::Asker;
use tracewright::foundation::permission::{Scope, Scopes};
use tracewright::people::actions::create_api_key::NewApiKey;
use tracewright::people::model::KeyLabel;

use crate::harness::api::Program;
use crate::harness::{TestApp, on_both};

/// Three traces of two months with tags that look like JSON, an observation, and scores of what is and what is not there.
async fn fill(t: &TestApp, program: &Program) {
    let at = "2026-11-21T09:00:00Z";
    let event =
        |id: &str, kind: &str, body: Value| json!({"id": id, "type": kind, "timestamp": at, "body": body});
    let events = [
        event(
            "1",
            "trace-create",
            json!({"id": "a", "name": "alpha", "tags": ["a", "b"], "timestamp": "2026-10-05T00:00:00Z"}),
        ),
        event(
            "2",
            "trace-create",
            json!({"id": "b", "name": "beta", "tags": ["a", ",", "b"], "timestamp": at}),
        ),
        event("3", "trace-create", json!({"id": "c", "tags": ["\\"], "timestamp": at})),
        event(
            "4",
            "span-create",
            json!({"id": "o", "traceId": "b", "name": "work", "startTime": at, "endTime": "2026-11-21T09:00:01.001Z"}),
        ),
    ];
    let got = program.json(t, Method::POST, "/api/public/ingestion", json!({"batch": events})).await.json();
    assert_eq!(got["errors"], json!([]), "{got}");
    let score = |id: &str, trace: &str, observation: Value, value: Value, kind: &str| json!({"id": id, "traceId": trace, "observationId": observation, "name": "q", "value": value, "dataType": kind, "timestamp": at});
    let scores = json!([
        score("on-a", "a", json!(null), json!(0.5), "NUMERIC"),
        score("on-o", "b", json!("o"), json!(1), "BOOLEAN"),
        score("on-lost", "b", json!("nobody"), json!(0), "BOOLEAN"),
        score("on-c", "c", json!(null), json!(2), "NUMERIC"),
        score("alone", "gone", json!(null), json!(3), "NUMERIC"),
    ]);
    assert_eq!(program.json(t, Method::POST, "/api/public/scores", scores).await.status, 202);
}

fn condition(kind: &str, column: &str, operator: &str, value: Value) -> Value {
    json!([{"type": kind, "column": column, "operator": operator, "value": value}])
}

/// The ids of traces that a filter leaves, sorted.
async fn traces(t: &TestApp, program: &Program, filter: &Value) -> Vec<String> {
    let text = serde_urlencoded::to_string([("filter", filter.to_string())]).unwrap();
    let got = program.get(t, &format!("/api/public/traces?{text}")).await;
    assert_eq!(got.status, 200, "{filter}: {}", got.json());
    let data = got.json()["data"].clone();
    let mut ids: Vec<String> =
        data.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

/// How many rows of a view a filter leaves in the metrics.
async fn counted(t: &TestApp, program: &Program, view: &str, filter: &Value) -> (u16, Value) {
    let query = json!({"view": view, "metrics": [{"measure": "count", "aggregation": "count"}], "filters": filter,
        "fromTimestamp": "2026-10-01T00:00:00Z", "toTimestamp": "2026-12-01T00:00:00Z"});
    let text = serde_urlencoded::to_string([("query", query.to_string())]).unwrap();
    let got = program.get(t, &format!("/api/public/metrics?{text}")).await;
    let body = got.json();
    (got.status, if got.status == 200 { body["data"][0]["count_count"].clone() } else { body })
}

on_both! {
    async fn a_filter_means_what_it_says(t: TestApp) {
        let program = Program::first(&t).await;
        fill(&t, &program).await;
        let many: Vec<String> = (0..500).map(|n| format!("tag-{n}")).chain(["b".to_owned()]).skip(1).collect();
        for (filter, expected) in [
            (condition("arrayOptions", "tags", "any of", json!([","])), vec!["b"]),
            (condition("arrayOptions", "tags", "none of", json!([","])), vec!["a", "c"]),
            (condition("arrayOptions", "tags", "any of", json!(["\\"])), vec!["c"]),
            (condition("arrayOptions", "tags", "any of", json!(many)), vec!["a", "b"]),
            (condition("arrayOptions", "tags", "none of", json!(many)), vec!["c"]),
            (condition("arrayOptions", "tags", "all of", json!(many)), vec![]),
            (condition("number", "latency", "=", json!(1.001)), vec!["b"]),
            (condition("number", "latency", "<", json!(1.001)), vec!["a", "c"]),
            (condition("string", "timestampMonth", "=", json!("2026-10")), vec!["a"]),
            (condition("string", "name", "does not contain", json!("")), vec!["c"]),
        ] {
            assert_eq!(traces(&t, &program, &filter).await, expected, "{filter}");
        }
    }

    async fn what_a_score_judges_may_not_be_there(t: TestApp) {
        let program = Program::first(&t).await;
        fill(&t, &program).await;
        for (view, filter, expected) in [
            ("traces", condition("string", "timestampMonth", "=", json!("2026-10")), 1),
            ("traces", condition("string", "timestampMonth", "=", json!("1999-01")), 0),
            ("observations", condition("string", "startTimeMonth", "=", json!("1999-01")), 0),
            ("scores-numeric", condition("string", "timestampDay", "=", json!("2026-11-21")), 5),
            ("scores-numeric", condition("null", "traceName", "is null", json!(null)), 2),
            ("scores-numeric", condition("null", "traceName", "is not null", json!(null)), 3),
            ("scores-numeric", condition("stringOptions", "traceName", "none of", json!(["alpha"])), 4),
            ("scores-numeric", condition("arrayOptions", "tags", "none of", json!(["a"])), 2),
            ("scores-numeric", condition("null", "observationName", "is null", json!(null)), 4),
            ("scores-numeric", condition("string", "observationName", "does not contain", json!("wo")), 4),
            ("scores-numeric", condition("boolean", "booleanValue", "=", json!(false)), 1),
            ("scores-numeric", condition("boolean", "booleanValue", "=", json!(true)), 1),
        ] {
            assert_eq!(counted(&t, &program, view, &filter).await, (200, json!(expected)), "{view} {filter}");
        }
        let (status, said) = counted(&t, &program, "traces", &condition("string", "count", "=", json!("1"))).await;
        assert_eq!(status, 400, "{said}");
    }

    async fn what_no_number_holds_is_refused_and_what_no_text_holds_is_not_there(t: TestApp) {
        let program = Program::first(&t).await;
        let huge = |id: &str| json!({"id": id, "traceId": "a", "name": "q", "value": 1.7e308, "timestamp": "2026-11-21T09:00:00Z"});
        assert_eq!(program.json(&t, Method::POST, "/api/public/scores", json!([huge("x"), huge("y")])).await.status, 202);
        let query = json!({"view": "scores-numeric", "metrics": [{"measure": "value", "aggregation": "sum"}],
            "fromTimestamp": "2026-10-01T00:00:00Z", "toTimestamp": "2026-12-01T00:00:00Z"});
        let text = serde_urlencoded::to_string([("query", query.to_string())]).unwrap();
        // SQLite answers with nothing where PostgreSQL cannot answer.
        let sum = program.get(&t, &format!("/api/public/metrics?{text}")).await;
        assert!(matches!(sum.status, 200 | 400), "{}: {}", sum.status, sum.json());
        for path in ["/api/public/traces/%00", "/api/public/scores/a%00b", "/api/public/media/%00"] {
            assert_eq!(program.get(&t, path).await.status, 404, "{path}");
        }
    }

    async fn a_key_that_opens_traces_brings_no_scores(t: TestApp) {
        let program = Program::first(&t).await;
        let new = NewApiKey {
            label: KeyLabel::parse("label", "traces only").unwrap(),
            scopes: Scopes(vec![Scope::Ingest]),
            account: None,
            expires_at: None,
            pair: None,
        };
        let key = t.people.create_api_key(&Asker::operator(program.project), new).await.unwrap();
        let sender = Program::with_key(program.project, key.public.as_str(), key.secret.expose());
        let at = "2026-11-21T09:00:00Z";
        let batch = json!({"batch": [
            {"id": "e1", "type": "trace-create", "timestamp": at, "body": {"id": "t"}},
            {"id": "e2", "type": "score-create", "timestamp": at, "body": {"id": "s", "traceId": "t", "name": "q", "value": 1}},
        ]});
        let got = sender.json(&t, Method::POST, "/api/public/ingestion", batch).await.json();
        assert_eq!((&got["successes"][0]["id"], &got["errors"][0]["id"]), (&json!("e1"), &json!("e2")), "{got}");
        assert_eq!(program.get(&t, "/api/public/v2/scores/s").await.status, 404);
        assert_eq!(program.get(&t, "/api/public/traces/t").await.status, 200);
    }
}
