//! The form of a project's own price: dollars per million tokens, first and last day.

use crate::foundation::{Error, FieldErrors, Result, Timestamp};
use crate::traces::prices::import::{day, per_million};
use crate::traces::prices::model::{Price, Rates};
use crate::web::Form;

/// Rates of the form with their labels.
pub(super) const FIELDS: [(&str, &str); 7] = [
    ("input", "Input"),
    ("cached_read", "Read from a cache"),
    ("cache_write", "Written to a cache"),
    ("cache_write_1h", "Written for an hour"),
    ("output", "Output"),
    ("reasoning", "Reasoning"),
    ("request", "For each call, in dollars"),
];

/// One day in microseconds.
const DAY: i64 = 86_400_000_000;

/// Reads it, all faults at once.
pub(super) fn read(form: &Form) -> Result<Price> {
    let mut faults = FieldErrors::default();
    let mut price = Price { model: form.text("model").to_owned(), ..Price::default() };
    price.pattern = form.optional("pattern").map(str::to_owned);
    price.provider = form.optional("provider").map(str::to_lowercase);
    if price.pattern.is_none() && !price.model.is_empty() {
        price.names.push(price.model.to_lowercase());
    }
    price.from = date(form, "from", &mut faults);
    // The last day is whole.
    price.until = date(form, "until", &mut faults).map(|day| day.plus_micros(DAY));
    price.rates = rates(form, &mut faults);
    if faults.0.is_empty()
        && let Err(Error::Invalid(more)) = price.check()
    {
        faults.0.extend(more.0);
    }
    faults.into_result().map(|()| price)
}

fn date(form: &Form, name: &str, faults: &mut FieldErrors) -> Option<Timestamp> {
    let text = form.optional(name)?;
    let date = day(text);
    if date.is_none() {
        faults.add(name, "write a day such as 2026-11-01");
    }
    date
}

fn rates(form: &Form, faults: &mut FieldErrors) -> Rates {
    let mut rates = Rates::default();
    for (name, _) in FIELDS {
        let Some(text) = form.optional(name) else { continue };
        let rate = per_million(text);
        if rate.is_none() {
            faults.add(name, "write dollars such as 2.50, at most a million");
        }
        if let Some(slot) = rates.slot(name) {
            *slot = rate;
        }
    }
    rates
}
