//! Evidence that was erased after it was judged: the verdict stands, and every page and bundle says what happened.

use std::sync::Arc;

use serde_json::json;
use tracewright::audit::Outcome;
use tracewright::audit::evidence;
use tracewright::audit::reads::EvidenceState;
use tracewright::bundle::{Stored, actions::export, unpack, verify};
use tracewright::foundation::Asker;
use tracewright::intake::Intake;
use tracewright::intake::ingest::{RequestBody, ingest_batch};
use tracewright::ledger::sequencer::sequence_now;
use tracewright::traces::Hooks;
use tracewright::traces::actions::erase::erase_traces;

use crate::harness::{TestApp, on_both};

use super::pages::{get, get_status};
use super::{Case, case, claim, give, link_to, quoting};

const REAL: &str = "trace-that-goes";
const SAID: &str = "Seven wrappers were installed on the seventh floor.";

async fn real_trace(t: &TestApp, case: &Case) {
    let body = json!({ "id": "span-1", "traceId": REAL, "name": "work", "output": SAID });
    let event =
        json!({ "id": "e1", "type": "span-create", "timestamp": "2026-11-21T09:00:00Z", "body": body });
    let sent = RequestBody::plain(json!({ "batch": [event] }).to_string().into_bytes());
    ingest_batch(&t.app, &Intake::unheard(), &Asker::system(case.owner.project), sent).await.unwrap();
}

on_both! {
    async fn erased_evidence_is_no_alarm_and_the_verdict_stands(t: TestApp) {
        let case = case(&t).await;
        real_trace(&t, &case).await;
        link_to(&t, &case, "3.1", REAL).await.unwrap();
        let item = claim(&t, &case, "3.1").await;
        let mut judgement = quoting(&item, Outcome::Supported, SAID);
        REAL.clone_into(&mut judgement.quotes[0].trace_id);
        "span-1".clone_into(&mut judgement.quotes[0].observation_id);
        give(&t, &case.auditor, judgement).await.unwrap();
        let (project, ids) = (case.owner.project, vec![REAL.to_owned()]);
        erase_traces(&t.app, &Hooks::none(), &Asker::operator(project), ids, "It held a passport.").await.unwrap();
        sequence_now(&t.app.db, &t.app.log).await.unwrap();
        let order = case.order.clone();
        let states = t.app.db.read(move |conn| evidence::states(conn, project, &order)).await.unwrap();
        assert_eq!(states.get(REAL), Some(&EvidenceState::Erased));
        assert_eq!(claim(&t, &case, "3.1").await.claim.standing, "supported");

        let address = format!("/claims/{}?trace={REAL}", item.claim.claim_id);
        let page = get(&t, &case.auditor, &address).await;
        assert!(page.contains("Erased on 2026-11-21") && page.contains("It held a passport."), "{page}");
        assert!(page.contains(SAID) && !page.contains("changed after it was pinned"), "{page}");
        let (status, page) = get_status(&t, &case.auditor, &format!("/traces/{REAL}")).await;
        assert!(status == 410 && page.contains("It held a passport."), "{status} {page}");
        let order = get(&t, &case.auditor, "/work-orders/WO-2026-014").await;
        assert!(order.contains("evidence erased"), "{order}");

        let stored = Arc::new(Stored::new(t.app.clone()));
        let done = export(&t.app, &case.auditor, "WO-2026-014", stored).await.unwrap();
        let files = unpack(&done.zip).unwrap();
        let found = verify(&files, t.app.log.verifier().fingerprint().unwrap()).unwrap();
        assert_eq!((found.erased, found.quotes), (1, 0));
    }
}
