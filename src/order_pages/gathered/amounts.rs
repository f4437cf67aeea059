//! What people type for time and parts, read from forms; what cannot be read is refused at its field.

use crate::foundation::money::{Currency, Money};
use crate::foundation::{Error, Result, Timestamp};
use crate::web::{Form, read_moment};
use crate::work_orders::gathered::events::{PartAmount, Worked};
use crate::work_orders::model::Quantity;

/// Fields `minutes` and `day`, or `from` and `until` (UTC), and `note`.
pub(super) fn worked(form: &Form) -> Result<Worked> {
    let moment = |name: &str| -> Result<Option<Timestamp>> {
        form.optional(name).map(|text| read_moment(name, text)).transpose()
    };
    let (from, until) = (moment("from")?, moment("until")?);
    let is_span = from.is_some() || until.is_some();
    Ok(Worked {
        minutes: if is_span { 0 } else { minutes(form.text("minutes"))? },
        from,
        until,
        day: if is_span { String::new() } else { form.text("day").to_owned() },
        note: form.text("note").to_owned(),
    })
}

/// `90`, `90 min`, `1:30`, `1h30`, `1 h 30 min` or `2h`, in any case of letters.
fn minutes(text: &str) -> Result<u32> {
    let wrong = || {
        Error::invalid("minutes", "expected minutes such as 90, or hours and minutes such as 1:30 or 1h30")
    };
    let text = text.trim().to_lowercase();
    let number =
        |text: &str| text.trim().parse::<u32>().ok().filter(|number| *number <= 100_000).ok_or_else(wrong);
    if let Some((hours, rest)) = text.split_once([':', 'h']) {
        let rest = if text.contains(':') { rest } else { without_unit(rest) };
        let is_whole_hours = !text.contains(':') && rest.trim().is_empty();
        let (hours, minutes) = (number(hours)?, if is_whole_hours { 0 } else { number(rest)? });
        return if minutes > 59 { Err(wrong()) } else { Ok(hours * 60 + minutes) };
    }
    number(without_unit(&text))
}

/// What stands before a word for minutes, if there is one.
fn without_unit(text: &str) -> &str {
    let text = text.trim();
    ["minutes", "minute", "mins", "min", "m"].iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(text)
}

/// Fields `quantity`, `unit`, `cost` (of one) and `source`.
pub(super) fn part(form: &Form, currency: Currency) -> Result<PartAmount> {
    let wrong =
        || Error::invalid("quantity", "expected a number such as 2 or 0.5, with at most three places");
    let quantity = Quantity::parse(form.required("quantity", "say how many")?).ok_or_else(wrong)?;
    let cost = |text: &str| {
        let wrong =
            || Error::invalid("cost", "expected an amount such as 12.50, in the currency of the project");
        Money::parse(text, currency).ok_or_else(wrong)
    };
    Ok(PartAmount {
        quantity,
        unit: form.text("unit").to_owned(),
        unit_cost: form.optional("cost").map(cost).transpose()?,
        source: form.text("source").to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_read_as_people_write_them() {
        for (text, expected) in [
            ("90", 90),
            ("80 min", 80),
            ("80min", 80),
            ("45 Minutes", 45),
            ("1:30", 90),
            ("1:20", 80),
            ("1h20", 80),
            ("1 h 20 min", 80),
            ("1H05m", 65),
            ("2h", 120),
            ("0", 0),
            ("0:05", 5),
        ] {
            assert_eq!(minutes(text).ok(), Some(expected), "{text}");
        }
        for odd in [
            "",
            "-1",
            "1:60",
            "1h60",
            "1:",
            ":5",
            "h20",
            "1h2h3",
            "1:2:3",
            "1h:5",
            "min",
            "x",
            "1h20x",
            "4294967295",
            "1.5",
            "99999999999",
        ] {
            assert!(minutes(odd).is_err(), "{odd}");
        }
    }
}
