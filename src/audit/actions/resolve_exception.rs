//! Answering an exception: a person says how it was dealt with, and why that is enough.

use std::collections::BTreeSet;

use crate::audit::events::AuditEvent;
use crate::audit::exceptions::reads::ExceptionRow;
use crate::audit::exceptions::{Answer, may_answer, reads};
use crate::audit::senders;
use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, Error, Result};
use crate::people::units::unit_of;
use crate::state::App;
use crate::{traces, work_orders};

use super::append;

/// The longest comment, in characters.
const LONGEST: usize = 2_000;

/// Answers an open exception; the id of its order. Refused to agents, to whoever may not answer, and to whoever did any
/// of the order's work or sent any of its traces, with all who count as one with them.
pub async fn resolve_exception(
    app: &App,
    asker: &Asker,
    exception: String,
    how: Answer,
    comment: &str,
) -> Result<String> {
    asker.must(Action::AnswerException)?;
    let comment = comment.trim().to_owned();
    if comment.is_empty() || comment.chars().count() > LONGEST {
        return Err(Error::invalid(
            "comment",
            format!("say why that is enough, in 1 to {LONGEST} characters"),
        ));
    }
    let (ledger, who, project) = (app.ledger.clone(), asker.clone(), asker.project);
    app.db
        .write(&asker.actor, move |tx| {
            let row = reads::one(tx.conn, project, &exception)?
                .ok_or_else(|| Error::not_found("this exception"))?;
            if let Some(by) = row.resolved_name {
                return Err(Error::refused(format!("{by} has answered this exception already")));
            }
            not_a_performer(tx.conn, &who, &row)?;
            let event = AuditEvent::ExceptionResolved { exception, how, comment };
            append(&ledger, tx, project, &row.order_id, &[event])?;
            Ok(row.order_id)
        })
        .await
}

/// The sender of the very trace counts also where its link was taken away meanwhile.
fn not_a_performer(conn: &mut AnyConnection, who: &Asker, row: &ExceptionRow) -> Result<()> {
    let order = work_orders::reads::load(conn, who.project, &row.order_id, None)?;
    let mut senders = senders::of_order(conn, who.project, &order)?;
    senders.extend(traces::senders_of(conn, who.project, &BTreeSet::from([row.trace_id.as_str()]))?);
    let involved = order.doers().chain(senders.iter().map(String::as_str));
    may_answer(&unit_of(conn, who.id())?, involved)
}
