//! A change or an end of a budget that was refused, as it was typed.

use crate::budgets::model::AtEnd;
use crate::foundation::FieldErrors;
use crate::web::Form;

/// What stands in the forms of the chosen budget in place of what is stored.
#[derive(Clone, Debug, Default)]
pub(super) enum Refused {
    #[default]
    Nothing,
    Change(Typed),
    End(Typed),
}

/// A form with what is wrong with it, by field; of the whole without one.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    pub(super) amount: String,
    pub(super) warn_at: String,
    /// None where it was none of the list.
    pub(super) at_end: Option<AtEnd>,
    pub(super) reason: String,
    /// The version that was looked at: a change by somebody else since is still noticed.
    pub(super) seen: Option<i64>,
    pub(super) errors: FieldErrors,
}

impl Typed {
    /// Of a form.
    pub(super) fn of(form: &Form, errors: FieldErrors) -> Self {
        let typed = |field: &str| form.text(field).to_owned();
        Self {
            amount: typed("amount"),
            warn_at: typed("warn_at"),
            at_end: AtEnd::read(form.text("at_end")),
            reason: typed("reason"),
            seen: form.text("seen").parse().ok(),
            errors,
        }
    }
}

impl Refused {
    /// Whether something is wrong.
    pub(super) fn is_some(&self) -> bool {
        !matches!(self, Self::Nothing)
    }
}
