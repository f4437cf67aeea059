//! What an entry is about, in words, and the page it leads to.

use serde_json::Value;

use crate::foundation::address::part;
use crate::ledger::events::Event;
use crate::web::words;

/// The thing an entry is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct About {
    /// Such as `Work order`.
    pub(super) words: String,
    /// Its page, where it has one.
    pub(super) href: Option<String>,
    /// The page of the claim that the entry speaks of, where its reader may know.
    pub(super) claim: Option<String>,
}

impl About {
    /// Reads it off an event; what is withheld or erased says nothing of a claim.
    pub(super) fn of(event: &Event) -> Self {
        let id = part(&event.stream_id);
        let href = match event.stream_kind.as_str() {
            "asset" => Some(format!("/assets/by-id/{id}")),
            "work_order" | "audit" | "bundle" => Some(format!("/work-orders/by-id/{id}")),
            "procedure" => Some(format!("/procedures/by-id/{id}")),
            "alert" => Some("/fleet/alerts".to_owned()),
            "budget" => Some(format!("/fleet/budgets?budget={id}")),
            "order_schedule" => Some(format!("/schedules/by-id/{id}")),
            "prices" => Some("/prices".to_owned()),
            "privacy" => Some("/privacy".to_owned()),
            _ => None,
        };
        let claim = claim_of(&event.kind, &event.data()).map(|claim| format!("/claims/{}", part(&claim)));
        Self { words: words::stream(&event.stream_kind), href, claim }
    }

    /// Without the claim, which stands in the part of the event that not everybody reads.
    pub(super) fn hidden_unless(self, may_read: bool) -> Self {
        Self { claim: self.claim.filter(|_| may_read), ..self }
    }
}

/// The claim that audit's events name.
fn claim_of(kind: &str, data: &Value) -> Option<String> {
    if !kind.starts_with("audit.") {
        return None;
    }
    let mut named =
        ["/verdict/claim", "/claim/id", "/claim"].into_iter().filter_map(|path| data.pointer(path));
    named.find_map(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_claim_is_named_by_the_events_of_audit_only() {
        for (kind, data, claim) in [
            ("audit.verdict_given.v1", json!({ "verdict": { "claim": "c1" } }), Some("c1")),
            ("audit.claim_stated.v1", json!({ "claim": { "id": "c2" } }), Some("c2")),
            ("audit.claim_weighed.v1", json!({ "claim": "c3" }), Some("c3")),
            ("audit.evidence_linked.v1", json!({ "links": [] }), None),
            ("audit.verdict_given.v1", Value::Null, None),
            ("work_order.log_added.v1", json!({ "claim": "c4" }), None),
        ] {
            assert_eq!(claim_of(kind, &data).as_deref(), claim, "{kind} {data}");
        }
    }
}
