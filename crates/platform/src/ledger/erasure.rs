//! Erasing the body of an event: never without an event that names it.
//!
//! The leaf of that event names the erased ones in the open, so that everybody can hold the gap against it: the verifier
//! of the ledger, and whoever is handed a bundle. What it names can never be erased from it.

use diesel::prelude::*;

use crate::db::schema::{event_bodies, events};
use crate::db::{Tx, each};
use crate::foundation::{Error, ProjectKey, Result};

use super::{Draft, Event, Ledger, Stream};

/// Kind of the event that says whose bodies were erased; its leaf's `refs` are their ids.
pub const BODIES_ERASED: &str = "ledger.bodies_erased.v1";

/// Most bodies under one event: the ids must fit into its leaf.
const MOST: usize = 1_000;

/// The stream of a project's erasures of bodies.
pub fn erasures_of(project: ProjectKey) -> Stream {
    Stream { project, kind: "ledger", id: "erasures".to_owned() }
}

/// Erases the bodies of these events of one project and records who did it and why.
///
/// Read tables are not touched: whoever calls this remakes them from the events in the same transaction
/// ([`super::rebuild::remake`]). An id that is not an event of the project, or is erased already, is refused.
pub fn erase(
    tx: &mut Tx<'_>,
    ledger: &Ledger,
    project: ProjectKey,
    ids: &[String],
    reason: &str,
) -> Result<Event> {
    if ids.is_empty() || ids.len() > MOST {
        return Err(Error::invalid("event", format!("1 to {MOST} bodies are erased at a time")));
    }
    for id in ids {
        check(tx, project, id)?;
    }
    let draft = Draft {
        reason: Some(reason.to_owned()),
        refs: ids.to_vec(),
        ..Draft::new(BODIES_ERASED, serde_json::json!({ "events": ids }))
    };
    let event = ledger.append_next(tx, &erasures_of(project), draft)?;
    let row = event_bodies::table.filter(event_bodies::event_id.eq_any(ids));
    let nothing = None::<Vec<u8>>;
    let gone = (
        event_bodies::salt.eq(&nothing),
        event_bodies::body.eq(&nothing),
        event_bodies::erased_at.eq(Some(event.at)),
    );
    each!(&mut *tx.conn, |c| diesel::update(row).set(gone).execute(c))?;
    Ok(event)
}

/// Records of erasure are kept: they are what makes a gap an erasure.
fn check(tx: &mut Tx<'_>, project: ProjectKey, id: &str) -> Result<()> {
    let found: Option<(String, bool)> = events::table
        .inner_join(event_bodies::table.on(event_bodies::event_id.eq(events::id)))
        .filter(events::project.eq(project))
        .filter(events::id.eq(id))
        .select((events::kind, event_bodies::erased_at.is_not_null()))
        .first(tx.conn)
        .optional()?;
    match found {
        None => Err(Error::not_found(format!("the event {id} in this project"))),
        Some((_, true)) => Err(Error::refused(format!("the body of {id} is erased already"))),
        Some((kind, _)) if kind == BODIES_ERASED || kind == "traces.erased.v1" => {
            Err(Error::refused(format!("{id} is the record of an erasure; such a record stays")))
        }
        Some(_) => Ok(()),
    }
}
