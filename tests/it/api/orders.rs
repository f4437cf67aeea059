//! Orders in and out: lists, JSON and Markdown, plans, states, who does the work.

use actix_web::http::Method;
use serde_json::{Value, json};
use tracewright::foundation::Role;
use tracewright::work_orders::actions::import::import;
use tracewright::work_orders::model::Status;
use tracewright::work_orders::reads::find_id;

use super::caller::{person, program};
use crate::guards::stage::{go, load, owner};
use crate::harness::on_both;
use crate::harness::orders::{give, walk};

const PLAN: &str = r#"{
    "title": "Replace the seal of pump 3", "order_type": "Repair", "priority": "high", "due": "2026-12-04",
    "asset": { "name": "Pump 3", "tag": "P-3" }, "fields": [{ "name": "Line", "value": "North" }], "isolation": true,
    "document": [
        { "id": "s", "kind": "safety", "text": "The line is under pressure" },
        { "id": "one", "kind": "step", "text": "Replace the seal", "ordered": true, "demands": { "least_seconds": 60 } },
        { "id": "a", "kind": "item", "text": "Is valve 7 shut?", "asks": { "kind": "yes_no" }, "demands": { "blocking": true } },
        { "id": "b", "kind": "item", "text": "Pressure", "required": false,
          "asks": { "kind": "number", "unit": "bar", "most": "0.2", "outside_fails": true },
          "demands": { "only_if": { "item": "a", "answer": "yes" } } },
        { "id": "t", "kind": "text", "text": "Two lines\nof words" },
        { "id": "k", "kind": "code", "language": "sh", "text": "ls -l" },
        { "id": "c", "kind": "criterion", "text": "No drop in ten minutes", "demands": { "evidence": { "traces": 1 } } }
    ]
}"#;

fn plan() -> Value {
    serde_json::from_str(PLAN).unwrap()
}

/// A plan without the ids of its parts, which belong to one order.
fn without_ids(plan: &Value) -> Value {
    let mut plan = plan.clone();
    let blocks = plan["document"].as_array_mut().unwrap();
    let ids: Vec<Value> = blocks.iter().map(|block| block["id"].clone()).collect();
    for block in blocks {
        block.as_object_mut().unwrap().remove("id");
        if let Some(item) = block.pointer_mut("/demands/only_if/item") {
            *item = ids.iter().position(|id| *id == *item).unwrap().into();
        }
    }
    plan
}

on_both! {
    async fn a_plan_goes_in_and_out_as_json_and_is_the_same(t: TestApp) {
        let boss = owner(&t).await;
        let (_, relay) = program(&t, &boss, "relay").await;
        let made = relay.post(&t, "/api/v1/orders", json!({ "plan": plan() })).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let (number, place) = (made.json()["number"].as_str().unwrap().to_owned(), made.header("location").to_owned());
        assert_eq!(place, format!("/api/v1/orders/{number}"));
        let first = relay.get(&t, &place).await;
        assert_eq!((first.status, first.header("etag")), (200, "\"1\""), "{}", first.text());
        let out = first.json();
        assert_eq!((out["status"].as_str(), out["author"]["kind"].as_str()), (Some("draft"), Some("agent")));
        assert_eq!(out["steps"][0]["items"][1]["place"], "1.2");

        let standing = relay.get(&t, &format!("{place}/status")).await.json();
        assert_eq!(standing["moves"], json!([]), "an agent submits nothing");
        assert!(!standing["waits_for"].as_array().unwrap().is_empty(), "{standing}");

        // What was not said is said as it holds; the rest is as it was sent.
        let again = relay.post(&t, "/api/v1/orders", json!({ "plan": out["plan"] })).await.json();
        let second = relay.get(&t, &format!("/api/v1/orders/{}", again["number"].as_str().unwrap())).await.json();
        assert_eq!(without_ids(&second["plan"]), without_ids(&out["plan"]));
        let sent = plan();
        for name in ["title", "order_type", "priority", "due", "fields", "isolation", "asset"] {
            assert_eq!(out["plan"][name], sent[name], "{name}");
        }
        for (at, block) in sent["document"].as_array().unwrap().iter().enumerate() {
            let stored = &out["plan"]["document"][at];
            assert_eq!((&stored["text"], &stored["kind"]), (&block["text"], &block["kind"]));
            assert_ne!(stored["id"], block["id"], "ids are the order's own");
        }
        let plan = relay.get(&t, &format!("{place}/plan")).await.json();
        assert_eq!(plan, out["plan"]);
    }

    async fn a_file_leads_to_its_cancelled_order_and_says_that_it_is_one(t: TestApp) {
        let boss = owner(&t).await;
        let (_, relay) = program(&t, &boss, "relay").await;
        let body = json!({ "markdown": "# Look at the mill\n\n- [ ] one\n" });
        let made = relay.post(&t, "/api/v1/orders", body.clone()).await.json();
        let number = made["number"].as_str().unwrap().to_owned();
        let again = relay.post(&t, "/api/v1/orders", body.clone()).await.json();
        assert_eq!((&again["is_new"], &again["was_cancelled"]), (&json!(false), &json!(false)), "{again}");
        let (project, sought) = (boss.project, number.clone());
        let id = t.app.db.read(move |conn| find_id(conn, project, &sought)).await.unwrap().unwrap();
        go(&t, &boss, &id, Status::Cancelled).await.unwrap();
        let last = relay.post(&t, "/api/v1/orders", body).await.json();
        assert_eq!((&last["number"], &last["is_new"], &last["was_cancelled"]), (&json!(number), &json!(false), &json!(true)), "{last}");
    }

    async fn markdown_goes_in_and_out_byte_for_byte_and_the_same_twice_is_one_order(t: TestApp) {
        let boss = owner(&t).await;
        let (_, relay) = program(&t, &boss, "relay").await;
        let text = "\u{feff}# Odd   spacing\r\n\r\n* [ ] one\r\n* [ ]  two  \r\n\r\n```\r\n- [ ] code\r\n```\r\nlast line without an end";
        let made = relay.send(&t, Method::POST, "/api/v1/orders", "text/markdown; charset=utf-8", text.as_bytes().to_vec()).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let place = made.header("location").to_owned();
        let out = relay.with("accept", "text/markdown").get(&t, &place).await;
        assert_eq!((out.status, out.header("content-type")), (200, "text/markdown; charset=utf-8"));
        assert_eq!(out.text(), text);
        let tag = out.header("etag").to_owned();
        let again = relay.post(&t, "/api/v1/orders", json!({ "markdown": text, "file": "odd.md" })).await;
        assert_eq!((again.status, again.json()["number"].clone(), again.json()["is_new"].clone()),
            (200, made.json()["number"].clone(), false.into()));
        // The head of a plan alone leaves the bytes of the rest.
        let head = relay.with("if-match", &tag).json(&t, Method::PATCH, &format!("{place}/plan"), json!({ "priority": "high" })).await;
        assert_eq!(head.status, 200, "{}", head.text());
        assert!(relay.with("accept", "text/markdown").get(&t, &place).await.text().contains("* [ ]  two  \r\n"));
        let tag = relay.get(&t, &place).await.header("etag").to_owned();
        let wrong = relay.with("if-match", &tag).json(&t, Method::PATCH, &format!("{place}/plan"), json!({ "estimate": "soon" })).await;
        assert_eq!((wrong.status, wrong.json()["errors"][0]["field"].as_str()), (422, Some("estimate")), "{}", wrong.text());
        let said = relay.with("if-match", &tag).json(&t, Method::PATCH, &format!("{place}/plan"), json!({ "estimate": "90 min" })).await;
        assert_eq!(said.status, 200, "{}", said.text());
        let fields = relay.get(&t, &format!("{place}/plan")).await.json()["fields"].clone();
        assert_eq!(fields, json!([{ "name": "Estimate", "value": "90 min" }]));
        assert_eq!(relay.with("accept", "text/html").get(&t, &place).await.status, 406);
        let both = relay.post(&t, "/api/v1/orders", json!({ "markdown": text, "plan": plan() })).await;
        assert_eq!((both.status, both.json()["errors"][0]["field"].as_str()), (422, Some("markdown")));
    }

    async fn the_list_has_the_filters_of_the_page_and_holds_each_order_once(t: TestApp) {
        let boss = owner(&t).await;
        let (_, sam) = person(&t, &boss, "sam", Role::Supervisor).await;
        let (_, relay) = program(&t, &boss, "relay").await;
        for at in 0..7 {
            let text = format!("# Job {at}\n\n| Field | Value |\n|---|---|\n| **Priority** | {} |\n\n- [ ] x\n", if at % 2 == 0 { "HIGH" } else { "LOW" });
            import(&t.app, &boss, None, text.into_bytes()).await.unwrap();
        }
        relay.post(&t, "/api/v1/orders", json!({ "plan": plan() })).await;
        let (mut seen, mut next) = (Vec::new(), String::new());
        for _ in 0..9 {
            let page = sam.get(&t, &format!("/api/v1/orders?limit=3&sort=number{next}")).await;
            assert_eq!(page.status, 200, "{}", page.text());
            let page = page.json();
            seen.extend(page["data"].as_array().unwrap().iter().map(|line| line["number"].as_str().unwrap().to_owned()));
            let Some(after) = page["next"].as_str() else { break };
            next = format!("&after={after}");
        }
        let all = seen.clone();
        seen.sort();
        seen.dedup();
        assert_eq!((seen.len(), all.len()), (8, 8));
        for (query, count) in [
            ("priority=high", 5), ("priority=low", 3), ("status=draft", 8), ("status=approved,draft", 8), ("status=open", 8), ("q=seal", 1),
            ("asset=p-3", 1), ("assignee=nobody", 8), ("assignee=me", 0), ("due=2026-12-04", 1), ("failed=true", 0), ("failed=false", 8), ("type=Repair", 1),
        ] {
            let found = sam.get(&t, &format!("/api/v1/orders?{query}")).await.json();
            assert_eq!(found["data"].as_array().map(Vec::len), Some(count), "{query}: {found}");
        }
        // An agent sees what it wrote or was given, on every address of an order.
        let own = relay.get(&t, "/api/v1/orders").await.json();
        assert_eq!(own["data"].as_array().unwrap().len(), 1);
        let hidden = all.iter().find(|number| **number != own["data"][0]["number"].as_str().unwrap()).unwrap();
        for rest in ["", "/status", "/plan", "/events", "/claims", "/evidence", "/files", "/files/x", "/log", "/score", "/relations"] {
            let got = relay.get(&t, &format!("/api/v1/orders/{hidden}{rest}")).await;
            assert_eq!((got.status, got.header("content-type")), (404, "application/problem+json"), "{rest}");
        }
    }

    async fn a_plan_is_written_over_only_as_somebody_saw_it(t: TestApp) {
        let boss = owner(&t).await;
        let (_, relay) = program(&t, &boss, "relay").await;
        let place = relay.post(&t, "/api/v1/orders", json!({ "plan": plan() })).await.header("location").to_owned();
        let path = format!("{place}/plan");
        let mut plan = relay.get(&t, &path).await.json();
        let ids: Vec<Value> = plan["document"].as_array().unwrap().iter().map(|block| block["id"].clone()).collect();
        plan["document"].as_array_mut().unwrap().push(json!({ "kind": "criterion", "text": "Dry" }));
        let silent = relay.json(&t, Method::PUT, &path, json!({ "plan": plan })).await;
        assert_eq!((silent.status, silent.json()["errors"][0]["field"].as_str()), (422, Some("expected_version")));
        let done = relay.with("if-match", "\"1\"").json(&t, Method::PUT, &path, json!({ "plan": plan })).await;
        assert_eq!((done.status, done.json()["version"].as_i64()), (200, Some(2)), "{}", done.text());
        let stale = relay.json(&t, Method::PUT, &path, json!({ "plan": plan, "expected_version": 1 })).await;
        assert_eq!((stale.status, stale.json()["current_version"].as_i64()), (409, Some(2)), "{}", stale.text());
        let stale = relay.with("if-match", "\"1\"").json(&t, Method::PATCH, &path, json!({ "title": "Another" })).await;
        assert_eq!((stale.status, stale.json()["current_version"].as_i64()), (409, Some(2)));
        let torn = relay.with("if-match", "\"1\"").json(&t, Method::PATCH, &path, json!({ "title": "x", "expected_version": 2 })).await;
        assert_eq!(torn.status, 422);
        for odd in ["7", "W/\"1\"", "\"x\"", "\"\"", "\"01\""] {
            let got = relay.with("if-match", odd).json(&t, Method::PATCH, &path, json!({ "title": "x" })).await;
            assert_eq!((got.status, got.json()["errors"][0]["field"].as_str()), (422, Some("If-Match")), "{odd}");
        }
        let kept = relay.get(&t, &path).await.json();
        let now: Vec<Value> = kept["document"].as_array().unwrap().iter().map(|block| block["id"].clone()).collect();
        assert_eq!(now[..ids.len()], ids[..], "what keeps its id keeps it");
        let same = relay.with("if-match", "\"2\"").json(&t, Method::PUT, &path, json!({ "plan": kept })).await;
        assert_eq!((same.status, same.json()["events"].as_array().map(Vec::len)), (200, Some(0)), "the same plan is no change");
    }

    async fn orders_are_moved_and_given_as_on_the_pages_and_nobody_signs(t: TestApp) {
        let boss = owner(&t).await;
        let (dana, danas) = person(&t, &boss, "dana", Role::Technician).await;
        let (_, sam) = person(&t, &boss, "sam", Role::Supervisor).await;
        let (relay, relays) = program(&t, &boss, "relay").await;
        let text = "# Wire it\n\n| Field | Value |\n|---|---|\n| **Type** | Repair |\n| **Priority** | HIGH |\n\n## Step 1: Do\n- [ ] a\n\n## Completion Criteria\n- ok\n";
        let made = import(&t.app, &boss, None, text.as_bytes().to_vec()).await.unwrap();
        let place = format!("/api/v1/orders/{}", made.number);
        let given = sam.json(&t, Method::PUT, &format!("{place}/assignee"), json!({ "account": dana.id() })).await;
        assert_eq!(given.status, 200, "{}", given.text());
        let refused = danas.json(&t, Method::PUT, &format!("{place}/assignee"), json!({ "account": null })).await;
        assert_eq!(refused.status, 403);
        let empty = sam.json(&t, Method::PUT, &format!("{place}/assignee"), json!({})).await;
        assert_eq!((empty.status, empty.json()["errors"][0]["field"].as_str()), (422, Some("account")));
        walk(&t, &boss, &dana, &made.order_id, Status::Submitted).await;

        // A signed move says the rule, and where a person signs it.
        let moves = format!("{place}/transitions");
        let signed = sam.post(&t, &moves, json!({ "to": "approved" })).await;
        let said = signed.json();
        assert_eq!((signed.status, said["rule"].as_str()), (403, Some("R12")), "{said}");
        assert!(said["lift"].as_str().unwrap().contains(&format!("/work-orders/{}/move/approved", made.number)), "{said}");

        let made = import(&t.app, &boss, None, text.replace("Wire it", "Wire more").into_bytes()).await.unwrap();
        let place = format!("/api/v1/orders/{}", made.number);
        let moves = format!("{place}/transitions");
        walk(&t, &boss, &dana, &made.order_id, Status::InProgress).await;
        give(&t, &boss, &made.order_id, &relay).await;
        for to in ["approved", "completed", "verified", "closed"] {
            let refused = relays.post(&t, &moves, json!({ "to": to, "outcome": "achieved" })).await;
            assert_eq!((refused.status, refused.json()["rule"].as_str()), (403, Some("R20")), "{to}: {}", refused.text());
        }
        let held = relays.post(&t, &moves, json!({ "to": "on_hold", "reason": "no seal here yet", "hold_code": "parts" })).await;
        assert_eq!((held.status, held.json()["status"].as_str()), (200, Some("on_hold")), "{}", held.text());
        let standing = relays.get(&t, &format!("{place}/status")).await.json();
        assert_eq!((standing["hold"]["code"].as_str(), standing["is_mine"].as_bool(), standing["next"]["place"].as_str()),
            (Some("parts"), Some(true), Some("1.1")), "{standing}");
        assert!(standing["moves"].as_array().unwrap().iter().any(|it| it["to"] == "in_progress"), "{standing}");
        let nowhere = relays.post(&t, &moves, json!({ "to": "draft" })).await;
        assert_eq!(nowhere.status, 409);
        let stale = relays.post(&t, &moves, json!({ "to": "in_progress", "expected_version": 2 })).await;
        let version = load(&t, &boss, &made.order_id).await.version;
        assert_eq!((stale.status, stale.json()["current_version"].as_i64()), (409, Some(version)));
        assert_eq!(relays.post(&t, &moves, json!({ "to": "in_progress" })).await.status, 200);
        assert!(load(&t, &boss, &made.order_id).await.signatures.iter().all(|it| it.by.is(boss.id())));
    }
}
