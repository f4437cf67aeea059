//! Saying that somebody works on some days after all.

use crate::db::Tx;
use crate::foundation::{Action, Asker, Error, Result};
use crate::ledger::Draft;
use crate::order_settings::hours::events::{ABSENCE_TAKEN_AWAY, Absence, stream_of};
use crate::order_settings::hours::reads::absence as find;
use crate::state::App;

/// Takes an absence away; that it was there stays in the log.
pub async fn take_away_absence(app: &App, asker: &Asker, absence: &str) -> Result<()> {
    asker.must(Action::SetWorkingHours)?;
    let (ledger, project, absence) = (app.ledger.clone(), asker.project, absence.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        super::take_turn(tx, project)?;
        let row = find(tx.conn, project, &absence)?.ok_or_else(|| Error::not_found("this absence"))?;
        let said = Absence { absence: row.absence_id, first_day: row.first_day, last_day: row.last_day };
        let draft = Draft::new(ABSENCE_TAKEN_AWAY, serde_json::to_value(said)?);
        ledger.append_next(tx, &stream_of(project, &row.account_id), draft).map(drop)
    };
    app.db.write(&asker.actor, write).await
}
