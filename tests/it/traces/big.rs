//! Bodies too big for the database: what was acknowledged reads back in full, whichever way it came, and object
//! storage holds nothing that nobody uses.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use serde_json::{Value, json};
use tracewright::bodies::{current_body, trace_body};
use tracewright::db::Tx;
use tracewright::foundation::{Asker, Digest, Error, ProjectKey, Result};
use tracewright::intake::Intake;
use tracewright::intake::ingest::{RequestBody, ingest_batch};
use tracewright::jobs;
use tracewright::state::App;
use tracewright::traces::actions::erase::erase_traces;
use tracewright::traces::{Arrived, Hooks};

use super::{PROJECT, batch, event, otlp_json};
use crate::harness::{MINUTE, TestApp, on_both};

/// More than the 256 KiB that the database takes.
fn long(mark: &str) -> String {
    format!("{mark} {} end of {mark}", "word ".repeat(60_000))
}

/// A list of messages one of which is big.
fn list(mark: &str) -> Value {
    let message = |text: &str| json!({"role": "user", "content": text});
    json!([
        message(&format!("before {mark} {}", "x ".repeat(60))),
        message(&long(mark)),
        message(&format!("after {mark} {}", "y ".repeat(60)))
    ])
}

/// Each shape of big body: one string, or a list with a big piece in it.
fn shapes(mark: &str) -> [Value; 2] {
    [json!(long(mark)), list(mark)]
}

async fn reads_back(t: &TestApp, id: &str, field: &str, expected: &Value) {
    let body = current_body(&t.app, PROJECT, "t", id, field).await;
    let body = body.unwrap_or_else(|cause| panic!("{id} {field}: {cause}")).unwrap();
    let expected = expected.to_string().into_bytes();
    assert!(body.bytes == expected, "{id} {field}: {} of {} bytes", body.bytes.len(), expected.len());
    assert_eq!(body.digest, Digest::of(&body.bytes));
}

/// Files under a folder with what tells one writing of them from the next.
fn files(folder: &Path) -> BTreeMap<String, u64> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.insert(entry.path().display().to_string(), entry.metadata().unwrap().ino());
        }
    }
    found
}

fn stored(t: &TestApp) -> BTreeMap<String, u64> {
    files(&t.app.config.data.join("blobs"))
}

async fn erase(t: &TestApp, ids: &[&str]) -> Result<usize> {
    let ids = ids.iter().map(|id| (*id).to_owned()).collect();
    erase_traces(&t.app, &Hooks::none(), &Asker::operator(PROJECT), ids, "asked for").await
}

on_both! {
    async fn a_create_an_update_and_a_span_bring_them(t: TestApp) {
        for (n, body) in shapes("create").into_iter().enumerate() {
            let id = format!("o{n}");
            let (first, later) = (format!("{id}-a"), format!("{id}-b"));
            batch(&t, PROJECT, &[event(&first, "span-create", 0, json!({"id": id, "traceId": "t", "input": body}))]).await;
            let output = list(&format!("update {n}"));
            batch(&t, PROJECT, &[event(&later, "span-update", 1, json!({"id": id, "traceId": "t", "output": output}))]).await;
            reads_back(&t, &id, "input", &body).await;
            reads_back(&t, &id, "output", &output).await;
        }
        let input = list("trace");
        batch(&t, PROJECT, &[event("te", "trace-create", 2, json!({"id": "t", "input": input}))]).await;
        let (_, bytes) = trace_body(&t.app, PROJECT, "t", "input").await.unwrap().unwrap();
        assert!(bytes == input.to_string().into_bytes());
        let trace = "0af7651916cd43dd8448eb211c80319c";
        let said = list("span").to_string();
        otlp_json(&t, PROJECT, &json!({"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": trace, "spanId": "00f067aa0ba902b7",
            "name": "n", "startTimeUnixNano": "1795000000000000000", "endTimeUnixNano": "1795000001000000000",
            "attributes": [{"key": "langfuse.observation.input", "value": {"stringValue": said}}]}]}]}]})).await;
        let body = current_body(&t.app, PROJECT, trace, "00f067aa0ba902b7", "input").await.unwrap().unwrap();
        assert!(body.bytes == said.into_bytes());
    }

    async fn an_update_before_its_create_brings_them(t: TestApp) {
        let (input, output) = (list("later"), list("sooner"));
        batch(&t, PROJECT, &[event("b", "span-update", 1, json!({"id": "o", "traceId": "t", "output": output}))]).await;
        batch(&t, PROJECT, &[event("a", "span-create", 0, json!({"id": "o", "traceId": "t", "input": input}))]).await;
        reads_back(&t, "o", "input", &input).await;
        reads_back(&t, "o", "output", &output).await;
    }

    async fn a_late_update_that_names_no_trace_brings_them(t: TestApp) {
        for (n, body) in shapes("late").into_iter().enumerate() {
            let id = format!("o{n}");
            let create = event(&format!("{id}-a"), "span-create", 0, json!({"id": id, "traceId": "t", "name": "n"}));
            batch(&t, PROJECT, &[create]).await;
            let update = event(&format!("{id}-b"), "span-update", 1, json!({"id": id, "output": body}));
            batch(&t, PROJECT, std::slice::from_ref(&update)).await;
            reads_back(&t, &id, "output", &body).await;
            batch(&t, PROJECT, &[update]).await;
            reads_back(&t, &id, "output", &body).await;
        }
        // Beside news of the same trace, and in the same request as its create.
        let body = list("beside");
        batch(&t, PROJECT, &[
            event("p-a", "span-create", 2, json!({"id": "p", "traceId": "t"})),
            event("p-b", "span-update", 3, json!({"id": "p", "output": list("together")})),
            event("o0-c", "span-update", 3, json!({"id": "o0", "input": body})),
        ]).await;
        reads_back(&t, "p", "output", &list("together")).await;
        reads_back(&t, "o0", "input", &body).await;
        assert_eq!(erase(&t, &["t"]).await.unwrap(), 1);
        assert_eq!(stored(&t).len(), 0, "their use was noted, so erasure takes them away");
    }

    async fn a_masked_body_in_an_update_that_names_no_trace_is_masked_found_and_whole(t: TestApp) {
        let key = format!("{}_{}", "ghp", "Zk3Qw9Lm2Xc7Vb5NaB1cD2eF3gH4iJ5kL6mN");
        batch(&t, PROJECT, &[event("a", "span-create", 0, json!({"id": "o", "traceId": "t"}))]).await;
        let output = json!([long("masked"), format!("use {key} now")]);
        batch(&t, PROJECT, &[event("b", "span-update", 1, json!({"id": "o", "output": output}))]).await;
        let body = current_body(&t.app, PROJECT, "t", "o", "output").await.unwrap().unwrap();
        let text = String::from_utf8(body.bytes).unwrap();
        assert!(text.contains("end of masked") && text.ends_with(" now\"]") && !text.contains(&key));
        let found = t.app.db.read(|conn| tracewright::traces::reads::findings::findings_of(conn, PROJECT, "t")).await.unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
    }

    async fn a_resend_puts_nothing_again_unless_it_is_missing(t: TestApp) {
        let events: Vec<Value> = shapes("again").into_iter().enumerate()
            .map(|(n, body)| event(&format!("e{n}"), "span-create", 0, json!({"id": format!("o{n}"), "traceId": "t", "input": body})))
            .collect();
        batch(&t, PROJECT, &events).await;
        let first = stored(&t);
        assert_eq!(first.len(), 2);
        batch(&t, PROJECT, &events).await;
        let same = event("other", "span-create", 1, json!({"id": "o", "traceId": "t2", "input": list("again")}));
        batch(&t, PROJECT, &[same]).await;
        assert_eq!(stored(&t), first, "not one file was written again");
        first.keys().for_each(|path| std::fs::remove_file(path).unwrap());
        batch(&t, PROJECT, &events).await;
        for (n, body) in shapes("again").iter().enumerate() {
            reads_back(&t, &format!("o{n}"), "input", body).await;
        }
    }

    async fn a_neighbour_that_is_erased_takes_nothing_along(t: TestApp) {
        let before = |trace: &str| event(&format!("{trace}-t"), "trace-create", 0, json!({"id": trace, "sessionId": "s"}));
        let messages = list("shared");
        for trace in ["lost", "t"] {
            let call = json!({"id": "o", "traceId": trace, "input": messages, "output": list(trace)});
            batch(&t, PROJECT, &[before(trace), event(&format!("{trace}-o"), "generation-create", 1, call)]).await;
        }
        erase(&t, &["lost"]).await.unwrap();
        reads_back(&t, "o", "input", &messages).await;
        reads_back(&t, "o", "output", &list("t")).await;
        let update = event("late", "generation-update", 2, json!({"id": "o", "output": list("after")}));
        batch(&t, PROJECT, &[update]).await;
        reads_back(&t, "o", "input", &messages).await;
        reads_back(&t, "o", "output", &list("after")).await;
    }

    async fn a_piece_put_aside_is_read_and_erased_all_the_same(t: TestApp) {
        let input = list("aside");
        batch(&t, PROJECT, &[event("a", "span-create", 0, json!({"id": "o", "traceId": "t", "input": input}))]).await;
        for path in stored(&t).keys() {
            std::fs::rename(path, format!("{path}.aside")).unwrap();
        }
        reads_back(&t, "o", "input", &input).await;
        erase(&t, &["t"]).await.unwrap();
        assert_eq!(stored(&t).len(), 0);
    }

    async fn what_is_refused_leaves_nothing_behind(t: TestApp) {
        fn never(_: &App, _: &mut Tx<'_>, _: &[Arrived]) -> Result<()> {
            Err(Error::Busy { retry_after_s: 1 })
        }
        let hooks = Hooks { arrived: vec![never], ..Hooks::none() };
        let intake = Intake::over(hooks);
        let events = [event("a", "span-create", 0, json!({"id": "o", "traceId": "t", "input": list("refused")}))];
        let sent = RequestBody::plain(json!({ "batch": events }).to_string().into_bytes());
        assert!(ingest_batch(&t.app, &intake, &Asker::system(PROJECT), sent).await.is_err());
        assert_eq!(stored(&t).len(), 0);
        // Nor does an update whose observation nobody knows.
        let stranger = event("b", "span-update", 0, json!({"id": "nobody", "input": list("stranger")}));
        let sent = RequestBody::plain(json!({ "batch": [stranger] }).to_string().into_bytes());
        let answers = ingest_batch(&t.app, &Intake::unheard(), &Asker::system(PROJECT), sent).await.unwrap();
        assert!(answers[0].fault.is_some());
        assert_eq!(stored(&t).len(), 0);
    }

    async fn what_storage_does_not_remove_now_is_removed_later(t: TestApp) {
        batch(&t, PROJECT, &[event("a", "span-create", 0, json!({"id": "o", "traceId": "t", "input": list("gone")}))]).await;
        batch(&t, ProjectKey(2), &[event("a", "span-create", 0, json!({"id": "o", "traceId": "t", "input": list("gone")}))]).await;
        let (bodies, aside) = (t.app.config.data.join("blobs/bodies"), t.app.config.data.join("aside"));
        std::fs::rename(&bodies, &aside).unwrap();
        std::fs::write(&bodies, "no folder").unwrap();
        assert_eq!(erase(&t, &["t"]).await.ok(), Some(1), "the trace is gone, whatever storage does");
        std::fs::remove_file(&bodies).unwrap();
        std::fs::rename(&aside, &bodies).unwrap();
        assert_eq!(stored(&t).len(), 2);
        t.clock.advance(2 * MINUTE);
        jobs::drain(&t.app, &t.services.jobs).await.unwrap();
        let left = stored(&t);
        assert_eq!(left.len(), 1, "{left:?}");
        assert!(left.keys().all(|path| path.contains("/bodies/2/")), "the other project keeps its own");
    }
}
