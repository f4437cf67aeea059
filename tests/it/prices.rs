//! Prices on both databases: cost on ingest, provided costs, own prices and their dates, imports, pricing anew.

use std::collections::BTreeMap;

use diesel::RunQueryDsl as _;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Nullable, Text};
use prices::builtin_table;
use prices::import::{Table, day, read};
use prices::model::{Price, Rate, Rates};
use serde_json::{Value, json};
use tracewright::db::{AnyConnection, Tx};
use tracewright::foundation::{Actor, Asker, Digest, ProjectKey, Role, Timestamp};
use tracewright::intake::Intake;
use tracewright::intake::ingest::{RequestBody, ingest_batch, ingest_otlp};
use tracewright::jobs::{self, Ended, Options};
use tracewright::ledger::{sequencer, verifier};
use tracewright::metrics::query::{Query, Version};
use tracewright::metrics::reads as metrics;
use tracewright::metrics::reads::DailyFilter;
use tracewright::repricing::Books;
use tracewright::repricing::actions::fill_parts;
use tracewright::repricing::actions::import_table::{Reach, ensure_builtin, import_table};
use tracewright::repricing::actions::override_price::override_price;
use tracewright::repricing::actions::reprice::{look, reprice};
use tracewright::repricing::events::RepriceScope;
use tracewright::repricing::reads as price_reads;
use tracewright::traces::reads::{self, ObservationRow};
use wire::otlp::Encoding;

use crate::harness::http::{Client, site};
use crate::harness::{DAY, START, TestApp, on_both};
use crate::people::pages::cookie;
use crate::people::{create, owner};

const PROJECT: ProjectKey = ProjectKey(1);

async fn batch(t: &TestApp, events: &[Value]) {
    let body = json!({ "batch": events }).to_string().into_bytes();
    let intake = Intake::unheard();
    let answers =
        ingest_batch(&t.app, &intake, &Asker::system(PROJECT), RequestBody::plain(body)).await.unwrap();
    assert!(answers.iter().all(|answer| answer.fault.is_none()), "{answers:?}");
}

/// A generation of trace `t` with 1,000 input and 500 output tokens, and whatever else is given.
fn generation(event: &str, id: &str, second: u32, more: &Value) -> Value {
    let mut body = json!({
        "id": id, "traceId": "t", "model": "gpt-4o-2024-08-06",
        "startTime": format!("2026-11-21T08:00:{second:02}.000Z"),
        "usageDetails": {"input": 1000, "output": 500},
    });
    let (all, more) = (body.as_object_mut().unwrap(), more.as_object().unwrap());
    for (name, value) in more {
        if value.is_null() {
            all.remove(name)
        } else {
            all.insert(name.clone(), value.clone())
        };
    }
    json!({
        "id": event, "type": "generation-create", "body": body,
        "timestamp": format!("2026-11-21T09:00:{second:02}.000Z"),
    })
}

/// Cost and price of an observation of trace `t`.
async fn cost(t: &TestApp, id: &str) -> (Option<i64>, Option<String>) {
    let id = id.to_owned();
    t.app.db.read(move |conn| price_reads::cost_of(conn, PROJECT, "t", &id)).await.unwrap().unwrap()
}

async fn row(t: &TestApp, id: &str) -> ObservationRow {
    let id = id.to_owned();
    t.app.db.read(move |conn| reads::observation(conn, PROJECT, "t", &id)).await.unwrap().unwrap()
}

/// Observations, input, output and total tokens, input, output and total cost, as metrics tell them.
async fn sums(t: &TestApp) -> Vec<f64> {
    let measures = ["inputTokens", "outputTokens", "totalTokens", "inputCost", "outputCost", "totalCost"];
    let mut metrics = vec![json!({"measure": "count", "aggregation": "count"})];
    metrics.extend(measures.map(|measure| json!({"measure": measure, "aggregation": "sum"})));
    let query = json!({"view": "observations", "metrics": metrics,
        "fromTimestamp": "2026-11-21T00:00:00Z", "toTimestamp": "2026-11-22T00:00:00Z"});
    let query = Query::read(&query.to_string(), Version::V1).unwrap();
    let rows = t.app.db.read(move |conn| metrics::run(conn, PROJECT, &query)).await.unwrap();
    rows[0].values.iter().map(|value| value.unwrap()).collect()
}

/// Input and output cost of the observations of trace `t`.
async fn parts(t: &TestApp) -> BTreeMap<String, (Option<i64>, Option<i64>)> {
    #[derive(diesel::QueryableByName)]
    struct Found {
        #[diesel(sql_type = Text)]
        observation_id: String,
        #[diesel(sql_type = Nullable<BigInt>)]
        input_nanos: Option<i64>,
        #[diesel(sql_type = Nullable<BigInt>)]
        output_nanos: Option<i64>,
    }
    let sql = "SELECT observation_id, input_nanos, output_nanos FROM observations WHERE trace_id = 't'";
    let rows: Vec<Found> = t
        .app
        .db
        .read(move |conn| {
            Ok(match conn {
                AnyConnection::Sqlite(conn) => sql_query(sql).load(conn)?,
                AnyConnection::Postgres(conn) => sql_query(sql).load(conn)?,
            })
        })
        .await
        .unwrap();
    rows.into_iter().map(|row| (row.observation_id, (row.input_nanos, row.output_nanos))).collect()
}

fn execute(tx: &mut Tx<'_>, sql: &str) {
    match tx.conn {
        AnyConnection::Sqlite(conn) => sql_query(sql).execute(conn).unwrap(),
        AnyConnection::Postgres(conn) => sql_query(sql).execute(conn).unwrap(),
    };
}

async fn trace_cost(t: &TestApp, trace: &str) -> i64 {
    let trace = trace.to_owned();
    t.app.db.read(move |conn| reads::trace(conn, PROJECT, &trace)).await.unwrap().unwrap().cost_nanos
}

async fn named(t: &TestApp, id: &str) -> String {
    let id = id.to_owned();
    let names = t.app.db.read(move |conn| price_reads::named(conn, PROJECT, &[&id])).await.unwrap();
    names.into_values().collect()
}

fn own(model: &str, input: i64, from: Option<Timestamp>) -> Price {
    let rates = Rates { input: Rate::new(input), output: Rate::new(0), ..Rates::default() };
    Price { model: model.into(), names: vec![model.into()], from, rates, ..Price::default() }
}

/// A table of one price: dollars per million input tokens.
fn table(model: &str, dollars: &str, as_of: &str) -> Table {
    let text = json!({
        "format": "tracewright prices 1", "label": format!("table of {as_of}"), "source": "a test", "as_of": as_of,
        "prices": [{ "model": model, "rates": { "input": dollars, "output": "1" } }],
    });
    read(&text.to_string(), "f").unwrap()
}

/// Everything gets its place in the log, and the log is as it was signed; gives the number of its leaves.
async fn verified(t: &TestApp) -> u64 {
    sequencer::sequence_now(&t.app.db, &t.app.log).await.unwrap();
    let trust = verifier::Trust { key: t.app.log.verifier(), held: None };
    let report = t.app.db.read(move |conn| verifier::verify(conn, &trust)).await.unwrap();
    report.into_result().unwrap().head.size
}

async fn events_of(t: &TestApp, kind: &'static str) -> Vec<Value> {
    let read = move |conn: &mut _| tracewright::ledger::events::read_from(conn, 0, 10_000);
    let events = t.app.db.read(read).await.unwrap();
    events.into_iter().filter(|event| event.kind == kind).map(|event| event.data()).collect()
}

on_both! {
    async fn a_call_without_a_cost_gets_one_and_names_its_price(t: TestApp) {
        batch(&t, &[
            generation("1", "computed", 1, &json!({})),
            generation("2", "provided", 2, &json!({"costDetails": {"total": 0.25}})),
            generation("3", "free", 3, &json!({"costDetails": {"total": 0}})),
            generation("4", "unknown", 4, &json!({"model": "acme-brain"})),
            generation("5", "no usage", 5, &json!({"usageDetails": null})),
        ]).await;
        let (nanos, price) = cost(&t, "computed").await;
        assert_eq!(nanos, Some(2_500_000 + 5_000_000));
        let words = named(&t, &price.unwrap()).await;
        assert!(words.starts_with("gpt-4o, table 2026-11, input 2.50"), "{words}");
        assert_eq!(cost(&t, "provided").await, (Some(250_000_000), None));
        assert_eq!(cost(&t, "free").await, (Some(0), None));
        assert_eq!(cost(&t, "unknown").await, (None, None));
        assert_eq!(cost(&t, "no usage").await, (None, None));
        assert_eq!(trace_cost(&t, "t").await, 257_500_000);
        let unknown = t.app.db.read(|conn| price_reads::unknown_models(conn, PROJECT, Timestamp(0), 10)).await.unwrap();
        let seen: Vec<_> = unknown.iter().map(|it| (it.model.as_str(), it.calls, it.tokens)).collect();
        assert_eq!(seen, [("acme-brain", 1, 1_500)]);
        assert!(verified(&t).await > 0);
    }

    async fn a_later_update_is_counted_by_the_price_named_first(t: TestApp) {
        batch(&t, &[generation("1", "g", 1, &json!({}))]).await;
        let (_, price) = cost(&t, "g").await;
        let revision = row(&t, "g").await.digest().unwrap();
        import_table(&t.app, &Books::default(), &Asker::operator(PROJECT), Reach::Everybody, table("gpt-4o", "100", "2026-01-01")).await.unwrap();
        assert_eq!(cost(&t, "g").await, (Some(7_500_000), price.clone()), "bringing in a table changes nothing");
        assert_eq!(row(&t, "g").await.digest().unwrap(), revision);
        let update = json!({
            "id": "2", "type": "generation-update", "timestamp": "2026-11-21T09:00:30.000Z",
            "body": {"id": "g", "traceId": "t", "usageDetails": {"input": 2000, "output": 500}},
        });
        batch(&t, std::slice::from_ref(&update)).await;
        assert_eq!(cost(&t, "g").await, (Some(10_000_000), price));
        assert_eq!(trace_cost(&t, "t").await, 10_000_000);
        batch(&t, &[update]).await;
        assert_eq!(trace_cost(&t, "t").await, 10_000_000, "a repeat changes no sum");
        let given = json!({
            "id": "3", "type": "generation-update", "timestamp": "2026-11-21T09:00:40.000Z",
            "body": {"id": "g", "traceId": "t", "costDetails": {"total": 0.5}},
        });
        batch(&t, &[given]).await;
        assert_eq!(cost(&t, "g").await, (Some(500_000_000), None), "a cost that comes later wins too");
        assert_eq!(trace_cost(&t, "t").await, 500_000_000);
    }

    async fn usage_that_comes_later_brings_the_cost(t: TestApp) {
        batch(&t, &[generation("1", "g", 1, &json!({"usageDetails": null}))]).await;
        assert_eq!((cost(&t, "g").await.0, trace_cost(&t, "t").await), (None, 0));
        batch(&t, &[json!({
            "id": "2", "type": "generation-update", "timestamp": "2026-11-21T09:00:30.000Z",
            "body": {"id": "g", "traceId": "t", "usageDetails": {"input": 1000, "output": 500}},
        })]).await;
        assert_eq!((cost(&t, "g").await.0, trace_cost(&t, "t").await), (Some(7_500_000), 7_500_000));
    }

    async fn own_prices_hold_for_calls_from_their_first_day(t: TestApp) {
        let tomorrow = Timestamp(START.0 + DAY);
        let id = override_price(&t.app, &Books::default(), &Asker::operator(PROJECT), own("gpt-4o-2024-08-06", 1_000_000_000, Some(tomorrow))).await.unwrap();
        batch(&t, &[
            generation("1", "today", 1, &json!({})),
            generation("2", "tomorrow", 2, &json!({"startTime": tomorrow.to_rfc3339()})),
        ]).await;
        assert_eq!(cost(&t, "today").await.0, Some(7_500_000));
        assert_eq!(cost(&t, "tomorrow").await, (Some(1_000_000), Some(id.clone())));
        assert!(named(&t, &id).await.contains("own price"));
        let other = ProjectKey(2);
        let rows = t.app.db.read(move |conn| price_reads::prices(conn, other, &[&id])).await.unwrap();
        assert_eq!(rows, Vec::new(), "no other project sees it");
        let event = events_of(&t, "traces.price_overridden.v1").await.pop().unwrap();
        assert_eq!(event["price"]["rates"]["input"], 1_000_000_000_i64);
    }

    async fn a_table_brought_in_twice_changes_nothing(t: TestApp) {
        ensure_builtin(&t.app, &Asker::system(PROJECT)).await.unwrap();
        ensure_builtin(&t.app, &Asker::system(PROJECT)).await.unwrap();
        let again = import_table(&t.app, &Books::default(), &Asker::operator(PROJECT), Reach::Everybody, builtin_table().unwrap()).await.unwrap();
        assert_eq!((again.version, again.added, again.changed), (None, 0, 0));
        let first = import_table(&t.app, &Books::default(), &Asker::operator(PROJECT), Reach::Everybody, table("gpt-4o", "3", "2026-11-20")).await.unwrap();
        assert_eq!((first.version, first.added, first.changed), (Some(2), 0, 1));
        let second = import_table(&t.app, &Books::default(), &Asker::operator(PROJECT), Reach::Everybody, table("gpt-4o", "3", "2026-11-20")).await.unwrap();
        assert_eq!((second.version, second.unchanged), (None, 1));
        let events = events_of(&t, "traces.price_table_imported.v1").await;
        assert_eq!(events.len(), 2);
        let rows = t.app.db.read(|conn| price_reads::all(conn, PROJECT)).await.unwrap();
        let mut ids: Vec<&str> = rows.iter().filter(|row| row.version == 1).map(|row| row.id.as_str()).collect();
        ids.sort_unstable();
        let lines = ids.join("\n") + "\n";
        assert_eq!(events[0]["digest"], Digest::of(lines.as_bytes()).to_hex(), "the event vouches for the rows");
    }

    async fn pricing_anew_is_looked_at_recorded_and_done_once(t: TestApp) {
        batch(&t, &[
            generation("1", "a", 1, &json!({})),
            generation("2", "b", 2, &json!({"costDetails": {"total": 0.25}})),
            generation("3", "c", 3, &json!({"model": "acme-brain"})),
            generation("4", "d", 4, &json!({"model": "acme-other"})),
        ]).await;
        import_table(&t.app, &Books::default(), &Asker::operator(PROJECT), Reach::Everybody, table("gpt-4o", "5", "2026-11-01")).await.unwrap();
        let id = override_price(&t.app, &Books::default(), &Asker::operator(PROJECT), own("acme-brain", 1_000_000_000, None)).await.unwrap();
        let all = RepriceScope::default;
        let seen = look(&t.app, &Asker::operator(PROJECT), all(), usize::MAX).await.unwrap();
        assert_eq!((seen.looked_at, seen.changed, seen.priced_first, seen.unknown), (3, 2, 1, 1));
        // 1,000 x 5 + 500 x 1 dollars a million for one, 1,000 x 1 for the other.
        assert_eq!((seen.before.0, seen.after.0), (7_500_000, 5_500_000 + 1_000_000));
        assert_eq!((cost(&t, "a").await.0, trace_cost(&t, "t").await), (Some(7_500_000), 257_500_000), "a look changes nothing");
        let one = RepriceScope { model: Some("acme-brain".into()), ..all() };
        assert_eq!(reprice(&t.app, &Asker::operator(PROJECT), one).await.unwrap().changed, 1);
        let done = reprice(&t.app, &Asker::operator(PROJECT), all()).await.unwrap();
        assert_eq!((done.changed, done.after.0), (1, 5_500_000));
        assert_eq!(cost(&t, "a").await.0, Some(5_500_000));
        assert_eq!(cost(&t, "b").await, (Some(250_000_000), None), "a provided cost is never touched");
        assert_eq!(cost(&t, "c").await, (Some(1_000_000), Some(id)));
        assert_eq!(trace_cost(&t, "t").await, 256_500_000);
        let again = reprice(&t.app, &Asker::operator(PROJECT), all()).await.unwrap();
        assert_eq!(again.changed, 0);
        let events = events_of(&t, "traces.repriced.v1").await;
        assert_eq!(events.len(), 2, "nothing to do is no event");
        assert_eq!((&events[1]["before_nanos"], &events[1]["after_nanos"]), (&json!(7_500_000), &json!(5_500_000)));
        assert_eq!((&events[1]["from_versions"], &events[1]["to_versions"]), (&json!([1, 1]), &json!([2, 1])));
        verified(&t).await;
    }

    async fn a_call_that_two_libraries_saw_and_its_agent_cost_once(t: TestApp) {
        let attribute = |key: &str, value: Value| {
            let value = if value.is_string() { json!({"stringValue": value}) } else { json!({"intValue": value.to_string()}) };
            json!({"key": key, "value": value})
        };
        let span = |id: &str, parent: Option<&str>, attributes: Vec<Value>| json!({
            "traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": id, "parentSpanId": parent.unwrap_or(""),
            "name": id, "startTimeUnixNano": "1795248000000000000", "endTimeUnixNano": "1795248001000000000",
            "attributes": attributes,
        });
        let agent = span("0000000000000001", None, vec![
            attribute("gen_ai.operation.name", json!("invoke_agent")),
            attribute("gen_ai.response.model", json!("claude-sonnet-4-5")),
            attribute("gen_ai.usage.input_tokens", json!(1300)),
            attribute("gen_ai.usage.output_tokens", json!(100)),
        ]);
        let outer = span("0000000000000002", Some("0000000000000001"), vec![
            attribute("openinference.span.kind", json!("LLM")),
            attribute("llm.model_name", json!("claude-sonnet-4-5-20250929")),
            attribute("llm.token_count.prompt", json!(1300)),
            attribute("llm.token_count.prompt_details.cache_read", json!(1000)),
            attribute("llm.token_count.prompt_details.cache_write", json!(200)),
            attribute("llm.token_count.completion", json!(100)),
        ]);
        let inner = span("0000000000000003", Some("0000000000000002"), vec![
            attribute("gen_ai.operation.name", json!("chat")),
            attribute("gen_ai.response.model", json!("claude-sonnet-4-5-20250929")),
            attribute("gen_ai.usage.input_tokens", json!(1300)),
            attribute("gen_ai.usage.cache_read.input_tokens", json!(1000)),
            attribute("gen_ai.usage.cache_creation.input_tokens", json!(200)),
            attribute("gen_ai.usage.output_tokens", json!(100)),
        ]);
        let body = json!({"resourceSpans": [{"scopeSpans": [
            {"scope": {"name": "openinference.instrumentation.agents"}, "spans": [agent, outer]},
            {"scope": {"name": "opentelemetry.instrumentation.anthropic"}, "spans": [inner]},
        ]}]});
        let (intake, sent) = (Intake::unheard(), RequestBody::plain(body.to_string().into_bytes()));
        ingest_otlp(&t.app, &intake, &Asker::system(PROJECT), sent, Encoding::Json).await.unwrap();
        // 100 at $3, 1,000 at $0.30, 200 at $3.75, 100 at $15 a million.
        assert_eq!(trace_cost(&t, "0af7651916cd43dd8448eb211c80319c").await, 300_000 + 300_000 + 750_000 + 1_500_000);
        let repriced = reprice(&t.app, &Asker::operator(PROJECT), RepriceScope::default()).await.unwrap();
        assert_eq!((repriced.looked_at, repriced.changed), (2, 0));
        assert_eq!(sums(&t).await, [3.0, 1300.0, 100.0, 1400.0, 0.00135, 0.0015, 0.00285]);
        import_table(&t.app, &Books::default(), &Asker::operator(PROJECT), Reach::Everybody, table("claude-sonnet-4-5", "10", "2026-11-01")).await.unwrap();
        let repriced = reprice(&t.app, &Asker::operator(PROJECT), RepriceScope::default()).await.unwrap();
        let after = 1_300 * 10_000 + 100 * 1_000;
        assert_eq!((repriced.changed, repriced.before.0, repriced.after.0), (2, 2_850_000, after), "money counts once");
        assert_eq!(sums(&t).await, [3.0, 1300.0, 100.0, 1400.0, 0.013, 0.0001, 0.0131]);
        let daily = DailyFilter { from: Timestamp(0), to: START, ..DailyFilter::default() };
        let (days, models) = t.app.db.read(move |conn| {
            Ok((metrics::days(conn, PROJECT, &daily)?, metrics::model_days(conn, PROJECT, &daily)?))
        }).await.unwrap();
        assert_eq!(days.iter().map(|day| (day.traces, day.observations, day.cost_nanos)).collect::<Vec<_>>(), [(1, 3, after)]);
        let models: Vec<_> = models.iter().map(|it| (it.model.as_deref().unwrap_or(""), it.input, it.output, it.cost_nanos)).collect();
        assert_eq!(models.iter().map(|it| (it.1, it.2, it.3)).fold((0, 0, 0), |a, b| (a.0 + b.0, a.1 + b.1, a.2 + b.2)), (1300, 100, after), "{models:?}");
        assert_eq!(trace_cost(&t, "0af7651916cd43dd8448eb211c80319c").await, 1_300 * 10_000 + 100 * 1_000);
    }

    async fn costs_from_before_get_the_parts_that_can_be_known(t: TestApp) {
        ensure_builtin(&t.app, &Asker::system(PROJECT)).await.unwrap();
        let given = json!({"costDetails": {"input": 0.25, "input_cached": 0.125, "output": 0.5, "total": 1.0}});
        batch(&t, &[
            generation("e1", "priced", 1, &json!({})),
            generation("e2", "given", 2, &given),
            generation("e3", "other", 3, &json!({})),
            generation("e4", "unpriced", 4, &json!({"model": "nobody-knows-it"})),
        ]).await;
        let before = sums(&t).await;
        let kept = parts(&t).await;
        assert_eq!(kept["given"], (Some(375_000_000), Some(500_000_000)));
        assert!(kept["priced"].0.is_some_and(|nanos| nanos > 0) && kept["unpriced"] == (None, None), "{kept:?}");
        // As rows were before: no parts. One has a cost that its price does not make.
        t.app.db.write(&Actor::system(), |tx| {
            execute(tx, "UPDATE observations SET input_nanos = NULL, output_nanos = NULL");
            execute(tx, "UPDATE observations SET cost_nanos = cost_nanos + 1 WHERE observation_id = 'other'");
            execute(tx, "DELETE FROM metric_marks");
            let migration = if tx.conn.is_sqlite() {
                include_str!("../../migrations/sqlite/0016_cost_parts/up.sql")
            } else {
                include_str!("../../migrations/postgres/0016_cost_parts/up.sql")
            };
            execute(tx, migration);
            Ok(())
        }).await.unwrap();
        assert_eq!(jobs::drain(&t.app, &t.services.jobs).await.unwrap(), [Ended::Done]);
        let filled = parts(&t).await;
        assert_eq!((filled["priced"], filled["given"]), (kept["priced"], kept["given"]));
        assert_eq!((filled["other"], filled["unpriced"]), ((None, None), (None, None)), "not known, so not said");
        t.app.db.write(&Actor::system(), |tx| {
            execute(tx, "UPDATE observations SET cost_nanos = cost_nanos - 1 WHERE observation_id = 'other'");
            jobs::enqueue(tx, PROJECT, fill_parts::KIND, &(), Options::default())
        }).await.unwrap();
        assert_eq!(jobs::drain(&t.app, &t.services.jobs).await.unwrap(), [Ended::Done]);
        assert_eq!(parts(&t).await, kept, "run again, it goes on with what is left");
        assert_eq!(sums(&t).await, before);
    }

    async fn supervisors_give_prices_and_everybody_reads_them(t: TestApp) {
        let admin = owner(&t).await;
        create(&t.people, &admin, "boss@example.com", &[Role::Supervisor]).await;
        create(&t.people, &admin, "reader@example.com", &[Role::Viewer]).await;
        let boss = Client::browser(Some(&cookie(&t, "boss@example.com").await));
        let reader = Client::browser(Some(&cookie(&t, "reader@example.com").await));
        let site = site(&t).await;
        assert!(boss.get(&site, "/prices").await.body.contains("No prices yet"));
        let body = json!({"batch": [generation("1", "g", 1, &json!({"model": "acme <b>"}))]}).to_string().into_bytes();
        ingest_batch(&t.app, &Intake::unheard(), &Asker::system(admin.project), RequestBody::plain(body)).await.unwrap();
        let page = boss.get(&site, "/prices?q=gpt-4o").await.body;
        assert!(page.contains("Nobody knows the price of") && page.contains("/prices?model=acme%20%3Cb%3E#own"));
        assert!(!page.contains("acme <b>") && page.contains("2026-11") && page.contains("in force"));
        assert!(boss.get(&site, "/prices?model=acme+%3Cb%3E").await.body.contains("value=\"acme &#60;b&#62;\""));
        let refused = boss.post(&site, "/prices", "model=acme&input=cheap&from=2026-11-01").await;
        assert_eq!(refused.status.as_u16(), 422);
        assert!(refused.body.contains("Write dollars") && refused.body.contains("value=\"cheap\""));
        let bad = boss.post(&site, "/prices", "model=acme&input=1&pattern=%28").await;
        assert!(bad.status.as_u16() == 422 && bad.body.contains("This pattern cannot be used"));
        let typed = "model=tiered&input=1&output=2&from=2026-11-01";
        let more = boss.post(&site, "/prices", &format!("{typed}&add_tier=1")).await;
        assert!(more.status.as_u16() == 200 && more.body.contains("name=\"tier.0.input_over\""), "{}", more.body);
        assert!(more.body.contains("value=\"tiered\"") && !more.body.contains("class=\"error\""));
        let vague = boss.post(&site, "/prices", &format!("{typed}&tier.0.input_over=&tier.0.input=3")).await;
        assert!(vague.status.as_u16() == 422 && vague.body.contains("Say which calls this tier is for"));
        let tiered = boss.post(&site, "/prices", &format!("{typed}&tier.0.input_over=200000&tier.0.input=3")).await;
        assert_eq!(tiered.status.as_u16(), 303, "{}", tiered.body);
        assert!(reader.get(&site, tiered.location()).await.body.contains("over 200000 input tokens"));
        assert!(reader.get(&site, "/prices?q=tiered").await.body.contains("over 200000 input tokens"));
        let taken = boss.post(&site, "/prices", "model=acme+%3Cb%3E&input=2.5&output=10&from=2026-11-01").await;
        assert_eq!(taken.status.as_u16(), 303);
        let shown = reader.get(&site, taken.location()).await;
        assert!(shown.body.contains("No call was priced by it") && shown.body.contains("2.50"));
        assert!(!reader.get(&site, "/prices").await.body.contains("Record price"));
        assert_eq!(reader.post(&site, "/prices", "model=acme&input=1").await.status.as_u16(), 403);
        let look = boss.get(&site, "/prices/reprice?look=1").await.body;
        assert!(look.contains("1 of 1 calls would change") && look.contains("Change 1 costs"), "{look}");
        assert_eq!(boss.post(&site, "/prices/reprice", "model=").await.location(), "/prices");
        let shown = reader.get(&site, taken.location()).await.body;
        assert!(shown.contains("/traces/t?observation=g") && shown.contains("Costs computed by it: 1"));
        assert!(boss.get(&site, "/prices/reprice?look=1").await.body.contains("No cost differs"));
        let since = day("2026-11-01").unwrap();
        assert!(boss.get(&site, &format!("/prices?past=1&q={}", since.0)).await.body.contains("No price fits"));
    }
}
