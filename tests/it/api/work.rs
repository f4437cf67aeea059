//! What is done at the work, what is written down, and that a request that has a name is carried out once.

use actix_web::http::Method;
use serde_json::{Value, json};
use tracewright::foundation::{Asker, Role};
use tracewright::work_orders::model::Status;

use super::caller::{Caller, person, program};
use crate::guards::stage::{load, owner};
use crate::harness::orders::{give, walk};
use crate::harness::{DAY, TestApp, on_both};

const TEXT: &str = "# Press\n\n## Header\n\n| Field | Value |\n|---|---|\n| **Type** | Repair |\n| **Priority** | HIGH |\n\n## Safety Notes\n- Hot\n\n## Step 1: Look\n- [ ] shut\n- [ ] pressure\n\n\
    ## Step 2: Clean\n- [ ] wiped\n\n## Completion Criteria\n- It holds\n\n\
    <!-- What the parts of this work order ask for\n{\n\"1.2\": {\"asks\":{\"kind\":\"number\",\"unit\":\"bar\",\"least\":\"0\",\"most\":\"6.5\",\"outside_fails\":true,\"options\":[]}}\n}\n-->\n";

/// An order in work that an agent does, and its address.
async fn in_work(t: &TestApp, boss: &Asker, worker: &Asker) -> (String, String) {
    let made =
        tracewright::work_orders::actions::import::import(&t.app, boss, None, TEXT.as_bytes().to_vec())
            .await
            .unwrap();
    walk(t, boss, boss, &made.order_id, Status::InProgress).await;
    give(t, boss, &made.order_id, worker).await;
    (made.order_id, format!("/api/v1/orders/{}", made.number))
}

/// Brings a file to a part: programs tick and answer only what has evidence.
async fn show(caller: &Caller, t: &TestApp, place: &str, part: &str) {
    let path = format!("{place}/files?target={part}&name={part}.txt");
    let got = caller
        .send(t, Method::POST, &path, "application/octet-stream", format!("seen at {part}\n").into_bytes())
        .await;
    assert_eq!(got.status, 200, "{part}: {}", got.text());
}

async fn ok(caller: &Caller, t: &TestApp, path: &str, body: Value) -> Value {
    let got = caller.post(t, path, body).await;
    assert_eq!(got.status, 200, "{path}: {}", got.text());
    got.json()
}

on_both! {
    async fn an_agent_does_the_work_it_is_given(t: TestApp) {
        let boss = owner(&t).await;
        let (relay, agent) = program(&t, &boss, "relay").await;
        let (id, place) = in_work(&t, &boss, &relay).await;
        let unread = agent.post(&t, &format!("{place}/ticks"), json!({ "target": "1.1" })).await;
        assert_eq!((unread.status, unread.json()["rule"].as_str()), (409, Some("R39")), "handed over under way: {}", unread.text());
        ok(&agent, &t, &format!("{place}/safety"), json!({ "version": 1 })).await;
        let bare = agent.post(&t, &format!("{place}/ticks"), json!({ "target": "1.1" })).await;
        assert!(bare.status == 409 && bare.text().contains("evidence"), "{}", bare.text());
        for part in ["1.1", "1.2"] {
            show(&agent, &t, &place, part).await;
        }
        let version = load(&t, &boss, &id).await.version;
        let ticked = ok(&agent, &t, &format!("{place}/ticks"), json!({ "target": "1.1", "expected_version": version })).await;
        assert_eq!((ticked["version"].as_i64(), ticked["events"][0]["kind"].as_str()), (Some(version + 1), Some("work_order.item_ticked.v1")));
        let stale = agent.post(&t, &format!("{place}/ticks"), json!({ "target": "2.1", "expected_version": version })).await;
        assert_eq!((stale.status, stale.json()["current_version"].as_i64()), (409, Some(version + 1)));
        ok(&agent, &t, &format!("{place}/answers"), json!({ "item": "1.2", "answer": "9.5", "note": "too high" })).await;
        ok(&agent, &t, &format!("{place}/undo"), json!({ "target": "1.1", "reason": "it was open again" })).await;
        ok(&agent, &t, &format!("{place}/marks"), json!({ "step": "2", "state": "flagged", "reason": "worn, look again soon" })).await;
        ok(&agent, &t, &format!("{place}/log"), json!({ "title": "Waiting", "lines": ["for the seal"] })).await;
        ok(&agent, &t, &format!("{place}/comments"), json!({ "text": "Which valve?" })).await;
        let order = agent.get(&t, &place).await.json();
        let items = &order["steps"][0]["items"];
        assert!(items[0]["ticks"][0]["undone"]["reason"].as_str().unwrap().contains("open again"), "{items}");
        assert_eq!((items[1]["has_failed"].as_bool(), items[1]["ticks"][0]["answer"].as_str()), (Some(true), Some("9.5 bar")));
        assert_eq!((order["log"][0]["kind"].as_str(), order["comments"][0]["text"].as_str()), (Some("waiting"), Some("Which valve?")));
        assert_eq!(order["steps"][1]["state"], "flagged");

        // What agents do not do, by the same table as the pages.
        let skip = agent.post(&t, &format!("{place}/skips"), json!({ "item": "2.1", "reason": "not needed" })).await;
        assert_eq!(skip.status, 403, "{}", skip.text());
        let time = agent.post(&t, &format!("{place}/time"), json!({ "minutes": 5, "day": "2026-11-21" })).await;
        assert!(time.status == 403 && time.text().contains("by people"), "{}", time.text());
        let assign = agent.json(&t, Method::PUT, &format!("{place}/assignee"), json!({ "account": null })).await;
        assert_eq!(assign.status, 403);
        let odd = agent.post(&t, &format!("{place}/ticks"), json!({ "target": "9.9" })).await;
        assert_eq!((odd.status, odd.json()["errors"][0]["field"].as_str()), (422, Some("target")));
    }

    async fn people_write_down_time_and_parts_and_open_follow_ups(t: TestApp) {
        let boss = owner(&t).await;
        let (dana, danas) = person(&t, &boss, "dana", Role::Technician).await;
        let (_, sam) = person(&t, &boss, "sam", Role::Supervisor).await;
        let (_, place) = in_work(&t, &boss, &dana).await;
        ok(&danas, &t, &format!("{place}/safety"), json!({ "version": 1 })).await;
        ok(&danas, &t, &format!("{place}/time"), json!({ "minutes": 45, "day": "2026-11-20", "note": "took it apart" })).await;
        ok(&danas, &t, &format!("{place}/time"), json!({ "from": "2026-11-20T08:00:00Z", "until": "2026-11-20T08:30:00Z" })).await;
        ok(&danas, &t, &format!("{place}/parts"), json!({ "name": "Seal", "quantity": "1.5", "unit": "pcs", "cost": "12.50" })).await;
        let torn = danas.post(&t, &format!("{place}/time"), json!({ "minutes": 5, "from": "2026-11-20T08:00:00Z" })).await;
        assert_eq!(torn.status, 422);
        let time = danas.get(&t, &format!("{place}/time?limit=1")).await.json();
        assert_eq!((time["data"][0]["seconds"].as_i64(), time["data"].as_array().map(Vec::len)), (Some(2_700), Some(1)));
        let rest = danas.get(&t, &format!("{place}/time?limit=1&after={}", time["next"].as_str().unwrap())).await.json();
        assert_eq!((rest["data"][0]["seconds"].as_i64(), rest["next"].is_null()), (Some(1_800), true));
        let parts = danas.get(&t, &format!("{place}/parts")).await.json();
        assert_eq!((parts["data"][0]["quantity"].as_str(), parts["data"][0]["name"].as_str()), (Some("1.5"), Some("Seal")));
        let made = danas.post(&t, &format!("{place}/follow-ups"), json!({ "about": "2", "title": "Clean it", "due": "2026-12-01" })).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let number = made.json()["number"].as_str().unwrap().to_owned();
        let relations = danas.get(&t, &format!("{place}/relations")).await.json();
        assert_eq!((relations["data"][0]["kind"].as_str(), relations["data"][0]["number"].as_str()), (Some("followed_up_by"), Some(number.as_str())));
        let blocked = sam.post(&t, &format!("{place}/relations"), json!({ "kind": "blocks", "number": number })).await;
        assert_eq!(blocked.status, 200, "{}", blocked.text());
        let gone = sam.send(&t, Method::DELETE, &format!("{place}/relations/blocks/{number}"), "", Vec::new()).await;
        assert_eq!(gone.status, 200, "{}", gone.text());
        let missing = sam.send(&t, Method::DELETE, &format!("{place}/relations/blocks/{number}"), "", Vec::new()).await;
        assert_eq!(missing.status, 404);
        let only = sam.send(&t, Method::DELETE, &format!("{place}/relations/followed_up_by/{number}"), "", Vec::new()).await;
        assert_eq!(only.status, 404, "what a follow-up made stays");
    }

    async fn a_request_that_has_a_name_is_carried_out_once(t: TestApp) {
        let boss = owner(&t).await;
        let (relay, agent) = program(&t, &boss, "relay").await;
        let (other, others) = program(&t, &boss, "other").await;
        let (id, place) = in_work(&t, &boss, &relay).await;
        let path = format!("{place}/log");
        let body = json!({ "title": "Once", "lines": ["and no more"] });
        let named = agent.with("idempotency-key", "8b0c5a1e-1");
        let first = named.post(&t, &path, body.clone()).await;
        let again = named.post(&t, &path, body.clone()).await;
        assert_eq!((first.status, again.status, first.json()), (200, 200, again.json()));
        assert_eq!(load(&t, &boss, &id).await.log.len(), 1);
        let another = named.post(&t, &path, json!({ "title": "Something else" })).await;
        assert_eq!((another.status, another.json()["errors"][0]["field"].as_str()), (422, Some("Idempotency-Key")));
        assert_eq!(agent.post(&t, &path, body.clone()).await.status, 200, "without a name it is another one");
        assert_eq!(load(&t, &boss, &id).await.log.len(), 2);

        // What was refused may be sent again once what stood in the way is gone, under the same name.
        give(&t, &boss, &id, &other).await;
        let late = agent.with("idempotency-key", "8b0c5a1e-2");
        assert_eq!(late.post(&t, &path, body.clone()).await.status, 404, "it is not theirs any more");
        give(&t, &boss, &id, &relay).await;
        assert_eq!(late.post(&t, &path, body.clone()).await.status, 200);
        assert_eq!(load(&t, &boss, &id).await.log.len(), 3);

        // A name is of one account, of new orders too, and is forgotten after a week.
        let order = json!({ "plan": { "title": "New", "document": [{ "kind": "step", "text": "s" }] } });
        let made: Vec<Value> = [
            named.post(&t, "/api/v1/orders", order.clone()).await.json(),
            agent.with("idempotency-key", "o").post(&t, "/api/v1/orders", order.clone()).await.json(),
            agent.with("idempotency-key", "o").post(&t, "/api/v1/orders", order.clone()).await.json(),
            others.with("idempotency-key", "o").post(&t, "/api/v1/orders", order.clone()).await.json(),
        ]
        .into_iter()
        .map(|made| made["number"].clone())
        .collect();
        assert!(made[0].is_null() && made[1] == made[2] && made[2] != made[3], "{made:?}");
        let again = agent.with("idempotency-key", "o").post(&t, "/api/v1/orders", order.clone()).await;
        assert_eq!((again.status, again.header("location").is_empty()), (201, false));
        t.clock.advance(8 * DAY);
        let system = Asker::system(boss.project);
        assert!(tracewright::api::actions::forget_old(&t.app, &system).await.unwrap() >= 4);
        let after = agent.with("idempotency-key", "o").post(&t, "/api/v1/orders", order).await.json();
        assert_ne!(after["number"], made[1]);
        let long = "x".repeat(256);
        for odd in ["", "two words", long.as_str()] {
            let got = agent.with("idempotency-key", odd).post(&t, &path, body.clone()).await;
            assert_eq!((got.status, got.json()["errors"][0]["field"].as_str()), (422, Some("Idempotency-Key")), "{odd}");
        }
    }

    async fn files_are_brought_listed_and_handed_out(t: TestApp) {
        let boss = owner(&t).await;
        let (relay, agent) = program(&t, &boss, "relay").await;
        let (_, stranger) = program(&t, &boss, "stranger").await;
        let (_, place) = in_work(&t, &boss, &relay).await;
        let path = format!("{place}/files");
        let text = b"pressure 2.0 bar\n".to_vec();
        let sent = agent.send(&t, Method::POST, &format!("{path}?name=reading.txt&target=1.1&description=before"), "application/octet-stream", text.clone()).await;
        assert_eq!(sent.status, 200, "{}", sent.text());
        let again = agent.send(&t, Method::POST, &format!("{path}?name=reading.txt&target=1.1"), "application/octet-stream", text.clone()).await;
        assert_eq!((again.status, again.json()["events"].as_array().map(Vec::len)), (200, Some(0)), "the same bytes are one file");
        let form = "--x\r\nContent-Disposition: form-data; name=\"target\"\r\n\r\n2\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b.txt\"\r\n\r\nbytes\r\n--x--\r\n";
        let sent = agent.send(&t, Method::POST, &path, "multipart/form-data; boundary=x", form.as_bytes().to_vec()).await;
        assert_eq!(sent.status, 200, "{}", sent.text());
        let list = agent.get(&t, &path).await.json();
        assert_eq!(list["data"].as_array().map(Vec::len), Some(2), "{list}");
        assert_eq!((list["data"][0]["name"].as_str(), list["data"][0]["description"].as_str()), (Some("reading.txt"), Some("before")));
        let address = format!("{path}/{}", list["data"][0]["id"].as_str().unwrap());
        let got = agent.get(&t, &address).await;
        assert_eq!((got.status, got.bytes), (200, text));
        let part = agent.with("range", "bytes=0-7").get(&t, &address).await;
        assert_eq!((part.status, part.text().as_str()), (206, "pressure"));
        assert_eq!(agent.with("range", "bytes=900-").get(&t, &address).await.status, 416);
        assert_eq!(stranger.get(&t, &address).await.status, 404);
        for (kind, body, query, status) in [
            ("text/plain", "x", "", 415),
            ("application/octet-stream", "", "", 422),
            ("application/octet-stream", "x", "?target=9.9", 422),
            ("application/octet-stream", "x", "?colour=red", 422),
            ("multipart/form-data", "x", "", 422),
        ] {
            let got = agent.send(&t, Method::POST, &format!("{path}{query}"), kind, body.as_bytes().to_vec()).await;
            assert_eq!(got.status, status, "{kind} {query}: {}", got.text());
        }
        assert_eq!(agent.get(&t, &path).await.json()["data"].as_array().map(Vec::len), Some(2));
    }

    async fn the_record_is_filtered_and_paged(t: TestApp) {
        let boss = owner(&t).await;
        let (relay, agent) = program(&t, &boss, "relay").await;
        let (id, place) = in_work(&t, &boss, &relay).await;
        ok(&agent, &t, &format!("{place}/safety"), json!({ "version": 1 })).await;
        for part in ["1.1", "2.1"] {
            show(&agent, &t, &place, part).await;
        }
        ok(&agent, &t, &format!("{place}/ticks"), json!({ "target": "1.1" })).await;
        t.clock.advance(DAY);
        ok(&agent, &t, &format!("{place}/ticks"), json!({ "target": "2.1" })).await;
        let all = load(&t, &boss, &id).await.version;
        let events = |query: &str| { let path = format!("{place}/events?limit=100{query}"); let (agent, t) = (&agent, &t); async move { agent.get(t, &path).await } };
        let count = |got: &crate::api::caller::Got| got.json()["data"].as_array().map_or(usize::MAX, Vec::len);
        assert_eq!(i64::try_from(count(&events("&kind=work_order.").await)).unwrap(), all);
        for (query, wanted) in [
            (format!("&actor={}&kind=work_order.item_ticked.v1", relay.id()), 2),
            ("&actor=nobody".to_owned(), 0),
            ("&kind=work_order.item_ticked.v1".to_owned(), 2),
            ("&kind=work_order.item".to_owned(), 2),
            ("&step=2&kind=work_order.item_ticked.v1".to_owned(), 1),
            ("&since=2026-11-22T00:00:00Z&kind=work_order.item_ticked.v1".to_owned(), 1),
            ("&until=2026-11-22T00:00:00Z&kind=work_order.item_ticked.v1".to_owned(), 1),
        ] {
            let got = events(&query).await;
            assert_eq!(count(&got), wanted, "{query}: {}", got.text());
        }
        let newest = agent.get(&t, &format!("{place}/events?limit=1")).await.json();
        assert_eq!((newest["data"][0]["version"].as_i64(), newest["data"][0]["by"]["kind"].as_str()), (Some(all), Some("agent")));
        let older = agent.get(&t, &format!("{place}/events?limit=1&after={}", newest["next"].as_str().unwrap())).await.json();
        assert_eq!(older["data"][0]["version"].as_i64(), Some(all - 1));
        assert_eq!(events("&step=C1").await.status, 422);
    }
}
