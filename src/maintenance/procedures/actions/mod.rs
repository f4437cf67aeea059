//! What is done with procedures, one file per verb.
//!
//! Every verb but those that make something new is the same in shape: take the procedure's turn, fold it, ask for the facts,
//! decide, append, in one transaction.

pub mod approve;
pub mod change;
pub mod copy_order;
pub mod create;
pub mod draft;
pub mod make_order;
pub mod rename;
pub mod retire;
pub mod return_version;
pub mod submit;
pub mod take_up;
pub mod withdraw;

use crate::db::{AnyConnection, Tx};
use crate::foundation::{Asker, ProjectKey, Result, Timestamp};
use crate::ledger::{Draft, Event, Ledger, events};
use crate::order_settings::policies;
use crate::people::units;
use crate::state::App;
use crate::work_orders::model::TypeClass;

use super::decide::{Command, Facts, decide};
use super::events::{ProcedureEvent, stream_of};
use super::model::Procedure;
use super::{reads, store};

/// Decides a command about a procedure that exists, and stores what happened. An empty list: nothing had to.
async fn change(app: &App, asker: &Asker, procedure: &str, command: Command) -> Result<Vec<Event>> {
    asker.must(command.action())?;
    let (ledger, who, id) = (app.ledger.clone(), asker.clone(), procedure.to_owned());
    let write = move |tx: &mut Tx<'_>| change_in(tx, &ledger, &who, &id, command);
    app.db.write(&asker.actor, write).await
}

/// The same in the caller's transaction.
fn change_in(
    tx: &mut Tx<'_>,
    ledger: &Ledger,
    who: &Asker,
    procedure: &str,
    command: Command,
) -> Result<Vec<Event>> {
    store::take_turn(tx, who.project, procedure)?;
    let found = reads::load(tx.conn, who.project, procedure)?;
    let now = tx.now();
    let facts = facts(tx.conn, who, &found, command.version(), now)?;
    let decided = decide(&found, command, who, &facts)?;
    append(tx, ledger, who.project, &found.id, &decided)
}

/// What other features know about the asker and the type of a version's orders, as this connection sees it.
pub fn facts(
    conn: &mut AnyConnection,
    who: &Asker,
    procedure: &Procedure,
    version: Option<u32>,
    now: Timestamp,
) -> Result<Facts> {
    let about = version.and_then(|number| procedure.find(number)).or(procedure.versions.last());
    let class = TypeClass::of(about.map_or("", |version| version.order_type.as_str()));
    let policy = policies::reads::of(conn, who.project, class)?;
    Ok(Facts {
        unit: units::unit_of(conn, &who.actor.id)?,
        controlled: policy.controlled,
        min_reason: policy.min_reason,
        now,
    })
}

/// Appends what was decided to the procedure's stream.
fn append(
    tx: &mut Tx<'_>,
    ledger: &Ledger,
    project: ProjectKey,
    procedure: &str,
    decided: &[ProcedureEvent],
) -> Result<Vec<Event>> {
    if decided.is_empty() {
        return Ok(Vec::new());
    }
    let stream = stream_of(project, procedure);
    let expected = events::version(tx.conn, &stream)?;
    let drafts: Result<Vec<Draft>> = decided.iter().map(ProcedureEvent::draft).collect();
    ledger.append(tx, &stream, expected, drafts?)
}
