//! What rows come to: every definition by a table, and that their order is nobody's business.

use proptest::prelude::*;

use super::*;
use crate::series::{add_all, difference};

/// An hour, in microseconds.
const HOUR: i64 = 3_600_000_000;
/// One second, in microseconds.
const SECOND: i64 = 1_000_000;

const CALL: Row<'static> = Row {
    id: "",
    parent: None,
    kind: "GENERATION",
    level: "DEFAULT",
    start: Some(0),
    end: None,
    model: None,
    name: None,
    input: 0,
    output: 0,
    is_tokened: false,
    cost: None,
    counted: true,
    tenant: None,
    agent: None,
    persona: None,
    workflow: None,
    stage: None,
    inherited: 0,
    gate: None,
    in_session: false,
    fact: None,
};
const SPAN: Row<'static> = Row { kind: "SPAN", ..CALL };

/// From second `from` to second `to`.
fn timed<'a>(id: &'a str, parent: Option<&'a str>, from: i64, to: i64, row: &Row<'a>) -> Row<'a> {
    Row { id, parent, start: Some(from * SECOND), end: Some(to * SECOND), ..*row }
}

/// A clock that begins in 1970 and ends today; ten thousand of them together are more than a number holds.
const WRONG: i64 = 1_795_251_600;

/// Labels, number, sum and the buckets that are not empty, of one metric: `a,b:n/sum[bucket,bucket]`, sums of times in seconds.
fn shown(rows: &[Row<'_>], metric: Metric) -> String {
    let mut lines = Vec::new();
    for ((hour, series), sum) in contributions(rows, Reach::Whole) {
        if series.metric != metric {
            continue;
        }
        assert_eq!(series.labels.len(), metric.labels().len());
        let sums = if metric.bounds().is_empty() { sum.sum } else { sum.sum / SECOND };
        let filled: Vec<String> = sum.buckets.iter().map(|(at, n)| format!("{at}={n}")).collect();
        let hour = if hour == 0 { String::new() } else { format!("@{}", hour / HOUR) };
        lines.push(format!("{}{hour}:{}/{sums}[{}]", series.labels.join(","), sum.n, filled.join(" ")));
    }
    lines.join("; ")
}

#[test]
fn a_stay_lasts_until_somebody_else_acts() {
    let call = |id, from, to, persona| timed(id, None, from, to, &Row { persona: Some(persona), ..CALL });
    let stage = |id, from, to, persona, inherited| {
        let row = Row { persona: Some(persona), stage: Some("s"), workflow: Some("w"), inherited, ..SPAN };
        timed(id, None, from, to, &row)
    };
    let table: &[(&str, &[Row<'_>], &str, &str)] = &[
        ("nobody", &[timed("a", None, 0, 1, &CALL)], "", ""),
        ("one call", &[call("a", 0, 2, "dev")], "none,dev,(none):1/0[]", "dev,(none):1/2[3=1]"),
        (
            "two calls of one persona, the longer first",
            &[call("a", 0, 20, "dev"), call("b", 5, 6, "dev")],
            "none,dev,(none):1/0[]",
            "dev,(none):1/20[6=1]",
        ),
        (
            "a second persona cuts the first",
            &[call("a", 0, 20, "dev"), call("b", 5, 6, "qa"), call("c", 30, 31, "dev")],
            "dev,qa,(none):1/0[]; none,dev,(none):1/0[]; qa,dev,(none):1/0[]",
            "dev,(none):2/6[2=1 4=1]; qa,(none):1/1[2=1]",
        ),
        (
            "at one moment the id decides",
            &[call("b", 0, 1, "qa"), call("a", 0, 1, "dev")],
            "dev,qa,(none):1/0[]; none,dev,(none):1/0[]",
            "dev,(none):1/0[0=1]; qa,(none):1/1[2=1]",
        ),
        (
            "a stage that says itself who acts, not one that took it over",
            &[stage("a", 0, 1, "dev", 4), stage("b", 2, 3, "qa", 16)],
            "none,dev,w:1/0[]",
            "dev,w:1/1[2=1]",
        ),
        (
            "what does not count, has no start or no end",
            &[
                Row { counted: false, ..call("a", 0, 1, "dev") },
                Row { start: None, ..call("b", 0, 1, "qa") },
                Row { end: None, ..call("c", 0, 1, "ops") },
            ],
            "none,ops,(none):1/0[]",
            "",
        ),
    ];
    for (what, rows, switches, durations) in table {
        assert_eq!(shown(rows, Metric::PersonaSwitches), *switches, "{what}");
        assert_eq!(shown(rows, Metric::PersonaDuration), *durations, "{what}");
    }
}

#[test]
fn calls_are_counted_by_who_made_them() {
    let named = Row { persona: Some("dev"), agent: Some("a"), tenant: Some("t"), model: Some("m"), ..CALL };
    let rows = [
        timed("a", None, 0, 1, &Row { input: 850, ..named }),
        timed("b", None, 0, 2, &Row { input: 50, level: "ERROR", workflow: Some("w"), ..named }),
        timed("c", None, 3_600, 3_600, &Row { input: 7, ..CALL }),
        timed("d", None, 0, 1, &Row { input: 850, counted: false, ..named }),
        timed("e", None, 0, 1, &Row { input: 850, kind: "EMBEDDING", ..named }),
        Row { id: "f", input: 1, ..named },
    ];
    assert_eq!(shown(&rows, Metric::PersonaTokens), "dev,(none),m:2/851[]; dev,w,m:1/50[]");
    let invocations = "a,t,error:1/2[5=1]; a,t,success:2/1[4=1]; (none),(none),success@1:1/0[0=1]";
    assert_eq!(shown(&rows, Metric::AgentInvocations), invocations);
}

#[test]
fn stages_runs_and_gates_are_counted_where_they_are_said() {
    let stage = Row { workflow: Some("w"), stage: Some("build"), persona: Some("dev"), ..SPAN };
    let rows = [
        timed("w", None, 0, 10, &Row { workflow: Some("w"), ..SPAN }),
        timed("s", Some("w"), 0, 4, &Row { gate: Some("passed"), inherited: 8, ..stage }),
        timed("inner", Some("s"), 1, 2, &Row { inherited: 8, ..stage }),
        timed("call", Some("s"), 1, 2, &Row { inherited: 8 | 16, ..stage }),
        timed(
            "t",
            Some("w"),
            4,
            8,
            &Row { gate: Some("failed"), stage: Some("test"), inherited: 8, ..stage },
        ),
        timed("other", Some("w"), 4, 8, &Row { gate: Some("skipped"), inherited: 8, ..stage }),
        timed("x", None, 0, 1, &Row { workflow: Some("x"), ..SPAN }),
        timed("y", None, 0, 1, &Row { workflow: Some("y"), level: "ERROR", ..SPAN }),
        timed("z", None, 0, 1, &Row { workflow: Some("z"), inherited: 8, ..SPAN }),
        Row { id: "open", workflow: Some("x"), ..SPAN },
    ];
    assert_eq!(shown(&rows, Metric::StageDuration), "w,build,dev:2/8[3=2]; w,test,dev:1/4[3=1]");
    assert_eq!(shown(&rows, Metric::QualityGate), "w,build,passed:1/0[]; w,test,failed:1/0[]");
    let runs = "w,failed:1/10[4=1]; x,success:2/1[1=1]; y,failed:1/1[1=1]";
    assert_eq!(shown(&rows, Metric::WorkflowRuns), runs);
}

#[test]
fn an_agent_runs_from_where_it_is_named_to_where_another_is() {
    let of = |agent| Row { agent: Some(agent), ..SPAN };
    let call = |agent, model| Row { agent: Some(agent), model: Some(model), ..CALL };
    let table: &[(&str, &[Row<'_>], &str)] = &[
        (
            "the model of most of its calls",
            &[
                timed("a", None, 0, 1, &of("planner")),
                timed("b", Some("a"), 0, 1, &call("planner", "small")),
                timed("c", Some("a"), 0, 1, &call("planner", "big")),
                timed("d", Some("c"), 0, 1, &call("planner", "big")),
            ],
            "planner,big,true:1/1[1=1]",
        ),
        (
            "of several the first by name, and its own before all",
            &[
                timed("a", None, 0, 1, &of("planner")),
                timed("b", Some("a"), 0, 1, &call("planner", "b")),
                timed("c", Some("a"), 0, 1, &call("planner", "a")),
                timed("d", None, 0, 1, &Row { model: Some("own"), level: "ERROR", ..of("planner") }),
                timed("e", Some("d"), 0, 1, &call("planner", "a")),
            ],
            "planner,a,true:1/1[1=1]; planner,own,false:1/1[1=1]",
        ),
        (
            "another agent below it, and itself again below that",
            &[
                timed("a", None, 0, 9, &of("planner")),
                timed("b", Some("a"), 0, 3, &of("writer")),
                timed("c", Some("b"), 0, 1, &call("planner", "m")),
            ],
            "planner,(none),true:1/9[4=1]; planner,m,true:1/1[1=1]; writer,(none),true:1/3[3=1]",
        ),
        (
            "a circle has no beginning, and the rest of the trace has",
            &[
                timed("a", Some("b"), 0, 1, &of("planner")),
                timed("b", Some("a"), 0, 1, &of("planner")),
                timed("c", Some("gone"), 0, 1, &of("planner")),
            ],
            "planner,(none),true:1/1[1=1]",
        ),
        ("one call by nobody", &[timed("a", None, 0, 1, &CALL)], ""),
    ];
    for (what, rows, wanted) in table {
        assert_eq!(shown(rows, Metric::AgentExecution), *wanted, "{what}");
    }
}

#[test]
fn facts_are_counted_as_they_stand() {
    let of = |id, fact| timed(id, None, 0, 1, &Row { fact: Some(fact), tenant: Some("t"), ..SPAN });
    let rows = [
        of(
            "a",
            r#"{"is":"handoff","source":"x","target":null,"strictness":"strict","result":"invalid","reasons":["r"]}"#,
        ),
        of("b", r#"{"is":"task","decomposed":true}"#),
        Row { level: "ERROR", ..of("c", r#"{"is":"task","decomposed":false}"#) },
        of("d", r#"{"is":"compilation","tier":"fast"}"#),
        of("e", r#"{"is":"plan"}"#),
        of("f", "no fact"),
        Row { start: None, ..of("g", r#"{"is":"task","decomposed":true}"#) },
    ];
    assert_eq!(shown(&rows, Metric::HandoffValidations), "x,(none),strict,invalid:1/0[]");
    assert_eq!(shown(&rows, Metric::SupervisorTasks), "t,false,error:1/0[]; t,true,success:1/0[]");
    assert_eq!(shown(&rows, Metric::ContextCompilation), "t,fast:1/1[4=1]");
}

#[test]
fn in_a_trace_too_large_each_row_speaks_for_itself() {
    let row = Row {
        persona: Some("dev"),
        agent: Some("a"),
        workflow: Some("w"),
        stage: Some("s"),
        gate: Some("passed"),
        ..CALL
    };
    let rows = [timed("a", None, 0, 1, &row)];
    let metrics =
        |reach| contributions(&rows, reach).into_keys().map(|(_, series)| series.metric).collect::<Vec<_>>();
    let by_row = [Metric::PersonaTokens, Metric::QualityGate, Metric::AgentInvocations, Metric::Calls];
    assert_eq!(metrics(Reach::Rows), by_row);
    assert_eq!(metrics(Reach::Whole).len(), by_row.len() + 5);
}

/// A row of a random trace; parents may be missing, or hang from each other.
fn any_row() -> impl Strategy<Value = Row<'static>> {
    let names = || prop::sample::select(vec![None, Some("a"), Some("b"), Some("c")]);
    let ids = vec!["0", "1", "2", "3", "4", "5", "6", "7", "gone"];
    let who = (names(), names(), names(), names(), names(), 0_i16..32);
    let times = (prop::option::of(0_i64..9), prop::option::of(0_i64..9), any::<bool>());
    let rest = (
        prop::sample::select(ids),
        prop::sample::select(vec!["GENERATION", "SPAN"]),
        prop::sample::select(vec!["DEFAULT", "ERROR"]),
        prop::sample::select(vec![None, Some("passed"), Some("failed")]),
        names(),
        prop::sample::select(vec![None, Some(r#"{"is":"task","decomposed":true}"#)]),
    );
    (who, times, rest).prop_map(|(who, (start, end, counted), (parent, kind, level, gate, model, fact))| {
        let (tenant, agent, persona, workflow, stage, inherited) = who;
        let (start, end) = (start.map(|at| at * SECOND), end.map(|at| at * SECOND));
        let parent = Some(parent);
        Row {
            parent,
            kind,
            level,
            start,
            end,
            model,
            counted,
            tenant,
            agent,
            persona,
            workflow,
            stage,
            inherited,
            gate,
            fact,
            ..CALL
        }
    })
}

proptest! {
    #[test]
    fn the_order_of_rows_decides_nothing(rows in prop::collection::vec(any_row(), 0..8), turns in 0_usize..8) {
        const IDS: [&str; 8] = ["0", "1", "2", "3", "4", "5", "6", "7"];
        let mut rows: Vec<Row<'_>> = rows.into_iter().zip(IDS).map(|(row, id)| Row { id, ..row }).collect();
        let wanted = contributions(&rows, Reach::Whole);
        rows.reverse();
        prop_assert_eq!(&contributions(&rows, Reach::Whole), &wanted);
        let turns = turns.min(rows.len());
        rows.rotate_left(turns);
        prop_assert_eq!(&contributions(&rows, Reach::Whole), &wanted);
        prop_assert!(wanted.values().all(|sum| !sum.is_nothing()));
    }
}

#[test]
fn a_time_beyond_belief_is_none_and_what_is_taken_away_again_leaves_what_was_there() {
    let call = Row { persona: Some("p"), agent: Some("a"), workflow: Some("w"), stage: Some("s"), ..CALL };
    let good = contributions(&[timed("1", None, 0, 3, &call)], Reach::Whole);
    let wrong = contributions(&[timed("2", None, 0, WRONG, &call)], Reach::Whole);
    let calls: Vec<(i64, i64, i64)> = wrong
        .iter()
        .filter(|((_, series), _)| series.metric == Metric::AgentInvocations)
        .map(|(_, sum)| (sum.n, sum.sum, sum.timed()))
        .collect();
    assert_eq!(calls, [(1, 0, 0)], "it is counted, and nobody knows how long it took");
    assert_eq!(shown(&[timed("2", None, 0, WRONG, &call)], Metric::PersonaDuration), "");
    let mut all = good.clone();
    for _ in 0..10_000 {
        add_all(&mut all, wrong.clone());
    }
    for _ in 0..10_000 {
        all = difference(all, &wrong);
    }
    assert_eq!(all, good);
}
