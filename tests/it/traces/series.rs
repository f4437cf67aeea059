//! What the fleet is measured by: exact figures of one run, and that they depend on what is stored alone - not on the order in which it
//! came, on when sums were added up, on what was erased in between, or on the version that stored it.

use std::collections::BTreeMap;

use actix_web::web::block;
use diesel::prelude::*;
use futures_util::future::join;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use tracewright::app;
use tracewright::db::AnyConnection;
use tracewright::db::schema::{
    observations, recounts, series_deltas, series_revisions, series_sums, traces as trace_rows,
};
use tracewright::foundation::{Actor, Asker, ProjectKey, Timestamp};
use tracewright::series::{Metric, Series, Step, Sum, in_time, refresh, totals};
use tracewright::state::App;
use tracewright::traces::actions::erase::erase_traces;
use tracewright::traces::{Hooks, recount};

use super::{PROJECT, event, otlp_json, try_batch};
use crate::harness::{Backend, TestApp, block_on, on_both};

/// 2026-11-21 08:00 UTC, in seconds.
const BEGIN: i64 = 1_795_248_000;
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const OTHER: &str = "0af7651916cd43dd8448eb211c80319d";

/// Stage, role, tokens in and out.
const STAGES: [(&str, &str, i64, i64); 3] = [
    ("version_bump", "backend-engineer", 600, 250),
    ("quality_validation", "testing-specialist", 500, 150),
    ("publish_deploy", "devops-engineer", 400, 150),
];

/// A span from one second to another.
fn span(
    (trace, n, parent): (&str, i64, Option<i64>),
    name: &str,
    (from, to): (i64, i64),
    attributes: &[(&str, Value)],
) -> Value {
    let id = |n: i64| format!("{n:016x}");
    let attributes: Vec<Value> = attributes
        .iter()
        .map(|(key, value)| {
            let kind = if value.is_string() { "stringValue" } else { "intValue" };
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            json!({"key": key, "value": {kind: value}})
        })
        .collect();
    let nanos = |second: i64| format!("{}000000000", BEGIN + second);
    json!({"traceId": trace, "spanId": id(n), "parentSpanId": parent.map(id).unwrap_or_default(), "name": name,
        "startTimeUnixNano": nanos(from), "endTimeUnixNano": nanos(to), "attributes": attributes})
}

/// A release of one minute: three stages of twenty seconds in three roles, each with a call of ten seconds below it.
fn release(trace: &str) -> Vec<Value> {
    let who = [("gen_ai.agent.name", json!("releaser")), ("tenant.id", json!("acme"))];
    let mut spans = vec![span((trace, 1, None), "workflow.package_release", (0, 60), &who)];
    for ((stage, persona, input, output), n) in STAGES.into_iter().zip(0..) {
        let (id, from) = (10 * (n + 1), 20 * n);
        let said = [("stage.persona", json!(persona)), ("stage.quality_gate_passed", json!("true"))];
        spans.push(span((trace, id, Some(1)), &format!("stage.{stage}"), (from, from + 20), &said));
        let call = [
            ("gen_ai.operation.name", json!("chat")),
            ("gen_ai.request.model", json!("gpt-4")),
            ("gen_ai.usage.input_tokens", json!(input)),
            ("gen_ai.usage.output_tokens", json!(output)),
        ];
        spans.push(span((trace, id + 1, Some(id)), "chat", (from + 2, from + 12), &call));
    }
    spans
}

async fn send(t: &TestApp, project: ProjectKey, spans: &[Value]) {
    let scope = json!({"scope": {"name": "demo"}, "spans": spans});
    otlp_json(t, project, &json!({"resourceSpans": [{"scopeSpans": [scope]}]})).await;
}

/// A series as a line: labels, number, sum, the buckets that are not empty, and its parts.
fn line((series, sum): &(Series, Sum)) -> String {
    let filled: Vec<String> = sum.buckets.iter().map(|(at, n)| format!("{at}={n}")).collect();
    let labels = series.labels.join(",");
    let parts = &sum.parts[..series.metric.parts().len()];
    let parts = if parts.is_empty() { String::new() } else { format!(" {parts:?}") };
    format!("{:?} {labels}: {} {} [{}]{parts}", series.metric, sum.n, sum.sum, filled.join(" "))
}

async fn all_time(app: &App, project: ProjectKey) -> Vec<String> {
    let read = move |conn: &mut AnyConnection| totals(conn, Some(project));
    app.db.read(read).await.unwrap().iter().map(line).collect()
}

/// Every hour of every metric.
async fn by_hour(app: &App, project: ProjectKey) -> Vec<(Timestamp, String)> {
    let read = move |conn: &mut AnyConnection| {
        let mut found = Vec::new();
        for metric in Metric::ALL {
            let time = (Timestamp(0), Timestamp(i64::MAX / 2));
            let all = in_time(conn, project, metric, time, Step::Hour)?;
            for step in [Step::Quarter, Step::Day] {
                assert_eq!(in_time(conn, project, metric, time, step)?, in_steps(&all, step), "{metric:?}");
            }
            found.extend(all.into_iter().map(|(hour, series, sum)| (hour, line(&(series, sum)))));
        }
        Ok(found)
    };
    app.db.read(read).await.unwrap()
}

/// Sums by hour as those of longer steps.
fn in_steps(hours: &[(Timestamp, Series, Sum)], step: Step) -> Vec<(Timestamp, Series, Sum)> {
    let mut sums: BTreeMap<(Timestamp, Series), Sum> = BTreeMap::new();
    for (hour, series, sum) in hours {
        sums.entry((Timestamp(step.of(hour.0)), series.clone())).or_default().add(sum);
    }
    sums.into_iter().map(|((start, series), sum)| (start, series, sum)).collect()
}

async fn rows_hold(t: &TestApp) {
    let checked = app::check_arrivals(&t.app, |_| {}).await.unwrap();
    assert_eq!(checked.difference_count, 0, "{:?}", checked.differences);
}

async fn waiting(t: &TestApp) -> i64 {
    let read = |conn: &mut AnyConnection| Ok(series_deltas::table.count().get_result(conn)?);
    t.app.db.read(read).await.unwrap()
}

/// The rows as a version before the series had left them.
async fn as_before(t: &TestApp, project: ProjectKey) {
    let write = move |conn: &mut AnyConnection| {
        diesel::delete(series_deltas::table.filter(series_deltas::project.eq(project))).execute(conn)?;
        diesel::delete(series_sums::table.filter(series_sums::project.eq(project))).execute(conn)?;
        diesel::delete(series_revisions::table.filter(series_revisions::project.eq(project)))
            .execute(conn)?;
        diesel::update(trace_rows::table.filter(trace_rows::project.eq(project)))
            .set(trace_rows::measured.eq(false))
            .execute(conn)?;
        diesel::update(observations::table.filter(observations::project.eq(project)))
            .set(observations::fact.eq(None::<String>))
            .execute(conn)?;
        diesel::insert_into(recounts::table)
            .values((recounts::project.eq(project), recounts::after_trace.eq("")))
            .execute(conn)?;
        Ok(())
    };
    t.app.db.write(&Actor::system(), move |tx| write(tx.conn)).await.unwrap();
}

async fn finish(t: &TestApp) {
    let db = t.app.db.clone();
    block(move || recount::finish(&db)).await.unwrap().unwrap();
}

/// A task of a supervisor, as a batch event.
fn task(n: usize, decomposed: bool) -> Value {
    let body = json!({"id": format!("task-{n}"), "traceId": "tasks", "name": "supervisor.task",
        "startTime": "2026-11-21T09:00:00Z", "metadata": {"decomposed": decomposed, "tenant_id": "acme"}});
    event(&format!("event-{n}"), "span-create", 1, body)
}

/// Picks by a seed, each time something else.
struct Pick(u64);

impl Pick {
    fn of(&mut self, count: u64) -> u64 {
        // The constants of Knuth's MMIX generator.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % count
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.of(of.len() as u64)).unwrap()]
    }

    fn whole(&mut self, count: u64) -> i64 {
        i64::try_from(self.of(count)).unwrap()
    }

    fn time(&mut self) -> String {
        format!("2026-11-21T{:02}:{:02}:00Z", 8 + self.of(2), self.of(60))
    }
}

/// What a client sends: a span, or an event of a batch.
#[derive(Clone, Debug)]
enum Said {
    Span(Value),
    Event(Value),
}

/// One thing that a fleet may say; the seed decides all of it.
fn said(seed: u64) -> Said {
    let mut pick = Pick(seed);
    let id = format!("e{}", pick.of(300));
    let second = u32::try_from(pick.of(50)).unwrap();
    match pick.of(6) {
        0 => {
            let metadata = json!({"agent_id": pick.one(&["desk", "router"]), "persona": pick.one(&[None, Some("clerk")])});
            let body = json!({"id": pick.one(&[TRACE, "t2"]), "metadata": metadata, "tags": [pick.one(&["tenant:acme", "x"])]});
            Said::Event(event(&id, "trace-create", second, body))
        }
        1 => Said::Event(event(&id, "generation-create", second, generation(&mut pick))),
        2 => {
            let body = json!({"id": format!("o{}", pick.of(3)), "traceId": pick.one(&[TRACE, "t2"]), "endTime": pick.time(),
                "level": pick.one(&["ERROR", "DEFAULT"]), "usageDetails": {"output": pick.of(9)}});
            Said::Event(event(&id, "generation-update", second, body))
        }
        3 => {
            let metadata = json!({"decomposed": pick.of(2) == 0, "valid": pick.of(2) == 0, "source_agent": pick.one(&["a", "b"]),
                "model_tier": pick.one(&["fast", "slow"])});
            let name = pick.one(&["supervisor.task", "handoff.validate", "context.compile", "step"]);
            let body = json!({"id": format!("f{}", pick.of(3)), "traceId": "t2", "name": name, "startTime": pick.time(),
                "endTime": pick.time(), "metadata": metadata});
            Said::Event(event(&id, "span-create", second, body))
        }
        _ => Said::Span(any_span(&mut pick)),
    }
}

fn generation(pick: &mut Pick) -> Value {
    let metadata = json!({"stage": pick.one(&[None, Some("build")]), "workflow": pick.one(&[None, Some("release")]),
        "persona": pick.one(&[None, Some("dev"), Some("qa")]), "quality_gate": pick.one(&[None, Some("pass"), Some("fail")])});
    json!({"id": format!("o{}", pick.of(3)), "traceId": pick.one(&[TRACE, "t2"]), "model": pick.one(&["m", "n"]),
        "parentObservationId": pick.one(&[None, Some("o0"), Some("o1"), Some("0000000000000001")]),
        "startTime": pick.time(), "usageDetails": {"input": pick.of(9)}, "metadata": metadata})
}

fn any_span(pick: &mut Pick) -> Value {
    let names = ["workflow.release", "workflow.audit", "stage.build", "stage.test", "chat", "step"];
    let (name, n, parent) = (pick.one(&names), pick.whole(8) + 1, pick.whole(9));
    let (from, took) = (pick.whole(5_000), pick.whole(90));
    let mut attributes = Vec::new();
    for (key, values) in [
        ("stage.persona", ["dev", "qa", "ops"]),
        ("gen_ai.agent.name", ["planner", "writer", "releaser"]),
        ("tenant.id", ["acme", "umbrella", "acme"]),
        ("stage.quality_gate_passed", ["true", "false", "later"]),
    ] {
        if pick.of(3) == 0 {
            attributes.push((key, json!(pick.one(&values))));
        }
    }
    if name == "chat" {
        attributes.push(("gen_ai.operation.name", json!("chat")));
        attributes.push(("gen_ai.request.model", json!(pick.one(&["m", "n"]))));
        attributes.push(("gen_ai.usage.input_tokens", json!(pick.of(20))));
    }
    let place = (TRACE, n, Some(parent).filter(|parent| *parent > 0));
    let mut span = span(place, name, (from, from + took), &attributes);
    if pick.of(5) == 0 {
        span["status"] = json!({"code": 2});
    }
    span
}

/// Sends them as one request of each kind. An update whose observation is not known comes again with the rest.
async fn tell(t: &TestApp, project: ProjectKey, part: &[Said]) {
    let (mut spans, mut events) = (Vec::new(), Vec::new());
    for said in part {
        match said {
            Said::Span(span) => spans.push(span.clone()),
            Said::Event(event) => events.push(event.clone()),
        }
    }
    if !events.is_empty() {
        try_batch(t, project, &events).await;
    }
    if !spans.is_empty() {
        send(t, project, &spans).await;
    }
}

on_both! {
    async fn a_release_is_measured_exactly(t: TestApp) {
        send(&t, PROJECT, &release(TRACE)).await;
        let wanted = [
            "PersonaSwitches backend-engineer,testing-specialist,package_release: 1 0 []",
            "PersonaSwitches none,backend-engineer,package_release: 1 0 []",
            "PersonaSwitches testing-specialist,devops-engineer,package_release: 1 0 []",
            "PersonaDuration backend-engineer,package_release: 1 20000000 [6=1]",
            "PersonaDuration devops-engineer,package_release: 1 20000000 [6=1]",
            "PersonaDuration testing-specialist,package_release: 1 20000000 [6=1]",
            "PersonaTokens backend-engineer,package_release,gpt-4: 1 850 []",
            "PersonaTokens devops-engineer,package_release,gpt-4: 1 550 []",
            "PersonaTokens testing-specialist,package_release,gpt-4: 1 650 []",
            "StageDuration package_release,publish_deploy,devops-engineer: 1 20000000 [5=1]",
            "StageDuration package_release,quality_validation,testing-specialist: 1 20000000 [5=1]",
            "StageDuration package_release,version_bump,backend-engineer: 1 20000000 [5=1]",
            "QualityGate package_release,publish_deploy,passed: 1 0 []",
            "QualityGate package_release,quality_validation,passed: 1 0 []",
            "QualityGate package_release,version_bump,passed: 1 0 []",
            "AgentInvocations releaser,acme,success: 3 30000000 [7=3]",
            "AgentExecution releaser,gpt-4,true: 1 60000000 [6=1]",
            "WorkflowRuns package_release,success: 1 60000000 [6=1]",
        ];
        assert_eq!(all_time(&t.app, PROJECT).await, wanted);
        let hours = by_hour(&t.app, PROJECT).await;
        assert!(hours.iter().all(|(hour, _)| *hour == Timestamp(BEGIN * 1_000_000)), "{hours:?}");
        // Errors, tokens in and out, how many had them counted, cost, how many have no price, how many are in a session.
        let calls = [
            "Calls releaser,backend-engineer,acme,package_release,gpt-4: 1 10000000 [40=1] [0, 600, 250, 1, 33000000, 0, 0]",
            "Calls releaser,devops-engineer,acme,package_release,gpt-4: 1 10000000 [40=1] [0, 400, 150, 1, 21000000, 0, 0]",
            "Calls releaser,testing-specialist,acme,package_release,gpt-4: 1 10000000 [40=1] [0, 500, 150, 1, 24000000, 0, 0]",
        ];
        let hours: Vec<String> = hours.into_iter().map(|(_, line)| line).collect();
        assert_eq!(hours, [&wanted[..], &calls[..]].concat());
        let read = |conn: &mut AnyConnection| totals(conn, None);
        let together = t.app.db.read(read).await.unwrap();
        assert_eq!(together.iter().map(line).collect::<Vec<_>>(), wanted, "of all projects");
        rows_hold(&t).await;
    }

    async fn adding_up_changes_no_figure_and_two_may_do_it(t: TestApp) {
        for one in release(TRACE) {
            send(&t, PROJECT, &[one]).await;
        }
        let (before, hours) = (all_time(&t.app, PROJECT).await, by_hour(&t.app, PROJECT).await);
        assert!(waiting(&t).await > 0);
        let other = t.other_process().app;
        let (here, there) = join(refresh(&t.app), refresh(&other)).await;
        assert!(here.unwrap() + there.unwrap() > 0);
        assert_eq!(waiting(&t).await, 0);
        assert_eq!(all_time(&t.app, PROJECT).await, before);
        assert_eq!(by_hour(&other, PROJECT).await, hours);
        assert_eq!(refresh(&other).await.unwrap(), 0);
        // What comes afterwards is added to what is there.
        send(&t, PROJECT, &release(OTHER)).await;
        let twice = all_time(&other, PROJECT).await;
        assert!(twice.contains(&"PersonaTokens devops-engineer,package_release,gpt-4: 2 1100 []".to_owned()), "{twice:?}");
        refresh(&other).await.unwrap();
        assert_eq!(all_time(&t.app, PROJECT).await, twice);
        rows_hold(&t).await;
    }

    async fn calls_are_in_a_session_as_soon_as_their_trace_is(t: TestApp) {
        send(&t, PROJECT, &release(TRACE)).await;
        send(&t, PROJECT, &release(OTHER)).await;
        let in_session = async |t: &TestApp| -> i64 {
            let read = |conn: &mut AnyConnection| {
                in_time(conn, PROJECT, Metric::Calls, (Timestamp(0), Timestamp(i64::MAX / 2)), Step::Day)
            };
            t.app.db.read(read).await.unwrap().iter().map(|(_, _, sum)| sum.parts[6]).sum()
        };
        assert_eq!(in_session(&t).await, 0);
        let late = [event("late", "trace-create", 9, json!({"id": TRACE, "sessionId": "morning"}))];
        try_batch(&t, PROJECT, &late).await;
        assert_eq!(in_session(&t).await, 3);
        try_batch(&t, PROJECT, &late).await;
        refresh(&t.app).await.unwrap();
        assert_eq!(in_session(&t).await, 3);
        rows_hold(&t).await;
        let ids = vec![TRACE.to_owned()];
        erase_traces(&t.app, &Hooks::none(), &Asker::operator(PROJECT), ids, "it held a name").await.unwrap();
        assert_eq!(in_session(&t).await, 0);
        rows_hold(&t).await;
    }

    async fn erased_traces_leave_with_their_names(t: TestApp) {
        send(&t, PROJECT, &release(TRACE)).await;
        refresh(&t.app).await.unwrap();
        let (one, hours) = (all_time(&t.app, PROJECT).await, by_hour(&t.app, PROJECT).await);
        let named = [span((OTHER, 1, None), "workflow.secret_run", (9_000, 9_001), &[("gen_ai.agent.name", json!("mole"))])];
        send(&t, PROJECT, &named).await;
        assert_ne!(all_time(&t.app, PROJECT).await, one);
        let ids = vec![OTHER.to_owned()];
        erase_traces(&t.app, &Hooks::none(), &Asker::operator(PROJECT), ids, "it held a name").await.unwrap();
        assert_eq!(waiting(&t).await, 0, "nothing waits with the name in it");
        assert_eq!((all_time(&t.app, PROJECT).await, by_hour(&t.app, PROJECT).await), (one, hours));
        rows_hold(&t).await;
        let ids = vec![TRACE.to_owned()];
        erase_traces(&t.app, &Hooks::none(), &Asker::operator(PROJECT), ids, "it held a name").await.unwrap();
        assert_eq!(all_time(&t.app, PROJECT).await, Vec::<String>::new());
        rows_hold(&t).await;
    }

    async fn traces_of_before_are_counted_once_whatever_touches_them_first(t: TestApp) {
        let (fresh, looked_at, touched) = (ProjectKey(1), ProjectKey(2), ProjectKey(3));
        let mut spans = release(TRACE);
        let late = spans.split_off(4);
        for project in [fresh, looked_at, touched] {
            send(&t, project, &spans).await;
            try_batch(&t, project, &[task(1, true)]).await;
        }
        send(&t, fresh, &late).await;
        try_batch(&t, fresh, &[task(2, false)]).await;
        // The look at older traces comes first.
        as_before(&t, looked_at).await;
        assert_eq!(all_time(&t.app, looked_at).await, Vec::<String>::new());
        finish(&t).await;
        send(&t, looked_at, &late).await;
        try_batch(&t, looked_at, &[task(2, false)]).await;
        // Something new comes first; of two traces one is touched.
        as_before(&t, touched).await;
        send(&t, touched, &late).await;
        try_batch(&t, touched, &[task(2, false)]).await;
        assert!(!all_time(&t.app, touched).await.is_empty());
        finish(&t).await;
        let wanted = all_time(&t.app, fresh).await;
        assert!(wanted.contains(&"SupervisorTasks acme,true,success: 1 0 []".to_owned()), "{wanted:?}");
        assert_eq!(all_time(&t.app, looked_at).await, wanted);
        assert_eq!(all_time(&t.app, touched).await, wanted);
        // All are counted anew, and again.
        for _ in 0..2 {
            t.app.db.write(&Actor::system(), recount::begin_anew).await.unwrap();
            finish(&t).await;
            assert_eq!(all_time(&t.app, touched).await, wanted);
        }
        rows_hold(&t).await;
    }

    async fn traces_that_are_counted_anew_are_added_up_before_they_wait(t: TestApp) {
        send(&t, PROJECT, &release(TRACE)).await;
        send(&t, PROJECT, &release(OTHER)).await;
        let wanted = all_time(&t.app, PROJECT).await;
        t.app.db.write(&Actor::system(), recount::begin_anew).await.unwrap();
        finish(&t).await;
        assert_eq!(all_time(&t.app, PROJECT).await, wanted);
        let series = by_hour(&t.app, PROJECT).await.len();
        assert_eq!(usize::try_from(waiting(&t).await).unwrap(), series, "one for each series");
    }

    async fn figures_depend_on_what_was_said_alone(t: TestApp) {
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[11; 32]);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let cases = std::env::var("TRACEWRIGHT_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(12);
        let set = prop::collection::vec(0..1_000_000_u64, 2..30);
        for case in 0..cases {
            let all: Vec<Said> = set.new_tree(&mut runner).unwrap().current().into_iter().map(said).collect();
            let project = |way: i64| ProjectKey(1_000 + case * 10 + way);
            tell(&t, project(0), &all).await;
            let wanted = (all_time(&t.app, project(0)).await, by_hour(&t.app, project(0)).await);
            for way in 1..4 {
                let order = Just(all.clone()).prop_shuffle().new_tree(&mut runner).unwrap().current();
                let size = (1..6_usize).new_tree(&mut runner).unwrap().current();
                for part in order.chunks(size) {
                    tell(&t, project(way), part).await;
                    if way == 2 {
                        refresh(&t.app).await.unwrap();
                    }
                }
                tell(&t, project(way), &order[..order.len().min(5)]).await;
                let found = (all_time(&t.app, project(way)).await, by_hour(&t.app, project(way)).await);
                assert_eq!(found, wanted, "case {case}: {order:#?} by {size}");
            }
        }
        refresh(&t.app).await.unwrap();
        let checked = app::check_arrivals(&t.app, |_| {}).await.unwrap();
        let differs = checked.differences.iter().find(|it| it.table.starts_with("series"));
        assert!(differs.is_none(), "{differs:?}");
    }
}

/// Of a trace of more than 20,000 observations only what each row tells by itself is left, and that goes when it is erased.
#[test]
fn of_a_trace_too_large_each_row_speaks_for_itself() {
    block_on(Backend::Sqlite, async |t| {
        let quiet = |n: i64| span((TRACE, 1_000 + n, Some(1)), "step", (1, 2), &[]);
        send(&t, PROJECT, &release(TRACE)).await;
        let whole = all_time(&t.app, PROJECT).await;
        let all: Vec<Value> = (0..19_993).map(quiet).collect();
        for part in all.chunks(5_000) {
            send(&t, PROJECT, part).await;
        }
        assert_eq!(all_time(&t.app, PROJECT).await, whole, "20,000");
        send(&t, PROJECT, &[quiet(19_993)]).await;
        let is_told = |line: &&String| {
            ["PersonaTokens ", "QualityGate ", "AgentInvocations "]
                .iter()
                .any(|metric| line.starts_with(metric))
        };
        let told: Vec<String> = whole.iter().filter(is_told).cloned().collect();
        assert_eq!(told.len(), 7);
        assert_eq!(all_time(&t.app, PROJECT).await, told, "20,001");
        let late = [
            ("gen_ai.operation.name", json!("chat")),
            ("stage.persona", json!("qa")),
            ("gen_ai.request.model", json!("gpt-4")),
            ("gen_ai.usage.input_tokens", json!(7)),
        ];
        for _ in 0..2 {
            send(&t, PROJECT, &[span((TRACE, 2, None), "chat", (3, 4), &late)]).await;
            let found = all_time(&t.app, PROJECT).await;
            assert!(found.contains(&"PersonaTokens qa,(none),gpt-4: 1 7 []".to_owned()), "{found:?}");
        }
        let ids = vec![TRACE.to_owned()];
        erase_traces(&t.app, &Hooks::none(), &Asker::operator(PROJECT), ids, "it is too large")
            .await
            .unwrap();
        assert_eq!(all_time(&t.app, PROJECT).await, Vec::<String>::new());
    });
}
