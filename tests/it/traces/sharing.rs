//! Conversations sent again and again: what they cost, that every body reads back, and that erasing one trace of them
//! leaves nothing of it behind.

use std::fs;
use std::path::{Path, PathBuf};

use diesel::prelude::*;
use serde_json::{Value, json};
use tracewright::bodies::current_body;
use tracewright::db::schema::{observations, packs, sessions, traces};
use tracewright::foundation::{Asker, Digest, ProjectKey};
use tracewright::traces::Hooks;
use tracewright::traces::actions::erase::erase_traces;

use super::{PROJECT, batch, event, seen};
use crate::harness::{TestApp, on_both};

/// One turn of an agent: all messages before, and the one it answers with.
fn turn(trace: &str, session: Option<&str>, id: &str, before: &[Value], answer: &Value) -> Vec<Value> {
    let call =
        json!({"id": id, "traceId": trace, "name": "turn", "model": "m", "input": before, "output": answer});
    let mut events = vec![event(&format!("{id}-call"), "generation-create", 1, call)];
    if let Some(session) = session {
        let body = json!({"id": trace, "sessionId": session});
        events.insert(0, event(&format!("{trace}-{id}"), "trace-create", 0, body));
    }
    events
}

/// How turns are put into traces.
#[derive(Clone, Copy)]
enum Way {
    /// Each in a trace of its own, without a session: nothing to share with.
    Alone,
    /// Each in a trace of its own, in one session.
    Session,
    /// All in one trace.
    Trace,
}

/// Sends a conversation as an agent does, one request a turn; gives the bytes of the bodies sent.
async fn play(t: &TestApp, project: ProjectKey, way: Way, name: &str, messages: &[Value]) -> usize {
    let mut sent = 0;
    for (place, answer) in messages.iter().enumerate().skip(1) {
        let (before, id) = (&messages[..place], format!("{name}-{place}"));
        sent += json!(before).to_string().len() + answer.to_string().len();
        let (trace, session) = match way {
            Way::Alone => (id.clone(), None),
            Way::Session => (id.clone(), Some(name)),
            Way::Trace => (name.to_owned(), None),
        };
        batch(t, project, &turn(&trace, session, &id, before, answer)).await;
    }
    sent
}

/// Every body of a conversation reads back as sent.
async fn check(t: &TestApp, project: ProjectKey, way: Way, name: &str, messages: &[Value], places: &[usize]) {
    for place in places {
        let id = format!("{name}-{place}");
        let trace = if matches!(way, Way::Trace) { name } else { &id };
        let expected = [("input", json!(messages[..*place])), ("output", messages[*place].clone())];
        for (field, expected) in expected {
            let body = current_body(&t.app, project, trace, &id, field).await.unwrap().unwrap();
            assert_eq!(body.bytes, expected.to_string().into_bytes(), "{id} {field}");
            assert_eq!(body.digest, Digest::of(&body.bytes));
        }
    }
}

/// Bytes of packs, directories, references and lists of packs.
async fn stored(t: &TestApp, project: ProjectKey) -> usize {
    let read = move |conn: &mut tracewright::db::AnyConnection| {
        let packs: Vec<(Vec<u8>, Option<Vec<u8>>)> = packs::table
            .filter(packs::project.eq(project))
            .select((packs::bytes, packs::directory))
            .load(conn)?;
        let rows: Vec<Vec<u8>> = observations::table
            .filter(observations::project.eq(project))
            .select(observations::image)
            .load(conn)?;
        let lists: Vec<Vec<u8>> =
            sessions::table.filter(sessions::project.eq(project)).select(sessions::packs).load(conn)?;
        let more: Vec<Vec<u8>> =
            traces::table.filter(traces::project.eq(project)).select(traces::packs).load(conn)?;
        let packed = packs.iter().map(|(bytes, list)| bytes.len() + list.as_ref().map_or(0, Vec::len));
        Ok(packed.sum::<usize>() + [rows, lists, more].concat().iter().map(Vec::len).sum::<usize>())
    };
    t.app.db.read(read).await.unwrap()
}

/// All that the packs of a project say, unpacked.
async fn unpacked(t: &TestApp, project: ProjectKey) -> String {
    let read = move |conn: &mut tracewright::db::AnyConnection| {
        Ok(packs::table
            .filter(packs::project.eq(project))
            .select((packs::bytes, packs::raw_len))
            .load(conn)?)
    };
    let packs: Vec<(Vec<u8>, i64)> = t.app.db.read(read).await.unwrap();
    let raw = packs.iter().map(|(b, len)| zstd::bulk::decompress(b, usize::try_from(*len).unwrap()).unwrap());
    raw.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect()
}

fn message(n: usize) -> Value {
    let words: Vec<String> =
        (0..40).map(|word| Digest::of(format!("{n}.{word}").as_bytes()).to_hex()[..7].to_owned()).collect();
    json!({"role": if n.is_multiple_of(2) { "user" } else { "assistant" }, "content": format!("{n}: {}", words.join(" "))})
}

fn corpus(path: &str) -> Vec<PathBuf> {
    let shared = std::env::var_os("TRACEWRIGHT_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let path = shared.join("corpora").join(path);
    if path.is_file() {
        return vec![path];
    }
    let Ok(entries) = fs::read_dir(path) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Some conversations of each corpus; more of them with `TRACEWRIGHT_CORPUS` set.
fn conversations() -> Vec<(&'static str, Vec<Vec<Value>>)> {
    let most: usize = std::env::var("TRACEWRIGHT_CORPUS").ok().and_then(|n| n.parse().ok()).unwrap_or(4);
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let tau = corpus("tau-bench-airline/trajectories.json");
    let tau = tau.iter().flat_map(|path| list(&read(path))).map(|run| list(&run["traj"]));
    let who = ["who-and-when/Algorithm-Generated", "who-and-when/Hand-Crafted"];
    let each =
        |folder: &str| corpus(folder).into_iter().take(most.div_ceil(2)).map(|p| list(&read(&p)["history"]));
    vec![
        ("tau-bench-airline", tau.take(most).collect()),
        ("who-and-when", who.into_iter().flat_map(|folder| each(folder).collect::<Vec<_>>()).collect()),
    ]
}

on_both! {
    async fn agents_that_send_everything_again_are_stored_once(t: TestApp) {
        println!("{:<18} {:>6} {:>10} {:>10} {:>10} {:>10}", "corpus", "turns", "sent", "alone", "session", "trace");
        for (number, (name, conversations)) in conversations().into_iter().enumerate() {
            if conversations.is_empty() {
                println!("skipped: no {name} on this machine");
                continue;
            }
            let (mut sent, mut turns, mut sizes) = (0, 0, Vec::new());
            for (place, way) in [Way::Alone, Way::Session, Way::Trace].into_iter().enumerate() {
                let project = ProjectKey(i64::try_from(10 + number * 3 + place).unwrap());
                (sent, turns) = (0, 0);
                for (n, messages) in conversations.iter().enumerate() {
                    sent += play(&t, project, way, &format!("c{n}"), messages).await;
                    turns += messages.len().saturating_sub(1);
                    let last = messages.len().saturating_sub(1);
                    check(&t, project, way, &format!("c{n}"), messages, &[1, last / 2 + 1, last]).await;
                }
                sizes.push(stored(&t, project).await);
            }
            let (alone, session, trace) = (sizes[0], sizes[1], sizes[2]);
            println!("{name:<18} {turns:>6} {sent:>10} {alone:>10} {session:>10} {trace:>10}");
            println!("{:<18} sent/alone {:.1}, sent/session {:.1}, alone/session {:.1}, alone/trace {:.1}", "",
                ratio(sent, alone), ratio(sent, session), ratio(alone, session), ratio(alone, trace));
        }
    }

    async fn twice_the_turns_cost_about_twice_the_bytes(t: TestApp) {
        let messages: Vec<Value> = (0..61).map(message).collect();
        for (number, way) in [Way::Session, Way::Trace].into_iter().enumerate() {
            let (short, long) = (ProjectKey(50 + i64::try_from(number).unwrap()), ProjectKey(60 + i64::try_from(number).unwrap()));
            play(&t, short, way, "c", &messages[..31]).await;
            play(&t, long, way, "c", &messages).await;
            check(&t, long, way, "c", &messages, &[1, 7, 8, 9, 30, 59, 60]).await;
            let (once, twice) = (stored(&t, short).await, stored(&t, long).await);
            assert!(twice * 10 < once * 26, "{once} {twice}");
        }
    }

    async fn erasing_one_turn_of_a_conversation_leaves_only_what_others_said_too(t: TestApp) {
        let mut messages: Vec<Value> = (0..24).map(message).collect();
        play(&t, PROJECT, Way::Session, "c", &messages[..20]).await;
        play(&t, PROJECT, Way::Session, "elsewhere", &messages[..4]).await;
        // A turn that says what no other says, and whose successor says most of it again.
        let secret = json!({"role": "assistant", "content": format!("the secret word, {}", "x1y2z3 ".repeat(20))});
        batch(&t, PROJECT, &turn("lost", Some("c"), "lost", &messages[..20], &secret)).await;
        messages[20] = json!({"role": "user", "content": format!("said in the erased turn only first, {}", "w ".repeat(60))});
        let before: Vec<Value> = messages[..21].to_vec();
        batch(&t, PROJECT, &turn("lost-2", Some("c"), "lost-2", &before, &secret)).await;
        batch(&t, PROJECT, &turn("c-21", Some("c"), "c-21", &before, &messages[21])).await;
        let rows = seen(&t, PROJECT).await;
        assert!(unpacked(&t, PROJECT).await.contains("the secret word"));

        let gone = ["lost", "lost-2", "c-1", "c-7"].map(str::to_owned).to_vec();
        erase_traces(&t.app, &Hooks::none(), &Asker::operator(PROJECT), gone.clone(), "asked for").await.unwrap();
        let raw = unpacked(&t, PROJECT).await;
        assert!(!raw.contains("the secret word") && !raw.contains("x1y2z3"));
        assert!(raw.contains("said in the erased turn only first"), "a later turn says it too");
        let after = seen(&t, PROJECT).await;
        let kept: Vec<_> = rows.observations.into_iter().filter(|o| !gone.contains(&o.trace_id)).collect();
        assert_eq!(after.observations, kept, "revisions stay");
        let places: Vec<usize> = (2..20).filter(|place| *place != 7).chain([21]).collect();
        check(&t, PROJECT, Way::Session, "c", &messages, &places).await;
        check(&t, PROJECT, Way::Session, "elsewhere", &messages, &[1, 2, 3]).await;

        // The conversation goes on, and everything can be erased in the end.
        // The next turn stores it once anew, and from then on it is shared again.
        let mut sizes = vec![stored(&t, PROJECT).await];
        for place in 22..24 {
            batch(&t, PROJECT, &turn(&format!("c-{place}"), Some("c"), &format!("c-{place}"), &messages[..place], &messages[place])).await;
            sizes.push(stored(&t, PROJECT).await);
        }
        let (anew, shared) = (sizes[1] - sizes[0], sizes[2] - sizes[1]);
        assert!(shared * 3 < anew, "{sizes:?}");
        check(&t, PROJECT, Way::Session, "c", &messages, &[2, 19, 21, 22, 23]).await;
        let all = after.traces.iter().map(|trace| trace.trace_id.clone()).chain(["c-22".into(), "c-23".into()]).collect();
        erase_traces(&t.app, &Hooks::none(), &Asker::operator(PROJECT), all, "asked for").await.unwrap();
        assert_eq!(unpacked(&t, PROJECT).await, "");
    }
}

#[expect(clippy::cast_precision_loss, reason = "a printed ratio")]
fn ratio(a: usize, b: usize) -> f64 {
    a as f64 / b as f64
}
