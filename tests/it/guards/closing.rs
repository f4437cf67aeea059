//! The guards of closing.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use tracewright::audit::reads::{ClaimRow, QueueFilter, queue};
use tracewright::db::AnyConnection;
use tracewright::db::schema::claims;
use tracewright::foundation::{Actor, Asker, Error, Role};
use tracewright::ledger::sequencer::sequence_now;
use tracewright::order_settings::policies::PolicyChange;
use tracewright::work_orders::model::{Closers, Status};

use crate::harness::{TestApp, on_both};

use super::*;

/// An order verified by `mei`.
async fn verified(t: &TestApp, owner: &Asker, mei: &Asker) -> String {
    let dana = hire(t, owner, "dana", &[Role::Technician]).await;
    let id = completed(t, owner, &dana).await;
    judge_all(t, mei, &id).await;
    go(t, mei, &id, Status::Verified).await.unwrap();
    id
}

/// Changes stored bytes past all triggers.
async fn tamper(t: &TestApp, sql: &'static str) {
    let change = move |conn: &mut AnyConnection| match conn {
        AnyConnection::Sqlite(conn) => conn.batch_execute(&format!(
            "DROP TRIGGER event_bodies_only_erase; DROP TRIGGER events_no_update; {sql}"
        )),
        AnyConnection::Postgres(conn) => conn.batch_execute(&format!(
            "ALTER TABLE event_bodies DISABLE TRIGGER USER; ALTER TABLE events DISABLE TRIGGER USER; {sql}"
        )),
    };
    t.app.db.write(&Actor::system(), move |tx| Ok(change(tx.conn)?)).await.unwrap();
}

/// 300 more claims of the same order, weightier than any tick.
fn many_like(conn: &mut AnyConnection, claim: &ClaimRow) -> Result<(), Error> {
    for n in 0..300 {
        let claim_id = format!("past-{n:03}");
        let row = ClaimRow { claim_id, position: 1_000 + n, materiality: 4, ..claim.clone() };
        diesel::insert_into(claims::table).values(row).execute(conn)?;
    }
    Ok(())
}

on_both! {
    async fn verification_waived(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let id = completed(&t, &owner, &dana).await;
        assert!(refusal(go(&t, &owner, &id, Status::Closed).await).contains("must be verified"));
        decide_policy(&t, &owner, PolicyChange { verification_waived: Some(true), ..PolicyChange::default() }).await;
        go(&t, &owner, &id, Status::Closed).await.unwrap();
        // What nobody judged of it is said to be past, and waits for nobody.
        let (project, open) = (owner.project, QueueFilter { standing: Some("open".to_owned()), ..QueueFilter::default() });
        let read = async || {
            let open = open.clone();
            t.app.db.read(move |conn| queue(conn, project, &open)).await.unwrap()
        };
        let queued = read().await;
        assert!(!queued.is_empty() && queued.iter().all(|queued| queued.is_past), "{queued:?}");
        // However many are past, they take no place from what waits.
        let past = queued[0].claim.clone();
        t.app.db.write(&Actor::system(), move |tx| many_like(tx.conn, &past)).await.unwrap();
        let next = take(&t, &owner, &FILE.replace("WO-2026-100", "WO-2026-101")).await;
        crate::harness::orders::walk(&t, &owner, &dana, &next, Status::InProgress).await;
        do_tick(&t, &dana, &next, "1.1").await;
        let queued = read().await;
        assert!(queued.len() == 300 && queued[0].claim.order_id == next && !queued[0].is_past, "{:?}", queued[0]);
        assert!(queued.iter().skip(1).all(|queued| queued.is_past), "what waits stands first");
        let s = crate::harness::http::site(&t).await;
        let page = crate::field::browser(&t, "owner@example.com").await.get(&s, "/review").await.body;
        assert!(page.contains("The first 300 are looked through"), "{page}");
        hire(&t, &owner, "mei", &[Role::Auditor]).await;
        let home = crate::field::browser(&t, "mei@example.com").await.get(&s, "/").await.body;
        assert!(home.contains("1 claim waits for you"), "what is past waits for nobody: {home}");
        let verdict = format!("/claims/{}/verdict", queued[0].claim.claim_id);
        let form = "in=all&outcome=not_enough_information&reason=no_evidence_linked";
        let signed = crate::field::browser(&t, "mei@example.com").await.post(&s, &verdict, form).await;
        assert_eq!(signed.location(), "/review", "nor does the way lead to it: {}", signed.body);
    }

    async fn verified_here(t: TestApp) {
        let owner = owner(&t).await;
        let id = take(&t, &owner, &file_at("VERIFIED")).await;
        assert_eq!(load(&t, &owner, &id).await.status, Status::Draft, "what a file says was verified was not verified here");
        let why = refusal(go(&t, &owner, &id, Status::Closed).await);
        assert!(why.contains("no way from Draft to Closed"), "{why}");
        // Nor is it once the work was done here, until somebody here verifies it.
        let mei = hire(&t, &owner, "mei", &[Role::Auditor]).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        work(&t, &owner, &dana, &id).await;
        assert!(refusal(go(&t, &owner, &id, Status::Closed).await).contains("must be verified"));
        judge_all(&t, &mei, &id).await;
        go(&t, &mei, &id, Status::Verified).await.unwrap();
        go(&t, &owner, &id, Status::Closed).await.unwrap();
    }

    async fn closer_not_verifier(t: TestApp) {
        let owner = owner(&t).await;
        let mei = hire(&t, &owner, "mei", &[Role::Auditor]).await;
        let id = verified(&t, &owner, &mei).await;
        decide_policy(&t, &owner, PolicyChange { closers: Some(Closers::Supervisors), ..PolicyChange::default() }).await;
        assert!(matches!(go(&t, &mei, &id, Status::Closed).await, Err(Error::Forbidden(_))));
        let both = Some(Closers::SupervisorsAndAuditors);
        let change = PolicyChange { closers: both, closer_not_verifier: Some(true), ..PolicyChange::default() };
        decide_policy(&t, &owner, change).await;
        assert!(refusal(go(&t, &mei, &id, Status::Closed).await).contains("somebody else closes"));
        go(&t, &owner, &id, Status::Closed).await.unwrap();
    }

    async fn record_verifies_against_a_changed_body(t: TestApp) {
        let owner = owner(&t).await;
        let mei = hire(&t, &owner, "mei", &[Role::Auditor]).await;
        let id = verified(&t, &owner, &mei).await;
        sequence_now(&t.app.db, &t.app.log).await.unwrap();
        tamper(&t, "UPDATE event_bodies SET salt = body WHERE event_id =
            (SELECT id FROM events WHERE stream_kind = 'work_order' AND version = 2)").await;
        let why = refusal(go(&t, &owner, &id, Status::Closed).await);
        assert!(why.contains("does not verify") && why.contains("do not open"), "{why}");
    }

    async fn record_verifies_against_a_changed_row_of_what_audit_recorded(t: TestApp) {
        let owner = owner(&t).await;
        let mei = hire(&t, &owner, "mei", &[Role::Auditor]).await;
        let id = verified(&t, &owner, &mei).await;
        tamper(&t, "UPDATE events SET actor = 'somebody' WHERE stream_kind = 'audit' AND version = 1").await;
        let why = refusal(go(&t, &owner, &id, Status::Closed).await);
        assert!(why.contains("does not verify") && why.contains("`actor`"), "{why}");
    }

    async fn record_verifies_against_a_changed_time_of_the_order(t: TestApp) {
        let owner = owner(&t).await;
        let mei = hire(&t, &owner, "mei", &[Role::Auditor]).await;
        let id = verified(&t, &owner, &mei).await;
        sequence_now(&t.app.db, &t.app.log).await.unwrap();
        tamper(&t, "UPDATE events SET at = at + 1 WHERE stream_kind = 'work_order' AND version = 3").await;
        let why = refusal(go(&t, &owner, &id, Status::Closed).await);
        assert!(why.contains("does not verify") && why.contains("`at`"), "{why}");
        go(&t, &owner, &id, Status::InProgress).await.unwrap();
    }
}
