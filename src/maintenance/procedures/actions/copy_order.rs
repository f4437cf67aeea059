//! Making a version out of the plan of an order, without anything that was done.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Error, Result};
use crate::maintenance::procedures::decide::Command;
use crate::maintenance::procedures::document::{self, Text};
use crate::maintenance::procedures::model::CopiedFrom;
use crate::maintenance::procedures::reads;
use crate::state::App;
use crate::work_orders::actions::copy::plan_to_copy;
use crate::work_orders::reads as orders;

use super::create::{Made, create_in};

/// Makes a new procedure of an order that the asker may see.
pub async fn copy_order(app: &App, asker: &Asker, number: &str) -> Result<Made> {
    asker.must(Action::WriteProcedure)?;
    let (ledger, who, number) = (app.ledger.clone(), asker.clone(), number.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        let (text, from) = text_of(tx, &who, &number)?;
        create_in(tx, &ledger, &who, "", text, Some(from))
    };
    app.db.write(&asker.actor, write).await
}

/// Makes it the next version of a procedure, or the text of the draft that there is; gives the number of the version.
pub async fn copy_into(app: &App, asker: &Asker, procedure: &str, number: &str) -> Result<u32> {
    asker.must(Action::WriteProcedure)?;
    let (ledger, who, id, number) =
        (app.ledger.clone(), asker.clone(), procedure.to_owned(), number.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        let (text, from) = text_of(tx, &who, &number)?;
        let copied_from = Some(from);
        let found = reads::load(tx.conn, who.project, &id)?;
        let written = found.open().filter(|version| version.state.is_written()).map(|it| it.number);
        let command = match written {
            Some(version) => Command::Change { version, text, copied_from },
            None => Command::Draft { text, copied_from },
        };
        super::change_in(tx, &ledger, &who, &id, command)?;
        Ok(written.unwrap_or_else(|| found.next_number()))
    };
    app.db.write(&asker.actor, write).await
}

fn text_of(tx: &mut Tx<'_>, who: &Asker, number: &str) -> Result<(Text, CopiedFrom)> {
    let row = orders::find(tx.conn, who.project, number)?;
    let row = row.filter(|row| who.may_for(Action::ViewOrders, &row.tie(who)));
    let row = row.ok_or_else(|| Error::not_found(format!("the work order {number}")))?;
    let now = tx.now();
    let plan = plan_to_copy(tx.conn, who, &row.order_id, now)?;
    let text = document::read(&document::write(&plan), &mut || new_id(now))?;
    Ok((text, CopiedFrom { order: row.order_id, number: row.number }))
}
