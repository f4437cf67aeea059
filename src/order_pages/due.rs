//! The due day as a form gives it.

use chrono::Datelike as _;

use crate::foundation::{Error, Result};
use crate::web::Form;
use crate::work_orders::model::When;

/// Years in which work is due; others are a slip of the keyboard.
const YEARS: std::ops::RangeInclusive<i32> = 1_970..=2_199;

/// The field `due`; none where it is empty, refused where it names no day.
pub fn due_in(form: &Form) -> Result<Option<When>> {
    let due = form.optional("due").map(When::read);
    let is_day = |due: &When| due.from.is_some_and(|from| YEARS.contains(&from.to_chrono().year()));
    if due.as_ref().is_some_and(|due| !is_day(due)) {
        return Err(Error::invalid("due", "this is no day; write it like 2026-12-01"));
    }
    Ok(due)
}

/// The `type` of the field for it: a calendar, unless it says something that a calendar cannot show.
pub fn control(due: &str) -> &'static str {
    let is_day = chrono::NaiveDate::parse_from_str(due, "%Y-%m-%d").is_ok() && due.len() == 10;
    if due.is_empty() || is_day { "date" } else { "text" }
}

#[cfg(test)]
mod tests {
    use super::control;

    #[test]
    fn what_no_calendar_can_show_stays_to_be_read() {
        for (due, is) in [
            ("", "date"),
            ("2026-12-01", "date"),
            ("1 Dec 2026", "text"),
            ("2026-12-01 14:00", "text"),
            ("12026-1-1", "text"),
        ] {
            assert_eq!(control(due), is, "{due}");
        }
    }
}
