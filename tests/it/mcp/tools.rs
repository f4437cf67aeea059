//! What the tools do, whose it is afterwards, and what they refuse.

use serde_json::{Map, Value, json};
use tracewright::audit::reads::links_of;
use tracewright::foundation::{Digest, Role};
use tracewright::work_orders::model::{Order, Status};

use crate::guards::stage::{FILE, hire, load, take};
use crate::harness::{TestApp, on_both};

use super::{Bench, Speaks, TRACE, TRACEPARENT, another, bench, call, call_traced, done, refused, result};

async fn order(t: &TestApp, bench: &Bench) -> Order {
    load(t, &bench.owner, &bench.id).await
}

async fn claimed(t: &TestApp, bench: &Bench) -> Value {
    let answer = call(t, bench, "claim", json!({ "order": bench.number })).await;
    done(&answer).clone()
}

on_both! {
    async fn work_is_found_claimed_done_and_handed_over(t: TestApp) {
        let bench = bench(&t).await;
        let number = bench.number.as_str();
        let ready = call(&t, &bench, "list_ready", json!({})).await;
        let first = &done(&ready)["orders"][0];
        assert_eq!((&first["order"], &first["isYours"]), (&json!(number), &json!(false)));
        assert_eq!(refused(&call(&t, &bench, "get_order", json!({ "order": number })).await)["kind"], json!("not_found"), "not before it is claimed");
        let told = claimed(&t, &bench).await;
        assert_eq!((&told["claim"]["isYours"], &told["claim"]["accountable"]), (&json!(true), &json!(bench.owner.actor.name)));
        // What it has claimed for its person stands among its own, beside what is ready.
        for (tool, arguments) in [("list_ready", json!({})), ("list_orders", json!({})), ("list_orders", json!({ "assignee": "me" }))] {
            let listed = call(&t, &bench, tool, arguments).await;
            let first = &done(&listed)["orders"][0];
            assert_eq!((&first["order"], &first["isYours"]), (&json!(number), &json!(true)), "{tool}: {listed}");
        }
        let whole = call(&t, &bench, "get_order", json!({ "order": number.to_lowercase() })).await;
        let item = done(&whole)["steps"][0]["items"][0].clone();
        assert_eq!((&item["place"], &item["state"], &item["asks"]["kind"]), (&json!("1.1"), &json!("open"), &json!("tick")));
        assert!(whole["content"][0]["text"].as_str().unwrap().contains(item["target"].as_str().unwrap()));

        // Without evidence nothing is ticked; the trace of the call is evidence.
        let bare = call(&t, &bench, "tick", json!({ "order": number, "target": "1.1" })).await;
        assert_eq!(refused(&bare)["rule"], json!("R41"));
        let ticked = call_traced(&t, &bench, "tick", json!({ "order": number, "target": item["target"] })).await;
        assert!(done(&ticked)["events"].as_array().unwrap().iter().any(|event| event["kind"] == json!("work_order.item_ticked.v1")));
        let again = call_traced(&t, &bench, "tick", json!({ "order": number, "target": "1.1" })).await;
        assert_eq!(refused(&again)["kind"], json!("refused"));
        call_traced(&t, &bench, "tick", json!({ "order": number, "target": format!("{number}/2.1") })).await;
        let last = call_traced(&t, &bench, "tick", json!({ "order": number, "target": "C1" })).await;
        assert_eq!(done(&last)["open"], json!([]));
        let (project, id) = (bench.owner.project, bench.id.clone());
        let links = t.app.db.read(move |conn| links_of(conn, project, &id)).await.unwrap();
        assert_eq!(links.len(), 3);
        assert!(links.iter().all(|link| link.trace_id == TRACE && link.how == "traceparent"), "{links:?}");
        let now = order(&t, &bench).await;
        for target in now.targets() {
            let tick = now.ticks(&target).unwrap().current().unwrap().clone();
            assert_eq!(tick.by.unwrap().id, bench.agent.actor.id, "whose key it was");
        }

        // What is written, decided and brought; then a person is asked to look.
        done(&call(&t, &bench, "log", json!({ "order": number, "title": "Wrapped", "lines": ["both models"], "kind": "progress" })).await);
        done(&call(&t, &bench, "comment", json!({ "order": number, "text": "It is **done**" })).await);
        let decided = json!({ "order": number, "title": "Key", "decision": "New", "reasons": "Old is gone" });
        assert_eq!(done(&call(&t, &bench, "record_decision", decided.clone()).await)["decision"]["name"], json!("D-1"));
        assert_eq!(done(&call(&t, &bench, "create_decision", decided).await)["decision"]["name"], json!("D-2"));
        let file = json!({ "order": number, "name": "log.txt", "text": "all is well\n", "target": "1.1", "description": "what it said" });
        let digest = Digest::of(b"all is well\n").to_hex();
        assert_eq!(done(&call(&t, &bench, "attach", file).await)["sha256"], json!(digest), "every byte of it");
        let review = call(&t, &bench, "request_review", json!({ "order": number, "note": "Look at 1.1" })).await;
        assert_eq!(done(&review)["reviewer"], json!(bench.owner.actor.name));
        let now = order(&t, &bench).await;
        assert_eq!((now.status, now.log.len(), now.comments.len(), now.delegation.decisions.len()), (Status::InProgress, 2, 1, 2));
        let told = call(&t, &bench, "get_order", json!({ "order": number })).await;
        for by in [&done(&told)["log"][0]["by"], &done(&told)["comments"][0]["by"], &done(&told)["decisions"][0]["by"]] {
            assert_eq!(*by, json!(format!("{} (agent)", bench.agent.actor.name)), "what agents write is marked as theirs");
        }
        let mention = now.gathered.mentions.last().unwrap();
        assert!(format!("{mention:?}").contains(&bench.owner.actor.id), "{mention:?}");
        let beat = call(&t, &bench, "heartbeat", json!({ "order": number })).await;
        assert_eq!(done(&beat)["lease"]["isStale"], json!(false));
        done(&call(&t, &bench, "undo", json!({ "order": number, "target": "C1" })).await);
        done(&call(&t, &bench, "release", json!({ "order": number, "reason": "my part is done" })).await);
        assert!(order(&t, &bench).await.delegation.standing().is_none());
    }

    async fn the_header_of_the_call_is_a_trace_as_well(t: TestApp) {
        let bench = bench(&t).await;
        claimed(&t, &bench).await;
        let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": "tick", "arguments": { "order": bench.number, "target": "1.1" } } });
        let headers = [("content-type", "application/json"), ("mcp-protocol-version", "2025-06-18"), ("traceparent", TRACEPARENT)];
        let got = bench.client.send(&t, actix_web::http::Method::POST, "/mcp", &headers, message.to_string().into_bytes()).await;
        done(&got.json()["result"]);
        let (project, id) = (bench.owner.project, bench.id.clone());
        let links = t.app.db.read(move |conn| links_of(conn, project, &id)).await.unwrap();
        assert_eq!(links.iter().map(|link| link.trace_id.as_str()).collect::<Vec<_>>(), [TRACE]);
    }

    async fn whoever_saw_another_version_is_told(t: TestApp) {
        let bench = bench(&t).await;
        let seen = claimed(&t, &bench).await["version"].as_i64().unwrap();
        done(&call(&t, &bench, "comment", json!({ "order": bench.number, "text": "meanwhile" })).await);
        for (name, more) in [("tick", json!({ "target": "1.1" })), ("answer", json!({ "target": "1.1", "answer": "fail", "note": "it broke down" })), ("undo", json!({ "target": "1.1" })), ("mark_step", json!({ "target": "1", "state": "failed", "reason": "it broke down" }))] {
            let mut arguments = json!({ "order": bench.number, "expected_version": seen });
            arguments.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
            let told = call_traced(&t, &bench, name, arguments).await;
            let told = refused(&told);
            assert_eq!((&told["kind"], &told["expected"]), (&json!("conflict"), &json!(seen)), "{name}");
            assert!(told["found"].as_i64().unwrap() > seen);
        }
    }

    async fn every_tool_is_closed_and_tells_nothing_of_what_is_hidden(t: TestApp) {
        let bench = bench(&t).await;
        // Somebody else's order, given to a person who does not answer for the agent.
        let dana = hire(&t, &bench.owner, "dana", &[Role::Technician]).await;
        let (_, hidden) = another(&t, &bench.owner, &dana).await;
        let draft = take(&t, &bench.owner, &FILE.replace("parts desk", "other desk")).await;
        let draft = load(&t, &bench.owner, &draft).await.number.to_string();
        let listed = result(&t, &bench.client, Speaks::Second, "tools/list", json!({})).await;
        for tool in listed["tools"].as_array().unwrap() {
            let name = tool["name"].as_str().unwrap();
            let unknown = call(&t, &bench, name, json!({ "sudo": true })).await;
            let told = refused(&unknown);
            assert_eq!(told["kind"], json!("invalid"), "{name}");
            assert!(told["fields"].as_array().unwrap().iter().any(|field| field["path"] == json!("sudo")), "{name}: {told}");
            if tool["inputSchema"]["properties"].get("order").is_none() {
                continue;
            }
            let mut words = Vec::new();
            for number in [hidden.as_str(), draft.as_str(), "WO-1999-001", "' or 1=1 --"] {
                let answer = call_traced(&t, &bench, name, least(&tool["inputSchema"], number)).await;
                let told = refused(&answer);
                assert_eq!(told["kind"], json!("not_found"), "{name} on {number}: {answer}");
                words.push(told["message"].as_str().unwrap().replace(number, "N"));
            }
            assert!(words.iter().all(|it| *it == words[0]), "{name} says which are there: {words:?}");
        }
        let mine = call(&t, &bench, "list_orders", json!({})).await;
        assert!(!mine.to_string().contains(&hidden) && !mine.to_string().contains(&draft), "{mine}");
    }

    async fn what_a_program_may_not_do_is_refused_with_its_rule(t: TestApp) {
        let bench = bench(&t).await;
        let (other, number) = another(&t, &bench.owner, &bench.agent).await;
        let again = call(&t, &bench, "start", json!({ "order": number })).await;
        refused(&again);
        let not_given = call(&t, &bench, "mark_step", json!({ "order": number, "target": "1", "state": "not_applicable", "reason": "x" })).await;
        assert_eq!(refused(&not_given)["kind"], json!("invalid"), "there is no such word for a program");
        let quote = json!({ "order": number, "target": "1.1", "statement": "It was done", "trace": "none", "observation": "none", "field": "output", "quote": "done" });
        assert_eq!(refused(&call(&t, &bench, "propose_claim", quote).await)["kind"], json!("invalid"));
        let link = json!({ "order": number, "target": "1.1", "trace": "none" });
        assert_eq!(refused(&call(&t, &bench, "link_trace", link).await)["fields"][0]["path"], json!("trace"));
        let part = call(&t, &bench, "tick", json!({ "order": number, "target": "item:none" })).await;
        assert_eq!(refused(&part)["fields"][0]["path"], json!("target"));
        let both = json!({ "order": number, "name": "a", "text": "a", "base64": "YQ==" });
        assert_eq!(refused(&call(&t, &bench, "attach", both).await)["fields"][0]["path"], json!("base64"));
        let now = load(&t, &bench.owner, &other).await;
        assert!(!now.has_progress());
    }

    async fn scores_and_atoms_are_read(t: TestApp) {
        let bench = bench(&t).await;
        claimed(&t, &bench).await;
        let score = call(&t, &bench, "score", json!({ "order": bench.number })).await;
        assert!(done(&score)["assured"].as_u64().is_some() && done(&score)["grade"].as_str().is_some(), "{score}");
        let atoms = call(&t, &bench, "search_atoms", json!({ "words": "press", "status": "verified", "limit": 5 })).await;
        assert_eq!(done(&atoms)["atoms"], json!([]));
        let status = call(&t, &bench, "read_status", json!({ "order": bench.number })).await;
        assert_eq!((&done(&status)["status"], done(&status)["open"].as_array().unwrap().len()), (&json!("in_progress"), 3));
    }
}

/// The fewest arguments that a schema takes.
fn least(schema: &Value, number: &str) -> Value {
    let mut given = Map::new();
    for name in schema["required"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()) {
        let field = &schema["properties"][name];
        let value = match (name, field["type"].as_str().unwrap()) {
            ("order", _) => json!(number),
            ("target", _) => json!("1.1"),
            (_, "integer") => json!(1),
            _ => field["enum"].get(0).cloned().unwrap_or_else(|| json!("some words")),
        };
        given.insert(name.to_owned(), value);
    }
    given.into()
}
