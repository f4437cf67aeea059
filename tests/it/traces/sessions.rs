//! Sessions as rows, and updates that do not name their trace.

use diesel::prelude::*;
use serde_json::{Value, json};
use tracewright::db::schema::sessions;
use tracewright::foundation::ProjectKey;

use super::{PROJECT, batch, event, seen, try_batch};
use crate::harness::{SECOND, START, TestApp, on_both};

/// Id, environment, created, first and last moment.
type Row = (String, Option<String>, i64, i64, i64);

async fn rows(t: &TestApp, project: ProjectKey) -> Vec<Row> {
    let read = move |conn: &mut tracewright::db::AnyConnection| {
        Ok(sessions::table
            .filter(sessions::project.eq(project))
            .order(sessions::session_id.asc())
            .select((
                sessions::session_id,
                sessions::environment,
                sessions::created_at,
                sessions::first_at,
                sessions::last_at,
            ))
            .load(conn)?)
    };
    t.app.db.read(read).await.unwrap()
}

fn at(second: i64) -> i64 {
    START.0 + second * SECOND
}

fn trace(id: &str, session: &str, second: u32, environment: &str) -> Value {
    let body = json!({"id": id, "sessionId": session, "timestamp": format!("2026-11-21T09:00:{second:02}Z"),
        "environment": environment});
    event(&format!("{id}-{session}-{second}"), "trace-create", second, body)
}

on_both! {
    async fn a_session_spans_its_traces_whichever_comes_first(t: TestApp) {
        batch(&t, PROJECT, &[trace("b", "s", 20, "prod"), trace("c", "s", 30, "prod")]).await;
        t.clock.advance(SECOND);
        batch(&t, PROJECT, &[trace("a", "s", 10, "dev"), trace("d", "other", 5, "prod")]).await;
        let created = |n: i64| START.0 + n * SECOND;
        let expected = [
            ("other".to_owned(), Some("prod".to_owned()), created(1), at(5), at(5)),
            ("s".to_owned(), Some("dev".to_owned()), created(0), at(10), at(30)),
        ];
        assert_eq!(rows(&t, PROJECT).await, expected);
        // Repeats change nothing; what belongs to no session makes no row.
        batch(&t, PROJECT, &[trace("b", "s", 20, "prod"), event("x", "trace-create", 1, json!({"id": "x"}))]).await;
        assert_eq!(rows(&t, PROJECT).await, expected);
    }

    async fn a_trace_that_changes_its_session_leaves_the_old_one(t: TestApp) {
        batch(&t, PROJECT, &[trace("a", "s1", 10, "prod"), trace("b", "s1", 20, "prod")]).await;
        batch(&t, PROJECT, &[trace("a", "s2", 11, "prod")]).await;
        let spans: Vec<(String, i64, i64)> = rows(&t, PROJECT).await.into_iter().map(|r| (r.0, r.3, r.4)).collect();
        assert_eq!(spans, [("s1".to_owned(), at(20), at(20)), ("s2".to_owned(), at(10), at(11))]);
        batch(&t, PROJECT, &[trace("b", "s2", 21, "prod")]).await;
        assert_eq!(rows(&t, PROJECT).await.len(), 1);
    }

    async fn many_writers_about_the_same_sessions_do_not_wait_in_a_circle(t: TestApp) {
        let writers = (0..8_u32).map(|writer| {
            let events: Vec<Value> = (0..6_u32)
                .map(|n| trace(&format!("t{writer}-{n}"), &format!("s{}", (n * 5 + writer) % 6), 10 + writer, "prod"))
                .collect();
            let t = &t;
            async move { batch(t, PROJECT, &events).await }
        });
        futures_util::future::join_all(writers).await;
        let rows = rows(&t, PROJECT).await;
        assert_eq!(rows.len(), 6);
        assert!(rows.iter().all(|row| (row.3, row.4) == (at(10), at(17))), "{rows:?}");
    }

    async fn an_update_finds_its_observation_among_earlier_requests(t: TestApp) {
        let create = event("e1", "span-create", 1, json!({"id": "o", "traceId": "t", "name": "n"}));
        let update = event("e2", "span-update", 2, json!({"id": "o", "output": "done", "level": "WARNING"}));
        let early = try_batch(&t, PROJECT, std::slice::from_ref(&update)).await;
        assert!(early[0].fault.as_ref().unwrap().contains("traceId"), "{early:?}");
        batch(&t, PROJECT, std::slice::from_ref(&create)).await;
        for _ in 0..2 {
            batch(&t, PROJECT, std::slice::from_ref(&update)).await;
        }
        let now = seen(&t, PROJECT).await;
        let found = &now.observations[0];
        assert_eq!((found.level.as_str(), found.arrivals, now.traces[0].warning_count), ("WARNING", 2, 1));
        // The same as when both came together, and as when the update named its trace's other news too.
        batch(&t, ProjectKey(2), &[update.clone(), create]).await;
        let together = seen(&t, ProjectKey(2)).await;
        assert_eq!(together.observations[0].revision, found.revision);
        let more = event("e3", "span-create", 3, json!({"id": "p", "traceId": "t", "parentObservationId": "o"}));
        let last = event("e4", "span-update", 4, json!({"id": "o", "name": "renamed"}));
        let stranger = event("e5", "span-update", 4, json!({"id": "nobody", "name": "x"}));
        let answers = try_batch(&t, PROJECT, &[more, last, stranger]).await;
        assert_eq!(answers.iter().map(|a| a.fault.is_some()).collect::<Vec<_>>(), [false, false, true]);
        let now = seen(&t, PROJECT).await;
        assert_eq!(now.observations.iter().filter_map(|o| o.name.as_deref()).collect::<Vec<_>>(), ["renamed"]);
        assert_eq!(now.observations.len(), 2);
    }
}
