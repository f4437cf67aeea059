//! Erasing: by trace, by user, late repeats, shared bodies, the raw file, the ledger.

use std::collections::BTreeSet;

use serde_json::json;
use tracewright::bodies;
use tracewright::foundation::permission::Scopes;
use tracewright::foundation::{Actor, ActorKind, Asker, Role};
use tracewright::intake::Intake;
use tracewright::intake::ingest::{RequestBody, ingest_batch};
use tracewright::kept_filters::{self, Kept, KeptFilter};
use tracewright::ledger::sequencer::sequence_now;
use tracewright::ledger::{rebuild, verifier};
use tracewright::traces::Hooks;
use tracewright::traces::actions::erase::{erase_traces, erase_user};
use tracewright::traces::{receipts, senders_of};

use crate::harness::{TestApp, on_both};

use super::{PROJECT, WORD, batch, contains, event, is_anywhere};

/// A trace with two observations, an update and a score, all of which say the word.
fn events(trace: &str, user: &str, word: &str) -> Vec<serde_json::Value> {
    let id = |part: &str| format!("{trace}-{part}");
    vec![
        event(
            &id("e1"),
            "trace-create",
            1,
            json!({
                "id": trace, "name": format!("name {word}"), "userId": user, "sessionId": format!("s-{user}"),
                "metadata": { "note": format!("metadata {word}") }, "input": format!("trace input {word}"),
            }),
        ),
        event(
            &id("e2"),
            "generation-create",
            2,
            json!({
                "id": id("g"), "traceId": trace, "name": format!("call {word}"), "input": format!("in {word}"),
                "output": format!("out {word}"), "statusMessage": format!("status {word}"),
            }),
        ),
        event(
            &id("e3"),
            "generation-update",
            3,
            json!({
                "id": id("g"), "traceId": trace, "output": format!("changed {word}"),
            }),
        ),
        event(&id("e4"), "span-create", 4, json!({ "id": id("s"), "traceId": trace, "name": word })),
        event(
            &id("e5"),
            "score-create",
            5,
            json!({
                "id": id("score"), "traceId": trace, "name": "helpful", "value": 1, "comment": format!("because {word}"),
            }),
        ),
    ]
}

async fn senders(t: &TestApp, trace: &str) -> Vec<String> {
    let trace = trace.to_owned();
    let read = move |conn: &mut _| senders_of(conn, PROJECT, &BTreeSet::from([trace.as_str()]));
    t.app.db.read(read).await.unwrap().into_iter().collect()
}

async fn erase(t: &TestApp, ids: &[&str]) -> usize {
    let ids = ids.iter().map(|id| (*id).to_owned()).collect();
    erase_traces(&t.app, &Hooks::none(), &Asker::operator(PROJECT), ids, "asked by the customer")
        .await
        .unwrap()
}

async fn count_of(t: &TestApp, trace: &'static str) -> usize {
    let read = move |conn: &mut _| tracewright::traces::reads::observations(conn, PROJECT, trace);
    t.app.db.read(read).await.unwrap().len()
}

async fn ledger_is_whole(t: &TestApp) {
    sequence_now(&t.app.db, &t.app.log).await.unwrap();
    let trust = verifier::Trust { key: t.app.log.verifier(), held: None };
    let report = t.app.db.read(move |conn| verifier::verify(conn, &trust)).await.unwrap();
    assert_eq!(report.faults, []);
    let (db, ledger) = (t.app.db.clone(), t.app.ledger.clone());
    let rebuilt = tokio::task::spawn_blocking(move || rebuild::check(&db, &ledger)).await.unwrap().unwrap();
    assert_eq!(rebuilt.differences, []);
}

on_both! {
    // Nobody becomes independent of what they sent by erasing it; the trace's own id is gone all the same.
    async fn who_sent_a_trace_is_known_after_it_by_its_mark_alone(t: TestApp) {
        let relay = Actor { id: "relay".to_owned(), kind: ActorKind::Agent, ..Actor::system() };
        let agent = Asker::account(relay, PROJECT, vec![Role::Agent]).with_key(Scopes::all());
        let trace = format!("trace-of-{WORD}");
        let body = json!({ "batch": [event("e1", "trace-create", 1, json!({ "id": trace }))] }).to_string();
        ingest_batch(&t.app, &Intake::unheard(), &agent, RequestBody::plain(body.into_bytes())).await.unwrap();
        assert_eq!(senders(&t, &trace).await, ["relay"]);
        assert_eq!(erase(&t, &[&trace]).await, 1);
        assert_eq!(senders(&t, &trace).await, ["relay"]);
        assert!(!is_anywhere(&t, WORD).await);
    }

    async fn an_erased_trace_leaves_a_tombstone_and_no_word(t: TestApp) {
        batch(&t, PROJECT, &events("gone", "ann", WORD)).await;
        batch(&t, PROJECT, &events("kept", "bob", "something else")).await;
        receipts::receive_once(&t.app).await.unwrap();
        assert!(is_anywhere(&t, WORD).await);
        assert_eq!(erase(&t, &["gone", "never-there", "gone"]).await, 1);
        assert!(!is_anywhere(&t, WORD).await);
        assert_eq!((count_of(&t, "gone").await, count_of(&t, "kept").await), (0, 2));
        let stone = t.app.db.read(|conn| tracewright::tombstones::tombstone(conn, PROJECT, "gone")).await.unwrap().unwrap();
        assert_eq!((stone.at, stone.by.as_str()), (t.app.now(), "Tracewright"));
        assert_eq!(stone.reason, "asked by the customer");
        let none = t.app.db.read(|conn| tracewright::tombstones::tombstone(conn, PROJECT, "never-there")).await.unwrap();
        assert_eq!(none, None);
        let history = t.app.db.read(|conn| tracewright::tombstones::erasures(conn, PROJECT, 10)).await.unwrap();
        assert_eq!((history.len(), history[0].traces, history[0].observations, history[0].scores), (1, 1, 2, 1));
        ledger_is_whole(&t).await;
    }

    async fn what_comes_late_for_an_erased_trace_is_answered_dropped_and_counted(t: TestApp) {
        batch(&t, PROJECT, &events("gone", "ann", WORD)).await;
        erase(&t, &["gone"]).await;
        batch(&t, PROJECT, &events("gone", "ann", WORD)).await;
        let mut mixed = events("gone", "ann", WORD);
        mixed.extend(events("new", "ann", "fresh"));
        batch(&t, PROJECT, &mixed).await;
        assert!(!is_anywhere(&t, WORD).await);
        assert_eq!((count_of(&t, "gone").await, count_of(&t, "new").await), (0, 2));
        assert_eq!(t.app.db.read(|conn| tracewright::traces::reads::late_arrivals(conn, PROJECT)).await.unwrap(), 10);
        ledger_is_whole(&t).await;
    }

    async fn a_user_is_erased_with_traces_scores_and_sessions(t: TestApp) {
        for trace in ["one", "two"] {
            batch(&t, PROJECT, &events(trace, "ann", WORD)).await;
        }
        batch(&t, PROJECT, &events("other", "bob", "something else")).await;
        let hooks = Hooks::none();
        let erased = erase_user(&t.app, &hooks, &Asker::operator(PROJECT), "ann", "Article 17").await.unwrap();
        assert_eq!(erased, 2);
        assert!(!is_anywhere(&t, WORD).await);
        assert_eq!(count_of(&t, "other").await, 2);
        assert_eq!(erase_user(&t.app, &hooks, &Asker::operator(PROJECT), "ann", "again").await.unwrap(), 0);
        ledger_is_whole(&t).await;
    }

    async fn a_user_leaves_no_name_behind(t: TestApp) {
        const USER: &str = "Archaeopteryx-4477";
        batch(&t, PROJECT, &events("one", USER, WORD)).await;
        let kept = |id: &str, user: &str| KeptFilter {
            project: PROJECT, kind: "traces".to_owned(), filter_id: id.to_owned(), owner: "o".to_owned(), owner_name: "O".to_owned(), name: "n".to_owned(),
            query: format!("errors=1&user={user}"), shared_at: None, created_at: t.app.now(),
        };
        let filters = [kept("a", USER), kept("b", "ann%40example.org"), kept("c", "somebody")];
        t.app.db.write(&Actor::system(), move |tx| filters.iter().try_for_each(|row| kept_filters::insert(tx.conn, row))).await.unwrap();
        for user in [USER, "ann@example.org"] {
            erase_user(&t.app, &Hooks::none(), &Asker::operator(PROJECT), user, "Article 17").await.unwrap();
        }
        assert!(!is_anywhere(&t, USER).await);
        let left = t.app.db.read(|conn| kept_filters::seen_by(conn, PROJECT, Kept::Traces, "o")).await.unwrap();
        assert_eq!(left.iter().map(|row| row.filter_id.as_str()).collect::<Vec<_>>(), ["c"]);
    }

    async fn a_big_body_goes_with_the_last_trace_that_uses_it(t: TestApp) {
        let big = format!("{WORD} {}", "filler ".repeat(60_000));
        for trace in ["a", "b"] {
            let body = json!({ "id": format!("{trace}-o"), "traceId": trace, "output": big });
            batch(&t, PROJECT, &[event(&format!("{trace}-e"), "span-create", 1, body)]).await;
        }
        let output = async |trace: &'static str, id: &'static str| {
            bodies::current_body(&t.app, PROJECT, trace, id, "output").await
        };
        erase(&t, &["a"]).await;
        assert!(contains(&output("b", "b-o").await.unwrap().unwrap().bytes, WORD));
        erase(&t, &["b"]).await;
        assert!(!is_anywhere(&t, WORD).await);
        let body = json!({ "id": "a-o", "traceId": "a", "output": big });
        batch(&t, PROJECT, &[event("late", "span-create", 1, body)]).await;
        assert!(!is_anywhere(&t, WORD).await);
    }

    async fn more_traces_than_one_transaction_takes_are_one_run(t: TestApp) {
        let ids: Vec<String> = (0..230).map(|i| format!("trace-{i:03}")).collect();
        let all: Vec<_> = ids
            .iter()
            .map(|id| event(&format!("e-{id}"), "trace-create", 1, json!({ "id": id, "name": WORD })))
            .collect();
        batch(&t, PROJECT, &all).await;
        let hooks = Hooks::none();
        let erased = erase_traces(&t.app, &hooks, &Asker::operator(PROJECT), ids, "all of it").await.unwrap();
        assert_eq!(erased, 230);
        assert!(!is_anywhere(&t, WORD).await);
        let history = t.app.db.read(|conn| tracewright::tombstones::erasures(conn, PROJECT, 1)).await.unwrap();
        assert_eq!((history.len(), history[0].traces), (1, 230), "one run, however many events it has");
        let refused = erase_traces(&t.app, &hooks, &Asker::operator(PROJECT), vec!["x".to_owned()], " ").await;
        assert!(refused.is_err());
        ledger_is_whole(&t).await;
    }
}

/// The bytes of the database file and its log, not what SQL shows of them.
#[test]
fn the_raw_file_forgets_too() {
    crate::harness::block_on(crate::harness::Backend::Sqlite, |t| async move {
        for (trace, word) in [("gone", WORD), ("kept", "Archaeopteryx-4410")] {
            batch(&t, PROJECT, &events(trace, "ann", word)).await;
        }
        let raw = |word: &str| {
            ["tracewright.db", "tracewright.db-wal"]
                .iter()
                .any(|name| contains(&std::fs::read(t.app.config.data.join(name)).unwrap_or_default(), word))
        };
        assert!(raw(WORD) && raw("Archaeopteryx-4410"));
        erase(&t, &["gone"]).await;
        let truncated = t.app.db.forget_freed().unwrap();
        assert!(tokio::task::spawn_blocking(move || truncated.recv()).await.unwrap().is_err());
        assert!(!raw(WORD));
        assert!(raw("Archaeopteryx-4410"));
    });
}
