//! The guards of submitting, approving, starting, holding and resuming.

use tracewright::foundation::{Asker, Role};
use tracewright::order_settings::policies::PolicyChange;
use tracewright::people::AccountId;
use tracewright::work_orders::actions::relate::{pass_block, relate};
use tracewright::work_orders::actions::transition::Move;
use tracewright::work_orders::model::{HoldCode, RelationKind, Status};

use crate::harness::on_both;

use super::*;

fn held(code: Option<HoldCode>) -> Move {
    Move { hold: code, ..Move::to(Status::OnHold) }
}

on_both! {
    async fn not_blocked(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let (first, second) = (take(&t, &owner, FILE).await, take(&t, &owner, &FILE.replacen("# ", "# Again: ", 1)).await);
        for id in [&first, &second] {
            crate::harness::orders::walk(&t, &owner, &dana, id, Status::Approved).await;
            read_safety(&t, &dana, id).await;
        }
        let number = load(&t, &owner, &first).await.number.to_string();
        relate(&t.services.orders, &owner, &second, RelationKind::BlockedBy, number).await.unwrap();
        let why = refusal(go(&t, &dana, &second, Status::InProgress).await);
        assert!(why.contains("Blocked by") && why.contains("not done"), "{why}");
        pass_block(&t.services.orders, &owner, &second, first.clone(), "it cannot wait".to_owned()).await.unwrap();
        go(&t, &dana, &second, Status::InProgress).await.unwrap();
        go(&t, &dana, &first, Status::InProgress).await.unwrap();
    }

    async fn plan_complete(t: TestApp) {
        let owner = owner(&t).await;
        let bare = take(&t, &owner, FILE.split("## Completion").next().unwrap()).await;
        assert!(refusal(go(&t, &owner, &bare, Status::Submitted).await).contains("completion criterion"));
    }

    async fn approver_not_author(t: TestApp) {
        let owner = owner(&t).await;
        let sam = hire(&t, &owner, "sam", &[Role::Supervisor]).await;
        let rita = hire(&t, &owner, "rita", &[Role::Supervisor]).await;
        let id = take(&t, &sam, FILE).await;
        assert!(load(&t, &sam, &id).await.is_author(&sam.actor.id), "whoever imports is the author");
        go(&t, &sam, &id, Status::Submitted).await.unwrap();
        decide_policy(&t, &owner, PolicyChange { controlled: Some(true), ..PolicyChange::default() }).await;
        assert!(refusal(go(&t, &sam, &id, Status::Approved).await).contains("cannot approve"));
        let operator = Asker::operator(owner.project);
        let (one, other) = (AccountId(rita.actor.id.clone()), AccountId(sam.actor.id.clone()));
        assert!(t.people.same_person(&operator, one, other).await.unwrap());
        assert!(refusal(go(&t, &rita, &id, Status::Approved).await).contains("cannot approve"));
        go(&t, &owner, &id, Status::Approved).await.unwrap();
    }

    async fn by_default_nothing_is_controlled(t: TestApp) {
        let owner = owner(&t).await;
        let id = take(&t, &owner, FILE).await;
        approve(&t, &owner, &id).await;
    }

    async fn assignee_set_and_safety_read(t: TestApp) {
        let owner = owner(&t).await;
        let dana = other(&owner, "dana", &[Role::Technician]);
        let id = take(&t, &owner, FILE).await;
        approve(&t, &owner, &id).await;
        assert!(refusal(go(&t, &owner, &id, Status::InProgress).await).contains("Nobody is assigned"));
        give(&t, &owner, &id, Some(&dana)).await;
        assert!(refusal(go(&t, &dana, &id, Status::InProgress).await).contains("not acknowledged by you"));
        read_safety(&t, &dana, &id).await;
        go(&t, &dana, &id, Status::InProgress).await.unwrap();
    }

    async fn hold_code_given_resumes_where_it_was_and_safety_read_on_resume(t: TestApp) {
        let owner = owner(&t).await;
        let dana = other(&owner, "dana", &[Role::Technician]);
        let id = running(&t, &owner, &dana).await;
        assert!(fault_at(go_with(&t, &dana, &id, held(None)).await, "hold").contains("waited for"));
        go_with(&t, &dana, &id, held(Some(HoldCode::Parts))).await.unwrap();
        assert!(refusal(go(&t, &dana, &id, Status::Approved).await).contains("resumes to In progress"));
        let tim = other(&owner, "tim", &[Role::Technician]);
        give(&t, &owner, &id, Some(&tim)).await;
        assert!(refusal(go(&t, &tim, &id, Status::InProgress).await).contains("not acknowledged by you"));
        read_safety(&t, &tim, &id).await;
        go(&t, &tim, &id, Status::InProgress).await.unwrap();
    }

    async fn never_started(t: TestApp) {
        let owner = owner(&t).await;
        let dana = other(&owner, "dana", &[Role::Technician]);
        let claimed = file_at("APPROVED").replacen("- [ ]", "- [x]", 1);
        let id = take(&t, &owner, &claimed).await;
        approve(&t, &owner, &id).await;
        // A tick that only the file claims is no beginning: the plan may still be taken back.
        go(&t, &owner, &id, Status::Submitted).await.unwrap();
        go(&t, &owner, &id, Status::Approved).await.unwrap();
        give(&t, &owner, &id, Some(&dana)).await;
        read_safety(&t, &dana, &id).await;
        go(&t, &dana, &id, Status::InProgress).await.unwrap();
        go_with(&t, &dana, &id, held(Some(HoldCode::Parts))).await.unwrap();
        let why = refusal(go(&t, &owner, &id, Status::Approved).await);
        assert!(why.contains("resumes to In progress"), "what has begun never waits for approval again: {why}");
        assert!(go(&t, &owner, &id, Status::Submitted).await.is_err());
    }
}
