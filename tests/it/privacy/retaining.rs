//! Retention: what is old goes, what is evidence stays, unless the policy says otherwise.

use serde_json::json;
use tracewright::audit::actions::{NewLink, link};
use tracewright::foundation::{Asker, ProjectKey};
use tracewright::privacy::MaskBooks;
use tracewright::privacy::actions::{due, retain_once, set_policy};
use tracewright::privacy::model::Policy;
use tracewright::privacy::reads;
use tracewright::traces::reads as traces;
use tracewright::work_orders::actions::import::import;

use crate::harness::http::{Client, site};
use crate::harness::{DAY, TestApp, on_both};
use crate::people::owner;
use crate::people::pages::cookie;

use super::{PROJECT, batch, event};

const ORDER: &str = include_str!("../work_orders/order.md");

/// An order that relies on a trace.
async fn rely_on(t: &TestApp, trace: &str) {
    let owner = crate::judging::owner(t).await;
    let order = import(&t.app, &owner, None, ORDER.as_bytes().to_vec()).await.unwrap().order_id;
    let (trace_id, observation_id) = (trace.to_owned(), None);
    let asked = NewLink { order_id: order, target: None, trace_id, observation_id };
    link(&t.app, &owner, asked).await.unwrap();
}

async fn send(t: &TestApp, project: ProjectKey, trace: &str) {
    let body = json!({ "id": trace, "name": "work" });
    batch(t, project, &[event(&format!("e-{trace}"), "trace-create", 1, body)]).await;
}

async fn has(t: &TestApp, project: ProjectKey, trace: &'static str) -> bool {
    t.app.db.read(move |conn| traces::exists_trace(conn, project, trace)).await.unwrap()
}

on_both! {
    async fn a_policy_that_lets_traces_go_asks_first_on_the_page(t: TestApp) {
        owner(&t).await;
        let browser = Client::browser(Some(&cookie(&t, "owner@example.com").await));
        let site = site(&t).await;
        send(&t, PROJECT, "old").await;
        t.clock.advance(11 * DAY);
        let stored = async || t.app.db.read(|conn| reads::policy(conn, PROJECT)).await.unwrap().keep_days;
        let set = async |form: &str| browser.post(&site, "/privacy", &format!("on=secrets&keep_evidence=on&{form}")).await;
        assert_eq!(set("keep_days=20").await.status.as_u16(), 303, "nothing is that old");
        let asked = set("keep_days=10").await;
        assert!(asked.status.as_u16() == 200 && asked.body.contains("erases <b>1 trace</b> for good"), "{}", asked.body);
        assert_eq!(stored().await, Some(20));
        let other = set("keep_days=9&agreed=10+days").await;
        assert!(other.body.contains("Nothing is saved yet"), "agreed to something else");
        assert_eq!(set("keep_days=10&agreed=10+days").await.status.as_u16(), 303);
        assert_eq!(stored().await, Some(10));
        assert_eq!(set("keep_days=15").await.status.as_u16(), 303, "longer loses nothing");
    }

    async fn old_traces_go_and_evidence_stays_until_the_policy_says_otherwise(t: TestApp) {
        let (hooks, masks) = (t.services.intake.hooks.clone(), MaskBooks::default());
        let other = ProjectKey(2);
        for trace in ["old", "proof"] {
            send(&t, PROJECT, trace).await;
            send(&t, other, trace).await;
        }
        rely_on(&t, "proof").await;
        t.clock.advance(9 * DAY);
        send(&t, PROJECT, "young").await;
        t.clock.advance(2 * DAY);
        assert_eq!(retain_once(&t.app, &hooks, &Asker::system(PROJECT), t.app.now()).await.unwrap(), 0);
        let mut policy = Policy { keep_days: Some(10), ..Policy::default() };
        set_policy(&t.app, &masks, &Asker::operator(PROJECT), policy.clone()).await.unwrap();
        let (asked, now) = (policy.clone(), t.app.now());
        let due = t.app.db.read(move |conn| due(conn, PROJECT, &asked, now)).await.unwrap();
        assert_eq!((due.going, due.kept), (1, 1));
        assert_eq!(retain_once(&t.app, &hooks, &Asker::system(PROJECT), t.app.now()).await.unwrap(), 1);
        assert!(!has(&t, PROJECT, "old").await && has(&t, PROJECT, "proof").await);
        assert!(has(&t, PROJECT, "young").await && has(&t, other, "old").await);
        let history = t.app.db.read(|conn| tracewright::tombstones::erasures(conn, PROJECT, 10)).await.unwrap();
        assert_eq!((history.len(), history[0].why.as_str(), history[0].traces), (1, "retention", 1));
        policy.keep_evidence = false;
        set_policy(&t.app, &masks, &Asker::operator(PROJECT), policy).await.unwrap();
        assert_eq!(retain_once(&t.app, &hooks, &Asker::system(PROJECT), t.app.now()).await.unwrap(), 1);
        assert!(!has(&t, PROJECT, "proof").await);
    }
}
