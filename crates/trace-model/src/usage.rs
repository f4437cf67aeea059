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
    /// One of them.
    pub fn get(&self, counter: Counter) -> i64 {
        match counter {
            Counter::UncachedInput => self.uncached_input,
            Counter::CachedRead => self.cached_read,
            Counter::CacheWrite => self.cache_write,
            Counter::Output => self.output,
            Counter::Reasoning => self.reasoning,
        }
    }

    /// The sum of the five.
    pub fn total(&self) -> i64 {
        [self.uncached_input, self.cached_read, self.cache_write, self.output, self.reasoning]
            .into_iter()
            .fold(0, i64::saturating_add)
    }
}

/// One of the five counters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "named like the counters")]
pub enum Counter {
    UncachedInput,
    CachedRead,
    CacheWrite,
    Output,
    Reasoning,
}

impl Counter {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 5] =
        [Self::UncachedInput, Self::CachedRead, Self::CacheWrite, Self::Output, Self::Reasoning];
}

/// Which of the five counters the source spoke of: one it left out is unknown, not zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Known(u8);

impl Known {
    /// Nothing is known.
    pub const NONE: Self = Self(0);
    /// All five are known.
    pub const ALL: Self = Self(0b1_1111);

    /// These and one more.
    #[must_use]
    pub fn with(self, counter: Counter) -> Self {
        Self(self.0 | 1 << counter as u8)
    }

    /// Whether a counter is known.
    pub fn has(self, counter: Counter) -> bool {
        self.0 & 1 << counter as u8 != 0
    }

    /// As a column holds them: one bit for each counter.
    pub fn bits(self) -> i16 {
        i16::from(self.0)
    }

    /// From a column; bits that stand for nothing are left out.
    pub fn from_bits(bits: i16) -> Self {
        Self(u8::try_from(bits & i16::from(Self::ALL.0)).unwrap_or_default())
    }
}

impl Default for Known {
    fn default() -> Self {
        Self::ALL
    }
}

/// What one call used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// The disjoint counters; one that is not known holds nothing.
    pub counts: TokenCounts,
    pub known: Known,
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
    /// One of the counters; `None` when the source did not speak of it.
    pub fn count(&self, counter: Counter) -> Option<i64> {
        self.known.has(counter).then(|| self.counts.get(counter))
    }

    /// The total that was sent, where the parts do not come to it.
    pub fn other_total(&self) -> Option<i64> {
        self.total_sent.filter(|total| *total != self.counts.total())
    }

    /// One entry by its Langfuse name.
    pub fn entry(&self, name: &str) -> Option<i64> {
        self.entries.iter().find(|(key, _)| key == name).map(|(_, count)| *count)
    }
}
