//! Making a version out of the plan of an order, without anything that was done.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Error, Result};
use crate::ledger::Event;
use crate::maintenance::procedures::decide::Command;
use crate::maintenance::procedures::document::{self, Text};
use crate::maintenance::procedures::events::ProcedureEvent;
use crate::maintenance::procedures::model::{CopiedFrom, Procedure, Version};
use crate::maintenance::procedures::{reads, store};
use crate::state::App;
use crate::work_orders::actions::copy::plan_to_copy;
use crate::work_orders::model::Order;
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

/// Makes it the next version of a procedure, or the text of the draft that there is; gives the number of the version. Refused where
/// that draft has words that the order does not come from: they would be gone.
pub async fn copy_into(app: &App, asker: &Asker, procedure: &str, number: &str) -> Result<u32> {
    asker.must(Action::WriteProcedure)?;
    let (ledger, who, id, number) =
        (app.ledger.clone(), asker.clone(), procedure.to_owned(), number.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        store::take_turn(tx, who.project, &id)?;
        let (text, from) = text_of(tx, &who, &number)?;
        let events = reads::history(tx.conn, who.project, &id)?;
        let found = reads::fold_events(&events)?;
        let written = found.open().filter(|version| version.state.is_written());
        if let Some(version) = written.filter(|version| version.digest != text.digest) {
            let order = orders::load(tx.conn, who.project, &from.order, None)?;
            loses_no_words(&found, &events, version, &order)?;
        }
        let (copied_from, written) = (Some(from), written.map(|version| version.number));
        let command = match written {
            Some(version) => Command::Change { version, seen: None, text, copied_from },
            None => Command::Draft { text, copied_from, begun: None },
        };
        super::change_in(tx, &ledger, &who, &id, command)?;
        Ok(written.unwrap_or_else(|| found.next_number()))
    };
    app.db.write(&asker.actor, write).await
}

/// Refuses where the text of a draft is neither the one that the order was made from nor one that was copied from the order.
fn loses_no_words(procedure: &Procedure, events: &[Event], version: &Version, order: &Order) -> Result<()> {
    let is_of_this_text = order.made_from.as_ref().is_some_and(|from| {
        from.procedure == procedure.id && from.version == version.number && from.digest == version.digest
    });
    if is_of_this_text || copied_order(events, version.number)?.as_deref() == Some(order.id.as_str()) {
        return Ok(());
    }
    Err(Error::refused(format!(
        "Version {} is a draft with words of {} that {} does not have. Withdraw it first, or write into it what the order changes.",
        version.number, version.changed_by.name, order.number
    )))
}

/// The id of the order that the text of a version was copied from; none where somebody wrote it as it is now.
fn copied_order(events: &[Event], number: u32) -> Result<Option<String>> {
    let mut order = None;
    for event in events {
        let Some(body) = &event.body else { continue };
        let (ProcedureEvent::Drafted { version, copied_from, .. }
        | ProcedureEvent::Changed { version, copied_from, .. }) =
            ProcedureEvent::from_json(&event.kind, &body.data)?
        else {
            continue;
        };
        if version == number {
            order = copied_from.map(|from| from.order);
        }
    }
    Ok(order)
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

/// Whoever wrote an order's plan: its author, and all who changed it, also where somebody approved that since. The words of one that
/// was made from a draft are those of the draft's writers, and nobody approved them.
fn writers_of(tx: &mut Tx<'_>, who: &Asker, order: &str) -> Result<Vec<String>> {
    let events = orders::history(tx.conn, who.project, order, None)?;
    let order = orders::fold_events(&events)?;
    let wrote = events.iter().filter(|event| WRITING.contains(&event.kind.as_str()));
    let mut writers: Vec<String> = order.author().map(|author| author.id.clone()).into_iter().collect();
    let drafted = match order.made_from.as_ref().filter(|from| from.of_draft) {
        Some(from) => reads::load(tx.conn, who.project, &from.procedure)?
            .find(from.version)
            .map(|version| version.writers.clone())
            .unwrap_or_default(),
        None => Vec::new(),
    };
    for account in wrote.map(|event| &event.actor).chain(&order.planners).chain(&drafted) {
        if !account.is_empty() && !writers.contains(account) {
            writers.push(account.clone());
        }
    }
    Ok(writers)
}
