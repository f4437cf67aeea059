//! Pinning by the clock: linked traces to which nothing was added for a minute.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::events::{AuditEvent, Pin, PinReason};
use crate::audit::store;
use crate::foundation::{Action, Actor, Asker, ProjectKey, Result, Timestamp};
use crate::state::App;
use crate::traces::reads;

use super::append;

/// Pins of one commit, but for those of one trace, which are written together.
const MOST_PINS: usize = 1_024;
/// How long a linked trace must have been quiet.
pub(super) const QUIET_MICROS: i64 = 60_000_000;

/// Pins every linked trace that has settled and has no pins yet, in every project; how many traces were pinned.
pub async fn pin_settled(app: &App, asker: &Asker) -> Result<usize> {
    asker.must(Action::PinEvidence)?;
    let before = app.now().plus_micros(-QUIET_MICROS);
    let waiting = app.db.read(move |conn| store::unpinned_traces(conn, before, 200)).await?;
    let mut by_order: BTreeMap<(ProjectKey, String), BTreeSet<String>> = BTreeMap::new();
    for (project, order_id, trace_id) in waiting {
        by_order.entry((project, order_id)).or_default().insert(trace_id);
    }
    let mut pinned = 0;
    for ((project, order_id), mut traces) in by_order {
        while !traces.is_empty() {
            let (done, rest) =
                pin_order(app, &asker.actor, project, order_id.clone(), traces, before).await?;
            (pinned, traces) = (pinned + done, rest);
        }
    }
    Ok(pinned)
}

/// Pins some of the traces, as one event; how many, and those that are left for the next.
async fn pin_order(
    app: &App,
    actor: &Actor,
    project: ProjectKey,
    order_id: String,
    mut traces: BTreeSet<String>,
    before: Timestamp,
) -> Result<(usize, BTreeSet<String>)> {
    let ledger = app.ledger.clone();
    app.db
        .write(actor, move |tx| {
            let mut pins = Vec::new();
            let mut pinned = 0;
            while pins.len() < MOST_PINS
                && let Some(trace) = traces.pop_first()
            {
                if !reads::is_quiet_since(tx.conn, project, &trace, before)? {
                    continue;
                }
                pinned += 1;
                pins.extend(current_pins(tx.conn, project, &trace)?);
            }
            if !pins.is_empty() {
                let event = AuditEvent::EvidencePinned { why: PinReason::Settled, pins };
                append(&ledger, tx, project, &order_id, &[event])?;
            }
            Ok((pinned, traces))
        })
        .await
}

/// What a trace holds now, observation by observation.
pub(super) fn current_pins(
    conn: &mut crate::db::AnyConnection,
    project: ProjectKey,
    trace: &str,
) -> Result<Vec<Pin>> {
    let revisions = reads::current_revisions(conn, project, trace)?;
    Ok(revisions
        .into_iter()
        .map(|(observation, revision)| Pin { trace: trace.to_owned(), observation, revision })
        .collect())
}
