//! Each of the seven: where it does not fire, where it does, and when it is over.

use serde_json::Value;
use tracewright::alerts::model::{Rule, State};
use tracewright::budgets::actions::change::{Change, change};
use tracewright::budgets::model::{Period, Scope, Unit};
use tracewright::foundation::{Actor, Asker, ProjectKey};
use tracewright::jobs::{self, JobKind, Tier, When};

use super::{Span, look, of, pass, send, slow_stage, standing, state};
use crate::budgets::{CALL, Call, about, hold, send as call, up_to};
use crate::guards::stage::owner;
use crate::harness::{DAY, MINUTE, START, TestApp, on_both};

const SECOND: i64 = MINUTE / 60;

/// Spans that say what a rule looks at.
type Attributes = &'static [(&'static str, &'static str)];
const PASSED: Attributes = &[("workflow.name", "release"), ("quality_gate.result", "passed")];
const FAILED: Attributes = &[("workflow.name", "release"), ("quality_gate.result", "failed")];
const AS_CLERK: Attributes = &[("gen_ai.operation.name", "chat"), ("persona.name", "clerk")];
const AS_TESTER: Attributes = &[("gen_ai.operation.name", "chat"), ("persona.name", "tester")];
const CHECK: Attributes = &[("workflow.name", "release"), ("stage.name", "check")];

/// A budget of the planner, and what it used of it.
async fn planner(t: &TestApp, boss: &Asker, amount: i64, used: i64) -> String {
    let about = about(Scope::Persona, "planner", Unit::Tokens, Period::Day);
    let id = hold(t, boss, about, up_to(amount)).await;
    call(t, boss.project, &[Call { id: 1, persona: "planner", tokens: used, ..CALL }]).await;
    t.clock.advance(MINUTE);
    id
}

async fn raise(t: &TestApp, boss: &Asker, budget: &str) {
    let more = Change { amount: Some("100000".to_owned()), ..Change::default() };
    change(&t.app, boss, budget, more, "it is needed".to_owned(), None).await.unwrap();
}

on_both! {
    async fn a_budget_that_is_overdrawn_fires_at_once_and_is_over_with_a_larger_one(t: TestApp) {
        let boss = owner(&t).await;
        let budget = planner(&t, &boss, 100, 140).await;
        assert_eq!(look(&t.app).await, 1);
        let alert = of(&t, boss.project, Rule::TokenBudgetExceeded).await;
        let measure = alert.measure.clone().unwrap();
        assert_eq!((alert.state(), measure.value), (State::Firing, -40));
        assert!(measure.said.contains("planner is 40\u{a0}tokens over its 100\u{a0}tokens"), "{}", measure.said);
        assert_eq!(standing(&t, boss.project).await.alerts[0].rule, Rule::TokenBudgetExceeded, "it stands first");
        raise(&t, &boss, &budget).await;
        assert_eq!(pass(&t, 5).await, 0, "not over before five minutes");
        assert_eq!(pass(&t, 1).await, 1);
        assert_eq!(state(&t, boss.project, Rule::TokenBudgetExceeded).await, State::Fine);
    }

    async fn a_budget_used_to_the_last_is_depleted_and_not_exceeded(t: TestApp) {
        let boss = owner(&t).await;
        let budget = planner(&t, &boss, 100, 100).await;
        assert_eq!(look(&t.app).await, 0);
        assert_eq!(state(&t, boss.project, Rule::TokenBudgetExceeded).await, State::Fine);
        assert_eq!(state(&t, boss.project, Rule::TokenBudgetDepletionPredicted).await, State::Pending);
        assert_eq!(pass(&t, 5).await, 1);
        assert_eq!(state(&t, boss.project, Rule::TokenBudgetDepletionPredicted).await, State::Firing);
        raise(&t, &boss, &budget).await;
        assert_eq!(pass(&t, 6).await, 1);
        assert_eq!(state(&t, boss.project, Rule::TokenBudgetDepletionPredicted).await, State::Fine);
    }

    async fn more_than_a_fifth_of_failed_gates_fires_by_workflow(t: TestApp) {
        let boss = owner(&t).await;
        let rule = Rule::HighQualityGateFailureRate;
        let gate = |id, attributes| Span { attributes, ..Span::new(id, START) };
        let five: Vec<Span> = (1..=5).map(|id| gate(id, if id == 1 { FAILED } else { PASSED })).collect();
        send(&t, boss.project, &five).await;
        t.clock.advance(MINUTE);
        assert_eq!(look(&t.app).await, 0);
        let alert = of(&t, boss.project, rule).await;
        assert_eq!((alert.state(), alert.measure.unwrap().value), (State::Fine, 200), "a fifth is not more than a fifth");
        send(&t, boss.project, &[gate(6, FAILED)]).await;
        assert_eq!(look(&t.app).await, 0);
        assert_eq!(state(&t, boss.project, rule).await, State::Pending);
        assert_eq!(pass(&t, 5).await, 1);
        let alert = of(&t, boss.project, rule).await;
        assert_eq!((alert.state(), alert.measure.clone().unwrap().value), (State::Firing, 333));
        assert_eq!(alert.subject, "workflow release");
        // An hour later none of them counts any more; over a gap nobody is believed, so it takes five minutes more.
        t.clock.advance(60 * MINUTE);
        assert_eq!(look(&t.app).await, 0);
        assert_eq!(pass(&t, 5).await, 1);
        assert_eq!(state(&t, boss.project, rule).await, State::Fine);
    }

    async fn more_than_two_switches_a_second_over_five_minutes_fire(t: TestApp) {
        let boss = owner(&t).await;
        let rule = Rule::ExcessivePersonaSwitching;
        // Ten traces, each with a call every four seconds in turns of two personas: two and a half switches a second for ten minutes.
        let mut spans = Vec::new();
        for trace in 0..10_u64 {
            for turn in 0..150_u64 {
                let at = START.plus_micros(i64::try_from(turn).unwrap() * 4 * SECOND);
                let attributes = if turn % 2 == 0 { AS_CLERK } else { AS_TESTER };
                spans.push(Span { trace: trace + 1, attributes, ..Span::new(trace * 1_000 + turn + 1, at) });
            }
        }
        send(&t, boss.project, &spans).await;
        assert_eq!(pass(&t, 3).await, 0);
        assert_eq!(state(&t, boss.project, rule).await, State::Fine, "three minutes of it are below two a second in five");
        assert_eq!(pass(&t, 1).await, 0);
        let alert = of(&t, boss.project, rule).await;
        assert_eq!((alert.state(), alert.measure.unwrap().value), (State::Pending, 2_033));
        assert_eq!(pass(&t, 5).await, 1);
        assert_eq!(state(&t, boss.project, rule).await, State::Firing);
        assert_eq!(pass(&t, 12).await, 1);
        assert_eq!(state(&t, boss.project, rule).await, State::Fine);
    }

    async fn a_stage_of_which_more_than_one_run_in_twenty_is_slow_fires(t: TestApp) {
        let boss = owner(&t).await;
        let rule = Rule::SlowWorkflowStage;
        let attributes = CHECK;
        let at = START.plus_micros(-10 * MINUTE);
        let took = |id| if id == 1 { 900 } else { 2 };
        let runs: Vec<Span> =
            (1..=20).map(|id| Span { took: took(id), attributes, ..Span::new(100 + id, at) }).collect();
        send(&t, boss.project, &runs).await;
        assert_eq!(look(&t.app).await, 0);
        let alert = of(&t, boss.project, rule).await;
        assert_eq!((alert.state(), alert.measure.unwrap().value), (State::Fine, 2 * SECOND), "one in twenty may be");
        slow_stage(&t, boss.project).await;
        assert_eq!(pass(&t, 9).await, 0);
        assert_eq!(pass(&t, 1).await, 1);
        let alert = of(&t, boss.project, rule).await;
        assert_eq!((alert.state(), alert.subject.as_str()), (State::Firing, "stage publish of release"));
        t.clock.advance(60 * MINUTE);
        assert_eq!(look(&t.app).await, 0);
        assert_eq!(pass(&t, 5).await, 1);
        assert_eq!(state(&t, boss.project, rule).await, State::Fine);
    }

    async fn sums_that_are_not_kept_up_fire_until_they_are(t: TestApp) {
        const HOURS: JobKind = JobKind { name: "traces.hours", tier: Tier::Normal, max_attempts: 1 };
        let boss = owner(&t).await;
        let rule = Rule::HypertoolMetricsNotReported;
        send(&t, boss.project, &[Span::new(1, START)]).await;
        assert_eq!(look(&t.app).await, 0);
        assert!(of(&t, boss.project, rule).await.measure.is_none(), "nothing keeps them up yet");
        let set = |tx: &mut tracewright::db::Tx<'_>| {
            jobs::set_schedule(tx, ProjectKey(0), HOURS.name, When::minutes(5), HOURS, &Value::Null)
        };
        t.app.db.write(&Actor::system(), set).await.unwrap();
        assert_eq!(jobs::tick(&t.app, &t.services.jobs).await.unwrap(), 1);
        assert_eq!(pass(&t, 10).await, 0);
        assert_eq!(state(&t, boss.project, rule).await, State::Fine, "ten minutes are not more than ten");
        assert_eq!(pass(&t, 6).await, 1);
        assert_eq!(state(&t, boss.project, rule).await, State::Firing);
        jobs::drain(&t.app, &t.services.jobs).await.unwrap();
        assert_eq!(pass(&t, 6).await, 1);
        assert_eq!(state(&t, boss.project, rule).await, State::Fine);
    }

    async fn quiet_fires_where_traces_usually_arrive_and_nowhere_else(t: TestApp) {
        let boss = owner(&t).await;
        let rule = Rule::LangfuseIntegrationFailing;
        send(&t, boss.project, &[Span::new(1, START)]).await;
        pass(&t, 20).await;
        let alert = of(&t, boss.project, rule).await;
        assert_eq!((alert.state(), alert.measure), (State::Fine, None), "the day before was as quiet");
        // The day before, three traces began in the minutes after this time of day.
        let before = |id: u64, minutes: i64| Span::new(id, START.plus_micros(minutes * MINUTE - DAY));
        send(&t, boss.project, &[before(2, 1), before(3, 2), before(4, 9)]).await;
        assert_eq!(pass(&t, 1).await, 0);
        assert_eq!(state(&t, boss.project, rule).await, State::Pending);
        assert_eq!(pass(&t, 5).await, 1);
        assert_eq!(state(&t, boss.project, rule).await, State::Firing);
        let now = t.app.now();
        send(&t, boss.project, &[Span::new(5, now)]).await;
        assert_eq!(pass(&t, 6).await, 1);
        assert_eq!(state(&t, boss.project, rule).await, State::Fine);
    }

    async fn a_project_without_traces_is_not_looked_at(t: TestApp) {
        let boss = owner(&t).await;
        assert_eq!(look(&t.app).await, 0);
        let board = standing(&t, boss.project).await;
        assert_eq!((board.checked_at, board.is_asleep, board.is_late, board.alerts.len()), (None, true, false, 7));
        send(&t, boss.project, &[Span::new(1, START)]).await;
        let board = standing(&t, boss.project).await;
        assert!(board.is_late && !board.is_known(), "traces came, and nobody looked yet");
        look(&t.app).await;
        assert!(standing(&t, boss.project).await.is_known());
        t.clock.advance(6 * MINUTE);
        assert!(standing(&t, boss.project).await.is_late);
    }
}
