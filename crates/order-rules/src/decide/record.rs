//! The log, comments and the reading of safety notes. All three only ever grow.

use super::Case;
use crate::events::OrderEvent;
use crate::model::{LogKind, limits};
use foundation::{Action, Error, Result};

pub(super) fn add_log(
    case: &Case<'_>,
    title: String,
    lines: Vec<String>,
    kind: Option<LogKind>,
    corrects: Option<String>,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    if !case.may(Action::Log) {
        return Err(Error::forbidden(
            "The work log is kept by the assignee and by supervisors. You may comment.",
        ));
    }
    limits::check(&serde_json::json!({ "title": title, "lines": lines }))?;
    let lines: Vec<String> = lines.into_iter().filter(|line| !line.trim().is_empty()).collect();
    if title.trim().is_empty() && lines.is_empty() {
        return Err(Error::invalid("lines", "write what happened"));
    }
    if let Some(old) = &corrects {
        check_corrects(case, old)?;
    }
    let kind = kind.unwrap_or_else(|| LogKind::of_title(&title));
    Ok(vec![OrderEvent::LogAdded { entry: new_id(), title, lines, kind, corrects }])
}

/// An entry is corrected by whoever wrote it, or by a supervisor.
fn check_corrects(case: &Case<'_>, old: &str) -> Result<()> {
    let Some(entry) = case.order.log.iter().find(|it| it.id == old) else {
        return Err(Error::invalid("corrects", format!("there is no log entry {old}")));
    };
    let is_own = entry.by.as_ref().is_some_and(|by| by.is(case.asker.id()));
    if is_own || case.may(Action::UndoOthersTick) {
        return case.check_not_verified();
    }
    Err(Error::forbidden(
        "An entry of the log is corrected by whoever wrote it or by a supervisor. Write an entry of your own beside it.",
    ))
}

pub(super) fn add_comment(
    case: &Case<'_>,
    text: String,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    if !case.may(Action::Comment) {
        return Err(Error::forbidden(
            "Comments come from the author, the people who work on the order, supervisors and auditors.",
        ));
    }
    limits::check(&serde_json::json!({ "text": text }))?;
    if text.trim().is_empty() {
        return Err(Error::invalid("text", "write something"));
    }
    Ok(vec![OrderEvent::CommentAdded { comment: new_id(), text }])
}

pub(super) fn acknowledge(case: &Case<'_>, version: u32) -> Result<Vec<OrderEvent>> {
    if !case.may(Action::AcknowledgeSafety) {
        return Err(Error::forbidden("The safety notes are acknowledged by whoever does the work."));
    }
    let present = case.order.safety.version;
    if version != present {
        return Err(Error::Conflict {
            what: "the safety notes".into(),
            expected: i64::from(version),
            found: i64::from(present),
        });
    }
    if case.order.safety.is_acknowledged_by(case.asker.id()) {
        return Ok(Vec::new());
    }
    Ok(vec![OrderEvent::SafetyAcknowledged { version }])
}
