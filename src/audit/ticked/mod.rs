//! What stands beside a tick as evidence: kept with its claim, so that figures count it without looking at every link.

pub(super) mod store;

use std::collections::{BTreeSet, HashSet};

use crate::db::AnyConnection;
use crate::foundation::Result;
use crate::ledger::Event;
use crate::work_orders::model::{Order, Target};

use super::projection::target_columns;
use super::store::LinkRow;

/// What stands as evidence of a tick: a file or a link at its place or at its step. What is linked to the order as a whole, or whose
/// bytes are no longer what they were, is evidence of none. A statement has its own words.
#[derive(Default)]
pub(super) struct Evidence {
    /// The step of an item, or the step itself; empty where it is of none.
    pub(super) step: String,
    pub(super) has_file: bool,
    pub(super) has_link: bool,
}

impl Evidence {
    /// Of a target, as the order and its links stand.
    pub(super) fn of(order: &Order, target: &Target, linked: &HashSet<(String, String)>) -> Self {
        let step = order.step_of(target).map(|step| Target::Step(step.id.clone()));
        let places: Vec<Target> = step.iter().cloned().chain([target.clone()]).collect();
        let files = order.gathered.evidence().filter(|file| !file.is_broken());
        let is_linked = |place: &Target| {
            let (kind, id) = target_columns(Some(place));
            linked.contains(&(kind.to_owned(), id.to_owned()))
        };
        Self {
            has_file: files.filter_map(|file| file.place.target()).any(|at| places.contains(&at)),
            has_link: places.iter().any(is_linked),
            step: step.map(|step| step.id().to_owned()).unwrap_or_default(),
        }
    }
}

/// Each part once, however many traces one commit links to it.
pub(super) fn note_links(conn: &mut AnyConnection, event: &Event, rows: &[LinkRow]) -> Result<()> {
    let parts: BTreeSet<(&str, &str)> =
        rows.iter().map(|row| (row.target_kind.as_str(), row.target_id.as_str())).collect();
    let mut parts = parts.into_iter().filter(|(_, id)| !id.is_empty());
    parts.try_for_each(|part| store::set_linked(conn, event.project, &event.stream_id, part))
}
