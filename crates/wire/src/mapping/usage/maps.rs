//! Usage from a map of counts: Langfuse's `usageDetails`, and the usage objects of providers and libraries.

use serde_json::value::RawValue;
use trace_model::fields::Fields;
use trace_model::{JsonText, Known, Usage, UsageConvention};

use super::count;
use super::names::{Plain, container, is_other_unit, split};
use super::reading::{self, Reading};
use super::said::{Family, Said};

/// `None` when nothing in it is a count.
pub(super) fn read(text: &str) -> Option<Usage> {
    let fields = Fields::read(text)?;
    let has = |names: &[&str]| names.iter().any(|name| fields.raw(name).and_then(count).is_some());
    let is_langfuse = has(&["input", "output"]);
    let family = if is_langfuse { Family::Langfuse } else { Family::Own };
    let (said, unknown) = if counts_tokens(&fields) { hear(&fields, family) } else { (Said::default(), 0) };
    let reading = reading::read(&said);
    let is_openai = has(&["prompt_tokens", "completion_tokens", "input_tokens", "output_tokens"]);
    let mut entries = match openai_total(&fields).filter(|_| is_openai) {
        Some(total) => openai(&fields, total, &reading),
        None => own(&fields, is_openai),
    };
    if entries.is_empty() && said.is_empty() {
        return None;
    }
    if entries.is_empty() {
        // All of it stood in inner objects.
        entries.extend(said.input.map(|count| ("input".to_owned(), count)));
        entries.extend(said.output.map(|count| ("output".to_owned(), count)));
    }
    // Of what is no token there is no total to add.
    let is_known = reading.known != Known::NONE || said.total.is_some() || unknown > 0;
    if is_known && entries.iter().all(|(name, _)| name != "total") {
        let total = said.total.unwrap_or(reading.counts.total().saturating_add(unknown));
        entries.push(("total".to_owned(), total));
    }
    let plain = if is_langfuse || has(&["promptTokens", "total"]) {
        UsageConvention::Disjoint
    } else {
        UsageConvention::Inclusive
    };
    Some(Usage {
        counts: reading.counts,
        known: reading.known,
        convention: reading.convention.unwrap_or(plain),
        entries,
        total_sent: said.total,
        sent: Some(JsonText::from(text)),
    })
}

/// The counts that have a meaning, and the sum of those of a Langfuse map that have none.
fn hear(fields: &Fields<'_>, family: Family) -> (Said, i64) {
    let (mut said, mut unknown) = (Said::default(), 0_i64);
    for (name, raw) in fields.iter() {
        let Some(plain) = Plain::of(name) else { continue };
        if let Some(count) = count(raw) {
            if !said.hear(plain.text(), None, count, family) && family == Family::Langfuse {
                let count = if is_other_unit(plain.text()) { 0 } else { count };
                unknown = unknown.saturating_add(count);
            }
        } else if raw.starts_with('{') {
            hear_inner(plain.text(), raw, family, 1, &mut said);
        } else if name == "metrics" {
            hear_metrics(raw, family, &mut said);
        }
    }
    (said.whole(), unknown)
}

/// Objects lie in each other at most so deep: Cohere's `meta.billed_units`.
const DEEPEST: usize = 3;

fn hear_inner(name: &str, raw: &str, family: Family, depth: usize, said: &mut Said) {
    let Some((within, inner)) = container(name).zip(Fields::read(raw)) else { return };
    for (name, raw) in inner.iter() {
        let (deeper, name) = split(name);
        let within = deeper.unwrap_or(within);
        let named = if within.is_cache { Plain::of(&format!("cache{name}")) } else { Plain::of(name) };
        let Some(plain) = named else { continue };
        if let Some(count) = count(raw) {
            said.hear(plain.text(), Some(within), count, family);
        } else if raw.starts_with('{') && depth < DEEPEST {
            hear_inner(plain.text(), raw, family, depth + 1, said);
        }
    }
}

/// The Llama API names each count in a list: `[{"metric": "num_prompt_tokens", "value": 12}]`.
fn hear_metrics(raw: &str, family: Family, said: &mut Said) {
    let all: Vec<&RawValue> = serde_json::from_str(raw).unwrap_or_default();
    for metric in all.into_iter().filter_map(|metric| Fields::read(metric.get())) {
        let name = metric.get::<String>("metric");
        let plain = name.as_deref().and_then(Plain::of);
        if let (Some(plain), Some(count)) = (plain, metric.raw("value").and_then(count)) {
            said.hear(plain.text(), None, count, family);
        }
    }
}

/// The counts in an object of details, each under the object's name and its own; none when the name says nothing of details.
pub(super) fn details_of(name: &str, object: &str) -> Vec<(String, i64)> {
    let is_details = Plain::of(name).is_some_and(|plain| container(plain.text()).is_some());
    let Some(fields) = Fields::read(object).filter(|_| is_details) else { return Vec::new() };
    fields.iter().filter_map(|(inner, raw)| Some((format!("{name}.{inner}"), count(raw)?))).collect()
}

/// What the first provider counts that does, in an object by their names.
pub(super) fn of_provider(object: &str) -> Option<Said> {
    let fields = Fields::read(object)?;
    let answers = fields.iter().filter_map(|(_, raw)| Some(hear(&Fields::read(raw)?, Family::Own).0));
    answers.into_iter().find(|said| !said.is_empty())
}

/// Langfuse's older object says its unit: `CHARACTERS`, `SECONDS`, `IMAGES` are no tokens.
fn counts_tokens(fields: &Fields<'_>) -> bool {
    fields.get::<String>("unit").is_none_or(|unit| unit.is_empty() || unit.eq_ignore_ascii_case("tokens"))
}

fn openai_total(fields: &Fields<'_>) -> Option<i64> {
    ["total_tokens", "total"].iter().find_map(|name| count(fields.raw(name)?))
}

/// The usage objects of `OpenAI`'s completion and responses APIs as Langfuse shows them: each detail by itself, taken out
/// of the input or the output where it was counted there too.
fn openai(fields: &Fields<'_>, total: i64, reading: &Reading) -> Vec<(String, i64)> {
    let first = |names: [&str; 2]| names.iter().find_map(|name| count(fields.raw(name)?));
    let input_details = ["prompt_tokens_details", "input_tokens_details", "input_token_details"];
    let output_details = ["completion_tokens_details", "output_tokens_details", "output_token_details"];
    let inputs = details(fields, input_details, "input_");
    let outputs = details(fields, output_details, "output_");
    let is_inside = reading.convention != Some(UsageConvention::Disjoint);
    let rest = |count: i64, details: &[(String, i64)]| {
        if is_inside { count.saturating_sub(sum(details)).max(0) } else { count }
    };
    let input = first(["prompt_tokens", "input_tokens"]).map(|count| rest(count, &inputs));
    let output = first(["completion_tokens", "output_tokens"]).map(|count| rest(count, &outputs));
    let mut entries = Vec::new();
    entries.extend(input.map(|count| ("input".to_owned(), count)));
    entries.extend(output.map(|count| ("output".to_owned(), count)));
    entries.push(("total".to_owned(), total));
    for name in ["cache_read_input_tokens", "cache_creation_input_tokens"] {
        entries.extend(fields.raw(name).and_then(count).map(|count| (name.to_owned(), count)));
    }
    entries.extend(inputs);
    entries.extend(outputs);
    entries
}

fn details(fields: &Fields<'_>, names: [&str; 3], prefix: &str) -> Vec<(String, i64)> {
    let Some(inner) = names.iter().find_map(|name| Fields::read(fields.raw(name)?)) else {
        return Vec::new();
    };
    inner.iter().filter_map(|(key, raw)| Some((format!("{prefix}{key}"), count(raw)?))).collect()
}

/// Every count under its own name; the older names of Langfuse become the newer ones.
fn own(fields: &Fields<'_>, is_openai: bool) -> Vec<(String, i64)> {
    let mut entries: Vec<(String, i64)> = Vec::new();
    for (key, raw) in fields.iter() {
        // The older usage object carries its costs beside its counts.
        let Some(count) = count(raw).filter(|_| !key.to_ascii_lowercase().ends_with("cost")) else {
            continue;
        };
        let name = if is_openai { key } else { langfuse_name(key) };
        match entries.iter_mut().find(|(known, _)| known == name) {
            Some(known) => known.1 = count,
            None => entries.push((name.to_owned(), count)),
        }
    }
    entries
}

fn langfuse_name(key: &str) -> &str {
    match key {
        "promptTokens" => "input",
        "completionTokens" => "output",
        "totalTokens" | "total_tokens" => "total",
        other => other,
    }
}

fn sum(entries: &[(String, i64)]) -> i64 {
    entries.iter().fold(0, |total, (_, count)| total.saturating_add(*count))
}
