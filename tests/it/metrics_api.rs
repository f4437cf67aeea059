//! Metrics on both databases: the daily table, queries of every view, what is refused.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::harness::api::Program;
use crate::harness::{TestApp, on_both};

const FROM: &str = "2026-11-01T00:00:00Z";
const TO: &str = "2026-12-01T00:00:00Z";

/// Two days: four calls on the 19th (100, 200, 300, 400 ms), one on the 20th.
async fn fill(t: &TestApp, program: &Program) {
    let mut events = Vec::new();
    for (n, (day, ms, model, user)) in [
        (19, 100, "gpt-a", "ann"),
        (19, 200, "gpt-a", "ann"),
        (19, 300, "gpt-b", "bob"),
        (19, 400, "gpt-a", "bob"),
        (20, 1000, "gpt-a", "ann"),
    ]
    .into_iter()
    .enumerate()
    {
        let start = format!("2026-11-{day}T10:00:00.000Z");
        let end = format!("2026-11-{day}T10:00:{:02}.{:03}Z", ms / 1000, ms % 1000);
        let event = |id: String, kind: &str, body: Value| json!({"id": id, "type": kind, "timestamp": start, "body": body});
        events.push(event(format!("a{n}"), "trace-create", json!({"id": format!("t{n}"), "name": "run", "userId": user,
            "tags": ["x", format!("day-{day}")], "environment": if n == 0 { "staging" } else { "production" }, "timestamp": start})));
        events.push(event(format!("b{n}"), "generation-create", json!({"id": format!("o{n}"), "traceId": format!("t{n}"),
            "name": "call", "startTime": start, "endTime": end, "model": model, "level": if n == 3 { "ERROR" } else { "DEFAULT" },
            "usageDetails": {"input": 10, "output": 5}, "costDetails": {"total": 0.25}, "userId": user})));
        events.push(event(format!("c{n}"), "score-create", json!({"id": format!("s{n}"), "traceId": format!("t{n}"), "name": "quality", "value": n, "timestamp": start})));
        events.push(event(format!("d{n}"), "score-create", json!({"id": format!("w{n}"), "traceId": format!("t{n}"), "name": "tone", "value": if n % 2 == 0 { "warm" } else { "cold" }, "timestamp": start})));
    }
    let got = program.json(t, Method::POST, "/api/public/ingestion", json!({"batch": events})).await.json();
    assert_eq!(got["errors"], json!([]), "{got}");
}

async fn ask(t: &TestApp, program: &Program, version: &str, query: Value) -> (u16, Value) {
    let text = serde_urlencoded::to_string([("query", query.to_string())]).unwrap();
    let got = program.get(t, &format!("/api/public/{version}metrics?{text}")).await;
    let body = got.json();
    (got.status, if got.status == 200 { body["data"].clone() } else { body })
}

fn query(view: &str, dimensions: &[&str], metrics: &[(&str, &str)]) -> Value {
    let dimensions: Vec<Value> = dimensions.iter().map(|field| json!({"field": field})).collect();
    let metrics: Vec<Value> = metrics
        .iter()
        .map(|(measure, aggregation)| json!({"measure": measure, "aggregation": aggregation}))
        .collect();
    json!({"view": view, "dimensions": dimensions, "metrics": metrics, "fromTimestamp": FROM, "toTimestamp": TO})
}

fn with(mut query: Value, field: &str, value: Value) -> Value {
    query[field] = value;
    query
}

on_both! {
    async fn the_daily_table_adds_up_days_and_models(t: TestApp) {
        let (program, other) = (Program::first(&t).await, Program::second(&t).await);
        fill(&t, &program).await;
        let got = program.get(&t, "/api/public/metrics/daily").await.json();
        assert_eq!(got["meta"], json!({"page": 1, "limit": 50, "totalItems": 2, "totalPages": 1}), "{got}");
        assert_eq!(got["data"][1], json!({"date": "2026-11-19", "countTraces": 4, "countObservations": 4, "totalCost": 1, "usage": [
            {"model": "gpt-a", "inputUsage": 30, "outputUsage": 15, "totalUsage": 45, "countObservations": 3, "countTraces": 3, "totalCost": 0.75},
            {"model": "gpt-b", "inputUsage": 10, "outputUsage": 5, "totalUsage": 15, "countObservations": 1, "countTraces": 1, "totalCost": 0.25},
        ]}));
        assert_eq!((&got["data"][0]["date"], &got["data"][0]["countTraces"]), (&json!("2026-11-20"), &json!(1)));
        for (parameters, traces) in [
            ("traceName=run&userId=ann", 2), ("userId=nobody", 0), ("tags=x&tags=day-19", 4), ("environment=staging", 1),
            ("environment=staging&environment=production", 4), ("toTimestamp=2026-11-20T00:00:00Z", 4),
            ("fromTimestamp=2026-11-20T00:00:00Z&toTimestamp=2026-11-21T00:00:00Z", 1), ("page=2&limit=1", 4),
        ] {
            let got = program.get(&t, &format!("/api/public/metrics/daily?{parameters}")).await.json();
            let found = got["data"].as_array().unwrap().last().map_or(0, |day| day["countTraces"].as_i64().unwrap());
            assert_eq!(found, traces, "{parameters}: {got}");
        }
        assert_eq!(other.get(&t, "/api/public/metrics/daily").await.json()["data"], json!([]));
        for bad in ["limit=500", "page=-1", "fromTimestamp=monday", "fromTimestamp=2020-01-01T00:00:00Z", "fromTimestamp=2027-01-01T00:00:00Z"] {
            assert_eq!(program.get(&t, &format!("/api/public/metrics/daily?{bad}")).await.status, 400, "{bad}");
        }
    }

    async fn queries_group_by_dimension_and_time(t: TestApp) {
        let program = Program::first(&t).await;
        fill(&t, &program).await;
        let sums = query("observations", &["providedModelName"], &[("count", "count"), ("totalCost", "sum"), ("latency", "max"), ("inputTokens", "avg")]);
        for version in ["", "v2/"] {
            assert_eq!(ask(&t, &program, version, sums.clone()).await, (200, json!([
                {"providedModelName": "gpt-a", "count_count": 4, "sum_totalCost": 1, "max_latency": 1000, "avg_inputTokens": 10},
                {"providedModelName": "gpt-b", "count_count": 1, "sum_totalCost": 0.25, "max_latency": 300, "avg_inputTokens": 10},
            ])));
        }
        let count = |view: &str| query(view, &[], &[("count", "count")]);
        for (granularity, wanted) in [
            ("day", json!([["2026-11-19T00:00:00Z", 4], ["2026-11-20T00:00:00Z", 1]])),
            ("hour", json!([["2026-11-19T10:00:00Z", 4], ["2026-11-20T10:00:00Z", 1]])),
            ("week", json!([["2026-11-16T00:00:00Z", 5]])),
            ("month", json!([["2026-11-01T00:00:00Z", 5]])),
            ("auto", json!([["2026-11-19T00:00:00Z", 4], ["2026-11-20T00:00:00Z", 1]])),
        ] {
            let (status, rows) = ask(&t, &program, "v2/", with(count("observations"), "timeDimension", json!({"granularity": granularity}))).await;
            let rows: Vec<Value> = rows.as_array().unwrap().iter().map(|row| json!([row["time_dimension"], row["count_count"]])).collect();
            assert_eq!((status, json!(rows)), (200, wanted), "{granularity}");
        }
        let by_user = with(query("traces", &["userId", "timestampMonth"], &[("count", "count"), ("observationsCount", "sum"), ("scoresCount", "sum")]), "orderBy", json!([{"field": "userId", "direction": "desc"}]));
        assert_eq!(ask(&t, &program, "", by_user).await.1, json!([
            {"userId": "bob", "timestampMonth": "2026-11", "count_count": 2, "sum_observationsCount": 2, "sum_scoresCount": 4},
            {"userId": "ann", "timestampMonth": "2026-11", "count_count": 3, "sum_observationsCount": 3, "sum_scoresCount": 6},
        ]));
        let unique = query("traces", &["name"], &[("uniqueUserIds", "count"), ("uniqueSessionIds", "sum")]);
        assert_eq!(ask(&t, &program, "", unique).await.1, json!([{"name": "run", "count_uniqueUserIds": 2, "sum_uniqueSessionIds": 0}]));
        let limited = with(query("traces", &["userId"], &[("count", "count")]), "config", json!({"row_limit": 1}));
        assert_eq!(ask(&t, &program, "", limited).await.1, json!([{"userId": "ann", "count_count": 3}]));
    }

    async fn scores_are_measured_and_words_counted(t: TestApp) {
        let program = Program::first(&t).await;
        fill(&t, &program).await;
        let numbers = query("scores-numeric", &["name", "timestampDay", "traceName"], &[("value", "avg"), ("value", "p50"), ("count", "count")]);
        assert_eq!(ask(&t, &program, "v2/", with(numbers, "orderBy", json!([{"field": "timestampDay", "direction": "asc"}]))).await.1, json!([
            {"name": "quality", "timestampDay": "2026-11-19", "traceName": "run", "avg_value": 1.5, "p50_value": 1.5, "count_count": 4},
            {"name": "quality", "timestampDay": "2026-11-20", "traceName": "run", "avg_value": 4, "p50_value": 4, "count_count": 1},
        ]));
        let words = query("scores-categorical", &["stringValue"], &[("count", "count")]);
        assert_eq!(ask(&t, &program, "v2/", words).await.1, json!([{"stringValue": "warm", "count_count": 3}, {"stringValue": "cold", "count_count": 2}]));
        assert_eq!(ask(&t, &program, "v2/", query("scores-boolean", &[], &[("count", "count")])).await.1, json!([{"count_count": 0}]));
    }

    async fn distributions_are_worked_out_from_the_values(t: TestApp) {
        let program = Program::first(&t).await;
        fill(&t, &program).await;
        let all = [("latency", "p50"), ("latency", "p75"), ("latency", "p99"), ("latency", "sum"), ("latency", "min"), ("count", "count"), ("latency", "histogram")];
        let (status, rows) = ask(&t, &program, "v2/", with(query("observations", &["level"], &all), "config", json!({"bins": 3}))).await;
        assert_eq!(status, 200, "{rows}");
        // The greatest median stands first.
        let row = &rows[1];
        assert_eq!((&row["level"], &row["p50_latency"], &row["p75_latency"], &row["sum_latency"], &row["min_latency"], &row["count_count"]),
            (&json!("DEFAULT"), &json!(250), &json!(475), &json!(1600), &json!(100), &json!(4)), "{row}");
        assert_eq!(row["histogram_latency"], json!([[100.0, 400.0, 3], [400.0, 700.0, 0], [700.0, 1000.0, 1]]));
    }

    async fn filters_mean_the_same_on_both_databases(t: TestApp) {
        let program = Program::first(&t).await;
        fill(&t, &program).await;
        for (filter, wanted) in [
            (json!({"column": "providedModelName", "operator": "=", "value": "gpt-b", "type": "string"}), 1),
            (json!({"column": "providedModelName", "operator": "=", "value": "GPT-B", "type": "string"}), 0),
            (json!({"column": "providedModelName", "operator": "contains", "value": "T-A", "type": "string"}), 0),
            (json!({"column": "providedModelName", "operator": "contains", "value": "%", "type": "string"}), 0),
            (json!({"column": "providedModelName", "operator": "contains", "value": "t-a", "type": "string"}), 4),
            (json!({"column": "providedModelName", "operator": "does not contain", "value": "a", "type": "string"}), 1),
            (json!({"column": "name", "operator": "starts with", "value": "ca", "type": "string"}), 5),
            (json!({"column": "name", "operator": "ends with", "value": "ll", "type": "string"}), 5),
            (json!({"column": "name", "operator": "ends with", "value": "a longer text", "type": "string"}), 0),
            (json!({"column": "level", "operator": "any of", "value": ["ERROR", "WARNING"], "type": "stringOptions"}), 1),
            (json!({"column": "level", "operator": "none of", "value": ["ERROR"], "type": "stringOptions"}), 4),
            (json!({"column": "level", "operator": "any of", "value": [], "type": "stringOptions"}), 0),
            (json!({"column": "tags", "operator": "all of", "value": ["x", "day-20"], "type": "arrayOptions"}), 1),
            (json!({"column": "tags", "operator": "any of", "value": ["day-19", "day-20"], "type": "arrayOptions"}), 5),
            (json!({"column": "tags", "operator": "none of", "value": ["day-19"], "type": "arrayOptions"}), 1),
            (json!({"column": "latency", "operator": ">", "value": 250, "type": "number"}), 3),
            (json!({"column": "startTime", "operator": ">=", "value": "2026-11-20T00:00:00Z", "type": "datetime"}), 1),
            (json!({"column": "traceName", "operator": "is null", "value": "", "type": "null"}), 0),
            (json!({"column": "userId", "operator": "=", "value": "x' OR '1'='1", "type": "string"}), 0),
        ] {
            let asked = with(query("observations", &[], &[("count", "count")]), "filters", json!([filter]));
            assert_eq!(ask(&t, &program, "v2/", asked).await, (200, json!([{"count_count": wanted}])), "{filter}");
        }
    }

    async fn filters_on_what_is_read_hold_in_every_view(t: TestApp) {
        let program = Program::first(&t).await;
        fill(&t, &program).await;
        let at = "2026-11-19T10:00:00.000Z";
        let more = |id: &str, kind: &str, body: Value| json!({"id": id, "type": kind, "timestamp": at, "body": body});
        let got = program.json(&t, Method::POST, "/api/public/ingestion", json!({"batch": [
            more("m0", "trace-update", json!({"id": "t0", "metadata": {"plant": "north", "site": {"hall": 4}}})),
            more("m1", "generation-update", json!({"id": "o1", "traceId": "t1", "metadata": {"ucid": "77"}, "input": "the pump"})),
            more("m2", "score-create", json!({"id": "x1", "traceId": "t1", "name": "n", "value": 3, "timestamp": at, "metadata": {"by": "x"}})),
        ]})).await.json();
        assert_eq!(got["errors"], json!([]), "{got}");
        let test = |column: &str, key: &str, operator: &str, value: Value, kind: &str| {
            json!([{"column": column, "key": key, "operator": operator, "value": value, "type": kind}])
        };
        for (view, filter, wanted) in [
            ("observations", test("metadata", "ucid", "=", json!("77"), "stringObject"), 1),
            ("observations", test("metadata", "ucid", "=", json!("78"), "stringObject"), 0),
            ("observations", test("metadata", "ucid", "does not contain", json!("77"), "stringObject"), 4),
            ("observations", test("input", "", "contains", json!("pump"), "string"), 1),
            ("traces", test("metadata", "plant", "starts with", json!("no"), "stringObject"), 1),
            ("traces", test("metadata", "site.hall", ">", json!(3), "numberObject"), 1),
            ("traces", test("metadata", "plant", "=", json!("south"), "stringObject"), 0),
            ("scores-numeric", test("metadata", "by", "=", json!("x"), "stringObject"), 1),
            ("scores-categorical", test("metadata", "by", "=", json!("x"), "stringObject"), 0),
        ] {
            let asked = with(query(view, &[], &[("count", "count")]), "filters", filter.clone());
            assert_eq!(ask(&t, &program, "", asked).await, (200, json!([{"count_count": wanted}])), "{view} {filter}");
        }
        // With a group, a percentile and another condition.
        let both = json!([test("metadata", "ucid", "=", json!("77"), "stringObject")[0], test("level", "", "=", json!("DEFAULT"), "string")[0]]);
        let asked = with(query("observations", &["providedModelName"], &[("latency", "p50")]), "filters", both);
        assert_eq!(ask(&t, &program, "v2/", asked).await, (200, json!([{"providedModelName": "gpt-a", "p50_latency": 200}])));
    }

    async fn what_cannot_be_answered_is_refused_by_its_field(t: TestApp) {
        let (program, other) = (Program::first(&t).await, Program::second(&t).await);
        fill(&t, &program).await;
        let good = || query("observations", &["name"], &[("count", "count")]);
        for (asked, field) in [
            (with(good(), "view", json!("users")), "view"),
            (with(good(), "view", json!("traces")), "view"),
            (with(good(), "view", json!(7)), "query"),
            (query("observations", &["userId"], &[("count", "count")]), "dimensions"),
            (query("observations", &["traceId"], &[("count", "count")]), "dimensions"),
            (query("scores-numeric", &["sessionId"], &[("count", "count")]), "dimensions"),
            (query("observations", &["promptName"], &[("count", "count")]), "dimensions"),
            (query("observations", &["name; DROP TABLE traces"], &[("count", "count")]), "dimensions"),
            (query("observations", &["name", "level", "type", "version", "release"], &[("count", "count")]), "dimensions"),
            (query("observations", &[], &[]), "metrics"),
            (query("observations", &[], &[("beauty", "sum")]), "measure"),
            (query("observations", &[], &[("count", "median")]), "aggregation"),
            (with(good(), "fromTimestamp", json!("2026-13-01")), "fromTimestamp"),
            (with(good(), "fromTimestamp", json!(TO)), "toTimestamp"),
            (with(good(), "fromTimestamp", json!("2020-01-01T00:00:00Z")), "toTimestamp"),
            (with(good(), "timeDimension", json!({"granularity": "fortnight"})), "granularity"),
            (with(good(), "orderBy", json!([{"field": "sum_cost", "direction": "asc"}])), "orderBy"),
            (with(good(), "orderBy", json!([{"field": "name", "direction": "up"}])), "direction"),
            (with(good(), "config", json!({"row_limit": 1001})), "row_limit"),
            (with(good(), "config", json!({"bins": 0})), "bins"),
            (with(good(), "filters", json!([{"column": "metadata", "operator": "=", "value": "a", "type": "stringObject"}])), "filters.0.key"),
            (with(good(), "filters", json!([{"column": "name", "operator": "~", "value": "a", "type": "string"}])), "filters.0.operator"),
        ] {
            let (status, body) = ask(&t, &program, "v2/", asked.clone()).await;
            assert_eq!(status, 400, "{asked}: {body}");
            assert!(body["message"].as_str().unwrap().contains(field), "{asked}: {body}");
        }
        let mixed = query("traces", &[], &[("uniqueUserIds", "count"), ("latency", "p50")]);
        assert_eq!(ask(&t, &program, "", mixed).await.0, 400);
        assert_eq!(program.get(&t, "/api/public/metrics").await.status, 400);
        assert_eq!(program.get(&t, "/api/public/v2/metrics?query=%7B").await.status, 400);
        assert_eq!(ask(&t, &other, "v2/", query("observations", &[], &[("count", "count")])).await.1, json!([{"count_count": 0}]));
        assert_eq!(ask(&t, &Program::scores_only(), "v2/", good()).await.0, 403);
    }
}
