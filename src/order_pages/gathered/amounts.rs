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

/// `90` or `1:30`.
fn minutes(text: &str) -> Result<u32> {
    let wrong =
        || Error::invalid("minutes", "expected minutes such as 90, or hours and minutes such as 1:30");
    let (hours, minutes) = text.split_once(':').unwrap_or(("0", text));
    let number = |text: &str| text.parse::<u32>().ok().filter(|number| *number <= 100_000).ok_or_else(wrong);
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    if text.contains(':') && minutes > 59 {
        return Err(wrong());
    }
    Ok(hours * 60 + minutes)
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
    fn minutes_are_read_in_both_ways() {
        for (text, expected) in [("90", Some(90)), ("1:30", Some(90)), ("0", Some(0)), ("0:05", Some(5))] {
            assert_eq!(minutes(text).ok(), expected, "{text}");
        }
        for odd in ["", "-1", "1:60", "1:2:3", "x", "4294967295", "1.5", "99999999999"] {
            assert!(minutes(odd).is_err(), "{odd}");
        }
    }
}
