//! What is measured, letter by letter.

use crate::scrape::registry::Registry;
use crate::scrape::text::Form;
use crate::series::{Metric, Series, Sum};

use super::store::ToldRow;
use super::told::Whole;
use super::{Stored, families, worked_out};

fn of(metric: Metric, labels: &[&str], n: i64, sum: i64, buckets: &[i64]) -> (Series, Sum) {
    let labels = labels.iter().map(|label| (*label).to_owned()).collect();
    let buckets = buckets.iter().copied().enumerate().collect();
    (Series { metric, labels }, Sum { n, sum, buckets, ..Sum::default() })
}

fn stored(totals: Vec<(Series, Sum)>, told: Vec<ToldRow>) -> Stored {
    Stored { totals, told, whole: Whole::Yes, left: Vec::new() }
}

/// What is told, without the words about it, and what is kept of that.
fn told(stored: &Stored) -> (Vec<String>, Vec<ToldRow>) {
    let (tellings, changed) = worked_out(stored).unwrap();
    let mut registry = Registry::default();
    families::add_told(&mut registry, &tellings);
    families::add_rates(&mut registry, &stored.totals, 2);
    families::add_left(&mut registry, stored.left.clone(), 2);
    (lines(registry), changed)
}

fn lines(registry: Registry) -> Vec<String> {
    let text = registry.write(Form::Prometheus);
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.contains("_dropped{"));
    lines.map(str::to_owned).collect()
}

#[test]
fn every_metric_is_told_under_its_name_and_labels() {
    let second = 1_000_000;
    let all = Metric::ALL.into_iter().map(|metric| of(metric, metric.labels(), 3, 6 * second, &[1, 2]));
    let (lines, _) = told(&stored(all.collect(), Vec::new()));
    for line in [
        r#"hypertool_persona_switches_total{chatmode="chatmode",from_persona="from_persona",to_persona="to_persona"} 3"#,
        r#"hypertool_persona_duration_seconds_sum{chatmode="chatmode",persona="persona"} 6.0"#,
        r#"hypertool_persona_tokens_used_total{chatmode="chatmode",model="model",persona="persona"} 6000000"#,
        r#"hypertool_workflow_stage_duration_seconds_count{persona="persona",stage="stage",workflow="workflow"} 3"#,
        r#"hypertool_workflow_quality_gate_total{result="result",stage="stage",workflow="workflow"} 3"#,
        r#"agent_invocations_total{agent_id="agent_id",status="status",tenant_id="tenant_id"} 3"#,
        r#"agent_invocation_duration_seconds_bucket{agent_id="agent_id",tenant_id="tenant_id",le="0.05"} 1"#,
        r#"agent_invocation_duration_seconds_bucket{agent_id="agent_id",tenant_id="tenant_id",le="0.1"} 3"#,
        r#"agent_invocation_duration_seconds_bucket{agent_id="agent_id",tenant_id="tenant_id",le="+Inf"} 3"#,
        r#"handoff_validations_total{result="result",source_agent="source_agent",strictness="strictness",target_agent="target_agent"} 3"#,
        r#"supervisor_tasks_total{decomposed="decomposed",status="status",tenant_id="tenant_id"} 3"#,
        r#"context_compilation_duration_seconds_sum{model_tier="model_tier",tenant_id="tenant_id"} 6.0"#,
        r#"agent_execution_duration_seconds_count{agent_type="agent_type",model="model",success="success"} 3"#,
        r#"agent_execution_total{agent_type="agent_type",status="success"} 3"#,
        r#"tracewright_workflow_runs_total{result="result",workflow="workflow"} 3"#,
        r#"tracewright_workflow_run_duration_seconds_sum{result="result",workflow="workflow"} 6.0"#,
    ] {
        assert!(lines.iter().any(|told| told == line), "no {line} in\n{}", lines.join("\n"));
    }
}

#[test]
fn what_a_family_does_not_tell_apart_is_added_up() {
    let (lines, _) = told(&stored(
        vec![
            of(Metric::AgentInvocations, &["desk", "north", "success"], 3, 900_000, &[0, 2, 1]),
            of(Metric::AgentInvocations, &["desk", "north", "error"], 2, 100_000, &[1]),
            of(Metric::AgentExecution, &["desk", "small", "true"], 4, 0, &[4]),
            of(Metric::AgentExecution, &["desk", "large", "true"], 1, 0, &[1]),
            of(Metric::AgentExecution, &["desk", "large", "false"], 2, 0, &[2]),
        ],
        Vec::new(),
    ));
    for line in [
        r#"agent_invocations_total{agent_id="desk",status="error",tenant_id="north"} 2"#,
        r#"agent_invocations_total{agent_id="desk",status="success",tenant_id="north"} 3"#,
        // One of the calls has no end: it is counted, and in no duration.
        r#"agent_invocation_duration_seconds_count{agent_id="desk",tenant_id="north"} 4"#,
        r#"agent_invocation_duration_seconds_sum{agent_id="desk",tenant_id="north"} 1.0"#,
        r#"agent_invocation_duration_seconds_bucket{agent_id="desk",tenant_id="north",le="0.05"} 1"#,
        r#"agent_invocation_duration_seconds_bucket{agent_id="desk",tenant_id="north",le="0.1"} 3"#,
        r#"agent_execution_total{agent_type="desk",status="error"} 2"#,
        r#"agent_execution_total{agent_type="desk",status="success"} 5"#,
        r#"agent_execution_duration_seconds_count{agent_type="desk",model="large",success="true"} 1"#,
    ] {
        assert!(lines.iter().any(|told| told == line), "no {line} in\n{}", lines.join("\n"));
    }
}

#[test]
fn a_family_that_sums_up_series_does_not_fall_when_one_of_them_goes() {
    let good = of(Metric::AgentInvocations, &["desk", "north", "success"], 3, 900_000, &[0, 2, 1]);
    let bad = of(Metric::AgentInvocations, &["desk", "north", "error"], 2, 100_000, &[2]);
    let work = |model, n| of(Metric::AgentExecution, &["desk", model, "true"], n, 0, &[n]);
    let line = |name: &str, count: i64| {
        let labels = match name {
            "agent_execution_total" => r#"agent_type="desk",status="success""#,
            _ => r#"agent_id="desk",tenant_id="north""#,
        };
        format!("{name}{{{labels}}} {count}")
    };
    let wanted = |lines: &[String], calls: i64, runs: i64| {
        for line in
            [line("agent_invocation_duration_seconds_count", calls), line("agent_execution_total", runs)]
        {
            assert!(lines.contains(&line), "no {line} in\n{}", lines.join("\n"));
        }
    };
    let all = vec![good.clone(), bad, work("small", 4), work("large", 1)];
    let (lines, mut kept) = told(&stored(all, Vec::new()));
    wanted(&lines, 5, 5);
    // All calls that failed are erased, and all work by one of the models.
    let (lines, changed) = told(&stored(vec![good.clone(), work("small", 4)], kept.clone()));
    wanted(&lines, 5, 5);
    kept.retain(|row| changed.iter().all(|one| one.metric != row.metric));
    kept.extend(changed);
    let more = of(Metric::AgentInvocations, &["desk", "north", "success"], 4, 900_000, &[1, 2, 1]);
    wanted(&told(&stored(vec![more, work("small", 6)], kept)).0, 6, 7);
}

#[test]
fn a_stage_that_is_called_as_the_rest_is_stands_once() {
    let gate = |stage, result, n| of(Metric::QualityGate, &["w", stage, result], n, 0, &[]);
    let totals = vec![gate("other", "passed", 6), gate("a", "passed", 3), gate("b", "failed", 2)];
    let (lines, _) = told(&stored(totals, Vec::new()));
    let rates: Vec<&String> = lines.iter().filter(|line| line.contains("_rate{")).collect();
    assert_eq!(
        rates,
        [r#"gate_approval_rate{gate_type="a"} 1.0"#, r#"gate_approval_rate{gate_type="other"} 0.75"#]
    );
}

#[test]
fn rates_are_of_what_is_stored_and_the_rest_is_one() {
    let gate = |stage, result, n| of(Metric::QualityGate, &["w", stage, result], n, 0, &[]);
    let totals = vec![
        gate("build", "passed", 3),
        gate("build", "failed", 1),
        gate("ship", "passed", 9),
        gate("a", "failed", 1),
        gate("b", "passed", 1),
        of(Metric::WorkflowRuns, &["release", "failed"], 1, 0, &[]),
        of(Metric::WorkflowRuns, &["release", "success"], 1, 0, &[]),
        of(Metric::WorkflowRuns, &["nothing", "success"], 0, 0, &[]),
    ];
    let (lines, _) = told(&stored(totals, Vec::new()));
    let rates: Vec<&String> = lines.iter().filter(|line| line.contains("_rate{")).collect();
    assert_eq!(
        rates,
        [
            r#"build_success_rate{project_type="release"} 0.5"#,
            r#"gate_approval_rate{gate_type="ship"} 1.0"#,
            r#"gate_approval_rate{gate_type="build"} 0.75"#,
            r#"gate_approval_rate{gate_type="other"} 0.5"#,
        ]
    );
}

#[test]
fn the_least_that_is_left_is_told_first() {
    let mut registry = Registry::default();
    let left = [("writer", 9), ("tester", -4), ("coder", 7)].map(|(name, left)| (name.to_owned(), left));
    families::add_left(&mut registry, left.to_vec(), 2);
    let text = registry.write(Form::Prometheus);
    let remaining = "hypertool_persona_token_budget_remaining";
    assert!(
        text.contains(&format!(
            "\n{remaining}{{persona=\"tester\"}} -4\n{remaining}{{persona=\"coder\"}} 7\n"
        ))
    );
    assert!(!text.contains("writer"), "{text}");
    assert!(
        text.contains(&format!("tracewright_metric_series_dropped{{metric=\"{remaining}\"}} 1\n")),
        "{text}"
    );
}

#[test]
fn what_fell_is_told_as_before_and_kept_once() {
    let switches = |n| vec![of(Metric::PersonaSwitches, &["a", "b", "m"], n, 0, &[])];
    let line = |n| {
        format!("hypertool_persona_switches_total{{chatmode=\"m\",from_persona=\"a\",to_persona=\"b\"}} {n}")
    };
    let (lines, kept) = told(&stored(switches(5), Vec::new()));
    assert_eq!((lines, kept.len()), (vec![line(5)], 1));
    assert_eq!(told(&stored(switches(5), kept.clone())), (vec![line(5)], Vec::new()));
    let (lines, fallen) = told(&stored(switches(2), kept));
    assert_eq!(lines, [line(5)]);
    let revisions: Vec<i64> = fallen.iter().map(|row| row.revision).collect();
    assert_eq!(revisions, [2]);
    assert_eq!(told(&stored(switches(4), fallen)).0, [line(7)]);
    // What another version kept cannot be read: it begins anew.
    let odd =
        ToldRow { metric: "hypertool_persona_switches_total".to_owned(), revision: 4, told: "?".to_owned() };
    let (lines, kept) = told(&stored(switches(2), vec![odd]));
    let revisions: Vec<i64> = kept.iter().map(|row| row.revision).collect();
    assert_eq!((lines, revisions), (vec![line(2)], vec![5]));
}
