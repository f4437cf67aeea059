//! How many calls say whose they are, as the page has it, and for nobody who may not read traces.

use serde_json::json;
use tracewright::foundation::Role;
use tracewright::people::model::Scopes;

use super::caller::{Caller, key, person, program};
use super::documented::is_told;
use crate::fleet::{CALLS, send, sum_up};
use crate::guards::stage::owner;
use crate::harness::on_both;

const PATH: &str = "/api/v1/fleet/identity";

on_both! {
    async fn calls_that_say_whose_they_are_are_counted_by_agent_and_service(t: TestApp) {
        let boss = owner(&t).await;
        let (_, relay) = program(&t, &boss, "relay").await;
        send(&t, boss.project, &CALLS).await;
        for is_summed in [false, true] {
            if is_summed {
                sum_up(&t).await;
            }
            let told = relay.get(&t, "/api/v1/fleet/identity?period_days=1").await.json();
            let of = |calls: i64, agent: i64, tenant: i64, session: i64, all: i64| {
                json!({ "calls": calls, "with_agent": agent, "with_tenant": tenant, "with_session": session, "with_all": all })
            };
            let expected = json!({
                "period_days": 1,
                "all": of(7, 5, 6, 1, 1),
                "agents": { "(none)": of(2, 0, 1, 0, 0), "clerk": of(1, 1, 1, 0, 0), "desk": of(4, 4, 4, 1, 1) },
                "services": [{ "all": of(7, 5, 6, 1, 1) }],
            });
            assert_eq!(told, expected, "summed: {is_summed}");
        }
    }

    async fn whoever_reads_traces_reads_it_and_nobody_else(t: TestApp) {
        let boss = owner(&t).await;
        let (_, vera) = person(&t, &boss, "vera", Role::Viewer).await;
        let alone = key(&t, &boss, Scopes::all(), None).await;
        for (caller, status) in [(Caller::nobody(), 401), (alone, 403), (vera.clone(), 200)] {
            let got = caller.get(&t, PATH).await;
            assert_eq!(got.status, status, "{}", got.text());
            assert!(is_told("GET", PATH, status));
        }
        for query in ["period_days=0", "period_days=x", "days=3"] {
            let got = vera.get(&t, &format!("{PATH}?{query}")).await;
            assert_eq!(got.status, 422, "{query}: {}", got.text());
        }
    }
}
