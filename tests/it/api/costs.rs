//! What tenants and agents spent, in the very bytes that clients know, exact, and for nobody who may not read it.

use tracewright::foundation::Role;
use tracewright::people::model::Scopes;

use super::caller::{Caller, key, person, program};
use super::documented::is_told;
use crate::fleet::{CALLS, of_rows, send, sum_up};
use crate::guards::stage::owner;
use crate::harness::{DAY, on_both};

const TENANT: &str = "/api/v1/costs/tenants/{tenant_id}";
const NORTH: &str = r#"{"tenant_id":"north","period_days":30,"agents":{"(none)":{"total_cost":1.5,"total_tokens":2,"invocation_count":1},"clerk":{"total_cost":0.0,"total_tokens":15,"invocation_count":1},"desk":{"total_cost":0.112345679,"total_tokens":230,"invocation_count":3}},"total_cost":1.612345679}"#;
const DESK: &str = r#"{"agent_id":"desk","period_days":7,"tenants":{"north":{"total_cost":0.112345679,"total_tokens":230},"south":{"total_cost":0.25,"total_tokens":4}},"total_cost":0.362345679}"#;
const NONE: &str =
    r#"{"tenant_id":"north","period_days":1,"agents":{},"total_cost":0.0,"source":"unavailable"}"#;
const NO_AGENT: &str =
    r#"{"agent_id":"nobody","period_days":3650,"tenants":{},"total_cost":0.0,"source":"unavailable"}"#;
const TABLE: &str = "day,model,agent,invocations,input_tokens,output_tokens,cost\r\n\
     2026-11-21,acme-own-7,(none),1,1,1,1.500000000\r\n\
     2026-11-21,acme-own-7,clerk,1,10,5,\r\n\
     2026-11-21,acme-own-7,desk,3,157,73,0.112345679\r\n";

on_both! {
    async fn the_answers_are_exact_before_and_after_hours_are_summed(t: TestApp) {
        let boss = owner(&t).await;
        let (_, relay) = program(&t, &boss, "relay").await;
        send(&t, boss.project, &CALLS).await;
        let nanos = of_rows(&t, boss.project, "SUM(cost_nanos)", "counted AND tenant = 'north'").await;
        assert_eq!(nanos, 1_612_345_679);
        for is_summed in [false, true] {
            if is_summed {
                sum_up(&t).await;
            }
            for (path, expected) in [
                ("/api/v1/costs/tenants/north", NORTH),
                ("/api/v1/costs/agents/desk?period_days=7", DESK),
                ("/api/v1/costs/agents/nobody?period_days=3650", NO_AGENT),
                ("/api/v1/costs/tenants/north?format=csv", TABLE),
            ] {
                let got = relay.get(&t, path).await;
                assert_eq!((got.status, got.text().as_str()), (200, expected), "{path}, summed: {is_summed}");
            }
        }
        let file = relay.with("accept", "text/csv").get(&t, "/api/v1/costs/tenants/north").await;
        assert_eq!((file.text().as_str(), file.header("content-type")), (TABLE, "text/csv; charset=utf-8"));
        let nameless = relay.get(&t, "/api/v1/costs/agents/(none)").await.json();
        assert_eq!(nameless["tenants"]["north"]["total_cost"], 1.5, "{nameless}");
        t.clock.advance(2 * DAY);
        assert_eq!(relay.get(&t, "/api/v1/costs/tenants/north?period_days=1").await.text(), NONE);
        assert_eq!(relay.get(&t, "/api/v1/costs/tenants/north").await.text(), NORTH);
    }

    async fn whoever_reads_traces_reads_costs_and_nobody_else(t: TestApp) {
        let boss = owner(&t).await;
        let (_, vera) = person(&t, &boss, "vera", Role::Viewer).await;
        let alone = key(&t, &boss, Scopes::all(), None).await;
        for (caller, status) in [(Caller::nobody(), 401), (alone, 403), (vera.clone(), 200)] {
            let got = caller.get(&t, "/api/v1/costs/tenants/north").await;
            assert_eq!(got.status, status, "{}", got.text());
            assert!(is_told("GET", TENANT, status));
        }
        for query in ["period_days=0", "period_days=3651", "period_days=-1", "period_days=x", "format=xml", "days=3"] {
            let got = vera.get(&t, &format!("/api/v1/costs/tenants/north?{query}")).await;
            assert_eq!(got.status, 422, "{query}: {}", got.text());
        }
        let other = vera.with("accept", "text/html").get(&t, "/api/v1/costs/agents/desk").await;
        assert_eq!(other.status, 406, "{}", other.text());
        assert!(is_told("GET", "/api/v1/costs/agents/{agent_id}", 406));
    }
}
