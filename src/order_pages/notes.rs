//! What audit says about an order's parts, as the page shows it.

use crate::audit::addresses::trace_href;
use crate::audit::order_notes::{LinkedTrace, PartNote};
use crate::audit::reads::EvidenceState;
use crate::web::format::short_id;

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceLink {
    /// A short trace id.
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
            links: note.evidence.iter().map(EvidenceLink::of).collect(),
            standing: note.standing,
            claim_href: note.claim_id.as_ref().map(|id| format!("/claims/{id}")),
        }
    }
}

impl EvidenceLink {
    fn of(linked: &LinkedTrace) -> Self {
        Self {
            label: short_id(&linked.trace_id),
            href: trace_href(&linked.trace_id, &linked.observation_id),
            state: match linked.state {
                None | Some(EvidenceState::Pinned) => "",
                Some(other) => other.as_str(),
            },
        }
    }
}
