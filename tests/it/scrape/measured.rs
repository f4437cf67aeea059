//! What is measured of agents, as whoever reads metrics hears it: the figures of a run to the letter, and that no counter falls, whatever
//! becomes of traces and whichever server is asked.

use actix_web::http::Method;
use actix_web::web::block;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tracewright::app::Services;
use tracewright::budgets::actions::set::set;
use tracewright::budgets::model::{About, AtEnd, Period, Scope, Terms, Unit};
use tracewright::db::Tx;
use tracewright::db::sql::{Sql, execute, numbers};
use tracewright::foundation::{Actor, Asker};
use tracewright::traces::actions::erase::erase_traces;
use tracewright::traces::{Hooks, recount};

use super::parse::{Read, read};
use super::{HERE, ask, told};
use crate::harness::api::Program;
use crate::harness::{MINUTE, START, TestApp, on_both};

/// Stage, persona, tokens in and out, and what its budget leaves of them.
const STAGES: [(&str, &str, i64, i64, i64); 3] = [
    ("version_bump", "backend-engineer", 600, 250, 1122),
    ("quality_validation", "testing-specialist", 500, 150, 826),
    ("publish_deploy", "devops-engineer", 400, 150, 1228),
];
const TOKENS: &str = "hypertool_persona_tokens_used_total";

/// A span of a trace; times are seconds from the begin of the run.
pub fn span(
    trace: u64,
    id: u64,
    parent: u64,
    name: &str,
    times: (i64, i64),
    said: &[(&str, Value)],
) -> Value {
    let nanos = |second: i64| ((START.0 - 10 * MINUTE) * 1_000 + second * 1_000_000_000).to_string();
    let said = said.iter().map(|(key, value)| {
        let kind = if value.is_string() { "stringValue" } else { "intValue" };
        json!({"key": key, "value": {kind: value.as_str().map_or_else(|| value.to_string(), str::to_owned)}})
    });
    let parent = if parent == 0 { String::new() } else { format!("{parent:016x}") };
    json!({"traceId": format!("{trace:032x}"), "spanId": format!("{id:016x}"), "parentSpanId": parent, "name": name,
        "startTimeUnixNano": nanos(times.0), "endTimeUnixNano": nanos(times.1), "attributes": said.collect::<Vec<_>>()})
}

/// Three stages of 20 seconds under three personas, whose gates are passed; beside them a handoff, a task and a context.
pub fn release(trace: u64) -> Vec<Value> {
    let text = |text: &str| json!(text);
    let mut spans = vec![
        span(
            trace,
            1,
            0,
            "workflow.package_release",
            (0, 90),
            &[("agent.id", text("releaser")), ("tenant.id", text("acme"))],
        ),
        span(
            trace,
            2,
            1,
            "handoff",
            (80, 81),
            &[
                ("handoff.source_agent", text("releaser")),
                ("handoff.target_agent", text("announcer")),
                ("handoff.strictness", text("strict")),
                ("handoff.valid", text("true")),
            ],
        ),
        span(trace, 3, 1, "supervisor.task", (81, 82), &[("task.decomposed", text("true"))]),
        span(trace, 4, 1, "context.compile", (82, 83), &[("context.model_tier", text("large"))]),
    ];
    for (place, (stage, persona, input, output, _)) in (0_u8..).zip(STAGES) {
        let (id, begun) = (10 * (u64::from(place) + 1), 30 * i64::from(place));
        let gate = [("stage.persona", text(persona)), ("stage.quality_gate_passed", text("true"))];
        spans.push(span(trace, id, 1, &format!("stage.{stage}"), (begun, begun + 20), &gate));
        let call = [
            ("gen_ai.operation.name", text("chat")),
            ("gen_ai.request.model", text("gpt-4")),
            ("gen_ai.usage.input_tokens", json!(input)),
            ("gen_ai.usage.output_tokens", json!(output)),
        ];
        spans.push(span(trace, id + 1, id, "chat", (begun + 5, begun + 15), &call));
    }
    spans
}

async fn send(t: &TestApp, program: &Program, spans: &[Value]) {
    let body = json!({"resourceSpans": [{"scopeSpans": [{"scope": {"name": "fleet"}, "spans": spans}]}]});
    assert_eq!(program.json(t, Method::POST, "/v1/traces", body).await.status, 200);
}

async fn erase(t: &TestApp, program: &Program, trace: u64) {
    let ids = vec![format!("{trace:032x}")];
    let operator = Asker::operator(program.project);
    let erased = erase_traces(&t.app, &Hooks::none(), &operator, ids, "asked by the customer").await;
    assert_eq!(erased.unwrap(), 1);
}

/// What one server tells.
pub async fn told_by(services: &Services) -> Read {
    let got = ask(services, "127.0.0.1", &[HERE]).await;
    read(&String::from_utf8(got.bytes).unwrap(), false).unwrap()
}

fn used_by(told: &Read, persona: &str) -> i64 {
    told.whole(TOKENS, &[("chatmode", "package_release"), ("model", "gpt-4"), ("persona", persona)])
}

/// The tokens of the three personas.
fn used(told: &Read) -> [i64; 3] {
    STAGES.map(|(_, persona, ..)| used_by(told, persona))
}

/// The same of several servers that are asked at once.
async fn used_by_all(servers: &[&Services]) -> Vec<[i64; 3]> {
    join_all(servers.iter().map(|services| told_by(services))).await.iter().map(used).collect()
}

fn passed(told: &Read) -> i64 {
    let of = [("result", "passed"), ("stage", "version_bump"), ("workflow", "package_release")];
    told.whole("hypertool_workflow_quality_gate_total", &of)
}

/// Lines of a histogram of one observation of 20 seconds.
fn one_of_20_seconds(name: &str, labels: &str, bounds: &[&str]) -> Vec<String> {
    let count = |bound: &str| i64::from(bound.parse::<f64>().unwrap() >= 20.0);
    let buckets = bounds.iter().map(|le| format!("{name}_bucket{{{labels},le=\"{le}\"}} {}", count(le)));
    let rest = [
        format!("{name}_bucket{{{labels},le=\"+Inf\"}} 1"),
        format!("{name}_sum{{{labels}}} 20.0"),
        format!("{name}_count{{{labels}}} 1"),
    ];
    buckets.chain(rest).collect()
}

/// Every line about personas and workflows after one release.
fn lines_of_release() -> Vec<String> {
    let (mut lines, mut before) = (Vec::new(), "none");
    for (stage, persona, input, output, left) in STAGES {
        let mode = "chatmode=\"package_release\"";
        lines.extend([
            format!("hypertool_persona_switches_total{{{mode},from_persona=\"{before}\",to_persona=\"{persona}\"}} 1"),
            format!("{TOKENS}{{{mode},model=\"gpt-4\",persona=\"{persona}\"}} {}", input + output),
            format!("hypertool_persona_token_budget_remaining{{persona=\"{persona}\"}} {left}"),
            format!(
                "hypertool_workflow_quality_gate_total{{result=\"passed\",stage=\"{stage}\",workflow=\"package_release\"}} 1"
            ),
        ]);
        lines.extend(one_of_20_seconds(
            "hypertool_persona_duration_seconds",
            &format!("{mode},persona=\"{persona}\""),
            &["0.1", "0.5", "1.0", "2.5", "5.0", "10.0", "30.0", "60.0", "120.0", "300.0"],
        ));
        lines.extend(one_of_20_seconds(
            "hypertool_workflow_stage_duration_seconds",
            &format!("persona=\"{persona}\",stage=\"{stage}\",workflow=\"package_release\""),
            &["0.5", "1.0", "2.5", "5.0", "10.0", "30.0", "60.0", "120.0", "300.0", "600.0"],
        ));
        before = persona;
    }
    lines.sort();
    lines
}

/// A budget for each persona, of which one release leaves what stands above.
pub async fn set_budgets(t: &TestApp, program: &Program) {
    for (_, persona, input, output, left) in STAGES {
        let about = About {
            scope: Scope::Persona,
            name: persona.to_owned(),
            unit: Unit::Tokens,
            period: Period::Month,
            zone: "UTC".to_owned(),
            already_used: 0,
        };
        let terms = Terms { amount: input + output + left, warn_at: vec![80, 100], at_end: AtEnd::Tells };
        let operator = Asker::operator(program.project);
        set(&t.app, &operator, about, terms, "What the pilot may use".to_owned()).await.unwrap();
    }
}

on_both! {
    async fn a_release_is_told_to_the_letter(t: TestApp) {
        let program = Program::first(&t).await;
        set_budgets(&t, &program).await;
        send(&t, &program, &release(1)).await;
        let got = ask(&t.services, "127.0.0.1", &[HERE]).await;
        let text = String::from_utf8(got.bytes).unwrap();
        let mut lines: Vec<&str> = text.lines().filter(|line| line.starts_with("hypertool_")).collect();
        lines.sort_unstable();
        assert_eq!(lines, lines_of_release());
        for line in [
            r#"agent_invocations_total{agent_id="releaser",status="success",tenant_id="acme"} 3"#,
            r#"agent_invocation_duration_seconds_count{agent_id="releaser",tenant_id="acme"} 3"#,
            r#"agent_invocation_duration_seconds_sum{agent_id="releaser",tenant_id="acme"} 30.0"#,
            r#"agent_execution_total{agent_type="releaser",status="success"} 1"#,
            r#"agent_execution_duration_seconds_sum{agent_type="releaser",model="gpt-4",success="true"} 90.0"#,
            r#"handoff_validations_total{result="valid",source_agent="releaser",strictness="strict",target_agent="announcer"} 1"#,
            r#"supervisor_tasks_total{decomposed="true",status="success",tenant_id="acme"} 1"#,
            r#"context_compilation_duration_seconds_sum{model_tier="large",tenant_id="acme"} 1.0"#,
            r#"tracewright_workflow_runs_total{result="success",workflow="package_release"} 1"#,
            r#"gate_approval_rate{gate_type="publish_deploy"} 1.0"#,
            r#"build_success_rate{project_type="package_release"} 1.0"#,
        ] {
            assert!(text.lines().any(|told| told == line), "no {line} in\n{text}");
        }
        // Sent again it is the same run.
        send(&t, &program, &release(1)).await;
        assert_eq!(used(&told(&t).await), [850, 650, 550]);
    }

    async fn what_is_erased_is_not_counted_a_second_time(t: TestApp) {
        let program = Program::first(&t).await;
        send(&t, &program, &release(1)).await;
        send(&t, &program, &release(2)).await;
        let both = told(&t).await;
        assert_eq!((used(&both), passed(&both)), ([1700, 1300, 1100], 2));
        erase(&t, &program, 2).await;
        let fallen = told(&t).await;
        assert_eq!((used(&fallen), passed(&fallen)), ([1700, 1300, 1100], 2));
        // A server that begins anew knows it from the database.
        assert_eq!(used(&told_by(&t.other_process()).await), [1700, 1300, 1100]);
        send(&t, &program, &release(3)).await;
        let grown = told(&t).await;
        assert_eq!((used(&grown), passed(&grown)), ([2550, 1950, 1650], 3));
        let kept = "SELECT count(*) FROM scrape_told WHERE told LIKE '%engineer%' OR told LIKE '%release%'";
        let found = t.app.db.read(move |conn| numbers(conn, Sql::new(kept))).await.unwrap();
        assert_eq!(found, [0], "what was told last is kept without names");
    }

    async fn what_is_gone_altogether_is_not_told_until_it_comes_again(t: TestApp) {
        let program = Program::first(&t).await;
        send(&t, &program, &release(1)).await;
        assert_eq!(used(&told(&t).await), [850, 650, 550]);
        erase(&t, &program, 1).await;
        assert!(told(&t).await.samples.keys().all(|(name, _)| name != TOKENS));
        send(&t, &program, &release(2)).await;
        assert_eq!(used(&told(&t).await), [1700, 1300, 1100]);
    }

    async fn two_servers_tell_the_same(t: TestApp) {
        let program = Program::first(&t).await;
        let other = t.other_process();
        let servers = [&t.services, &other, &t.services, &other];
        for (trace, wanted) in [(1, [850, 650, 550]), (2, [1700, 1300, 1100])] {
            send(&t, &program, &release(trace)).await;
            assert_eq!(used_by_all(&servers).await, [wanted; 4], "{trace}");
        }
        erase(&t, &program, 1).await;
        assert_eq!(used_by_all(&servers).await, [[1700, 1300, 1100]; 4]);
        send(&t, &program, &release(3)).await;
        assert_eq!(used_by_all(&servers).await, [[2550, 1950, 1650]; 4]);
    }

    async fn what_is_rebuilt_is_not_counted_a_second_time(t: TestApp) {
        let program = Program::first(&t).await;
        send(&t, &program, &release(1)).await;
        send(&t, &program, &release(2)).await;
        assert_eq!(used(&told(&t).await), [1700, 1300, 1100]);
        t.app.db.write(&Actor::system(), recount::begin_anew).await.unwrap();
        assert!(told(&t).await.samples.keys().all(|(name, _)| name != TOKENS), "the sums are taken away");
        let db = t.app.db.clone();
        assert_eq!(block(move || recount::finish(&db)).await.unwrap().unwrap(), 2);
        assert_eq!(used(&told(&t).await), [1700, 1300, 1100]);
        send(&t, &program, &release(3)).await;
        assert_eq!(used(&told(&t).await), [2550, 1950, 1650]);
    }

    async fn nothing_is_written_where_nothing_changed(t: TestApp) {
        let program = Program::first(&t).await;
        send(&t, &program, &release(1)).await;
        let revisions = async || {
            let sum = Sql::new("SELECT CAST(COALESCE(SUM(revision), 0) AS BIGINT) FROM scrape_told");
            t.app.db.read(move |conn| numbers(conn, sum)).await.unwrap()[0]
        };
        assert_eq!(revisions().await, 0);
        told(&t).await;
        let first = revisions().await;
        assert!(first > 0, "nothing was kept");
        told(&t).await;
        assert_eq!(revisions().await, first);
        send(&t, &program, &release(2)).await;
        told(&t).await;
        assert_eq!(revisions().await, 2 * first, "each metric of a release changed once");
    }

    async fn where_nothing_can_be_kept_it_is_told_all_the_same(t: TestApp) {
        let program = Program::first(&t).await;
        send(&t, &program, &release(1)).await;
        let refuse = Sql::default().either(
            "CREATE TRIGGER told_full BEFORE INSERT ON scrape_told BEGIN SELECT RAISE(ABORT, 'full'); END",
            "ALTER TABLE scrape_told ADD CONSTRAINT told_full CHECK (revision < 0)",
        );
        let write = move |tx: &mut Tx<'_>| execute(tx.conn, refuse);
        t.app.db.write(&Actor::system(), write).await.unwrap();
        for _ in 0..2 {
            assert_eq!(used(&told(&t).await), [850, 650, 550]);
        }
    }

    async fn names_beyond_the_limit_are_one(t: TestApp) {
        let program = Program::first(&t).await;
        let call = |id: u64, agent: &str| {
            let said = [("gen_ai.operation.name", json!("chat")), ("agent.id", json!(agent))];
            span(id, id, 0, "chat", (0, 1), &said)
        };
        let spans: Vec<Value> = (1..=503).map(|id| call(id, &format!("agent-{id:03}"))).collect();
        send(&t, &program, &spans).await;
        let metric = "agent_invocations_total";
        let of = |agent: &str, tenant: &str, status: &str, told: &Read| {
            told.value(metric, &[("agent_id", agent), ("status", status), ("tenant_id", tenant)])
        };
        let first = told(&t).await;
        let series = |told: &Read| told.samples.keys().filter(|(name, _)| name == metric).count();
        assert_eq!((series(&first), of("other", "other", "other", &first)), (501, Some(3.0)));
        assert_eq!(first.whole("agent_invocation_duration_seconds_count", &[("agent_id", "other"), ("tenant_id", "other")]), 3);
        for name in [metric, "agent_invocation_duration_seconds", "agent_execution_total"] {
            assert_eq!(first.whole("tracewright_metric_series_dropped", &[("metric", name)]), 3, "{name}");
        }
        assert_eq!(first.whole("tracewright_metric_series_dropped", &[("metric", TOKENS)]), 0);
        // However much the last one does now, nobody loses a place to it.
        let more: Vec<Value> = (600..610).map(|id| call(id, "agent-503")).collect();
        send(&t, &program, &more).await;
        let second = told(&t).await;
        assert_eq!((series(&second), of("other", "other", "other", &second)), (501, Some(13.0)));
        assert_eq!(of("agent-001", "(none)", "success", &second), Some(1.0));
    }
}
