//! What stands around the chosen observation: scores, what was masked, where the trace is evidence, its revisions.

use crate::db::AnyConnection;
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::traces::privacy::model::Finding;
use crate::traces::privacy::reads::findings_of;
use crate::traces::reads::{self, ObservationRow, ScoreRow};

use super::hooks::{OrderChoice, PageHooks, TraceClaim, TraceLink};
use super::revisions::{self, PinnedLine, RevisionLine};

/// What the panel needs besides the observation.
#[derive(Default)]
pub(super) struct Aside {
    pub(super) scores: Vec<ScoreRow>,
    pub(super) findings: Vec<Finding>,
    pub(super) links: Vec<TraceLink>,
    pub(super) claims: Vec<TraceClaim>,
    pub(super) orders: Vec<OrderChoice>,
    /// All states of the chosen observation; none when it has only one.
    pub(super) revisions: Vec<RevisionLine>,
    /// Earlier states of any observation that somebody relied on.
    pub(super) pinned: Vec<PinnedLine>,
}

/// Reads it.
pub(super) fn read(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace: &str,
    chosen: Option<&ObservationRow>,
    hooks: PageHooks,
    now: Timestamp,
) -> Result<Aside> {
    Ok(Aside {
        scores: reads::scores_of(conn, project, trace)?,
        findings: findings_of(conn, project, trace)?,
        links: hooks.links(conn, project, trace)?,
        claims: hooks.claims(conn, project, trace)?,
        orders: hooks.orders(conn, project)?,
        revisions: match chosen.filter(|row| row.arrivals > 1) {
            Some(row) => revisions::of(conn, project, hooks, row, now)?,
            None => Vec::new(),
        },
        pinned: revisions::pinned(conn, project, hooks, trace, now)?,
    })
}
