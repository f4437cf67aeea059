//! Answering an exception: a person says how it was dealt with, and why that is enough.

use crate::audit::events::AuditEvent;
use crate::audit::exceptions::{Answer, reads};
use crate::foundation::{Actor, ActorKind, Error, ProjectKey, Result};
use crate::state::App;

use super::append;

/// The longest comment, in characters.
const LONGEST: usize = 2_000;

/// Answers an open exception; the id of its order. Refused to agents and to whoever may not answer.
pub async fn resolve_exception(
    app: &App,
    actor: &Actor,
    may_answer: bool,
    project: ProjectKey,
    exception: String,
    how: Answer,
    comment: &str,
) -> Result<String> {
    if actor.kind != ActorKind::Human {
        return Err(Error::forbidden(
            "a program may not answer an exception; ask an auditor or a supervisor",
        ));
    }
    if !may_answer {
        return Err(Error::forbidden("exceptions are answered by an auditor or a supervisor"));
    }
    let comment = comment.trim().to_owned();
    if comment.is_empty() || comment.chars().count() > LONGEST {
        return Err(Error::invalid(
            "comment",
            format!("say why that is enough, in 1 to {LONGEST} characters"),
        ));
    }
    let ledger = app.ledger.clone();
    app.db
        .write(actor, move |tx| {
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
