//! Counters that Google ADK writes only into the model's answer, `gcp.vertex.agent.llm_response`.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::attributes::Attributes;
use super::keys::Key;
use super::usage::Reported;

#[derive(Deserialize)]
struct Response<'a> {
    #[serde(borrow)]
    usage_metadata: Option<&'a RawValue>,
}

/// As Gemini counts: the prompt with what came from the cache, the answer without the thoughts.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
struct Counters {
    prompt_token_count: Option<i64>,
    tool_use_prompt_token_count: Option<i64>,
    cached_content_token_count: Option<i64>,
    candidates_token_count: Option<i64>,
    thoughts_token_count: Option<i64>,
    total_token_count: Option<i64>,
}

/// The object in which the answer counts, as sent. The answer of a tool counts nothing.
pub fn object<'a>(attributes: &Attributes<'a>) -> Option<&'a str> {
    let text = attributes.str(Key::AdkResponse).filter(|text| text.contains("usage_metadata"))?;
    let read: Response<'a> = serde_json::from_str(text).ok()?;
    read.usage_metadata.map(RawValue::get)
}

/// What was reported, completed from the answer. Attributes come first.
pub fn complete(mut reported: Reported, attributes: &Attributes<'_>) -> Reported {
    let counters = object(attributes).and_then(|text| serde_json::from_str::<Counters>(text).ok());
    let Some(counters) = counters else { return reported };
    let prompt = sum(counters.prompt_token_count, counters.tool_use_prompt_token_count);
    let answer = sum(counters.candidates_token_count, counters.thoughts_token_count);
    reported.input = reported.input.or(prompt);
    // Some versions report the answer without the thoughts.
    let without = reported.output.is_none() || reported.output == counters.candidates_token_count;
    if without {
        reported.output = answer.or(reported.output);
    }
    reported.cached_read = reported.cached_read.or(counters.cached_content_token_count);
    reported.reasoning = reported.reasoning.or(counters.thoughts_token_count);
    reported.total = reported.total.or(counters.total_token_count);
    reported
}

fn sum(one: Option<i64>, other: Option<i64>) -> Option<i64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.saturating_add(other)),
        (one, other) => one.or(other),
    }
}
