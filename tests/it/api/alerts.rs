//! Alerts by the API: all seven, taken and silenced by whoever may.

use serde_json::json;
use tracewright::alerts::model::Rule;
use tracewright::foundation::Role;

use super::caller::{person, program};
use super::documented::is_told;
use crate::alerts::{pass, slow_stage};
use crate::guards::stage::owner;
use crate::harness::on_both;

const ALL: &str = "/api/v1/alerts";

on_both! {
    async fn all_seven_are_told_and_one_is_taken_and_silenced(t: TestApp) {
        let boss = owner(&t).await;
        let (_, sam) = person(&t, &boss, "sam", Role::Supervisor).await;
        let (_, relay) = program(&t, &boss, "relay").await;
        slow_stage(&t, boss.project).await;
        pass(&t, 10).await;
        let list = relay.get(&t, ALL).await;
        assert_eq!(list.status, 200, "{}", list.text());
        let list = list.json();
        let all = list["data"].as_array().unwrap();
        for rule in Rule::ALL {
            assert!(all.iter().any(|one| one["rule"] == rule.as_str()), "{list}");
        }
        let first = &all[0];
        assert_eq!((first["state"].as_str(), first["rule"].as_str(), first["value"].as_i64()), (Some("firing"), Some("SlowWorkflowStage"), Some(301_000_000)), "{first}");
        assert_eq!((first["threshold"].as_i64(), first["unit"].as_str()), (Some(300_000_000), Some("microseconds")));
        assert!(list["checked_at"].is_string() && list["is_late"] == false && all[6]["id"].is_null(), "{list}");

        let at = |act: &str| format!("{ALL}/{}/{act}", first["id"].as_str().unwrap());
        assert_eq!(relay.post(&t, &at("acknowledge"), json!({})).await.status, 403);
        let taken = sam.post(&t, &at("acknowledge"), json!({})).await;
        assert_eq!(taken.status, 200, "{}", taken.text());
        assert!(taken.json()["acknowledged_by"].is_string(), "{}", taken.text());
        for (until, reason, field) in [("soon", "known", "until"), ("2026-11-21T08:00:00Z", "known", "until"), ("2027-11-21T08:00:00Z", "known", "until")] {
            let got = sam.post(&t, &at("silence"), json!({ "until": until, "reason": reason })).await;
            assert_eq!((got.status, got.json()["errors"][0]["field"].as_str()), (422, Some(field)), "{}", got.text());
        }
        let silenced = sam.post(&t, &at("silence"), json!({ "until": "2026-11-22T08:00:00Z", "reason": "known" })).await;
        assert_eq!(silenced.status, 200, "{}", silenced.text());
        let silenced = silenced.json();
        assert_eq!((silenced["state"].as_str(), silenced["silence_reason"].as_str()), (Some("silenced"), Some("known")), "{silenced}");
        let missing = sam.post(&t, &format!("{ALL}/none/acknowledge"), json!({})).await;
        assert_eq!(missing.status, 404);
        for (status, act) in [(403, "acknowledge"), (404, "acknowledge"), (422, "silence")] {
            assert!(is_told("POST", &format!("{ALL}/{{alert}}/{act}"), status), "{status} {act}");
        }
    }
}
