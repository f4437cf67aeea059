//! The masker of each project, read again after five seconds: another process may have changed the policy.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::privacy::reads;
use crate::state::App;

use masking::Masker;

/// How long a masker is used before the policy is read again.
const FRESH_MICROS: i64 = 5_000_000;

/// A masker and when its policy was read.
type Ready = (Timestamp, Arc<Masker>);

/// Ready maskers by project. Cheap to clone; clones share what they know.
#[derive(Clone, Default)]
pub struct MaskBooks(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    ready: HashMap<ProjectKey, Ready>,
    /// Raised by every change: a policy that was read before it is not kept after it.
    generation: u64,
}

impl MaskBooks {
    /// The masker of a project.
    pub async fn of(&self, app: &App, project: ProjectKey) -> Result<Arc<Masker>> {
        let now = app.now();
        let generation = match self.fresh(project, now) {
            Ok(masker) => return Ok(masker),
            Err(generation) => generation,
        };
        let policy = app.db.read(move |conn| reads::policy(conn, project)).await?;
        let masker = Arc::new(Masker::new(&policy.on, &policy.own, &app.keys.server_key, project)?);
        let mut known = self.known();
        if known.generation == generation {
            known.ready.insert(project, (now, Arc::clone(&masker)));
        }
        Ok(masker)
    }

    /// The masker that may be used still, or the generation to read under.
    fn fresh(&self, project: ProjectKey, now: Timestamp) -> Result<Arc<Masker>, u64> {
        let known = self.known();
        match known.ready.get(&project) {
            Some((read, masker)) if (0..FRESH_MICROS).contains(&now.micros_since(*read)) => {
                Ok(Arc::clone(masker))
            }
            _ => Err(known.generation),
        }
    }

    /// Reads the policy anew at the next request: it was changed here.
    pub fn forget(&self, project: ProjectKey) {
        let mut known = self.known();
        known.generation += 1;
        known.ready.remove(&project);
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MaskBooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MaskBooks(..)")
    }
}
