//! Orders that block and duplicate each other, in the browser.

use actix_web::http::StatusCode;
use tracewright::foundation::Role;
use tracewright::work_orders::model::{RelationKind, Status};

use crate::harness::on_both;
use crate::harness::orders::walk;

use super::pages::{get, post};
use super::planning::written;
use super::*;

on_both! {
    async fn a_blocked_order_says_so_on_both_pages_and_waits_until_a_supervisor_lets_it_begin(t: TestApp) {
        let asker = owner(&t).await;
        let ((first, first_id), (second, second_id)) = (written(&t, &asker).await, written(&t, &asker).await);
        let relate = |number: &str| format!("/work-orders/{number}/relate");
        let none = post(&t, &asker, &relate(&second), &[("kind", "blocked_by"), ("number", "WO-1999-001")]).await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", none.body);
        let own = post(&t, &asker, &relate(&second), &[("kind", "blocked_by"), ("number", &second)]).await;
        assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", own.body);
        let done = post(&t, &asker, &relate(&second), &[("kind", "blocked_by"), ("number", &first)]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let circle = post(&t, &asker, &relate(&first), &[("kind", "blocked_by"), ("number", &second)]).await;
        assert!(circle.body.contains("neither would ever begin"), "{}", circle.body);
        for (number, words) in [(&second, "Blocked by"), (&first, "Blocks")] {
            let page = get(&t, &asker, &format!("/work-orders/{number}")).await.body;
            assert!(page.contains(words) && page.contains("Take away"), "{page}");
        }
        walk(&t, &asker, &asker, &second_id, Status::Approved).await;
        let page = get(&t, &asker, &format!("/work-orders/{second}")).await.body;
        assert!(page.contains("not done: this one waits") && page.contains("Let it begin"), "{page}");
        let item = at(&load(&t, &asker, &second_id).await, "1.1").to_string();
        let tick = format!("/work-orders/{second}/tick");
        let waits = post(&t, &asker, &tick, &[("target", &item)]).await;
        assert!(waits.body.contains("which is not done"), "{}", waits.body);
        let dana = other(&asker, "dana", &[Role::Technician]);
        let pass = format!("/work-orders/{second}/pass-block");
        let form = [("order", first_id.as_str()), ("reason", "the part came early")];
        assert_eq!(post(&t, &dana, &pass, &form).await.status, StatusCode::FORBIDDEN);
        assert_eq!(post(&t, &asker, &pass, &form).await.status, StatusCode::SEE_OTHER);
        assert_eq!(post(&t, &asker, &tick, &[("target", &item)]).await.status, StatusCode::SEE_OTHER);

        let copy = post(&t, &asker, &relate(&first), &[("kind", "duplicate_of"), ("number", &second)]).await;
        assert_eq!(copy.status, StatusCode::SEE_OTHER, "{}", copy.body);
        assert!(get(&t, &asker, &format!("/work-orders/{first}")).await.body.contains("Cancel as"), "it is a duplicate");
        let gone = [("kind", "duplicate_of"), ("order", second_id.as_str())];
        let unrelate = format!("/work-orders/{first}/unrelate");
        assert_eq!(post(&t, &asker, &unrelate, &gone).await.status, StatusCode::SEE_OTHER);
        let left = load(&t, &asker, &second_id).await.relations;
        assert!(left.iter().all(|it| it.kind != RelationKind::DuplicatedBy), "gone on both sides: {left:?}");
    }
    async fn nobody_holds_up_or_lets_go_an_order_whose_plan_is_not_theirs(t: TestApp) {
        let asker = owner(&t).await;
        let dana = other(&asker, "dana", &[Role::Technician]);
        let ((own, own_id), (theirs, theirs_id)) = (written(&t, &dana).await, written(&t, &asker).await);
        walk(&t, &asker, &asker, &theirs_id, Status::Approved).await;
        let (relate, unrelate) = (format!("/work-orders/{own}/relate"), format!("/work-orders/{own}/unrelate"));
        let block = [("kind", "blocks"), ("number", theirs.as_str())];
        assert_ne!(post(&t, &dana, &relate, &block).await.status, StatusCode::SEE_OTHER);
        assert!(load(&t, &asker, &theirs_id).await.relations.is_empty(), "nothing holds it up");
        assert_eq!(post(&t, &asker, &relate, &block).await.status, StatusCode::SEE_OTHER);
        let free = [("kind", "blocks"), ("order", theirs_id.as_str())];
        assert_ne!(post(&t, &dana, &unrelate, &free).await.status, StatusCode::SEE_OTHER);
        assert_eq!(load(&t, &asker, &theirs_id).await.relations.len(), 1, "it waits still");
        assert_eq!(post(&t, &asker, &unrelate, &free).await.status, StatusCode::SEE_OTHER);
        assert!(load(&t, &asker, &own_id).await.relations.is_empty());
    }
}
