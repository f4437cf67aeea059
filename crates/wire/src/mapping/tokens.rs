//! The tokens of a span, from whichever of its attributes count them.

use trace_model::fields::Fields;
use trace_model::{ObservationKind as Kind, Usage};

use super::attributes::{Attributes, object_of};
use super::keys::{Key, Prefix};
use super::usage::{Heard, from_langfuse};

/// Attributes that are an object of counts.
const OBJECTS: [Key; 5] =
    [Key::MlflowUsage, Key::GenAiUsage, Key::LlmUsage, Key::LangtraceUsage, Key::BraintrustUsage];

/// Answers of models that count inside, where their libraries count nowhere else: Google ADK, Genkit, the older Logfire.
const ANSWERS: [Key; 3] = [Key::AdkResponse, Key::GenkitOutput, Key::LogfireResponse];

/// The names of the object inside an answer.
const INSIDE: [&str; 3] = ["usage_metadata", "usageMetadata", "usage"];

/// Counts that stand by themselves, each by the name that it has among others.
const SINGLE: [(Key, &str); 9] = [
    (Key::ResponsePromptTokens, "prompt_tokens"),
    (Key::ResponseCompletionTokens, "completion_tokens"),
    (Key::ResponseInputTokens, "input_tokens"),
    (Key::ResponseOutputTokens, "output_tokens"),
    (Key::VoltagentPromptTokens, "prompt_tokens"),
    (Key::VoltagentCompletionTokens, "completion_tokens"),
    (Key::VoltagentTotalTokens, "total_tokens"),
    (Key::VoltagentCachedTokens, "cached_tokens"),
    (Key::VoltagentReasoningTokens, "reasoning_tokens"),
];

/// Bare words in which Claude Code repeats what Anthropic's API counted, by the names that they have there.
const OF_ANTHROPIC: [(Key, &str); 4] = [
    (Key::ClaudeInputTokens, "input_tokens"),
    (Key::ClaudeOutputTokens, "output_tokens"),
    (Key::ClaudeCacheRead, "cache_read_input_tokens"),
    (Key::ClaudeCacheCreation, "cache_creation_input_tokens"),
];

/// What they come to; of an object and single attributes the object.
pub fn of(attributes: &Attributes<'_>, kind: Kind) -> Option<Usage> {
    let read = |object: &str| from_langfuse(Some(object), None);
    let own = attributes.json_object_or(Key::LfUsage, Prefix::LfUsage);
    own.and_then(|object| read(&object))
        .or_else(|| OBJECTS.iter().find_map(|key| read(&attributes.json_object(*key)?)))
        .or_else(|| read(in_answer(attributes, kind)?))
        .or_else(|| heard(attributes, kind).usage())
}

/// The object that counts inside an answer, as sent.
pub fn inside<'a>(attributes: &Attributes<'a>, answer: Key) -> Option<&'a str> {
    if !ANSWERS.contains(&answer) {
        return None;
    }
    let text = attributes.str(answer).filter(|text| text.contains("\"usage"))?;
    let fields = Fields::read(text)?;
    INSIDE.iter().find_map(|name| fields.raw(name)).filter(|object| object.starts_with('{'))
}

/// The answer of a tool counts nothing, and that of a flow only what its models did.
fn in_answer<'a>(attributes: &Attributes<'a>, kind: Kind) -> Option<&'a str> {
    let is_call = matches!(kind, Kind::Generation | Kind::Embedding);
    is_call.then(|| ANSWERS.iter().find_map(|answer| inside(attributes, *answer)))?
}

fn heard(attributes: &Attributes<'_>, kind: Kind) -> Heard {
    let mut heard = Heard::default();
    for (name, place, value) in attributes.below(Prefix::Usage) {
        if let Some(count) = attributes.integer_at(place) {
            heard.hear(name, count);
        } else if let Some(object) = value.value.as_ref().and_then(object_of) {
            heard.hear_details(name, &object);
        }
    }
    let count = |key: Key| attributes.integer(&[key]);
    for (key, name) in SINGLE {
        count(key).into_iter().for_each(|count| heard.hear(name, count));
    }
    if heard.is_empty() && kind == Kind::Generation {
        for (key, name) in OF_ANTHROPIC {
            count(key).into_iter().for_each(|count| heard.hear_own(name, count));
        }
    }
    if let Some(object) = attributes.json_object(Key::AiProviderMetadata) {
        heard.hear_provider(&object);
    }
    heard
}
