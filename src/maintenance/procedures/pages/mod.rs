//! Pages of procedures. GET reads, POST acts and answers 303; every page works without scripts.

pub(super) mod acts;
mod gaps;
pub(super) mod list;
pub(super) mod procedure;
pub(super) mod version;
mod views;
pub(super) mod write;

use crate::db::AnyConnection;
use crate::foundation::{Asker, Error, Result};
use crate::ledger::Event;
use crate::maintenance::procedures::model::Procedure;
use crate::maintenance::procedures::reads;

/// A procedure with what happened to it; one of another project is not found.
fn open(conn: &mut AnyConnection, who: &Asker, code: &str) -> Result<(Procedure, Vec<Event>)> {
    let row = reads::find(conn, who.project, code)?;
    let row = row.ok_or_else(|| Error::not_found("this procedure"))?;
    let events = reads::history(conn, who.project, &row.procedure_id)?;
    Ok((reads::fold_events(&events)?, events))
}

/// The number of a version, as an address names it.
fn number_of(word: &str) -> Result<u32> {
    word.parse().map_err(|_| Error::not_found("this version"))
}
