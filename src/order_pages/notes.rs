//! What audit says about an order's parts, as the page shows it.

use crate::audit::addresses::trace_href;
use crate::audit::order_notes::{LinkedTrace, PartNote};
use crate::audit::reads::EvidenceState;
use crate::web::format::{short_id, short_ids};

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceLink {
    /// A short trace id, unlike those beside it, and what became of the trace.
    pub label: String,
    pub href: String,
    /// The evidence's state, also its class: empty, `waiting`, `grown`, `altered` or `erased`.
    pub state: &'static str,
}

/// What is said beside one part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoteView {
    pub links: Vec<EvidenceLink>,
    /// How the claim stands: a verdict's word such as `supported`, `open`, `unattested`.
    pub standing: Option<&'static str>,
    /// Where the claim is judged.
    pub claim_href: Option<String>,
}

impl NoteView {
    /// A note as shown.
    pub fn of(note: &PartNote) -> Self {
        Self {
            links: links(&note.evidence),
            standing: note.standing,
            claim_href: note.claim_id.as_ref().map(|id| format!("/claims/{id}")),
        }
    }
}

fn links(evidence: &[LinkedTrace]) -> Vec<EvidenceLink> {
    let ids: Vec<&str> = evidence.iter().map(|linked| linked.trace_id.as_str()).collect();
    let shorts = short_ids(&ids);
    let label = |linked: &LinkedTrace| {
        let short = shorts.get(linked.trace_id.as_str()).cloned().unwrap_or_default();
        // Of one trace the spans are told apart, and the whole of it from them.
        let is_repeated = ids.iter().filter(|id| **id == linked.trace_id).count() > 1;
        match linked.observation_id.as_str() {
            _ if !is_repeated => short,
            "" => format!("{short} whole"),
            span => format!("{short} span {}", short_id(span)),
        }
    };
    evidence.iter().map(|linked| EvidenceLink::of(linked, label(linked))).collect()
}

impl EvidenceLink {
    fn of(linked: &LinkedTrace, label: String) -> Self {
        let how = match (&linked.erased, linked.joined, linked.is_awaited) {
            (Some(erased), ..) => format!(", {erased}"),
            (None, true, true) => ", joined by itself, not here yet".to_owned(),
            (None, true, false) => ", joined by itself".to_owned(),
            (None, false, _) => String::new(),
        };
        Self {
            label: format!("{label}{how}"),
            href: trace_href(&linked.trace_id, &linked.observation_id),
            state: match linked.state {
                None | Some(EvidenceState::Pinned) => "",
                Some(other) => other.as_str(),
            },
        }
    }
}
