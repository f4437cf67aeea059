//! Token usage of all dialects as five disjoint counters.
//!
//! OpenTelemetry, OpenInference and `OpenAI` count cached tokens inside the input and reasoning inside the
//! output; a Langfuse `usageDetails` map counts each entry by itself. When a total was sent it tells
//! which of the two was meant.

use crate::decimal::whole;
use crate::fields::Fields;
use trace_model::{JsonText, TokenCounts, Usage, UsageConvention};

/// What a source says in its own words: totals and details, not yet made disjoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reported {
    pub input: Option<i64>,
    pub output: Option<i64>,
    pub total: Option<i64>,
    /// Tokens read from a cache.
    pub cached_read: Option<i64>,
    /// Tokens written to a cache.
    pub cache_write: Option<i64>,
    pub reasoning: Option<i64>,
}

/// Usage from span attributes whose totals include their details; `None` when nothing was counted.
pub fn from_attributes(reported: &Reported) -> Option<Usage> {
    let Reported { input, output, total, cached_read, cache_write, reasoning } = *reported;
    if [input, output, total, cached_read, cache_write, reasoning].iter().all(Option::is_none) {
        return None;
    }
    // Some instrumentations of providers that count the cache apart pass their numbers through.
    let cache = cached_read.unwrap_or_default().saturating_add(cache_write.unwrap_or_default());
    let disjoint = input.is_some_and(|input| cache > input);
    let convention = if disjoint { UsageConvention::Disjoint } else { UsageConvention::Inclusive };
    let mut entries = Vec::new();
    for (name, count) in [
        ("input", input),
        ("output", output),
        ("input_cached_tokens", cached_read.filter(|n| *n > 0)),
        ("input_cache_creation", cache_write.filter(|n| *n > 0)),
        ("output_reasoning_tokens", reasoning.filter(|n| *n > 0)),
    ] {
        entries.extend(count.map(|count| (name.to_owned(), count)));
    }
    let counts = disjoint_counts(reported, convention);
    entries.push(("total".to_owned(), total.unwrap_or(counts.total())));
    Some(Usage { counts, convention, entries, total_sent: total, ..Usage::default() })
}

/// Usage from a Langfuse `usageDetails` map, else from the older `usage` object.
pub fn from_langfuse(details: Option<&str>, legacy: Option<&str>) -> Option<Usage> {
    details.and_then(from_map).or_else(|| legacy.and_then(from_map))
}

fn from_map(text: &str) -> Option<Usage> {
    let fields = Fields::read(text)?;
    let is_openai = ["prompt_tokens", "completion_tokens", "input_tokens", "output_tokens"]
        .iter()
        .any(|k| fields.raw(k).is_some());
    let mut usage = if is_openai { openai(&fields) } else { free_map(&fields) };
    if usage.entries.is_empty() {
        return None;
    }
    if usage.total_sent.is_none() {
        usage.entries.push(("total".to_owned(), sum(&usage.entries)));
    }
    usage.sent = Some(JsonText::from(text));
    Some(usage)
}

/// The usage objects of `OpenAI`'s completion and responses APIs: details are part of the totals.
fn openai(fields: &Fields<'_>) -> Usage {
    let first = |names: [&str; 2]| names.iter().find_map(|name| count(fields.raw(name)?));
    let input = first(["prompt_tokens", "input_tokens"]);
    let output = first(["completion_tokens", "output_tokens"]);
    let total = first(["total_tokens", "total"]);
    let mut entries = Vec::new();
    let inputs = details(fields, ["prompt_tokens_details", "input_tokens_details"], "input_");
    let outputs = details(fields, ["completion_tokens_details", "output_tokens_details"], "output_");
    entries.extend(input.map(|n| ("input".to_owned(), n.saturating_sub(sum(&inputs)).max(0))));
    entries.extend(output.map(|n| ("output".to_owned(), n.saturating_sub(sum(&outputs)).max(0))));
    entries.extend(total.map(|n| ("total".to_owned(), n)));
    let find = |list: &[(String, i64)], name: &str| list.iter().find(|(k, _)| k == name).map(|(_, n)| *n);
    let reported = Reported {
        input,
        output,
        total,
        cached_read: find(&inputs, "input_cached_tokens").or(count_of(fields, "cache_read_input_tokens")),
        cache_write: count_of(fields, "cache_creation_input_tokens"),
        reasoning: find(&outputs, "output_reasoning_tokens"),
    };
    for (name, count) in [
        ("cache_read_input_tokens", count_of(fields, "cache_read_input_tokens")),
        ("cache_creation_input_tokens", count_of(fields, "cache_creation_input_tokens")),
    ] {
        entries.extend(count.map(|count| (name.to_owned(), count)));
    }
    entries.extend(inputs);
    entries.extend(outputs);
    if total.is_none() {
        // Without its total it is no whole usage object: clients expect their own names back.
        entries = fields.iter().filter_map(|(name, raw)| Some((name.to_owned(), count(raw)?))).collect();
    }
    let convention = openai_convention(&reported, fields);
    Usage {
        counts: disjoint_counts(&reported, convention),
        convention,
        entries,
        total_sent: total,
        ..Usage::default()
    }
}

/// Anthropic's own names beside `input_tokens` mean that the cache is counted apart.
fn openai_convention(reported: &Reported, fields: &Fields<'_>) -> UsageConvention {
    let apart =
        ["cache_read_input_tokens", "cache_creation_input_tokens"].iter().any(|k| fields.raw(k).is_some());
    let cache =
        reported.cached_read.unwrap_or_default().saturating_add(reported.cache_write.unwrap_or_default());
    if apart || reported.input.is_some_and(|input| cache > input) {
        UsageConvention::Disjoint
    } else {
        UsageConvention::Inclusive
    }
}

fn details(fields: &Fields<'_>, names: [&str; 2], prefix: &str) -> Vec<(String, i64)> {
    let Some(inner) = names.iter().find_map(|name| Fields::read(fields.raw(name)?)) else {
        return Vec::new();
    };
    inner.iter().filter_map(|(key, raw)| Some((format!("{prefix}{key}"), count(raw)?))).collect()
}

/// A free map of counts: every name stands for itself.
fn free_map(fields: &Fields<'_>) -> Usage {
    let mut entries: Vec<(String, i64)> = Vec::new();
    for (key, raw) in fields.iter() {
        // The older usage object carries its costs beside its counts.
        let Some(count) = count(raw).filter(|_| !key.ends_with("Cost")) else { continue };
        let name = langfuse_name(key);
        match entries.iter_mut().find(|(known, _)| known == name) {
            Some(known) => known.1 = count,
            None => entries.push((name.to_owned(), count)),
        }
    }
    let mut reported = Reported::default();
    let mut others = (0_i64, 0_i64);
    for (name, count) in &entries {
        sort_entry(name, *count, &mut reported, &mut others);
    }
    let convention = convention_by_total(&reported, others);
    if convention == UsageConvention::Disjoint && input_holds_writes(&reported) {
        let writes = reported.cache_write.unwrap_or_default();
        reported.input = reported.input.map(|input| input.saturating_sub(writes));
    }
    let mut counts = disjoint_counts(&reported, convention);
    if convention == UsageConvention::Disjoint {
        counts.uncached_input = counts.uncached_input.saturating_add(others.0);
        counts.output = counts.output.saturating_add(others.1);
    }
    Usage { counts, convention, entries, total_sent: reported.total, ..Usage::default() }
}

fn langfuse_name(key: &str) -> &str {
    match key {
        "promptTokens" => "input",
        "completionTokens" => "output",
        "totalTokens" | "total_tokens" => "total",
        other => other,
    }
}

fn sort_entry(name: &str, count: i64, reported: &mut Reported, others: &mut (i64, i64)) {
    let add = |slot: &mut Option<i64>| *slot = Some(slot.unwrap_or_default().saturating_add(count));
    match name {
        "input" => add(&mut reported.input),
        "output" => add(&mut reported.output),
        "total" => add(&mut reported.total),
        n if n.contains("cache_creation") || n.contains("cache_write") => add(&mut reported.cache_write),
        n if n.contains("cache") => add(&mut reported.cached_read),
        n if n.contains("reasoning") => add(&mut reported.reasoning),
        n if n.starts_with("input_") => others.0 = others.0.saturating_add(count),
        n if n.starts_with("output_") => others.1 = others.1.saturating_add(count),
        _ => {}
    }
}

/// A total that equals input + output although details were sent says that they are included.
fn convention_by_total(reported: &Reported, others: (i64, i64)) -> UsageConvention {
    let value = Option::unwrap_or_default;
    let details = [value(reported.cached_read), value(reported.cache_write), value(reported.reasoning)]
        .into_iter()
        .fold(others.0.saturating_add(others.1), i64::saturating_add);
    let plain = value(reported.input).saturating_add(value(reported.output));
    match reported.total {
        Some(total) if details > 0 && total == plain => UsageConvention::Inclusive,
        _ => UsageConvention::Disjoint,
    }
}

/// LiteLLM takes what was read from a cache out of its input and leaves in what was written to one; its total tells.
fn input_holds_writes(reported: &Reported) -> bool {
    let value = Option::unwrap_or_default;
    let (input, writes) = (value(reported.input), value(reported.cache_write));
    let without_writes =
        input.saturating_add(value(reported.output)).saturating_add(value(reported.cached_read));
    writes > 0 && input >= writes && reported.total == Some(without_writes)
}

fn disjoint_counts(reported: &Reported, convention: UsageConvention) -> TokenCounts {
    let value = |count: Option<i64>| count.unwrap_or_default().max(0);
    let (cached_read, cache_write) = (value(reported.cached_read), value(reported.cache_write));
    let reasoning = value(reported.reasoning);
    let (mut uncached_input, mut output) = (value(reported.input), value(reported.output));
    if convention == UsageConvention::Inclusive {
        uncached_input = uncached_input.saturating_sub(cached_read).saturating_sub(cache_write).max(0);
        output = output.saturating_sub(reasoning).max(0);
    }
    // A bare total is better booked as input than lost.
    if reported.input.is_none()
        && reported.output.is_none()
        && cached_read.max(cache_write).max(reasoning) == 0
    {
        uncached_input = value(reported.total);
    }
    TokenCounts { uncached_input, cached_read, cache_write, output, reasoning }
}

fn count_of(fields: &Fields<'_>, name: &str) -> Option<i64> {
    count(fields.raw(name)?)
}

/// A non-negative whole number, or a string that holds one.
fn count(raw: &str) -> Option<i64> {
    let text = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(raw);
    whole(text).filter(|count| *count >= 0)
}

fn sum(entries: &[(String, i64)]) -> i64 {
    entries.iter().fold(0, |total, (_, count)| total.saturating_add(*count))
}
