//! What a verdict sets off: a job in the transaction of the verdict, so that it happens even where the process ends at once.
//!
//! Audit knows none of the features that go on from a verdict; `app.rs` says what runs the job.

use serde::{Deserialize, Serialize};

use crate::db::Tx;
use crate::foundation::{ProjectKey, Result};
use crate::jobs::{self, JobKind, Options, Tier};

/// Run once for every verdict that was recorded.
pub const VERDICT_GIVEN: JobKind =
    JobKind { name: "audit.verdict_given", tier: Tier::High, max_attempts: 10 };

/// What the job is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictGiven {
    /// The verdict's id.
    pub verdict: String,
}

pub(super) fn enqueue(tx: &mut Tx<'_>, project: ProjectKey, verdict: &str) -> Result<()> {
    let given = VerdictGiven { verdict: verdict.to_owned() };
    jobs::enqueue(tx, project, VERDICT_GIVEN, &given, Options::default()).map(drop)
}
