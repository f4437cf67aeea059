//! What a call is: whose provider, of what kind, how it ended. Pure.

use serde::{Deserialize, Serialize};

/// Whose form a call has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    OpenAi,
    Anthropic,
}

impl Provider {
    /// Both.
    pub const ALL: [Self; 2] = [Self::OpenAi, Self::Anthropic];

    /// The word stored, and that of the address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::Anthropic => "anthropic",
        }
    }

    /// Reads the word back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.as_str() == text)
    }

    /// As people write it.
    pub fn title(self) -> &'static str {
        match self {
            Self::OpenAi => "OpenAI",
            Self::Anthropic => "Anthropic",
        }
    }
}

/// What is asked for, by the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// OpenAI's chat completions.
    Chat,
    /// OpenAI's completions of before.
    Completion,
    /// OpenAI's responses.
    Responses,
    Embedding,
    /// Anthropic's messages.
    Messages,
    /// Whatever else a provider answers: lists of models, files, batches.
    Other,
}

impl Kind {
    /// By method and path, which may have a version before it.
    pub fn of(provider: Provider, method: &str, path: &str) -> Self {
        let path = path.trim_end_matches('/');
        if method != "POST" {
            return Self::Other;
        }
        match provider {
            Provider::OpenAi if path.ends_with("/chat/completions") => Self::Chat,
            Provider::OpenAi if path.ends_with("/completions") => Self::Completion,
            Provider::OpenAi if path.ends_with("/responses") => Self::Responses,
            Provider::OpenAi if path.ends_with("/embeddings") => Self::Embedding,
            Provider::Anthropic if path.ends_with("/messages") => Self::Messages,
            _ => Self::Other,
        }
    }

    /// Whether a model answers, so that it is billed by tokens.
    pub fn is_billed(self) -> bool {
        self != Self::Other
    }

    /// What OpenTelemetry calls it.
    pub fn operation(self) -> Option<&'static str> {
        match self {
            Self::Chat | Self::Responses | Self::Messages => Some("chat"),
            Self::Completion => Some("text_completion"),
            Self::Embedding => Some("embeddings"),
            Self::Other => None,
        }
    }

    /// The type of its observation.
    pub fn observation(self) -> &'static str {
        match self {
            Self::Embedding => "embedding",
            Self::Other => "span",
            _ => "generation",
        }
    }
}

/// How a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is under way.
    Begun,
    /// The whole answer came, and it was no error.
    Answered,
    /// The upstream refused or failed, could not be reached, or took too long.
    Failed,
    /// The answer broke off: the client went away, or the upstream did.
    Cut,
    /// Our process ended while it was under way; it was not sent again.
    Unknown,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Begun, Self::Answered, Self::Failed, Self::Cut, Self::Unknown];

    /// The word stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Answered => "answered",
            Self::Failed => "failed",
            Self::Cut => "cut",
            Self::Unknown => "unknown",
        }
    }

    /// Reads the word back; what nobody writes is not known.
    pub fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.as_str() == text).unwrap_or(Self::Unknown)
    }
}

/// Tokens of a call that do not overlap; what the provider did not say is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// Input that no cache served.
    pub input: Option<i64>,
    pub cache_read: Option<i64>,
    pub cache_write: Option<i64>,
    /// Output without reasoning, where that is told apart.
    pub output: Option<i64>,
    pub reasoning: Option<i64>,
}

impl Tokens {
    /// All that went in, where anything is known.
    pub fn all_input(self) -> Option<i64> {
        sum([self.input, self.cache_read, self.cache_write])
    }

    /// All that came out, where anything is known.
    pub fn all_output(self) -> Option<i64> {
        sum([self.output, self.reasoning])
    }
}

fn sum<const N: usize>(parts: [Option<i64>; N]) -> Option<i64> {
    parts.into_iter().flatten().reduce(i64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_is_asked_for() {
        for (provider, method, path, kind) in [
            (Provider::OpenAi, "POST", "/v1/chat/completions", Kind::Chat),
            (Provider::OpenAi, "POST", "/openai/deployments/x/chat/completions", Kind::Chat),
            (Provider::OpenAi, "POST", "/v1/completions", Kind::Completion),
            (Provider::OpenAi, "POST", "/v1/responses", Kind::Responses),
            (Provider::OpenAi, "GET", "/v1/responses", Kind::Other),
            (Provider::OpenAi, "POST", "/v1/embeddings/", Kind::Embedding),
            (Provider::OpenAi, "POST", "/v1/messages", Kind::Other),
            (Provider::Anthropic, "POST", "/v1/messages", Kind::Messages),
            (Provider::Anthropic, "POST", "/v1/messages/count_tokens", Kind::Other),
            (Provider::Anthropic, "GET", "/v1/models", Kind::Other),
        ] {
            assert_eq!(Kind::of(provider, method, path), kind, "{method} {path}");
        }
        assert!(!Kind::Other.is_billed() && Kind::Chat.is_billed());
    }

    #[test]
    fn words_are_read_back() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), state);
        }
        for provider in Provider::ALL {
            assert_eq!(Provider::parse(provider.as_str()), Some(provider));
        }
        assert_eq!(Tokens::default().all_input(), None);
        let some = Tokens { input: Some(2), cache_read: Some(3), ..Tokens::default() };
        assert_eq!((some.all_input(), some.all_output()), (Some(5), None));
    }
}
