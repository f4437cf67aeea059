//! The states an observation has had, and who relied on which: evidence that names an earlier one stays in reach.

use crate::db::AnyConnection;
use crate::foundation::address::part;
use crate::foundation::{Asker, Digest, Result, Timestamp};
use crate::traces::reads::{self, ObservationRow};
use crate::web::format::{Time, shown};

use super::uses::{self, PinnedRevision, TraceLink};

/// Observations with earlier states that are looked at for pins.
const MOST_CHANGED: i64 = 200;
/// Pinned earlier states listed for one trace.
const MOST_LISTED: usize = 20;

/// One state of an observation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RevisionView {
    /// Its place among all of them, from 1.
    pub(super) number: usize,
    pub(super) total: usize,
    /// SHA-256 of the image.
    pub(super) digest: Digest,
    pub(super) href: String,
    /// When the next one took its place; none for what stands now.
    pub(super) replaced: Option<Time>,
    /// The places that rely on it.
    pub(super) links: Vec<TraceLink>,
}

/// An earlier state that somebody relied on, with the name of its observation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PinnedView {
    pub(super) name: String,
    pub(super) revision: RevisionView,
}

/// All states of an observation, oldest first; the last is what stands now.
pub(super) fn of(
    conn: &mut AnyConnection,
    asker: &Asker,
    row: &ObservationRow,
    now: Timestamp,
) -> Result<Vec<RevisionView>> {
    let pins = uses::pins(conn, asker, &row.trace_id, &[&row.observation_id])?;
    states(conn, asker, row, &pins, now)
}

fn states(
    conn: &mut AnyConnection,
    asker: &Asker,
    row: &ObservationRow,
    pins: &[PinnedRevision],
    now: Timestamp,
) -> Result<Vec<RevisionView>> {
    let (trace, observation) = (row.trace_id.as_str(), row.observation_id.as_str());
    let earlier = reads::earlier_revisions(conn, asker.project, trace, observation)?;
    let states: Vec<(Digest, Option<Time>)> = earlier
        .into_iter()
        .map(|(digest, replaced)| (digest, Some(Time::new(replaced, now))))
        .chain(row.digest().map(|digest| (digest, None)))
        .collect();
    let total = states.len();
    let state = |(number, (digest, replaced))| RevisionView {
        number,
        total,
        digest,
        href: address(trace, observation, digest),
        replaced,
        links: links(pins, observation, digest),
    };
    Ok((1..).zip(states).map(state).collect())
}

fn links(pins: &[PinnedRevision], observation: &str, revision: Digest) -> Vec<TraceLink> {
    let here = pins.iter().filter(|pin| pin.observation == observation && pin.revision == revision);
    here.flat_map(|pin| pin.links.iter().cloned()).collect()
}

/// The page of one revision.
fn address(trace: &str, observation: &str, revision: Digest) -> String {
    let (trace, observation) = (part(trace), part(observation));
    format!("/traces/{trace}/revision?observation={observation}&revision={revision}")
}

/// The earlier states of a trace's observations that somebody relied on.
pub(super) fn pinned(
    conn: &mut AnyConnection,
    asker: &Asker,
    trace: &str,
    now: Timestamp,
) -> Result<Vec<PinnedView>> {
    let changed = reads::changed_observations(conn, asker.project, trace, MOST_CHANGED)?;
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<&str> = changed.iter().map(String::as_str).collect();
    let pins = uses::pins(conn, asker, trace, &ids)?;
    let mut found = Vec::new();
    for id in ids.iter().filter(|id| pins.iter().any(|pin| pin.observation == **id)) {
        let Some(row) = reads::observation(conn, asker.project, trace, id)? else { continue };
        let relied_on = states(conn, asker, &row, &pins, now)?.into_iter();
        let relied_on = relied_on.filter(|state| state.replaced.is_some() && !state.links.is_empty());
        let name = shown(row.name.as_deref().unwrap_or(id));
        found.extend(relied_on.map(|revision| PinnedView { name: name.clone(), revision }));
        if found.len() >= MOST_LISTED {
            break;
        }
    }
    Ok(found)
}
