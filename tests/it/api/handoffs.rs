//! Handoffs that are asked about: what is rejected and why, what is kept, and for whom.

use serde_json::{Value, json};
use tracewright::foundation::{Asker, Role, Timestamp};
use tracewright::handoffs::reads::{Handoffs, Question, handoffs};
use tracewright::intake::Intake;
use tracewright::intake::ingest::{RequestBody, ingest_batch};

use super::caller::{Caller, person, program};
use super::documented::is_told;
use crate::guards::stage::owner;
use crate::harness::{TestApp, on_both};

const CHECK: &str = "/api/v1/handoffs/validate";

/// A call of the planner for a tenant, with what it answered.
async fn planned(t: &TestApp, boss: &Asker, trace: &str, tenant: &str, answer: &str) {
    let body = json!({"batch": [{"id": format!("e-{trace}"), "type": "generation-create", "timestamp": "2026-11-21T08:00:00Z", "body": {
        "id": format!("o-{trace}"), "traceId": trace, "name": "plan", "startTime": "2026-11-21T08:00:00Z",
        "endTime": "2026-11-21T08:00:01Z", "input": "What does pump P-101 need?", "output": answer,
        "metadata": {"agent_id": "planner", "tenant_id": tenant}}}]});
    let asker = Asker::operator(boss.project);
    let bytes = RequestBody::plain(serde_json::to_vec(&body).unwrap());
    let answers = ingest_batch(&t.app, &Intake::unheard(), &asker, bytes).await.unwrap();
    assert!(answers.iter().all(|answer| answer.fault.is_none()), "{answers:?}");
}

fn handoff(strictness: &str, payload: &Value, trace: &str) -> Value {
    json!({"source_agent": "planner", "target_agent": "buyer", "tenant": "acme", "strictness": strictness,
        "payload": payload, "sources": [{"trace_id": trace, "observation_id": format!("o-{trace}")}], "trace_id": trace,
        "parent_observation_id": format!("o-{trace}")})
}

fn codes(answer: &Value) -> Vec<&str> {
    answer["reasons"].as_array().unwrap().iter().map(|reason| reason["code"].as_str().unwrap()).collect()
}

async fn told(t: &TestApp, boss: &Asker) -> Handoffs {
    let question = Question {
        project: boss.project,
        from: Timestamp(0),
        to: Timestamp(i64::MAX),
        agent: String::new(),
        is_rejected: false,
    };
    t.app.db.read(move |conn| handoffs(conn, &question)).await.unwrap()
}

on_both! {
    async fn a_strict_one_is_held_to_what_the_source_agent_had(t: TestApp) {
        let boss = owner(&t).await;
        let (_, relay) = program(&t, &boss, "relay").await;
        planned(&t, &boss, "t-1", "acme", "It needs part B-7 four times: 4 for Anna Berg.").await;
        let good = json!({"part": "B-7", "count": 4, "for": "Anna Berg"});
        let bad = json!({"part": "B-8", "count": 5, "for": "Anna Berg"});
        for (strictness, payload, result, codes_told) in [
            ("strict", &good, "valid", vec![]),
            ("strict", &bad, "invalid", vec!["value_ungrounded", "value_ungrounded"]),
            ("lenient", &bad, "valid", vec![]),
        ] {
            let got = relay.post(&t, CHECK, handoff(strictness, payload, "t-1")).await;
            assert_eq!(got.status, 200, "{}", got.text());
            assert!(is_told("POST", CHECK, 200));
            let answer = got.json();
            assert_eq!((answer["result"].as_str().unwrap(), codes(&answer)), (result, codes_told), "{answer}");
            assert_eq!(answer["trace_id"], "t-1");
        }
        let all = told(&t, &boss).await;
        assert_eq!((all.valid, all.rejected, all.rows.len()), (2, 1, 3));
        let rejected = all.rows.iter().find(|told| !told.is_valid).unwrap();
        assert_eq!((rejected.source.as_deref(), rejected.target.as_deref()), (Some("planner"), Some("buyer")));
        assert_eq!((rejected.tenant.as_deref(), rejected.strictness.as_str()), (Some("acme"), "strict"));
        assert!(rejected.reasons.iter().any(|reason| reason.contains("B-8")), "{:?}", rejected.reasons);
    }

    async fn what_is_malformed_is_rejected_with_the_reasons(t: TestApp) {
        let boss = owner(&t).await;
        let (_, relay) = program(&t, &boss, "relay").await;
        planned(&t, &boss, "t-1", "acme", "B-7").await;
        planned(&t, &boss, "t-2", "other", "B-7").await;
        let got = relay.post(&t, CHECK, json!({})).await.json();
        assert_eq!(
            codes(&got),
            ["source_agent_missing", "target_agent_missing", "payload_missing", "attribution_missing"]
        );
        let nobody = got["trace_id"].as_str().unwrap().to_owned();
        let payload = json!({"part": "B-7"});
        for (trace, expected) in [("t-2", vec!["source_of_other_tenant"]), ("t-3", vec!["source_unknown"])] {
            let mut asked = handoff("lenient", &payload, trace);
            asked["keep"] = json!(false);
            let got = relay.post(&t, CHECK, asked).await.json();
            assert_eq!(codes(&got), expected, "{got}");
            assert_eq!(got["trace_id"], Value::Null);
        }
        let mut other = handoff("strict", &payload, "t-1");
        other["source_agent"] = json!("clerk");
        let got = relay.post(&t, CHECK, other).await.json();
        assert_eq!(codes(&got), ["source_of_other_agent", "value_ungrounded"], "{got}");
        let all = told(&t, &boss).await;
        assert_eq!((all.valid, all.rejected), (0, 2));
        let nameless = all.rows.iter().find(|told| told.trace_id == nobody).unwrap();
        assert_eq!((&nameless.source, &nameless.target), (&None, &None));
    }

    async fn it_is_kept_by_whoever_may_send_traces_and_answered_to_whoever_reads_them(t: TestApp) {
        let boss = owner(&t).await;
        let (_, vera) = person(&t, &boss, "vera", Role::Viewer).await;
        let asked = json!({"source_agent": "a", "target_agent": "b", "payload": "x", "sources": [{"text": "x"}]});
        let only = {
            let mut asked = asked.clone();
            asked["keep"] = json!(false);
            asked
        };
        for (caller, body, status) in [(Caller::nobody(), &only, 401), (vera.clone(), &only, 200), (vera.clone(), &asked, 403)] {
            let got = caller.post(&t, CHECK, body.clone()).await;
            assert_eq!(got.status, status, "{}", got.text());
            assert!(is_told("POST", CHECK, status));
        }
        for wrong in [
            json!({"sources": [{}]}),
            json!({"sources": [{"text": "a", "trace_id": "b"}]}),
            json!({"parent_observation_id": "o"}),
            json!({"strictness": "very"}),
            json!({"colour": "red"}),
        ] {
            let got = vera.post(&t, CHECK, wrong.clone()).await;
            assert_eq!(got.status, 422, "{wrong}: {}", got.text());
        }
        assert_eq!(told(&t, &boss).await, Handoffs::default());
    }

    async fn the_page_tells_them_and_leads_to_their_spans(t: TestApp) {
        let boss = owner(&t).await;
        let (_, relay) = program(&t, &boss, "relay").await;
        let (_, vera) = person(&t, &boss, "vera", Role::Viewer).await;
        let empty = vera.get(&t, "/fleet/handoffs").await;
        assert!(empty.text().contains("No handoff in this time"), "{}", empty.text());
        planned(&t, &boss, "t-1", "acme", "B-7").await;
        let kept = relay.post(&t, CHECK, handoff("strict", &json!({"part": "B-9"}), "t-1")).await.json();
        relay.post(&t, CHECK, handoff("strict", &json!({"part": "B-7"}), "t-1")).await;
        let page = vera.get(&t, "/fleet/handoffs?rejected=1").await.text();
        assert!(page.contains("The source agent did not have: B-9"), "{page}");
        assert_eq!(page.matches("<tr data-row>").count(), 1, "{page}");
        let href = format!("/traces/t-1?observation={}", kept["observation_id"].as_str().unwrap());
        assert!(page.contains(&href), "{href}");
        assert_eq!(vera.get(&t, &href).await.status, 200);
        let of_buyer = vera.get(&t, "/fleet/handoffs?agent=buyer").await.text();
        assert_eq!(of_buyer.matches("<tr data-row>").count(), 2);
        assert!(vera.get(&t, "/fleet/handoffs?agent=clerk").await.text().contains("No handoff in this time"));
    }
}
