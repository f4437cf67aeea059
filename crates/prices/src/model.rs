//! What a model costs: rates, tiers with conditions, and the exact arithmetic from tokens to nano-dollars.
//!
//! A [`Rate`] is a whole number of nano-dollars per million tokens, so $0.0000001 a token is 100,000,000 and the
//! finest rate is $0.000000000000001 a token. Sums are made in 128 bits and rounded once, half up, at the end.

use serde::{Deserialize, Serialize};

use foundation::money::NanoDollars;
use foundation::{Error, Result, Timestamp};

/// Tokens that a [`Rate`] is for.
const MILLION: i128 = 1_000_000;
/// The longest model name or pattern, in bytes.
pub const LONGEST_NAME: usize = 300;
/// Most names, and most tiers, of one price.
const MOST: usize = 100;

/// Nano-dollars per million tokens; never negative, at most a million dollars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Rate(i64);

impl Rate {
    /// The highest rate taken: a million dollars per million tokens.
    pub const MAX: i64 = 1_000_000_000_000_000;

    /// A rate of so many nano-dollars per million tokens.
    pub fn new(nanos: i64) -> Option<Self> {
        (0..=Self::MAX).contains(&nanos).then_some(Self(nanos))
    }

    /// Nano-dollars per million tokens.
    pub fn nanos(self) -> i64 {
        self.0
    }
}

impl TryFrom<i64> for Rate {
    type Error = &'static str;

    fn try_from(nanos: i64) -> std::result::Result<Self, Self::Error> {
        Self::new(nanos).ok_or("a rate is between 0 and a million dollars per million tokens")
    }
}

impl From<Rate> for i64 {
    fn from(rate: Rate) -> Self {
        rate.0
    }
}

/// Dollars per million tokens with at least two digits: `2.50`, `0.075`.
impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let fraction = format!("{:09}", self.0 % 1_000_000_000);
        let digits = fraction.trim_end_matches('0').len().max(2);
        write!(f, "{}.{}", self.0 / 1_000_000_000, fraction.get(..digits).unwrap_or_default())
    }
}

/// The rates of one tier. What is absent falls back: cached reads and writes to `input`, writes for an hour to
/// `cache_write`, reasoning to `output`, audio to `input` and `output`; those two to nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rates {
    /// Input tokens that no cache served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<Rate>,
    /// Input tokens read from a cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cached_read: Option<Rate>,
    /// Input tokens written to a cache that lasts five minutes, or as long as the provider's cache lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_write: Option<Rate>,
    /// Input tokens written to a cache that lasts an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_write_1h: Option<Rate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<Rate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<Rate>,
    /// Audio among the input tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio_input: Option<Rate>,
    /// Audio among the output tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio_output: Option<Rate>,
    /// Nano-dollars for the call itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Rate>,
}

impl Rates {
    /// These, and those of `other` where these say nothing.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            input: self.input.or(other.input),
            cached_read: self.cached_read.or(other.cached_read),
            cache_write: self.cache_write.or(other.cache_write),
            cache_write_1h: self.cache_write_1h.or(other.cache_write_1h),
            output: self.output.or(other.output),
            reasoning: self.reasoning.or(other.reasoning),
            audio_input: self.audio_input.or(other.audio_input),
            audio_output: self.audio_output.or(other.audio_output),
            request: self.request.or(other.request),
        }
    }

    /// The rate of this name, to be set.
    pub fn slot(&mut self, name: &str) -> Option<&mut Option<Rate>> {
        Some(match name {
            "input" => &mut self.input,
            "cached_read" => &mut self.cached_read,
            "cache_write" => &mut self.cache_write,
            "cache_write_1h" => &mut self.cache_write_1h,
            "output" => &mut self.output,
            "reasoning" => &mut self.reasoning,
            "audio_input" => &mut self.audio_input,
            "audio_output" => &mut self.audio_output,
            "request" => &mut self.request,
            _ => return None,
        })
    }

    /// What these tokens cost, in millionths of a nano-dollar: exact, for sums.
    pub fn exact(&self, tokens: &Tokens) -> i128 {
        let input = self.input.unwrap_or_default();
        let output = self.output.unwrap_or_default();
        let write = self.cache_write.unwrap_or(input);
        let parts = [
            (tokens.input, input),
            (tokens.cached_read, self.cached_read.unwrap_or(input)),
            (tokens.cache_write, write),
            (tokens.cache_write_1h, self.cache_write_1h.unwrap_or(write)),
            (tokens.output, output),
            (tokens.reasoning, self.reasoning.unwrap_or(output)),
            (tokens.audio_input, self.audio_input.unwrap_or(input)),
            (tokens.audio_output, self.audio_output.unwrap_or(output)),
        ];
        let tokens: i128 =
            parts.iter().map(|(count, rate)| i128::from((*count).max(0)) * i128::from(rate.0)).sum();
        tokens + i128::from(self.request.unwrap_or_default().0) * MILLION
    }

    /// What these tokens cost, rounded half up; held at the end of the range.
    pub fn cost(&self, tokens: &Tokens) -> NanoDollars {
        let rounded = (self.exact(tokens) + MILLION / 2) / MILLION;
        NanoDollars(i64::try_from(rounded).unwrap_or(i64::MAX))
    }

    /// The same, and how much of it is for what was sent.
    pub fn cost_in_parts(&self, tokens: &Tokens) -> CostInParts {
        let total = self.cost(tokens).min(MOST_OF_CALL);
        let sent = Tokens { output: 0, reasoning: 0, audio_output: 0, ..*tokens };
        CostInParts { total, input: self.cost(&sent).min(total) }
    }

    /// Each rate by its name, those that are given.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, Rate)> {
        [
            ("input", self.input),
            ("cached read", self.cached_read),
            ("cache write", self.cache_write),
            ("cache write 1 h", self.cache_write_1h),
            ("output", self.output),
            ("reasoning", self.reasoning),
            ("audio input", self.audio_input),
            ("audio output", self.audio_output),
            ("request", self.request),
        ]
        .into_iter()
        .filter_map(|(name, rate)| Some((name, rate?)))
    }
}

/// The most that one call costs in a column, a million dollars: sums of thousands of such calls still fit.
pub const MOST_OF_CALL: NanoDollars = NanoDollars(1_000_000_000_000_000);

/// What a call costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CostInParts {
    pub total: NanoDollars,
    /// What was sent to the model, and the request itself.
    pub input: NanoDollars,
}

impl CostInParts {
    /// What came back.
    pub fn output(self) -> NanoDollars {
        NanoDollars(self.total.0.saturating_sub(self.input.0))
    }
}

/// The tokens of one call by what they cost; no token stands in two of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "named like the rates")]
pub struct Tokens {
    pub input: i64,
    pub cached_read: i64,
    pub cache_write: i64,
    pub cache_write_1h: i64,
    pub output: i64,
    pub reasoning: i64,
    pub audio_input: i64,
    pub audio_output: i64,
}

impl Tokens {
    /// All that was sent to the model: what tiers are chosen by.
    pub fn all_input(&self) -> i64 {
        [self.input, self.cached_read, self.cache_write, self.cache_write_1h, self.audio_input]
            .into_iter()
            .fold(0, |sum, count| sum.saturating_add(count.max(0)))
    }
}

/// Other rates for calls that meet all of its conditions.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// What it is called: `over 200k`, `flex`.
    pub name: String,
    /// Only when more input tokens than this were sent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub input_over: Option<i64>,
    /// Only for this service tier, lower case, as the parameters say.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub service_tier: Option<String>,
    /// Its rates; what is absent is as in the price itself.
    pub rates: Rates,
}

impl Tier {
    /// A tier named after its conditions.
    pub fn new(input_over: Option<i64>, service_tier: Option<String>, rates: Rates) -> Self {
        let name = match (service_tier.as_deref(), input_over) {
            (Some(service), Some(over)) => format!("{service}, over {over} input tokens"),
            (Some(service), None) => service.to_owned(),
            (None, Some(over)) => format!("over {over} input tokens"),
            (None, None) => String::new(),
        };
        Self { name, input_over, service_tier, rates }
    }

    /// Sorts tiers so that each can win: those for a service tier first, within them those for the most tokens.
    pub fn rank(&self) -> impl Ord + use<> {
        (self.service_tier.is_none(), self.service_tier.clone(), std::cmp::Reverse(self.input_over))
    }

    fn applies(&self, tokens: &Tokens, service_tier: Option<&str>) -> bool {
        let is_big = self.input_over.is_none_or(|limit| tokens.all_input() > limit);
        let is_served = self.service_tier.as_deref().is_none_or(|wanted| service_tier == Some(wanted));
        is_big && is_served
    }
}

/// What one model costs, and for which names and moments that holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// The name it is shown by.
    pub model: String,
    /// Exact names, lower case; the model's own among them.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub names: Vec<String>,
    /// A regular expression over the whole name, in any case.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pattern: Option<String>,
    /// Only for calls through this provider, lower case.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub provider: Option<String>,
    /// The first moment it is for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<Timestamp>,
    /// The first moment it is no longer for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<Timestamp>,
    /// The default tier.
    pub rates: Rates,
    /// Other tiers; the first whose conditions hold wins.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub tiers: Vec<Tier>,
}

impl Price {
    /// The rates for a call and the name of their tier, if it is not the default one.
    pub fn rates_for(&self, tokens: &Tokens, service_tier: Option<&str>) -> (Rates, Option<&str>) {
        match self.tiers.iter().find(|tier| tier.applies(tokens, service_tier)) {
            Some(tier) => (tier.rates.or(self.rates), Some(&tier.name)),
            None => (self.rates, None),
        }
    }

    /// What a call costs.
    pub fn cost(&self, tokens: &Tokens, service_tier: Option<&str>) -> CostInParts {
        self.rates_for(tokens, service_tier).0.cost_in_parts(tokens)
    }

    /// Whether it is in force at a moment: from the first of its dates, up to and without the second.
    pub fn holds_at(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }

    /// Whether more than the five counters is needed to apply it.
    pub fn asks_more(&self) -> bool {
        let more = |rates: &Rates| {
            rates.cache_write_1h.is_some() || rates.audio_input.is_some() || rates.audio_output.is_some()
        };
        more(&self.rates) || self.tiers.iter().any(|tier| tier.service_tier.is_some() || more(&tier.rates))
    }

    /// The same rates and tiers for the same names, whatever the dates.
    pub fn same_but_dates(&self, other: &Self) -> bool {
        let strip = |price: &Self| Self { from: None, until: None, ..price.clone() };
        strip(self) == strip(other)
    }

    /// Refuses what is too long, empty or contradicts itself.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the field's path.
    pub fn check(&self) -> Result<()> {
        let fault = |path: &str, text: &str| Err(Error::invalid(path, text));
        if self.model.is_empty() || self.model.len() > LONGEST_NAME {
            return fault("model", "a model's name has 1 to 300 bytes");
        }
        if self.names.is_empty() && self.pattern.is_none() {
            return fault("names", "a price needs a name or a pattern to match by");
        }
        if self.names.len() > MOST
            || self.names.iter().any(|name| name.is_empty() || name.len() > LONGEST_NAME)
        {
            return fault("names", "at most 100 names of 1 to 300 bytes");
        }
        if self.tiers.len() > MOST {
            return fault("tiers", "at most 100 tiers");
        }
        if self.from.zip(self.until).is_some_and(|(from, until)| from >= until) {
            return fault("until", "the last day must not lie before the first");
        }
        if self.rates.named().next().is_none() {
            return fault("rates", "give at least one price");
        }
        Ok(())
    }
}

/// A stored price: where it stands, and which table brought it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceRow {
    /// Names it for ever: `p` and 24 hexadecimal digits of the SHA-256 of scope, version and content.
    pub id: String,
    /// Only this project's, or everybody's.
    pub is_own: bool,
    /// The version of the table it came with.
    pub version: i64,
    pub price: Price,
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;
