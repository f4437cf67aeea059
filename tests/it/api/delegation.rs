//! Agents take work on by the API, ask people, and record decisions; people answer.

use serde_json::json;
use tracewright::foundation::Role;

use super::caller::{person, program};
use crate::guards::stage::{load, owner, running};
use crate::harness::on_both;

on_both! {
    async fn agents_take_work_on_and_people_answer_them(t: TestApp) {
        let boss = owner(&t).await;
        // Whoever makes an agent answers for it, so what is given to them is the agent's to take on.
        let (relay, agent) = program(&t, &boss, "relay").await;
        let (_, scribe) = program(&t, &boss, "scribe").await;
        let (_, vera) = person(&t, &boss, "vera", Role::Viewer).await;
        let (_, sam) = person(&t, &boss, "sam", Role::Supervisor).await;
        let id = running(&t, &boss, &boss).await;
        let place = format!("/api/v1/orders/{}", load(&t, &boss, &id).await.number);
        let lease = format!("{place}/lease");

        assert_eq!(agent.get(&t, &place).await.status, 404, "it is seen once it is taken on");
        let ready = agent.get(&t, "/api/v1/ready?limit=5").await.json();
        let found = ready["data"][0]["number"].as_str().map(|number| format!("/api/v1/orders/{number}"));
        assert_eq!((found, ready["next"].is_null()), (Some(place.clone()), true), "{ready}");
        assert_eq!(sam.get(&t, "/api/v1/ready").await.status, 403, "people have no need of it");
        assert_eq!(sam.post(&t, &lease, json!({})).await.status, 403, "people take nothing on");
        for odd in [json!({ "lease_seconds": 5 }), json!({ "lease_seconds": 5_000 }), json!({ "minutes": 5 })] {
            assert_eq!(agent.post(&t, &lease, odd.clone()).await.status, 422, "{odd}");
        }
        let taken = agent.post(&t, &lease, json!({ "lease_seconds": 300 })).await;
        assert_eq!((taken.status, taken.json()["events"].as_array().map(Vec::len)), (200, Some(1)), "{}", taken.text());
        // What an agent has claimed for its person stands in its own list, and in nobody else's.
        for (caller, path, expected) in [
            (&agent, "/api/v1/orders?assignee=me", Some(true)),
            (&agent, "/api/v1/orders?sort=changed&status=open", Some(true)),
            (&scribe, "/api/v1/orders", None),
            (&sam, "/api/v1/orders", Some(false)),
            (&sam, "/api/v1/orders?assignee=me", None),
        ] {
            let listed = caller.get(&t, path).await.json();
            assert_eq!(listed["data"][0]["is_mine"].as_bool(), expected, "{path}: {listed}");
        }
        assert_eq!(agent.get(&t, &format!("{place}/status")).await.json()["is_mine"].as_bool(), Some(true));
        let again = agent.post(&t, &lease, json!({})).await;
        assert_eq!((again.status, again.json()["events"].as_array().map(Vec::len)), (200, Some(0)));
        let other = scribe.post(&t, &lease, json!({})).await;
        assert_eq!((other.status, other.json()["rule"].as_str()), (409, Some("R41")), "{}", other.text());
        assert_eq!(scribe.get(&t, "/api/v1/ready").await.json()["data"].as_array().map(Vec::len), Some(0), "it is held");
        let standing = sam.get(&t, &lease).await.json();
        let now = &standing["standing"];
        assert_eq!((now["agent"]["id"].as_str(), now["is_stale"].as_bool()), (Some(relay.id()), Some(false)));
        let sign = agent.post(&t, &format!("{lease}/heartbeat"), json!({})).await;
        assert_eq!((sign.status, sign.json()["is_stale"].as_bool()), (200, Some(false)), "{}", sign.text());
        t.clock.advance(301 * 1_000_000);
        let late = agent.post(&t, &format!("{lease}/heartbeat"), json!({})).await.json();
        assert_eq!(late["is_stale"].as_bool(), Some(true), "{late}");
        assert_eq!(agent.post(&t, &lease, json!({})).await.status, 200);

        let asked = agent.with("idempotency-key", "q-1");
        let question = json!({ "text": "Is valve 7 the red one?", "choices": ["yes", "no"], "about": "1.1" });
        let first = asked.post(&t, &format!("{place}/questions"), question.clone()).await;
        assert_eq!(first.status, 201, "{}", first.text());
        assert_eq!(asked.post(&t, &format!("{place}/questions"), question).await.json(), first.json(), "asked once");
        let name = first.json()["id"].as_str().unwrap().to_owned();
        let reply = format!("{place}/questions/{name}/answer");
        assert_eq!(agent.post(&t, &reply, json!({ "answer": "yes" })).await.status, 403, "a program answers nothing");
        assert_eq!(vera.post(&t, &reply, json!({ "answer": "yes" })).await.status, 403);
        assert_eq!(sam.post(&t, &reply, json!({ "answer": "perhaps" })).await.status, 422);
        assert_eq!(sam.post(&t, &reply, json!({ "answer": "yes" })).await.status, 200);
        let missing = sam.post(&t, &format!("{place}/questions/none/answer"), json!({ "answer": "yes" })).await;
        assert_eq!(missing.status, 404);
        let all = agent.get(&t, &format!("{place}/questions")).await.json();
        assert_eq!((all["data"].as_array().map(Vec::len), all["data"][0]["answer"]["text"].as_str()), (Some(1), Some("yes")), "{all}");

        let decision = json!({ "title": "Seal", "decision": "The 40 mm one", "reasons": "The other one leaks" });
        let made = agent.post(&t, &format!("{place}/decisions"), decision).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let later = json!({ "title": "Seal", "decision": "The 42 mm one", "reasons": "It came", "supersedes": "D-1" });
        assert_eq!(agent.post(&t, &format!("{place}/decisions"), later).await.status, 201);
        let all = vera.get(&t, &format!("{place}/decisions?limit=1")).await.json();
        let oldest = &all["data"][0];
        assert_eq!((oldest["name"].as_str(), oldest["superseded_by"].is_string()), (Some("D-1"), true), "{all}");
        assert!(all["next"].is_string(), "{all}");
        let back = agent.post(&t, &format!("{lease}/release"), json!({ "reason": "my part is done" })).await;
        assert_eq!(back.status, 200, "{}", back.text());
        assert!(sam.get(&t, &lease).await.json()["standing"].is_null());
    }
}
