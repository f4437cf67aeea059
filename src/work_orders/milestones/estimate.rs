//! How long an order is meant to take, where its head says so: a row such as `Estimate | 4 h`.
//!
//! Nothing is guessed. A number without a unit says nothing, unless the label itself speaks of hours.

use crate::foundation::money::decimal;
use crate::foundation::{Error, Result};
use crate::work_orders::model::Field;
use order_markdown::estimate::LABELS;

/// Minutes of the longest estimate that is taken: a thousand hours.
const MOST: i64 = 60_000;

/// Minutes, as the head of an order says them.
pub fn of(fields: &[Field]) -> Option<i64> {
    fields.iter().find_map(|field| {
        let label = field.name.trim().to_lowercase();
        let known = LABELS.iter().find(|known| **known == label)?;
        let minutes = minutes(&field.value).or_else(|| {
            let hours = decimal(&field.value, 3).filter(|_| known.ends_with("hours"))?;
            Some(hours.checked_mul(60)? / 1_000)
        })?;
        Some(minutes).filter(|minutes| (1..=MOST).contains(minutes))
    })
}

/// The same in hours, as a form shows them: `4`, `1.5`; empty where nothing is said that is understood.
pub fn hours_of(fields: &[Field]) -> String {
    let hundredths = of(fields).map(|minutes| (minutes * 100 + 30) / 60);
    hundredths
        .map(|it| format!("{}.{:02}", it / 100, it % 100))
        .map_or_else(String::new, |text| text.trim_end_matches('0').trim_end_matches('.').to_owned())
}

/// What somebody types as hours, as the head says it: `4 h`; empty for nothing. Refused by the name of the field.
pub fn in_hours(field: &str, typed: &str) -> Result<String> {
    let typed = typed.trim().replace(',', ".");
    if typed.is_empty() {
        return Ok(typed);
    }
    checked(field, &format!("{typed} h"))
}

/// The same with its unit: `4 h`, `90 min`.
pub fn checked(field: &str, typed: &str) -> Result<String> {
    let typed = typed.trim();
    let is_known = typed.is_empty() || minutes(typed).is_some_and(|minutes| (1..=MOST).contains(&minutes));
    if is_known {
        return Ok(typed.to_owned());
    }
    let most = MOST / 60;
    Err(Error::invalid(field, format!("expected hours such as 4 or 1.5, at most {most}; empty for none")))
}

/// `4 h`, `90 min`, `1.5 h`, `2 h 30 min`, `1:30`.
fn minutes(text: &str) -> Option<i64> {
    let text = text.trim().to_lowercase();
    if let Some((hours, minutes)) = text.split_once(':') {
        let (hours, minutes) = (decimal(hours, 0)?, decimal(minutes, 0)?);
        return (0..60).contains(&minutes).then_some(hours.checked_mul(60)?.checked_add(minutes)?);
    }
    let (mut rest, mut thousandths) = (text.as_str(), 0_i64);
    while !rest.is_empty() {
        let is_of_number = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
        let (number, after) = rest.split_at(rest.find(|c| !is_of_number(c)).unwrap_or(rest.len()));
        let (unit, more) = after.split_at(after.find(is_of_number).unwrap_or(after.len()));
        let each = match unit.trim() {
            "h" | "hr" | "hrs" | "hour" | "hours" => 60,
            "m" | "min" | "mins" | "minute" | "minutes" => 1,
            _ => return None,
        };
        thousandths = thousandths.checked_add(decimal(number, 3)?.checked_mul(each)?)?;
        rest = more;
    }
    Some(thousandths / 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, value: &str) -> Vec<Field> {
        vec![Field { name: name.to_owned(), value: value.to_owned() }]
    }

    #[test]
    fn an_estimate_is_read_where_it_says_its_unit_and_nothing_is_guessed() {
        for (value, minutes) in [
            ("4 h", Some(240)),
            ("4h", Some(240)),
            ("1.5 hours", Some(90)),
            ("1,5 h", Some(90)),
            ("90 min", Some(90)),
            ("2 h 30 min", Some(150)),
            ("2h30m", Some(150)),
            ("1:30", Some(90)),
            ("4", None),
            ("half a day", None),
            ("2 d", None),
            ("", None),
            ("0 h", None),
            ("-3 h", None),
            ("1:75", None),
            ("999999999999999999 h", None),
            ("1000 h", Some(60_000)),
            ("1001 h", None),
        ] {
            assert_eq!(of(&field("Estimate", value)), minutes, "{value}");
        }
        assert_eq!(of(&field(" Planned hours", "4")), Some(240));
        assert_eq!(of(&field("Planned hours", "2,5")), Some(150));
        assert_eq!(of(&field("Shift", "4 h")), None);
    }

    #[test]
    fn hours_are_typed_and_shown_without_their_unit() {
        for (typed, said, shown) in [
            ("4", "4 h", "4"),
            (" 1,5 ", "1.5 h", "1.5"),
            ("0.25", "0.25 h", "0.25"),
            ("10", "10 h", "10"),
            ("", "", ""),
        ] {
            let kept = in_hours("estimate", typed).unwrap();
            assert_eq!(
                (kept.as_str(), hours_of(&field("Estimate", &kept)).as_str()),
                (said, shown),
                "{typed}"
            );
        }
        assert_eq!(hours_of(&field("Estimate", "100 min")), "1.67");
        for bad in ["x", "-1", "0", "1001", "4 h", "1 2"] {
            assert!(in_hours("estimate", bad).is_err(), "{bad}");
        }
        assert!(checked("estimate", "90 min").is_ok() && checked("estimate", "4").is_err());
    }
}
