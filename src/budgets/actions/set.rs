//! Setting a budget.

use crate::budgets::decide;
use crate::budgets::model::{About, Terms};
use crate::budgets::reads;
use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Result};
use crate::state::App;

/// Sets it, with a reason; gives its id. There is one for each scope, name, unit and period.
pub async fn set(app: &App, asker: &Asker, about: About, terms: Terms, reason: String) -> Result<String> {
    asker.must(Action::ChangePrices)?;
    let (ledger, project) = (app.ledger.clone(), asker.project);
    let write = move |tx: &mut Tx<'_>| {
        super::take_turn(tx, project)?;
        let id = new_id(tx.now());
        let others = reads::all(tx.conn, project)?;
        let decided = decide::set(id.clone(), about, terms, &reason, &others)?;
        super::append(tx, &ledger, project, &id, &decided)?;
        Ok(id)
    };
    app.db.write(&asker.actor, write).await
}
