//! Procedures and assets: read by anybody of the project, orders made and meters read by whoever may.

use diesel::prelude::*;
use serde_json::json;
use tracewright::assets::actions::add_meter::add_meter;
use tracewright::assets::actions::change_meter::change_meter;
use tracewright::assets::actions::create::{NewAsset, create as create_asset};
use tracewright::assets::model::{Facts, MeterFacts, MeterKind};
use tracewright::db::Tx;
use tracewright::db::schema::procedures;
use tracewright::foundation::{Actor, Role};
use tracewright::maintenance::procedures::actions::{approve, create, retire, submit};

use super::caller::{person, program};
use crate::guards::stage::{hire, owner};
use crate::harness::on_both;

const TEXT: &str = "# Round\n\n| Field | Value |\n|---|---|\n| **Type** | Preventive |\n| **Priority** | LOW |\n\n## Step 1: Look\n- [ ] shut\n\n## Completion Criteria\n- ok\n";

on_both! {
    async fn orders_are_made_from_procedures(t: TestApp) {
        let boss = owner(&t).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let (_, agent) = program(&t, &boss, "relay").await;
        let (_, viewer) = person(&t, &boss, "vera", Role::Viewer).await;
        let made = create::create(&t.app, &dana, String::new(), TEXT).await.unwrap();
        let early = agent.post(&t, &format!("/api/v1/procedures/{}/orders", made.code), json!({})).await;
        assert_eq!(early.status, 409, "{}", early.text());
        submit::submit(&t.app, &dana, &made.procedure, 1).await.unwrap();
        approve::approve(&t.app, &boss, &made.procedure, 1, None).await.unwrap();
        let list = viewer.get(&t, "/api/v1/procedures?q=round").await.json();
        assert_eq!((list["data"][0]["code"].as_str(), list["data"][0]["in_use"].as_i64()), (Some("PR-001"), Some(1)), "{list}");
        let one = viewer.get(&t, "/api/v1/procedures/pr-001").await.json();
        assert_eq!((one["versions"][0]["standing"].as_str(), one["in_use"].as_i64()), (Some("in_use"), Some(1)));
        let text = viewer.get(&t, "/api/v1/procedures/PR-001/versions/1").await;
        assert_eq!((text.status, text.text().as_str()), (200, TEXT));
        let order = agent.post(&t, "/api/v1/procedures/PR-001/orders", json!({})).await;
        assert_eq!(order.status, 201, "{}", order.text());
        let order = agent.get(&t, order.header("location")).await.json();
        assert_eq!((order["made_from"]["code"].as_str(), order["made_from"]["version"].as_i64()), (Some("PR-001"), Some(1)));
        let refused = viewer.post(&t, "/api/v1/procedures/PR-001/orders", json!({})).await;
        assert_eq!(refused.status, 403);
        for path in ["/api/v1/procedures/PR-999", "/api/v1/procedures/PR-001/versions/9", "/api/v1/procedures/PR-001/versions/x"] {
            assert_eq!(viewer.get(&t, path).await.status, 404, "{path}");
        }
    }

    async fn every_procedure_is_listed_however_many_there_are(t: TestApp) {
        let boss = owner(&t).await;
        let (_, viewer) = person(&t, &boss, "vera", Role::Viewer).await;
        let (first, second) = (
            create::create(&t.app, &boss, String::new(), TEXT).await.unwrap(),
            create::create(&t.app, &boss, String::new(), TEXT).await.unwrap(),
        );
        let project = boss.project;
        let many = move |tx: &mut Tx<'_>| {
            for n in 3..=2_003_i64 {
                let row = (
                    procedures::project.eq(project),
                    procedures::procedure_id.eq(format!("many-{n}")),
                    procedures::code.eq(format!("PR-{n:03}")),
                    procedures::sequence.eq(n),
                    procedures::title.eq("Round"),
                    procedures::search.eq("round"),
                    procedures::created_at.eq(tx.now()),
                    procedures::updated_at.eq(tx.now()),
                    procedures::version.eq(1_i64),
                );
                diesel::insert_into(procedures::table).values(row).execute(tx.conn)?;
            }
            Ok(())
        };
        t.app.db.write(&Actor::system(), many).await.unwrap();
        retire::retire(&t.app, &boss, &first.procedure, "It is done elsewhere".to_owned()).await.unwrap();
        let (mut seen, mut next) = (Vec::new(), String::new());
        for _ in 0..30 {
            let page = viewer.get(&t, &format!("/api/v1/procedures?limit=100{next}")).await.json();
            let codes = page["data"].as_array().unwrap().iter().map(|line| line["code"].as_str().unwrap().to_owned());
            seen.extend(codes);
            let Some(after) = page["next"].as_str() else { break };
            next = format!("&after={after}");
        }
        assert_eq!((seen.len(), seen.first(), seen.last()), (2_003, Some(&second.code), Some(&first.code)));
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 2_003, "each once");
        for place in ["x", "Mgo", "UFItMDAx"] {
            assert_eq!(viewer.get(&t, &format!("/api/v1/procedures?after={place}")).await.status, 422, "{place}");
        }
    }

    async fn meters_are_read(t: TestApp) {
        let boss = owner(&t).await;
        let (_, agent) = program(&t, &boss, "relay").await;
        let (_, viewer) = person(&t, &boss, "vera", Role::Viewer).await;
        let facts = Facts { name: "Mill".to_owned(), ..Facts::default() };
        create_asset(&t.app, &boss, NewAsset { code: "mill-1".to_owned(), facts, parent: String::new() }).await.unwrap();
        let facts = MeterFacts { name: "Hours".to_owned(), unit: "h".to_owned(), kind: MeterKind::Counter, ..MeterFacts::default() };
        add_meter(&t.app, &boss, "mill-1", facts).await.unwrap();
        let asset = agent.get(&t, "/api/v1/assets/MILL-1").await.json();
        assert_eq!((asset["name"].as_str(), asset["meters"][0]["kind"].as_str(), asset["meters"][0]["last"].is_null()), (Some("Mill"), Some("counter"), true), "{asset}");
        let path = format!("/api/v1/assets/mill-1/meters/{}/readings", asset["meters"][0]["id"].as_str().unwrap());
        for value in ["10", "12"] {
            let read = agent.post(&t, &path, json!({ "value": value })).await;
            assert_eq!(read.status, 200, "{}", read.text());
            t.clock.advance(1_000_000);
        }
        let less = agent.post(&t, &path, json!({ "value": "3" })).await;
        assert!([409, 422].contains(&less.status), "{}", less.text());
        assert_eq!(agent.post(&t, &path, json!({ "value": "many" })).await.status, 422);
        assert_eq!(viewer.post(&t, &path, json!({ "value": "13" })).await.status, 403);
        let page = viewer.get(&t, &format!("{path}?limit=1")).await.json();
        assert_eq!((page["data"][0]["value"].as_str(), page["next"].is_string()), (Some("12"), true), "{page}");
        // What was read in hours stays hours.
        let meter = asset["meters"][0]["id"].as_str().unwrap();
        let now = MeterFacts { name: "Hours".to_owned(), unit: "min".to_owned(), kind: MeterKind::Counter, ..MeterFacts::default() };
        change_meter(&t.app, &boss, "mill-1", meter, now, None).await.unwrap();
        let page = viewer.get(&t, &format!("{path}?limit=1")).await.json();
        assert_eq!(page["data"][0]["unit"], json!("h"), "{page}");
        let asset = viewer.get(&t, "/api/v1/assets/mill-1").await.json();
        let shown = (&asset["meters"][0]["unit"], &asset["meters"][0]["last"]["unit"]);
        assert_eq!(shown, (&json!("min"), &json!("h")), "{asset}");
        let document = viewer.get(&t, "/api/v1/openapi.json").await.json();
        assert!(document["components"]["schemas"]["ReadingView"]["properties"]["unit"].is_object(), "{document}");
        let list = viewer.get(&t, "/api/v1/assets?q=mill").await.json();
        assert_eq!(list["data"].as_array().map(Vec::len), Some(1));
        assert_eq!(viewer.get(&t, "/api/v1/assets/none").await.status, 404);
        assert_eq!(viewer.get(&t, "/api/v1/assets/mill-1/meters/none/readings").await.status, 404);
    }
}
