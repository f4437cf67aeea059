//! The file of a whole trace: every line is what reading the observations one by one gives, byte for byte.

use serde_json::{Value, json};
use tracewright::bodies::current_body;
use tracewright::foundation::ProjectKey;
use tracewright::traces::reads;

use super::page::{ok, reader, span};
use super::{batch, event};
use crate::harness::{TestApp, on_both};

/// More than one slice of rows.
const SPANS: usize = 620;

/// Calls that send their conversation again, a body in object storage, an observation that arrived twice, plain text.
fn events() -> Vec<Value> {
    let mut said = Vec::new();
    let mut events: Vec<Value> = (0..SPANS)
        .map(|n| {
            said.truncate(n % 12);
            said.push(json!({"role": "user", "content": format!("question {n}, {}", "word ".repeat(60))}));
            span(
                "t",
                &format!("n{n}"),
                None,
                json!({"input": said, "output": format!("answer {n} {{\"x\":0.10}}")}),
            )
        })
        .collect();
    events.push(span(
        "t",
        "long",
        None,
        json!({"input": "abc ".repeat(100_000), "output": ["x".repeat(5 << 20)]}),
    ));
    events.push(span("t", "empty", None, json!({})));
    let again = json!({"id": "n7", "traceId": "t", "output": {"late": 0.1}, "metadata": {"k": [1, 2]}});
    events.push(event("again", "span-update", 9, again));
    events
}

async fn line_of(t: &TestApp, project: ProjectKey, id: &str) -> String {
    let wanted = id.to_owned();
    let (revision, image) = t
        .app
        .db
        .read(move |conn| {
            let revision =
                reads::observation(conn, project, "t", &wanted)?.and_then(|row| row.digest()).unwrap();
            Ok((revision, reads::image(conn, project, "t", &wanted, revision)?.unwrap()))
        })
        .await
        .unwrap();
    let mut line = format!("{{\"record\":\"observation\",\"id\":\"{id}\",\"revision\":\"{revision}\"");
    for field in ["input", "output"] {
        let Some(body) = current_body(&t.app, project, "t", id, field).await.unwrap() else { continue };
        let text = Value::String(String::from_utf8(body.bytes).unwrap());
        line.push_str(&format!(
            ",\"{field}\":{{\"sha256\":\"{}\",\"form\":\"json\",\"text\":{text}}}",
            body.digest
        ));
    }
    format!("{line},\"state\":{}}}", String::from_utf8(image).unwrap())
}

on_both! {
    async fn slices_give_what_reading_one_by_one_gives(t: TestApp) {
        let (site, client, project) = reader(&t).await;
        for some in events().chunks(200) {
            batch(&t, project, some).await;
        }
        let lines = ok(&site, &client, "/traces/t/export.jsonl").await.body;
        let lines: Vec<&str> = lines.lines().skip(1).collect();
        assert_eq!(lines.len(), SPANS + 2);
        for line in &lines {
            let id = serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned();
            let expected = line_of(&t, project, &id).await;
            assert!(*line == expected, "{id}: {line:.2000}\n\n{expected:.2000}");
        }
        let document = ok(&site, &client, "/traces/t/export.json").await.body;
        let inside = document.lines().filter_map(|line| line.trim_start_matches(',').strip_prefix("{\"id\""));
        let inside: Vec<String> = inside.map(|rest| format!("{{\"record\":\"observation\",\"id\"{rest}")).collect();
        assert!(inside == lines, "the document holds the same lines");
        assert_eq!(serde_json::from_str::<Value>(&document).unwrap()["observations"].as_array().unwrap().len(), SPANS + 2);
    }
}
