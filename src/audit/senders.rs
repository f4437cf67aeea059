//! Which accounts sent the traces that are linked to an order.
//!
//! A key that speaks for an agent names its sender. A project's key that speaks for nobody names nobody: whoever made
//! it handed it out.

use std::collections::BTreeSet;

use crate::db::AnyConnection;
use crate::foundation::{ProjectKey, Result};

use super::store::LinkRow;

/// The accounts that sent any part of the linked traces.
pub fn of(_: &mut AnyConnection, _: ProjectKey, links: &[LinkRow]) -> Result<BTreeSet<String>> {
    // A link made by rule was made by the very arrival that named the order.
    let by_rule = links.iter().filter(|link| link.how == "rule" && link.by_kind == "agent");
    Ok(by_rule.map(|link| link.by_id.clone()).collect())
}
