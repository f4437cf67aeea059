//! How much came that is not kept here, since the process began.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::foundation::ProjectKey;
use wire::otlp::Signal;

/// Counters by project; clones share them.
#[derive(Clone, Debug, Default)]
pub struct NotKept(Arc<Mutex<HashMap<(ProjectKey, &'static str), u64>>>);

impl NotKept {
    /// Counts some more.
    pub fn add(&self, project: ProjectKey, signal: Signal, count: i64) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = counts.entry((project, signal.as_str())).or_default();
        *known = known.saturating_add(count.unsigned_abs());
    }

    /// How many there were of a project.
    pub fn count(&self, project: ProjectKey, signal: Signal) -> u64 {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.get(&(project, signal.as_str())).copied().unwrap_or_default()
    }
}
