//! Evidence that names an earlier revision is reached from the page of the trace, though the trace went on.

use serde_json::{Value, json};
use tracewright::audit::actions::judge;
use tracewright::intake::Intake;
use tracewright::intake::ingest::{RequestBody, ingest_batch};

use crate::harness::on_both;

use super::pages::get;
use super::*;

async fn arrive(t: &TestApp, case: &Case, kind: &str, second: u32, body: Value) {
    let event = json!({"id": format!("e{second}"), "type": kind, "timestamp": format!("2026-11-21T09:00:{second:02}.000Z"), "body": body});
    let sent = RequestBody::plain(json!({"batch": [event]}).to_string().into_bytes());
    let answers =
        ingest_batch(&t.app, &Intake::unheard(), &Asker::system(case.owner.project), sent).await.unwrap();
    assert!(answers.iter().all(|answer| answer.fault.is_none()), "{answers:?}");
    t.clock.advance(1_000_000);
}

fn call(output: &str) -> Value {
    json!({"id": "call", "traceId": "late", "name": "count calls", "startTime": "2026-11-21T09:00:01.000Z", "output": output})
}

on_both! {
    async fn a_pinned_revision_is_reached_from_the_page_of_its_trace(t: TestApp) {
        let case = case(&t).await;
        arrive(&t, &case, "generation-create", 1, call("48 calls")).await;
        arrive(&t, &case, "generation-update", 2, call("48 of 51 calls")).await;
        link_to(&t, &case, "3.1", "late").await.unwrap();
        let item = claim(&t, &case, "3.1").await;
        let mut verdict = quoting(&item, Outcome::Supported, "48 of 51");
        "late".clone_into(&mut verdict.quotes[0].trace_id);
        "call".clone_into(&mut verdict.quotes[0].observation_id);
        judge(&t.app, &case.auditor, verdict).await.unwrap();
        let calm = get(&t, &case.auditor, "/traces/late").await;
        assert!(calm.contains("2 stored versions of this observation") && !calm.contains("Evidence that changed"), "{calm}");
        arrive(&t, &case, "generation-update", 3, call("51 calls")).await;
        let page = get(&t, &case.auditor, "/traces/late").await;
        assert!(page.contains("Evidence that changed since") && page.contains("3 stored versions of this observation"), "{page}");
        let listed = page.split("Evidence that changed since").nth(1).unwrap();
        let (before, after) = listed.split_once("Stored version 2 of 3").unwrap();
        assert!(before.contains("count calls") && after.split("</li>").next().unwrap().contains("WO-2026-014/3.1"), "{listed}");
        let href = before.rsplit("href=\"").next().unwrap().split('"').next().unwrap().replace("&#38;", "&");
        let then = get(&t, &case.auditor, &href).await;
        assert!(then.contains("Stored version 2 of 3") && then.contains("48 of 51 calls") && then.contains("WO-2026-014/3.1"), "{then}");
        assert!(then.contains("Earlier version") && then.contains("Later version"), "{then}");
    }
}
