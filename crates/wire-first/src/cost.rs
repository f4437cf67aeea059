//! Cost as the client gave it, in integer nano-dollars beside the text as sent.

use crate::decimal::billionths;
use crate::fields::Fields;
use foundation::money::NanoDollars;

/// Cost entries by Langfuse names, and what they come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// `input`, `output`, `total` and whatever else was sent.
    pub entries: Vec<(String, NanoDollars)>,
}

impl Cost {
    /// The given total, else the sum of the parts; `None` when nothing was given.
    pub fn provided(&self) -> Option<NanoDollars> {
        if let Some((_, total)) = self.entries.iter().find(|(name, _)| name == "total") {
            return Some(*total);
        }
        let sum = self.entries.iter().fold(0_i64, |sum, (_, part)| sum.saturating_add(part.0));
        (!self.entries.is_empty()).then_some(NanoDollars(sum))
    }
}

/// A Langfuse `costDetails` map: non-negative numbers, the rest is dropped.
pub fn from_details(text: &str) -> Cost {
    let Some(fields) = Fields::read(text) else { return Cost::default() };
    let entries = fields.iter().filter_map(|(name, raw)| Some((name.to_owned(), amount(raw)?)));
    Cost { entries: entries.collect() }
}

/// The cost fields of the older Langfuse `usage` object; all-zero costs are placeholders.
pub fn from_legacy_usage(text: &str) -> Cost {
    let Some(fields) = Fields::read(text) else { return Cost::default() };
    let names = [("inputCost", "input"), ("outputCost", "output"), ("totalCost", "total")];
    let entries: Vec<_> = names
        .iter()
        .filter_map(|(sent, name)| Some(((*name).to_owned(), amount(fields.raw(sent)?)?)))
        .collect();
    if entries.iter().all(|(_, part)| part.0 == 0) { Cost::default() } else { Cost { entries } }
}

/// A non-negative amount of dollars.
pub fn amount(raw: &str) -> Option<NanoDollars> {
    billionths(raw).filter(|nanos| *nanos >= 0).map(NanoDollars)
}
