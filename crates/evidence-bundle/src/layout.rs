//! Which layout a bundle has, and what its own export record says of the order's streams.
//!
//! Layout 1 shows that what is here is in the log; layout 2 also that nothing was left out. The record of the export
//! says so in the open part of its leaf (`refs`): `layout:2`, then each stream with the version it stood at.

use foundation::{Error, Result};
use tlog::leaf::Leaf;

use crate::files;
use crate::record::EXPORTED;
use crate::refold::Record;

/// The layout that this version makes.
pub const LAYOUT: u32 = 2;

const LAYOUT_REF: &str = "layout:";

/// The streams of an order beside the one of its exports, by kind, and whether their id is the order's.
const STREAMS: [(&str, bool); 3] = [("work_order", true), ("audit", true), ("trust", false)];
/// The one stream of policies.
const POLICIES: &str = "trust/policy";
/// The project of what belongs to the whole installation.
const INSTALLATION: &str = "0";

/// What the leaf of an export names in the open: the layout, and how far each stream of the order had come.
pub fn export_refs(order_id: &str, work_order: i64, audit: i64, policies: i64) -> Vec<String> {
    vec![
        format!("{LAYOUT_REF}{LAYOUT}"),
        format!("work_order/{order_id}@{work_order}"),
        format!("audit/{order_id}@{audit}"),
        format!("{POLICIES}@{policies}"),
    ]
}

/// A stream as the export found it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) project: String,
    /// Kind, slash, id.
    pub(crate) subject: String,
    /// The newest version; 0 where nothing was written yet.
    pub(crate) version: i64,
}

/// The record of a bundle's own export.
#[derive(Clone, Debug)]
pub(crate) struct Export {
    pub(crate) index: u64,
    pub(crate) leaf: Leaf,
    pub(crate) order_id: String,
    /// All streams of the order; the last is that of the exports themselves.
    pub(crate) heads: Vec<Head>,
}

/// The export that a bundle is of: the newest; `None` for layout 1, which no log with stamped checkpoints makes.
pub(crate) fn export(records: &[Record<'_>], is_stamped: bool) -> Result<Option<Export>> {
    let exports = records.iter().filter(|record| record.leaf.kind == EXPORTED);
    let Some(newest) = exports.max_by_key(|record| (record.version(), record.index)) else {
        return if is_stamped {
            Err(bad("records", "the record of this bundle's export is missing"))
        } else {
            Ok(None)
        };
    };
    let path = files::leaf(newest.index);
    let layout = newest.leaf.refs.first().and_then(|first| first.strip_prefix(LAYOUT_REF));
    match layout.map(str::parse::<u32>) {
        None if is_stamped => Err(bad(&path, "it says no layout, and the log of this time always says one")),
        None => Ok(None),
        Some(Ok(LAYOUT)) => read(newest).map(Some).ok_or_else(|| bad(&path, "its streams cannot be read")),
        Some(_) => Err(bad(&path, "the layout it says is unknown here; use a newer program")),
    }
}

fn bad(path: &str, why: &str) -> Error {
    Error::refused(format!("{path}: {why}"))
}

fn read(record: &Record<'_>) -> Option<Export> {
    let leaf = &record.leaf;
    let order_id = leaf.subject.strip_prefix("bundle/")?;
    let mut refs = leaf.refs.iter().skip(1);
    let mut heads = Vec::new();
    for (kind, is_orders) in STREAMS {
        let subject = if is_orders { format!("{kind}/{order_id}") } else { POLICIES.to_owned() };
        let version = refs.next()?.strip_prefix(&subject)?.strip_prefix('@')?;
        let version =
            version.parse().ok().filter(|number: &i64| number.to_string() == version && *number >= 0)?;
        let project = if is_orders { leaf.project.clone() } else { INSTALLATION.to_owned() };
        heads.push(Head { project, subject, version });
    }
    let own =
        Head { project: leaf.project.clone(), subject: leaf.subject.clone(), version: record.version() };
    heads.push(own);
    refs.next().is_none().then(|| Export {
        index: record.index,
        leaf: leaf.clone(),
        order_id: order_id.to_owned(),
        heads,
    })
}
