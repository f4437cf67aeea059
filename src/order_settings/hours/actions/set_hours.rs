//! Saying how long somebody works on each day of the week, from a day on.

use crate::db::Tx;
use crate::foundation::{Action, Asker, Error, Result};
use crate::ledger::Draft;
use crate::order_settings::hours::events::{HOURS_SET, HoursSet, stream_of};
use crate::order_settings::hours::model::{Week, read_day};
use crate::order_settings::hours::reads::week_from;
use crate::people::reads::account_by_id;
use crate::people::{AccountId, AccountKind};
use crate::state::App;

/// Sets it; what was set from the same day on before gives way.
pub async fn set_hours(app: &App, asker: &Asker, account: &str, from: &str, to: Week) -> Result<()> {
    asker.must(Action::SetWorkingHours)?;
    let (ledger, project, account) = (app.ledger.clone(), asker.project, account.to_owned());
    let day = read_day("from", from)?;
    let write = move |tx: &mut Tx<'_>| {
        super::take_turn(tx, project)?;
        let account = super::somebody(tx.conn, project, &account)?;
        let known = account_by_id(tx.conn, &AccountId(account.clone()))?;
        if known.is_some_and(|it| it.kind() == AccountKind::Agent) {
            return Err(Error::invalid("account", "agents have no hours; choose a person"));
        }
        let was = week_from(tx.conn, project, &account, day)?;
        if was == Some(to) {
            return Ok(());
        }
        if was.is_none() {
            super::refuse_more(tx.conn, project, "from", 0)?;
        }
        let data = serde_json::to_value(HoursSet { from_day: day.to_string(), was, to })?;
        ledger.append_next(tx, &stream_of(project, &account), Draft::new(HOURS_SET, data)).map(drop)
    };
    app.db.write(&asker.actor, write).await
}
