//! Commands about procedures decided into events, or refused. Pure: facts of other features and the moment are arguments.

use super::document::Text;
use super::events::ProcedureEvent;
use super::model::{CopiedFrom, Procedure, State, Version, day_of};
use crate::foundation::{Action, Asker, Digest, Error, Grant, Result, Timestamp, Unit};

/// The longest title.
pub const TITLE_CHARS: usize = 200;
/// The longest reason, as its forms say.
const REASON_CHARS: usize = 1_000;

/// Said where somebody looked at another text.
pub const CHANGED: &str = "The text changed since you opened it; look again.";

/// What somebody wants to do with a procedure.
#[derive(Clone, Debug)]
pub enum Command {
    /// Begin the next version.
    Draft {
        text: Text,
        copied_from: Option<CopiedFrom>,
        /// The digest of the text that it was begun with; none where it was begun with none.
        begun: Option<Digest>,
    },
    /// Put another text in the place of a draft's.
    Change {
        version: u32,
        seen: Option<Digest>,
        text: Text,
        copied_from: Option<CopiedFrom>,
    },
    Submit {
        version: u32,
        seen: Option<Digest>,
    },
    Return {
        version: u32,
        seen: Option<Digest>,
        reason: String,
    },
    /// Put a version in use from a day on; none for today.
    Approve {
        version: u32,
        /// The digest of the text that was looked at; none takes it as it stands.
        seen: Option<Digest>,
        effective_from: Option<Timestamp>,
    },
    Withdraw {
        version: u32,
        reason: String,
    },
    Rename {
        title: String,
    },
    Retire {
        reason: String,
    },
    TakeUp {
        reason: String,
    },
}

/// What other features know about the asker and the type of order that a version makes.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The accounts that count as one with the asker.
    pub unit: Unit,
    /// Nobody approves what an account of their unit wrote.
    pub controlled: bool,
    /// The shortest reason, in characters.
    pub min_reason: u16,
    pub now: Timestamp,
}

impl Command {
    /// The verb of the permission table.
    pub fn action(&self) -> Action {
        match self {
            Self::Draft { .. } | Self::Change { .. } | Self::Rename { .. } => Action::WriteProcedure,
            Self::Submit { .. } | Self::Withdraw { .. } => Action::SubmitProcedure,
            Self::Return { .. } | Self::Approve { .. } => Action::ApproveProcedure,
            Self::Retire { .. } | Self::TakeUp { .. } => Action::RetireProcedure,
        }
    }

    /// The version that it is about, where that is there already.
    pub fn version(&self) -> Option<u32> {
        match self {
            Self::Change { version, .. }
            | Self::Submit { version, .. }
            | Self::Return { version, .. }
            | Self::Approve { version, .. }
            | Self::Withdraw { version, .. } => Some(*version),
            _ => None,
        }
    }
}

/// A new procedure with its first draft.
pub fn begin(
    asker: &Asker,
    (id, sequence, code): (String, i64, String),
    title: &str,
    text: Text,
    copied_from: Option<CopiedFrom>,
) -> Result<Vec<ProcedureEvent>> {
    asker.must(Action::WriteProcedure)?;
    // An order may have a longer title, and where it is done nobody can shorten it any more.
    let title = if title.trim().is_empty() { shortened(&text.plan.title) } else { title.to_owned() };
    let title = checked_title(&title)?;
    Ok(vec![ProcedureEvent::Created { procedure: id, code, sequence, title }, drafted(1, text, copied_from)])
}

/// What the command makes happen; nothing where nothing is different.
pub fn decide(
    procedure: &Procedure,
    command: Command,
    asker: &Asker,
    facts: &Facts,
) -> Result<Vec<ProcedureEvent>> {
    if !procedure.exists() {
        return Err(Error::not_found("this procedure"));
    }
    asker.must(command.action())?;
    match command {
        Command::Draft { text, copied_from, begun } => draft(procedure, text, copied_from, begun),
        Command::Change { version, seen, text, copied_from } => {
            change(found(procedure, version)?, seen, text, copied_from)
        }
        Command::Submit { version, seen } => {
            not_retired(procedure)?;
            let version = theirs(found(procedure, version)?, asker, facts)?;
            submit(as_seen(version, seen)?)
        }
        Command::Return { version, seen, reason } => {
            let reason = reasoned(&reason, facts)?;
            let version = in_review(found(procedure, version)?, seen)?;
            Ok(vec![ProcedureEvent::Returned { version: version.number, reason }])
        }
        Command::Approve { version, seen, effective_from } => {
            not_retired(procedure)?;
            approve(in_review(found(procedure, version)?, seen)?, effective_from, facts)
        }
        Command::Withdraw { version, reason } => {
            withdraw(theirs(found(procedure, version)?, asker, facts)?, &reason, facts)
        }
        Command::Rename { title } => {
            let to = checked_title(&title)?;
            let from = procedure.title.clone();
            Ok((from != to).then_some(ProcedureEvent::Renamed { from, to }).into_iter().collect())
        }
        Command::Retire { reason } => retire(procedure, &reason, facts),
        Command::TakeUp { reason } => take_up(procedure, &reason, facts),
    }
}

/// Why an account of this unit may not approve the version; none where it may.
pub fn barred(version: &Version, facts: &Facts) -> Option<&'static str> {
    let wrote = facts.unit.contains_any(version.writers.iter().map(String::as_str));
    (facts.controlled && wrote).then_some(
        "Orders of this type are controlled: whoever wrote any of this version, or an account that counts as one with them, \
         cannot approve it. Ask another supervisor.",
    )
}

fn found(procedure: &Procedure, number: u32) -> Result<&Version> {
    procedure.find(number).ok_or_else(|| Error::not_found("this version"))
}

fn drafted(version: u32, text: Text, copied_from: Option<CopiedFrom>) -> ProcedureEvent {
    let Text { text, digest, plan, .. } = text;
    ProcedureEvent::Drafted { version, text, digest, order_type: plan.order_type, copied_from }
}

/// Whether somebody settles this version: one of its writers, or one with them, or whoever may settle anybody's.
pub fn may_settle(version: &Version, asker: &Asker, facts: &Facts) -> bool {
    let may = |action| asker.may(action) > Grant::Never;
    let mut writers = version.writers.iter().map(String::as_str);
    may(Action::ApproveProcedure)
        || may(Action::RetireProcedure)
        || writers.any(|writer| writer == asker.id() || facts.unit.contains(writer))
}

fn theirs<'a>(version: &'a Version, asker: &Asker, facts: &Facts) -> Result<&'a Version> {
    if may_settle(version, asker, facts) {
        return Ok(version);
    }
    Err(Error::forbidden(format!(
        "{} wrote this version. Whoever wrote any of it submits or withdraws it, or a supervisor or an admin.",
        version.author.name
    )))
}

/// Refuses where the text is another one than that which was looked at.
fn as_seen(version: &Version, seen: Option<Digest>) -> Result<&Version> {
    if seen.is_none_or(|seen| seen == version.digest) {
        return Ok(version);
    }
    Err(Error::refused(CHANGED))
}

fn not_retired(procedure: &Procedure) -> Result<()> {
    let Some(retired) = &procedure.retired else { return Ok(()) };
    Err(Error::refused(format!(
        "{} was retired by {}: {}. Take it up again first.",
        procedure.code, retired.by.name, retired.reason
    )))
}

fn draft(
    procedure: &Procedure,
    text: Text,
    copied_from: Option<CopiedFrom>,
    begun: Option<Digest>,
) -> Result<Vec<ProcedureEvent>> {
    // Told before anything else that is in the way: the next press is held against the version that came.
    let base = procedure.base().filter(|base| begun.is_some_and(|begun| begun != base.digest));
    if let Some(base) = base {
        return Err(Error::refused(format!(
            "Version {} came since you began, and this text has nothing of it. Look at that version, take over what it changed, then save \
             again.",
            base.number
        )));
    }
    not_retired(procedure)?;
    if let Some(open) = procedure.open() {
        return Err(Error::refused(format!(
            "Version {} is not settled yet. Change it, or withdraw it first: one version is written at a time.",
            open.number
        )));
    }
    Ok(vec![drafted(procedure.next_number(), text, copied_from)])
}

fn change(
    version: &Version,
    seen: Option<Digest>,
    text: Text,
    copied_from: Option<CopiedFrom>,
) -> Result<Vec<ProcedureEvent>> {
    if !version.state.is_written() {
        let why = match version.state {
            State::Submitted => "It waits for review, so its text stands. Have it returned first.",
            State::Approved => "It is approved, so its text stands for good. Draft the next version.",
            _ => "It was withdrawn. Draft the next version.",
        };
        return Err(Error::refused(why));
    }
    if version.digest == text.digest {
        return Ok(Vec::new());
    }
    if as_seen(version, seen).is_err() {
        return Err(Error::refused(format!(
            "{} changed this text since you opened it. Look at the version, then save again to put yours in its place.",
            version.changed_by.name
        )));
    }
    let Text { text, digest, plan, .. } = text;
    Ok(vec![ProcedureEvent::Changed {
        version: version.number,
        text,
        digest,
        order_type: plan.order_type,
        copied_from,
    }])
}

fn submit(version: &Version) -> Result<Vec<ProcedureEvent>> {
    if !version.state.is_written() {
        return Err(Error::refused("Only a draft is submitted, and this version is none any more."));
    }
    Ok(vec![ProcedureEvent::Submitted { version: version.number, digest: version.digest }])
}

fn in_review(version: &Version, seen: Option<Digest>) -> Result<&Version> {
    if version.state == State::Submitted {
        return as_seen(version, seen);
    }
    Err(Error::refused("This version does not wait for review. Load the page again."))
}

fn approve(version: &Version, from: Option<Timestamp>, facts: &Facts) -> Result<Vec<ProcedureEvent>> {
    if let Some(why) = barred(version, facts) {
        return Err(Error::refused(why));
    }
    let today = day_of(facts.now);
    let effective_from = from.map_or(today, day_of);
    if effective_from < today {
        return Err(Error::invalid(
            "effective_from",
            "this day is over; a version is in use from the day of its approval on, or from a later one",
        ));
    }
    Ok(vec![ProcedureEvent::Approved { version: version.number, digest: version.digest, effective_from }])
}

fn withdraw(version: &Version, reason: &str, facts: &Facts) -> Result<Vec<ProcedureEvent>> {
    if !version.state.is_open() {
        let why = "Only a version that is not settled is withdrawn. One in use is replaced by the next one.";
        return Err(Error::refused(why));
    }
    let reason = reasoned(reason, facts)?;
    Ok(vec![ProcedureEvent::Withdrawn { version: version.number, reason }])
}

fn retire(procedure: &Procedure, reason: &str, facts: &Facts) -> Result<Vec<ProcedureEvent>> {
    if procedure.retired.is_some() {
        return Err(Error::refused("It is retired already."));
    }
    Ok(vec![ProcedureEvent::Retired { reason: reasoned(reason, facts)? }])
}

fn take_up(procedure: &Procedure, reason: &str, facts: &Facts) -> Result<Vec<ProcedureEvent>> {
    if procedure.retired.is_none() {
        return Err(Error::refused("It is not retired."));
    }
    Ok(vec![ProcedureEvent::TakenUp { reason: reasoned(reason, facts)? }])
}

fn reasoned(reason: &str, facts: &Facts) -> Result<String> {
    let (reason, least) = (reason.trim(), usize::from(facts.min_reason.max(1)));
    match reason.chars().count() {
        count if count < least => {
            Err(Error::invalid("reason", format!("say why, in at least {least} characters")))
        }
        count if count > REASON_CHARS => {
            Err(Error::invalid("reason", format!("at most {REASON_CHARS} characters; this has {count}")))
        }
        _ => Ok(reason.to_owned()),
    }
}

/// As much of a title as a procedure takes, with a sign where some of it is left out; it can be renamed.
fn shortened(title: &str) -> String {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.chars().count() <= TITLE_CHARS {
        return title;
    }
    title.chars().take(TITLE_CHARS - 1).chain(['…']).collect()
}

fn checked_title(title: &str) -> Result<String> {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    match title.chars().count() {
        0 => Err(Error::invalid("title", "a procedure needs a title")),
        count if count > TITLE_CHARS => {
            Err(Error::invalid("title", format!("at most {TITLE_CHARS} characters; this has {count}")))
        }
        _ => Ok(title),
    }
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
