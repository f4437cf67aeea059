//! The guards of completing and cancelling.

use tracewright::foundation::Role;
use tracewright::work_orders::actions::mark_step::mark_step;
use tracewright::work_orders::model::{Outcome, Status, StepState};
use tracewright::work_orders::policies::PolicyChange;

use crate::harness::on_both;

use super::*;

on_both! {
    async fn steps_settled(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let id = running(&t, &owner, &dana).await;
        do_tick(&t, &dana, &id, "1.1").await;
        let why = refusal(complete(&t, &dana, &id, Outcome::Partial).await);
        assert!(why.contains("still open: 2 Look at one trace"), "{why}");
    }

    async fn outcome_earned_a_failed_step_is_completed_but_not_as_achieved(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let id = running(&t, &owner, &dana).await;
        do_tick(&t, &dana, &id, "1.1").await;
        let step = load(&t, &owner, &id).await.steps[1].id.clone();
        let failed = StepState::Failed { reason: "no trace came".to_owned() };
        mark_step(&t.services.orders, &dana, &id, step, failed, String::new()).await.unwrap();
        let why = fault_at(complete(&t, &dana, &id, Outcome::Achieved).await, "outcome");
        assert!(why.contains("Failed or flagged: 2 Look at one trace"), "{why}");
        complete(&t, &dana, &id, Outcome::Partial).await.unwrap();
        assert_eq!(load(&t, &owner, &id).await.outcome.unwrap().outcome, Outcome::Partial);
    }

    async fn outcome_earned_missing_evidence_bars_only_achieved(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let id = running(&t, &owner, &dana).await;
        for at in ["1.1", "2.1"] {
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
        let linked = take(&t, &owner, FILE).await;
        go(&t, &owner, &linked, Status::Submitted).await.unwrap();
        send(&t, &owner, "t1", &["wo:WO-2026-100/1.1"], "wrapped").await;
        assert!(refusal(go(&t, &owner, &linked, Status::Cancelled).await).contains("Work is recorded"));
        let clean = take(&t, &owner, &FILE.replace("WO-2026-100", "WO-2026-101")).await;
        go(&t, &owner, &clean, Status::Cancelled).await.unwrap();
    }
}
