//! Rounds on both databases: from a procedure with three assets to an order that is done from label to label, by nobody else.

use actix_web::http::StatusCode;
use tracewright::assets::actions::create::{NewAsset, create as create_asset};
use tracewright::assets::model::Facts;
use tracewright::foundation::{Asker, Role};
use tracewright::ledger::rebuild;
use tracewright::maintenance::procedures::actions::{approve, create, make_order, submit};
use tracewright::work_orders::model::{Answer, AskKind, Order, Status};

use crate::guards::stage::{hire, load, owner, take};
use crate::harness::http::{Client, Site, site};
use crate::harness::orders::walk;
use crate::harness::{TestApp, on_both};
use crate::people::pages::cookie;

const TEXT: &str = "# Round of the pumps\n\n## Header\n\n| Field | Value |\n|-------|-------|\n| **Type** | Preventive |\n\
    | **Priority** | MEDIUM |\n\n## Step 1: Pump 1\n\n- [ ] At pump 1\n- [ ] Pressure\n\n## Step 2: Pump 2\n\n- [ ] At pump 2\n\n\
    ## Step 3: Pump 3\n\n- [ ] At pump 3\n\n## Completion Criteria\n\n- All hold\n\n\
    <!-- What the parts of this work order ask for\n{\n\
    \"1.1\": {\"asks\":{\"kind\":\"scan\",\"asset\":\"P-101\"}},\n\
    \"1.2\": {\"asks\":{\"kind\":\"number\",\"unit\":\"bar\",\"most\":\"6.5\"}},\n\
    \"2.1\": {\"asks\":{\"kind\":\"scan\",\"asset\":\"p-102\"}},\n\
    \"3.1\": {\"asks\":{\"kind\":\"scan\",\"asset\":\"P-103\"}}\n}\n-->\n";

async fn pumps(t: &TestApp, who: &Asker) {
    for n in 1..=3 {
        let facts = Facts { name: format!("Pump {n}"), ..Facts::default() };
        let new = NewAsset { code: format!("P-10{n}"), facts, parent: String::new() };
        create_asset(&t.app, who, new).await.unwrap();
    }
}

async fn browser(t: &TestApp, name: &str) -> Client {
    Client::browser(Some(&cookie(t, &format!("{name}@example.com")).await))
}

fn form(fields: &[(&str, &str)]) -> String {
    serde_urlencoded::to_string(fields).unwrap()
}

async fn seen(client: &Client, site: &Site, path: &str) -> String {
    let answer = client.get(site, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    answer.body
}

fn item(order: &Order, place: &str) -> String {
    order.resolve_part(place).unwrap().id().to_owned()
}

/// What stands at a place, in words; empty where it is open.
fn answered(order: &Order, place: &str) -> String {
    let (_, item) = order.item(&item(order, place)).unwrap();
    item.ticks.current().and_then(|tick| tick.answer.as_ref()).map(Answer::words).unwrap_or_default()
}

async fn holds(t: &TestApp) {
    let app = t.app.clone();
    let checked = actix_web::web::block(move || rebuild::check(&app.db, &app.ledger)).await.unwrap().unwrap();
    assert!(checked.differences.is_empty(), "{:?}", checked.differences);
}

on_both! {
    async fn a_round_of_a_procedure_is_done_from_label_to_label(t: TestApp) {
        let boss = owner(&t).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let sam = hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        hire(&t, &boss, "kim", &[Role::Technician]).await;
        pumps(&t, &boss).await;
        let made = create::create(&t.app, &dana, String::new(), TEXT).await.unwrap();
        submit::submit(&t.app, &dana, &made.procedure, 1).await.unwrap();
        approve::approve(&t.app, &sam, &made.procedure, 1, None).await.unwrap();
        let made = make_order::make_order(&t.app, &dana, &made.procedure, 1).await.unwrap();
        let (id, number) = (made.order_id, made.number.to_string());
        let s = site(&t).await;
        let (danas, sams, kims) = (browser(&t, "dana").await, browser(&t, "sam").await, browser(&t, "kim").await);
        assert!(!seen(&danas, &s, "/assets/P-101").await.contains("id=\"round\""), "not before it is approved");
        walk(&t, &boss, &dana, &id, Status::InProgress).await;
        let order = load(&t, &dana, &id).await;
        assert_eq!(order.steps[1].items[0].asks.asset, "p-102");

        // Whoever has it sees what stops here; nobody else does, supervisors among them.
        let first = seen(&danas, &s, "/assets/p-101").await;
        assert!(first.contains("On your round") && first.contains("I am here") && first.contains(&number), "{first}");
        assert!(!first.contains("Next:"), "{first}");
        let second = seen(&danas, &s, "/assets/P-102").await;
        assert!(second.contains("Next:") && second.contains("P-101 Pump 1</a>"), "{second}");
        for other in [&sams, &kims] {
            assert!(!seen(other, &s, "/assets/P-101").await.contains("id=\"round\""));
        }

        // Only the right person, and only the right asset.
        let here = format!("/work-orders/{number}/here");
        let at = |place: &str, code: &str| form(&[("item", item(&order, place).as_str()), ("code", code)]);
        let refused = kims.post(&s, &here, &at("1.1", "P-101")).await;
        assert!(refused.status.is_client_error(), "{}", refused.status);
        let wrong = danas.post(&s, &here, &at("1.1", "P-102")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("P-101") && wrong.body.contains("P-102"), "{}", wrong.body);
        assert_eq!(danas.post(&s, &here, &at("1.1", "P-999")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(answered(&load(&t, &dana, &id).await, "1.1"), "");

        // From the label to the reading, from there to the next label.
        let there = danas.post(&s, &here, &at("1.1", "p-101")).await;
        assert_eq!(there.status, StatusCode::SEE_OTHER, "{}", there.body);
        assert_eq!(there.location(), format!("/work-orders/{number}#item-{}", item(&order, "1.2")));
        assert_eq!(answered(&load(&t, &dana, &id).await, "1.1"), "P-101, by its label");
        let answer = format!("/work-orders/{number}/answer");
        let given = |place: &str, words: &str| form(&[("item", item(&order, place).as_str()), ("answer", words)]);
        assert_eq!(danas.post(&s, &answer, &given("1.2", "5.5")).await.status, StatusCode::SEE_OTHER);
        let behind = seen(&danas, &s, "/assets/P-101").await;
        assert!(behind.contains("You were here") && behind.contains("P-102 Pump 2</a>") && !behind.contains("I am here"), "{behind}");
        let page = seen(&danas, &s, &format!("/work-orders/{number}")).await;
        assert!(page.contains("P-103 Pump 3</a>") && page.contains("Save the code"), "{page}");
        let wrong = danas.post(&s, &answer, &given("2.1", "P-103")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("p-102") && wrong.body.contains("P-103"), "{}", wrong.body);
        assert_eq!(danas.post(&s, &answer, &given("2.1", "P-102")).await.status, StatusCode::SEE_OTHER);
        assert_eq!(answered(&load(&t, &dana, &id).await, "2.1"), "P-102, typed");
        let last = danas.post(&s, &here, &at("3.1", "P-103")).await;
        assert_eq!(last.location(), format!("/work-orders/{number}#item-{}", item(&order, "3.1")));
        let done = load(&t, &dana, &id).await;
        assert_eq!((done.item_progress(), answered(&done, "3.1").as_str()), ((4, 4), "P-103, by its label"));
        assert!(!seen(&danas, &s, "/assets/P-101").await.contains("id=\"round\""), "it is done");
        holds(&t).await;
    }

    async fn the_editor_asks_for_the_code_and_says_where_no_asset_has_it(t: TestApp) {
        let boss = owner(&t).await;
        pumps(&t, &boss).await;
        let id = take(&t, &boss, "# Round\n\n## Step 1: Look\n\n- [ ] Go there\n").await;
        let order = load(&t, &boss, &id).await;
        let s = site(&t).await;
        let client = browser(&t, "owner").await;
        let (plan, edit) = (format!("/work-orders/{}/plan", order.number), format!("/work-orders/{}/edit", order.number));
        let block = item(&order, "1.1");
        for (more, status, code) in [
            (None, StatusCode::SEE_OTHER, "CODE"),
            (Some(("at", "")), StatusCode::UNPROCESSABLE_ENTITY, "CODE"),
            (Some(("at", "P-104")), StatusCode::SEE_OTHER, "P-104"),
            (Some(("at", "p-102")), StatusCode::SEE_OTHER, "p-102"),
            (Some(("own", "P-103")), StatusCode::SEE_OTHER, "P-103"),
        ] {
            let mut fields =
                vec![("op", "set"), ("block", block.as_str()), ("was", "Go there"), ("text", "Go there"), ("kind", "item"), ("depth", "0"), ("asks", "scan")];
            fields.extend(more);
            let said = client.post(&s, &plan, &form(&fields)).await;
            assert_eq!(said.status, status, "{more:?}: {}", said.body);
            let asked = load(&t, &boss, &id).await.steps[0].items[0].asks.clone();
            assert_eq!((asked.kind, asked.asset.as_str()), (AskKind::Scan, code), "{more:?}");
            let page = seen(&client, &s, &edit).await;
            let is_known = code.ends_with('2') || code.ends_with('3');
            assert_eq!(page.contains("No asset on the list has this code yet"), !is_known, "{more:?}: {page}");
        }
        holds(&t).await;
    }
}
