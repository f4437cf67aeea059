//! How long an order is meant to take, where its head says so: a row such as `Estimate | 4 h`.
//!
//! Nothing is guessed. A number without a unit says nothing, unless the label itself speaks of hours.

use crate::foundation::money::decimal;
use crate::work_orders::model::Field;

/// What the row may be called, in small letters; the last two say that a bare number is one of hours.
const LABELS: [&str; 5] = ["estimate", "estimated time", "planned time", "estimated hours", "planned hours"];

/// Minutes of the longest estimate that is taken: a thousand hours.
const MOST: i64 = 60_000;

/// Minutes, as the head of an order says them.
pub(super) fn of(fields: &[Field]) -> Option<i64> {
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
}
