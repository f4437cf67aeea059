//! Setting up a schedule.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Error, Result};
use crate::maintenance::procedures::reads as procedures;
use crate::maintenance::schedules::decide::begin;
use crate::maintenance::schedules::model::{Terms, code_of};
use crate::maintenance::schedules::store;
use crate::state::App;

use super::settled::settled;

/// A schedule that was set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetUp {
    pub schedule: String,
    /// Its code: the next of the project.
    pub code: String,
}

/// Sets it up for a procedure that is not retired; whether a version of that is in use is asked when an order is to be made.
pub async fn create(app: &App, asker: &Asker, procedure: &str, terms: Terms) -> Result<SetUp> {
    asker.must(Action::KeepSchedules)?;
    let (ledger, who, procedure) = (app.ledger.clone(), asker.clone(), procedure.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        let found = procedures::load(tx.conn, who.project, &procedure)?;
        if found.retired.is_some() {
            let why = format!("{} is retired: no orders are made from it.", found.code);
            return Err(Error::invalid("procedure", why));
        }
        let terms = settled(tx.conn, &who, terms, None)?;
        let sequence = store::next_sequence(tx, who.project)?;
        let made = SetUp { schedule: new_id(tx.now()), code: code_of(sequence) };
        let named = (made.schedule.clone(), sequence, made.code.clone());
        let begun = begin(named, found.id, terms, tx.now())?;
        super::append(tx, &ledger, who.project, &made.schedule, &begun)?;
        Ok(made)
    };
    app.db.write(&asker.actor, write).await
}
