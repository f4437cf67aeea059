//! LiteLLM's form: a map by model name, dollars per token, tiers in the names of the fields.
//!
//! `input_cost_per_token_above_200k_tokens_priority` is the input rate for more than 200,000 input tokens at the service
//! tier `priority`. Batch prices are left out, since a trace does not say that a call was in a batch.

use std::collections::BTreeMap;

use super::{Table, per_token};
use crate::model::{Price, Rate, Rates, Tier};
use foundation::{Error, Result};
use trace_model::fields::Fields;

/// Fields with the rate they are; longer names first where one begins with another.
const FIELDS: [(&str, &str); 10] = [
    ("input_cost_per_token", "input"),
    ("output_cost_per_token", "output"),
    ("cache_read_input_token_cost", "cached_read"),
    ("cache_creation_input_token_cost_above_1hr", "cache_write_1h"),
    ("cache_creation_input_token_cost", "cache_write"),
    ("output_cost_per_reasoning_token", "reasoning"),
    ("input_cost_per_audio_token", "audio_input"),
    ("output_cost_per_audio_token", "audio_output"),
    ("input_cost_per_request", "request"),
    ("input_cost_per_query", "request"),
];

pub(super) fn read(text: &str) -> Result<Table> {
    let fields = Fields::read(text)
        .ok_or_else(|| Error::invalid("", "this price table cannot be read: it is no JSON object"))?;
    let mut table = Table { source: "LiteLLM model prices".to_owned(), ..Table::default() };
    for (name, raw) in fields.iter() {
        if name == "sample_spec" {
            continue;
        }
        match price(name, raw) {
            Ok(price) => table.take(price),
            Err(why) => table.refuse(name, why),
        }
    }
    Ok(table)
}

/// Which service tier and which number of input tokens a rate is for.
type Condition = (Option<String>, Option<i64>);

fn price(model: &str, raw: &str) -> std::result::Result<Price, String> {
    let fields = Fields::read(raw).ok_or("is no object")?;
    let mut tiers: BTreeMap<Condition, Rates> = BTreeMap::new();
    for (name, raw) in fields.iter().filter(|(_, raw)| *raw != "null") {
        let Some((rate_name, condition)) = field(name) else { continue };
        let rate =
            rate(rate_name, raw).ok_or_else(|| format!("{name}: {raw} is no price that can be used"))?;
        if let Some(slot) = tiers.entry(condition).or_default().slot(rate_name) {
            *slot = Some(rate);
        }
    }
    let rates = tiers.remove(&(None, None)).unwrap_or_default();
    if rates == Rates::default() {
        return Err("has no price for tokens or calls".to_owned());
    }
    let tiers = tiers.into_iter().map(|((service, over), rates)| Tier::new(over, service, rates));
    let mut tiers: Vec<Tier> = tiers.collect();
    tiers.sort_by_cached_key(Tier::rank);
    Ok(Price { model: model.to_owned(), names: vec![model.to_owned()], rates, tiers, ..Price::default() })
}

fn rate(name: &str, raw: &str) -> Option<Rate> {
    // Calls are priced by the call, everything else by the token.
    if name == "request" { super::per_million(raw) } else { per_token(raw) }
}

/// The rate a field is, and its condition; `None` for fields that are no price we know.
fn field(name: &str) -> Option<(&'static str, Condition)> {
    let (field, rate) = FIELDS.iter().find(|(field, _)| name.starts_with(field))?;
    let mut rest = name.strip_prefix(field)?;
    let mut service = None;
    for word in ["flex", "priority"] {
        if let Some(shorter) = rest.strip_suffix(word).and_then(|rest| rest.strip_suffix('_')) {
            (rest, service) = (shorter, Some(word.to_owned()));
        }
    }
    if rest.is_empty() {
        return Some((rate, (service, None)));
    }
    let thousands = rest.strip_prefix("_above_")?.strip_suffix("k_tokens")?;
    let over = thousands.parse::<i64>().ok()?.checked_mul(1_000)?;
    Some((rate, (service, Some(over))))
}
