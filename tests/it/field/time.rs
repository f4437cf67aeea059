//! Timers and time written down.

use actix_web::http::StatusCode;
use tracewright::work_orders::actions::start_timer::start_timer;
use tracewright::work_orders::actions::transition::Move;
use tracewright::work_orders::model::{HoldCode, Outcome, Status};

use super::*;
use crate::guards::stage::{complete, do_tick, go, go_with, hire, refusal};
use crate::harness::http::site;
use crate::harness::{MINUTE, on_both};

fn seconds(order: &Order) -> Vec<i64> {
    order.gathered.labour().into_iter().map(|(_, seconds)| seconds).collect()
}

on_both! {
    async fn one_timer_runs_a_person_and_starting_another_stops_it_and_says_so(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let (_, other) = second(&t, &work).await;
        let dana = browser(&t, "dana@example.com").await;
        saw(&dana.post(&s, &format!("/work-orders/{}/timer/start", work.number), "").await);
        t.clock.advance(10 * MINUTE);
        let home = dana.get(&s, "/").await.body;
        assert!(home.contains("Your timer runs on") && home.contains(&format!("/work-orders/{}/timer/stop", work.number)), "{home}");
        let again = dana.post(&s, &format!("/work-orders/{}/timer/start", work.number), "").await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        let said = start_timer(&t.services.orders, &work.dana, &{
            let project = work.owner.project;
            let number = other.clone();
            t.app.db.read(move |conn| reads::find_id(conn, project, &number)).await.unwrap().unwrap()
        }).await.unwrap();
        assert_eq!(said, Some(work.number.clone()));
        let first = order(&t, &work).await;
        assert!(first.gathered.timers.is_empty());
        assert_eq!(seconds(&first), [600]);
        t.clock.advance(5 * MINUTE);
        let stopped = dana.post(&s, &format!("/work-orders/{other}/timer/stop"), "back=home").await;
        assert_eq!(stopped.location(), "/");
        assert!(!dana.get(&s, "/").await.body.contains("Your timer runs on"));
        let page = dana.get(&s, &format!("/work-orders/{other}")).await.body;
        assert!(page.contains("5 m") && page.contains("Start timer"), "{page}");
    }

    async fn a_hold_and_the_completion_stop_every_timer_and_a_signature_that_of_the_signer(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let (dana, owner) = (browser(&t, "dana@example.com").await, browser(&t, "owner@example.com").await);
        let start = format!("/work-orders/{}/timer/start", work.number);
        for client in [&dana, &owner] {
            saw(&client.post(&s, &start, "").await);
        }
        t.clock.advance(3 * MINUTE);
        go_with(&t, &work.dana, &work.id, Move { hold: Some(HoldCode::Parts), ..Move::to(Status::OnHold) }).await.unwrap();
        let held = order(&t, &work).await;
        assert!(held.gathered.timers.is_empty());
        assert_eq!(seconds(&held), [180, 180]);
        assert_eq!(dana.post(&s, &start, "").await.status, StatusCode::CONFLICT, "nothing runs on hold");
        go(&t, &work.dana, &work.id, Status::InProgress).await.unwrap();
        saw(&dana.post(&s, &start, "").await);
        for at in ["1.1", "2.1", "C1"] {
            do_tick(&t, &work.dana, &work.id, at).await;
        }
        t.clock.advance(MINUTE);
        complete(&t, &work.dana, &work.id, Outcome::Achieved).await.unwrap();
        let done = order(&t, &work).await;
        assert!(done.gathered.timers.is_empty() && done.gathered.time.len() == 3);
        assert!(!dana.get(&s, "/").await.body.contains("Your timer runs on"));
    }

    async fn time_is_written_down_corrected_and_summed_without_counting_an_hour_twice(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let dana = browser(&t, "dana@example.com").await;
        let path = format!("/work-orders/{}/time", work.number);
        saw(&dana.post(&s, &path, "minutes=1:30&day=2026-11-20&note=drive").await);
        saw(&dana.post(&s, &path, "from=2026-11-21T07:00&until=2026-11-21T08:00").await);
        saw(&dana.post(&s, &path, "from=2026-11-21T07:30&until=2026-11-21T08:30").await);
        assert_eq!(seconds(&order(&t, &work).await), [90 * 60 + 90 * 60]);
        let entry = order(&t, &work).await.gathered.time[0].id.clone();
        let correct = format!("{path}/correct");
        saw(&dana.post(&s, &correct, &format!("entry={entry}&minutes=60&day=2026-11-20&reason=it+was+an+hour")).await);
        let after = order(&t, &work).await;
        assert_eq!(seconds(&after), [60 * 60 + 90 * 60]);
        assert!(after.gathered.time[0].superseded_by.is_some() && after.gathered.time[0].minutes == 90);
        let twice = dana.post(&s, &correct, &format!("entry={entry}&minutes=5&day=2026-11-20&reason=once+more")).await;
        assert_eq!(twice.status, StatusCode::CONFLICT);
        let page = dana.get(&s, &format!("/work-orders/{}", work.number)).await.body;
        assert!(page.contains("2 h 30 m") && page.contains("it was an hour"), "{page}");
        for (form, field) in [
            ("minutes=0&day=2026-11-20", "minutes"),
            ("minutes=x&day=2026-11-20", "minutes"),
            ("minutes=1441&day=2026-11-20", "minutes"),
            ("minutes=1400&day=2026-11-20", "minutes"),
            ("minutes=5&day=2026-11-23", "day"),
            ("minutes=5&day=", "day"),
            ("from=2026-11-21T08:00&until=2026-11-21T07:00", "until"),
            ("from=2026-11-21T08:00&until=2026-11-21T20:00", "until"),
            ("from=2026-11-18T08:00&until=2026-11-20T08:00", "until"),
            ("from=2026-11-21T08:00", "until"),
        ] {
            let answer = dana.post(&s, &path, form).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{form} ({field}): {}", answer.body);
        }
    }

    async fn whoever_works_by_the_clock_did_the_work_and_an_order_with_time_is_not_cancelled(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let sue = hire(&t, &work.owner, "sue", &[Role::Supervisor, Role::Auditor]).await;
        let client = browser(&t, "sue@example.com").await;
        saw(&client.post(&s, &format!("/work-orders/{}/timer/start", work.number), "").await);
        assert!(order(&t, &work).await.is_performer(&sue.actor.id));
        t.clock.advance(MINUTE);
        saw(&client.post(&s, &format!("/work-orders/{}/timer/stop", work.number), "").await);
        go_with(&t, &work.dana, &work.id, Move { hold: Some(HoldCode::Person), ..Move::to(Status::OnHold) }).await.unwrap();
        let why = refusal(go(&t, &work.owner, &work.id, Status::Cancelled).await);
        assert!(why.contains("Time, parts or files are recorded"), "{why}");
    }

    async fn another_persons_time_is_corrected_by_a_supervisor_only_and_stays_theirs(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        hire(&t, &work.owner, "tom", &[Role::Technician]).await;
        let (dana, owner) = (browser(&t, "dana@example.com").await, browser(&t, "owner@example.com").await);
        let path = format!("/work-orders/{}/time", work.number);
        saw(&dana.post(&s, &path, "minutes=30&day=2026-11-21").await);
        let entry = order(&t, &work).await.gathered.time[0].id.clone();
        let form = format!("entry={entry}&minutes=20&day=2026-11-21&reason=break+taken+out");
        let tom = browser(&t, "tom@example.com").await.post(&s, &format!("{path}/correct"), &form).await;
        assert_eq!(tom.status, StatusCode::NOT_FOUND);
        saw(&owner.post(&s, &format!("{path}/correct"), &form).await);
        let labour = order(&t, &work).await.gathered.labour();
        assert_eq!((labour.len(), labour[0].0.id.as_str(), labour[0].1), (1, work.dana.actor.id.as_str(), 1_200));
        assert!(!order(&t, &work).await.is_performer(&work.owner.actor.id));
    }
}
