//! Price tables from files: our own form, and the two that are maintained in the open.
//!
//! Numbers are read as text, so no price goes through floating point. What cannot be taken is refused row by row with a
//! reason; the rest comes in.

mod langfuse;
mod litellm;
mod ours;

use std::collections::HashSet;

use super::matching;
use super::model::{Price, Rate};
use foundation::{Error, Result, Timestamp};
use trace_model::decimal::at_scale;

pub use ours::day;

/// The largest file taken, in bytes.
pub const LARGEST_FILE: usize = 32 << 20;
/// Most prices in one table.
const MOST_PRICES: usize = 20_000;

/// A table as read from a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// What it is called: `2026-11`.
    pub label: String,
    /// Where its prices come from, in words.
    pub source: String,
    /// From when what it changes is in force; now, when it does not say.
    pub as_of: Option<Timestamp>,
    pub prices: Vec<Price>,
    pub refused: Vec<Refused>,
}

/// A row that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The row, by its model's name or its place.
    pub row: String,
    pub why: String,
}

impl Table {
    /// Takes a price if it can be used, else notes why not.
    fn take(&mut self, mut price: Price) {
        price.names = price.names.iter().map(|name| name.trim().to_lowercase()).collect();
        price.names.sort();
        price.names.dedup();
        price.provider = price.provider.map(|provider| provider.trim().to_lowercase());
        let usable = price
            .check()
            .and_then(|()| price.pattern.as_deref().map_or(Ok(()), |p| matching::compile(p).map(|_| ())));
        match usable {
            Ok(()) => self.prices.push(price),
            Err(cause) => self.refuse(&price.model, cause.to_string()),
        }
    }

    fn refuse(&mut self, row: &str, why: impl Into<String>) {
        let row: String = row.chars().take(200).collect();
        self.refused.push(Refused { row, why: why.into() });
    }
}

/// Reads a file of any of the three forms.
///
/// # Errors
/// [`Error::Invalid`] when it is none of them; [`Error::TooLarge`].
pub fn read(text: &str, file_name: &str) -> Result<Table> {
    if text.len() > LARGEST_FILE {
        return Err(Error::TooLarge("a price table may have at most 32 MiB".into()));
    }
    let mut table = match text.trim_start().chars().next() {
        Some('[') => langfuse::read(text)?,
        Some('{') if text.contains("\"tracewright prices 1\"") => ours::read(text)?,
        Some('{') => litellm::read(text)?,
        _ => return Err(Error::invalid("", "this is no price table: expected JSON, an object or a list")),
    };
    if table.prices.len() > MOST_PRICES {
        return Err(Error::TooLarge("a price table may have at most 20,000 prices".into()));
    }
    if table.label.is_empty() {
        table.label = file_name.chars().take(100).collect();
    }
    refuse_repeats(&mut table);
    Ok(table)
}

/// Two prices of one model with the same dates contradict each other; the first stays.
fn refuse_repeats(table: &mut Table) {
    let mut seen = HashSet::new();
    let prices = std::mem::take(&mut table.prices);
    for price in prices {
        let key = (price.model.to_lowercase(), price.provider.clone(), price.from, price.until);
        if seen.insert(key) {
            table.prices.push(price);
        } else {
            table.refuse(&price.model, "stands twice with the same dates");
        }
    }
}

/// Dollars for one token, as JSON text, as a rate.
fn per_token(raw: &str) -> Option<Rate> {
    at_scale(raw, 15).and_then(Rate::new)
}

/// Dollars for a million tokens, as JSON text or in quotes, as a rate; also dollars for a call.
pub fn per_million(raw: &str) -> Option<Rate> {
    at_scale(raw.trim_matches('"'), 9).and_then(Rate::new)
}

#[cfg(test)]
mod tests;
