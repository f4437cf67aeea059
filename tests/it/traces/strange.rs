//! What no sane client sends: it is taken, shown, and stands in nobody's way.

use diesel::prelude::*;
use serde_json::{Value, json};
use tracewright::conversations::reads as sessions;
use tracewright::db::schema::{observations, traces};
use tracewright::fields::{Condition, Entity, Test};
use tracewright::foundation::{Actor, Asker};
use tracewright::intake::Intake;
use tracewright::intake::ingest::{RequestBody, ingest_otlp};
use tracewright::traces::reads::listing::{self, From, ListFilter};
use wire::otlp::Encoding;

use super::read_api::Reader;
use super::{batch, event};
use crate::harness::on_both;

fn nested(levels: usize) -> Value {
    (0..levels).fold(json!(1), |inner, _| json!({ "k": inner }))
}

/// A batch whose metadata is written here, since no value may be nested this deep.
async fn raw_batch(r: &Reader, id: &str, metadata: &str) {
    let of = |kind: &str, rest: &str| {
        format!(
            r#"{{"id":"{kind}-{id}","type":"{kind}","timestamp":"2026-11-21T09:00:01Z","body":{{{rest},"metadata":{metadata}}}}}"#
        )
    };
    let trace = of("trace-create", &format!(r#""id":"{id}","name":"first""#));
    let call = of("generation-create", &format!(r#""id":"call-{id}","traceId":"{id}""#));
    let answer = r.post("/api/public/ingestion", &format!(r#"{{"batch":[{trace},{call}]}}"#)).await;
    assert_eq!(answer["errors"], json!([]));
}

on_both! {
    async fn metadata_may_be_nested_as_deep_as_it_likes(t: TestApp) {
        let r = Reader::new(&t).await;
        for levels in [40, 41, 62, 127, 128, 10_000] {
            let id = format!("deep{levels}");
            raw_batch(&r, &id, &format!("{}1{}", "{\"k\":".repeat(levels), "}".repeat(levels))).await;
            batch(&t, r.project, &[event(&format!("again{levels}"), "trace-create", 2, json!({"id": id, "name": "again"}))]).await;
            let call = format!("call-{id}");
            batch(&t, r.project, &[event(&format!("update{levels}"), "generation-update", 2, json!({"id": call, "name": "again"}))]).await;
            let trace = r.get(&format!("/api/public/traces/{id}")).await;
            assert_eq!((&trace["name"], &trace["observations"][0]["name"]), (&json!("again"), &json!("again")));
            let shown = trace["metadata"].to_string();
            assert_eq!(shown.matches("k\\").count() + shown.matches("\"k\"").count(), levels, "{}", shown.len());
        }
        let first = r.get("/api/public/traces/deep40").await;
        assert_eq!(first["metadata"], nested(40));
        assert_eq!(r.ids("/api/public/traces").await.len(), 6);
    }

    async fn half_an_emoji_spoils_no_event(t: TestApp) {
        let r = Reader::new(&t).await;
        let cut = "CUT";
        let events = [
            event("t", "trace-create", 1, json!({"id": "t", "name": cut, "userId": cut, "tags": [cut], "metadata": {cut: cut}})),
            event("g", "generation-create", 1, json!({"id": "g", "traceId": "t", "statusMessage": cut, "input": [{"role": "user", "content": cut}]})),
        ];
        let body = json!({ "batch": events }).to_string().replace(cut, "cut \\ud83d");
        let answer = r.post("/api/public/ingestion", &body).await;
        assert_eq!(answer["errors"], json!([]));
        let trace = r.get_text("/api/public/traces/t").await;
        for wanted in [r#""name":"cut �""#, r#""userId":"cut �""#, r#""tags":["cut �"]"#, r#"{"cut �":"cut �"}"#, r#""content":"cut \ud83d""#] {
            assert!(trace.contains(wanted), "{wanted} in {trace}");
        }
        let span = json!({"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": "a".repeat(32), "spanId": "b".repeat(16),
            "name": cut, "attributes": [{"key": "langfuse.trace.metadata.x", "value": {"stringValue": cut}}],
            "startTimeUnixNano": {"high": 410_647_966, "low": 1_073_741_824}}]}]}]});
        let body = RequestBody::plain(span.to_string().replace(cut, "cut \\ud83d").into_bytes());
        let rejected = ingest_otlp(&t.app, &Intake::unheard(), &Asker::system(r.project), body, Encoding::Json).await.unwrap();
        assert_eq!(rejected.count, 0, "{rejected:?}");
        let shown = r.get(&format!("/api/public/traces/{}", "a".repeat(32))).await;
        assert_eq!((&shown["metadata"]["x"], &shown["observations"][0]["name"]), (&json!("cut \u{fffd}"), &json!("cut \u{fffd}")));
        assert_eq!(shown["observations"][0]["startTime"], json!("2025-11-21T10:06:25.212Z"));
    }

    async fn numbers_too_small_for_a_double_spoil_no_filter(t: TestApp) {
        let r = Reader::new(&t).await;
        batch(&t, r.project, &[event("t", "trace-create", 1, json!({"id": "t"}))]).await;
        for value in ["1e-400", "0.5"] {
            let body = format!(r#"{{"traceId":"t","name":"ok","value":{value}}}"#);
            r.post("/api/public/scores", &body).await;
        }
        let project = r.project;
        for (least, found) in [(0.4, 1), (0.6, 0)] {
            let score = Condition::named(Entity::Traces, "score_values", Test::Range(least, f64::MAX)).unwrap();
            let filter = ListFilter { conditions: vec![Condition { key: "ok".to_owned(), ..score }], ..ListFilter::default() };
            let list = move |conn: &mut _| listing::page(conn, project, &filter, None, &From::Top, 10);
            assert_eq!(t.app.db.read(list).await.unwrap().rows.len(), found, "{least}");
        }
    }

    async fn sums_beyond_what_a_number_holds_break_no_page(t: TestApp) {
        let r = Reader::new(&t).await;
        for id in ["a", "b"] {
            let usage = json!({"id": format!("{id}-o"), "traceId": id, "model": "m", "startTime": "2026-11-21T09:00:00Z",
                "usageDetails": {"input": 5}, "costDetails": {"total": 1}});
            let about = json!({"id": id, "sessionId": "s", "timestamp": "2026-11-21T09:00:00Z"});
            let events = [event(&format!("t{id}"), "trace-create", 1, about), event(&format!("o{id}"), "generation-create", 1, usage)];
            batch(&t, r.project, &events).await;
        }
        let most = |tx: &mut tracewright::db::Tx<'_>| {
            diesel::update(traces::table).set(traces::cost_nanos.eq(i64::MAX)).execute(tx.conn)?;
            diesel::update(observations::table).set(observations::cost_nanos.eq(i64::MAX)).execute(tx.conn)?;
            Ok(())
        };
        t.app.db.write(&Actor::system(), most).await.unwrap();
        let project = r.project;
        let sums = t.app.db.read(move |conn| sessions::sums(conn, project, &["s"])).await.unwrap();
        assert_eq!((sums[0].traces, sums[0].cost_nanos, sums[0].tokens), (2, i64::MAX, 10));
        let day = &r.get("/api/public/metrics/daily").await["data"][0];
        assert_eq!((&day["countTraces"], &day["usage"][0]["inputUsage"]), (&json!(2), &json!(10)));
        for (view, measure, dimension) in [("traces", "totalCost", "userId"), ("observations", "totalCost", "traceName")] {
            let query = json!({"view": view, "metrics": [{"measure": measure, "aggregation": "sum"}], "filters": [],
                "dimensions": [{"field": dimension}], "fromTimestamp": "2026-11-21T00:00:00Z", "toTimestamp": "2026-11-22T00:00:00Z"});
            let path = format!("/api/public/metrics?{}", serde_urlencoded::to_string([("query", query.to_string())]).unwrap());
            assert_eq!(r.get(&path).await["data"].as_array().unwrap().len(), 1, "{view}");
        }
    }
}
