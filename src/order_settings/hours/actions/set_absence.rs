//! Saying that somebody does not work on some days.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Error, Result};
use crate::ledger::Draft;
use crate::order_settings::hours::events::{ABSENCE_SET, Absence, stream_of};
use crate::order_settings::hours::model::{LONGEST_ABSENCE, read_day};
use crate::state::App;

/// Notes it; gives its id.
pub async fn set_absence(app: &App, asker: &Asker, account: &str, first: &str, last: &str) -> Result<String> {
    asker.must(Action::SetWorkingHours)?;
    let (ledger, project, account) = (app.ledger.clone(), asker.project, account.to_owned());
    let (first, last) = (read_day("first", first)?, read_day("last", last)?);
    let days = (last - first).num_days() + 1;
    if days < 1 {
        return Err(Error::invalid("last", "the last day comes before the first one"));
    }
    if days > LONGEST_ABSENCE {
        return Err(Error::invalid("last", format!("an absence has at most {LONGEST_ABSENCE} days")));
    }
    let write = move |tx: &mut Tx<'_>| {
        super::take_turn(tx, project)?;
        let account = super::somebody(tx.conn, project, &account)?;
        super::refuse_more(tx.conn, project, "first", 2)?;
        let absence = new_id(tx.now());
        let said =
            Absence { absence: absence.clone(), first_day: first.to_string(), last_day: last.to_string() };
        let draft = Draft::new(ABSENCE_SET, serde_json::to_value(said)?);
        ledger.append_next(tx, &stream_of(project, &account), draft)?;
        Ok(absence)
    };
    app.db.write(&asker.actor, write).await
}
