//! Commands about budgets decided into events, or refused. Pure: what else holds in the project is an argument.

use super::events::BudgetEvent;
use super::model::{
    About, Budget, LONGEST_NAME, MOST, MOST_THRESHOLDS, MOST_TOKENS, Period, Scope, Terms, Unit,
};
use super::period::zone_of;
use crate::fleet::model::NONE;
use crate::foundation::{Error, FieldErrors, Result};

/// Characters of the longest reason.
const LONGEST_REASON: usize = 1_000;
/// The most money of one budget, in billionths: a thousand million dollars.
const MOST_NANOS: i64 = 1_000_000_000_000_000_000;

/// A new budget beside those that hold already; every fault names its field.
pub fn set(
    id: String,
    about: About,
    terms: Terms,
    reason: &str,
    others: &[Budget],
) -> Result<Vec<BudgetEvent>> {
    let mut errors = FieldErrors::default();
    let about = About { name: about.name.trim().to_owned(), zone: about.zone.trim().to_owned(), ..about };
    check_about(&about, &mut errors);
    check_terms(about.unit, &terms, &mut errors);
    let reason = reasoned(reason, &mut errors);
    if let Some(other) = others.iter().find(|other| other.counts_as(&about)) {
        let whose = super::words::whose(&other.about);
        let kind = super::words::period(about.period);
        errors.add(
            "name",
            format!("there is one for {whose} in {} {kind} already; change that one", about.unit.as_str()),
        );
    } else if others.len() >= MOST {
        errors.add("", format!("there are {MOST} budgets, which is as many as a project can have; end one"));
    }
    errors.into_result()?;
    Ok(vec![BudgetEvent::Set { budget: id, about, terms: sorted(terms), reason }])
}

/// Other terms in the place of those that hold; refused where somebody changed it since the version `seen`. An empty list: it says
/// the same.
pub fn change(budget: &Budget, terms: Terms, reason: &str, seen: Option<i64>) -> Result<Vec<BudgetEvent>> {
    must_hold(budget)?;
    if let Some(seen) = seen.filter(|seen| *seen != budget.version) {
        return Err(Error::Conflict { what: "this budget".into(), expected: seen, found: budget.version });
    }
    let mut errors = FieldErrors::default();
    check_terms(budget.about.unit, &terms, &mut errors);
    let reason = reasoned(reason, &mut errors);
    errors.into_result()?;
    let (from, to) = (budget.terms.clone(), sorted(terms));
    if from == to { Ok(Vec::new()) } else { Ok(vec![BudgetEvent::Changed { from, to, reason }]) }
}

/// It holds no longer.
pub fn end(budget: &Budget, reason: &str) -> Result<Vec<BudgetEvent>> {
    must_hold(budget)?;
    let mut errors = FieldErrors::default();
    let reason = reasoned(reason, &mut errors);
    errors.into_result()?;
    Ok(vec![BudgetEvent::Ended { reason }])
}

fn must_hold(budget: &Budget) -> Result<()> {
    match budget.ended_at {
        None => Ok(()),
        Some(_) => Err(Error::refused("This budget has ended. Set another one instead.")),
    }
}

fn check_about(about: &About, errors: &mut FieldErrors) {
    let length = about.name.chars().count();
    match about.scope {
        Scope::Project if length > 0 => errors.add("name", "a budget of the whole project has no name"),
        Scope::Project => {}
        _ if about.name == NONE => errors.add("name", "calls without a name have no budget; name somebody"),
        scope if length == 0 => {
            errors.add("name", format!("name the {}, as its calls give it", scope.as_str()))
        }
        _ if length > LONGEST_NAME => errors.add("name", format!("write at most {LONGEST_NAME} characters")),
        _ => {}
    }
    if zone_of(&about.zone).is_none() {
        errors.add("zone", "this is the name of no time zone; write one such as Europe/Berlin, or UTC");
    }
    let most = most(about.unit);
    match about.period {
        _ if about.already_used == 0 => {}
        Period::Total if (0..=most).contains(&about.already_used) => {}
        Period::Total => errors.add("already_used", "what was used before is at least 0"),
        _ => errors.add(
            "already_used",
            "only a budget in all begins with something used; others count the calls of the running period",
        ),
    }
}

fn check_terms(unit: Unit, terms: &Terms, errors: &mut FieldErrors) {
    if !(1..=most(unit)).contains(&terms.amount) {
        let words = match unit {
            Unit::Tokens => format!("a whole number of tokens, from 1 to {MOST_TOKENS}"),
            Unit::Money => "an amount above 0 and of at most 1000000000 dollars".to_owned(),
        };
        errors.add("amount", words);
    }
    if terms.warn_at.iter().any(|percent| !(1..=100).contains(percent)) {
        errors.add("warn_at", "each is a whole number of per cent, from 1 to 100");
    }
    if terms.warn_at.len() > MOST_THRESHOLDS {
        errors.add("warn_at", format!("{MOST_THRESHOLDS} thresholds at most"));
    }
}

fn most(unit: Unit) -> i64 {
    match unit {
        Unit::Tokens => MOST_TOKENS,
        Unit::Money => MOST_NANOS,
    }
}

fn sorted(mut terms: Terms) -> Terms {
    terms.warn_at.sort_unstable();
    terms.warn_at.dedup();
    terms
}

fn reasoned(reason: &str, errors: &mut FieldErrors) -> String {
    let reason = reason.trim();
    match reason.chars().count() {
        0 => errors.add("reason", "say why"),
        count if count > LONGEST_REASON => {
            errors.add("reason", format!("write at most {LONGEST_REASON} characters"));
        }
        _ => {}
    }
    reason.to_owned()
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
