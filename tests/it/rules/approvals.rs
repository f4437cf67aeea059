//! A plan that was changed after its approval: where its type asks for it, somebody else approves the change.

use actix_web::http::StatusCode;
use tracewright::foundation::Role;
use tracewright::order_settings::policies::PolicyChange;
use tracewright::work_orders::model::{Meaning, Status};

use super::signatures::browser;
use super::verified_bundle;
use crate::guards::stage::{
    PASSWORD, change_plan, complete, decide_policy, do_tick, hire, load, owner, running,
};
use crate::harness::http::{Answer, Client, Site, site};
use crate::harness::on_both;

async fn approve(site: &Site, by: &Client, number: &str, fields: &[(&str, &str)]) -> Answer {
    let form = serde_urlencoded::to_string(fields).unwrap();
    by.post(site, &format!("/work-orders/{number}/approve-changes"), &form).await
}

on_both! {
    async fn r14_a_changed_plan_of_a_controlled_type_asks_for_a_new_approval(t: TestApp) {
        let boss = owner(&t).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        for (name, role) in [("sam", Role::Supervisor), ("ada", Role::Admin)] {
            hire(&t, &boss, name, &[role]).await;
        }
        let sam = hire(&t, &boss, "rita", &[Role::Supervisor]).await;
        let id = running(&t, &boss, &dana).await;
        change_plan(&t, &sam, &id, "with the label printer").await;
        let number = load(&t, &boss, &id).await.number.to_string();
        let site = site(&t).await;
        let (by_sam, by_rita) = (browser(&site, "sam@example.com").await, browser(&site, "rita@example.com").await);
        let by_dana = browser(&site, "dana@example.com").await;
        let (page, address) = (format!("/work-orders/{number}"), format!("/work-orders/{number}/approve-changes"));

        // Where nothing is controlled, nothing is asked.
        assert!(!by_sam.get(&site, &page).await.body.contains("changed-plan"));
        assert!(!by_sam.get(&site, "/").await.body.contains("chip waiting\">Changed<"));
        assert_eq!(by_sam.get(&site, &address).await.status, StatusCode::CONFLICT);

        decide_policy(&t, &boss, PolicyChange { controlled: Some(true), ..PolicyChange::default() }).await;
        let told = by_dana.get(&site, &page).await.body;
        for words in ["The plan changed after it was approved.", "with the label printer", "it came out on site", "rita"] {
            assert!(told.contains(words), "{words}: {told}");
        }
        assert!(!told.contains("approve-changes"), "{told}");
        let own = by_rita.get(&site, &page).await.body;
        assert!(own.contains("changed this plan since it was approved") && !own.contains("approve-changes"), "{own}");
        assert!(!by_rita.get(&site, "/").await.body.contains("chip waiting\">Changed<"), "it does not wait for whoever changed it");
        assert!(by_sam.get(&site, "/").await.body.contains("chip waiting\">Changed<"));
        assert!(by_sam.get(&site, "/work-orders?changed=1").await.body.contains(&number));
        assert_eq!(by_dana.get(&site, &address).await.status, StatusCode::FORBIDDEN);

        // Work goes on meanwhile, and whoever read an older version signs nothing.
        let form = by_sam.get(&site, &address).await.body;
        let version = load(&t, &boss, &id).await.version.to_string();
        for words in ["with the 1 change made since it was last approved", "name=\"password\"", "What changed since the approval"] {
            assert!(form.contains(words), "{words}: {form}");
        }
        for at in ["1.1", "2.1", "C1"] {
            do_tick(&t, &dana, &id, at).await;
        }
        let given = [("version", version.as_str()), ("email", "sam@example.com"), ("password", PASSWORD)];
        let stale = approve(&site, &by_sam, &number, &given).await;
        assert!(stale.status == StatusCode::CONFLICT && stale.body.contains("Nothing was signed"), "{}", stale.body);
        let version = load(&t, &boss, &id).await.version.to_string();
        let wrong = [("version", version.as_str()), ("email", "sam@example.com"), ("password", "wrong"), ("reason", "as agreed")];
        let wrong = approve(&site, &by_sam, &number, &wrong).await;
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("as agreed"), "{}", wrong.body);
        let given = [("version", version.as_str()), ("email", "sam@example.com"), ("password", PASSWORD)];
        let done = approve(&site, &by_sam, &number, &given).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);

        let order = load(&t, &boss, &id).await;
        let standing: Vec<_> = order.signatures.iter().map(|it| (it.meaning, it.superseded.is_some())).collect();
        assert_eq!(standing, [(Meaning::Approval, true), (Meaning::Approval, false)]);
        for address in [page.clone(), format!("{page}/print"), format!("{page}.md")] {
            let body = by_dana.get(&site, &address).await.body;
            assert!(body.contains("with the 1 change made since it was last approved"), "{address}: {body}");
            assert!(!body.contains("changed-plan"), "{address}");
        }
        assert!(!by_sam.get(&site, "/").await.body.contains("chip waiting\">Changed<"));
        complete(&t, &dana, &id, tracewright::work_orders::model::Outcome::Achieved).await.unwrap();
        assert_eq!(load(&t, &boss, &id).await.status, Status::Completed);

        let found = verified_bundle(&t, &boss, &number).await;
        assert_eq!((found.signatures.made, found.signatures.superseded, found.signatures.unchecked), (3, 1, 0));
    }

    async fn where_nobody_else_may_approve_a_changed_plan_that_is_told(t: TestApp) {
        let boss = owner(&t).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let id = running(&t, &boss, &dana).await;
        change_plan(&t, &boss, &id, "again").await;
        decide_policy(&t, &boss, PolicyChange { controlled: Some(true), ..PolicyChange::default() }).await;
        let number = load(&t, &boss, &id).await.number.to_string();
        let site = site(&t).await;
        let page = browser(&site, "owner@example.com").await.get(&site, &format!("/work-orders/{number}")).await.body;
        assert!(page.contains("Nobody else here may approve the changed plan"), "{page}");
        assert!(page.contains("/people?role=supervisor#new-account") && page.contains("or decide that orders of this type are not controlled"), "{page}");
        // Without a signature where approving asks for none.
        decide_policy(&t, &boss, PolicyChange { approval_signed: Some(false), ..PolicyChange::default() }).await;
        hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        let by_sam = browser(&site, "sam@example.com").await;
        let form = by_sam.get(&site, &format!("/work-orders/{number}/approve-changes")).await.body;
        assert!(!form.contains("name=\"password\"") && form.contains("Approve the changed plan"), "{form}");
        assert_eq!(approve(&site, &by_sam, &number, &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(load(&t, &boss, &id).await.signatures.len(), 1);
    }
}
