//! Full-text search, the list with its filters, live rows, kept filters and sessions, on both databases.

use actix_web::http::StatusCode;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::{SqliteConnection, sql_query};
use serde_json::{Value, json};
use tracewright::app;
use tracewright::fields::{Condition, Entity, Test, TextTest};
use tracewright::foundation::{Actor, Asker, ProjectKey, Role};
use tracewright::intake::ingest::{RequestBody, ingest_batch};
use tracewright::kept_filters::{self, KeptFilter};
use tracewright::search;
use tracewright::search::{Found, Query};
use tracewright::state::App;
use tracewright::traces::actions::erase::erase_traces;
use tracewright::traces::reads::listing::{From, ListFilter, page};
use tracewright::traces::receipts;

use crate::harness::http::{Client, site};
use crate::harness::{SECOND, on_both};
use crate::people::pages::cookie;
use crate::people::{create, owner};

const PROJECT: ProjectKey = ProjectKey(1);

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    count: i64,
}
const OWNER: &str = "owner@example.com";

async fn send(app: &App, project: ProjectKey, events: &[Value]) {
    let body = json!({ "batch": events }).to_string().into_bytes();
    let intake = app::intake();
    let answers =
        ingest_batch(app, &intake, &Asker::system(project), RequestBody::plain(body)).await.unwrap();
    assert!(answers.iter().all(|answer| answer.fault.is_none()), "{answers:?}");
}

fn event(id: &str, kind: &str, second: u32, body: Value) -> Value {
    json!({ "id": id, "type": kind, "timestamp": format!("2026-11-21T09:00:{second:02}.000Z"), "body": body })
}

fn trace(id: &str, second: u32, body: Value) -> Value {
    let mut body = body;
    body["id"] = json!(id);
    body["timestamp"] = json!(format!("2026-11-21T08:00:{second:02}.000Z"));
    event(&format!("{id}-t"), "trace-create", second, body)
}

fn call(trace: &str, id: &str, input: Value, output: Value) -> Value {
    let body = json!({ "id": id, "traceId": trace, "name": format!("call {id}"), "input": input, "output": output,
        "metadata": { "valve_id": "V-77" }, "startTime": "2026-11-21T08:00:01.000Z", "endTime": "2026-11-21T08:00:03.500Z",
        "model": "m-1", "usageDetails": { "input": 10, "output": 5 } });
    event(&format!("{trace}-{id}"), "generation-create", 1, body)
}

/// Receipts, then rounds until nothing waits.
async fn settle(app: &App) {
    while receipts::receive_once(app).await.unwrap() > 0 {}
    index(app).await;
}

async fn index(app: &App) {
    let app = app.clone();
    let work = move || {
        let mut rounds = 0;
        while search::index_once(&app).unwrap() {
            rounds += 1;
            assert!(rounds < 1_000, "indexing never ends");
        }
        search::index_once(&app).unwrap();
    };
    tokio::task::spawn_blocking(work).await.unwrap();
}

async fn found(app: &App, project: ProjectKey, query: &str) -> Found {
    search::find(app, project, Query::read(query), ListFilter::default(), None, 50).await.unwrap()
}

async fn ids(app: &App, query: &str) -> Vec<String> {
    let mut ids: Vec<String> =
        found(app, PROJECT, query).await.hits.into_iter().map(|hit| hit.trace.trace_id).collect();
    ids.sort_unstable();
    ids
}

async fn story(app: &App) {
    let chat = |text: &str| json!([{ "role": "system", "content": "be exact" }, { "role": "user", "content": text }]);
    send(app, PROJECT, &[
        trace("t1", 1, json!({ "name": "pump check", "userId": "ada", "sessionId": "shift-1", "tags": ["beta", "line 2"] })),
        call("t1", "g1", chat("Is the Ölpumpe seal tight?"), json!("The seal leaks at 45 Nm.")),
        trace("t2", 2, json!({ "name": "translate", "sessionId": "shift-1", "environment": "production" })),
        call("t2", "g2", chat("\u{6cf5}\u{9700}\u{8981}\u{66f4}\u{6362}\u{5bc6}\u{5c01}"), json!({ "role": "assistant", "content": "Replace the seal of the pump" })),
        trace("t3", 3, json!({ "name": "nothing said", "input": { "question": "where is the torque wrench?" } })),
    ]).await;
}

on_both! {
    async fn words_around_a_big_message_are_found(t: TestApp) {
        let say = |text: &str| json!({ "role": "user", "content": text });
        let filler = |n: usize| say(&format!("turn {n} {}", "rain ".repeat(200)));
        let big = say(&format!("bigword {}", "snow \"quoted ".repeat(25_000)));
        let mut chat = vec![say("alphaword in front"), big];
        chat.extend((0..40).map(filler));
        chat.push(say("omegaword at the end"));
        send(&t.app, PROJECT, &[call("t", "g", json!(chat), json!("fine"))]).await;
        settle(&t.app).await;
        for word in ["alphaword", "bigword", "omegaword"] {
            assert_eq!(ids(&t.app, word).await, ["t"], "{word}");
        }
    }

    async fn words_are_found_wherever_they_stand(t: TestApp) {
        story(&t.app).await;
        assert_eq!(ids(&t.app, "seal").await, Vec::<String>::new(), "nothing is indexed yet");
        settle(&t.app).await;
        for (query, expected) in [
            ("seal", vec!["t1", "t2"]),
            ("seal leaks", vec!["t1"]),
            ("\"seal leaks\"", vec!["t1"]),
            ("\"leaks seal\"", vec![]),
            ("seal -leaks", vec!["t2"]),
            ("olpumpe", vec!["t1"]),
            ("\u{66f4}\u{6362}", vec!["t2"]),
            ("\u{6362}\u{66f4}", vec![]),
            ("\u{6cf5}", vec!["t2"]),
            ("output:seal", vec!["t1", "t2"]),
            ("input:seal", vec!["t1"]),
            ("name:call", vec!["t1", "t2"]),
            ("metadata:valve_id", vec!["t1", "t2"]),
            ("v-77", vec!["t1", "t2"]),
            ("torq*", vec!["t3"]),
            ("t3", vec!["t3"]),
            ("ada", vec!["t1"]),
            ("\"line 2\"", vec!["t1"]),
            ("absent", vec![]),
            ("-seal", vec![]),
        ] {
            assert_eq!(ids(&t.app, query).await, expected, "{query}");
        }
        let hit = found(&t.app, PROJECT, "leaks").await.hits.remove(0);
        assert_eq!(hit.observation_id, "g1");
        assert!(hit.snippet.unwrap().parts.contains(&("leaks".to_owned(), true)));
    }

    async fn a_beginning_of_very_many_words_is_read_from_the_newest_texts(t: TestApp) {
        for round in 0..4_u32 {
            let mut events = Vec::new();
            for n in 0..40 {
                let id = format!("many-{round}-{n:02}");
                events.push(trace(&id, round, json!({ "name": "counting" })));
                events.push(call(&id, &id, json!(format!("cow{round}x{n} coat{round}x{n}")), json!("moo")));
            }
            send(&t.app, PROJECT, &events).await;
            settle(&t.app).await;
        }
        send(&t.app, PROJECT, &[trace("rare", 9, json!({ "name": "comet" }))]).await;
        settle(&t.app).await;
        // Three hundred words begin so: more than are asked for.
        let first = found(&t.app, PROJECT, "co*").await;
        // PostgreSQL is asked for them all the same, and given up only when it takes long.
        assert!(first.is_broad || !t.app.db.is_sqlite());
        assert_eq!((first.hits.len(), first.hits[0].trace.trace_id.as_str()), (50, "rare"), "the newest first");
        assert!(first.hits.iter().all(|hit| hit.snippet.is_some()));
        let mut seen: Vec<String> = first.hits.iter().map(|hit| hit.trace.trace_id.clone()).collect();
        let mut next = first.next;
        while let Some(place) = next {
            let page = search::find(&t.app, PROJECT, Query::read("co*"), ListFilter::default(), Some(place), 50).await.unwrap();
            seen.extend(page.hits.iter().map(|hit| hit.trace.trace_id.clone()));
            next = page.next;
        }
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!((count, seen.len()), (161, 161), "each once");
        assert_eq!(ids(&t.app, "come*").await, ["rare"], "few words are asked of the index");
        assert_eq!(ids(&t.app, "co* comet").await, ["rare"]);
        assert_eq!(ids(&t.app, "com* coat*").await, Vec::<String>::new());
    }

    async fn a_phrase_far_down_in_a_trace_is_found(t: TestApp) {
        let mut events = vec![trace("long", 1, json!({ "name": "long" }))];
        events.extend((0..30).map(|n| call("long", &format!("g{n:02}"), json!("red then blue"), json!(if n == 3 { "blue red" } else { "no" }))));
        send(&t.app, PROJECT, &events).await;
        settle(&t.app).await;
        assert_eq!(ids(&t.app, "\"blue red\"").await, ["long"]);
    }

    async fn lists_mean_the_same_on_both_databases(t: TestApp) {
        send(&t.app, PROJECT, &[
            trace("t1", 1, json!({ "name": "Pump check", "tags": ["Beta"] })),
            trace("t2", 2, json!({ "name": "translate", "tags": ["beta"], "environment": "production" })),
        ]).await;
        let text = |test, value: &str| Test::Text(test, value.to_owned());
        let both = || vec!["beta".to_owned(), "Beta".to_owned()];
        for (what, name, test, expected) in [
            ("a name in small letters", "name", text(TextTest::Mentions, "pump"), vec!["t1"]),
            ("a tag to the letter", "tags", Test::AllOf(vec!["beta".to_owned()]), vec!["t2"]),
            ("one of two tags", "tags", Test::AnyOf(both()), vec!["t2", "t1"]),
            ("both of two tags", "tags", Test::AllOf(both()), vec![]),
            ("no environment is default", "environment", text(TextTest::Equals, "default"), vec!["t1"]),
            ("another environment", "environment", text(TextTest::Equals, "production"), vec!["t2"]),
        ] {
            let condition = Condition::named(Entity::Traces, name, test).unwrap();
            let filter = ListFilter { conditions: vec![condition], ..ListFilter::default() };
            let page = t.app.db.read(move |conn| page(conn, PROJECT, &filter, None, &From::Top, 10)).await.unwrap();
            let found: Vec<String> = page.rows.into_iter().map(|row| row.trace_id).collect();
            assert_eq!(found, expected, "{what}");
        }
    }

    async fn an_update_replaces_what_was_said_before(t: TestApp) {
        story(&t.app).await;
        settle(&t.app).await;
        send(&t.app, PROJECT, &[event("u1", "generation-update", 9, json!({ "id": "g1", "traceId": "t1", "output": "now it holds" }))]).await;
        send(&t.app, PROJECT, &[event("u2", "trace-create", 9, json!({ "id": "t3", "name": "renamed entirely" }))]).await;
        settle(&t.app).await;
        assert_eq!(ids(&t.app, "leaks").await, Vec::<String>::new());
        assert_eq!(ids(&t.app, "\"it holds\"").await, ["t1"]);
        assert_eq!(ids(&t.app, "renamed").await, ["t3"]);
        assert_eq!(ids(&t.app, "\"nothing said\"").await, Vec::<String>::new());
    }

    async fn erased_words_go_even_when_the_index_is_behind(t: TestApp) {
        story(&t.app).await;
        settle(&t.app).await;
        send(&t.app, PROJECT, &[trace("t4", 4, json!({ "name": "late one" })), call("t4", "g4", json!("secret word"), json!("ok"))]).await;
        receipts::receive_once(&t.app).await.unwrap();
        let gone = vec!["t1".to_owned(), "t4".to_owned()];
        erase_traces(&t.app, &t.services.intake.hooks, &Asker::operator(PROJECT), gone, "asked for").await.unwrap();
        assert_eq!(ids(&t.app, "leaks").await, Vec::<String>::new());
        settle(&t.app).await;
        assert_eq!(ids(&t.app, "secret").await, Vec::<String>::new());
        assert_eq!(ids(&t.app, "seal").await, ["t2"]);
        if t.app.db.is_sqlite() {
            let file = t.app.config.data.join("search.db");
            for end in ["", "-wal"] {
                let bytes = std::fs::read(file.with_file_name(format!("search.db{end}"))).unwrap_or_default();
                assert!(!contains(&bytes, b"secret"), "{end}");
            }
        }
    }

    async fn projects_do_not_see_each_other(t: TestApp) {
        story(&t.app).await;
        send(&t.app, ProjectKey(2), &[trace("t1", 1, json!({ "name": "their seal" }))]).await;
        settle(&t.app).await;
        assert_eq!(ids(&t.app, "their").await, Vec::<String>::new());
        assert_eq!(found(&t.app, ProjectKey(2), "seal").await.hits.len(), 1);
        assert_eq!(found(&t.app, ProjectKey(3), "seal").await.hits.len(), 0);
    }

    async fn another_process_goes_on_and_a_lost_index_fills_itself(t: TestApp) {
        story(&t.app).await;
        settle(&t.app).await;
        send(&t.app, PROJECT, &[trace("t5", 5, json!({ "name": "afterwards" }))]).await;
        let other = t.other_process();
        settle(&other.app).await;
        assert_eq!(ids(&t.app, "afterwards").await, ["t5"]);
        if t.app.db.is_sqlite() {
            for end in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(t.app.config.data.join(format!("search.db{end}")));
            }
            assert_eq!(ids(&t.app, "seal").await, Vec::<String>::new());
            assert!(search::state(&t.app).await.unwrap().is_filling);
            index(&t.app).await;
            assert_eq!(ids(&t.app, "seal").await, ["t1", "t2"]);
            assert_eq!(ids(&t.app, "afterwards").await, ["t5"]);
            std::fs::write(t.app.config.data.join("search.db"), b"this is no database, and long enough to be one").unwrap();
            for end in ["-wal", "-shm"] {
                let _ = std::fs::remove_file(t.app.config.data.join(format!("search.db{end}")));
            }
            index(&t.app).await;
            assert_eq!(ids(&t.app, "torque").await, ["t3"]);
        }
        assert_eq!(search::state(&t.app).await.unwrap().behind, 0);
    }

    async fn a_round_is_written_out_once_however_many_documents_it_has(t: TestApp) {
        let calls: Vec<Value> = (0..130).map(|n| call("t", &format!("g{n}"), json!(format!("word{n}")), json!("ok"))).collect();
        send(&t.app, PROJECT, &calls).await;
        settle(&t.app).await;
        if t.app.db.is_sqlite() {
            let file = t.app.config.data.join("search.db");
            let mut conn = SqliteConnection::establish(&file.to_string_lossy()).unwrap();
            let pieces: Counted =
                sql_query("SELECT count(DISTINCT segid) AS count FROM words_1_idx").get_result(&mut conn).unwrap();
            assert_eq!(pieces.count, 1);
        }
        assert_eq!(ids(&t.app, "word64").await, ["t"]);
    }

    async fn pages_of_results_show_each_trace_once(t: TestApp) {
        for number in 0..7 {
            let id = format!("p{number}");
            send(&t.app, PROJECT, &[trace(&id, number, json!({ "name": "common words" })),
                call(&id, &format!("{id}-a"), json!("common"), json!("x")), call(&id, &format!("{id}-b"), json!("common"), json!("y"))]).await;
            settle(&t.app).await;
        }
        let (mut seen, mut below) = (Vec::new(), None);
        loop {
            let page = search::find(&t.app, PROJECT, Query::read("common"), ListFilter::default(), below, 3).await.unwrap();
            seen.extend(page.hits.into_iter().map(|hit| hit.trace.trace_id));
            below = page.next;
            if below.is_none() {
                break;
            }
        }
        assert_eq!(seen, ["p6", "p5", "p4", "p3", "p2", "p1", "p0"]);
    }

    async fn anything_may_be_typed_into_the_search_box(t: TestApp) {
        story(&t.app).await;
        settle(&t.app).await;
        owner(&t).await;
        let (s, browser) = (site(&t).await, Client::browser(Some(&cookie(&t, OWNER).await)));
        for query in ["\"", "*", "-", "AND", "NEAR(a b)", "a AND", "\"a\" OR", "col:x", "name:", "'; DROP TABLE docs;--", "seal' & !x",
            "(((", "\\", "%", "_", "\u{e000}x", "\u{6cf5}*", "x*", "-\"a b\"", "seal \u{0301}", "<b>", "\u{1f600}", "a:*", "seal:*", "!seal", "é*"] {
            let asked = serde_urlencoded::to_string([("q", query)]).unwrap();
            let answer = browser.get(&s, &format!("/traces?{asked}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.body);
        }
        let page = browser.get(&s, "/traces?q=seal").await.body;
        assert!(page.contains("<mark>seal</mark>") && page.contains("/traces/t1?observation=g1"), "{page}");
        let bad = browser.get(&s, "/traces?min_s=fast").await;
        assert!(bad.status.is_client_error() && bad.body.contains("Seconds, from: write a number"), "{}", bad.body);
    }

    async fn filters_keep_what_they_say(t: TestApp) {
        story(&t.app).await;
        owner(&t).await;
        let (s, browser) = (site(&t).await, Client::browser(Some(&cookie(&t, OWNER).await)));
        for (query, expected) in [
            ("", vec!["t1", "t2", "t3"]),
            ("user=ada", vec!["t1"]),
            ("session=shift-1", vec!["t1", "t2"]),
            ("environment=production", vec!["t2"]),
            ("tag=beta,line+2", vec!["t1"]),
            ("tag=beta,absent", vec![]),
            ("tag=beta,absent&any_tag=1", vec!["t1"]),
            ("model=m-1", vec!["t1", "t2"]),
            ("llm=1", vec!["t1", "t2"]),
            ("min_tokens=1", vec!["t1", "t2"]),
            ("max_tokens=14", vec!["t3"]),
            ("min_s=2", vec!["t1", "t2"]),
            ("name=pump", vec!["t1"]),
            ("errors=1", vec![]),
            ("level=ERROR", vec![]),
            ("score=ok", vec![]),
            ("linked=yes", vec![]),
            ("linked=no", vec!["t1", "t2", "t3"]),
            ("range=24h", vec!["t1", "t2", "t3"]),
            ("to=2026-11-20", vec![]),
            ("sort=duration", vec!["t1", "t2", "t3"]),
        ] {
            let page = browser.get(&s, &format!("/traces?{query}")).await;
            assert_eq!(page.status, StatusCode::OK, "{query}: {}", page.body);
            let shown: Vec<&str> =
                ["t1", "t2", "t3"].into_iter().filter(|id| page.body.contains(&format!("href=\"/traces/{id}\""))).collect();
            assert_eq!(shown, expected, "{query}");
        }
    }

    async fn live_rows_are_only_the_newer_ones(t: TestApp) {
        owner(&t).await;
        let (s, browser) = (site(&t).await, Client::browser(Some(&cookie(&t, OWNER).await)));
        story(&t.app).await;
        t.clock.advance(5 * SECOND);
        let page = browser.get(&s, "/traces?live=1").await.body;
        let after = page.split("data-after=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert!(page.contains("/traces/t1"));
        let rows = browser.get(&s, &format!("/new-traces?after={after}")).await;
        assert_eq!((rows.status, rows.body.trim()), (StatusCode::OK, ""));
        // It began before what is shown already, and came later.
        send(&t.app, PROJECT, &[trace("t0", 0, json!({ "name": "long one" }))]).await;
        t.clock.advance(2 * SECOND);
        let rows = browser.get(&s, &format!("/new-traces?after={after}")).await;
        assert!(rows.body.contains("/traces/t0") && !rows.body.contains("/traces/t1"), "{}", rows.body);
        let next = rows.headers.get("x-rows-up-to").unwrap().to_str().unwrap();
        assert_eq!(browser.get(&s, &format!("/new-traces?after={next}")).await.body.trim(), "");
        assert!(browser.get(&s, "/new-traces?after=x").await.status.is_client_error());
    }

    async fn kept_filters_belong_to_whom_keeps_them(t: TestApp) {
        let admin = owner(&t).await;
        for (email, role) in [("ann@example.com", Role::Technician), ("bo@example.com", Role::Technician)] {
            create(&t.people, &admin, email, &[role]).await;
        }
        let s = site(&t).await;
        let ann = Client::browser(Some(&cookie(&t, "ann@example.com").await));
        let bo = Client::browser(Some(&cookie(&t, "bo@example.com").await));
        let chief = Client::browser(Some(&cookie(&t, OWNER).await));
        let kept = ann.post(&s, "/saved-filters", "name=Mine&query=errors%3D1%26evil%3D%22").await;
        assert_eq!((kept.status, kept.location()), (StatusCode::SEE_OTHER, "/traces?errors=1"));
        ann.post(&s, "/saved-filters", "name=Ours&query=user%3Dada&shared=1").await;
        let id = |body: &str| body.split("action=\"/saved-filters/").nth(1).map(|rest| rest.split(['"', '/']).next().unwrap().to_owned());
        let (page, others) = (ann.get(&s, "/traces").await.body, bo.get(&s, "/traces").await.body);
        assert!(page.contains(">Mine") && page.contains(">Ours") && !others.contains(">Mine") && others.contains(">Ours"));
        let (private, shared) = (id(&page).unwrap(), id(&others).unwrap());
        assert_eq!(bo.post(&s, &format!("/saved-filters/{private}"), "name=x").await.status, StatusCode::NOT_FOUND);
        assert_eq!(bo.post(&s, &format!("/saved-filters/{shared}"), "name=x").await.status, StatusCode::FORBIDDEN);
        assert_eq!(bo.post(&s, &format!("/saved-filters/{shared}/delete"), "").await.status, StatusCode::FORBIDDEN);
        assert_eq!(ann.post(&s, &format!("/saved-filters/{private}"), "name=Renamed").await.status, StatusCode::SEE_OTHER);
        assert!(ann.get(&s, "/traces").await.body.contains(">Renamed"));
        assert_eq!(chief.post(&s, &format!("/saved-filters/{shared}/delete"), "").await.status, StatusCode::SEE_OTHER);
        assert!(!bo.get(&s, "/traces").await.body.contains(">Ours"));
        assert!(ann.post(&s, "/saved-filters", "name=&query=errors%3D1").await.status.is_client_error());
        assert!(ann.post(&s, "/saved-filters", "name=x&query=min_s%3Dfast").await.status.is_client_error());
        assert!(ann.post(&s, "/saved-filters", "name=x&query=").await.status.is_client_error());
    }

    async fn what_is_shared_is_bounded_and_never_cut(t: TestApp) {
        owner(&t).await;
        let (s, chief) = (site(&t).await, Client::browser(Some(&cookie(&t, OWNER).await)));
        t.app.db.write(&Actor::system(), |tx| {
            for n in 0..200 {
                let row = KeptFilter {
                    project: PROJECT, kind: "traces".to_owned(), filter_id: format!("f{n:03}"), owner: "somebody".to_owned(), owner_name: "Bo".to_owned(),
                    name: format!("A{n:03}"), query: "errors=1".to_owned(), shared_at: Some(tx.now()), created_at: tx.now(),
                };
                kept_filters::insert(tx.conn, &row)?;
            }
            Ok(())
        }).await.unwrap();
        let refused = chief.post(&s, "/saved-filters", "name=Zed&query=user%3Dada&shared=1").await;
        assert!(refused.status == StatusCode::CONFLICT && refused.body.contains("keep this one to yourself"), "{}", refused.body);
        for n in 0..100 {
            let kept = chief.post(&s, "/saved-filters", &format!("name=Z{n:03}&query=user%3Dada")).await;
            assert_eq!(kept.status, StatusCode::SEE_OTHER, "{n}");
        }
        let full = chief.post(&s, "/saved-filters", "name=More&query=user%3Dada").await;
        assert!(full.status == StatusCode::CONFLICT && full.body.contains("delete one first"), "{}", full.body);
        let page = chief.get(&s, "/traces").await.body;
        assert_eq!(page.matches("<a class=\"chip\" href=\"/traces?").count(), 300, "all of them are there");
        let mine = page.split("action=\"/saved-filters/").skip(1).find(|part| part.contains("Z099")).and_then(|part| part.split('"').next()).unwrap().to_owned();
        let sharing = chief.post(&s, &format!("/saved-filters/{mine}"), "name=Z099&shared=1").await;
        assert_eq!(sharing.status, StatusCode::CONFLICT, "{}", sharing.body);
        assert_eq!(chief.post(&s, "/saved-filters/f000/delete", "").await.status, StatusCode::SEE_OTHER);
        let sharing = chief.post(&s, &format!("/saved-filters/{mine}"), "name=Z099&shared=1").await;
        assert_eq!(sharing.status, StatusCode::SEE_OTHER, "{}", sharing.body);
    }

    async fn a_session_is_a_conversation(t: TestApp) {
        story(&t.app).await;
        send(&t.app, PROJECT, &[event("tool", "tool-create", 2, json!({ "id": "tool", "traceId": "t1", "name": "read_gauge", "level": "ERROR", "statusMessage": "gauge <b>broken</b>" })),
            event("sc", "score-create", 3, json!({ "id": "sc", "sessionId": "shift-1", "name": "helpful", "value": 0.8, "comment": "fine" }))]).await;
        owner(&t).await;
        let (s, browser) = (site(&t).await, Client::browser(Some(&cookie(&t, OWNER).await)));
        let list = browser.get(&s, "/sessions").await;
        assert!(list.body.contains("href=\"/sessions/shift-1\"") && list.body.contains("Replace the seal"), "{}", list.body);
        assert!(browser.get(&s, "/sessions?user=ada").await.body.contains("/sessions/shift-1"));
        assert!(!browser.get(&s, "/sessions?user=nobody").await.body.contains("/sessions/shift-1"));
        let page = browser.get(&s, "/sessions/shift-1").await.body;
        let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is not in {page}"));
        assert!(at("Is the Ölpumpe seal tight?") < at("The seal leaks at 45 Nm."));
        assert!(at("The seal leaks at 45 Nm.") < at("Replace the seal of the pump"));
        assert!(page.contains("1 tool call") && page.contains("read_gauge: gauge &#60;b&#62;broken") && page.contains("helpful"), "{page}");
        assert_eq!(browser.get(&s, "/sessions/none").await.status, StatusCode::NOT_FOUND);
        let raw = browser.get(&s, "/sessions/shift-1/raw").await.body;
        let lines: Vec<Value> = raw.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.iter().map(|line| line["trace_id"].as_str().unwrap()).collect::<Vec<_>>(), ["t1", "t2"]);
        assert_eq!(lines[0]["output"], "The seal leaks at 45 Nm.");
    }

    async fn long_sessions_come_in_pages_the_newest_last(t: TestApp) {
        let traces: Vec<Value> = (0..53).map(|n| trace(&format!("n{n:02}"), n, json!({ "name": format!("turn {n:02}"), "sessionId": "long/one" }))).collect();
        send(&t.app, PROJECT, &traces).await;
        owner(&t).await;
        let (s, browser) = (site(&t).await, Client::browser(Some(&cookie(&t, OWNER).await)));
        let page = browser.get(&s, "/sessions/long%2Fone").await.body;
        assert!(page.contains("turn 52") && page.contains("turn 03") && !page.contains("turn 02"));
        let before = page.split("href=\"?before=").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let page = browser.get(&s, &format!("/sessions/long%2Fone?before={before}")).await.body;
        assert!(page.contains("turn 02") && page.contains("turn 00") && !page.contains("turn 03") && page.contains("Newest turns"));
    }
}

mod speed {
    //! `TRACEWRIGHT_SEARCH_TRACES=2500 cargo test --test it search::speed -- --nocapture` prints the rate and the size.

    use std::time::Instant;

    use super::*;

    /// A number from a number; the same on every run.
    fn mixed(seed: u64) -> u64 {
        let mut x = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// Words of which few are common and most are rare, as in any language.
    fn prose(seed: u64, words: u64) -> String {
        let word = |n: u64| {
            let bits = mixed(seed * 1_000 + n);
            let rank = 1 << (bits % 13);
            let rank = rank + (bits >> 8) % rank;
            let name = mixed(rank);
            let letters = b"etaoinshrdlucmfwypvbgk";
            (0..3 + name % 6)
                .map(|at| char::from(letters[usize::try_from((name >> (at * 5)) % 22).unwrap()]))
                .collect::<String>()
        };
        (0..words).map(word).collect::<Vec<_>>().join(" ")
    }

    fn spans(trace_id: &str, seed: u64) -> Vec<Value> {
        let mut events = vec![trace(
            trace_id,
            1,
            json!({ "name": "answer a question", "sessionId": format!("s-{}", seed / 16) }),
        )];
        for n in 0..7 {
            let chat = json!([{ "role": "system", "content": prose(1, 120) }, { "role": "user", "content": prose(seed * 7 + n, 320) }]);
            let answer = json!({ "role": "assistant", "content": prose(seed * 7 + n + 500_000_000, 160) });
            events.push(call(trace_id, &format!("{trace_id}-{n}"), chat, answer));
        }
        events
    }

    on_both! {
        async fn of_indexing(t: TestApp) {
            let traces = std::env::var("TRACEWRIGHT_SEARCH_TRACES").ok().and_then(|n| n.parse().ok()).unwrap_or(16_u64);
            for first in (0..traces).step_by(32) {
                let batch: Vec<Value> = (first..(first + 32).min(traces)).flat_map(|n| spans(&format!("trace-{n:032}"), n)).collect();
                send(&t.app, PROJECT, &batch).await;
            }
            while receipts::receive_once(&t.app).await.unwrap() > 0 {}
            let began = Instant::now();
            index(&t.app).await;
            let took = began.elapsed();
            let observations = traces * 7;
            println!("{observations} observations indexed in {took:?}: {:.0} a second", f64::from(u32::try_from(observations).unwrap()) / took.as_secs_f64());
            if t.app.db.is_sqlite() {
                let bytes = std::fs::metadata(t.app.config.data.join("search.db")).unwrap().len();
                println!("search.db has {} bytes an observation", bytes / observations);
            }
            for query in ["answer", "tea", "a word that is rare", "se*"] {
                let began = Instant::now();
                let hits = found(&t.app, PROJECT, query).await.hits.len();
                println!("{query:?}: {hits} hits in {:?}", began.elapsed());
            }
            assert!(!found(&t.app, PROJECT, "answer").await.hits.is_empty());
        }
    }
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}
