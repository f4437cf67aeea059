//! Large requests: stored in parts with other writes between, as if they had come whole, and acknowledged only whole.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde_json::{Value, json};
use tracewright::db::Tx;
use tracewright::foundation::{Actor, Asker, Error, ProjectKey, Result};
use tracewright::intake::Intake;
use tracewright::intake::ingest::{RequestBody, ingest_batch, ingest_otlp};
use tracewright::state::App;
use tracewright::traces::{Arrived, Hooks};
use wire::otlp::Encoding;

use super::{PROJECT, batch, event, otlp_json, seen};
use crate::harness::{TestApp, on_both};

/// More than one part takes.
const MANY: usize = 2_500;

/// What was written on behalf of each test, in order; hooks are plain functions.
static WRITTEN: Mutex<BTreeMap<String, Vec<&'static str>>> = Mutex::new(BTreeMap::new());

/// One name for each test and database, so that they may run beside each other.
fn note(app: &App, what: &'static str) -> usize {
    let mut written = WRITTEN.lock().unwrap();
    let of_test = written.entry(app.config.data.display().to_string()).or_default();
    of_test.push(what);
    of_test.iter().filter(|kept| **kept == "part").count()
}

fn written(app: &App) -> Vec<&'static str> {
    WRITTEN.lock().unwrap().get(&app.config.data.display().to_string()).cloned().unwrap_or_default()
}

fn note_part(app: &App, _: &mut Tx<'_>, arrived: &[Arrived]) -> Result<()> {
    let rows: usize = arrived.iter().map(|trace| trace.observation_ids.len() + 1).sum();
    assert!(rows <= 1_024, "one commit holds {rows} rows");
    note(app, "part");
    Ok(())
}

fn fail_third(app: &App, _: &mut Tx<'_>, _: &[Arrived]) -> Result<()> {
    if note(app, "part") == 3 {
        return Err(Error::Unavailable("the disk is full".into()));
    }
    Ok(())
}

fn noting(hook: tracewright::traces::ArrivedHook) -> Intake {
    Intake::over(Hooks { arrived: vec![hook], ..Hooks::none() })
}

fn span(trace: usize, number: usize) -> Value {
    json!({"traceId": format!("{trace:032x}"), "spanId": format!("{number:016x}"), "name": format!("s{}", number % 7),
        "startTimeUnixNano": "1795251600000000000", "endTimeUnixNano": "1795251601000000000",
        "attributes": [{"key": "session.id", "value": {"stringValue": format!("c{}", trace % 5)}}]})
}

fn export(spans: &[Value]) -> Value {
    json!({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]})
}

/// Many small traces and one that is larger than a part.
fn spans() -> Vec<Value> {
    let small = (0..MANY).map(|number| span(1_000 + number, 1 + number));
    let large = (0..MANY).map(|number| span(7, 100_000 + number));
    small.chain(large).collect()
}

async fn send(t: &TestApp, intake: &Intake, project: ProjectKey, body: &Value) -> Result<u64> {
    let sent = RequestBody::plain(body.to_string().into_bytes());
    let rejected = ingest_otlp(&t.app, intake, &Asker::system(project), sent, Encoding::Json).await?;
    Ok(u64::try_from(rejected.count).unwrap_or_default())
}

on_both! {
    async fn what_is_cut_into_parts_is_as_if_it_had_come_piece_by_piece(t: TestApp) {
        let (whole, pieces) = (ProjectKey(11), ProjectKey(12));
        let all = spans();
        assert_eq!(send(&t, &noting(note_part), whole, &export(&all)).await.unwrap(), 0);
        assert!(written(&t.app).len() >= 5, "{:?}", written(&t.app));
        for chunk in all.chunks(400) {
            otlp_json(&t, pieces, &export(chunk)).await;
        }
        let (whole, pieces) = (seen(&t, whole).await, seen(&t, pieces).await);
        assert_eq!((whole.traces.len(), whole.observations.len()), (MANY + 1, 2 * MANY));
        assert_eq!(whole, pieces);
    }

    async fn people_write_between_the_parts_of_a_request(t: TestApp) {
        let body = export(&spans());
        let intake = noting(note_part);
        let sending = send(&t, &intake, PROJECT, &body);
        let ticking = async {
            loop {
                let app = t.app.clone();
                t.app.db.write(&Actor::system(), move |_| { note(&app, "tick"); Ok(()) }).await.unwrap();
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            }
        };
        futures_util::future::select(Box::pin(sending), Box::pin(ticking)).await;
        let order: Vec<&str> = written(&t.app);
        let first = order.iter().position(|what| *what == "part").unwrap();
        let last = order.iter().rposition(|what| *what == "part").unwrap();
        assert!(order[first..last].contains(&"tick"), "{order:?}");
    }

    async fn a_part_that_fails_acknowledges_nothing_and_the_repeat_counts_once(t: TestApp) {
        let body = export(&spans());
        let refused = send(&t, &noting(fail_third), PROJECT, &body).await.unwrap_err();
        assert!(matches!(refused, Error::Unavailable(_)), "{refused}");
        assert!(refused.to_string().contains("only part of this request was stored (the disk is full)"), "{refused}");
        let half = seen(&t, PROJECT).await.observations.len();
        assert!(0 < half && half < 2 * MANY, "{half}");
        assert_eq!(send(&t, &Intake::unheard(), PROJECT, &body).await.unwrap(), 0);
        let all = seen(&t, PROJECT).await;
        assert_eq!((all.traces.len(), all.observations.len()), (MANY + 1, 2 * MANY));
        assert_eq!(all.traces.iter().map(|trace| trace.observation_count).sum::<i64>(), 2 * i64::try_from(MANY).unwrap());
        assert!(all.observations.iter().all(|row| row.arrivals == 1));
    }

    async fn updates_without_a_trace_find_theirs_wherever_it_is_cut(t: TestApp) {
        let id = |number: usize| format!("o{number:05}");
        let made = (0..MANY).map(|n| event(&format!("c{n}"), "span-create", 1, json!({"id": id(n), "traceId": format!("t{}", n / 2), "name": "made"})));
        let changed = (0..MANY).map(|n| event(&format!("u{n}"), "span-update", 2, json!({"id": id(n), "name": "changed"})));
        let unknown = event("lost", "span-update", 2, json!({"id": "nobody knows", "name": "x"}));
        let (whole, later) = (ProjectKey(21), ProjectKey(22));
        let events: Vec<Value> = changed.clone().chain(made.clone()).chain([unknown]).collect();
        let body = json!({ "batch": events }).to_string().into_bytes();
        let answers = ingest_batch(&t.app, &Intake::unheard(), &Asker::system(whole), RequestBody::plain(body)).await.unwrap();
        let refused: Vec<&str> = answers.iter().filter(|answer| answer.fault.is_some()).map(|answer| answer.id.as_str()).collect();
        assert_eq!(refused, ["lost"]);
        batch(&t, later, &made.collect::<Vec<_>>()).await;
        batch(&t, later, &changed.collect::<Vec<_>>()).await;
        let all = seen(&t, whole).await;
        assert_eq!(all.observations.len(), MANY);
        assert!(all.observations.iter().all(|row| row.name.as_deref() == Some("changed") && row.arrivals == 2));
        assert_eq!(all, seen(&t, later).await);
    }
}
