//! The beginning of what was asked and what came back, for rows of lists.
//!
//! Read from the packs of the rows on the page, of which there are at most fifty: nothing is stored twice, so what was
//! masked or erased is so here too. What is long or lies in object storage is not read for a list; see [`MOST_PACK`].

use std::collections::HashMap;

use crate::db::AnyConnection;
use crate::foundation::{ProjectKey, Result};
use crate::traces::reads::{self, Fetched, TraceRow};
use crate::web::format::{self, shown};
use packing::{Chunk, Refs, Role};
use trace_model::{BodyForm, BodyRole, Level};
use wire::messages;

use super::pairs::beginning;
use super::rows::level_of;

/// Characters of each side.
const MOST: usize = 140;
/// Bytes of a body that are read as messages; of a longer one the last part that is at hand.
const MOST_BODY: usize = 64 << 10;
/// Bytes of one pack, unpacked, that are read for a list.
pub(super) const MOST_PACK: i64 = 1 << 20;

const IN: Role = Role::Body(BodyRole::TraceInput);
const OUT: Role = Role::Body(BodyRole::TraceOutput);

/// What a row shows of a trace; a side that nobody sent or that is too long to read is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Preview {
    /// The last words of the user, or the arguments.
    pub(super) asked: String,
    /// The answer, or the result.
    pub(super) answered: String,
    /// Why it failed, in its own words; empty when it did not or did not say.
    pub(super) failure: String,
    /// Whether nobody said how many tokens it took.
    pub(super) lacks_usage: bool,
}

impl Preview {
    /// A sum of its tokens in words.
    pub(super) fn tokens(&self, sum: i64) -> String {
        format::known((!self.lacks_usage).then_some(sum))
    }
}

impl Preview {
    /// Fills what is still empty from the sides in these roles.
    fn fill(&mut self, mut sides: HashMap<u8, Fetched>, [input, output]: [Role; 2]) {
        let mut side =
            |role, of| sides.remove(&reads::role_code(role)).map(|one| words(one, of)).unwrap_or_default();
        if self.asked.is_empty() {
            self.asked = side(input, messages::last_user_text);
        }
        if self.answered.is_empty() {
            self.answered = side(output, messages::answer_text);
        }
    }
}

/// The previews of some traces; what cannot be read is left out.
pub(super) fn previews(
    conn: &mut AnyConnection,
    project: ProjectKey,
    rows: &[TraceRow],
) -> Result<HashMap<String, Preview>> {
    let mut found: HashMap<String, Preview> = HashMap::new();
    let (ids, refs): (Vec<String>, Vec<Refs>) = reads::own_pieces(conn, project, rows)?.into_iter().unzip();
    let sides = reads::small_pieces(conn, project, &refs, &[IN, OUT], MOST_PACK)?;
    for (id, sides) in ids.into_iter().zip(sides) {
        found.entry(id).or_default().fill(sides, [IN, OUT]);
    }
    for id in reads::without_usage(conn, project, rows)? {
        found.entry(id).or_default().lacks_usage = true;
    }
    let tops = reads::tops(conn, project, rows)?;
    let refs: Vec<Refs> = tops.iter().map(|top| top.pieces.clone()).collect();
    let roles = [BodyRole::Input, BodyRole::Output].map(Role::Body);
    let sides = reads::small_pieces(conn, project, &refs, &roles, MOST_PACK)?;
    for (top, sides) in tops.into_iter().zip(sides) {
        let preview = found.entry(top.trace_id).or_default();
        preview.fill(sides, roles);
        let status = top.status_message.as_deref().unwrap_or_default();
        if level_of(&top.level) == Level::Error && !status.is_empty() {
            preview.failure = on_one_line(status);
        }
    }
    Ok(found)
}

/// What some observations were asked, by where their pieces lie: the last words of the user, or the arguments; empty where
/// nobody said, or where it is too long to be read for a list.
pub fn asked_of(conn: &mut AnyConnection, project: ProjectKey, refs: &[Refs]) -> Result<Vec<String>> {
    let role = Role::Body(BodyRole::Input);
    let sides = reads::small_pieces(conn, project, refs, &[role], MOST_PACK)?;
    let asked = |mut side: HashMap<u8, Fetched>| {
        side.remove(&reads::role_code(role))
            .map(|one| words(one, messages::last_user_text))
            .unwrap_or_default()
    };
    Ok(sides.into_iter().map(asked).collect())
}

/// The last words of one side; of what is no conversation, the text or the JSON as it is.
fn words((piece, content): Fetched, side: fn(&[u8]) -> Option<String>) -> String {
    let form = piece.body.map_or(BodyForm::JsonOrText, |body| body.form);
    if content.is_whole() && piece.len <= MOST_BODY as u64 {
        let Some(bytes) = content.whole() else { return String::new() };
        let words = side(&bytes).or_else(|| spoken(&bytes, form));
        return on_one_line(&words.unwrap_or_else(|| String::from_utf8_lossy(&bytes).into_owned()));
    }
    // The newest words of a conversation stand last.
    let mut runs = content.chunks.iter().rev().filter_map(|chunk| match chunk {
        Chunk::Bytes(run) => Some(run.as_slice()),
        Chunk::Blob(..) => None,
    });
    let run = runs.next().unwrap_or_default();
    let tail = run.get(run.len().saturating_sub(4_000)..).unwrap_or_default();
    let text = String::from_utf8_lossy(tail);
    let from = text.char_indices().rev().nth(MOST).map_or(0, |(at, _)| at);
    if text.trim().is_empty() {
        String::new()
    } else {
        on_one_line(&format!("… {}", text.get(from..).unwrap_or_default()))
    }
}

fn spoken(bytes: &[u8], form: BodyForm) -> Option<String> {
    let reading = messages::read_as(bytes, form);
    let mut texts = reading.messages.iter().rev().map(messages::Message::text);
    texts.find(|text| !text.is_empty()).filter(|_| reading.is_conversation)
}

fn on_one_line(text: &str) -> String {
    let text = text.trim();
    if text == "null" {
        return String::new();
    }
    // More than can be shown need not be looked at.
    let (head, is_long) = beginning(text, MOST * 4);
    let words = head.split_whitespace().collect::<Vec<_>>().join(" ");
    let (words, is_cut) = beginning(&words, MOST);
    shown(words) + if is_cut || is_long { " …" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_is_one_short_line() {
        assert_eq!(on_one_line("  a\n\n b\tc "), "a b c");
        assert_eq!(on_one_line("null"), "");
        let long = on_one_line(&"wörd ".repeat(400));
        assert!(long.chars().count() <= MOST + 2 && long.ends_with(" …"), "{long}");
    }
}
