//! Decisions of the work: what was decided, why, and what follows. None is changed; a later one takes its place.

use super::super::Case;
use crate::delegation::DelegationEvent;
use crate::events::OrderEvent;
use crate::model::limits;
use foundation::{Action, Error, FieldErrors, Result};

/// The longest title, in characters.
const TITLE_CHARS: usize = 200;
/// The longest of the other texts, in characters.
const TEXT_CHARS: usize = 4_000;
/// The most decisions of one order.
const MOST: usize = 200;

/// Something that was decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewDecision {
    pub title: String,
    /// What was decided.
    pub decision: String,
    pub reasons: String,
    /// May be empty.
    pub consequences: String,
    /// The decision that it takes the place of, by its id or its name: `D-1`.
    pub supersedes: Option<String>,
}

pub(super) fn record(
    case: &Case<'_>,
    new: NewDecision,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    if !case.may(Action::Log) {
        return Err(Error::forbidden(
            "Decisions are recorded by whoever works on the order and by supervisors. You may comment.",
        ));
    }
    let NewDecision { title, decision, reasons, consequences, supersedes } = new;
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let [says, reasons, consequences] =
        [decision, reasons, consequences].map(|text| text.trim().replace("\r\n", "\n"));
    check(&title, &says, &reasons, &consequences)?;
    let made = &case.order.delegation.decisions;
    if made.len() >= MOST {
        return Err(Error::refused(format!(
            "An order takes at most {MOST} decisions. Open a follow-up order."
        )));
    }
    let supersedes = supersedes.as_deref().map(str::trim).filter(|old| !old.is_empty());
    let supersedes = supersedes.map(|old| standing(case, old)).transpose()?;
    let number = u32::try_from(made.len()).unwrap_or(u32::MAX).saturating_add(1);
    let decision = new_id();
    let event = DelegationEvent::DecisionRecorded {
        decision,
        number,
        title,
        says,
        reasons,
        consequences,
        supersedes,
    };
    Ok(vec![event.into()])
}

fn check(title: &str, says: &str, reasons: &str, consequences: &str) -> Result<()> {
    let mut errors = FieldErrors::default();
    for (field, text, most, missing) in [
        ("title", title, TITLE_CHARS, "say in a few words what was decided about"),
        ("decision", says, TEXT_CHARS, "say what was decided"),
        ("reasons", reasons, TEXT_CHARS, "say why"),
        ("consequences", consequences, TEXT_CHARS, ""),
    ] {
        if text.is_empty() && !missing.is_empty() {
            errors.add(field, missing);
        }
        if text.chars().count() > most {
            errors.add(field, format!("at most {most} characters"));
        }
        if text.contains('\0') {
            errors.add(field, "a NUL character is not allowed in text; remove it");
        }
    }
    errors.into_result()?;
    limits::check(&serde_json::json!({ "title": title }))
}

/// The id of a decision whose place may be taken: one that nothing has superseded yet.
fn standing(case: &Case<'_>, named: &str) -> Result<String> {
    let all = &case.order.delegation;
    let old = all
        .decision(named)
        .ok_or_else(|| Error::invalid("supersedes", format!("there is no decision {named}")))?;
    match old.superseded_by.as_deref().and_then(|id| all.decision(id)) {
        Some(newer) => {
            let message = format!("{} took its place already: name that one", newer.name());
            Err(Error::invalid("supersedes", message))
        }
        None => Ok(old.id.clone()),
    }
}
