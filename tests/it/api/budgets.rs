//! Budgets by the API: exact both ways, carried out once, and for nobody who may not.

use actix_web::http::Method;
use serde_json::json;
use tracewright::foundation::Role;

use super::caller::{person, program};
use super::documented::is_told;
use crate::budgets::{RELEASE, release};
use crate::guards::stage::owner;
use crate::harness::on_both;

const ALL: &str = "/api/v1/budgets";
const ONE: &str = "/api/v1/budgets/{budget}";

on_both! {
    async fn a_release_leaves_what_it_should(t: TestApp) {
        let boss = owner(&t).await;
        let (_, relay) = program(&t, &boss, "relay").await;
        release(&t, &boss).await;
        let list = relay.get(&t, ALL).await;
        assert_eq!(list.status, 200, "{}", list.text());
        let list = list.json();
        let all = list["data"].as_array().unwrap();
        for (name, amount, already, used, left) in RELEASE {
            let one = all.iter().find(|one| one["name"] == name).unwrap();
            let told = ["amount", "already_used", "used", "remaining"].map(|key| one[key].as_str().unwrap().to_owned());
            assert_eq!(told, [amount, already, already + used, left].map(|it| it.to_string()), "{one}");
            let told = ["scope", "unit", "period", "at_end", "state"].map(|key| one[key].as_str().unwrap().to_owned());
            assert_eq!(told, ["persona", "tokens", "total", "tells", "fine"]);
            assert!(one["exhausted_at"].is_null() && one["period_to"].is_null(), "{one}");
        }
    }

    async fn a_budget_is_set_once_changed_and_ended(t: TestApp) {
        let boss = owner(&t).await;
        let (_, sam) = person(&t, &boss, "sam", Role::Supervisor).await;
        let body = json!({ "scope": "agent", "name": "maintenance", "unit": "money", "period": "day", "amount": "14.50",
            "at_end": "refuses", "reason": "pilot" });
        let named = sam.with("idempotency-key", "one");
        let made = named.post(&t, ALL, body.clone()).await;
        assert_eq!(made.status, 201, "{}", made.text());
        assert_eq!(named.post(&t, ALL, body.clone()).await.text(), made.text(), "the same request once more");
        let again = sam.post(&t, ALL, body).await;
        assert_eq!((again.status, again.json()["errors"][0]["field"].as_str()), (422, Some("name")), "{}", again.text());
        let place = made.header("location").to_owned();
        let one = sam.get(&t, &place).await.json();
        assert_eq!(one, made.json());
        assert_eq!((one["amount"].as_str(), one["zone"].as_str(), one["warn_at"].clone()), (Some("14.50"), Some("UTC"), json!([80, 100])));

        let raise = |version: i64| json!({ "amount": "16.000000001", "reason": "more", "expected_version": version });
        let changed = sam.json(&t, Method::PATCH, &place, raise(1)).await;
        assert_eq!((changed.status, changed.json()["amount"].as_str()), (200, Some("16.000000001")), "{}", changed.text());
        assert_eq!(changed.json()["at_end"], "refuses", "what is left out stays");
        let late = sam.json(&t, Method::PATCH, &place, raise(1)).await;
        assert_eq!((late.status, late.json()["current_version"].as_i64()), (409, Some(2)), "{}", late.text());
        assert!(is_told("PATCH", ONE, 409));

        let end = format!("{place}/end");
        let ended = sam.post(&t, &end, json!({ "reason": "over" })).await;
        assert_eq!(ended.status, 200, "{}", ended.text());
        assert!(ended.json()["ended_at"].is_string(), "{}", ended.text());
        assert_eq!(sam.post(&t, &end, json!({ "reason": "over" })).await.status, 409);
        assert_eq!(sam.get(&t, ALL).await.json()["data"], json!([]));
        assert_eq!(sam.get(&t, &place).await.status, 200, "what has ended can still be read");
    }

    async fn what_cannot_be_meant_names_its_field(t: TestApp) {
        let boss = owner(&t).await;
        let (_, sam) = person(&t, &boss, "sam", Role::Supervisor).await;
        for (field, value) in [
            ("scope", json!("planet")),
            ("name", json!("")),
            ("unit", json!("euros")),
            ("amount", json!("0")),
            ("amount", json!("-5")),
            ("amount", json!(5)),
            ("period", json!("year")),
            ("zone", json!("Mars/Base")),
            ("warn_at", json!([0])),
            ("already_used", json!("5")),
            ("reason", json!("")),
            ("colour", json!("red")),
        ] {
            let mut body = json!({ "scope": "agent", "name": "desk", "unit": "tokens", "period": "day", "amount": "5", "reason": "why" });
            body[field] = value.clone();
            let got = sam.post(&t, ALL, body).await;
            assert_eq!((got.status, got.json()["errors"][0]["field"].as_str()), (422, Some(field)), "{value}: {}", got.text());
        }
        let missing = sam.json(&t, Method::PATCH, "/api/v1/budgets/none", json!({ "amount": "5", "reason": "why" })).await;
        assert_eq!(missing.status, 404);
        assert!(is_told("PATCH", ONE, 404) && is_told("POST", ALL, 422));
    }

    async fn whoever_reads_traces_reads_budgets_and_only_who_keeps_prices_changes_them(t: TestApp) {
        let boss = owner(&t).await;
        let (_, vera) = person(&t, &boss, "vera", Role::Viewer).await;
        let (_, relay) = program(&t, &boss, "relay").await;
        let body = json!({ "scope": "project", "unit": "tokens", "period": "week", "amount": "5", "reason": "why" });
        for caller in [&vera, &relay] {
            assert_eq!(caller.get(&t, ALL).await.status, 200);
            assert_eq!(caller.post(&t, ALL, body.clone()).await.status, 403);
            let change = caller.json(&t, Method::PATCH, "/api/v1/budgets/none", json!({ "reason": "why" })).await;
            assert_eq!(change.status, 403, "{}", change.text());
        }
        assert!(is_told("POST", ALL, 403));
    }
}
