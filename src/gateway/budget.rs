//! Budgets that refuse calls: asked before a call takes a number, and remembered for a few seconds, so that a call costs no
//! question to the database.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::budgets::{Who, refusing, words};
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::state::App;

/// How long an answer is believed, in microseconds.
const FRESH_MICROS: i64 = 3_000_000;
/// Callers whose answers are remembered; more than that and all are asked for anew.
const MOST: usize = 10_000;

/// Project, agent, persona, tenant, workflow.
type Caller = (ProjectKey, [Option<String>; 4]);

/// What budgets said last. Cheap to clone; clones share it.
#[derive(Clone, Default)]
pub struct Budgets(Arc<Mutex<HashMap<Caller, Known>>>);

#[derive(Clone)]
struct Known {
    at: Timestamp,
    /// Why calls of this caller are refused.
    refusal: Option<String>,
}

impl Budgets {
    /// Why a call of these may not go; none when it may. What names nobody is under the budgets of the project alone.
    pub async fn refusal(
        &self,
        app: &App,
        project: ProjectKey,
        identity: &[(&'static str, String)],
    ) -> Result<Option<String>> {
        let named = |name: &str| identity.iter().find(|(it, _)| *it == name).map(|(_, value)| value.clone());
        let caller = (project, ["agent", "persona", "tenant", "workflow"].map(named));
        let now = app.now();
        if let Some(known) = self.lock().get(&caller)
            && (0..FRESH_MICROS).contains(&now.micros_since(known.at))
        {
            return Ok(known.refusal.clone());
        }
        let [agent, persona, tenant, workflow] = caller.1.clone();
        let who = Who { agent, persona, tenant, workflow };
        let asked = app.db.read(move |conn| refusing(conn, project, &who, now)).await?;
        let refusal = asked.first().map(words::refusal);
        let mut known = self.lock();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(caller, Known { at: now, refusal: refusal.clone() });
        Ok(refusal)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Caller, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
