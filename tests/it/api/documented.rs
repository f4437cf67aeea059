//! The document and the routes are the same set, and bodies say what it says.

use std::collections::BTreeSet;

use serde_json::Value;
use tracewright::api::document::{document, operations};
use tracewright::foundation::Role;
use tracewright::router;
use tracewright::web::problem;

use super::caller::{Caller, person};
use crate::guards::stage::owner;
use crate::harness::on_both;

#[test]
fn every_route_is_documented_and_every_operation_is_a_route() {
    let table = router::table();
    let routes: BTreeSet<String> = table
        .specs()
        .iter()
        .filter(|spec| problem::is_asked(spec.path))
        .map(|spec| format!("{} {}", spec.method, spec.path))
        .collect();
    let paths = document()["paths"].as_object().unwrap();
    let told: BTreeSet<String> = paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    assert_eq!(routes, told);
    assert!(told.len() > 40, "{} operations", told.len());
    assert_eq!(operations().len(), told.len());
}

on_both! {
    async fn anybody_reads_the_document_and_people_the_page(t: TestApp) {
        let boss = owner(&t).await;
        let (_, viewer) = person(&t, &boss, "vera", Role::Viewer).await;
        let got = Caller::nobody().get(&t, "/api/v1/openapi.json").await;
        assert_eq!((got.status, got.json()["openapi"].as_str()), (200, Some("3.1.0")));
        let page = viewer.get(&t, "/api/docs").await;
        assert_eq!(page.status, 200);
        let text = page.text();
        for words in ["Idempotency-Key", "curl -sS -u", "/api/v1/orders/{number}/ticks", "http://plant.example.com/api/v1/me", "id=\"status-409\"", "/api/v1/ready", "traceparent", "http://plant.example.com/mcp"] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert_eq!(Caller::nobody().get(&t, "/api/docs").await.status, 401);
    }
}

/// Every status that a test meets is one that the document tells of its operation.
pub fn is_told(method: &str, pattern: &str, status: u16) -> bool {
    let responses: &Value = &document()["paths"][pattern][method.to_lowercase()]["responses"];
    responses.get(status.to_string()).is_some()
}
