//! An item that a person answers with a signature, through the pages.

use actix_web::http::StatusCode;
use tracewright::foundation::{Error, Role};
use tracewright::work_orders::actions::SignedWith;
use tracewright::work_orders::actions::sign_item::sign_item;
use tracewright::work_orders::model::{AskKind, Kind, Meaning, Outcome, Status};
use tracewright::work_orders::reads;
use tracewright::work_orders::signing::{self, Check};

use super::signatures::browser;
use super::verified_bundle;
use crate::guards::stage::reword;
use crate::guards::stage::{FILE, PASSWORD, agent, complete, do_tick, hire, load, owner, take};
use crate::harness::http::{Answer, Client, Site, site};
use crate::harness::on_both;
use crate::harness::orders::walk;

async fn post(site: &Site, by: &Client, address: &str, fields: &[(&str, &str)]) -> Answer {
    by.post(site, address, &serde_urlencoded::to_string(fields).unwrap()).await
}

on_both! {
    async fn r16_a_signed_item_stands_on_screen_on_paper_and_in_every_file(t: TestApp) {
        let boss = owner(&t).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let id = take(&t, &boss, FILE).await;
        let is_first = |block: &tracewright::work_orders::model::Block| block.kind == Kind::Item && block.text == "Wrap the calls";
        reword(&t, &boss, &id, is_first, |now| now.asks.kind = AskKind::Signature, "").await.unwrap();
        walk(&t, &boss, &dana, &id, Status::Approved).await;
        let site = site(&t).await;
        let by_dana = browser(&site, "dana@example.com").await;
        let order = load(&t, &boss, &id).await;
        let (number, item) = (order.number.to_string(), order.steps[0].items[0].id.clone());
        let (page, address) = (format!("/work-orders/{number}"), format!("/work-orders/{number}/items/{item}/sign"));
        let version = order.version.to_string();
        post(&site, &by_dana, &format!("{page}/acknowledge"), &[("version", "1")]).await;
        let shown = by_dana.get(&site, &page).await.body;
        assert!(shown.contains(&format!("{address}\"")) && shown.contains("Sign…"), "{shown}");
        let form = by_dana.get(&site, &address).await.body;
        for words in ["“Wrap the calls”", "name=\"password\"", "name=\"email\"", "Item: I stand for what it says"] {
            assert!(form.contains(words), "{words}: {form}");
        }
        let given = |version: &str, password: &str| {
            [("version", version), ("email", "dana@example.com"), ("password", password), ("reason", "with the new client")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
        };
        let sent = async |version: &str, password: &str| {
            let fields = given(version, password);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            post(&site, &by_dana, &address, &fields).await
        };
        assert_eq!(sent(&version, PASSWORD).await.status, StatusCode::CONFLICT, "the version before the notes were read");
        let version = load(&t, &boss, &id).await.version.to_string();
        let wrong = sent(&version, "wrong").await;
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("with the new client"), "{}", wrong.body);
        let done = sent(&version, PASSWORD).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert!(done.location().ends_with(&format!("#item-{item}")), "{}", done.location());

        let order = load(&t, &boss, &id).await;
        assert_eq!(order.status, Status::InProgress, "it is a first act");
        let project = boss.project;
        let of = id.clone();
        let events = t.app.db.read(move |conn| reads::history(conn, project, &of, None)).await.unwrap();
        let signature = order.signatures.last().unwrap();
        assert_eq!((signature.meaning, signature.item.as_ref()), (Meaning::Item, Some(&item)));
        assert_eq!(signing::Record::of(&order, &events).unwrap().check(signature).unwrap(), Check::Verifies);
        let statement = signature.signed.as_ref().unwrap().statement.clone();
        for address in [page.clone(), format!("{page}/print"), format!("{page}.md"), format!("{page}.json")] {
            let body = by_dana.get(&site, &address).await.body;
            assert!(body.contains(&statement) && body.contains("dana"), "{address}: {body}");
        }
        assert!(by_dana.get(&site, &format!("{page}.md")).await.body.contains("\"kind\":\"signature\""));

        // Taken back with a reason it is superseded, and signed anew.
        let undo = format!("{page}/undo");
        let target = format!("item:{item}");
        let bare = post(&site, &by_dana, &undo, &[("target", &target)]).await;
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
        let back = post(&site, &by_dana, &undo, &[("target", &target), ("reason", "the wrong client")]).await;
        assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.body);
        let body = by_dana.get(&site, &format!("{page}/print")).await.body;
        assert!(body.contains("Superseded: it was taken back"), "{body}");
        let version = load(&t, &boss, &id).await.version.to_string();
        assert_eq!(sent(&version, PASSWORD).await.status, StatusCode::SEE_OTHER);
        for at in ["2.1", "C1"] {
            do_tick(&t, &dana, &id, at).await;
        }
        complete(&t, &dana, &id, Outcome::Achieved).await.unwrap();
        let found = verified_bundle(&t, &boss, &number).await;
        assert_eq!((found.signatures.made, found.signatures.superseded, found.signatures.unchecked), (4, 1, 0));
    }

    async fn r20_no_agent_signs_an_item_and_wrong_attempts_lock_signing(t: TestApp) {
        let boss = owner(&t).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let relay = agent(&t, &boss, "relay").await;
        let id = take(&t, &boss, FILE).await;
        let is_first = |block: &tracewright::work_orders::model::Block| block.kind == Kind::Item && block.text == "Wrap the calls";
        reword(&t, &boss, &id, is_first, |now| now.asks.kind = AskKind::Signature, "").await.unwrap();
        walk(&t, &boss, &dana, &id, Status::InProgress).await;
        let item = load(&t, &boss, &id).await.steps[0].items[0].id.clone();
        let with = |password: &str| SignedWith {
            version: None,
            email: Some("dana@example.com".to_owned()),
            password: Some(password.to_owned()),
        };
        let sign = async |who, password: &str| {
            sign_item(&t.services.orders, who, &id, item.clone(), String::new(), with(password)).await
        };
        assert!(matches!(sign(&relay, PASSWORD).await, Err(Error::Forbidden(_))));
        for _ in 0..5 {
            assert!(matches!(sign(&dana, "wrong").await, Err(Error::Invalid(_))));
        }
        let locked = sign(&dana, PASSWORD).await.unwrap_err().to_string();
        assert!(locked.contains("Signing is locked"), "{locked}");
        assert!(!load(&t, &boss, &id).await.steps[0].items[0].ticks.is_ticked());
    }
}
