//! Which accounts sent the traces that are linked to an order.
//!
//! A key that speaks for an agent names its sender. A project's key that speaks for nobody names nobody: whoever made
//! it handed it out.

use std::collections::BTreeSet;

use crate::db::AnyConnection;
use crate::foundation::{ProjectKey, Result};
use crate::traces;

use super::store::LinkRow;

/// The accounts that sent any part of the linked traces.
pub fn of(conn: &mut AnyConnection, project: ProjectKey, links: &[LinkRow]) -> Result<BTreeSet<String>> {
    let linked = links.iter().map(|link| link.trace_id.as_str()).collect();
    let mut senders = traces::senders_of(conn, project, &linked)?;
    // A link made by rule was made by the very arrival that named the order; before senders were kept, only it tells.
    let by_rule = links.iter().filter(|link| link.how == "rule" && link.by_kind == "agent");
    senders.extend(by_rule.map(|link| link.by_id.clone()));
    Ok(senders)
}
