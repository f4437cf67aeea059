//! The message model.

use serde_json::Value;

/// A body, read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// In the order sent. A body that is no conversation is one message without a role.
    pub messages: Vec<Message>,
    /// Whether the body is a conversation in a dialect we know.
    pub is_conversation: bool,
}

/// One message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message {
    /// `system`, `developer`, `user`, `assistant`, `tool`, or what was sent in lower case; empty when nobody says.
    pub role: String,
    /// The speaker's or tool's own name; empty when none is given.
    pub name: String,
    /// What it holds, in the order sent.
    pub parts: Vec<Part>,
    /// Why the model stopped, as sent: `stop`, `tool_calls`, `max_tokens`, `end_turn`, …
    pub finish_reason: Option<String>,
}

/// A piece of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    Text(String),
    /// What the model thought aloud.
    Reasoning(String),
    ToolCall {
        /// The call's id; may be empty.
        id: String,
        name: String,
        /// The arguments: text as sent, other JSON as compact JSON text.
        arguments: String,
    },
    ToolResult {
        /// The call's id; may be empty.
        id: String,
        /// The tool; may be empty.
        name: String,
        content: Vec<Part>,
        /// Whether the tool says that it failed.
        is_error: bool,
    },
    Image(Media),
    /// Sound; its transcript, if any, stands before it as text.
    Audio(Media),
    /// A document or any other file.
    File(Media),
    /// The model refuses, in these words.
    Refusal(String),
    /// Anything else, as it came.
    Other(Value),
}

/// A picture, sound or file by where it lies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Media {
    pub source: MediaSource,
    /// Its media type as sent, `image/png`; empty when unknown.
    pub mime: String,
    /// Its file name or title; may be empty.
    pub name: String,
}

/// Where the bytes of a picture, sound or file are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum MediaSource {
    /// Uploaded apart, under this id.
    Stored(String),
    /// At an address of somebody else.
    Url(String),
    /// In the body: a `data:` URI; RFC 2397.
    Inline(String),
    /// At the provider, under the provider's id.
    Provider(String),
    #[default]
    Unknown,
}

impl Message {
    /// A message of one part.
    pub fn of(role: &str, part: Part) -> Self {
        Self { role: role.to_owned(), parts: vec![part], ..Self::default() }
    }

    /// Its words, without reasoning, tool calls and tool results; parts stand on lines of their own.
    pub fn text(&self) -> String {
        let words = self.parts.iter().filter_map(|part| match part {
            Part::Text(text) | Part::Refusal(text) => Some(text.as_str()),
            _ => None,
        });
        words.collect::<Vec<_>>().join("\n")
    }

    /// The tool calls in it: id, name, arguments.
    pub fn tool_calls(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.parts.iter().filter_map(|part| match part {
            Part::ToolCall { id, name, arguments } => Some((id.as_str(), name.as_str(), arguments.as_str())),
            _ => None,
        })
    }
}

impl Part {
    /// Everything in it that can be read or searched; binary data has no text.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) | Self::Reasoning(text) | Self::Refusal(text) => text.clone(),
            Self::ToolCall { name, arguments, .. } => format!("{name} {arguments}"),
            Self::ToolResult { content, .. } => content.iter().map(Self::text).collect::<Vec<_>>().join("\n"),
            Self::Image(media) | Self::Audio(media) | Self::File(media) => media.name.clone(),
            Self::Other(value) => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
        }
    }
}

impl Media {
    /// The part it is, by its media type.
    pub fn into_part(self) -> Part {
        match self.mime.split('/').next().unwrap_or_default() {
            "image" => Part::Image(self),
            "audio" => Part::Audio(self),
            _ => Part::File(self),
        }
    }
}
