//! What a project requires of calls, read off its few decisions: there is no table of them.

use std::collections::BTreeSet;

use crate::db::AnyConnection;
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::ledger::events::read_stream;

use super::events::{IdentityRequired, SET, stream_of};
use super::model::Name;

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub decided: IdentityRequired,
    /// The printed name of whoever decided it.
    pub by: String,
    pub at: Timestamp,
}

/// What calls must name now; nothing where nobody decided.
pub fn required(conn: &mut AnyConnection, project: ProjectKey) -> Result<BTreeSet<Name>> {
    Ok(changes(conn, project)?.pop().map(|change| change.decided.to).unwrap_or_default())
}

/// Every decision, oldest first; erased ones are not told.
pub fn changes(conn: &mut AnyConnection, project: ProjectKey) -> Result<Vec<Change>> {
    let events = read_stream(conn, &stream_of(project), None)?;
    let decisions = events.iter().filter(|event| event.kind == SET && event.body.is_some());
    decisions
        .map(|event| {
            let decided: IdentityRequired = event.json().read()?;
            Ok(Change { decided, by: event.actor_name().to_owned(), at: event.at })
        })
        .collect()
}
