//! The form of a new budget: as it begins, or as it was typed with what is wrong with it.

use crate::budgets::model::{AtEnd, Period, Scope, Unit};
use crate::budgets::words;
use crate::foundation::FieldErrors;
use crate::web::Form;
use crate::web::zone::Reading;

use super::chosen::ends;

/// A choice of a list: value, words, whether it is chosen.
type Choice = (&'static str, &'static str, bool);

/// What stands in the form.
pub(super) struct NewBudget {
    pub(super) scopes: Vec<Choice>,
    pub(super) name: String,
    pub(super) amount: String,
    pub(super) units: Vec<Choice>,
    pub(super) periods: Vec<Choice>,
    pub(super) zone: String,
    pub(super) warn_at: String,
    pub(super) ends: Vec<Choice>,
    pub(super) already_used: String,
    pub(super) reason: String,
    /// What is wrong with it, by field; of the whole without one.
    pub(super) errors: FieldErrors,
}

impl NewBudget {
    /// As it begins.
    pub(super) fn begun() -> Self {
        Self {
            scopes: scopes(Scope::Persona),
            name: String::new(),
            amount: String::new(),
            units: units(Unit::Tokens),
            periods: periods(Period::Day),
            zone: own_zone(),
            warn_at: "80, 100".to_owned(),
            ends: ends(AtEnd::Tells),
            already_used: String::new(),
            reason: String::new(),
            errors: FieldErrors::default(),
        }
    }

    /// As it was typed and refused; what is in no list is what the list begins with.
    pub(super) fn refused(form: &Form, errors: FieldErrors) -> Self {
        let typed = |field: &str| form.text(field).to_owned();
        Self {
            scopes: scopes(Scope::read(form.text("scope")).unwrap_or(Scope::Persona)),
            name: typed("name"),
            amount: typed("amount"),
            units: units(Unit::read(form.text("unit")).unwrap_or(Unit::Tokens)),
            periods: periods(Period::read(form.text("period")).unwrap_or(Period::Day)),
            zone: typed("zone"),
            warn_at: typed("warn_at"),
            ends: ends(AtEnd::read(form.text("at_end")).unwrap_or(AtEnd::Tells)),
            already_used: typed("already_used"),
            reason: typed("reason"),
            errors,
        }
    }

    /// Whether something is wrong with it.
    pub(super) fn is_refused(&self) -> bool {
        !self.errors.0.is_empty()
    }
}

fn scopes(chosen: Scope) -> Vec<Choice> {
    Scope::ALL.iter().map(|it| (it.as_str(), scope_words(*it), *it == chosen)).collect()
}

fn units(chosen: Unit) -> Vec<Choice> {
    Unit::ALL.iter().map(|it| (it.as_str(), unit_words(*it), *it == chosen)).collect()
}

fn periods(chosen: Period) -> Vec<Choice> {
    Period::ALL.iter().map(|it| (it.as_str(), words::period(*it), *it == chosen)).collect()
}

/// The reader's own zone by its name, else UTC.
fn own_zone() -> String {
    // As pages write it, its name has blanks.
    let own = Reading::current().zone_name().replace(' ', "_");
    if crate::web::zone::is_known(&own) { own } else { "UTC".to_owned() }
}

fn scope_words(scope: Scope) -> &'static str {
    match scope {
        Scope::Persona => "a persona",
        Scope::Agent => "an agent",
        Scope::Tenant => "a tenant",
        Scope::Workflow => "a workflow",
        Scope::Project => "the whole project",
    }
}

fn unit_words(unit: Unit) -> &'static str {
    match unit {
        Unit::Tokens => "tokens",
        Unit::Money => "dollars",
    }
}
