//! Two servers on one PostgreSQL: what comes in by either is told by both, to the letter, while it comes and after it is added up.

use std::collections::BTreeMap;

use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE};
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::join;
use serde_json::{Value, json};
use tracewright::app::Services;
use tracewright::people::auth;
use tracewright::{hours, router, series};

use super::orders_of_arrival::MEASURED;
use crate::harness::api::Program;
use crate::harness::{Backend, MINUTE, TestApp, block_on};
use crate::people::pages::cookie;
use crate::people::{OWNER, PUBLIC, SECRET, owner};
use crate::scrape::measured::{release, set_budgets, told_by};

/// Persona, its tokens of one run, and what its budget leaves of the first.
const PERSONAS: [(&str, i64, i64); 3] =
    [("backend-engineer", 850, 1_122), ("testing-specialist", 650, 826), ("devops-engineer", 550, 1_228)];
const PLACES: [&str; 10] = [
    "/fleet?range=24h",
    "/fleet/personas?range=24h",
    "/fleet/workflows?range=24h",
    "/fleet/workflow?name=package_release&range=24h",
    "/fleet/budgets",
    "/fleet/costs",
    "/fleet/handoffs?range=24h",
    "/api/v1/budgets",
    "/api/v1/costs/tenants/acme",
    "/api/v1/fleet/identity",
];

/// What a server answers; it must be pleased.
async fn answered(services: &Services, request: TestRequest, what: &str) -> String {
    let service = init_service(router::app(services)).await;
    let request = request.insert_header(("host", "localhost:8080"));
    let response = call_service(&service, request.to_request()).await;
    let (status, body) = (response.status().as_u16(), read_body(response).await);
    let body = String::from_utf8_lossy(&body).into_owned();
    assert_eq!(status, 200, "{what}: {body}");
    body
}

async fn take_in(services: &Services, spans: &[Value]) {
    let body = json!({"resourceSpans": [{"scopeSpans": [{"scope": {"name": "fleet"}, "spans": spans}]}]});
    let pair = STANDARD.encode(format!("{PUBLIC}:{SECRET}"));
    let request = TestRequest::post()
        .uri("/v1/traces")
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((AUTHORIZATION, format!("Basic {pair}")))
        .set_payload(body.to_string());
    answered(services, request, "spans").await;
}

/// What stands at each place; of pages what is between masthead and foot.
async fn seen(services: &Services, token: &str) -> BTreeMap<&'static str, String> {
    let mut all = BTreeMap::new();
    for path in PLACES {
        let request =
            TestRequest::with_uri(path).insert_header((COOKIE, format!("{}={token}", auth::COOKIE)));
        let body = answered(services, request, path).await;
        let main = body.split_once("<main").and_then(|(_, rest)| rest.split_once("</main>"));
        all.insert(path, main.map_or(body.clone(), |(main, _)| main.to_owned()));
    }
    all
}

/// Both tell the same, and that is what so many runs come to.
async fn both_tell(t: &TestApp, other: &Services, token: &str, runs: i64) {
    let (here, there) = join(told_by(&t.services), told_by(other)).await;
    for (persona, tokens, left) in PERSONAS {
        let labels = [("chatmode", "package_release"), ("model", "gpt-4"), ("persona", persona)];
        assert_eq!(here.whole("hypertool_persona_tokens_used_total", &labels), runs * tokens, "{persona}");
        let left = left - (runs - 1) * tokens;
        let labels = [("persona", persona)];
        assert_eq!(here.whole("hypertool_persona_token_budget_remaining", &labels), left, "{persona}");
    }
    let of_agents = |name: &str| {
        MEASURED.iter().any(|begin| name.starts_with(begin))
            || ["gate_approval_rate", "build_success_rate"].contains(&name)
    };
    let [here, there] = [here, there].map(|read| {
        let samples = read.samples.into_iter().filter(|((name, _), _)| of_agents(name));
        samples.map(|(series, value)| format!("{series:?} {value}")).collect::<Vec<_>>()
    });
    assert_eq!(here, there);
    let (here, there) = join(seen(&t.services, token), seen(other, token)).await;
    assert_eq!(here, there);
    let used = format!(">{}</a>", grouped(runs * 850));
    let left = format!("{} left", grouped(1_122 - (runs - 1) * 850));
    let ran = format!("{runs} run{} in the last 24 hours", if runs == 1 { "" } else { "s" });
    for (path, words) in [
        ("/fleet/personas?range=24h", used),
        ("/fleet/personas?range=24h", left),
        ("/fleet/workflows?range=24h", ran),
        ("/api/v1/costs/tenants/acme", format!("\"total_tokens\":{}", runs * 2_050)),
    ] {
        assert!(here[path].contains(&words), "{words} at {path}: {}", here[path]);
    }
}

/// As pages write numbers of four digits at most.
fn grouped(number: i64) -> String {
    match (number / 1_000, number % 1_000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{thousands}\u{202f}{rest:03}"),
    }
}

#[test]
fn two_servers_on_one_database_show_the_same_figures() {
    block_on(Backend::Postgres, async |t| {
        let boss = owner(&t).await;
        let token = cookie(&t, OWNER).await;
        set_budgets(&t, &Program::with_key(boss.project, PUBLIC, SECRET)).await;
        let other = t.other_process();
        // One run comes in by both at once, a span here and the next one there.
        let spans = release(1);
        let [even, odd] =
            [0, 1].map(|first| spans.iter().skip(first).step_by(2).cloned().collect::<Vec<_>>());
        join(take_in(&t.services, &even), take_in(&other, &odd)).await;
        both_tell(&t, &other, &token, 1).await;
        t.clock.advance(2 * MINUTE);
        series::refresh(&other.app).await.unwrap();
        assert!(hours::refresh(&t.app).await.unwrap() > 0, "no hour was summed");
        both_tell(&t, &other, &token, 1).await;
        take_in(&other, &release(2)).await;
        both_tell(&t, &other, &token, 2).await;
        // Sent again, by the one that did not have it, it is the same run.
        take_in(&t.services, &release(2)).await;
        both_tell(&t, &other, &token, 2).await;
    });
}
