//! Wherever the name of an agent stands, the same word beside it says that it is one.

use tracewright::assets::actions::add_meter::add_meter;
use tracewright::assets::actions::create::{NewAsset, create as create_asset};
use tracewright::assets::actions::read_meter::{Reading, read_meter};
use tracewright::assets::model::{Facts, MeterFacts};
use tracewright::ledger::rebuild;
use tracewright::maintenance::procedures::actions::create;
use tracewright::maintenance::schedules::model::Terms;
use tracewright::work_orders::actions::comment;
use tracewright::work_orders::model::{Assignee, Status};

use crate::field::browser;
use crate::guards::stage::{FILE, agent, load, owner, take};
use crate::harness::http::{Client, Site, site};
use crate::harness::on_both;
use crate::harness::orders::walk;
use crate::schedules::{TEXT, daily, procedure, set};

/// The page names the agent, and never without the word.
async fn marks(browser: &Client, site: &Site, path: &str) {
    let page = browser.get(site, path).await.body;
    let named = page.matches("relay").count();
    assert!(named > 0 && named == page.matches("relay (agent)").count(), "{path}: {page}");
}

on_both! {
    async fn an_agent_is_told_from_a_person_wherever_its_name_stands(t: TestApp) {
        let boss = owner(&t).await;
        let relay = agent(&t, &boss, "relay").await;
        let due = "| **Status** | DRAFT |\n| **Due** | 2026-11-20 |";
        let id = take(&t, &boss, &FILE.replace("| **Status** | DRAFT |", due)).await;
        walk(&t, &boss, &relay, &id, Status::Approved).await;
        comment::comment(&t.services.orders, &relay, &id, "It is seen".to_owned()).await.unwrap();
        let number = load(&t, &boss, &id).await.number.to_string();

        let facts = Facts { name: "The press".to_owned(), ..Facts::default() };
        create_asset(&t.app, &boss, NewAsset { code: "press-7".to_owned(), facts, parent: String::new() }).await.unwrap();
        let heat = MeterFacts { name: "Heat".to_owned(), unit: "°C".to_owned(), ..MeterFacts::default() };
        let meter = add_meter(&t.app, &boss, "press-7", heat).await.unwrap();
        let given = Reading { value: "71".to_owned(), reason: String::new() };
        read_meter(&t.app, &relay, "press-7", &meter, given).await.unwrap();

        let press = procedure(&t, &boss, TEXT).await;
        let to = Some(Assignee { account: Some(relay.id().to_owned()), ..Assignee::default() });
        set(&t, &boss, &press, Terms { assignee: to, ..daily("2026-12-01") }).await;
        create::create(&t.app, &relay, String::new(), TEXT).await.unwrap();

        let (s, browser) = (site(&t).await, browser(&t, "owner@example.com").await);
        for path in [
            "/work-orders".to_owned(),
            format!("/work-orders?assignee={}", relay.id()),
            "/work-orders.csv".to_owned(),
            "/work-orders/board".to_owned(),
            "/work-orders/calendar".to_owned(),
            "/work-orders/workload".to_owned(),
            "/work-orders/figures".to_owned(),
            "/work-orders/figures/late".to_owned(),
            "/work-orders/figures/late.csv".to_owned(),
            format!("/work-orders/{number}/history"),
            format!("/work-orders/{number}/history.csv"),
            format!("/assets/press-7/meters/{meter}"),
            "/schedules".to_owned(),
            "/schedules/SC-001".to_owned(),
            "/procedures/PR-002".to_owned(),
        ] {
            marks(&browser, &s, &path).await;
        }
        // Whom one may speak to stands there by the name alone, as it is typed.
        let order = browser.get(&s, &format!("/work-orders/{number}")).await.body;
        assert!(order.contains("relay (agent)"), "{order}");
        let app = t.app.clone();
        let checked = actix_web::web::block(move || rebuild::check(&app.db, &app.ledger)).await.unwrap().unwrap();
        assert!(checked.differences.is_empty(), "{:?}", checked.differences);
    }
}
