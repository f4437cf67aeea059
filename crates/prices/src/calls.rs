//! What a call is priced by: its tokens, split as finely as its source said, and its service tier.

use std::sync::Arc;

use serde_json::Value;

use super::book::Book;
use super::model::{CostInParts, PriceRow, Tokens};
use foundation::Timestamp;
use trace_model::fields::Fields;
use trace_model::{Observation, TokenCounts};

/// One call of a model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call<'a> {
    pub model: &'a str,
    pub provider: Option<&'a str>,
    /// When it began.
    pub at: Timestamp,
    pub tokens: Tokens,
    /// The service tier of its parameters, lower case.
    pub service_tier: Option<String>,
}

/// A call and its price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priced {
    pub cost: CostInParts,
    pub row: Arc<PriceRow>,
}

impl<'a> Call<'a> {
    /// The call that an observation is, whatever its kind: an agent or a tool whose own calls nobody traced has their tokens. `None`
    /// for what names no model or counted nothing. What repeats the calls below it has a cost too, and is in no sum.
    ///
    /// `now` stands for a start that nobody told.
    pub fn of(o: &'a Observation, now: Timestamp) -> Option<Self> {
        let usage = o.usage.as_deref()?;
        Some(Self {
            model: o.model.as_deref()?,
            provider: o.provider.as_deref(),
            at: o.start().unwrap_or(now),
            tokens: tokens(&usage.counts, &usage.entries, usage.sent.as_deref()),
            service_tier: o.parameters.as_deref().and_then(service_tier),
        })
    }

    /// Its cost by the price named `pinned` if the book has it, else by the one the book finds.
    pub fn priced(&self, book: &Book, pinned: Option<&str>) -> Option<Priced> {
        let pinned = pinned.and_then(|id| book.row(id)).map(Arc::clone);
        let row = pinned.or_else(|| book.find(self.model, self.provider, self.at))?;
        let cost = row.price.cost(&self.tokens, self.service_tier.as_deref());
        Some(Priced { cost, row })
    }
}

/// Splits the counters further by what the source's own entries say. Every token stays in one place.
pub fn tokens(counts: &TokenCounts, entries: &[(String, i64)], sent: Option<&str>) -> Tokens {
    let sum = |wanted: fn(&str) -> bool| {
        let found = entries.iter().filter(|(name, _)| wanted(name));
        found.fold(0_i64, |sum, (_, count)| sum.saturating_add((*count).max(0)))
    };
    let is_hour = |name: &str| name.contains("1h") && (name.contains("cache") || name.contains("ephemeral"));
    let hour = sum(is_hour).max(nested_hour(sent));
    let hour = hour.min(counts.cache_write);
    let audio_input = sum(|name| name.starts_with("input_audio")).min(counts.uncached_input);
    let audio_output = sum(|name| name.starts_with("output_audio")).min(counts.output);
    Tokens {
        input: counts.uncached_input - audio_input,
        cached_read: counts.cached_read,
        cache_write: counts.cache_write - hour,
        cache_write_1h: hour,
        output: counts.output - audio_output,
        reasoning: counts.reasoning,
        audio_input,
        audio_output,
    }
}

/// Anthropic's own form, `{"cache_creation": {"ephemeral_1h_input_tokens": 7}}`, and `LangChain`'s, in its details of the input.
fn nested_hour(sent: Option<&str>) -> i64 {
    let Some(sent) = sent.filter(|sent| sent.contains("ephemeral_1h_input_tokens")) else { return 0 };
    let Some(fields) = Fields::read(sent) else { return 0 };
    let inner = ["cache_creation", "input_token_details", "input_tokens_details", "prompt_tokens_details"];
    let mut inner = inner.iter().filter_map(|name| fields.get_object(name));
    inner.find_map(|inner| inner.get::<i64>("ephemeral_1h_input_tokens")).unwrap_or_default().max(0)
}

/// `service_tier` of a parameter object, or Anthropic's `speed`, lower case; `auto` and `default` are none.
pub fn service_tier(parameters: &str) -> Option<String> {
    if !parameters.contains("service_tier") && !parameters.contains("\"speed\"") {
        return None;
    }
    let fields = Fields::read(parameters)?;
    let tier = fields.get::<String>("service_tier").or_else(|| fields.get("speed"))?.to_lowercase();
    (tier != "auto" && tier != "default" && tier.len() <= 40).then_some(tier)
}

/// Tokens and service tier of a stored image.
pub fn of_image(counts: &TokenCounts, image: &[u8]) -> Option<(Tokens, Option<String>)> {
    let image: Value = serde_json::from_slice(image).ok()?;
    let usage = image.get("usage")?;
    let entries = usage.get("entries").cloned().unwrap_or_default();
    let entries: Vec<(String, i64)> = serde_json::from_value(entries).unwrap_or_default();
    let tokens = tokens(counts, &entries, usage.get("sent").and_then(Value::as_str));
    let tier = image.get("parameters").and_then(Value::as_str).and_then(service_tier);
    Some((tokens, tier))
}

#[cfg(test)]
#[path = "calls_tests.rs"]
mod tests;
