//! Pictures and files that a body speaks of and whose bytes are not here: what they are said to be, and since when.

use std::collections::{BTreeMap, BTreeSet};

use crate::bodies::CurrentBody;
use crate::db::AnyConnection;
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::media::reads;
use crate::media::reads::MediaRow;
use crate::web::format::{self, Time, shown};
use wire::messages;

use super::messages::{Conversation, Part, Shown};

/// Files looked up for one observation.
const MOST: usize = 1_000;

/// The ids of files that these bodies speak of.
pub(super) fn spoken_of(bodies: &[(&'static str, CurrentBody)]) -> BTreeSet<String> {
    let texts = bodies.iter().map(|(_, body)| String::from_utf8_lossy(&body.bytes));
    let ids = texts
        .flat_map(|text| messages::references(&text).into_iter().map(|found| found.id).collect::<Vec<_>>());
    ids.take(MOST).collect()
}

/// Files whose bytes are not here, by id; those that nobody announced have no row.
#[derive(Clone, Debug, Default)]
pub(super) struct MissingFiles {
    rows: BTreeMap<String, Option<MediaRow>>,
    now: Timestamp,
}

/// What stands in a file's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// `picture`, `sound`, `file`.
    pub what: &'static str,
    /// Type and size as announced; empty when nobody announced it.
    pub announced: String,
    pub since: Option<Time>,
    /// What the client says went wrong; empty when it says nothing.
    pub fault: String,
}

impl MissingFiles {
    /// Looks up these files.
    pub(super) fn of(
        conn: &mut AnyConnection,
        project: ProjectKey,
        ids: BTreeSet<String>,
        now: Timestamp,
    ) -> Result<Self> {
        let known = reads::among(conn, project, &ids)?;
        let mut rows: BTreeMap<String, Option<MediaRow>> = ids.into_iter().map(|id| (id, None)).collect();
        for row in known {
            if row.uploaded_at.is_some() {
                rows.remove(&row.media_id);
            } else {
                rows.insert(row.media_id.clone(), Some(row));
            }
        }
        Ok(Self { rows, now })
    }

    /// Puts a note in the place of each missing file.
    pub(super) fn note(&self, conversation: &mut Conversation) {
        for part in conversation.messages.iter_mut().flat_map(|message| &mut message.parts) {
            match part {
                Part::Media(file) => self.note_one(file),
                Part::ToolResult { media, .. } => media.iter_mut().for_each(|file| self.note_one(file)),
                _ => {}
            }
        }
    }

    /// Puts a note in its place, if it is missing.
    pub(super) fn note_one(&self, file: &mut Shown) {
        let Some(row) = self.rows.get(&file.stored) else { return };
        let what = match file.kind {
            "image" => "picture",
            "audio" => "sound",
            _ => "file",
        };
        (file.picture, file.href) = (String::new(), String::new());
        // The type is said once, as announced.
        let name = row.as_ref().and_then(|row| file.about.strip_suffix(row.content_type.as_str()));
        if let Some(name) = name {
            file.about = name.trim_end_matches(", ").to_owned();
        }
        file.missing = Some(Missing {
            what,
            announced: row.as_ref().map(announced).unwrap_or_default(),
            since: row.as_ref().map(|row| Time::new(row.created_at, self.now)),
            fault: row.as_ref().and_then(fault).unwrap_or_default(),
        });
    }
}

fn announced(row: &MediaRow) -> String {
    format!("{}, {} bytes", shown(&row.content_type), format::number(row.content_length))
}

/// A client that failed may have told.
fn fault(row: &MediaRow) -> Option<String> {
    let status = row.client_status?;
    Some(match row.client_error.as_deref().filter(|text| !text.is_empty()) {
        Some(error) => format!("HTTP {status}: {}", shown(error)),
        None => format!("HTTP {status}"),
    })
}
