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
            Some(version) => Command::Change { version, seen: None, text, copied_from },
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
    let writers = writers_of(tx, who, &row.order_id)?;
    Ok((text, CopiedFrom { order: row.order_id, number: row.number, writers }))
}

/// The events of an order that write its plan.
const WRITING: [&str; 3] = ["work_order.created.v1", "work_order.imported.v1", "work_order.plan_edited.v1"];

/// Whoever wrote an order's plan: its author, and all who changed it, also where somebody approved that since.
fn writers_of(tx: &mut Tx<'_>, who: &Asker, order: &str) -> Result<Vec<String>> {
    let events = orders::history(tx.conn, who.project, order, None)?;
    let order = orders::fold_events(&events)?;
    let wrote = events.iter().filter(|event| WRITING.contains(&event.kind.as_str()));
    let mut writers: Vec<String> = order.author().map(|author| author.id.clone()).into_iter().collect();
    for account in wrote.map(|event| &event.actor).chain(&order.planners) {
        if !account.is_empty() && !writers.contains(account) {
            writers.push(account.clone());
        }
    }
    Ok(writers)
}
