//! Opening exceptions: from findings to the orders that link the trace, or from a link to the findings of its trace.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::events::{AuditEvent, Opened};
use crate::audit::exceptions::store::Told;
use crate::audit::exceptions::{Kind, detail, store as rows};
use crate::audit::store::{self, LinkRow};
use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::ledger::Ledger;
use crate::traces::reads::findings::dated_findings_of;
use crate::work_orders::model::Order;
use crate::work_orders::pace;
use masking::Finding;

use super::append;
use super::settle_identity::look_at_linked;

/// Places that one exception names; more are counted.
const MOST_NAMED: usize = 12;

/// Something was masked in traces that came in: tells the orders that link them.
pub fn open_for_findings(
    ledger: &Ledger,
    tx: &mut Tx<'_>,
    project: ProjectKey,
    findings: &[Finding],
) -> Result<()> {
    let traces: BTreeSet<&str> = findings.iter().map(|finding| finding.trace_id.as_str()).collect();
    for trace in traces {
        let links = store::links_to(tx.conn, project, trace)?;
        let orders: BTreeSet<String> = links.into_iter().map(|link| link.order_id).collect();
        for order in orders {
            open(ledger, tx, project, &order, trace)?;
        }
    }
    Ok(())
}

/// Traces were linked to an order: looks whether something was masked in them, and whether their calls name what they must.
pub(super) fn open_for_links(
    ledger: &Ledger,
    tx: &mut Tx<'_>,
    project: ProjectKey,
    order_id: &str,
    linked: &[&str],
) -> Result<()> {
    let linked: BTreeSet<&str> = linked.iter().copied().collect();
    for trace in &linked {
        open(ledger, tx, project, order_id, trace)?;
    }
    look_at_linked(ledger, tx, project, order_id, &linked)
}

/// A device that kept entries of an order has a wrong clock: opens one, unless one about a clock waits for its answer there.
pub fn open_for_clock(
    ledger: &Ledger,
    tx: &mut Tx<'_>,
    project: ProjectKey,
    order_id: &str,
    detail: String,
) -> Result<()> {
    if rows::told(tx.conn, project, order_id, "", Kind::ClockSkew.as_str())? == Told::Open {
        return Ok(());
    }
    let (id, order, trace) = (new_id(tx.now()), order_id.to_owned(), String::new());
    let exception = Opened { id, order, trace, kind: Kind::ClockSkew, detail };
    append(ledger, tx, project, order_id, &[AuditEvent::ExceptionOpened { exception }]).map(drop)
}

/// The performer of an order says that the work is done: opens one for each step that took less than its least time. The same
/// figures are told once, so a step that was left as it was at rework is not asked about again.
pub fn open_for_pace(ledger: &Ledger, tx: &mut Tx<'_>, project: ProjectKey, order: &Order) -> Result<()> {
    let kind = Kind::TooFast;
    for fast in pace::too_fast(order) {
        let detail = fast.says();
        if rows::says_already(tx.conn, project, &order.id, kind.as_str(), &detail)? {
            continue;
        }
        let (id, trace) = (new_id(tx.now()), String::new());
        let exception = Opened { id, order: order.id.clone(), trace, kind, detail };
        append(ledger, tx, project, &order.id, &[AuditEvent::ExceptionOpened { exception }])?;
    }
    Ok(())
}

/// A link was taken away from under what was judged or verified: opens one, unless one that says the same of this trace waits for
/// its answer there. Whoever answers says whether what was found stands without it, so each place that was judged is named to them.
pub(super) fn open_for_removed(
    ledger: &Ledger,
    tx: &mut Tx<'_>,
    project: ProjectKey,
    link: &LinkRow,
    judged: &[String],
) -> Result<()> {
    let (kind, order_id) = (Kind::EvidenceRemoved, &link.order_id);
    let named = judged.iter().take(MOST_NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = judged.len().saturating_sub(MOST_NAMED);
    let detail = match (judged.is_empty(), more) {
        (true, _) => "the order was verified with it".to_owned(),
        (false, 0) => format!("judged with it: {named}"),
        (false, more) => format!("judged with it: {named} and {more} more"),
    };
    if rows::waits_saying(tx.conn, project, order_id, (link.trace_id.as_str(), kind.as_str()), &detail)? {
        return Ok(());
    }
    let exception =
        Opened { id: new_id(tx.now()), order: order_id.clone(), trace: link.trace_id.clone(), kind, detail };
    append(ledger, tx, project, order_id, &[AuditEvent::ExceptionOpened { exception }]).map(drop)
}

/// Opens one for each kind of what was found in a trace, unless one waits for its answer already; what an answer was about is
/// not asked again, what was found after it is.
fn open(ledger: &Ledger, tx: &mut Tx<'_>, project: ProjectKey, order_id: &str, trace: &str) -> Result<()> {
    let mut kinds: BTreeMap<Kind, Vec<(Finding, Timestamp)>> = BTreeMap::new();
    for (finding, found_at) in dated_findings_of(tx.conn, project, trace)? {
        if let Some(kind) = Kind::of(&finding) {
            kinds.entry(kind).or_default().push((finding, found_at));
        }
    }
    for (kind, mut found) in kinds {
        match rows::told(tx.conn, project, order_id, trace, kind.as_str())? {
            Told::Open => continue,
            Told::Answered(at) => found.retain(|(_, found_at)| *found_at > at),
            Told::Never => {}
        }
        if found.is_empty() {
            continue;
        }
        let found: Vec<&Finding> = found.iter().map(|(finding, _)| finding).collect();
        let (id, detail) = (new_id(tx.now()), detail(&found));
        let exception = Opened { id, order: order_id.to_owned(), trace: trace.to_owned(), kind, detail };
        append(ledger, tx, project, order_id, &[AuditEvent::ExceptionOpened { exception }])?;
    }
    Ok(())
}
