//! The guards of verifying.

use tracewright::audit::actions::{resolve_exception, unlink};
use tracewright::audit::exceptions::Answer;
use tracewright::audit::exceptions::reads::{Filter, list};
use tracewright::audit::reads::links_of;
use tracewright::foundation::{Asker, Error, Role};
use tracewright::work_orders::model::{Outcome, Status};

use crate::harness::{TestApp, on_both};

use super::*;

on_both! {
    async fn claims_judged(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let mei = hire(&t, &owner, "mei", &[Role::Auditor]).await;
        let id = completed(&t, &owner, &dana).await;
        assert!(refusal(go(&t, &mei, &id, Status::Verified).await).contains("3 claims without a verdict: judge them"));
        judge_all(&t, &mei, &id).await;
        go(&t, &mei, &id, Status::Verified).await.unwrap();
    }

    async fn whoever_brought_the_order_in_is_no_independent_judge_of_criteria_that_nobody_ticked(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let mei = hire(&t, &owner, "mei", &[Role::Auditor]).await;
        let id = running(&t, &owner, &dana).await;
        for at in ["1.1", "2.1"] {
            do_tick(&t, &dana, &id, at).await;
        }
        complete(&t, &dana, &id, Outcome::Partial).await.unwrap();
        let criterion = criterion(&t, &owner, &id).await;
        let own = judge_one(&t, &owner, &criterion).await;
        assert!(matches!(own, Err(Error::Forbidden(_))), "{own:?}");
        judge_one(&t, &mei, &criterion).await.unwrap();
    }

    async fn a_criterion_is_judged_once_it_is_claimed_and_not_before(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let mei = hire(&t, &owner, "mei", &[Role::Auditor]).await;
        let id = running(&t, &owner, &dana).await;
        for at in ["1.1", "2.1"] {
            do_tick(&t, &dana, &id, at).await;
        }
        let criterion = criterion(&t, &owner, &id).await;
        let early = judge_one(&t, &mei, &criterion).await;
        assert!(matches!(&early, Err(Error::Refused(why)) if why.contains("nobody claims this yet")), "{early:?}");
        complete(&t, &dana, &id, Outcome::Partial).await.unwrap();
        judge_one(&t, &mei, &criterion).await.unwrap();
        assert!(refusal(go(&t, &mei, &id, Status::Verified).await).contains("2 claims without a verdict"));
    }

    async fn not_a_performer_oneself(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician, Role::Auditor]).await;
        let mei = other(&owner, "mei", &[Role::Auditor]);
        let id = completed(&t, &owner, &dana).await;
        judge_all(&t, &mei, &id).await;
        assert!(refusal(go(&t, &dana, &id, Status::Verified).await).contains("did part of this work"));
    }

    async fn not_a_performer_through_an_agent(t: TestApp) {
        let owner = owner(&t).await;
        let noa = hire(&t, &owner, "noa", &[Role::Admin, Role::Auditor]).await;
        let mei = hire(&t, &owner, "mei", &[Role::Auditor]).await;
        let relay = agent(&t, &noa, "relay").await;
        let id = running(&t, &owner, &other(&owner, "dana", &[Role::Technician])).await;
        give(&t, &owner, &id, Some(&relay)).await;
        read_safety(&t, &relay, &id).await;
        for (at, trace) in [("1.1", "t1"), ("2.1", "t2")] {
            send(&t, &Asker::system(owner.project), trace, &[&format!("wo:WO-2026-100/{at}")], "done").await;
            do_tick(&t, &relay, &id, at).await;
        }
        complete(&t, &owner, &id, Outcome::Partial).await.unwrap();
        judge_all(&t, &mei, &id).await;
        assert!(refusal(go(&t, &noa, &id, Status::Verified).await).contains("did part of this work"));
        go(&t, &mei, &id, Status::Verified).await.unwrap();
    }

    async fn not_a_performer_nor_the_sender_of_the_traces(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let noa = hire(&t, &owner, "noa", &[Role::Admin, Role::Auditor]).await;
        let mei = hire(&t, &owner, "mei", &[Role::Auditor]).await;
        let relay = agent(&t, &Asker::operator(owner.project), "relay").await;
        let sender = by_key(&t, &noa, &relay).await;
        assert_eq!(sender.id(), relay.actor.id);
        let id = running(&t, &owner, &dana).await;
        send(&t, &sender, "t1", &[], "wrapped").await;
        link_trace(&t, &dana, &id, "1.1", "t1").await;
        for at in ["1.1", "2.1"] {
            do_tick(&t, &dana, &id, at).await;
        }
        complete(&t, &dana, &id, Outcome::Partial).await.unwrap();
        judge_all(&t, &mei, &id).await;
        let why = refusal(go(&t, &noa, &id, Status::Verified).await);
        assert!(why.contains("your own traces"), "{why}");
        go(&t, &mei, &id, Status::Verified).await.unwrap();
    }

    async fn exceptions_answered(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let mei = hire(&t, &owner, "mei", &[Role::Auditor]).await;
        let id = completed(&t, &owner, &dana).await;
        let secret = format!("with {}_{}", "ghp", "Zk3Qw9Lm2Xc7Vb5NaB1cD2eF3gH4iJ5kL6mN");
        send(&t, &Asker::system(owner.project), "t1", &["wo:WO-2026-100/1.1"], &secret).await;
        judge_all(&t, &mei, &id).await;
        assert!(refusal(go(&t, &mei, &id, Status::Verified).await).contains("1 exception without"));
        let project = owner.project;
        let open = t.app.db.read(move |conn| list(conn, project, &Filter::default())).await.unwrap();
        let which = open[0].exception_id.clone();
        resolve_exception(&t.app, &mei, which, Answer::Replaced, "It was revoked.").await.unwrap();
        go(&t, &mei, &id, Status::Verified).await.unwrap();
    }

    async fn evidence_intact(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let mei = hire(&t, &owner, "mei", &[Role::Auditor]).await;
        let id = completed(&t, &owner, &dana).await;
        send(&t, &Asker::system(owner.project), "t1", &["wo:WO-2026-100/1.1"], "48 calls").await;
        judge_all(&t, &mei, &id).await;
        send(&t, &Asker::system(owner.project), "t1", &[], "51 calls").await;
        assert!(refusal(go(&t, &mei, &id, Status::Verified).await).contains("1 piece of evidence altered"));
        // What is of another order is taken away, and what becomes of it bars nothing any more.
        let (project, order) = (owner.project, id.clone());
        let links = t.app.db.read(move |conn| links_of(conn, project, &order)).await.unwrap();
        unlink(&t.app, &mei, links[0].link_id.clone(), "it is of another machine".to_owned()).await.unwrap();
        let why = refusal(go(&t, &mei, &id, Status::Verified).await);
        assert!(why.contains("1 exception") && !why.contains("altered"), "{why}");
        let open = t.app.db.read(move |conn| list(conn, project, &Filter::default())).await.unwrap();
        let which = open[0].exception_id.clone();
        resolve_exception(&t.app, &mei, which, Answer::Harmless, "It was of another machine.").await.unwrap();
        go(&t, &mei, &id, Status::Verified).await.unwrap();
    }
}

/// The order's only criterion.
async fn criterion(t: &TestApp, by: &Asker, id: &str) -> String {
    load(t, by, id).await.criteria[0].id.clone()
}
