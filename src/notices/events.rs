//! What people do to webhooks, and that one was stopped. The secret is in none of these.
//!
//! Notices themselves are no events: that somebody was told of an event, or read it, says nothing about the work.

use serde_json::json;

use crate::foundation::ProjectKey;
use crate::ledger::{Draft, Stream};

use super::kinds::Kind;

/// A webhook's stream.
pub fn stream(project: ProjectKey, id: &str) -> Stream {
    Stream { project, kind: "webhook", id: id.to_owned() }
}

fn words(kinds: &[Kind]) -> Vec<&'static str> {
    kinds.iter().map(|kind| kind.as_str()).collect()
}

/// `webhook.added.v1`; of its address `url` is the scheme, the host and the port alone.
pub fn added(label: &str, url: &str, kinds: &[Kind]) -> Draft {
    Draft::new("webhook.added.v1", json!({ "label": label, "url": url, "kinds": words(kinds) }))
}

/// `webhook.changed.v1`: another name, address or choice of kinds.
pub fn changed(label: &str, url: &str, kinds: &[Kind]) -> Draft {
    Draft::new("webhook.changed.v1", json!({ "label": label, "url": url, "kinds": words(kinds) }))
}

/// `webhook.secret_rotated.v1`: it has another secret.
pub fn secret_rotated() -> Draft {
    Draft::new("webhook.secret_rotated.v1", json!({}))
}

/// `webhook.stopped.v1`: nothing is sent to it any more, by itself or because somebody said so.
pub fn stopped(why: &str) -> Draft {
    Draft::new("webhook.stopped.v1", json!({ "why": why }))
}

/// `webhook.started.v1`: messages are sent to it again.
pub fn started() -> Draft {
    Draft::new("webhook.started.v1", json!({}))
}

/// `webhook.removed.v1`
pub fn removed() -> Draft {
    Draft::new("webhook.removed.v1", json!({}))
}
