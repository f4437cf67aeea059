//! Whose a call is: what a run, a stage or the trace says once holds for the calls below, whatever came first, and sums by it
//! say the same.

use actix_web::web::block;
use diesel::prelude::*;
use serde_json::{Value, json};
use tracewright::app;
use tracewright::db::AnyConnection;
use tracewright::db::schema::{observations, recounts, series_deltas, series_revisions, series_sums, traces};
use tracewright::foundation::Actor;
use tracewright::hours::refresh;
use tracewright::metrics::query::{Query, Version};
use tracewright::metrics::reads as metrics;
use tracewright::traces::recount;

use super::{PROJECT, batch, event, otlp_json, seen};
use crate::harness::{MINUTE, TestApp, on_both};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
/// Stage, role, tokens in and out.
const STAGES: [(&str, &str, i64, i64); 3] = [
    ("version_bump", "backend-engineer", 600, 250),
    ("quality_validation", "testing-specialist", 500, 150),
    ("publish_deploy", "devops-engineer", 400, 150),
];

fn id(n: usize) -> String {
    format!("{n:016x}")
}

fn span(n: usize, parent: Option<usize>, name: &str, attributes: &[(&str, Value)]) -> Value {
    let attributes: Vec<Value> = attributes
        .iter()
        .map(|(key, value)| {
            let kind = if value.is_string() { "stringValue" } else { "intValue" };
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            json!({"key": key, "value": {kind: value}})
        })
        .collect();
    json!({"traceId": TRACE, "spanId": id(n), "parentSpanId": parent.map(id).unwrap_or_default(), "name": name,
        "startTimeUnixNano": "1795248000000000000", "endTimeUnixNano": "1795248001000000000", "attributes": attributes})
}

/// A run of three stages in three roles; each makes one call, below a span that says nothing.
fn release() -> Vec<Value> {
    let mut spans = vec![span(
        1,
        None,
        "workflow.package_release",
        &[("gen_ai.agent.name", json!("releaser")), ("tenant.id", json!("acme"))],
    )];
    for (place, (stage, persona, input, output)) in STAGES.into_iter().enumerate() {
        let first = 10 * (place + 1);
        spans.push(span(
            first,
            Some(1),
            &format!("stage.{stage}"),
            &[("stage.persona", json!(persona)), ("stage.quality_gate_passed", json!("true"))],
        ));
        spans.push(span(first + 1, Some(first), "prepare", &[]));
        spans.push(span(
            first + 2,
            Some(first + 1),
            "chat",
            &[
                ("gen_ai.operation.name", json!("chat")),
                ("gen_ai.request.model", json!("gpt-4")),
                ("gen_ai.usage.input_tokens", json!(input)),
                ("gen_ai.usage.output_tokens", json!(output)),
            ],
        ));
    }
    spans
}

async fn send(t: &TestApp, spans: &[Value]) {
    let scope = json!({"scope": {"name": "demo"}, "spans": spans});
    otlp_json(t, PROJECT, &json!({"resourceSpans": [{"scopeSpans": [scope]}]})).await;
}

/// Id, tenant, agent and persona of each observation, sorted.
async fn names(t: &TestApp) -> Vec<String> {
    let word = |name: Option<String>| name.unwrap_or_else(|| "-".to_owned());
    let rows = seen(t, PROJECT).await.observations.into_iter();
    let mut found: Vec<String> = rows
        .map(|o| format!("{} {} {} {}", o.observation_id, word(o.tenant), word(o.agent), word(o.persona)))
        .collect();
    found.sort();
    found
}

/// Tokens by a field, as metrics say.
async fn tokens_by(t: &TestApp, field: &str) -> Vec<(String, i64)> {
    let query = json!({"view": "observations", "metrics": [{"measure": "totalTokens", "aggregation": "sum"}],
        "dimensions": [{"field": field}],
        "fromTimestamp": "2026-11-21T00:00:00Z", "toTimestamp": "2026-11-22T00:00:00Z"});
    let query = Query::read(&query.to_string(), Version::V1).unwrap();
    let rows = t.app.db.read(move |conn| metrics::run(conn, PROJECT, &query)).await.unwrap();
    let whole = |sum: Option<f64>| format!("{:.0}", sum.unwrap_or_default()).parse().unwrap();
    let mut found: Vec<(String, i64)> = rows
        .into_iter()
        .map(|row| (row.keys[0].clone().unwrap_or_default(), whole(row.values[0])))
        .filter(|(_, tokens)| *tokens > 0)
        .collect();
    found.sort();
    found
}

/// Quality gates that passed.
async fn passed(t: &TestApp) -> i64 {
    let read = |conn: &mut AnyConnection| {
        Ok(observations::table.filter(observations::gate.eq("passed")).count().get_result(conn)?)
    };
    t.app.db.read(read).await.unwrap()
}

async fn rows_hold(t: &TestApp) {
    let checked = app::check_arrivals(&t.app, |_| {}).await.unwrap();
    assert_eq!(checked.difference_count, 0, "{:?}", checked.differences);
}

fn wanted() -> Vec<(String, i64)> {
    let mut all: Vec<(String, i64)> =
        STAGES.iter().map(|(_, persona, input, output)| ((*persona).to_owned(), input + output)).collect();
    all.sort();
    all
}

on_both! {
    async fn a_call_belongs_to_the_run_and_the_stage_above_it(t: TestApp) {
        send(&t, &release()).await;
        let whole = names(&t).await;
        assert_eq!(whole.len(), 10);
        assert!(whole.contains(&format!("{} acme releaser backend-engineer", id(12))), "{whole:?}");
        assert_eq!(tokens_by(&t, "persona").await, wanted(), "850, 650 and 550, from the rows");
        assert_eq!(tokens_by(&t, "workflow").await, [("package_release".to_owned(), 2_050)]);
        let mut by_stage: Vec<(String, i64)> = STAGES.iter().map(|it| (it.0.to_owned(), it.2 + it.3)).collect();
        by_stage.sort();
        assert_eq!(tokens_by(&t, "stage").await, by_stage);
        assert_eq!(passed(&t).await, 3);
        assert_eq!(tokens_by(&t, "agent").await, [("releaser".to_owned(), 2_050)]);
        assert_eq!(tokens_by(&t, "tenant").await, [("acme".to_owned(), 2_050)]);
        t.clock.advance(2 * MINUTE);
        assert!(refresh(&t.app).await.unwrap() > 0);
        assert_eq!(tokens_by(&t, "persona").await, wanted(), "from sums by hour");
        rows_hold(&t).await;
    }

    async fn it_is_the_same_whatever_comes_first_and_however_often(t: TestApp) {
        let spans = release();
        for one in spans.iter().rev() {
            send(&t, std::slice::from_ref(one)).await;
        }
        let from_below = names(&t).await;
        assert!(from_below.contains(&format!("{} acme releaser devops-engineer", id(32))), "{from_below:?}");
        send(&t, &spans).await;
        assert_eq!(names(&t).await, from_below);
        // Sums were made while the calls were nobody's.
        assert_eq!(tokens_by(&t, "persona").await, wanted());
        rows_hold(&t).await;
    }

    async fn sums_follow_when_a_run_is_named_later(t: TestApp) {
        let mut spans = release();
        let top = spans.remove(0);
        send(&t, &spans).await;
        t.clock.advance(2 * MINUTE);
        refresh(&t.app).await.unwrap();
        assert_eq!(tokens_by(&t, "agent").await, [(String::new(), 2_050)]);
        send(&t, &[top]).await;
        assert_eq!(tokens_by(&t, "agent").await, [("releaser".to_owned(), 2_050)]);
        t.clock.advance(2 * MINUTE);
        refresh(&t.app).await.unwrap();
        assert_eq!(tokens_by(&t, "agent").await, [("releaser".to_owned(), 2_050)]);
        rows_hold(&t).await;
    }

    async fn what_a_trace_says_as_a_whole_holds_where_no_span_says_more(t: TestApp) {
        let create = |n: &str, second, body| event(n, "generation-create", second, body);
        batch(&t, PROJECT, &[
            create("e1", 1, json!({"id": "g1", "traceId": "t1", "model": "m", "startTime": "2026-11-21T09:00:00Z"})),
            create("e2", 2, json!({"id": "g2", "traceId": "t1", "model": "m", "startTime": "2026-11-21T09:00:00Z",
                "metadata": {"agent_id": "sizer"}})),
        ]).await;
        assert_eq!(names(&t).await, ["g1 - - -", "g2 - sizer -"]);
        let tags = json!({"id": "t1", "tags": ["agent:router", "tenant:umbrella"], "metadata": {"persona": "clerk"}});
        batch(&t, PROJECT, &[event("e3", "trace-create", 3, tags)]).await;
        assert_eq!(names(&t).await, ["g1 umbrella router clerk", "g2 umbrella sizer clerk"]);
        rows_hold(&t).await;
        // The trace changes hands: what calls say themselves stays.
        batch(&t, PROJECT, &[event("e4", "trace-create", 4, json!({"id": "t1", "metadata": {"agent_id": "desk"}}))]).await;
        assert_eq!(names(&t).await, ["g1 umbrella desk clerk", "g2 umbrella sizer clerk"]);
        rows_hold(&t).await;
    }

    async fn traces_stored_before_are_looked_at_anew(t: TestApp) {
        send(&t, &release()).await;
        let whole = names(&t).await;
        let as_before = |conn: &mut AnyConnection| {
            for (n, parent) in [(12, 11), (22, 21), (32, 31)] {
                for n in [n, parent] {
                    diesel::update(observations::table.filter(observations::observation_id.eq(id(n))))
                        .set((
                            observations::tenant.eq(None::<String>),
                            observations::agent.eq(None::<String>),
                            observations::persona.eq(None::<String>),
                            observations::workflow.eq(None::<String>),
                            observations::stage.eq(None::<String>),
                            observations::inherited.eq(0_i16),
                        ))
                        .execute(conn)?;
                }
            }
            // Before, only the image had them.
            diesel::update(observations::table)
                .set((observations::gate.eq(None::<String>), observations::workflow.eq(None::<String>), observations::stage.eq(None::<String>)))
                .execute(conn)?;
            // And nothing was counted of a trace that nobody had looked at.
            diesel::delete(series_deltas::table).execute(conn)?;
            diesel::delete(series_sums::table).execute(conn)?;
            diesel::delete(series_revisions::table).execute(conn)?;
            diesel::update(traces::table).set(traces::measured.eq(false)).execute(conn)?;
            diesel::insert_into(recounts::table)
                .values((recounts::project.eq(PROJECT), recounts::after_trace.eq("")))
                .execute(conn)?;
            Ok(())
        };
        t.app.db.write(&Actor::system(), move |tx| as_before(tx.conn)).await.unwrap();
        assert!(names(&t).await.contains(&format!("{} - - -", id(12))));
        let db = t.app.db.clone();
        assert_eq!(block(move || recount::finish(&db)).await.unwrap().unwrap(), 1);
        assert_eq!(names(&t).await, whole);
        rows_hold(&t).await;
    }
}
