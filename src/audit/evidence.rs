//! What audit asks of the stored traces: their shape, their bodies, and whether pinned bytes still stand.
//!
//! The one place, besides the actions, where audit meets the trace store.

use std::collections::{BTreeMap, BTreeSet};

use crate::db::AnyConnection;
use crate::foundation::{Digest, ProjectKey, Result};
use crate::state::App;
use crate::traces::reads::ObservationRow;
use crate::{bodies, ledger, traces};
use trace_model::BodyRole;

use super::reads::{EvidenceState, evidence_state, links_of, pins_of};
use super::store::PinRow;

/// The bodies a judge may quote from, in the order of the page.
pub const FIELDS: [&str; 3] = ["input", "output", "metadata"];

/// One observation in the tree beside the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeRow {
    pub id: String,
    pub name: String,
    /// Its kind, such as `generation`, in lower case.
    pub kind: String,
    /// How deep it stands; 0 for the root.
    pub depth: usize,
    /// How long it took, in microseconds, if it ended.
    pub micros: Option<i64>,
    pub is_error: bool,
}

/// A body as text, with its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyText {
    /// `input`, `output` or `metadata`.
    pub field: &'static str,
    /// The words; unreadable bytes are shown as U+FFFD and cannot be quoted.
    pub text: String,
    /// SHA-256 of the stored bytes.
    pub digest: Digest,
}

/// An input or output that was given to the trace itself. A verdict names the revision of an observation with each quote, so
/// words can be quoted where an observation holds them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenBody {
    /// `input` or `output`.
    pub field: &'static str,
    /// The observation that holds the same bytes, and in which of its bodies.
    pub held_by: Option<(String, &'static str)>,
    /// Its words where no observation holds them; none when they cannot be read or are too many for the page.
    pub text: Option<String>,
}

/// Bytes of such a body that are read for the page.
const MOST_GIVEN: u64 = 64 << 10;

/// What was given to a trace itself.
pub async fn given(app: &App, project: ProjectKey, trace: &str) -> Result<Vec<GivenBody>> {
    let mut found = Vec::new();
    for field in ["input", "output"] {
        let Some(piece) = bodies::trace_piece(app, project, trace, field).await? else { continue };
        let Some(body) = piece.0.body else { continue };
        let id = trace.to_owned();
        let holder = app.db.read(move |conn| traces::reads::holder_of_body(conn, project, &id, body.digest));
        let held_by = holder.await?.map(|(id, role)| (id, field_of(role)));
        let text = if held_by.is_some() || body.len > MOST_GIVEN {
            None
        } else {
            let whole = bodies::whole_or_gone(app, project, piece).await?.ok();
            whole.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        };
        found.push(GivenBody { field, held_by, text });
    }
    Ok(found)
}

fn field_of(role: BodyRole) -> &'static str {
    if role == BodyRole::Input { "input" } else { "output" }
}

/// The bodies of an observation that hold anything.
pub async fn bodies(app: &App, project: ProjectKey, trace: &str, observation: &str) -> Result<Vec<BodyText>> {
    let mut found = Vec::new();
    for field in FIELDS {
        if let Some(body) = bodies::current_body(app, project, trace, observation, field).await? {
            let text = String::from_utf8_lossy(&body.bytes).into_owned();
            if !text.is_empty() {
                found.push(BodyText { field, text, digest: body.digest });
            }
        }
    }
    Ok(found)
}

/// The body a quote points into, when it is stored as it was then.
pub async fn quoted_body(
    app: &App,
    project: ProjectKey,
    quote: &super::selectors::Evidence,
) -> Result<Option<String>> {
    let (trace, observation, field) = (&quote.trace_id, &quote.observation_id, &quote.field);
    let body = bodies::current_body(app, project, trace, observation, field).await?;
    let same = body.filter(|body| body.digest == quote.body_digest);
    Ok(same.and_then(|body| String::from_utf8(body.bytes).ok()))
}

/// How every linked trace of an order stands against its pins.
pub fn states(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
) -> Result<BTreeMap<String, EvidenceState>> {
    let pins = pins_of(conn, project, order_id)?;
    let linked = links_of(conn, project, order_id)?.into_iter().map(|link| link.trace_id);
    let traces: BTreeSet<String> = linked.chain(pins.iter().map(|pin| pin.trace_id.clone())).collect();
    // Thousands of traces may be linked, each with pins of its own: neither is looked through for each of the other.
    let mut pinned: BTreeMap<&str, Vec<(String, Digest)>> = BTreeMap::new();
    for pin in &pins {
        pinned.entry(&pin.trace_id).or_default().extend(pinned_revision(pin));
    }
    let ids: Vec<&str> = traces.iter().map(String::as_str).collect();
    let mut revisions = traces::reads::current_revisions_of(conn, project, &ids)?;
    let mut states = BTreeMap::new();
    for trace in traces {
        let current = revisions.remove(&trace).unwrap_or_default();
        let state = evidence_state(pinned.get(trace.as_str()).map_or(&[], Vec::as_slice), &current);
        let gone = current.is_empty() && erased(conn, project, &trace)?.is_some();
        states.insert(trace, if gone { EvidenceState::Erased } else { state });
    }
    Ok(states)
}

/// When, by whom and why a trace was erased, in one sentence, and the leaf that records it once it has one.
pub fn erased(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace: &str,
) -> Result<Option<(String, Option<u64>)>> {
    let Some(stone) = crate::tombstones::tombstone(conn, project, trace)? else { return Ok(None) };
    Ok(Some((stone.sentence(), ledger::reads::leaf_index(conn, &stone.event_id)?)))
}

/// What is pinned of one trace, with what is stored under that name now.
pub fn pinned_and_now(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
    trace: &str,
) -> Result<Vec<(String, Digest, Option<Digest>)>> {
    let pins = pins_of(conn, project, order_id)?;
    let current: BTreeMap<String, Digest> =
        traces::reads::current_revisions(conn, project, trace)?.into_iter().collect();
    let latest: BTreeMap<String, Digest> = pinned_of(&pins, trace).into_iter().collect();
    Ok(latest
        .into_iter()
        .map(|(observation, pinned)| {
            let now = current.get(&observation).copied();
            (observation, pinned, now)
        })
        .collect())
}

fn pinned_of(pins: &[PinRow], trace: &str) -> Vec<(String, Digest)> {
    let of_trace = pins.iter().filter(|pin| pin.trace_id == trace);
    of_trace.filter_map(pinned_revision).collect()
}

fn pinned_revision(pin: &PinRow) -> Option<(String, Digest)> {
    Some((pin.observation_id.clone(), Digest::from_slice(&pin.revision)?))
}

/// The observations of a trace, parents before their children; what hangs from nothing that is stored is a root.
pub fn tree(conn: &mut AnyConnection, project: ProjectKey, trace: &str) -> Result<Vec<TreeRow>> {
    let rows = traces::reads::observations(conn, project, trace)?;
    let ids: BTreeSet<&str> = rows.iter().map(|row| row.observation_id.as_str()).collect();
    let mut children: BTreeMap<Option<&str>, Vec<&ObservationRow>> = BTreeMap::new();
    for row in &rows {
        let parent = row.parent_id.as_deref().filter(|id| ids.contains(id) && *id != row.observation_id);
        children.entry(parent).or_default().push(row);
    }
    let mut out = Vec::with_capacity(rows.len());
    let mut waiting: Vec<(&ObservationRow, usize)> = level(&children, None, 0);
    while let Some((row, depth)) = waiting.pop() {
        out.push(tree_row(row, depth));
        waiting.extend(level(&children, Some(&row.observation_id), depth + 1));
    }
    Ok(out)
}

/// The children of one parent, last first, so that a stack gives them back in order.
fn level<'a>(
    children: &BTreeMap<Option<&str>, Vec<&'a ObservationRow>>,
    parent: Option<&str>,
    depth: usize,
) -> Vec<(&'a ObservationRow, usize)> {
    let found = children.get(&parent).map_or(&[][..], Vec::as_slice);
    found.iter().rev().map(|row| (*row, depth)).collect()
}

fn tree_row(row: &ObservationRow, depth: usize) -> TreeRow {
    TreeRow {
        id: row.observation_id.clone(),
        name: row.name.clone().unwrap_or_else(|| row.observation_id.clone()),
        kind: row.kind.to_lowercase(),
        depth,
        micros: row.duration(),
        is_error: row.level == "ERROR",
    }
}
