//! Cost as the client gave it, in integer nano-dollars beside the text as sent.

use foundation::money::NanoDollars;
use trace_model::decimal::billionths;
use trace_model::fields::Fields;

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

/// Names of costs in usage objects: Langfuse's older one, `OpenRouter`, `MLflow`, Claude's SDK, `LiteLLM`; and in the object
/// that Perplexity puts under `cost`.
const NAMES: [(&str, &[&str]); 3] = [
    ("input", &["inputCost", "input_cost", "input_tokens_cost"]),
    ("output", &["outputCost", "output_cost", "output_tokens_cost"]),
    ("total", &["totalCost", "total_cost", "cost", "costUSD", "cost_usd", "total_cost_usd", "response_cost"]),
];

/// The costs in a usage object; all-zero costs are placeholders.
pub fn from_usage(text: &str) -> Cost {
    if !text.contains("ost") {
        return Cost::default();
    }
    let Some(fields) = Fields::read(text) else { return Cost::default() };
    let inner = fields.get_object("cost");
    let fields = inner.as_ref().unwrap_or(&fields);
    let entry = |name: &str, sent: &[&str]| {
        Some((name.to_owned(), sent.iter().find_map(|sent| amount(fields.raw(sent)?))?))
    };
    let entries: Vec<_> = NAMES.iter().filter_map(|(name, sent)| entry(name, sent)).collect();
    if entries.iter().all(|(_, part)| part.0 == 0) { Cost::default() } else { Cost { entries } }
}

/// A non-negative amount of dollars, also one in a text.
pub fn amount(raw: &str) -> Option<NanoDollars> {
    let text = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(raw);
    billionths(text).filter(|nanos| *nanos >= 0).map(NanoDollars)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_given_total_wins_over_the_sum() {
        let provided = |text| from_details(text).provided().map(|n| n.0);
        assert_eq!(provided(r#"{"input":0.00015,"output":0.0015,"total":0.00165}"#), Some(1_650_000));
        assert_eq!(provided(r#"{"input":3e-05,"output":0.0003}"#), Some(330_000));
        assert_eq!(provided(r#"{"input":"0.5","output":0.25}"#), Some(750_000_000));
        assert_eq!(provided(r#"{"input":-1,"note":"x"}"#), None);
    }

    #[test]
    fn placeholder_costs_are_none() {
        assert_eq!(from_usage(r#"{"inputCost":0,"totalCost":0}"#).provided(), None);
        for text in [
            r#"{"totalCost":0.25}"#,
            r#"{"prompt_tokens":1,"cost":0.25}"#,
            r#"{"total_cost":0.25}"#,
            r#"{"costUSD":"0.25"}"#,
            r#"{"total_cost_usd":2.5e-1}"#,
            r#"{"cost":{"input_tokens_cost":0.1,"output_tokens_cost":0.1,"request_cost":0.05,"total_cost":0.25}}"#,
        ] {
            assert_eq!(from_usage(text).provided(), Some(NanoDollars(250_000_000)), "{text}");
        }
    }
}
