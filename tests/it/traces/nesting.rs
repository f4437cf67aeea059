//! Each token once, whatever nests and in whatever order it comes: the trace, the sums by day and the metrics say what the calls say.

use serde_json::{Value, json};
use tracewright::foundation::{ProjectKey, Timestamp};
use tracewright::hours::refresh;
use tracewright::metrics::query::{Query, Version};
use tracewright::metrics::reads as metrics;
use tracewright::metrics::reads::DailyFilter;

use super::{PROJECT, batch, otlp_json, seen};
use crate::harness::{MINUTE, TestApp, on_both};

/// Numbers that look random and are the same on every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            all.swap(last, self.roll(last + 1));
        }
    }
}

/// A call, as one of these clients tells it.
fn call(dialect: usize, input: i64, output: i64) -> (&'static str, Value) {
    match dialect {
        0 => (
            "opentelemetry.instrumentation.openai",
            json!({"gen_ai.operation.name": "chat", "gen_ai.request.model": "m",
            "gen_ai.usage.input_tokens": input, "gen_ai.usage.output_tokens": output}),
        ),
        1 => (
            "openinference.instrumentation.smolagents",
            json!({"openinference.span.kind": "LLM", "llm.model_name": "m",
            "llm.token_count.prompt": input, "llm.token_count.completion": output, "llm.token_count.total": input + output}),
        ),
        2 => (
            "ai",
            json!({"ai.operationId": "ai.generateText.doGenerate", "ai.model.id": "m",
            "ai.usage.inputTokens": input, "ai.usage.outputTokens": output, "gen_ai.usage.input_tokens": input, "gen_ai.usage.output_tokens": output}),
        ),
        3 => (
            "strands.telemetry.tracer",
            json!({"gen_ai.operation.name": "chat", "gen_ai.request.model": "m", "gen_ai.usage.prompt_tokens": input,
            "gen_ai.usage.completion_tokens": output, "gen_ai.usage.total_tokens": input + output}),
        ),
        _ => (
            "mlflow",
            json!({"openinference.span.kind": "LLM", "llm.model_name": "m",
            "mlflow.chat.tokenUsage": json!({"input_tokens": input, "output_tokens": output, "total_tokens": input + output}).to_string()}),
        ),
    }
}

/// What stands above calls and repeats their sum, as one of these clients tells it.
fn above(dialect: usize, input: i64, output: i64) -> (&'static str, Value) {
    match dialect {
        0 => (
            "gcp.vertex.agent",
            json!({"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "clerk", "gen_ai.request.model": "m",
            "gen_ai.usage.input_tokens": input, "gen_ai.usage.output_tokens": output}),
        ),
        1 => (
            "openinference.instrumentation.smolagents",
            json!({"openinference.span.kind": "AGENT",
            "llm.token_count.prompt": input, "llm.token_count.completion": output}),
        ),
        2 => (
            "openinference.instrumentation.crewai",
            json!({"openinference.span.kind": "CHAIN", "llm.token_count.total": input + output,
            "llm.token_count.prompt": input, "llm.token_count.completion": output}),
        ),
        3 => (
            "ai",
            json!({"ai.operationId": "ai.generateText", "ai.model.id": "m", "ai.usage.inputTokens": input, "ai.usage.outputTokens": output}),
        ),
        4 => (
            "pydantic-ai",
            json!({"agent_name": "clerk", "model_name": "m", "gen_ai.usage.input_tokens": input, "gen_ai.usage.output_tokens": output}),
        ),
        5 => (
            "pydantic-ai",
            json!({"gen_ai.operation.name": "invoke_agent", "gen_ai.aggregated_usage.input_tokens": input,
            "gen_ai.aggregated_usage.output_tokens": output}),
        ),
        6 => (
            "agent_framework",
            json!({"gen_ai.operation.name": "invoke_workflow", "gen_ai.usage.input_tokens": input, "gen_ai.usage.output_tokens": output,
            "gen_ai.usage.cost": "0.5"}),
        ),
        7 => (
            "langfuse-sdk",
            json!({"langfuse.observation.type": "agent",
            "langfuse.observation.usage_details": json!({"input": input, "output": output}).to_string()}),
        ),
        8 => (
            "litellm",
            json!({"gen_ai.operation.name": "chat", "gen_ai.request.model": "m", "gen_ai.usage.input_tokens": input,
            "gen_ai.usage.output_tokens": output}),
        ),
        _ => ("http", json!({"http.method": "POST"})),
    }
}

/// One request of a client.
enum Sent {
    Span(Value),
    Event(Value),
}

fn span(trace: &str, id: usize, parent: Option<usize>, (scope, attributes): &(&str, Value)) -> Value {
    let name = |n: usize| format!("{:016x}", n + 1);
    let attributes: Vec<Value> = attributes
        .as_object()
        .unwrap()
        .iter()
        .map(|(key, value)| {
            let value = if value.is_string() {
                json!({"stringValue": value})
            } else {
                json!({"intValue": value.to_string()})
            };
            json!({"key": key, "value": value})
        })
        .collect();
    let span = json!({"traceId": trace, "spanId": name(id), "parentSpanId": parent.map(name).unwrap_or_default(), "name": name(id),
        "startTimeUnixNano": "1795248000000000000", "endTimeUnixNano": "1795248001000000000", "attributes": attributes});
    json!({"scope": {"name": scope}, "spans": [span]})
}

/// The same call in the older form: told when it begins, and what it used when it ends.
fn events(trace: &str, id: usize, parent: Option<usize>, input: i64, output: i64) -> [Value; 2] {
    let name = |n: usize| format!("{:016x}", n + 1);
    let event = |n: u32, kind: &str, body: Value| {
        let timestamp = format!("2026-11-21T08:00:0{n}.000Z");
        json!({"id": format!("{trace}-{id}-{n}"), "type": kind, "timestamp": timestamp, "body": body})
    };
    [
        event(
            0,
            "generation-create",
            json!({"id": name(id), "traceId": trace, "parentObservationId": parent.map(name), "model": "m",
            "startTime": "2026-11-21T08:00:00Z"}),
        ),
        event(
            1,
            "generation-update",
            json!({"id": name(id), "traceId": trace, "usageDetails": {"promptTokenCount": input, "candidatesTokenCount": output,
            "totalTokenCount": input + output}}),
        ),
    ]
}

/// From one to `most` tokens.
fn count(dice: &mut Dice, most: usize) -> i64 {
    i64::try_from(1 + dice.roll(most)).unwrap()
}

/// A sum as metrics give it.
fn whole(sum: f64) -> i64 {
    format!("{sum:.0}").parse().unwrap()
}

/// What one tree sends, and the tokens of its calls.
fn tree(dice: &mut Dice, trace: &str) -> (Vec<Sent>, i64) {
    let len = 1 + dice.roll(16);
    let parents: Vec<Option<usize>> = (0..len).map(|n| (n > 0).then(|| dice.roll(n))).collect();
    let is_above = |n: usize| parents.contains(&Some(n));
    let mut sums: Vec<(i64, i64)> = (0..len).map(|_| (count(dice, 500), count(dice, 50))).collect();
    (0..len).filter(|n| is_above(*n)).for_each(|n| sums[n] = (0, 0));
    let calls = sums.iter().map(|(input, output)| input + output).sum();
    for n in (1..len).rev() {
        let (below, parent) = (sums[n], parents[n].unwrap());
        sums[parent] = (sums[parent].0 + below.0, sums[parent].1 + below.1);
    }
    let mut sent = Vec::new();
    for n in 0..len {
        let (input, output) = sums[n];
        if is_above(n) {
            sent.push(Sent::Span(span(trace, n, parents[n], &above(dice.roll(11), input, output))));
        } else if dice.roll(4) == 0 {
            sent.extend(events(trace, n, parents[n], input, output).map(Sent::Event));
        } else {
            sent.push(Sent::Span(span(trace, n, parents[n], &call(dice.roll(5), input, output))));
        }
    }
    (sent, calls)
}

async fn send(t: &TestApp, dice: &mut Dice, mut all: Vec<Sent>) {
    dice.shuffle(&mut all);
    let mut all = all.into_iter().peekable();
    while all.peek().is_some() {
        let (mut spans, mut told) = (Vec::new(), Vec::new());
        for one in all.by_ref().take(1 + dice.roll(6)) {
            match one {
                Sent::Span(span) => spans.push(span),
                Sent::Event(event) => told.push(event),
            }
        }
        if !spans.is_empty() {
            otlp_json(t, PROJECT, &json!({"resourceSpans": [{"scopeSpans": spans}]})).await;
        }
        if !told.is_empty() {
            batch(t, PROJECT, &told).await;
        }
    }
}

/// All tokens by metrics of observations, by metrics of traces, and by the daily table.
async fn sums(t: &TestApp) -> [i64; 3] {
    let of = |view: &str| {
        let query = json!({"view": view, "metrics": [{"measure": "totalTokens", "aggregation": "sum"}],
            "fromTimestamp": "2026-11-21T00:00:00Z", "toTimestamp": "2026-11-22T00:00:00Z"});
        Query::read(&query.to_string(), Version::V1).unwrap()
    };
    let (observations, traces) = (of("observations"), of("traces"));
    let daily =
        DailyFilter { from: Timestamp(0), to: Timestamp(1_800_000_000_000_000), ..DailyFilter::default() };
    let read = move |conn: &mut tracewright::db::AnyConnection| {
        let of = |rows: Vec<tracewright::metrics::shape::Row>| whole(rows[0].values[0].unwrap());
        let by_day = metrics::model_days(conn, PROJECT, &daily)?;
        let by_day = by_day.iter().map(|it| it.input + it.output).sum();
        Ok([
            of(metrics::run(conn, PROJECT, &observations)?),
            of(metrics::run(conn, PROJECT, &traces)?),
            by_day,
        ])
    };
    t.app.db.read(read).await.unwrap()
}

async fn totals(t: &TestApp, project: ProjectKey) -> Vec<(String, i64)> {
    let mut found: Vec<_> =
        seen(t, project).await.traces.into_iter().map(|row| (row.trace_id, row.total_tokens)).collect();
    found.sort();
    found
}

on_both! {
    async fn each_token_counts_once_whatever_nests_and_comes_first(t: TestApp) {
        let (mut dice, mut expected, mut all) = (Dice(7), Vec::new(), 0);
        for n in 0..40 {
            let trace = format!("{:032x}", n + 1);
            let (sent, calls) = tree(&mut dice, &trace);
            send(&t, &mut dice, sent).await;
            all += calls;
            expected.push((trace, calls));
        }
        assert_eq!(totals(&t, PROJECT).await, expected);
        assert_eq!(sums(&t).await, [all; 3], "from the rows");
        t.clock.advance(2 * MINUTE);
        assert!(refresh(&t.app).await.unwrap() > 0);
        assert_eq!(sums(&t).await, [all; 3], "from sums by hour");
    }
}
