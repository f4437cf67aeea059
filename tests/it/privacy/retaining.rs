//! Retention: what is old goes, what is evidence stays, unless the policy says otherwise.

use serde_json::json;
use tracewright::foundation::{Actor, ProjectKey};
use tracewright::traces::Hooks;
use tracewright::traces::privacy::actions::{due, retain_once, set_policy};
use tracewright::traces::privacy::model::Policy;
use tracewright::traces::privacy::reads;
use tracewright::traces::reads as traces;

use crate::harness::{DAY, TestApp, on_both};

use super::{PROJECT, batch, event};

fn hooks() -> Hooks {
    Hooks {
        evidence: vec![|_, _, ids| Ok(ids.iter().filter(|id| id.starts_with("proof")).cloned().collect())],
        ..Hooks::default()
    }
}

async fn send(t: &TestApp, project: ProjectKey, trace: &str) {
    let body = json!({ "id": trace, "name": "work" });
    batch(t, project, &[event(&format!("e-{trace}"), "trace-create", 1, body)]).await;
}

async fn has(t: &TestApp, project: ProjectKey, trace: &'static str) -> bool {
    t.app.db.read(move |conn| traces::exists_trace(conn, project, trace)).await.unwrap()
}

on_both! {
    async fn old_traces_go_and_evidence_stays_until_the_policy_says_otherwise(t: TestApp) {
        let (hooks, actor, other) = (hooks(), Actor::system(), ProjectKey(2));
        for trace in ["old", "proof"] {
            send(&t, PROJECT, trace).await;
            send(&t, other, trace).await;
        }
        t.clock.advance(9 * DAY);
        send(&t, PROJECT, "young").await;
        t.clock.advance(2 * DAY);
        assert_eq!(retain_once(&t.app, &hooks, t.app.now()).await.unwrap(), 0);
        let mut policy = Policy { keep_days: Some(10), ..Policy::default() };
        set_policy(&t.app, &hooks, PROJECT, &actor, policy.clone()).await.unwrap();
        let (asked, now, of) = (policy.clone(), t.app.now(), hooks.clone());
        let due = t.app.db.read(move |conn| due(conn, &of, PROJECT, &asked, now)).await.unwrap();
        assert_eq!((due.going, due.kept), (1, 1));
        assert_eq!(retain_once(&t.app, &hooks, t.app.now()).await.unwrap(), 1);
        assert!(!has(&t, PROJECT, "old").await && has(&t, PROJECT, "proof").await);
        assert!(has(&t, PROJECT, "young").await && has(&t, other, "old").await);
        let history = t.app.db.read(|conn| reads::erasures(conn, PROJECT, 10)).await.unwrap();
        assert_eq!((history.len(), history[0].why.as_str(), history[0].traces), (1, "retention", 1));
        policy.keep_evidence = false;
        set_policy(&t.app, &hooks, PROJECT, &actor, policy).await.unwrap();
        assert_eq!(retain_once(&t.app, &hooks, t.app.now()).await.unwrap(), 1);
        assert!(!has(&t, PROJECT, "proof").await);
    }
}
