//! What a project decides per type: who may, what holds at once, and what is recorded.

use tracewright::foundation::{Asker, Error, ProjectKey, Role};
use tracewright::ledger::events::read_from;
use tracewright::ledger::rebuild;
use tracewright::order_settings::policies::{self, PolicyChange};
use tracewright::work_orders::actions::transition::{Move, transition};
use tracewright::work_orders::model::{Status, TypeClass, TypePolicy};

use crate::harness::{TestApp, on_both};

use super::*;

async fn of(t: &TestApp, project: ProjectKey, class: TypeClass) -> TypePolicy {
    t.app.db.read(move |conn| policies::reads::of(conn, project, class)).await.unwrap()
}

on_both! {
    async fn only_admins_and_the_operator_decide_and_it_holds_for_their_project_and_type(t: TestApp) {
        let owner = owner(&t).await;
        let strict = PolicyChange { controlled: Some(true), min_reason: Some(20), ..PolicyChange::default() };
        for role in [Role::Viewer, Role::Requester, Role::Technician, Role::Supervisor, Role::Auditor, Role::Agent] {
            let who = other(&owner, "somebody", &[role]);
            let set = policies::set(&t.app, &who, TypeClass::Integration, strict).await;
            assert!(matches!(set, Err(Error::Forbidden(_))), "{role:?}: {set:?}");
        }
        assert_eq!(of(&t, owner.project, TypeClass::Integration).await, TypePolicy::UNDECIDED);
        let set = policies::set(&t.app, &owner, TypeClass::Integration, strict).await.unwrap();
        assert_eq!(set, TypePolicy { controlled: true, min_reason: 20, ..TypePolicy::UNDECIDED });
        assert_eq!(of(&t, owner.project, TypeClass::Integration).await, set);
        assert_eq!(of(&t, owner.project, TypeClass::Other).await, TypePolicy::UNDECIDED);
        assert_eq!(of(&t, ProjectKey(7), TypeClass::Integration).await, TypePolicy::UNDECIDED);
        let operator = Asker::operator(owner.project);
        let again = policies::set(&t.app, &operator, TypeClass::Integration, strict).await.unwrap();
        let too_long = PolicyChange { min_reason: Some(501), ..PolicyChange::default() };
        let refused = policies::set(&t.app, &owner, TypeClass::Integration, too_long).await;
        assert!(matches!(refused, Err(Error::Invalid(_))) && again == set);
        let events = t.app.db.read(|conn| read_from(conn, 0, 10_000)).await.unwrap();
        let set: Vec<_> = events.iter().filter(|event| event.kind == "work_order.policy_set.v1").collect();
        assert_eq!(set.len(), 1, "what changes nothing is no event");
        assert_eq!((&set[0].data()["order_type"], &set[0].data()["to"]["controlled"]), (&"integration".into(), &true.into()));
        let app = t.app.clone();
        let check = move || rebuild::check(&app.db, &app.ledger);
        let checked = tokio::task::spawn_blocking(check).await.unwrap().unwrap();
        assert!(checked.differences.is_empty(), "{:?}", checked.differences);
    }

    async fn a_longer_reason_is_asked_for_at_once(t: TestApp) {
        let owner = owner(&t).await;
        let id = take(&t, &owner, FILE).await;
        let cancel = || Move { reason: "a good reason".to_owned(), ..Move::to(Status::Cancelled) };
        decide_policy(&t, &owner, PolicyChange { min_reason: Some(20), ..PolicyChange::default() }).await;
        let short = transition(&t.services.orders, &owner, &id, cancel()).await;
        assert!(fault_at(short, "reason").contains("at least 20 characters"));
        decide_policy(&t, &owner, PolicyChange { min_reason: Some(5), ..PolicyChange::default() }).await;
        transition(&t.services.orders, &owner, &id, cancel()).await.unwrap();
    }
}
