//! Pictures, sounds and files: by data URI, address, provider's id, or a reference to what was uploaded apart.

use serde_json::{Map, Value};

use super::super::model::{Media, MediaSource, Part};
use super::keys::{drop_text, object_of, rest, text_of, value_of};

const OPENS: &str = "@@@langfuseMedia:";
const CLOSES: &str = "@@@";

/// A reference to media uploaded apart, `@@@langfuseMedia:type=image/png|id=..|source=..@@@`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaReference {
    pub id: String,
    /// Its media type; may be empty.
    pub mime: String,
    /// What the client made it from: `base64_data_uri`, `file`, `bytes`; may be empty.
    pub source: String,
}

impl MediaReference {
    /// Reads what stands between the marks.
    fn read(inner: &str) -> Option<Self> {
        let field = |name: &str| inner.split('|').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        let owned = |name| field(name).unwrap_or_default().to_owned();
        let id = field("id").filter(|id| !id.is_empty() && id.len() <= 200)?.to_owned();
        Some(Self { id, mime: owned("type"), source: owned("source") })
    }
}

/// Every reference in a text, in order.
pub fn references(text: &str) -> Vec<MediaReference> {
    pieces(text).into_iter().filter_map(Result::err).collect()
}

/// Text and references in turn.
fn pieces(text: &str) -> Vec<Result<&str, MediaReference>> {
    let (mut pieces, mut rest, mut from) = (Vec::new(), text, 0);
    while let Some(at) = rest.get(from..).and_then(|tail| tail.find(OPENS)).map(|at| at + from) {
        let inner = rest.get(at + OPENS.len()..).unwrap_or_default();
        let Some(end) = inner.find(CLOSES) else { break };
        let Some(found) = MediaReference::read(inner.get(..end).unwrap_or_default()) else {
            from = at + OPENS.len();
            continue;
        };
        pieces.extend(rest.get(..at).filter(|text| !text.is_empty()).map(Ok));
        pieces.push(Err(found));
        rest = inner.get(end + CLOSES.len()..).unwrap_or_default();
        from = 0;
    }
    pieces.extend(Some(rest).filter(|text| !text.is_empty()).map(Ok));
    pieces
}

/// A text with the media it refers to.
pub fn split(text: &str) -> Vec<Part> {
    if let Some(part) = data_uri(text) {
        return vec![part];
    }
    let stored = |found: MediaReference| {
        Media { source: MediaSource::Stored(found.id), mime: found.mime, name: String::new() }.into_part()
    };
    pieces(text)
        .into_iter()
        .map(|piece| piece.map_or_else(stored, |text| Part::Text(text.to_owned())))
        .collect()
}

/// A text that is one data URI.
pub fn whole(text: &str) -> Option<Part> {
    data_uri(text)
}

/// A whole text that is one data URI, with base64 inside; RFC 2397.
fn data_uri(text: &str) -> Option<Part> {
    let rest = text.strip_prefix("data:")?;
    let (head, data) = rest.split_once(',')?;
    let mime = head.strip_suffix(";base64")?;
    let is_type = mime.len() <= 200 && mime.contains('/') && !mime.contains(char::is_whitespace);
    let is_data = data
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'-' | b'_' | b'%'));
    let media =
        Media { source: MediaSource::Inline(text.to_owned()), mime: mime.to_owned(), name: String::new() };
    (is_type && is_data).then(|| media.into_part())
}

/// Whether a block is a picture, a sound or a file.
pub fn is_media(kind: &str, map: &Map<String, Value>) -> bool {
    let known = matches!(
        kind,
        "image"
            | "image_url"
            | "input_image"
            | "output_image"
            | "image_generation_call"
            | "input_audio"
            | "audio"
            | "output_audio"
            | "file"
            | "input_file"
            | "document"
            | "blob"
            | "uri"
            | "video"
            | "video_url"
            | "media"
    );
    let keyed = ["inlineData", "inline_data", "fileData", "file_data"];
    let nested = ["image", "document", "video"];
    (known && has_source(map))
        || (kind.is_empty() && keyed.iter().any(|key| map.get(*key).is_some_and(Value::is_object)))
        || (kind.is_empty()
            && map.len() == 1
            && nested.iter().any(|key| map.get(*key).is_some_and(Value::is_object)))
}

const SOURCES: [&str; 19] = [
    "source",
    "image_url",
    "image",
    "input_audio",
    "audio",
    "file",
    "file_id",
    "file_url",
    "file_data",
    "url",
    "uri",
    "data",
    "base64",
    "content",
    "result",
    "video",
    "video_url",
    "document",
    "bytes",
];

fn has_source(map: &Map<String, Value>) -> bool {
    SOURCES.iter().any(|key| map.contains_key(*key))
}

/// Takes a block apart that [`is_media`].
pub fn media(kind: &str, mut map: Map<String, Value>) -> Vec<Part> {
    drop_text(&mut map, "type");
    let mut found = Media::default();
    let mut words = Vec::new();
    fill(&mut found, map, &mut words, 0);
    if found.mime.is_empty() {
        found.implied_mime().unwrap_or_default().clone_into(&mut found.mime);
    }
    let is = |word: &str| kind.contains(word) || found.mime.starts_with(word);
    let part = match () {
        () if is("image") => Part::Image(found),
        () if is("audio") => Part::Audio(found),
        () => Part::File(found),
    };
    words.into_iter().chain([part]).collect()
}

/// Reads one level of a block, and the objects it nests.
fn fill(found: &mut Media, mut map: Map<String, Value>, words: &mut Vec<Part>, depth: usize) {
    let mime = text_of(&mut map, &["mime_type", "mimeType", "mediaType", "media_type"]);
    let format = map.get("format").and_then(Value::as_str).and_then(mime_of);
    if let Some(known) = format {
        drop_text(&mut map, "format");
        if found.mime.is_empty() {
            known.clone_into(&mut found.mime);
        }
    }
    let name = text_of(&mut map, &["filename", "file_name", "name", "title", "displayName"]);
    drop_text(&mut map, "modality");
    let text_source = map.get("type").and_then(Value::as_str) == Some("text");
    drop_text(&mut map, "type");
    for (place, text) in [(&mut found.mime, mime), (&mut found.name, name)] {
        let Some(text) = text else { continue };
        let before = std::mem::replace(place, text);
        words.extend(Some(before).filter(|before| !before.is_empty() && before != place).map(Part::Text));
    }
    words.extend(text_of(&mut map, &["transcript"]).map(Part::Text));
    if text_source {
        words.extend(text_of(&mut map, &["data"]).map(Part::Text));
    }
    if let Some(id) = text_of(&mut map, &["file_id", "fileId"]) {
        found.source = MediaSource::Provider(id);
    }
    let address = text_of(&mut map, &["url", "uri", "fileUri", "file_uri", "file_url"]);
    let data = text_of(&mut map, &["data", "base64", "bytes", "file_data", "content", "result"]);
    for text in address.into_iter().chain(data) {
        words.extend(found.set(text).map(Part::Text));
    }
    for key in SOURCES.iter().chain(&["inlineData", "inline_data", "fileData"]) {
        match map.shift_remove(*key) {
            Some(Value::Object(inner)) if depth < 3 => fill(found, inner, words, depth + 1),
            Some(Value::String(text)) => words.extend(found.set(text).map(Part::Text)),
            Some(Value::Array(list)) => words.extend(super::content::parts_of(Value::Array(list))),
            Some(other) => words.extend(rest(Map::from_iter([((*key).to_owned(), other)])).map(Part::Other)),
            None => {}
        }
    }
    words.extend(rest(map).map(Part::Other));
}

impl Media {
    /// Takes a text for the place of its bytes: a reference, a data URI, an address, else base64.
    /// Gives back a text for which there is no room.
    fn set(&mut self, text: String) -> Option<String> {
        if text.is_empty() || self.source != MediaSource::Unknown {
            return Some(text).filter(|text| !text.is_empty());
        }
        if let [reference] = references(&text).as_slice() {
            self.source = MediaSource::Stored(reference.id.clone());
            self.mime.clone_from(&reference.mime);
            return None;
        }
        if text.starts_with("data:") {
            let mime = text.get(5..).and_then(|rest| rest.split([';', ',']).next()).unwrap_or_default();
            mime.clone_into(&mut self.mime);
            self.source = MediaSource::Inline(text);
            return None;
        }
        if text.contains("://") {
            self.source = MediaSource::Url(text);
            return None;
        }
        let mime = if self.mime.is_empty() { "application/octet-stream" } else { &self.mime };
        self.source = MediaSource::Inline(format!("data:{mime};base64,{text}"));
        None
    }

    /// What the ending of an address says of the type.
    fn implied_mime(&self) -> Option<&'static str> {
        let (MediaSource::Url(text), false) = (&self.source, self.name.contains('.')) else {
            return mime_of(self.name.rsplit('.').next()?);
        };
        mime_of(text.split(['?', '#']).next()?.rsplit('.').next()?)
    }
}

fn mime_of(ending: &str) -> Option<&'static str> {
    match ending.to_ascii_lowercase().as_str() {
        "png" => Some("image/png"),
        "jpg" | "jpeg" => Some("image/jpeg"),
        "gif" => Some("image/gif"),
        "webp" => Some("image/webp"),
        "wav" => Some("audio/wav"),
        "mp3" => Some("audio/mpeg"),
        "ogg" | "opus" => Some("audio/ogg"),
        "flac" => Some("audio/flac"),
        "pdf" => Some("application/pdf"),
        _ => None,
    }
}

/// Media that stand beside the words of a message: an answer's sound, pictures as plain base64.
pub fn of_message(map: &mut Map<String, Value>) -> Vec<Part> {
    let mut parts = Vec::new();
    if let Some(audio) = object_of(map, &["audio"]) {
        parts.extend(media("audio", audio));
    }
    match value_of(map, &["images"]) {
        Some(Value::Array(list)) => parts.extend(list.into_iter().flat_map(image)),
        Some(other) => parts.extend(rest(Map::from_iter([("images".to_owned(), other)])).map(Part::Other)),
        None => {}
    }
    parts
}

fn image(value: Value) -> Vec<Part> {
    match value {
        Value::String(text) => media("image", Map::from_iter([("data".to_owned(), Value::String(text))])),
        Value::Object(map) => media("image", map),
        other => vec![Part::Other(other)],
    }
}
