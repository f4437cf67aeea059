//! Which names a price is for: exact ones first, then without prefixes, then without dates, then patterns.
//!
//! `openai/gpt-4o-2024-08-06`, `us.anthropic.claude-3-5-sonnet-20241022-v2:0` and `claude-3-5-sonnet@20240620` all find
//! the price of the plain model, unless there is one for exactly that name.

use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};

use super::model::LONGEST_NAME;
use foundation::{Error, Result};

/// The longest pattern, in bytes.
const LONGEST_PATTERN: usize = 1_000;
/// The most memory a compiled pattern may take, in bytes.
const LARGEST_PATTERN: usize = 256 << 10;

/// Dates and versions that name a snapshot of the same model at the same price.
static SNAPSHOT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let parts = r"^(.+?)(?:[-@](?:\d{8}|\d{4}-\d{2}-\d{2}|00\d|2[3-9](?:0[1-9]|1[0-2])|latest|default)|[-@]v\d+(?::\d+\w*)?|:(?:beta|thinking|nitro|floor|extended|online|exacto))$";
    Regex::new(parts).ok()
});

/// Bedrock's regions and makers before a model: `us.anthropic.`.
const REGIONS: [&str; 10] = ["us.", "eu.", "apac.", "ap.", "au.", "jp.", "ca.", "sa.", "global.", "us-gov."];
const MAKERS: [&str; 14] = [
    "anthropic.",
    "amazon.",
    "meta.",
    "mistral.",
    "cohere.",
    "deepseek.",
    "openai.",
    "ai21.",
    "qwen.",
    "google.",
    "moonshot.",
    "moonshotai.",
    "minimax.",
    "nvidia.",
];

/// What Pydantic AI, Mastra and their like put before a model: `openai:gpt-4o`.
const PROVIDERS: [&str; 12] = [
    "openai:",
    "anthropic:",
    "bedrock:",
    "google-gla:",
    "google-vertex:",
    "google:",
    "groq:",
    "mistral:",
    "cohere:",
    "deepseek:",
    "azure:",
    "openrouter:",
];

/// The forms of one name, each lower case, from as sent to the plainest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forms {
    /// As sent.
    pub full: String,
    /// Without what stands before the model: routers, providers, regions.
    pub bare: String,
    /// Without a date or version too.
    pub undated: String,
}

/// Reads a name; `None` for what is no model's name.
pub fn forms(model: &str) -> Option<Forms> {
    let full = model.trim().to_lowercase();
    if full.is_empty() || full.len() > LONGEST_NAME {
        return None;
    }
    let bare = bare(&full).to_owned();
    let undated = undated(&bare).to_owned();
    Some(Forms { full, bare, undated })
}

fn bare(full: &str) -> &str {
    let last = full.rsplit('/').next().filter(|last| !last.is_empty()).unwrap_or(full);
    let last = PROVIDERS.iter().find_map(|provider| last.strip_prefix(provider)).unwrap_or(last);
    let rest = REGIONS.iter().find_map(|region| last.strip_prefix(region)).unwrap_or(last);
    match MAKERS.iter().find_map(|maker| rest.strip_prefix(maker)) {
        Some(model) if !model.is_empty() => model,
        _ => last,
    }
}

fn undated(bare: &str) -> &str {
    let mut name = bare;
    while let Some(shorter) =
        SNAPSHOT.as_ref().and_then(|snapshot| snapshot.captures(name)?.get(1)).map(|part| part.as_str())
    {
        name = shorter;
    }
    name
}

/// Compiles a pattern: over the whole name, in any case, of bounded size. Its running time is linear in the name.
///
/// # Errors
/// [`Error::Invalid`] for `pattern`.
pub fn compile(pattern: &str) -> Result<Regex> {
    let refuse = |why: &str| Error::invalid("pattern", format!("this pattern cannot be used: {why}"));
    if pattern.len() > LONGEST_PATTERN {
        return Err(refuse("it is longer than 1,000 bytes"));
    }
    let build = |text: &str| {
        let mut builder = RegexBuilder::new(text);
        builder.case_insensitive(true).size_limit(LARGEST_PATTERN).dfa_size_limit(LARGEST_PATTERN);
        builder.build().map_err(|cause| refuse(cause.to_string().lines().last().unwrap_or_default()))
    };
    // By itself first: an unbalanced bracket must not open the anchors.
    build(pattern)?;
    build(&format!("^(?:{pattern})$"))
}

/// Whether a call went through a provider: `azure` is in `azure.ai.openai`, and in the name `azure/gpt-4o`.
pub fn is_provider(wanted: &str, provider: Option<&str>, full_name: &str) -> bool {
    let is_word =
        |text: &str| text.split(['.', '_', '-', ' ', '/']).any(|word| word.eq_ignore_ascii_case(wanted));
    let prefix = full_name.rsplit_once('/').map(|(prefix, _)| prefix);
    [provider, prefix].into_iter().flatten().any(|text| text.eq_ignore_ascii_case(wanted) || is_word(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_regions_dates_and_versions_fall_away() {
        for (sent, bare, undated) in [
            ("gpt-4o", "gpt-4o", "gpt-4o"),
            ("openai/GPT-4o-2024-08-06", "gpt-4o-2024-08-06", "gpt-4o"),
            ("azure/gpt-4o-mini", "gpt-4o-mini", "gpt-4o-mini"),
            (
                "bedrock/us.anthropic.claude-3-5-sonnet-20241022-v2:0",
                "claude-3-5-sonnet-20241022-v2:0",
                "claude-3-5-sonnet",
            ),
            ("anthropic.claude-3-haiku-20240307-v1:0", "claude-3-haiku-20240307-v1:0", "claude-3-haiku"),
            ("vertex_ai/claude-3-5-sonnet@20240620", "claude-3-5-sonnet@20240620", "claude-3-5-sonnet"),
            ("publishers/google/models/gemini-1.5-pro-002", "gemini-1.5-pro-002", "gemini-1.5-pro"),
            ("mistral-large-2411", "mistral-large-2411", "mistral-large"),
            ("gpt-4-0613", "gpt-4-0613", "gpt-4-0613"),
            (
                "arn:aws:bedrock:us-east-1:1:inference-profile/eu.meta.llama3-8b-v1:0",
                "llama3-8b-v1:0",
                "llama3-8b",
            ),
            ("claude-3-5-haiku-latest", "claude-3-5-haiku-latest", "claude-3-5-haiku"),
        ] {
            let forms = forms(sent).unwrap();
            assert_eq!((forms.bare.as_str(), forms.undated.as_str()), (bare, undated), "{sent}");
        }
        assert_eq!(forms(" "), None);
        assert_eq!(forms(&"x".repeat(301)), None);
    }

    #[test]
    fn patterns_are_anchored_any_case_and_bounded() {
        let pattern = compile("gpt-4o|o1").unwrap();
        assert!(pattern.is_match("GPT-4o") && !pattern.is_match("gpt-4o-mini") && !pattern.is_match("xo1"));
        for bad in ["(", "a{1000}{1000}", "a)|(b", &"x".repeat(1_001)] {
            assert!(matches!(compile(bad), Err(Error::Invalid(_))), "{bad}");
        }
    }

    #[test]
    fn providers_are_words() {
        assert!(is_provider("azure", Some("azure.ai.openai"), "gpt-4o"));
        assert!(is_provider("azure", None, "azure/gpt-4o"));
        assert!(!is_provider("azure", Some("openai"), "gpt-4o"));
        assert!(is_provider("bedrock", Some("aws.bedrock"), "x"));
    }
}
