//! Items that ask for the scan of an asset, as programs plan and answer them.

use actix_web::http::Method;
use serde_json::json;
use tracewright::work_orders::model::Status;

use super::caller::program;
use crate::guards::stage::owner;
use crate::harness::on_both;
use crate::harness::orders::{give, walk};

on_both! {
    async fn a_program_answers_a_scan_by_the_code_and_it_is_kept_as_typed(t: TestApp) {
        let boss = owner(&t).await;
        let (relay, agent) = program(&t, &boss, "relay").await;
        let scan = |asset: &str| json!({ "plan": { "title": "Round", "order_type": "Inspection", "priority": "medium", "document": [
            { "kind": "step", "text": "Look" },
            { "kind": "item", "text": "At the pump", "asks": { "kind": "scan", "asset": asset } },
            { "kind": "criterion", "text": "All hold" }
        ] } });
        let bare = agent.post(&t, "/api/v1/orders", scan("")).await;
        assert!(bare.status == 422 && bare.text().contains("by its code"), "{}", bare.text());
        let made = agent.post(&t, "/api/v1/orders", scan("P-101")).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let place = made.header("location").to_owned();
        let plan = agent.get(&t, &format!("{place}/plan")).await;
        assert!(plan.text().contains(r#""asset":"P-101""#), "{}", plan.text());

        let number = made.json()["number"].as_str().unwrap().to_owned();
        let project = boss.project;
        let find = move |conn: &mut tracewright::db::AnyConnection| {
            tracewright::work_orders::reads::find(conn, project, &number)
        };
        let id = t.app.db.read(find).await.unwrap().unwrap().order_id;
        walk(&t, &boss, &boss, &id, Status::InProgress).await;
        give(&t, &boss, &id, &relay).await;
        let answers = format!("{place}/answers");
        let body = |code: &str| json!({ "item": "1.1", "answer": code });
        let shown = agent.post(&t, &answers, body("P-101")).await;
        assert!(shown.status == 409 && shown.text().contains("evidence"), "as every answer of a program: {}", shown.text());
        let path = format!("{place}/files?target=1.1&name=seen.txt");
        let file = agent.send(&t, Method::POST, &path, "application/octet-stream", b"seen\n".to_vec()).await;
        assert_eq!(file.status, 200, "{}", file.text());
        let wrong = agent.post(&t, &answers, body("P-102")).await;
        assert_eq!((wrong.status, wrong.json()["errors"][0]["field"].as_str()), (422, Some("answer")), "{}", wrong.text());
        assert!(wrong.text().contains("P-101") && wrong.text().contains("P-102"), "{}", wrong.text());
        let right = agent.post(&t, &answers, body("p-101")).await;
        assert_eq!(right.status, 200, "{}", right.text());
        let tick = agent.get(&t, &place).await.json()["steps"][0]["items"][0]["ticks"][0].clone();
        assert_eq!((tick["answer"].as_str(), tick["scanned"].as_str()), (Some("p-101"), Some("typed")), "{tick}");
    }
}
