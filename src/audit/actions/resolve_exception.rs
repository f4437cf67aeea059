//! Answering an exception: a person says how it was dealt with, and why that is enough.

use crate::audit::events::AuditEvent;
use crate::audit::exceptions::{Answer, reads};
use crate::foundation::{Action, Asker, Error, Result};
use crate::state::App;

use super::append;

/// The longest comment, in characters.
const LONGEST: usize = 2_000;

/// Answers an open exception; the id of its order. Refused to agents and to whoever may not answer.
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
    let (ledger, project) = (app.ledger.clone(), asker.project);
    app.db
        .write(&asker.actor, move |tx| {
            let row = reads::one(tx.conn, project, &exception)?
                .ok_or_else(|| Error::not_found("this exception"))?;
            if let Some(by) = row.resolved_name {
                return Err(Error::refused(format!("{by} has answered this exception already")));
            }
            let event = AuditEvent::ExceptionResolved { exception, how, comment };
            append(&ledger, tx, project, &row.order_id, &[event])?;
            Ok(row.order_id)
        })
        .await
}
