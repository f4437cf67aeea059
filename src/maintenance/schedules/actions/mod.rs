//! What is done with schedules, one file per verb.
//!
//! Every verb of a person on a schedule that exists is the same in shape: take the schedule's turn, fold it, ask for the facts,
//! decide, append, in one transaction. `make_due` is what a rule does.

pub mod change;
pub mod create;
pub mod end;
pub mod make_due;
mod making;
pub mod pause;
pub mod resume;
mod settled;
pub mod skip;

use crate::db::{AnyConnection, Tx};
use crate::foundation::{Action, Asker, ProjectKey, Result, Timestamp};
use crate::ledger::{Draft, Event, Ledger, events};
use crate::maintenance::procedures::actions::facts as procedure_facts;
use crate::maintenance::procedures::reads as procedures;
use crate::state::App;

use super::decide::{Command, Facts, decide};
use super::events::{ScheduleEvent, stream_of};
use super::model::Schedule;
use super::{reads, store};

/// Decides a command about a schedule that exists, and stores what happened. An empty list: nothing had to.
async fn change(app: &App, asker: &Asker, schedule: &str, command: Command) -> Result<Vec<Event>> {
    asker.must(Action::KeepSchedules)?;
    let (ledger, who, id) = (app.ledger.clone(), asker.clone(), schedule.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        store::take_turn(tx, who.project, &id)?;
        let found = reads::load(tx.conn, who.project, &id)?;
        let now = tx.now();
        let facts = facts(tx.conn, &who, &found, now)?;
        let decided = decide(&found, command, &facts)?;
        append(tx, &ledger, who.project, &found.id, &decided)
    };
    app.db.write(&asker.actor, write).await
}

/// What is known besides a schedule.
fn facts(conn: &mut AnyConnection, who: &Asker, schedule: &Schedule, now: Timestamp) -> Result<Facts> {
    let procedure = procedures::load(conn, who.project, &schedule.procedure)?;
    let min_reason = procedure_facts(conn, who, &procedure, None, now)?.min_reason;
    Ok(Facts { min_reason, done: reads::done_on(conn, who.project, schedule)?, now })
}

/// Appends what was decided to the schedule's stream.
fn append(
    tx: &mut Tx<'_>,
    ledger: &Ledger,
    project: ProjectKey,
    schedule: &str,
    decided: &[ScheduleEvent],
) -> Result<Vec<Event>> {
    if decided.is_empty() {
        return Ok(Vec::new());
    }
    let stream = stream_of(project, schedule);
    let expected = events::version(tx.conn, &stream)?;
    let drafts: Result<Vec<Draft>> = decided.iter().map(ScheduleEvent::draft).collect();
    ledger.append(tx, &stream, expected, drafts?)
}
