//! The guards of completing and cancelling.

use tracewright::audit::reads::links_of;
use tracewright::foundation::{Asker, Role};
use tracewright::order_settings::policies::PolicyChange;
use tracewright::work_orders::actions::SignedWith;
use tracewright::work_orders::actions::follow_up::{Asked, follow_up};
use tracewright::work_orders::actions::isolation;
use tracewright::work_orders::actions::mark_step::mark_step;
use tracewright::work_orders::actions::renew_approval::renew_approval;
use tracewright::work_orders::actions::transition::Move;
use tracewright::work_orders::model::{HoldCode, Outcome, Priority, Status, StepState, Target};

use crate::harness::{TestApp, on_both};

use super::*;

on_both! {
    async fn nobody_signed_on(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let id = running(&t, &owner, &dana).await;
        isolate(&t, &owner, &id).await;
        isolation::sign_on(&t.services.orders, &dana, &id).await.unwrap();
        let why = refusal(complete(&t, &dana, &id, Outcome::Partial).await);
        assert!(why.contains("Still signed on to the isolation: dana"), "{why}");
        isolation::sign_off(&t.services.orders, &dana, &id, dana.actor.id.clone(), String::new()).await.unwrap();
        let next = refusal(complete(&t, &dana, &id, Outcome::Partial).await);
        assert!(next.contains("still open"), "{next}");
    }

    async fn steps_settled(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let id = running(&t, &owner, &dana).await;
        do_tick(&t, &dana, &id, "1.1").await;
        let why = refusal(complete(&t, &dana, &id, Outcome::Partial).await);
        assert!(why.contains("still open: 2 Look at one trace"), "{why}");
    }

    async fn plan_approved(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let rita = hire(&t, &owner, "rita", &[Role::Supervisor]).await;
        let id = running(&t, &owner, &dana).await;
        for at in ["1.1", "2.1", "C1"] {
            do_tick(&t, &dana, &id, at).await;
        }
        change_plan(&t, &owner, &id, "the new server").await;
        decide_policy(&t, &owner, PolicyChange { controlled: Some(true), ..PolicyChange::default() }).await;
        let why = refusal(complete(&t, &dana, &id, Outcome::Achieved).await);
        assert!(why.contains(&format!("changed by {} after it was approved", owner.actor.name)), "{why}");
        let with = || SignedWith { email: Some("rita@example.com".to_owned()), password: Some(PASSWORD.to_owned()), version: None };
        let own = renew_approval(&t.services.orders, &owner, &id, String::new(), with()).await;
        assert!(refusal(own).contains("changed this plan since it was approved"));
        renew_approval(&t.services.orders, &rita, &id, String::new(), with()).await.unwrap();
        complete(&t, &dana, &id, Outcome::Achieved).await.unwrap();
    }

    async fn outcome_earned_a_failed_step_is_completed_but_not_as_achieved(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let id = running(&t, &owner, &dana).await;
        do_tick(&t, &dana, &id, "1.1").await;
        let step = load(&t, &owner, &id).await.steps[1].id.clone();
        let failed = StepState::Failed { reason: "no trace came".to_owned() };
        mark_step(&t.services.orders, &dana, &id, step.clone(), failed, String::new()).await.unwrap();
        let alone = refusal(complete(&t, &dana, &id, Outcome::Partial).await);
        assert!(alone.contains("without a follow-up order: 2 Look at one trace"), "{alone}");
        let asked = Asked {
            about: Target::Step(step),
            title: "Find out why no trace came".to_owned(),
            priority: Priority::High,
            due: None,
            note: String::new(),
        };
        follow_up(&t.services.orders, &dana, &id, asked).await.unwrap();
        let why = fault_at(complete(&t, &dana, &id, Outcome::Achieved).await, "outcome");
        assert!(why.contains("Failed or flagged: 2 Look at one trace"), "{why}");
        complete(&t, &dana, &id, Outcome::Partial).await.unwrap();
        assert_eq!(load(&t, &owner, &id).await.outcome.unwrap().outcome, Outcome::Partial);
    }

    async fn outcome_earned_missing_evidence_bars_only_achieved(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let id = running(&t, &owner, &dana).await;
        for at in ["1.1", "2.1", "C1"] {
            do_tick(&t, &dana, &id, at).await;
        }
        decide_policy(&t, &owner, PolicyChange { evidence_required: Some(true), ..PolicyChange::default() }).await;
        send(&t, &dana, "t1", &["wo:WO-2026-100/1.1"], "wrapped").await;
        let why = fault_at(complete(&t, &dana, &id, Outcome::Achieved).await, "outcome");
        assert!(why.contains("2.1 See both models") && !why.contains("1.1"), "{why}");
        send(&t, &dana, "t2", &["wo:WO-2026-100/2"], "both models").await;
        complete(&t, &dana, &id, Outcome::Achieved).await.unwrap();
    }

    async fn no_actuals(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let id = running(&t, &owner, &dana).await;
        go_with(&t, &dana, &id, Move { hold: Some(HoldCode::Parts), ..Move::to(Status::OnHold) }).await.unwrap();
        let begun = refusal(go(&t, &owner, &id, Status::Cancelled).await);
        assert!(begun.contains("Work has begun") && begun.contains("Resume it"), "{begun}");
        go(&t, &dana, &id, Status::InProgress).await.unwrap();
        do_tick(&t, &dana, &id, "1.1").await;
        let clean = take(&t, &owner, &FILE.replace("WO-2026-100", "WO-2026-101")).await;
        go(&t, &owner, &clean, Status::Cancelled).await.unwrap();
    }

    async fn what_a_rule_linked_to_an_order_that_never_started_is_no_work_and_stays_to_be_seen(t: TestApp) {
        let owner = owner(&t).await;
        for to in [Status::Draft, Status::Submitted, Status::Approved, Status::OnHold] {
            let number = format!("WO-2026-2{:02}", to as u8);
            let id = take(&t, &owner, &FILE.replace("WO-2026-100", &number)).await;
            bring(&t, &owner, &id, to).await;
            let trace = format!("t-{}", to.as_str());
            send(&t, &owner, &trace, &[&format!("wo:{number}/1.1")], "wrapped").await;
            go(&t, &owner, &id, Status::Cancelled).await.unwrap();
            let (project, order) = (owner.project, id.clone());
            let links = t.app.db.read(move |conn| links_of(conn, project, &order)).await.unwrap();
            let linked: Vec<&str> = links.iter().map(|link| link.trace_id.as_str()).collect();
            assert_eq!(linked, [trace.as_str()], "{to:?}");
        }
    }

    async fn what_a_person_linked_is_work_and_the_refusal_names_the_way_out(t: TestApp) {
        let owner = owner(&t).await;
        for (to, way) in [
            (Status::Draft, "have it approved and started"),
            (Status::Submitted, "Have it approved and started"),
            (Status::Approved, "Start it"),
            (Status::OnHold, "Resume and start it"),
        ] {
            let number = format!("WO-2026-2{:02}", to as u8);
            let id = take(&t, &owner, &FILE.replace("WO-2026-100", &number)).await;
            bring(&t, &owner, &id, to).await;
            let trace = format!("t-{}", to.as_str());
            send(&t, &owner, &trace, &[], "wrapped").await;
            link_trace(&t, &owner, &id, "1.1", &trace).await;
            let why = refusal(go(&t, &owner, &id, Status::Cancelled).await);
            assert!(why.contains(way) && why.contains("take that link away"), "{to:?}: {why}");
        }
    }
}

/// Brings a draft to a state in which it was never started.
async fn bring(t: &TestApp, owner: &Asker, id: &str, to: Status) {
    if to != Status::Draft {
        go(t, owner, id, Status::Submitted).await.unwrap();
    }
    if matches!(to, Status::Approved | Status::OnHold) {
        go(t, owner, id, Status::Approved).await.unwrap();
    }
    if to == Status::OnHold {
        go_with(t, owner, id, Move { hold: Some(HoldCode::Parts), ..Move::to(to) }).await.unwrap();
    }
}
