//! What stands around the chosen observation: scores, what was masked, where the trace is evidence, its revisions.

use crate::audit::unknown_places::{self, UnknownPlace};
use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, Grant, Result, Timestamp};
use crate::traces::reads::findings::findings_of;
use crate::traces::reads::{self, ObservationRow, ScoreRow};
use masking::Finding;

use super::revisions::{self, PinnedView, RevisionView};
use super::scored;
use super::uses::{self, OrderChoice, TraceClaim, TraceLink};

/// Unknown places named on one page.
const MOST_UNKNOWN: i64 = 10;
/// Scores shown of one trace.
const MOST_SCORES: i64 = 100;

/// What the panel needs besides the observation.
#[derive(Default)]
pub(super) struct Aside {
    /// Places that the trace names and that are not there.
    pub(super) unknown: Vec<UnknownPlace>,
    /// The newest.
    pub(super) scores: Vec<ScoreRow>,
    pub(super) scores_total: i64,
    pub(super) findings: Vec<Finding>,
    pub(super) links: Vec<TraceLink>,
    pub(super) claims: Vec<TraceClaim>,
    pub(super) orders: Vec<OrderChoice>,
    /// All states of the chosen observation; none when it has only one.
    pub(super) revisions: Vec<RevisionView>,
    /// Earlier states of any observation that somebody relied on.
    pub(super) pinned: Vec<PinnedView>,
    /// Whether the reader may make it evidence, and state claims from its words.
    pub(super) may_link: bool,
    pub(super) may_state: bool,
}

/// Reads it.
pub(super) fn read(
    conn: &mut AnyConnection,
    asker: &Asker,
    trace: &str,
    chosen: Option<&ObservationRow>,
    now: Timestamp,
) -> Result<Aside> {
    let project = asker.project;
    let (scores, scores_total) = reads::newest_scores_of(conn, project, trace, MOST_SCORES)?;
    Ok(Aside {
        unknown: unknown_places::of_trace(conn, asker, trace, MOST_UNKNOWN)?,
        scores: scored::with_authors(conn, scores)?,
        scores_total,
        findings: findings_of(conn, project, trace)?,
        links: uses::links(conn, asker, trace)?,
        claims: uses::claims(conn, asker, trace)?,
        orders: uses::orders(conn, asker)?,
        revisions: match chosen.filter(|row| row.arrivals > 1) {
            Some(row) => revisions::of(conn, asker, row, now)?,
            None => Vec::new(),
        },
        pinned: revisions::pinned(conn, asker, trace, now)?,
        may_link: asker.may(Action::AddEvidence) > Grant::Never,
        may_state: asker.may(Action::StateClaim) > Grant::Never,
    })
}
