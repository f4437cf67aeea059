//! Token usage of all dialects as five disjoint counters.
//!
//! [`names`] says what each provider's own names count and whether a detail stands inside the input and the output or beside
//! them, [`reading`] makes the counters disjoint, and the total that was sent decides where both are possible. What nobody
//! spoke of is unknown. Where nothing adds up, the total stays beside the counters for the pages to say.

mod attributes;
mod maps;
mod names;
mod reading;
mod said;

use trace_model::Usage;
use trace_model::decimal::whole;

pub use attributes::Heard;

/// Usage from a Langfuse `usageDetails` map or a provider's own object, else from the older `usage` object.
pub fn from_langfuse(details: Option<&str>, legacy: Option<&str>) -> Option<Usage> {
    details.and_then(maps::read).or_else(|| legacy.and_then(maps::read))
}

/// A non-negative whole number, or a string that holds one.
fn count(raw: &str) -> Option<i64> {
    let text = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(raw);
    whole(text).filter(|count| *count >= 0)
}

#[cfg(test)]
mod object_tests;
#[cfg(test)]
mod tests;
