//! What is not known and what does not add up is said, by the API and on the page.

use serde_json::{Value, json};

use super::page::{ok, reader};
use super::read_api::Reader;
use super::{batch, event};
use crate::harness::{MINUTE, on_both};
use tracewright::hours::refresh;

fn call(id: &str, usage: Option<Value>) -> Value {
    let mut body = json!({"id": id, "traceId": "t", "name": id, "model": "m",
        "startTime": "2026-11-21T09:00:01.000Z", "endTime": "2026-11-21T09:00:02.000Z"});
    body.as_object_mut().unwrap().extend(usage.map(|usage| ("usageDetails".to_owned(), usage)));
    event(&format!("e-{id}"), "generation-create", 1, body)
}

fn urlencoded(text: &str) -> String {
    serde_urlencoded::to_string([("query", text)]).unwrap().split_off("query=".len())
}

fn calls() -> Vec<Value> {
    vec![
        call("silent", None),
        call("odd", Some(json!({"input": 1, "output": 2, "total": 100}))),
        call("half", Some(json!({"output": 7}))),
        call(
            "gemini",
            Some(
                json!({"promptTokenCount": 13, "candidatesTokenCount": 4, "thoughtsTokenCount": 505, "totalTokenCount": 522}),
            ),
        ),
    ]
}

on_both! {
    async fn the_api_has_each_token_once_and_null_for_what_nobody_counted(t: TestApp) {
        let r = Reader::new(&t).await;
        batch(&t, r.project, &calls()).await;
        for (id, expected, total, sent) in [
            ("silent", [Value::Null, Value::Null, Value::Null], json!(0), json!({})),
            ("odd", [json!(1), json!(2), json!(3)], json!(100), json!({"input": 1, "output": 2, "total": 100})),
            ("half", [Value::Null, json!(7), json!(7)], json!(7), json!({"output": 7, "total": 7})),
            ("gemini", [json!(13), json!(509), json!(522)], json!(522), json!({"promptTokenCount": 13, "candidatesTokenCount": 4,
                "thoughtsTokenCount": 505, "totalTokenCount": 522, "total": 522})),
        ] {
            let seen = r.get(&format!("/api/public/observations/{id}")).await;
            let found = ["promptTokens", "completionTokens", "totalTokens"].map(|name| seen[name].clone());
            assert_eq!((found, &seen["usage"]["total"], &seen["usageDetails"]), (expected, &total, &sent), "{id}");
        }
    }

    async fn what_is_no_token_is_shown_in_its_own_unit(t: TestApp) {
        let r = Reader::new(&t).await;
        let mut body = call("spoken", None);
        body["body"]["usage"] = json!({"input": 100, "output": 50, "unit": "CHARACTERS"});
        batch(&t, r.project, &[body]).await;
        let seen = r.get("/api/public/observations/spoken").await;
        assert_eq!(seen["usage"], json!({"input": 100, "output": 50, "total": 150, "unit": "CHARACTERS"}));
        assert_eq!((&seen["promptTokens"], &seen["totalTokens"], &seen["unit"]), (&Value::Null, &Value::Null, &json!("CHARACTERS")));
    }

    async fn the_page_says_what_is_unknown_and_what_does_not_add_up(t: TestApp) {
        let (site, client, project) = reader(&t).await;
        batch(&t, project, &calls()).await;
        let odd = ok(&site, &client, "/traces/t?observation=odd").await.body;
        assert!(odd.contains("The counters add up to 3; the client said 100."), "{odd}");
        assert!(odd.contains("cache read –") && odd.contains("input 1"), "{odd}");
        assert!(odd.contains("1 call without counts"), "{odd}");
        let half = ok(&site, &client, "/traces/t?observation=half").await.body;
        assert!(half.contains("input –") && half.contains("output 7") && !half.contains("the client said"), "{half}");
        let silent = ok(&site, &client, "/traces/t?observation=silent").await.body;
        assert!(!silent.contains("input –"), "{silent}");
    }

    async fn what_nobody_counted_is_no_zero_in_a_mean(t: TestApp) {
        let r = Reader::new(&t).await;
        batch(&t, r.project, &calls()).await;
        let query = json!({"view": "observations", "metrics": [{"measure": "totalTokens", "aggregation": "avg"},
            {"measure": "totalTokens", "aggregation": "sum"}], "fromTimestamp": "2026-11-21T00:00:00Z", "toTimestamp": "2026-11-22T00:00:00Z"});
        let path = format!("/api/public/metrics?query={}", urlencoded(&query.to_string()));
        for way in ["from the rows", "from sums by hour"] {
            let seen = r.get(&path).await;
            let number = |name: &str| seen["data"][0][name].as_f64();
            assert_eq!((number("avg_totalTokens"), number("sum_totalTokens")), (Some(532.0 / 3.0), Some(532.0)), "{way}");
            t.clock.advance(2 * MINUTE);
            refresh(&t.app).await.unwrap();
        }
    }
}
