//! What a process keeps in memory is kept once: what one worker changes, every other follows before the answer.

use actix_web::http::StatusCode;
use serde_json::json;

use crate::harness::http::{Client, Site, site};
use crate::harness::on_both;
use crate::people::pages::{agent_key, cookie};
use crate::people::{OWNER, owner};

on_both! {
    async fn a_mask_set_through_one_worker_holds_on_the_other_at_once(t: TestApp) {
        let admin = owner(&t).await;
        let key = agent_key(&t, &admin).await;
        let program = Client::with_key(key.public.as_str(), key.secret.expose());
        let browser = Client::browser(Some(&cookie(&t, OWNER).await));
        let (one, other) = (site(&t).await, site(&t).await);
        assert!(stored(&program, &other, "before").await.contains("C-123456"), "nothing masks it yet");
        let form = r"own=customer-number+%3D+%5CbC-%5Cd%7B6%7D%5Cb&keep_evidence=on";
        let set = browser.post(&one, "/privacy", form).await;
        assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.body);
        let after = stored(&program, &other, "after").await;
        assert!(after.contains("\"after\"") && !after.contains("C-123456"), "{after}");
    }
}

/// Sends a trace to a worker, and reads it there.
async fn stored(program: &Client, site: &Site, trace: &str) -> String {
    let body = json!({ "id": trace, "name": "call", "output": "customer C-123456 called" });
    let event = json!({
        "id": format!("e-{trace}"), "type": "trace-create", "timestamp": "2026-11-21T09:00:01.000Z", "body": body,
    });
    let sent = program.post_json(site, "/api/public/ingestion", &json!({ "batch": [event] })).await;
    assert_eq!(sent.status.as_u16(), 207, "{}", sent.body);
    let read = program.get(site, &format!("/api/public/traces/{trace}")).await;
    assert_eq!(read.status, StatusCode::OK, "{}", read.body);
    read.body
}
