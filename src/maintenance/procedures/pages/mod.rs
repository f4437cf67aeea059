//! Pages of procedures. GET reads, POST acts and answers 303; every page works without scripts.

pub(super) mod acts;
mod gaps;
pub(super) mod list;
pub(super) mod procedure;
pub(super) mod version;
mod views;
pub(super) mod write;

use std::collections::BTreeSet;

use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, Error, Result};
use crate::ledger::Event;
use crate::maintenance::procedures::events::ProcedureEvent;
use crate::maintenance::procedures::model::Procedure;
use crate::maintenance::procedures::reads;
use crate::work_orders::reads as order_reads;

/// A procedure with what happened to it; one of another project is not found.
fn open(conn: &mut AnyConnection, who: &Asker, code: &str) -> Result<(Procedure, Vec<Event>)> {
    let row = reads::find(conn, who.project, code)?;
    let row = row.ok_or_else(|| Error::not_found("this procedure"))?;
    let events = reads::history(conn, who.project, &row.procedure_id)?;
    Ok((reads::fold_events(&events)?, events))
}

/// The numbers of orders whose plans came into a procedure and that somebody may not see.
fn hidden_orders(conn: &mut AnyConnection, who: &Asker, events: &[Event]) -> Result<BTreeSet<String>> {
    let mut hidden = BTreeSet::new();
    if reads::own_of(who).is_none() {
        return Ok(hidden);
    }
    for event in events {
        let Some(body) = &event.body else { continue };
        let (ProcedureEvent::Drafted { copied_from: Some(from), .. }
        | ProcedureEvent::Changed { copied_from: Some(from), .. }) =
            ProcedureEvent::from_json(&event.kind, &body.data)?
        else {
            continue;
        };
        let row = order_reads::find(conn, who.project, &from.number)?;
        if !row.is_some_and(|row| who.may_for(Action::ViewOrders, &row.tie(who))) {
            hidden.insert(from.number);
        }
    }
    Ok(hidden)
}

/// The number of a version, as an address names it.
fn number_of(word: &str) -> Result<u32> {
    word.parse().map_err(|_| Error::not_found("this version"))
}
