//! What is used, left and recorded.

use tracewright::budgets::actions::{change, end};
use tracewright::budgets::model::{AtEnd, Period, Scope, Standing, State, Terms, Unit, Who};
use tracewright::budgets::{reads, words};
use tracewright::checks::check_roots;
use tracewright::foundation::{Asker, Error, ProjectKey, Timestamp};
use tracewright::ledger::{rebuild, sequencer, verifier};
use tracewright::people::model::{ProjectId, ProjectName};
use tracewright::traces::actions::erase::erase_traces;

use super::{CALL, Call, RELEASE, about, hold, release, send, standing, standings, up_to};
use crate::fleet::{of_rows, sum_up};
use crate::guards::stage::owner;
use crate::harness::{DAY, MINUTE, START, TestApp, on_both};

const HOUR: i64 = 60 * MINUTE;

/// Calls of this day and of the one before.
const CALLS: [Call; 6] = [
    Call {
        id: 1,
        persona: "planner",
        agent: "desk",
        tokens: 100,
        cost: "0.012345678",
        at: Timestamp(START.0 - 2 * HOUR),
    },
    Call {
        id: 2,
        persona: "planner",
        agent: "clerk",
        tokens: 7,
        cost: "0.000000001",
        at: Timestamp(START.0 - 3 * HOUR),
    },
    Call {
        id: 3,
        persona: "mechanic",
        agent: "desk",
        tokens: 31,
        cost: "1.5",
        at: Timestamp(START.0 - 3 * HOUR),
    },
    Call { id: 4, persona: "", agent: "", tokens: 11, cost: "0.25", at: Timestamp(START.0 - 4 * HOUR) },
    Call {
        id: 5,
        persona: "planner",
        agent: "desk",
        tokens: 50,
        cost: "",
        at: Timestamp(START.0 - 4 * HOUR),
    },
    // The day before.
    Call {
        id: 6,
        persona: "planner",
        agent: "desk",
        tokens: 1_000,
        cost: "9",
        at: Timestamp(START.0 - 20 * HOUR),
    },
];

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

async fn remaining(t: &TestApp) -> Vec<(String, i64)> {
    let now = t.app.now();
    t.app.db.read(move |conn| reads::remaining_by_persona(conn, now)).await.unwrap()
}

async fn refused(t: &TestApp, project: ProjectKey, who: &Who, now: Timestamp) -> Vec<String> {
    let who = who.clone();
    let all = t.app.db.read(move |conn| reads::refusing(conn, project, &who, now)).await.unwrap();
    all.iter().map(words::refusal).collect()
}

on_both! {
    async fn what_is_used_is_what_the_rows_come_to(t: TestApp) {
        let boss = owner(&t).await;
        let project = boss.project;
        send(&t, project, &CALLS).await;
        let mut ids = Vec::new();
        for (scope, name) in [(Scope::Persona, "planner"), (Scope::Agent, "desk"), (Scope::Project, "")] {
            for unit in Unit::ALL {
                for period in [Period::Day, Period::Month] {
                    ids.push(hold(&t, &boss, about(scope, name, unit, period), up_to(1_000_000_000_000)).await);
                }
            }
        }
        let tokens = "SUM(uncached_input + cached_read + cache_write + output_tokens + reasoning)";
        let today = "counted AND start_at >= 1795219200000000";
        assert_eq!(at("2026-11-21T00:00:00Z"), Timestamp(1_795_219_200_000_000));
        let mut expected = Vec::new();
        for (of_day, of_month) in [
            ("counted AND persona = 'planner' AND start_at >= 1795219200000000", "counted AND persona = 'planner'"),
            ("counted AND agent = 'desk' AND start_at >= 1795219200000000", "counted AND agent = 'desk'"),
            (today, "counted"),
        ] {
            for what in [tokens, "SUM(cost_nanos)"] {
                expected.push(of_rows(&t, project, what, of_day).await);
                expected.push(of_rows(&t, project, what, of_month).await);
            }
        }
        assert_eq!(&expected[..4], [157, 1_157, 12_345_679, 9_012_345_679]);
        for is_summed in [false, true] {
            if is_summed {
                sum_up(&t).await;
            }
            let all = standings(&t, project, t.app.now()).await;
            let used = |id: &String| all.iter().find(|it| it.budget.id == *id).unwrap().used;
            assert_eq!(ids.iter().map(used).collect::<Vec<_>>(), expected, "summed: {is_summed}");
            for id in &ids {
                let one = standing(&t, project, id).await;
                assert_eq!(one.used, used(id), "one read alone");
            }
        }
    }

    async fn a_release_leaves_what_it_should(t: TestApp) {
        let boss = owner(&t).await;
        release(&t, &boss).await;
        let mut expected: Vec<(String, i64)> =
            RELEASE.iter().map(|(name, _, _, _, left)| ((*name).to_owned(), *left)).collect();
        expected.sort();
        assert_eq!(remaining(&t).await, expected);
        // A narrower one of the same persona: the smaller figure is told.
        hold(&t, &boss, about(Scope::Persona, "devops-engineer", Unit::Tokens, Period::Day), up_to(600)).await;
        assert_eq!(remaining(&t).await[1], ("devops-engineer".to_owned(), 50));
    }

    async fn a_budget_in_all_counts_from_the_moment_it_was_set(t: TestApp) {
        let boss = owner(&t).await;
        send(&t, boss.project, &CALLS).await;
        let total = about(Scope::Persona, "planner", Unit::Tokens, Period::Total);
        let first = hold(&t, &boss, total, up_to(1_000)).await;
        t.clock.advance(2 * HOUR);
        let later = hold(&t, &boss, about(Scope::Agent, "desk", Unit::Tokens, Period::Total), up_to(1_000)).await;
        t.clock.advance(2 * HOUR);
        let call = Call { persona: "planner", agent: "desk", tokens: 40, ..CALL };
        let early = Call { id: 11, at: START.plus_micros(HOUR), ..call };
        let late = Call { id: 12, at: START.plus_micros(3 * HOUR), ..call };
        send(&t, boss.project, &[early, late]).await;
        assert_eq!(standing(&t, boss.project, &first).await.used, 80);
        assert_eq!(standing(&t, boss.project, &later).await.used, 40);
        let both: i64 = standings(&t, boss.project, t.app.now()).await.iter().map(|it| it.used).sum();
        assert_eq!(both, 120);
    }

    async fn a_day_is_as_long_as_the_clocks_of_its_zone_make_it(t: TestApp) {
        let boss = owner(&t).await;
        let moments = ["2026-10-24T21:59:59Z", "2026-10-24T22:00:00Z", "2026-10-25T22:59:59Z", "2026-10-25T23:00:00Z"];
        let calls: Vec<Call> = (1..).zip(moments).map(|(id, moment)| {
            Call { id, agent: "desk", tokens: 10_i64.pow(u32::try_from(id).unwrap()), at: at(moment), ..CALL }
        }).collect();
        send(&t, boss.project, &calls).await;
        let berlin = tracewright::budgets::model::About {
            zone: "Europe/Berlin".to_owned(),
            ..about(Scope::Agent, "desk", Unit::Tokens, Period::Day)
        };
        hold(&t, &boss, berlin, up_to(1_000_000)).await;
        for (now, used) in [
            ("2026-10-24T21:59:59Z", 10),
            ("2026-10-25T22:59:59.5Z", 1_100),
            ("2026-10-25T23:30:00Z", 10_000),
        ] {
            assert_eq!(standings(&t, boss.project, at(now)).await[0].used, used, "{now}");
        }
        let project = boss.project;
        let days = t.app.db.read(move |conn| {
            let budget = reads::all(conn, project)?.remove(0);
            reads::days(conn, project, &budget, at("2026-10-26T12:00:00Z"), 3)
        }).await.unwrap();
        let of_days: Vec<i64> = days.iter().map(|day| day.spent.tokens).collect();
        assert_eq!(of_days, [10, 1_100, 10_000]);
    }

    async fn a_used_up_budget_that_refuses_says_whose_and_until_when(t: TestApp) {
        let boss = owner(&t).await;
        let call = Call { id: 1, agent: "desk", tokens: 100, at: START.plus_micros(-HOUR), ..CALL };
        send(&t, boss.project, &[call]).await;
        let refuses = |amount: i64| Terms { at_end: AtEnd::Refuses, ..up_to(amount) };
        hold(&t, &boss, about(Scope::Agent, "desk", Unit::Tokens, Period::Day), refuses(100)).await;
        hold(&t, &boss, about(Scope::Agent, "desk", Unit::Tokens, Period::Week), refuses(101)).await;
        hold(&t, &boss, about(Scope::Agent, "desk", Unit::Tokens, Period::Month), up_to(1)).await;
        let desk = Who { agent: Some("desk".to_owned()), ..Who::default() };
        let now = t.app.now();
        assert_eq!(
            refused(&t, boss.project, &desk, now).await,
            ["The budget of the agent desk, 100\u{a0}tokens a day, is used up: calls are refused until 2026-11-22 00:00 UTC."]
        );
        assert!(refused(&t, boss.project, &Who::default(), now).await.is_empty());
        assert!(refused(&t, boss.project, &desk, now.plus_micros(DAY)).await.is_empty(), "a day later there is more");
        let all = standings(&t, boss.project, now).await;
        let states: Vec<State> = all.iter().map(Standing::state).collect();
        assert_eq!(states, [State::Exhausted, State::Exhausted, State::Warned(80)]);
    }

    async fn calls_without_a_price_are_told_and_not_counted_as_nothing(t: TestApp) {
        let boss = owner(&t).await;
        send(&t, boss.project, &CALLS).await;
        let id = hold(&t, &boss, about(Scope::Agent, "desk", Unit::Money, Period::Day), up_to(2_000_000_000)).await;
        let standing = standing(&t, boss.project, &id).await;
        assert_eq!((standing.used, standing.unpriced), (1_512_345_678, 1));
    }

    async fn erased_traces_give_back_what_they_used(t: TestApp) {
        let boss = owner(&t).await;
        send(&t, boss.project, &CALLS).await;
        let id = hold(&t, &boss, about(Scope::Agent, "desk", Unit::Tokens, Period::Day), up_to(150)).await;
        let before = standing(&t, boss.project, &id).await;
        assert_eq!((before.used, before.state()), (181, State::Exhausted));
        let gone = [format!("{:032x}", 3)].into_iter().collect();
        let hooks = &t.services.intake.hooks;
        let operator = Asker::operator(boss.project);
        assert_eq!(erase_traces(&t.app, hooks, &operator, gone, "asked by the customer").await.unwrap(), 1);
        let after = standing(&t, boss.project, &id).await;
        assert_eq!((after.used, after.state()), (150, State::Exhausted));
    }

    async fn the_end_is_predicted_from_three_days_of_past_on(t: TestApp) {
        let boss = owner(&t).await;
        let young = hold(&t, &boss, about(Scope::Agent, "new", Unit::Tokens, Period::Total), up_to(30)).await;
        let id = hold(&t, &boss, about(Scope::Agent, "desk", Unit::Tokens, Period::Total), up_to(30)).await;
        let past = |back: i64| Call {
            id: u64::try_from(back).unwrap(),
            agent: "desk",
            tokens: 60,
            at: START.plus_micros(-back * 6 * HOUR),
            ..CALL
        };
        let mut calls: Vec<Call> = (1..=48).map(past).collect();
        calls.push(Call { id: 99, agent: "new", tokens: 5, at: START.plus_micros(-DAY), ..CALL });
        send(&t, boss.project, &calls).await;
        let new = standing(&t, boss.project, &young).await;
        assert!(new.is_young && new.exhausted_at.is_none() && new.usual_error.is_none(), "{new:?}");
        let desk = standing(&t, boss.project, &id).await;
        assert_eq!((desk.used, desk.remaining, desk.is_young), (0, 30, false));
        let hours = desk.exhausted_at.unwrap().micros_since(START) / HOUR;
        assert!((2..8).contains(&hours), "ten an hour, and none in the last one: {hours}");
        assert!(desk.usual_error.is_some_and(|error| error < 0.5), "{desk:?}");
    }

    async fn what_was_changed_stays_in_the_ledger_and_is_rebuilt(t: TestApp) {
        let boss = owner(&t).await;
        let project = boss.project;
        let id = hold(&t, &boss, about(Scope::Agent, "desk", Unit::Money, Period::Day), up_to(14_000_000_000)).await;
        let other = hold(&t, &boss, about(Scope::Project, "", Unit::Tokens, Period::Week), up_to(5)).await;
        let raised = || change::Change { amount: Some("16".to_owned()), ..change::Change::default() };
        let reason = || "quarterly grease round".to_owned();
        let changed = change::change(&t.app, &boss, &id, raised(), reason(), Some(1)).await.unwrap();
        assert_eq!(changed.len(), 1);
        assert!(change::change(&t.app, &boss, &id, raised(), reason(), None).await.unwrap().is_empty());
        let late = change::change(&t.app, &boss, &id, raised(), reason(), Some(1)).await;
        assert!(matches!(late, Err(Error::Conflict { found: 2, .. })), "{late:?}");
        end::end(&t.app, &boss, &other, "over".to_owned()).await.unwrap();
        assert!(matches!(end::end(&t.app, &boss, &other, "over".to_owned()).await, Err(Error::Refused(_))));

        let of = id.clone();
        let history = t.app.db.read(move |conn| reads::history(conn, project, &of)).await.unwrap();
        let kinds: Vec<&str> = history.iter().map(|event| event.kind.as_str()).collect();
        assert_eq!(kinds, ["budget.set.v1", "budget.changed.v1"]);
        let data = history[1].data();
        assert_eq!(
            (data["from"]["amount"].as_i64(), data["to"]["amount"].as_i64(), data["reason"].as_str()),
            (Some(14_000_000_000), Some(16_000_000_000), Some("quarterly grease round"))
        );
        assert_eq!(standings(&t, project, t.app.now()).await.len(), 1);

        sequencer::sequence_now(&t.app.db, &t.app.log).await.unwrap();
        let trust = verifier::Trust { key: t.app.log.verifier(), held: None };
        let (report, roots) = t.app.db.read(move |conn| verifier::verify_with(conn, &trust, check_roots)).await.unwrap();
        assert!(report.fault_count == 0 && roots.faults.is_empty(), "{:?} {:?}", report.faults, roots.faults);
        let app = t.app.clone();
        let checked = actix_web::web::block(move || rebuild::check(&app.db, &app.ledger)).await.unwrap().unwrap();
        assert!(checked.differences.is_empty(), "{:?}", checked.differences);
        let before = standing(&t, project, &id).await;
        let app = t.app.clone();
        actix_web::web::block(move || rebuild::rebuild(&app.db, &app.ledger)).await.unwrap().unwrap();
        assert_eq!(standing(&t, project, &id).await, before);
    }

    async fn budgets_of_another_project_are_not_there(t: TestApp) {
        let boss = owner(&t).await;
        let (id, name) = (ProjectId::parse("id", "south").unwrap(), ProjectName::parse("name", "South").unwrap());
        let south = t.people.create_project(&Asker::operator(ProjectKey(0)), id, name).await.unwrap().key;
        let there = Asker::operator(south);
        let planner = || about(Scope::Persona, "planner", Unit::Tokens, Period::Day);
        let id = hold(&t, &there, planner(), up_to(2_000)).await;
        send(&t, boss.project, &CALLS).await;
        hold(&t, &boss, planner(), up_to(200)).await;
        let all = standings(&t, boss.project, t.app.now()).await;
        assert_eq!((all.len(), all[0].budget.terms.amount, all[0].used), (1, 200, 157));
        assert_eq!(standing(&t, south, &id).await.used, 0, "calls of this project are none of that one");
        let foreign = end::end(&t.app, &boss, &id, "mine now".to_owned()).await;
        assert!(matches!(foreign, Err(Error::NotFound(_))), "{foreign:?}");
        // Metrics are of the whole installation: the smallest is told.
        assert_eq!(remaining(&t).await, [("planner".to_owned(), 43)]);
    }
}
