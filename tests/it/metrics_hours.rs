//! Sums by hour say what the rows say, whatever came, changed and went; on both databases.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use prices::model::{Price, Rate, Rates};
use serde_json::{Value, json};
use tracewright::app;
use tracewright::conversations::reads as sessions;
use tracewright::db::AnyConnection;
use tracewright::db::sql::Sql;
use tracewright::fields::{Condition, Entity, Test, TextTest};
use tracewright::foundation::{Actor, Asker, ProjectKey, Timestamp};
use tracewright::hours::refresh;
use tracewright::intake::ingest::{RequestBody, ingest_batch};
use tracewright::metrics::query::{Query, Version};
use tracewright::metrics::reads;
use tracewright::metrics::reads::DailyFilter;
use tracewright::repricing::Books;
use tracewright::repricing::actions::override_price::override_price;
use tracewright::repricing::actions::reprice::reprice;
use tracewright::repricing::events::RepriceScope;
use tracewright::traces::actions::erase::erase_traces;
use tracewright::traces::reads::{
    Finding, Position, Scan, count_rows, observation_page, observations_after, trace_page,
};

use crate::harness::{MINUTE, TestApp, on_both};

const PROJECT: ProjectKey = ProjectKey(1);

/// Numbers that look random and are the same on every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }

    /// A moment of one of five hours.
    fn moment(&mut self) -> String {
        let (hour, minute, second) = (4 + self.roll(5), self.roll(60), self.roll(60));
        format!("2026-11-21T{hour:02}:{minute:02}:{second:02}.{:03}Z", self.roll(1000))
    }
}

async fn send(t: &TestApp, events: &[Value]) {
    let body = json!({ "batch": events }).to_string().into_bytes();
    let intake = app::intake();
    let answers =
        ingest_batch(&t.app, &intake, &Asker::system(PROJECT), RequestBody::plain(body)).await.unwrap();
    assert!(answers.iter().all(|answer| answer.fault.is_none()), "{answers:?}");
}

/// An arrival about one of thirty traces and four observations of each: new, or changing what is there.
fn event(dice: &mut Dice, n: usize) -> Value {
    let trace = format!("t{}", dice.roll(30));
    let (id, start) = (format!("{trace}-{}", dice.roll(4)), dice.moment());
    let at = format!("2026-11-21T08:{:02}:{:02}.000Z", n / 60 % 60, n % 60);
    let environments = ["production", "staging"];
    if dice.roll(4) == 0 {
        let body = json!({"id": trace, "name": dice.pick(&["run", "check"]), "timestamp": start,
            "environment": dice.pick(&environments), "release": dice.pick(&["1", "2"])});
        return json!({"id": format!("e{n}"), "type": "trace-create", "timestamp": at, "body": body});
    }
    let mut body = json!({"id": id, "traceId": trace, "name": dice.pick(&["plan", "act"]), "startTime": start,
        "environment": dice.pick(&environments), "level": dice.pick(&["DEFAULT", "ERROR"])});
    match dice.roll(12) {
        0 => body["startTime"] = json!("1969-12-31T23:50:00Z"),
        1 => body["startTime"] = Value::Null,
        _ => {}
    }
    for (odds, name, value) in [
        (2, "endTime", json!(dice.moment())),
        (2, "model", json!(dice.pick(&["acme-brain", "acme-muse", "gpt-4o-2024-08-06"]))),
        (2, "usageDetails", json!({"input": dice.roll(2000), "output": dice.roll(500)})),
        (5, "costDetails", json!({"input": 0.25, "output": 0.5, "total": 0.75})),
        (4, "completionStartTime", json!(dice.moment())),
    ] {
        if dice.roll(odds) == 0 {
            body[name] = value;
        }
    }
    json!({"id": format!("e{n}"), "type": dice.pick(&["generation-create", "span-create"]), "timestamp": at, "body": body})
}

/// Questions that sums answer, over ranges that begin and end anywhere.
fn questions(dice: &mut Dice) -> Vec<Query> {
    let sum = |measures: &[&str]| -> Vec<Value> {
        let of = |measure: &&str| {
            ["sum", "avg", "count"].map(|how| json!({"measure": measure, "aggregation": how}))
        };
        measures.iter().flat_map(of).take(8).collect()
    };
    let range = |dice: &mut Dice| match dice.roll(3) {
        0 => ("2026-11-21T00:00:00Z".to_owned(), "2026-11-22T00:00:00Z".to_owned()),
        1 => (dice.moment().replace("21T", "20T"), "2026-11-21T07:00:00Z".to_owned()),
        _ => ("2026-11-21T04:30:00Z".to_owned(), dice.moment().replace("21T", "22T")),
    };
    let mut all = Vec::new();
    for (view, dimensions, metrics, filters) in [
        (
            "observations",
            json!([{"field": "providedModelName"}, {"field": "level"}]),
            sum(&["count", "totalCost", "latency"]),
            json!([]),
        ),
        (
            "observations",
            json!([{"field": "environment"}]),
            sum(&["inputCost", "outputCost", "timeToFirstToken"]),
            json!([]),
        ),
        (
            "observations",
            json!([{"field": "name"}, {"field": "type"}]),
            sum(&["totalTokens", "streamingLatency"]),
            json!([{"column": "environment", "operator": "any of", "value": ["staging"], "type": "stringOptions"}]),
        ),
        (
            "observations",
            json!([]),
            vec![
                json!({"measure": "latency", "aggregation": "max"}),
                json!({"measure": "latency", "aggregation": "min"}),
            ],
            json!([]),
        ),
        (
            "traces",
            json!([{"field": "name"}, {"field": "release"}]),
            sum(&["count", "observationsCount", "totalCost"]),
            json!([]),
        ),
        ("traces", json!([{"field": "environment"}]), sum(&["latency", "totalTokens"]), json!([])),
    ] {
        let (from, to) = range(dice);
        let order: Vec<Value> = dimensions
            .as_array()
            .unwrap()
            .iter()
            .map(|one| json!({"field": one["field"], "direction": "asc"}))
            .collect();
        let mut query = json!({"view": view, "dimensions": dimensions, "metrics": metrics, "filters": filters,
            "fromTimestamp": from, "toTimestamp": to, "orderBy": order});
        if dice.roll(2) == 0 {
            query["timeDimension"] = json!({"granularity": dice.pick(&["hour", "day", "week", "month"])});
            query["orderBy"] = json!([{"field": "time_dimension", "direction": "asc"}]);
        }
        let query = Query::read(&query.to_string(), Version::V1).unwrap();
        assert!(query.hours().is_some(), "sums answer {query:?}");
        all.push(query);
    }
    all
}

type Answers = (Vec<Vec<tracewright::metrics::shape::Row>>, Vec<reads::Day>, Vec<reads::ModelDay>);

fn answers(conn: &mut AnyConnection, questions: &[Query]) -> Answers {
    let daily =
        DailyFilter { from: Timestamp(0), to: Timestamp(1_800_000_000_000_000), ..DailyFilter::default() };
    let named = DailyFilter {
        name: Some("run".to_owned()),
        environments: vec!["staging".to_owned()],
        ..daily.clone()
    };
    let rows = questions.iter().map(|query| reads::run(conn, PROJECT, query).unwrap()).collect();
    let mut days = reads::days(conn, PROJECT, &daily).unwrap();
    days.extend(reads::days(conn, PROJECT, &named).unwrap());
    let mut models = reads::model_days(conn, PROJECT, &daily).unwrap();
    models.extend(reads::model_days(conn, PROJECT, &named).unwrap());
    (rows, days, models)
}

fn execute(conn: &mut AnyConnection, sql: &str) {
    match conn {
        AnyConnection::Sqlite(conn) => sql_query(sql).execute(conn).unwrap(),
        AnyConnection::Postgres(conn) => sql_query(sql).execute(conn).unwrap(),
    };
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

fn number(conn: &mut AnyConnection, sql: &str) -> i64 {
    let row: Number = match conn {
        AnyConnection::Sqlite(conn) => sql_query(sql).get_result(conn).unwrap(),
        AnyConnection::Postgres(conn) => sql_query(sql).get_result(conn).unwrap(),
    };
    row.number
}

/// The answers from sums and rows, and those from the rows alone: with a mark on every hour.
async fn both(t: &TestApp, questions: Vec<Query>) -> (Answers, Answers) {
    let write = move |tx: &mut tracewright::db::Tx<'_>| {
        let last = number(tx.conn, "SELECT COALESCE(max(id), 0) AS number FROM metric_marks");
        let no = if tx.conn.is_sqlite() { "0" } else { "FALSE" };
        for table in ["observation_hours", "trace_hours", "call_hours"] {
            let columns = "INSERT INTO metric_marks (project, start_at, marked_at, is_wide)";
            execute(tx.conn, &format!("{columns} SELECT DISTINCT project, start_at, 0, {no} FROM {table}"));
        }
        Ok(last)
    };
    let again = questions.clone();
    let mixed = t.app.db.read(move |conn| Ok(answers(conn, &again))).await.unwrap();
    let last = t.app.db.write(&Actor::system(), write).await.unwrap();
    let plain = t.app.db.read(move |conn| Ok(answers(conn, &questions))).await.unwrap();
    let undo = format!("DELETE FROM metric_marks WHERE id > {last}");
    t.app
        .db
        .write(&Actor::system(), move |tx| {
            execute(tx.conn, &undo);
            Ok(())
        })
        .await
        .unwrap();
    (mixed, plain)
}

async fn price_anew(t: &TestApp, dice: &mut Dice) {
    let model = dice.pick(&["acme-brain", "acme-muse", "gpt-4o-2024-08-06"]).to_owned();
    let rate = i64::try_from(1 + dice.roll(9)).unwrap() * 1_000_000_000;
    let price = Price {
        names: vec![model.clone()],
        model,
        rates: Rates { input: Rate::new(rate), output: Rate::new(rate * 3), ..Rates::default() },
        ..Price::default()
    };
    override_price(&t.app, &Books::default(), &Asker::operator(PROJECT), price).await.unwrap();
    reprice(&t.app, &Asker::operator(PROJECT), RepriceScope::default()).await.unwrap();
}

/// What lists may be asked for: about columns that hours are summed by, and about others.
fn wishes(dice: &mut Dice) -> Vec<(Entity, Vec<Condition>)> {
    let equals = |value: &str| Test::Text(TextTest::Equals, value.to_owned());
    let hour = Timestamp::parse_rfc3339(&dice.moment()).unwrap();
    let (o, t) = (Entity::Observations, Entity::Traces);
    let model = dice.pick(&["acme-brain", "acme-muse", "acme-none"]);
    let all = [
        (o, vec![("model", equals(model))]),
        (o, vec![("model", equals("acme-none"))]),
        (o, vec![("type", equals("GENERATION")), ("level", equals("ERROR"))]),
        (o, vec![("environment", Test::AnyOf(vec!["default".to_owned(), "staging".to_owned()]))]),
        (o, vec![("environment", Test::NoneOf(vec!["staging".to_owned()])), ("name", equals("act"))]),
        (o, vec![("model", Test::Null(true)), ("startTime", Test::Time("<=", hour))]),
        (o, vec![("model", equals(model)), ("startTime", Test::Time(">", hour))]),
        (o, vec![("version", Test::Null(false))]),
        (t, vec![("name", equals("check")), ("release", equals("2"))]),
        (t, vec![("environment", equals("staging")), ("timestamp", Test::Time("<", hour))]),
        (t, vec![("version", equals("none"))]),
    ];
    let condition = |of: Entity, name: &str, test: &Test| Condition::named(of, name, test.clone()).unwrap();
    let read = |(of, tests): &(Entity, Vec<(&str, Test)>)| {
        (*of, tests.iter().map(|(name, test)| condition(*of, name, test)).collect())
    };
    all.iter().map(read).collect()
}

/// The rows of one wish, in pages of three and all at once, walked and counted.
fn listed(conn: &mut AnyConnection, of: Entity, scan: &Scan) -> Vec<String> {
    let finding = Finding::ByStart;
    let newest = "traces.start_at DESC, traces.trace_id DESC";
    let mut page = |offset, limit| -> Vec<String> {
        if of == Entity::Traces {
            let rows = trace_page(conn, scan, finding, newest, offset, limit).unwrap();
            rows.into_iter().map(|full| full.row.trace_id).collect()
        } else {
            let rows = observation_page(conn, scan, finding, offset, limit).unwrap();
            rows.into_iter().map(|full| full.row.observation_id).collect()
        }
    };
    let all = page(0, 1_000);
    let paged: Vec<String> =
        (0..).map(|n| page(n * 3, 3)).take_while(|rows| !rows.is_empty()).flatten().collect();
    assert_eq!(paged, all, "pages");
    assert_eq!(count_rows(conn, scan, finding, 1_000).unwrap(), i64::try_from(all.len()).unwrap(), "count");
    if of == Entity::Observations {
        assert_eq!(walked(conn, scan), all, "walk");
    }
    all
}

fn walked(conn: &mut AnyConnection, scan: &Scan) -> Vec<String> {
    let (mut walked, mut after) = (Vec::new(), None);
    loop {
        let rows = observations_after(conn, scan, Finding::ByStart, after.as_ref(), 4).unwrap();
        let Some(last) = rows.last().map(|full| full.row.clone()) else { return walked };
        walked.extend(rows.into_iter().map(|full| full.row.observation_id));
        after = Some(Position {
            at: last.start_at,
            trace_id: last.trace_id,
            observation_id: last.observation_id,
        });
    }
}

/// What the hours lead to, and what all rows say.
fn lists(conn: &mut AnyConnection, wishes: Vec<(Entity, Vec<Condition>)>) -> Vec<(Vec<String>, Vec<String>)> {
    let mut lists = Vec::new();
    for (of, conditions) in wishes {
        let table = if of == Entity::Traces { "traces.project = 1" } else { "observations.project = 1" };
        let (led, rest) = Scan::new(of, PROJECT, Sql::new(table)).narrow(conditions);
        assert!(rest.is_empty());
        let plain = Scan::new(of, PROJECT, led.clause.clone());
        lists.push((listed(conn, of, &led), listed(conn, of, &plain)));
    }
    lists
}

on_both! {
    async fn sums_and_rows_give_the_same_after_anything(t: TestApp) {
        let mut summed = 0;
        for seed in 1..=3_u64 {
            let mut dice = Dice(seed);
            for step in 0..40 {
                let name = match dice.roll(10) {
                    0 => {
                        erase_traces(&t.app, &t.services.intake.hooks, &Asker::operator(PROJECT), vec![format!("t{}", dice.roll(30))], "test").await.unwrap();
                        "erase"
                    }
                    1 => {
                        price_anew(&t, &mut dice).await;
                        "reprice"
                    }
                    2..=4 => {
                        t.clock.advance(2 * MINUTE);
                        summed += refresh(&t.app).await.unwrap();
                        let left = t.app.db.read(|conn| Ok(number(conn, "SELECT count(*) AS number FROM metric_marks"))).await.unwrap();
                        assert_eq!(left, 0, "everything is summed");
                        "refresh"
                    }
                    _ => {
                        let n = usize::try_from(seed).unwrap() * 10_000 + step * 10;
                        let events: Vec<Value> = (0..=dice.roll(5)).map(|k| event(&mut dice, n + k)).collect();
                        send(&t, &events).await;
                        "send"
                    }
                };
                let (mixed, plain) = both(&t, questions(&mut dice)).await;
                assert_eq!(mixed, plain, "seed {seed}, step {step}: {name}");
                let wishes = wishes(&mut dice);
                let lists = t.app.db.read(move |conn| Ok(lists(conn, wishes))).await.unwrap();
                for (n, (led, plain)) in lists.into_iter().enumerate() {
                    assert_eq!(led, plain, "seed {seed}, step {step}: {name}, wish {n}");
                }
            }
        }
        assert!(summed > 50, "{summed} hours were summed");
    }

    async fn erased_names_leave_the_sums_at_once(t: TestApp) {
        let body = json!({"id": "o", "traceId": "t0", "name": "Ada Lovelace", "startTime": "2026-11-21T05:00:00Z"});
        send(&t, &[json!({"id": "e", "type": "span-create", "timestamp": "2026-11-21T05:00:00Z", "body": body})]).await;
        t.clock.advance(2 * MINUTE);
        assert_eq!(refresh(&t.app).await.unwrap(), 1);
        let count = |t: &TestApp| {
            let db = t.app.db.clone();
            async move { db.read(|conn| Ok(number(conn, "SELECT count(*) AS number FROM observation_hours WHERE name LIKE 'Ada%'"))).await.unwrap() }
        };
        assert_eq!(count(&t).await, 1);
        erase_traces(&t.app, &t.services.intake.hooks, &Asker::operator(PROJECT), vec!["t0".to_owned()], "test").await.unwrap();
        assert_eq!(count(&t).await, 0);
    }

    async fn numbers_beyond_reason_break_no_sum(t: TestApp) {
        let events: Vec<Value> = (0..3).flat_map(|n| {
            let at = "2026-11-21T05:00:00Z";
            let body = json!({"id": format!("o{n}"), "traceId": format!("t{n}"), "sessionId": "s", "model": "m", "startTime": at,
                "usageDetails": {"input": 9_000_000_000_000_000_000_i64, "output": 9_000_000_000_000_000_000_i64}, "costDetails": {"total": 9_000_000_000_i64}});
            [json!({"id": format!("e{n}"), "type": "trace-create", "timestamp": at, "body": {"id": format!("t{n}"), "sessionId": "s", "timestamp": at}}),
             json!({"id": format!("g{n}"), "type": "generation-create", "timestamp": at, "body": body})]
        }).collect();
        send(&t, &events).await;
        let mut dice = Dice(5);
        for _ in 0..2 {
            let (mixed, plain) = both(&t, questions(&mut dice)).await;
            assert_eq!(mixed, plain);
            assert_eq!(mixed.1[0].cost_nanos, 3_000_000_000_000_000, "a million dollars a call at most");
            let sums = t.app.db.read(|conn| sessions::sums(conn, PROJECT, &["s"])).await.unwrap();
            assert_eq!((sums[0].traces, sums[0].tokens), (3, 6_000_000_000_000));
            t.clock.advance(2 * MINUTE);
            refresh(&t.app).await.unwrap();
        }
    }

    async fn an_hour_with_very_many_groups_is_read_from_its_rows(t: TestApp) {
        let events: Vec<Value> = (0..2_100).map(|n| {
            let body = json!({"id": format!("o{n}"), "traceId": "t0", "name": format!("step {n}"), "startTime": "2026-11-21T05:00:00Z"});
            json!({"id": format!("e{n}"), "type": "span-create", "timestamp": "2026-11-21T05:00:00Z", "body": body})
        }).collect();
        send(&t, &events).await;
        t.clock.advance(2 * MINUTE);
        assert_eq!(refresh(&t.app).await.unwrap(), 1);
        let left = t.app.db.read(|conn| Ok((number(conn, "SELECT count(*) AS number FROM observation_hours"), number(conn, "SELECT count(*) AS number FROM metric_marks")))).await.unwrap();
        assert_eq!(left, (0, 1), "no sums, and a mark that stays");
        t.clock.advance(2 * MINUTE);
        assert_eq!(refresh(&t.app).await.unwrap(), 0, "it is not tried again before something comes");
        let mut dice = Dice(9);
        let (mixed, plain) = both(&t, questions(&mut dice)).await;
        assert_eq!(mixed, plain);
    }
}
