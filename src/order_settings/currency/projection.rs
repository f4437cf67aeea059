//! How the choice of a currency becomes the row of `project_currency`.

use diesel::prelude::*;

use crate::db::Tx;
use crate::db::schema::project_currency;
use crate::foundation::Result;
use crate::ledger::Event;

use super::events::{CurrencySet, SET};

/// Puts what the event decided into its row.
pub fn project(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    if event.kind != SET || event.body.is_none() {
        return Ok(());
    }
    let CurrencySet { to, .. } = event.json().read()?;
    diesel::delete(project_currency::table.find(event.project)).execute(tx.conn)?;
    let row = (project_currency::project.eq(event.project), project_currency::code.eq(to.as_str()));
    diesel::insert_into(project_currency::table).values(row).execute(tx.conn)?;
    Ok(())
}
