//! Setting, changing and ending budgets from the page. Each answers 303 to it.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};

use crate::budgets::actions::{change as changing, end as ending, set as setting};
use crate::budgets::model::{About, AtEnd, Period, Scope, Terms, Unit};
use crate::fleet_pages::BUDGETS;
use crate::foundation::{Error, FieldErrors, Result};
use crate::state::App;
use crate::web::{Form, Principal, WebError, WebResult, flash, see_other};

use super::fresh::NewBudget;
use super::page::page;
use super::refused::{Refused, Typed};

/// POST `…/new`: `scope`, `name`, `unit`, `amount`, `period`, `zone`, `warn_at`, `at_end`, `already_used` and `reason`.
/// What is refused stands in the form again, as it was typed.
pub(super) async fn set(request: HttpRequest, app: Data<App>, who: Principal, form: Form) -> WebResult {
    match set_as_typed(&app, &who, &form).await {
        Ok(id) => Ok(flash::good(see_other(format!("{BUDGETS}?budget={id}")), "The budget holds.")),
        Err(Error::Invalid(errors)) => {
            let fresh = NewBudget::refused(&form, errors);
            page(&request, &app, &who, &BTreeMap::new(), fresh, Refused::Nothing).await
        }
        Err(other) => Err(WebError(other)),
    }
}

async fn set_as_typed(app: &App, who: &Principal, form: &Form) -> Result<String> {
    let (about, terms) = read(form)?;
    setting::set(app, who, about, terms, form.text("reason").to_owned()).await
}

/// POST `…/change`: `amount`, `warn_at`, `at_end`, `reason` and `seen`, the version that was loaded.
/// What is refused stands in the form again, as it was typed.
pub(super) async fn change(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    budget: Path<String>,
    form: Form,
) -> WebResult {
    match change_as_typed(&app, &who, &budget, &form).await {
        Ok(said) => Ok(flash::good(see_other(format!("{BUDGETS}?budget={budget}")), said)),
        Err(Error::Invalid(errors)) => {
            again(&request, &app, &who, &budget, Refused::Change(Typed::of(&form, errors))).await
        }
        Err(other) => Err(WebError(other)),
    }
}

async fn change_as_typed(app: &App, who: &Principal, budget: &str, form: &Form) -> Result<&'static str> {
    let mut errors = FieldErrors::default();
    let warn_at = thresholds(form.text("warn_at"), &mut errors);
    errors.into_result()?;
    let asked = changing::Change {
        amount: Some(form.text("amount").to_owned()),
        warn_at: Some(warn_at),
        at_end: AtEnd::read(form.text("at_end")),
    };
    let seen = form.text("seen").parse().ok();
    let changed = changing::change(app, who, budget, asked, form.text("reason").to_owned(), seen).await?;
    Ok(if changed.is_empty() { "It says the same as before." } else { "The budget is changed." })
}

/// POST `…/end`: `reason`.
pub(super) async fn end(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    budget: Path<String>,
    form: Form,
) -> WebResult {
    match ending::end(&app, &who, &budget, form.text("reason").to_owned()).await {
        Ok(_) => {
            let said = "The budget has ended. What happened to it stays in the ledger.";
            Ok(flash::good(see_other(BUDGETS), said))
        }
        Err(Error::Invalid(errors)) => {
            again(&request, &app, &who, &budget, Refused::End(Typed::of(&form, errors))).await
        }
        Err(other) => Err(WebError(other)),
    }
}

/// The page of the budget with the form that was refused.
async fn again(
    request: &HttpRequest,
    app: &App,
    who: &Principal,
    budget: &str,
    refused: Refused,
) -> WebResult {
    let query = BTreeMap::from([("budget".to_owned(), budget.to_owned())]);
    page(request, app, who, &query, NewBudget::begun(), refused).await
}

/// What was typed; each fault that is seen here names its field.
fn read(form: &Form) -> Result<(About, Terms)> {
    let mut errors = FieldErrors::default();
    let (scope, unit) = (Scope::read(form.text("scope")), Unit::read(form.text("unit")));
    let (period, at_end) = (Period::read(form.text("period")), AtEnd::read(form.text("at_end")));
    for (field, is_known) in [
        ("scope", scope.is_some()),
        ("unit", unit.is_some()),
        ("period", period.is_some()),
        ("at_end", at_end.is_some()),
    ] {
        if !is_known {
            errors.add(field, "choose one of the list");
        }
    }
    let unit = unit.unwrap_or(Unit::Tokens);
    let limit = amount(unit, "amount", form.text("amount"), &mut errors);
    let already_used = match form.text("already_used") {
        "" => 0,
        typed => amount(unit, "already_used", typed, &mut errors),
    };
    let warn_at = thresholds(form.text("warn_at"), &mut errors);
    errors.into_result()?;
    let about = About {
        scope: scope.unwrap_or(Scope::Project),
        name: form.text("name").to_owned(),
        unit,
        period: period.unwrap_or(Period::Total),
        zone: form.text("zone").to_owned(),
        already_used,
    };
    Ok((about, Terms { amount: limit, warn_at, at_end: at_end.unwrap_or(AtEnd::Tells) }))
}

fn amount(unit: Unit, field: &str, typed: &str, errors: &mut FieldErrors) -> i64 {
    let read = unit.amount(typed);
    if read.is_none() {
        let words = match unit {
            Unit::Tokens => "write whole tokens, such as 2 400 000",
            Unit::Money => "write dollars, such as 16.50",
        };
        errors.add(field, words);
    }
    read.unwrap_or_default()
}

/// Per cent with commas or blanks between them.
fn thresholds(typed: &str, errors: &mut FieldErrors) -> Vec<i64> {
    let words = typed.split(|c: char| c == ',' || c == ';' || c == '%' || c.is_whitespace());
    let read: Option<Vec<i64>> =
        words.filter(|word| !word.is_empty()).map(|word| word.parse().ok()).collect();
    if read.is_none() {
        errors.add("warn_at", "write whole per cent with commas between, such as 80, 100");
    }
    read.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_read_as_people_write_them() {
        for (typed, read) in [
            ("", Some(vec![])),
            ("80, 100", Some(vec![80, 100])),
            ("80% 100\u{a0}%", Some(vec![80, 100])),
            ("most", None),
            ("80.5", None),
        ] {
            let mut errors = FieldErrors::default();
            let found = thresholds(typed, &mut errors);
            assert_eq!(errors.get("warn_at").is_none().then_some(found), read, "{typed}");
        }
    }

    #[test]
    fn every_fault_of_a_form_is_told_at_once() {
        let form =
            Form::parse(b"scope=planet&unit=tokens&period=day&at_end=tells&amount=few&warn_at=x&zone=UTC");
        let Err(Error::Invalid(errors)) = read(&form.unwrap()) else { panic!() };
        let fields: Vec<&str> = errors.0.iter().map(|it| it.path.as_str()).collect();
        assert_eq!(fields, ["scope", "amount", "warn_at"]);
    }
}
