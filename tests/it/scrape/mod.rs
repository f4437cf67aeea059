//! `GET /metrics`: what it tells after known acts, who reads it, and that it is cheap to ask for.

pub mod measured;
mod parse;
mod system;
mod written;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use actix_web::http::Method;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use diesel::prelude::*;
use serde_json::{Value, json};
use tracewright::app::Services;
use tracewright::audit::actions::open_for_clock;
use tracewright::db::Tx;
use tracewright::db::schema::events;
use tracewright::db::sql::{Sql, execute};
use tracewright::foundation::{Actor, Asker, Role};
use tracewright::jobs::{self, JobKind, Options, Tier};
use tracewright::ledger::sequencer::sequence_now;
use tracewright::traces::receipts;
use tracewright::work_orders::actions::import::import;
use tracewright::work_orders::actions::tick::tick;
use tracewright::{people, router, scrape, search};

use crate::harness::api::{Got, Program};
use crate::harness::{Backend, MINUTE, SECOND, TestApp, block_on, on_both, orders};
use crate::judging::owner;
use crate::people::pages::cookie;
use crate::plans::plans;

use parse::{Read, read};

const FILE: &str = include_str!("../work_orders/order.md");
const HERE: (&str, &str) = ("host", "127.0.0.1:8420");
const TOKEN: &str = "a-token-of-some-length";
const HIGH: JobKind = JobKind { name: "test.high", tier: Tier::High, max_attempts: 3 };
const LOW: JobKind = JobKind { name: "test.low", tier: Tier::Low, max_attempts: 3 };

/// What a reader at this address is answered.
async fn ask(services: &Services, peer: &str, headers: &[(&str, &str)]) -> Got {
    let service = init_service(router::app(services)).await;
    let peer = SocketAddr::new(peer.parse::<IpAddr>().unwrap(), 4711);
    let mut request = TestRequest::with_uri("/metrics").peer_addr(peer);
    for header in headers {
        request = request.insert_header(*header);
    }
    let response = call_service(&service, request.to_request()).await;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Got { status, headers, bytes: read_body(response).await.to_vec() }
}

/// What is told to a reader on this machine.
pub async fn told(t: &TestApp) -> Read {
    let got = ask(&t.services, "127.0.0.1", &[HERE]).await;
    let text = String::from_utf8(got.bytes).unwrap();
    assert_eq!(got.status, 200, "{text}");
    read(&text, false).unwrap()
}

/// The same installation with other settings.
fn with_settings(t: &TestApp, token: Option<&str>, public_url: Option<&str>) -> Services {
    let mut services = t.services.clone();
    let mut config = services.app.config.as_ref().clone();
    config.metrics.token = token.map(str::to_owned);
    config.server.public_url = public_url.map(str::to_owned);
    services.app.config = Arc::new(config);
    services
}

async fn put(t: &TestApp, boss: &Asker, kind: JobKind) {
    let project = boss.project;
    let write = move |tx: &mut Tx<'_>| jobs::enqueue(tx, project, kind, &"x", Options::default()).map(drop);
    t.app.db.write(&Actor::system(), write).await.unwrap();
}

async fn wrong_clock(t: &TestApp, boss: &Asker, order: &str) {
    let (project, order, ledger) = (boss.project, order.to_owned(), t.app.ledger.clone());
    let detail = "two hours ahead".to_owned();
    let write = move |tx: &mut Tx<'_>| open_for_clock(&ledger, tx, project, &order, detail);
    t.app.db.write(&Actor::system(), write).await.unwrap();
}

fn span(id: &str) -> Value {
    json!({"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": id.repeat(32), "spanId": "00f067aa0ba902b7",
        "name": "a", "startTimeUnixNano": "1795251600000000000", "endTimeUnixNano": "1795251601000000000"}]}]}]})
}

async fn index(t: &TestApp) {
    let app = t.app.clone();
    let work = move || {
        while search::index_once(&app).unwrap() {}
        search::index_once(&app).unwrap();
    };
    tokio::task::spawn_blocking(work).await.unwrap();
}

on_both! {
    async fn what_was_done_is_told_at_once(t: TestApp) {
        let boss = owner(&t).await;
        let tech = Actor { id: "tech".to_owned(), name: "Tech".to_owned(), ..boss.actor.clone() };
        let tech = Asker::account(tech, boss.project, vec![Role::Technician]);
        let order = orders::begun(&t, &boss, &tech, FILE).await.id;
        let draft = FILE.replace("WO-2026-014", "WO-2026-914").into_bytes();
        let other = import(&t.app, &boss, None, draft).await.unwrap().order_id;
        let before = told(&t).await;
        assert_eq!(before.whole("tracewright_orders", &[("status", "in_progress")]), 1);
        assert_eq!(before.whole("tracewright_orders", &[("status", "draft")]), 1);
        assert_eq!(before.whole("tracewright_orders", &[("status", "closed")]), 0);
        assert_eq!(before.whole("tracewright_exceptions_open", &[("kind", "clock_skew")]), 0);

        let target = orders::load(&t, &boss, &order).await.resolve_part("3.1").unwrap();
        t.clock.advance(SECOND);
        tick(&t.services.orders, &tech, &order, target).await.unwrap();
        wrong_clock(&t, &boss, &order).await;
        wrong_clock(&t, &boss, &other).await;
        for kind in [HIGH, HIGH, LOW] {
            put(&t, &boss, kind).await;
        }
        t.clock.advance(MINUTE);
        let after = told(&t).await;
        let waits = "tracewright_claims_waiting";
        assert_eq!(after.whole(waits, &[]), before.whole(waits, &[]) + 1);
        assert_eq!(after.whole("tracewright_exceptions_open", &[("kind", "clock_skew")]), 2);
        assert_eq!(after.whole("tracewright_exceptions_open", &[("kind", "too_fast")]), 0);
        for (tier, jobs, seconds) in [("critical", 0, 0), ("high", 2, 60), ("low", 1, 60)] {
            assert_eq!(before.whole("tracewright_queue_depth", &[("tier", tier)]), 0, "{tier}");
            assert_eq!(after.whole("tracewright_queue_depth", &[("tier", tier)]), jobs, "{tier}");
            assert_eq!(after.whole("queue_depth", &[("priority", tier)]), jobs, "{tier}");
            assert_eq!(after.whole("tracewright_queue_oldest_seconds", &[("tier", tier)]), seconds, "{tier}");
        }
        assert_eq!(after.whole("tracewright_jobs_running", &[]), 0);
        assert_eq!(after.whole("tracewright_jobs_failed", &[]), 0);
        assert_eq!(after.whole("tracewright_metric_series_dropped", &[("metric", "tracewright_exceptions_open")]), 0);
    }

    async fn jobs_that_run_and_that_failed_are_told_apart(t: TestApp) {
        let boss = owner(&t).await;
        for _ in 0..4 {
            put(&t, &boss, LOW).await;
        }
        for (state, count) in [("running", 2), ("dead", 1)] {
            let sql = format!(
                "UPDATE jobs SET state = '{state}', lease_until = {} WHERE id IN \
                 (SELECT id FROM jobs WHERE kind = 'test.low' AND state = 'waiting' ORDER BY id LIMIT {count})",
                t.app.now().0
            );
            let write = move |tx: &mut Tx<'_>| execute(tx.conn, Sql::new(sql));
            t.app.db.write(&Actor::system(), write).await.unwrap();
        }
        let told = told(&t).await;
        assert_eq!(told.whole("tracewright_jobs_running", &[]), 2);
        assert_eq!(told.whole("tracewright_jobs_failed", &[]), 1);
        assert_eq!(told.whole("tracewright_queue_depth", &[("tier", "low")]), 1);
    }

    async fn the_ledger_is_counted_by_its_places(t: TestApp) {
        owner(&t).await;
        let events: i64 = t.app.db.read(|conn| Ok(events::table.count().get_result(conn)?)).await.unwrap();
        let before = told(&t).await;
        assert!(events > 0);
        assert_eq!(before.whole("tracewright_ledger_events_total", &[]), events);
        let (placed, waiting) = ("tracewright_ledger_leaves_total", "tracewright_ledger_unsequenced");
        assert_eq!(before.whole(placed, &[]) + before.whole(waiting, &[]), events);
        sequence_now(&t.app.db, &t.app.log).await.unwrap();
        t.clock.advance(90 * SECOND);
        let after = told(&t).await;
        assert_eq!((after.whole(placed, &[]), after.whole(waiting, &[])), (events, 0));
        assert_eq!(after.whole("tracewright_checkpoint_age_seconds", &[]), 90);
    }

    async fn what_comes_in_is_counted_and_search_says_how_far_it_is(t: TestApp) {
        let program = Program::first(&t).await;
        let requests = |told: &Read, outcome| {
            told.whole("tracewright_process_ingest_requests_total", &[("outcome", outcome)])
        };
        assert_eq!(program.json(&t, Method::POST, "/v1/traces", span("a")).await.status, 200);
        let headers = [("content-type", "application/json")];
        let refused = program.send(&t, Method::POST, "/api/public/ingestion", &headers, b"{".to_vec()).await;
        assert_eq!(refused.status, 400);
        while receipts::receive_once(&t.app).await.unwrap() > 0 {}
        let first = told(&t).await;
        assert_eq!(first.whole("tracewright_process_ingest_spans_total", &[]), 1);
        assert_eq!((requests(&first, "taken"), requests(&first, "refused"), requests(&first, "failed")), (1, 1, 0));
        let (lag, waiting) = ("tracewright_search_lag_seconds", "tracewright_search_waiting");
        assert_eq!(first.whole("tracewright_search_filling", &[]), 1, "an empty index is filled from the traces");
        index(&t).await;
        let settled = told(&t).await;
        assert_eq!((settled.whole(lag, &[]), settled.whole(waiting, &[])), (0, 0));
        assert_eq!(settled.whole("tracewright_search_filling", &[]), 0);

        program.json(&t, Method::POST, "/v1/traces", span("b")).await;
        t.clock.advance(MINUTE);
        assert_eq!(told(&t).await.whole(lag, &[]), 60);
        while receipts::receive_once(&t.app).await.unwrap() > 0 {}
        assert_eq!(told(&t).await.whole(waiting, &[]), 1);
        index(&t).await;
        assert_eq!(told(&t).await.whole(waiting, &[]), 0);
    }

    async fn the_machine_is_told_and_nobody_is_named(t: TestApp) {
        owner(&t).await;
        let got = ask(&t.services, "::1", &[HERE]).await;
        let text = String::from_utf8(got.bytes).unwrap();
        let told = read(&text, false).unwrap();
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(told.whole("tracewright_build_info", &[("version", version)]), 1);
        assert!(told.whole("tracewright_database_bytes", &[]) > 100_000);
        let is_sqlite = t.app.db.is_sqlite();
        for lane in ["interactive", "ingest"] {
            let queue = told.value("tracewright_writer_queue", &[("lane", lane)]);
            assert_eq!(queue.is_some(), is_sqlite, "{lane}");
        }
        if cfg!(target_os = "linux") {
            for name in ["process_resident_memory_bytes", "process_start_time_seconds", "process_open_fds"] {
                assert!(told.whole(name, &[]) > 0, "{name}");
            }
            assert!(told.value("process_cpu_seconds_total", &[]).is_some());
        }
        assert!(told.whole("tracewright_data_free_bytes", &[]) >= 0);
        for name in ["Plant 7", "plant-7", "owner@example.com"] {
            assert!(!text.contains(name), "{name}");
        }
    }

    async fn the_answer_has_the_form_that_was_asked_for(t: TestApp) {
        let plain = ask(&t.services, "127.0.0.1", &[HERE]).await;
        assert_eq!(plain.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
        let accept = ("accept", "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1");
        let open = ask(&t.services, "127.0.0.1", &[HERE, accept]).await;
        assert_eq!(open.header("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
        let (plain, open) = (String::from_utf8(plain.bytes).unwrap(), String::from_utf8(open.bytes).unwrap());
        let (plain, open) = (read(&plain, false).unwrap(), read(&open, true).unwrap());
        let series = |read: Read| read.samples.into_keys().collect::<Vec<_>>();
        assert_eq!(series(plain), series(open));
    }

    async fn metrics_are_read_from_here_or_with_the_token(t: TestApp) {
        owner(&t).await;
        let session = format!("{}={}", people::auth::COOKIE, cookie(&t, "owner@example.com").await);
        let (none, public) = (None, Some("https://trace.example.com"));
        let right = ("authorization", "Bearer a-token-of-some-length");
        let wrong = ("authorization", "Bearer a-token-of-some-other");
        let by_name = ("host", "trace.example.com");
        let from_here = ("x-forwarded-for", "127.0.0.1");
        let signed_in = ("cookie", session.as_str());
        let token = Some(TOKEN);
        for (what, token, public, peer, headers, status) in [
            ("here", none, none, "127.0.0.1", vec![HERE], 200),
            ("here, with a token that nobody asks for", none, none, "::1", vec![HERE, wrong], 200),
            ("here, at an address of this machine", none, Some("http://localhost:8420"), "::1", vec![HERE], 200),
            ("elsewhere", none, none, "192.0.2.9", vec![HERE], 403),
            ("elsewhere, saying it was here", none, none, "192.0.2.9", vec![HERE, from_here], 403),
            ("elsewhere, signed in", none, none, "192.0.2.9", vec![HERE, signed_in], 403),
            ("a proxy here, by its header", none, none, "127.0.0.1", vec![HERE, from_here], 403),
            ("a proxy here, by another", none, none, "127.0.0.1", vec![HERE, ("forwarded", "for=x")], 403),
            ("a proxy here, by the name", none, none, "127.0.0.1", vec![by_name], 403),
            ("a proxy here, by the settings", none, public, "127.0.0.1", vec![HERE], 403),
            ("a proxy here, signed in", none, public, "127.0.0.1", vec![HERE, signed_in], 403),
            ("a token is set, here without", token, none, "127.0.0.1", vec![HERE], 401),
            ("a token is set, here signed in", token, none, "127.0.0.1", vec![HERE, signed_in], 401),
            ("a token is set, another", token, none, "127.0.0.1", vec![HERE, wrong], 401),
            ("the token", token, public, "192.0.2.9", vec![by_name, from_here, right], 200),
        ] {
            let got = ask(&with_settings(&t, token, public), peer, &headers).await;
            let (text, kind) = (String::from_utf8_lossy(&got.bytes).into_owned(), got.header("content-type"));
            assert_eq!(got.status, status, "{what}: {text}");
            assert!(kind.starts_with("text/plain") && got.header("set-cookie").is_empty(), "{what}: {kind}");
            assert_eq!(text.contains("tracewright_build_info"), status == 200, "{what}: {text}");
            assert_eq!(text.contains("metrics.token"), status != 200, "{what}: {text}");
            assert_eq!(got.header("www-authenticate").starts_with("Bearer"), status == 401, "{what}");
            assert!(!text.contains(TOKEN), "{what}");
        }
    }

    async fn a_key_reads_what_came_of_its_own_project(t: TestApp) {
        let program = Program::first(&t).await;
        assert_eq!(program.json(&t, Method::POST, "/v1/traces", span("a")).await.status, 200);
        let (own, other) = (program.get(&t, "/metrics").await, Program::second(&t).await.get(&t, "/metrics").await);
        for (got, spans) in [(own, 1), (other, 0)] {
            let told = read(&String::from_utf8(got.bytes).unwrap(), false).unwrap();
            assert_eq!(told.whole("tracewright_arrivals_total", &[("kind", "span")]), spans);
            assert_eq!(told.whole("tracewright_process_ingest_spans_total", &[]), spans);
            assert!(told.value("tracewright_ledger_events_total", &[]).is_none(), "the rest is the installation's");
        }
    }
}

/// What a scrape goes through is an index that holds all it asks, or a table with few rows.
#[test]
fn a_scrape_goes_through_no_large_table() {
    // What is still to be added to the series is added up every minute.
    const FEW: [&str; 12] = [
        "CONSTANT ROW",
        "budgets",
        "checkpoints",
        "counted",
        "exceptions",
        "pragma_",
        "projects",
        "recounts",
        "scrape_told",
        "series_deltas",
        "series_revisions",
        "unsequenced",
    ];
    block_on(Backend::Sqlite, async |t| {
        let app = t.app.clone();
        let read = move |conn: &mut _| {
            let plans = plans(conn, |conn| {
                scrape::stored::families(&app, conn).unwrap();
                scrape::measured::read(conn, app.now()).unwrap();
            });
            assert!(plans.len() > 8, "{} statements", plans.len());
            for (sql, plan) in plans {
                for step in plan.iter().filter_map(|step| step.strip_prefix("SCAN ")) {
                    let is_indexed = step.contains("COVERING INDEX") || step.contains("INDEX jobs_waiting");
                    let is_short = FEW.iter().any(|table| step.starts_with(table));
                    // The newest receipt is the first that the index of receipts gives.
                    let is_first = step.contains("INDEX events_receipts");
                    assert!(is_indexed || is_short || is_first, "{step}\n{sql}");
                }
            }
            Ok(())
        };
        t.app.db.read(read).await.unwrap();
    });
}
