//! Saying that a day is one like others after all.

use crate::db::Tx;
use crate::foundation::{Action, Asker, Error, Result};
use crate::ledger::Draft;
use crate::order_settings::hours::events::{HOLIDAY_TAKEN_AWAY, Holiday, holidays_of};
use crate::order_settings::hours::reads::holiday as find;
use crate::state::App;

/// Takes a day on which nobody works away; that it was there stays in the log.
pub async fn take_away_holiday(app: &App, asker: &Asker, day: &str) -> Result<()> {
    asker.must(Action::SetWorkingHours)?;
    let (ledger, project, day) = (app.ledger.clone(), asker.project, day.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        super::take_turn(tx, project)?;
        let row = find(tx.conn, project, &day)?.ok_or_else(|| Error::not_found("this day"))?;
        let said = Holiday { day: row.on_day, name: row.name };
        let draft = Draft::new(HOLIDAY_TAKEN_AWAY, serde_json::to_value(said)?);
        ledger.append_next(tx, &holidays_of(project), draft).map(drop)
    };
    app.db.write(&asker.actor, write).await
}
