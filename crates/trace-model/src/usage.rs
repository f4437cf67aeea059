//! Token usage: five disjoint counters, and what the source meant by its own numbers.
//!
//! Counting cached tokens twice is the commonest cost error there is; disjoint counters cannot.

use super::JsonText;

/// Whether the source's input and output include their details (cached, reasoning).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum UsageConvention {
    /// Input includes cache reads and writes, output includes reasoning (OpenTelemetry, OpenInference, `OpenAI`).
    Inclusive,
    /// Every entry stands for itself (Langfuse `usageDetails`).
    #[default]
    Disjoint,
}

impl UsageConvention {
    /// The stored name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inclusive => "inclusive",
            Self::Disjoint => "disjoint",
        }
    }
}

/// Token counts that never overlap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TokenCounts {
    /// Input tokens that no cache served.
    pub uncached_input: i64,
    /// Input tokens read from a cache.
    pub cached_read: i64,
    /// Input tokens written to a cache.
    pub cache_write: i64,
    /// Output tokens without reasoning.
    pub output: i64,
    pub reasoning: i64,
}

impl TokenCounts {
    /// The sum of the five.
    pub fn total(&self) -> i64 {
        [self.uncached_input, self.cached_read, self.cache_write, self.output, self.reasoning]
            .into_iter()
            .fold(0, i64::saturating_add)
    }
}

/// What one call used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// The disjoint counters.
    pub counts: TokenCounts,
    /// What the source's numbers meant.
    pub convention: UsageConvention,
    /// The entries by Langfuse names (`input`, `output`, `total`, details), for the API.
    pub entries: Vec<(String, i64)>,
    /// The total as the source gave it, even when it is not the sum.
    pub total_sent: Option<i64>,
    /// The usage map as sent, where there was one.
    pub sent: Option<JsonText>,
}

impl Usage {
    /// One entry by its Langfuse name.
    pub fn entry(&self, name: &str) -> Option<i64> {
        self.entries.iter().find(|(key, _)| key == name).map(|(_, count)| *count)
    }
}
