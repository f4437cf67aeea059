//! Files that a text speaks of anywhere: in an object, in a list, in an attribute.

use std::collections::BTreeSet;

use wire::messages::{Media, MediaSource, references};
use wire::sent::Sent;

use super::chosen::Shown as Body;
use super::messages::{Conversation, Part, Shown, shown_media};
use super::missing::MissingFiles;

/// Files shown below one body.
const MOST: usize = 40;

/// All values of what was sent, as one text.
pub(super) fn texts(sent: &Sent) -> String {
    let speaks = |text: &&str| text.contains("@@@langfuseMedia:");
    let texts = sent.pairs().filter_map(|(_, value)| value.as_str()).filter(speaks);
    texts.collect::<Vec<_>>().join("\n")
}

/// The ids of the files that it speaks of.
pub(super) fn ids_in(sent: &Sent) -> BTreeSet<String> {
    references(&texts(sent)).into_iter().map(|found| found.id).take(MOST).collect()
}

/// The files that a text speaks of, each once, without those that its messages show.
pub(super) fn of(text: &str, body: Option<&Body>, missing: &MissingFiles) -> Vec<Shown> {
    let mut seen: BTreeSet<String> = match body {
        Some(Body::Messages(conversation)) => in_messages(conversation),
        _ => BTreeSet::new(),
    };
    let mut files = Vec::new();
    for found in references(text) {
        if files.len() >= MOST || !seen.insert(found.id.clone()) {
            continue;
        }
        let kind = match found.mime.split('/').next() {
            Some("image") => "image",
            Some("audio") => "audio",
            _ => "file",
        };
        let media = Media { source: MediaSource::Stored(found.id), mime: found.mime, name: String::new() };
        files.push(shown_media(kind, &media));
    }
    files.iter_mut().for_each(|file| missing.note_one(file));
    files
}

fn in_messages(conversation: &Conversation) -> BTreeSet<String> {
    let parts = conversation.messages.iter().flat_map(|message| &message.parts);
    let files = parts.flat_map(|part| match part {
        Part::Media(file) => std::slice::from_ref(file),
        Part::ToolResult { media, .. } => media.as_slice(),
        _ => &[],
    });
    files.map(|file| file.stored.clone()).filter(|id| !id.is_empty()).collect()
}
