//! The masker of each project, read again after five seconds: another process may have changed the policy.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

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
pub struct MaskBooks(Arc<Mutex<HashMap<ProjectKey, Ready>>>);

impl MaskBooks {
    /// The masker of a project.
    pub async fn of(&self, app: &App, project: ProjectKey) -> Result<Arc<Masker>> {
        let now = app.now();
        if let Some((read, masker)) = self.known().get(&project)
            && (0..FRESH_MICROS).contains(&now.micros_since(*read))
        {
            return Ok(Arc::clone(masker));
        }
        let policy = app.db.read(move |conn| reads::policy(conn, project)).await?;
        let masker = Arc::new(Masker::new(&policy.on, &policy.own, &app.keys.server_key, project)?);
        self.known().insert(project, (now, Arc::clone(&masker)));
        Ok(masker)
    }

    /// Reads the policy anew at the next request: it was changed here.
    pub fn forget(&self, project: ProjectKey) {
        self.known().remove(&project);
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<ProjectKey, (Timestamp, Arc<Masker>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MaskBooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MaskBooks(..)")
    }
}
