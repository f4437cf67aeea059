//! One record: does the row say what its leaf says, and does its body open the commitment?

use crate::foundation::{Digest, Timestamp};
use crate::ledger::leaf::Leaf;
use crate::ledger::tree::leaf_hash;

use super::rows::{BodyColumns, EventColumns};

/// How a body stands to its leaf.
#[derive(Clone, Copy)]
pub(super) enum BodyState {
    Opens,
    /// With the moment in its row, in microseconds.
    Erased(i64),
}

/// Checks an event's columns and body against its leaf bytes; what is wrong is told in words.
pub(super) fn check(event: &EventColumns, body: &BodyColumns) -> Result<(Leaf, BodyState), String> {
    let (Some(bytes), Some(stored)) = (&event.leaf, &event.leaf_hash) else {
        return Err("the event is missing".to_owned());
    };
    if leaf_hash(bytes).0.as_slice() != stored.as_slice() {
        return Err("the leaf's bytes do not hash to the event's leaf hash".to_owned());
    }
    let leaf = Leaf::from_bytes(bytes).map_err(|cause| format!("the leaf cannot be read: {cause}"))?;
    match first_disagreement(event, &leaf) {
        Some(column) => Err(format!("the column `{column}` of the event does not say what its leaf says")),
        None => check_body(body, leaf.body).map(|state| (leaf, state)),
    }
}

fn first_disagreement(event: &EventColumns, leaf: &Leaf) -> Option<&'static str> {
    let subject = event.stream_kind.as_ref().zip(event.stream_id.as_ref());
    let subject = subject.map(|(kind, id)| format!("{kind}/{id}"));
    let before = event.version.filter(|version| *version > 1).map(|version| version - 1);
    [
        ("id", event.id.as_ref() == Some(&leaf.id)),
        ("project", event.project.map(|key| key.to_string()).as_ref() == Some(&leaf.project)),
        ("stream", subject.as_ref() == Some(&leaf.subject)),
        ("version", event.version.is_some() && before == leaf.prev),
        ("kind", event.kind.as_ref() == Some(&leaf.kind)),
        ("at", event.at.map(Timestamp) == Some(leaf.at)),
        ("actor", event.actor.as_ref() == Some(&leaf.actor)),
        ("actor_kind", event.actor_kind.as_deref() == Some(leaf.actor_kind.as_str())),
    ]
    .into_iter()
    .find_map(|(column, agrees)| (!agrees).then_some(column))
}

fn check_body(row: &BodyColumns, commitment: Digest) -> Result<BodyState, String> {
    if row.body_of.is_none() {
        return Err("the event's body row is missing".to_owned());
    }
    match (&row.salt, &row.body, row.erased_at) {
        (None, None, Some(at)) => Ok(BodyState::Erased(at)),
        (Some(salt), Some(body), None) if Digest::commitment(salt, body) == commitment => {
            Ok(BodyState::Opens)
        }
        (Some(_), Some(_), None) => {
            Err("the body and salt do not open the leaf's commitment: one of them was changed".to_owned())
        }
        _ => Err("the body is neither whole nor erased".to_owned()),
    }
}
