//! A body as it is shown: its messages with roles, tool calls, results and pictures, cut where they are too long.
//!
//! The reading is [`wire::messages`]; only the view is cut, quotes and digests are of the stored bytes. NUL
//! shows as U+FFFD.

use serde_json::Value;

use crate::foundation::address::part;
use crate::web::format::{self, shown};
use trace_model::BodyForm;
use wire::messages;
use wire::messages::{Media, MediaSource};

use super::missing::Missing;

/// Messages shown of one body; the rest is in the raw text.
pub const MOST_MESSAGES: usize = 200;
/// Characters shown of one part unless the whole body is asked for.
pub const MOST_CHARS: usize = 20_000;
/// Characters shown of one body unless the whole body is asked for.
pub const MOST_OF_BODY: usize = 200_000;
/// Characters shown when the whole body is asked for.
const MOST_AT_ALL: usize = 4_000_000;
/// The longest picture put on the page itself, in characters of its data URI.
const MOST_PICTURE: usize = 1 << 20;
/// Picture types that browsers show and that cannot carry scripts.
const SAFE_PICTURES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// What to show of a body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conversation {
    /// In the order sent.
    pub messages: Vec<Message>,
    /// How many more there are than [`MOST_MESSAGES`].
    pub left_out: usize,
    pub is_cut: bool,
}

/// One message; a body that is no conversation is one message without a role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// `system`, `user`, `assistant`, `tool`, …; empty when nobody says.
    pub role: String,
    /// The name of the speaker or tool, where one is given.
    pub name: String,
    /// Why the model stopped; empty when nobody says.
    pub reason: String,
    pub parts: Vec<Part>,
}

/// A piece of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Text(String),
    /// What the model thought aloud.
    Reasoning(String),
    ToolCall {
        name: String,
        /// The call's id; may be empty.
        id: String,
        /// Arguments, indented where they are JSON.
        arguments: String,
    },
    ToolResult {
        /// The tool; may be empty.
        name: String,
        /// The call's id; may be empty.
        id: String,
        is_error: bool,
        content: String,
        media: Vec<Shown>,
    },
    /// A picture, sound or file.
    Media(Shown),
    Refusal(String),
    /// Anything else, as indented JSON.
    Json(String),
}

/// A picture, sound or file as shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// `image`, `audio`, `file`.
    pub kind: &'static str,
    /// Its name, type and size in words.
    pub about: String,
    /// An address that an image element may have; empty when it is not shown.
    pub picture: String,
    /// An address of ours to open or save it; empty when there is none.
    pub href: String,
    /// Somebody else's address, as words.
    pub elsewhere: String,
    /// The id under which it was to be uploaded; empty for what stands elsewhere.
    pub stored: String,
    /// What is said in its place while its bytes are not here.
    pub missing: Option<Missing>,
}

/// Parts shown of one body; a message may have any number.
const MOST_PARTS: usize = 1_000;

/// What is left for a body: characters and parts.
struct Room {
    parts: usize,
    left: usize,
    most: usize,
    is_cut: bool,
}

/// Reads a body for showing; `whole` asks for all of it, within reason.
pub fn read(bytes: &[u8], form: BodyForm, whole: bool) -> Conversation {
    let reading = messages::read_as(bytes, form);
    let left_out = reading.messages.len().saturating_sub(MOST_MESSAGES);
    let mut room = if whole {
        Room { parts: 20 * MOST_PARTS, left: MOST_AT_ALL, most: MOST_AT_ALL, is_cut: false }
    } else {
        Room { parts: MOST_PARTS, left: MOST_OF_BODY, most: MOST_CHARS, is_cut: false }
    };
    let messages =
        reading.messages.into_iter().take(MOST_MESSAGES).map(|message| room.message(message)).collect();
    Conversation { messages, left_out, is_cut: room.is_cut }
}

impl Room {
    fn message(&mut self, message: messages::Message) -> Message {
        Message {
            role: shown(&message.role),
            name: shown(&message.name),
            reason: shown(message.finish_reason.as_deref().unwrap_or_default()),
            parts: self.first(message.parts).map(|part| self.part(part)).collect::<Vec<_>>(),
        }
    }

    fn part(&mut self, part: messages::Part) -> Part {
        use messages::Part as Read;
        match part {
            Read::Text(text) => Part::Text(self.cut(&text)),
            Read::Reasoning(text) => Part::Reasoning(self.cut(&text)),
            Read::Refusal(text) => Part::Refusal(self.cut(&text)),
            Read::Other(value) => Part::Json(self.cut(&pretty(&value))),
            Read::Image(media) => Part::Media(shown_media("image", &media)),
            Read::Audio(media) => Part::Media(shown_media("audio", &media)),
            Read::File(media) => Part::Media(shown_media("file", &media)),
            Read::ToolCall { id, name, arguments } => Part::ToolCall {
                name: shown(&name),
                id: shown(&id),
                arguments: self.cut(&indented(&arguments)),
            },
            Read::ToolResult { id, name, content, is_error } => self.result(&id, &name, content, is_error),
        }
    }

    fn result(&mut self, id: &str, name: &str, content: Vec<messages::Part>, is_error: bool) -> Part {
        let (mut words, mut media) = (Vec::new(), Vec::new());
        for part in self.first(content) {
            match self.part(part) {
                Part::Media(one) => media.push(one),
                Part::Text(text) | Part::Json(text) | Part::Reasoning(text) | Part::Refusal(text) => {
                    words.push(text);
                }
                Part::ToolCall { arguments, .. } => words.push(arguments),
                Part::ToolResult { content, .. } => words.push(content),
            }
        }
        Part::ToolResult { name: shown(name), id: shown(id), is_error, content: words.join("\n"), media }
    }

    /// As many of some parts as there is room for.
    fn first(&mut self, parts: Vec<messages::Part>) -> impl Iterator<Item = messages::Part> + use<> {
        let most = self.parts.min(parts.len());
        self.is_cut |= most < parts.len();
        self.parts -= most;
        parts.into_iter().take(most)
    }

    fn cut(&mut self, text: &str) -> String {
        let most = self.most.min(self.left);
        match text.char_indices().nth(most) {
            None => {
                self.left = self.left.saturating_sub(text.len());
                shown(text)
            }
            Some((end, _)) => {
                self.is_cut = true;
                self.left = self.left.saturating_sub(most);
                shown(text.get(..end).unwrap_or_default()) + " …"
            }
        }
    }
}

/// Text that is a JSON list or object is indented; other text stays as it is.
fn indented(text: &str) -> String {
    let looks_so = text.trim_start().starts_with(['{', '[']);
    let parsed = looks_so.then(|| serde_json::from_str::<Value>(text).ok()).flatten();
    parsed.map_or_else(|| text.to_owned(), |value| pretty(&value))
}

fn pretty(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    }
}

/// A picture, sound or file as shown.
pub(super) fn shown_media(kind: &'static str, media: &Media) -> Shown {
    let mut about: Vec<String> =
        [&media.name, &media.mime].into_iter().filter(|text| !text.is_empty()).map(|t| shown(t)).collect();
    let mut found = Shown { kind, ..Shown::default() };
    let is_safe = SAFE_PICTURES.contains(&media.mime.as_str());
    match &media.source {
        MediaSource::Stored(id) => {
            found.stored.clone_from(id);
            found.href = format!("/media/{}", part(id));
            if kind == "image" {
                found.picture.clone_from(&found.href);
            }
        }
        MediaSource::Inline(data) => {
            about.push(format!("{} bytes", format::number(decoded_len(data))));
            if is_safe && data.len() <= MOST_PICTURE {
                found.picture.clone_from(data);
            }
        }
        MediaSource::Url(address) => found.elsewhere = shown(address),
        MediaSource::Provider(id) => about.push(format!("kept by the provider as {}", shown(id))),
        MediaSource::Unknown => {}
    }
    found.about = about.join(", ");
    found
}

/// Bytes that the base64 of a data URI stands for.
fn decoded_len(data: &str) -> i64 {
    let encoded = data.split_once(',').map_or(0, |(_, data)| data.trim_end_matches('=').len());
    i64::try_from(encoded / 4 * 3 + (encoded % 4).saturating_sub(1)).unwrap_or(i64::MAX)
}

#[cfg(test)]
#[path = "messages_tests.rs"]
mod tests;
