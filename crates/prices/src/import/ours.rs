//! Our own form: `{"format": "tracewright prices 1", "label", "source", "as_of", "prices": [..]}`.
//!
//! A price is `{"model", "names"?, "pattern"?, "provider"?, "from"?, "until"?, "rates", "tiers"?}`; rates are dollars per
//! million tokens by the names of [`Rates`], `request` is dollars per call. Dates are `2026-11-01` or RFC 3339.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Table, per_million};
use crate::model::{Price, Rates, Tier};
use foundation::{Error, Result, Timestamp};
use trace_model::fields::Fields;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<'a> {
    #[serde(rename = "format")]
    _format: String,
    label: String,
    source: String,
    as_of: String,
    #[serde(borrow)]
    prices: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row<'a> {
    model: String,
    #[serde(default)]
    names: Vec<String>,
    pattern: Option<String>,
    provider: Option<String>,
    from: Option<String>,
    until: Option<String>,
    #[serde(borrow)]
    rates: &'a RawValue,
    #[serde(borrow, default)]
    tiers: Vec<RowTier<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowTier<'a> {
    name: String,
    input_over: Option<i64>,
    service_tier: Option<String>,
    #[serde(borrow)]
    rates: &'a RawValue,
}

pub(super) fn read(text: &str) -> Result<Table> {
    let file: File<'_> = serde_json::from_str(text)
        .map_err(|cause| Error::invalid("", format!("this price table cannot be read: {cause}")))?;
    let as_of = day(&file.as_of).ok_or_else(|| Error::invalid("as_of", "is no date such as 2026-11-01"))?;
    let mut table = Table { label: file.label, source: file.source, as_of: Some(as_of), ..Table::default() };
    for (place, raw) in file.prices.iter().enumerate() {
        match price(raw.get()) {
            Ok(price) => table.take(price),
            Err(why) => table.refuse(&format!("prices[{place}]"), why),
        }
    }
    Ok(table)
}

fn price(raw: &str) -> std::result::Result<Price, String> {
    let row: Row<'_> = serde_json::from_str(raw).map_err(|cause| cause.to_string())?;
    let date = |text: Option<String>, name: &str| {
        text.map(|text| day(&text).ok_or_else(|| format!("{name}: {text} is no date"))).transpose()
    };
    let mut names = row.names;
    if names.is_empty() && row.pattern.is_none() {
        names.push(row.model.clone());
    }
    let tiers = row.tiers.into_iter().map(|tier| {
        let rates = rates(tier.rates.get())?;
        let service_tier = tier.service_tier.map(|word| word.to_lowercase());
        Ok(Tier { name: tier.name, input_over: tier.input_over, service_tier, rates })
    });
    let tiers = tiers.collect::<std::result::Result<_, String>>()?;
    Ok(Price {
        model: row.model,
        names,
        pattern: row.pattern,
        provider: row.provider,
        from: date(row.from, "from")?,
        until: date(row.until, "until")?,
        rates: rates(row.rates.get())?,
        tiers,
    })
}

fn rates(raw: &str) -> std::result::Result<Rates, String> {
    let fields = Fields::read(raw).ok_or("rates: is no object")?;
    let mut rates = Rates::default();
    for (name, raw) in fields.iter() {
        let rate = per_million(raw).ok_or_else(|| format!("rates.{name}: {raw} is no price"))?;
        let slot = rates.slot(name).ok_or_else(|| format!("rates.{name}: there is no such rate"))?;
        *slot = Some(rate);
    }
    Ok(rates)
}

/// `2026-11-01` at midnight UTC, or a moment.
pub fn day(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() == 10 {
        return Timestamp::parse_rfc3339(&format!("{text}T00:00:00Z"));
    }
    Timestamp::parse_rfc3339(text)
}
