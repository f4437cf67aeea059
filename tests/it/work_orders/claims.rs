//! What a file claims about the work: kept as its word, and worth nothing until somebody here takes it over.

use diesel::connection::SimpleConnection as _;
use tracewright::db::AnyConnection;
use tracewright::foundation::ActorKind;
use tracewright::work_orders::actions::attest::attest;
use tracewright::work_orders::actions::transition::{Move, transition};
use tracewright::work_orders::model::{OrderNumber, Outcome, Status, StepState};

use crate::harness::on_both;

use super::*;

fn rules(order: &Order) -> Vec<&str> {
    order.findings.iter().map(|it| it.rule.as_str()).collect()
}

on_both! {
    async fn whatever_status_a_file_says_a_draft_comes_in_and_a_finding_says_so(t: TestApp) {
        let asker = owner(&t).await;
        for (place, status) in Status::ALL.into_iter().enumerate() {
            let number = format!("WO-2026-{}", 300 + place);
            let text = FILE.replace("WO-2026-014", &number).replace("IN PROGRESS", &status.shown());
            let taken = take(&t, &asker, &text).await.unwrap();
            assert_eq!(taken.number.as_str(), number);
            let order = load(&t, &asker, &taken.order_id).await;
            assert_eq!((order.status, row(&t, &asker, &number).await.status()), (Status::Draft, Status::Draft), "{status:?}");
            assert!(order.is_author(&asker.actor.id) && !order.started && order.transitions.is_empty(), "{status:?}");
            let record = order.imported.clone().unwrap();
            assert_eq!((record.status, record.by.id.as_str()), (status, asker.actor.id.as_str()));
            let says = |name: &str| record.claims.iter().find(|it| it.name == name).map(|it| it.value.clone());
            let is_claim = status != Status::Draft;
            assert_eq!(says("Status"), is_claim.then(|| status.shown()));
            assert_eq!(says("Assigned to").as_deref(), Some("Dana Okafor (USR-002)"));
            assert_eq!(rules(&order).contains(&"status_unsigned"), is_claim, "{status:?}: {:?}", rules(&order));
            assert_eq!(order.assignee.unwrap().account, None, "nobody here has it");
        }
    }

    async fn ticks_of_a_file_count_once_attested_as_ones_own_do(t: TestApp) {
        let asker = owner(&t).await;
        let dana = other(&asker, "dana", &[Role::Technician]);
        let id = in_work(&t, &asker).await;
        let stored = row(&t, &asker, "WO-2026-014").await;
        assert_eq!((stored.steps_done, stored.items_done), (0, 0));
        let order = load(&t, &asker, &id).await;
        assert!(order.steps.iter().all(|step| step.state == StepState::Open) && !order.has_progress());
        let complete = Move {
            outcome: Some(Outcome::Achieved),
            password: Some(PASSWORD.to_owned()),
            ..Move::to(Status::Completed)
        };
        let refused = transition(&t.services.orders, &asker, &id, complete).await;
        let why = format!("{refused:?}");
        assert!(matches!(refused, Err(Error::Refused(_))) && why.contains("1 Create the tracing project"), "{why}");
        assign(&t, &asker, &id, &dana).await;
        let vouch = async |who: &Asker, place: &str| {
            attest(&t.services.orders, who, &id, at(&order, place), "seen on the server".to_owned()).await
        };
        let mut relay = other(&asker, "relay", &[Role::Agent]);
        relay.actor.kind = ActorKind::Agent;
        assert!(matches!(vouch(&relay, "1.1").await, Err(Error::Forbidden(_))), "no agent vouches for anything");
        vouch(&dana, "1.1").await.unwrap();
        assert!(matches!(vouch(&dana, "1.1").await, Err(Error::Refused(_))), "once");
        let half = row(&t, &asker, "WO-2026-014").await;
        assert_eq!((half.steps_done, half.items_done), (0, 1));
        vouch(&dana, "1.2").await.unwrap();
        vouch(&dana, "2").await.unwrap();
        let whole = row(&t, &asker, "WO-2026-014").await;
        assert_eq!((whole.steps_done, whole.items_done), (2, 2));
        let after = load(&t, &asker, &id).await;
        assert_eq!(after.steps[0].state, StepState::Done);
        assert!(after.is_performer("dana"), "whoever vouches did part of the work");
        let standing = after.steps[0].items[0].ticks.current().unwrap();
        assert_eq!(standing.attested.as_ref().unwrap().by.id, "dana");
        // Taken back like a tick of one's own, and the step is open again.
        actions::undo::undo(&t.services.orders, &asker, &id, at(&order, "1.1"), "it was another project".to_owned()).await.unwrap();
        let back = row(&t, &asker, "WO-2026-014").await;
        assert_eq!((back.steps_done, back.items_done), (1, 1));
    }

    async fn rows_that_an_older_version_counted_by_what_a_file_claims_are_counted_anew(t: TestApp) {
        let asker = owner(&t).await;
        take(&t, &asker, FILE).await.unwrap();
        let right = row(&t, &asker, "WO-2026-014").await;
        let before = |conn: &mut AnyConnection| {
            // What the migration leaves of a row that took the file's word.
            let sql = "UPDATE orders SET version = 0, items_done = 2, steps_done = 2";
            match conn {
                AnyConnection::Sqlite(conn) => conn.batch_execute(sql),
                AnyConnection::Postgres(conn) => conn.batch_execute(sql),
            }
        };
        t.app.db.write(&asker.actor, move |tx| Ok(before(tx.conn)?)).await.unwrap();
        assert_eq!(row(&t, &asker, "WO-2026-014").await.items_done, 2);
        let (db, ledger) = (t.app.db.clone(), t.app.ledger.clone());
        let renewed = actix_web::web::block(move || tracewright::work_orders::renew::finish(&db, &ledger)).await.unwrap();
        assert_eq!(renewed.unwrap(), 1);
        assert_eq!(row(&t, &asker, "WO-2026-014").await, right);
    }

    async fn what_nobody_took_over_is_no_work_so_the_order_may_be_cancelled(t: TestApp) {
        let asker = owner(&t).await;
        let id = take(&t, &asker, FILE).await.unwrap().order_id;
        let cancel = || Move { reason: "brought in by mistake".to_owned(), ..Move::to(Status::Cancelled) };
        transition(&t.services.orders, &asker, &id, cancel()).await.unwrap();
        let second = FILE.replace("WO-2026-014", "WO-2026-020");
        let id = take(&t, &asker, &second).await.unwrap().order_id;
        let order = load(&t, &asker, &id).await;
        attest(&t.services.orders, &asker, &id, at(&order, "1.1"), "seen".to_owned()).await.unwrap();
        let refused = transition(&t.services.orders, &asker, &id, cancel()).await;
        assert!(matches!(&refused, Err(Error::Refused(why)) if why.contains("Work is recorded")), "{refused:?}");
    }

    async fn an_order_by_command_is_the_operators_and_a_draft_all_the_same(t: TestApp) {
        let asker = owner(&t).await;
        let operator = Asker::operator(asker.project);
        let taken = take(&t, &operator, FILE).await.unwrap();
        let order = load(&t, &asker, &taken.order_id).await;
        assert_eq!((order.status, order.number.clone()), (Status::Draft, OrderNumber::parse("WO-2026-014").unwrap()));
        assert!(order.is_author(&operator.actor.id));
    }
}
