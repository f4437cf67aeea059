//! Erased bodies against the events that name them, and back.
//!
//! A body without a record of its erasure was not erased, it was taken away; a record whose body is still here says what
//! did not happen. The moment must agree too.

use std::collections::{BTreeMap, BTreeSet};

use crate::foundation::Timestamp;
use crate::ledger::erasure::BODIES_ERASED;
use crate::ledger::leaf::Leaf;

use super::record::BodyState;
use super::{Place, Report};

/// What the pass has seen: as many entries as there were erasures.
#[derive(Default)]
pub(super) struct Erasures {
    /// Erased bodies, by the id of their event: where, in which project, and when.
    gone: BTreeMap<String, (Place, String, i64)>,
    /// What records of erasure name: from where, and when.
    named: BTreeMap<String, (Place, String, Timestamp)>,
}

impl Erasures {
    /// Takes note of one record that is as it was logged.
    pub(super) fn see(&mut self, place: Place, leaf: &Leaf, body: BodyState) {
        if let BodyState::Erased(at) = body {
            self.gone.insert(leaf.id.clone(), (place, leaf.project.clone(), at));
        }
        if leaf.kind == BODIES_ERASED {
            let named = leaf.refs.iter().map(|id| (id.clone(), (place, leaf.project.clone(), leaf.at)));
            self.named.extend(named);
        }
    }

    /// What does not agree, in order of place.
    pub(super) fn check(&self, report: &mut Report) {
        let mut faults: BTreeSet<(Place, String)> = BTreeSet::new();
        for (id, (place, project, at)) in &self.gone {
            let fault = match self.named.get(id) {
                None => "the body is erased and no event names its erasure: it was taken away".to_owned(),
                Some((_, of, _)) if of != project => "its erasure is recorded in another project".to_owned(),
                Some((_, _, when)) if when.0 != *at => {
                    format!("`erased_at` of the body is not the moment of its erasure, {}", when.to_rfc3339())
                }
                Some(_) => continue,
            };
            faults.insert((*place, fault));
        }
        for (id, (place, ..)) in self.named.iter().filter(|(id, _)| !self.gone.contains_key(*id)) {
            faults.insert((*place, format!("it records the erasure of {id}, whose body is not erased")));
        }
        faults.into_iter().for_each(|(place, what)| report.fault(place, what));
    }
}
