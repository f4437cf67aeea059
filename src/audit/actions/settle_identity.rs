//! Names that the project requires of calls: where a call in a linked trace lacks one, its orders are told.
//!
//! What a call does not say itself it takes over from the span above it or from its trace, and those may come after it. So a
//! trace is looked at once nothing has come for a minute: whatever arrives first, the same is found. What comes later still has
//! it looked at again. A trace that is quiet already is looked at in the transaction that links it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::audit::events::{AuditEvent, Opened};
use crate::audit::exceptions::{Kind, store as rows};
use crate::audit::store;
use crate::db::{AnyConnection, Tx};
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, ProjectKey, Result, Timestamp};
use crate::jobs::{self, JobKind, Options, Tier};
use crate::ledger::Ledger;
use crate::order_settings::identity::{Name, reads as required};
use crate::state::App;
use crate::traces::{Arrived, reads as traces};

use super::append;
use super::pin::QUIET_MICROS;

/// Looks at one trace, once it should be quiet.
pub const IDENTITY: JobKind = JobKind { name: "audit.identity", tier: Tier::Normal, max_attempts: 10 };

/// What the job is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettledTrace {
    /// The trace's id.
    pub trace: String,
}

/// Something of these traces came: those that an order links are looked at once they are quiet.
pub fn look_when_quiet(tx: &mut Tx<'_>, arrived: &[Arrived]) -> Result<()> {
    let mut by_project: BTreeMap<ProjectKey, Vec<String>> = BTreeMap::new();
    for trace in arrived {
        by_project.entry(trace.project).or_default().push(trace.trace_id.clone());
    }
    for (project, ids) in by_project {
        if required::required(tx.conn, project)?.is_empty() {
            continue;
        }
        for trace in store::linked_among(tx.conn, project, &ids)? {
            later(tx, project, &trace)?;
        }
    }
    Ok(())
}

/// Traces were linked to an order: those that are quiet are looked at now, the others once they are.
pub(super) fn look_at_linked(
    ledger: &Ledger,
    tx: &mut Tx<'_>,
    project: ProjectKey,
    order_id: &str,
    linked: &BTreeSet<&str>,
) -> Result<()> {
    let required = required::required(tx.conn, project)?;
    if required.is_empty() {
        return Ok(());
    }
    for trace in linked {
        let before = tx.now().plus_micros(-QUIET_MICROS);
        if traces::is_quiet_since(tx.conn, project, trace, before)? {
            let lacking = lacking(tx.conn, project, trace, &required)?;
            open(ledger, tx, project, order_id, (trace, &lacking))?;
        } else {
            later(tx, project, trace)?;
        }
    }
    Ok(())
}

/// Opens what is to be opened on the orders that link a trace, if it is quiet; how many exceptions that are.
pub async fn settle_identity(app: &App, asker: &Asker, trace: String) -> Result<usize> {
    asker.must(Action::PinEvidence)?;
    let (ledger, project) = (app.ledger.clone(), asker.project);
    let write = move |tx: &mut Tx<'_>| {
        let required = required::required(tx.conn, project)?;
        let before = tx.now().plus_micros(-QUIET_MICROS);
        // What came meanwhile has asked for a look of its own.
        if required.is_empty() || !traces::is_quiet_since(tx.conn, project, &trace, before)? {
            return Ok(0);
        }
        let lacking = lacking(tx.conn, project, &trace, &required)?;
        let links = store::links_to(tx.conn, project, &trace)?;
        let orders: BTreeSet<String> = links.into_iter().map(|link| link.order_id).collect();
        let mut opened = 0;
        for order in orders {
            opened += open(&ledger, tx, project, &order, (&trace, &lacking))?;
        }
        Ok(opened)
    };
    app.db.write(&asker.actor, write).await
}

/// Once for each minute in which something came: whatever came in that minute is over a minute old then.
fn later(tx: &mut Tx<'_>, project: ProjectKey, trace: &str) -> Result<()> {
    let minute = tx.now().0.div_euclid(QUIET_MICROS);
    let options = Options {
        run_at: Some(Timestamp((minute + 2) * QUIET_MICROS + 1)),
        ..Options::once(format!("{minute}:{trace}"))
    };
    let settled = SettledTrace { trace: trace.to_owned() };
    jobs::enqueue(tx, project, IDENTITY, &settled, options).map(drop)
}

/// Which of these names some call of the trace lacks.
fn lacking(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace: &str,
    required: &BTreeSet<Name>,
) -> Result<Vec<Name>> {
    let Some(found) = rows::nameless(conn, project, trace)?.filter(|found| found.calls > 0) else {
        return Ok(Vec::new());
    };
    let has_session = traces::trace(conn, project, trace)?.is_some_and(|row| row.session_id.is_some());
    let is_lacking = |name: &Name| match name {
        Name::Agent => found.agent > 0,
        Name::Tenant => found.tenant > 0,
        Name::Session => !has_session,
        Name::Persona => found.persona > 0,
        Name::Workflow => found.workflow > 0,
    };
    Ok(required.iter().copied().filter(is_lacking).collect())
}

/// Opens one for each lack, unless the order was told of it for this trace, answered or not.
fn open(
    ledger: &Ledger,
    tx: &mut Tx<'_>,
    project: ProjectKey,
    order_id: &str,
    (trace, lacking): (&str, &[Name]),
) -> Result<usize> {
    let kind = Kind::IdentityMissing;
    let mut events = Vec::new();
    for name in lacking {
        let detail = name.lacking();
        if rows::said_of_trace(tx.conn, project, order_id, (trace, kind.as_str()), detail)? {
            continue;
        }
        let exception = Opened {
            id: new_id(tx.now()),
            order: order_id.to_owned(),
            trace: trace.to_owned(),
            kind,
            detail: detail.to_owned(),
        };
        events.push(AuditEvent::ExceptionOpened { exception });
    }
    if !events.is_empty() {
        append(ledger, tx, project, order_id, &events)?;
    }
    Ok(events.len())
}
