//! The names under which tokens are counted, by every provider and library known, and what each of them counts.
//!
//! A name is compared in lower case without `_`, `-` and `.`, so that `cache_read.input_tokens`, `cacheReadInputTokens` and
//! `cache_read_input_tokens` are one. The table has what no rule tells; the rules after it read what has a name of the
//! same kind.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a name counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// All that was sent to the model, or what no cache served of it.
    Input,
    /// All that came back, or what of it is no reasoning.
    Output,
    Total,
    /// Input read from a cache.
    Read,
    /// Input written to a cache.
    Write,
    /// A part of what was written: for five minutes.
    WriteShort,
    /// A part of what was written: for an hour.
    WriteLong,
    Reasoning,
    /// Input of another form than text, or of a tool.
    InputPart,
    /// Output of another form than text.
    OutputPart,
    /// Just what no cache served: the rest of the input.
    Uncached,
    /// Just what is no reasoning: the rest of the output.
    Visible,
    /// Input that is text: all of it but the other forms.
    InputText,
    /// Output that is text: all of it but the other forms.
    OutputText,
    /// Tokens of a kind that another name holds already.
    Within,
    /// All of them, by a name that does not say of what: the total beside an input or an output, else the input.
    Bare,
}

/// Where a detail stands by the habit of whoever uses its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Habit {
    /// Counted in the input or the output too.
    Inside,
    /// Counted for itself in the provider's own answer; inside by the conventions of OpenTelemetry.
    Apart,
    /// Counted for itself by everybody.
    Beside,
}

/// The half of the counters that an inner object is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Input,
    Output,
}

/// An inner object with counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Container {
    pub(super) side: Option<Side>,
    /// What it says of input, output and total counts only where nothing else says it.
    pub(super) is_second: bool,
    /// Its names lack the word: `read`, `write`.
    pub(super) is_cache: bool,
}

/// The longest name that is read, without its marks.
const LONGEST: usize = 64;

/// A name without its marks.
pub(super) struct Plain {
    bytes: [u8; LONGEST],
    len: usize,
}

impl Plain {
    /// `None` for a name that is too long, or empty.
    pub(super) fn of(name: &str) -> Option<Self> {
        let mut plain = Self { bytes: [0; LONGEST], len: 0 };
        for byte in name.bytes().filter(u8::is_ascii_alphanumeric) {
            *plain.bytes.get_mut(plain.len)? = byte.to_ascii_lowercase();
            plain.len += 1;
        }
        (plain.len > 0).then_some(plain)
    }

    pub(super) fn text(&self) -> &str {
        self.bytes.get(..self.len).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

const NAMES: &[(&str, Slot, Habit)] = &[
    // OpenAI, its many followers, LangChain, LlamaIndex, Langfuse
    ("input", Slot::Input, Habit::Inside),
    ("output", Slot::Output, Habit::Inside),
    ("total", Slot::Total, Habit::Inside),
    ("inputtokens", Slot::Input, Habit::Inside),
    ("outputtokens", Slot::Output, Habit::Inside),
    ("totaltokens", Slot::Total, Habit::Inside),
    ("prompttokens", Slot::Input, Habit::Inside),
    ("completiontokens", Slot::Output, Habit::Inside),
    ("prompt", Slot::Input, Habit::Inside),
    ("completion", Slot::Output, Habit::Inside),
    ("inputtokencount", Slot::Input, Habit::Inside),
    ("outputtokencount", Slot::Output, Habit::Inside),
    ("generatedtokens", Slot::Output, Habit::Inside),
    ("generatedtokencount", Slot::Output, Habit::Inside),
    ("promptllmtokencount", Slot::Input, Habit::Inside),
    ("completionllmtokencount", Slot::Output, Habit::Inside),
    // Anthropic, Bedrock, Strands
    ("cachereadinputtokens", Slot::Read, Habit::Apart),
    ("cachereadinputtokencount", Slot::Read, Habit::Apart),
    ("cachecreationinputtokens", Slot::Write, Habit::Apart),
    ("cachewriteinputtokens", Slot::Write, Habit::Apart),
    ("cachewriteinputtokencount", Slot::Write, Habit::Apart),
    // Titan
    ("inputtexttokencount", Slot::Input, Habit::Inside),
    ("outputtexttokencount", Slot::Output, Habit::Inside),
    // Gemini, Vertex, Genkit
    ("prompttokencount", Slot::Input, Habit::Inside),
    ("candidatestokencount", Slot::Output, Habit::Inside),
    ("responsetokencount", Slot::Output, Habit::Inside),
    ("totaltokencount", Slot::Total, Habit::Inside),
    ("cachedcontenttokencount", Slot::Read, Habit::Inside),
    ("cachedcontenttokens", Slot::Read, Habit::Inside),
    ("thoughtstokencount", Slot::Reasoning, Habit::Beside),
    ("thoughtstokens", Slot::Reasoning, Habit::Beside),
    ("tooluseprompttokencount", Slot::InputPart, Habit::Beside),
    ("toolusetokens", Slot::InputPart, Habit::Beside),
    ("thoughttokens", Slot::Reasoning, Habit::Inside),
    // DeepSeek
    ("promptcachehittokens", Slot::Read, Habit::Inside),
    ("promptcachemisstokens", Slot::Uncached, Habit::Inside),
    // Ollama, llama.cpp
    ("promptevalcount", Slot::Input, Habit::Inside),
    ("evalcount", Slot::Output, Habit::Inside),
    ("promptn", Slot::Input, Habit::Inside),
    ("predictedn", Slot::Output, Habit::Inside),
    ("promptms", Slot::Within, Habit::Inside),
    // xAI, which counts its input once more as text
    ("cachedprompttexttokens", Slot::Read, Habit::Inside),
    // OpenRouter's own figures, and whoever puts the word first
    ("tokensprompt", Slot::Input, Habit::Inside),
    ("tokenscompletion", Slot::Output, Habit::Inside),
    ("tokensinput", Slot::Input, Habit::Inside),
    ("tokensoutput", Slot::Output, Habit::Inside),
    ("tokensin", Slot::Input, Habit::Inside),
    ("tokensout", Slot::Output, Habit::Inside),
    ("tokenstotal", Slot::Total, Habit::Inside),
    // Pipecat
    ("audioinputtokens", Slot::InputPart, Habit::Inside),
    ("audiooutputtokens", Slot::OutputPart, Habit::Inside),
    // The Vercel AI SDK counts an embedding so, Braintrust its totals
    ("tokens", Slot::Bare, Habit::Inside),
    // Vercel AI SDK
    ("nocachetokens", Slot::Uncached, Habit::Inside),
    ("uncachedinputtokens", Slot::Uncached, Habit::Inside),
    ("inputuncachedtokens", Slot::Uncached, Habit::Inside),
    // Pydantic AI, as it was
    ("requesttokens", Slot::Input, Habit::Inside),
    ("responsetokens", Slot::Output, Habit::Inside),
    // Predictions stand inside the output whether they were taken or not.
    ("acceptedpredictiontokens", Slot::Within, Habit::Inside),
    ("rejectedpredictiontokens", Slot::Within, Habit::Inside),
    ("acceptedpredictiontokencount", Slot::Within, Habit::Inside),
    ("rejectedpredictiontokencount", Slot::Within, Habit::Inside),
];

static INDEX: LazyLock<HashMap<&'static str, (Slot, Habit)>> =
    LazyLock::new(|| NAMES.iter().map(|(name, slot, habit)| (*name, (*slot, *habit))).collect());

/// Words of what is counted but is no token.
const OTHER_UNITS: [&str; 19] = [
    "cost",
    "price",
    "usd",
    "time",
    "duration",
    "second",
    "latency",
    "char",
    "limit",
    "percent",
    "requests",
    "units",
    "images",
    "sources",
    "calls",
    "perminute",
    // Counts of tokens that nobody used.
    "max",
    "remaining",
    "budget",
];

/// Words before names that change nothing: `total_input_tokens`, `num_prompt_tokens`, `$ai_input_tokens`.
const BEFORE: [&str; 5] = ["total", "num", "native", "llm", "ai"];

/// What a name counts, and where; `None` for what is no count of tokens, or of nobody knows what.
pub(super) fn slot(side: Option<Side>, plain: &str) -> Option<(Slot, Habit)> {
    if let Some(side) = side
        && let Some(found) = inner(side, plain)
    {
        return Some((found, Habit::Inside));
    }
    let after = || BEFORE.iter().find_map(|word| INDEX.get(plain.strip_prefix(word)?));
    if let Some(found) = INDEX.get(plain).or_else(after) {
        return Some(*found);
    }
    if is_other_unit(plain) {
        return None;
    }
    if plain.contains("cache") || plain.contains("ephemeral") {
        return Some((cache(plain), Habit::Inside));
    }
    if ["reasoning", "thought", "thinking"].iter().any(|word| plain.contains(word)) {
        return Some((Slot::Reasoning, Habit::Inside));
    }
    part(side, plain).map(|slot| (slot, Habit::Inside))
}

/// What stands in an inner object, by the part of a name before its first point: `prompt_details.cache_read`.
pub(super) fn split(name: &str) -> (Option<Container>, &str) {
    let Some((before, rest)) = name.split_once('.') else { return (None, name) };
    // `cache_creation.input_tokens` is one name.
    if Plain::of(name).is_some_and(|plain| INDEX.contains_key(plain.text())) {
        return (None, name);
    }
    match Plain::of(before).and_then(|plain| container(plain.text())) {
        Some(found) => (Some(found), rest),
        None => (None, name),
    }
}

/// Whether a name speaks of money, time, letters or the like.
pub(super) fn is_other_unit(plain: &str) -> bool {
    OTHER_UNITS.iter().any(|word| plain.contains(word))
}

/// What only an inner object means by a name.
fn inner(side: Side, plain: &str) -> Option<Slot> {
    Some(match (side, plain) {
        (Side::Input, "total" | "totaltokens") => Slot::Input,
        (Side::Output, "total" | "totaltokens") => Slot::Output,
        (Side::Input, "nocache" | "uncached") => Slot::Uncached,
        (_, "text" | "texttokens") => match side {
            Side::Input => Slot::InputText,
            Side::Output => Slot::Visible,
        },
        _ => return None,
    })
}

fn cache(plain: &str) -> Slot {
    let forms = ["audio", "image", "video", "text"];
    if plain.contains("1h") {
        Slot::WriteLong
    } else if plain.contains("5m") {
        Slot::WriteShort
    } else if forms.iter().any(|form| plain.contains(form)) {
        Slot::Within
    } else if plain.contains("creat") || plain.contains("writ") {
        Slot::Write
    } else if plain.contains("miss") {
        Slot::Uncached
    } else {
        Slot::Read
    }
}

fn part(side: Option<Side>, plain: &str) -> Option<Slot> {
    let begins = |words: &[&str]| words.iter().any(|word| plain.starts_with(word));
    let is_text = plain.contains("text");
    if side == Some(Side::Input) || begins(&["input", "prompt"]) {
        Some(if is_text { Slot::InputText } else { Slot::InputPart })
    } else if side == Some(Side::Output) || begins(&["output", "completion", "candidates"]) {
        Some(if is_text { Slot::OutputText } else { Slot::OutputPart })
    } else {
        None
    }
}

/// What an inner object of this name is about; `None` where counts are not looked for.
pub(super) fn container(plain: &str) -> Option<Container> {
    let about = |side, is_second| Some(Container { side, is_second, is_cache: plain == "cache" });
    let is_input = plain.starts_with("input") || plain.starts_with("prompt");
    let is_output = ["output", "completion", "candidates"].iter().any(|word| plain.starts_with(word));
    match plain {
        "inputtokens" | "inputtokencount" | "cachecreation" | "cache" => about(Some(Side::Input), false),
        "outputtokens" | "outputtokencount" => about(Some(Side::Output), false),
        "details" | "billedunits" => about(None, true),
        "additionalcounts" | "tokens" | "experimental" | "usage" | "tokenusage" | "usagemetadata"
        | "meta" | "tokenmetadata" => about(None, false),
        _ if plain.contains("details") && is_input => about(Some(Side::Input), false),
        _ if plain.contains("details") && is_output => about(Some(Side::Output), false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_kind_are_read_alike_and_other_units_are_none() {
        for (side, name, expected) in [
            (None, "gen_ai.usage.x", None),
            (None, "cache_read.input_tokens", Some(Slot::Read)),
            (None, "cached_input_tokens", Some(Slot::Read)),
            (None, "input_cached_tokens", Some(Slot::Read)),
            (None, "cache_read_tokens", Some(Slot::Read)),
            (None, "cache_audio_read_tokens", Some(Slot::Within)),
            (None, "cache_write_input_tokens", Some(Slot::Write)),
            (None, "cache_creation_tokens", Some(Slot::Write)),
            (None, "input_cache_creation_1h", Some(Slot::WriteLong)),
            (Some(Side::Input), "ephemeral_5m_input_tokens", Some(Slot::WriteShort)),
            (None, "reasoning.output_tokens", Some(Slot::Reasoning)),
            (None, "reasoning_tokens_limit", None),
            (None, "prompt_audio_seconds", None),
            (None, "input_characters", None),
            (None, "inputImages", None),
            (None, "prompt_time", None),
            (None, "total_duration", None),
            (None, "input_cost", None),
            (None, "server_tool_use.web_search_requests", None),
            (None, "num_sources_used", None),
            (None, "input_audio_tokens", Some(Slot::InputPart)),
            (Some(Side::Output), "image_tokens", Some(Slot::OutputPart)),
            (Some(Side::Input), "text_tokens", Some(Slot::InputText)),
            (None, "total_input_tokens", Some(Slot::Input)),
            (None, "num_completion_tokens", Some(Slot::Output)),
            (None, "$ai_cache_read_input_tokens", Some(Slot::Read)),
            (None, "native_tokens_prompt", Some(Slot::Input)),
            (None, "max_output_tokens", None),
            (None, "output_tokens_max", None),
            (None, "remaining_tokens", None),
            (None, "audio.output_tokens", Some(Slot::OutputPart)),
            (None, "thinking_budget_tokens", None),
            (Some(Side::Input), "total", Some(Slot::Input)),
        ] {
            let plain = Plain::of(name).unwrap();
            assert_eq!(slot(side, plain.text()).map(|(slot, _)| slot), expected, "{name}");
        }
        assert!(Plain::of(&"x".repeat(65)).is_none() && Plain::of("_._").is_none());
    }
}
