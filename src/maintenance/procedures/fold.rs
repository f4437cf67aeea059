//! Events folded into a procedure. Folding never refuses; a version that is not there changes nothing.

use order_markdown::model::Who;

use super::events::ProcedureEvent;
use super::model::{CopiedFrom, Procedure, State, Told, Version};
use crate::foundation::Timestamp;

/// Who did it and when, as the ledger stamps them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub by: Who,
    pub at: Timestamp,
}

impl Stamp {
    fn told(&self, reason: &str) -> Told {
        Told { by: self.by.clone(), at: self.at, reason: reason.to_owned() }
    }
}

/// Lets one event happen to a procedure.
pub fn apply(procedure: &mut Procedure, event: &ProcedureEvent, stamp: &Stamp) {
    match event {
        ProcedureEvent::Created { procedure: id, code, sequence, title } => {
            procedure.id.clone_from(id);
            procedure.code.clone_from(code);
            procedure.sequence = *sequence;
            procedure.title.clone_from(title);
        }
        ProcedureEvent::Renamed { to, .. } => procedure.title.clone_from(to),
        ProcedureEvent::Retired { reason } => procedure.retired = Some(stamp.told(reason)),
        ProcedureEvent::TakenUp { .. } => procedure.retired = None,
        ProcedureEvent::Drafted { .. } => {
            procedure.drafted += 1;
            procedure.versions.extend(drafted(event, stamp));
        }
        ProcedureEvent::Changed { version, .. }
        | ProcedureEvent::Submitted { version, .. }
        | ProcedureEvent::Returned { version, .. }
        | ProcedureEvent::Approved { version, .. }
        | ProcedureEvent::Withdrawn { version, .. } => {
            if let ProcedureEvent::Submitted { digest, .. } | ProcedureEvent::Approved { digest, .. } = event
            {
                // Words that somebody submitted and that are not here were erased; older ones are not what was approved.
                procedure.versions.retain(|it| it.number != *version || it.digest == *digest);
            }
            if let Some(found) = procedure.versions.iter_mut().find(|it| it.number == *version) {
                move_version(found, event, stamp);
            }
        }
    }
    procedure.version += 1;
}

fn drafted(event: &ProcedureEvent, stamp: &Stamp) -> Option<Version> {
    let ProcedureEvent::Drafted { version, text, digest, order_type, copied_from } = event else {
        return None;
    };
    Some(Version {
        number: *version,
        state: State::Draft,
        text: text.clone(),
        digest: *digest,
        order_type: order_type.clone(),
        copied_from: copied_from.clone(),
        author: stamp.by.clone(),
        writers: joined(Vec::new(), stamp, copied_from.as_ref()),
        changed_by: stamp.by.clone(),
        drafted_at: stamp.at,
        changed_at: stamp.at,
        submitted: None,
        returned: None,
        approved: None,
        effective_from: None,
        withdrawn: None,
    })
}

/// These writers and whoever wrote now; the plan of an order was written by those who planned it.
fn joined(mut writers: Vec<String>, stamp: &Stamp, from: Option<&CopiedFrom>) -> Vec<String> {
    let planners = from.into_iter().flat_map(|from| &from.writers);
    for account in std::iter::once(&stamp.by.id).chain(planners) {
        if !writers.contains(account) {
            writers.push(account.clone());
        }
    }
    writers
}

fn move_version(version: &mut Version, event: &ProcedureEvent, stamp: &Stamp) {
    match event {
        ProcedureEvent::Changed { text, digest, order_type, copied_from, .. } => {
            version.state = State::Draft;
            version.text.clone_from(text);
            version.digest = *digest;
            version.order_type.clone_from(order_type);
            if copied_from.is_some() {
                version.copied_from.clone_from(copied_from);
            }
            let before = std::mem::take(&mut version.writers);
            version.writers = joined(before, stamp, copied_from.as_ref());
            (version.changed_by, version.changed_at) = (stamp.by.clone(), stamp.at);
        }
        ProcedureEvent::Submitted { .. } => {
            version.state = State::Submitted;
            version.submitted = Some(stamp.told(""));
        }
        ProcedureEvent::Returned { reason, .. } => {
            version.state = State::Returned;
            version.returned = Some(stamp.told(reason));
        }
        ProcedureEvent::Approved { effective_from, .. } => {
            version.state = State::Approved;
            version.approved = Some(stamp.told(""));
            version.effective_from = Some(*effective_from);
        }
        ProcedureEvent::Withdrawn { reason, .. } => {
            version.state = State::Withdrawn;
            version.withdrawn = Some(stamp.told(reason));
        }
        _ => {}
    }
}
