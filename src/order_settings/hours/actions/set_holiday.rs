//! Saying that nobody works on a day.

use crate::db::Tx;
use crate::foundation::{Action, Asker, Error, Result};
use crate::ledger::Draft;
use crate::order_settings::hours::events::{HOLIDAY_SET, Holiday, holidays_of};
use crate::order_settings::hours::model::read_day;
use crate::order_settings::hours::reads::holiday as find;
use crate::state::App;

/// Characters of the longest name.
const LONGEST: usize = 100;

/// Notes the day with its name; a day that has one gets another.
pub async fn set_holiday(app: &App, asker: &Asker, day: &str, name: &str) -> Result<()> {
    asker.must(Action::SetWorkingHours)?;
    let (ledger, project, name) = (app.ledger.clone(), asker.project, name.trim().to_owned());
    let day = read_day("day", day)?.to_string();
    if name.is_empty() || name.chars().count() > LONGEST {
        let message = format!("say what the day is, in at most {LONGEST} characters");
        return Err(Error::invalid("name", message));
    }
    let write = move |tx: &mut Tx<'_>| {
        super::take_turn(tx, project)?;
        match find(tx.conn, project, &day)? {
            Some(before) if before.name == name => return Ok(()),
            Some(_) => {}
            None => super::refuse_more(tx.conn, project, "day", 1)?,
        }
        let draft = Draft::new(HOLIDAY_SET, serde_json::to_value(Holiday { day, name })?);
        ledger.append_next(tx, &holidays_of(project), draft).map(drop)
    };
    app.db.write(&asker.actor, write).await
}
