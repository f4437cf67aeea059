//! The form of a project's own price: dollars per million tokens, first and last day, tiers.

use crate::foundation::{Error, FieldErrors, Result, Timestamp};
use crate::web::Form;
use prices::import::{day, per_million};
use prices::model::{Price, Rates, Tier};

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

/// Tiers that the form has room for.
pub(super) const MOST_TIERS: usize = 10;
/// The longest name of a service tier, in bytes.
const LONGEST_SERVICE: usize = 100;
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
    price.rates = rates(form, "", &mut faults);
    price.tiers = tiers(form, &mut faults);
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

/// The name of a tier's field.
pub(super) fn tier_field(place: usize, name: &str) -> String {
    format!("tier.{place}.{name}")
}

/// How many tiers the form was sent with.
pub(super) fn tiers_sent(form: &Form) -> usize {
    (0..MOST_TIERS).take_while(|place| form.is_checked(&tier_field(*place, "input_over"))).count()
}

/// The tiers that say anything, in the order in which each can win.
fn tiers(form: &Form, faults: &mut FieldErrors) -> Vec<Tier> {
    let mut tiers: Vec<Tier> = Vec::new();
    for place in 0..tiers_sent(form) {
        let Some(tier) = tier(form, place, faults) else { continue };
        if tiers.iter().any(|other| other.rank() == tier.rank()) {
            let field = tier_field(place, "input_over");
            faults.add(field, "another tier is for the same calls; change one, or empty it");
        }
        tiers.push(tier);
    }
    tiers.sort_by_cached_key(Tier::rank);
    tiers
}

/// One tier; none when all of its fields are empty.
fn tier(form: &Form, place: usize, faults: &mut FieldErrors) -> Option<Tier> {
    let name = |name: &str| tier_field(place, name);
    let said = FIELDS.iter().map(|(field, _)| *field).chain(["input_over", "service_tier"]);
    if said.into_iter().all(|field| form.optional(&name(field)).is_none()) {
        return None;
    }
    let over = form.optional(&name("input_over"));
    let input_over = over.and_then(whole);
    if over.is_some() && input_over.is_none() {
        faults.add(name("input_over"), "write a whole number of tokens such as 200000");
    }
    let service = form.optional(&name("service_tier")).map(str::to_lowercase);
    if service.as_ref().is_some_and(|word| word.len() > LONGEST_SERVICE) {
        faults.add(name("service_tier"), "a service tier has at most 100 bytes");
    }
    if over.is_none() && service.is_none() {
        let why = "say which calls this tier is for: so many input tokens, a service tier, or both";
        faults.add(name("input_over"), why);
    }
    let before = faults.0.len();
    let rates = rates(form, &name(""), faults);
    if rates == Rates::default() && faults.0.len() == before {
        faults.add(name("input"), "give at least one price, or empty the whole tier");
    }
    Some(Tier::new(input_over, service, rates))
}

/// A whole number; commas, blanks and underscores between digits are as good.
fn whole(text: &str) -> Option<i64> {
    let digits: String =
        text.chars().filter(|c| !matches!(c, ',' | '_' | ' ' | '\u{a0}' | '\u{202f}')).collect();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

/// The rates in the fields whose names begin with `prefix`.
fn rates(form: &Form, prefix: &str, faults: &mut FieldErrors) -> Rates {
    let mut rates = Rates::default();
    for (name, _) in FIELDS {
        let field = format!("{prefix}{name}");
        let Some(text) = form.optional(&field) else { continue };
        let rate = per_million(text);
        if rate.is_none() {
            faults.add(field, "write dollars such as 2.50, at most a million");
        }
        if let Some(slot) = rates.slot(name) {
            *slot = rate;
        }
    }
    rates
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
