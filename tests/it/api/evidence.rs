//! Traces linked by programs, statements with the words of a trace, claims, the score, knowledge.

use serde_json::json;
use tracewright::audit::actions::unlink;
use tracewright::foundation::{Asker, Role};
use tracewright::work_orders::model::Status;

use super::caller::{person, program};
use crate::guards::stage::{judge_one, owner, send, take};
use crate::harness::on_both;
use crate::harness::orders::{give, walk};

const TEXT: &str = "# Press\n\n| Field | Value |\n|---|---|\n| **Type** | Repair |\n| **Priority** | HIGH |\n\n## Step 1: Look\n- [ ] shut\n\n## Completion Criteria\n- It holds\n";

on_both! {
    async fn a_program_links_what_it_sent_and_says_what_it_shows_and_people_judge(t: TestApp) {
        let boss = owner(&t).await;
        let (relay, agent) = program(&t, &boss, "relay").await;
        let (_, stranger) = program(&t, &boss, "stranger").await;
        let (ada, adas) = person(&t, &boss, "ada", Role::Auditor).await;
        let id = take(&t, &boss, TEXT).await;
        walk(&t, &boss, &boss, &id, Status::InProgress).await;
        give(&t, &boss, &id, &relay).await;
        let number = crate::guards::stage::load(&t, &boss, &id).await.number;
        let place = format!("/api/v1/orders/{number}");
        send(&t, &Asker::system(boss.project), "t-1", &[], "valve 7: shut").await;

        let link = json!({ "trace": "t-1", "target": "1.1" });
        let linked = agent.post(&t, &format!("{place}/evidence"), link.clone()).await;
        assert_eq!(linked.status, 201, "{}", linked.text());
        let again = agent.post(&t, &format!("{place}/evidence"), link).await;
        assert_eq!(linked.json(), again.json(), "the same link twice is one link");
        let shown = agent.get(&t, &format!("{place}/evidence")).await.json();
        assert_eq!((shown["data"].as_array().map(Vec::len), shown["data"][0]["how"].as_str()), (Some(1), Some("hand")), "{shown}");
        let none = agent.post(&t, &format!("{place}/evidence"), json!({ "trace": "t-none" })).await;
        assert_eq!((none.status, none.json()["errors"][0]["field"].as_str()), (422, Some("trace")));

        let statement = json!({ "target": "1.1", "statement": "Valve 7 was shut first",
            "quote": { "trace": "t-1", "observation": "call", "field": "output", "exact": "valve 7: shut" } });
        let stated = agent.post(&t, &format!("{place}/statements"), statement.clone()).await;
        assert_eq!(stated.status, 201, "{}", stated.text());
        let mut invented = statement;
        invented["quote"]["exact"] = "valve 8: shut".into();
        assert_eq!(agent.post(&t, &format!("{place}/statements"), invented).await.status, 422);
        agent.post(&t, &format!("{place}/ticks"), json!({ "target": "1.1" })).await;
        // The tick's claim comes before the statement at the same place.
        let claims = adas.get(&t, &format!("{place}/claims")).await.json();
        let made = claims["data"].as_array().unwrap().iter().find(|it| it["place"] == "1.1").unwrap();
        assert_eq!((made["standing"].as_str(), made["statement"].as_str()), (Some("open"), Some("shut")), "{claims}");
        judge_one(&t, &ada, made["id"].as_str().unwrap()).await.unwrap();
        let claims = adas.get(&t, &format!("{place}/claims")).await.json();
        let judged = claims["data"].as_array().unwrap().iter().find(|it| it["place"] == "1.1").unwrap();
        assert_eq!((judged["standing"].as_str(), judged["verdicts"][0]["outcome"].as_str(), judged["author"]["kind"].as_str()),
            (Some("not_enough_information"), Some("not_enough_information"), Some("agent")), "{judged}");
        let score = adas.get(&t, &format!("{place}/score")).await;
        assert_eq!((score.status, score.json()["number"].as_str()), (200, Some(number.as_str())), "{}", score.text());
        assert!(score.json()["assured"].is_u64() && score.json()["as_of"].is_string());

        // Nobody judges here, and what is somebody else's is not there.
        for rest in ["verdicts", "judge", "sign", "approve"] {
            assert_eq!(adas.post(&t, &format!("{place}/{rest}"), json!({})).await.status, 404, "{rest}");
        }
        for rest in ["evidence", "claims", "score"] {
            assert_eq!(stranger.get(&t, &format!("{place}/{rest}")).await.status, 404, "{rest}");
        }
        let foreign = stranger.post(&t, &format!("{place}/evidence"), json!({ "trace": "t-1" })).await;
        assert_eq!(foreign.status, 404);
        // What was taken away is told, with what it opened.
        let own = linked.json()["id"].as_str().unwrap().to_owned();
        unlink(&t.app, &relay, own, "of another press".to_owned()).await.unwrap();
        let told = adas.get(&t, &format!("{place}/events?kind=audit.&limit=2")).await.json();
        let kinds: Vec<&str> = told["data"].as_array().unwrap().iter().filter_map(|it| it["kind"].as_str()).collect();
        assert_eq!(kinds, ["audit.exception_opened.v1", "audit.evidence_unlinked.v1"], "{told}");
        assert_eq!((told["data"][1]["data"]["reason"].as_str(), told["next"].is_string()), (Some("of another press"), true));
        let found = agent.get(&t, "/api/v1/atoms?q=valve&status=verified&limit=5").await;
        assert_eq!((found.status, found.json()["data"].is_array()), (200, true));
    }
}
