//! Langfuse's form: a list of models with a pattern and tiers, dollars per unit by the names of usage entries.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Table, per_token};
use crate::matching;
use crate::model::{Price, Rates, Tier};
use foundation::{Error, Result};
use trace_model::fields::Fields;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Model<'a> {
    model_name: String,
    match_pattern: String,
    #[serde(borrow)]
    prices: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pricing_tiers: Vec<ModelTier<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ModelTier<'a> {
    #[serde(default)]
    is_default: bool,
    #[serde(default)]
    priority: i64,
    #[serde(default)]
    conditions: Vec<Condition>,
    #[serde(borrow)]
    prices: &'a RawValue,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Condition {
    usage_detail_pattern: Option<String>,
    key: Option<String>,
    operator: String,
    value: Option<i64>,
    #[serde(default)]
    values: Vec<String>,
}

pub(super) fn read(text: &str) -> Result<Table> {
    let models: Vec<&RawValue> = serde_json::from_str(text)
        .map_err(|cause| Error::invalid("", format!("this price table cannot be read: {cause}")))?;
    let mut table = Table { source: "Langfuse default model prices".to_owned(), ..Table::default() };
    for (place, raw) in models.iter().enumerate() {
        let row = || {
            let name = Fields::read(raw.get()).and_then(|fields| fields.get::<String>("modelName"));
            name.unwrap_or_else(|| format!("[{place}]"))
        };
        match price(raw.get()) {
            Ok(price) => table.take(price),
            Err(why) => table.refuse(&row(), why),
        }
    }
    Ok(table)
}

fn price(raw: &str) -> std::result::Result<Price, String> {
    let mut model: Model<'_> = serde_json::from_str(raw).map_err(|cause| cause.to_string())?;
    let default =
        model.pricing_tiers.iter().find(|tier| tier.is_default).map(|tier| tier.prices).or(model.prices);
    let rates = rates(default.ok_or("has no default tier")?.get())?;
    if rates == Rates::default() {
        return Err("has no price for tokens".to_owned());
    }
    model.pricing_tiers.sort_by_key(|tier| tier.priority);
    let mut tiers = Vec::new();
    for tier in model.pricing_tiers.iter().filter(|tier| !tier.is_default) {
        tiers.append(&mut tiers_of(tier)?);
    }
    // The name itself too, if the pattern takes it: exact names come before patterns of older tables.
    let name = model.model_name.to_lowercase();
    let takes_name = matching::compile(&model.match_pattern).is_ok_and(|pattern| pattern.is_match(&name));
    Ok(Price {
        names: Some(name).filter(|_| takes_name).into_iter().collect(),
        model: model.model_name,
        pattern: Some(model.match_pattern),
        rates,
        tiers,
        ..Price::default()
    })
}

/// A tier for several service tiers becomes several.
fn tiers_of(tier: &ModelTier<'_>) -> std::result::Result<Vec<Tier>, String> {
    let (mut input_over, mut services) = (None, Vec::new());
    for condition in &tier.conditions {
        match (condition.usage_detail_pattern.as_deref(), condition.key.as_deref()) {
            (Some(pattern), _) if pattern.contains("input") => input_over = Some(over(condition)?),
            (None, Some("service_tier" | "speed")) if condition.operator == "in" => {
                services.extend(condition.values.iter().map(|word| word.to_lowercase()));
            }
            _ => return Err("has a tier with a condition that is not known here".to_owned()),
        }
    }
    if input_over.is_none() && services.is_empty() {
        return Err("has a tier without a condition".to_owned());
    }
    let rates = rates(tier.prices.get())?;
    let services: Vec<Option<String>> =
        if services.is_empty() { vec![None] } else { services.into_iter().map(Some).collect() };
    Ok(services.into_iter().map(|service| Tier::new(input_over, service, rates)).collect())
}

fn over(condition: &Condition) -> std::result::Result<i64, String> {
    match (condition.operator.as_str(), condition.value) {
        ("gt", Some(value)) => Ok(value),
        ("gte", Some(value)) => Ok(value.saturating_sub(1)),
        _ => Err("has a tier with a comparison that is not known here".to_owned()),
    }
}

fn rates(raw: &str) -> std::result::Result<Rates, String> {
    let fields = Fields::read(raw).ok_or("prices: is no object")?;
    let mut rates = Rates::default();
    for (name, raw) in fields.iter() {
        let rate =
            per_token(raw).ok_or_else(|| format!("prices.{name}: {raw} is no price that can be used"))?;
        if name == "total" {
            (rates.input, rates.output) = (rates.input.or(Some(rate)), rates.output.or(Some(rate)));
        } else if let Some(slot) = rate_name(name).and_then(|name| rates.slot(name)) {
            *slot = slot.or(Some(rate));
        }
    }
    Ok(rates)
}

/// The rate of a usage entry; entries of other media have none here.
fn rate_name(entry: &str) -> Option<&'static str> {
    Some(match entry {
        "input" | "input_tokens" | "prompt_tokens" => "input",
        "output" | "output_tokens" | "completion_tokens" => "output",
        "input_audio_tokens" | "input_audio" => "audio_input",
        "output_audio_tokens" | "output_audio" => "audio_output",
        _ if entry.contains("audio") || entry.contains("image") => return None,
        _ if entry.contains("cache_creation") && entry.ends_with("1h") => "cache_write_1h",
        _ if entry.contains("cache_creation") => "cache_write",
        _ if entry.contains("cache") => "cached_read",
        _ if entry.contains("reasoning") => "reasoning",
        _ => return None,
    })
}
