//! A trace as a turn of a conversation: what was said to it and what it answered.
//!
//! Taken from the trace's own input and output, else from its top, else from its first and last call of a model; of a
//! list of messages the last words of each side count. Bodies in object storage are left to the page of the trace.

use crate::db::AnyConnection;
use crate::foundation::{ProjectKey, Result};
use crate::traces::model::{BodyForm, BodyRole};
use crate::traces::packs::{Refs, Role};
use crate::traces::reads::{self, TraceRow, sessions};

use super::messages::{self, Message, Part};

/// What both sides said in one trace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Turn {
    /// What was asked; none when nothing readable was stored.
    pub(super) said: Option<String>,
    /// What came back.
    pub(super) answer: Option<String>,
}

/// A body with how to read it.
type Found = Option<(Vec<u8>, BodyForm)>;

/// Reads a turn.
pub(super) fn turn(conn: &mut AnyConnection, project: ProjectKey, trace: &TraceRow) -> Result<Turn> {
    let (input, output) = bodies(conn, project, trace)?;
    Ok(Turn {
        said: input.and_then(|(bytes, form)| words(&bytes, form, "user")),
        answer: output.and_then(|(bytes, form)| words(&bytes, form, "assistant")),
    })
}

/// Input and output of a trace, from the first place that has each.
pub(super) fn bodies(conn: &mut AnyConnection, project: ProjectKey, trace: &TraceRow) -> Result<(Found, Found)> {
    let id = trace.trace_id.as_str();
    let own = reads::trace_refs(conn, project, id)?.unwrap_or_default();
    let mut input = body(conn, project, &own, BodyRole::TraceInput)?;
    let mut output = body(conn, project, &own, BodyRole::TraceOutput)?;
    if let (true, Some(root)) = (input.is_none() || output.is_none(), &trace.root_observation_id) {
        let refs = refs_of(conn, project, id, root)?;
        input = input.or(body(conn, project, &refs, BodyRole::Input)?);
        output = output.or(body(conn, project, &refs, BodyRole::Output)?);
    }
    if input.is_none() || output.is_none() {
        let Some((first, last)) = sessions::first_and_last_call(conn, project, id)? else { return Ok((input, output)) };
        if input.is_none() {
            let refs = refs_of(conn, project, id, &first)?;
            input = body(conn, project, &refs, BodyRole::Input)?;
        }
        if output.is_none() {
            let refs = refs_of(conn, project, id, &last)?;
            output = body(conn, project, &refs, BodyRole::Output)?;
        }
    }
    Ok((input, output))
}

fn refs_of(conn: &mut AnyConnection, project: ProjectKey, trace: &str, observation: &str) -> Result<Refs> {
    Ok(reads::current_refs(conn, project, trace, observation)?.map(|(_, refs)| refs).unwrap_or_default())
}

fn body(conn: &mut AnyConnection, project: ProjectKey, refs: &Refs, role: BodyRole) -> Result<Found> {
    let role = Role::Body(role);
    let Some(form) = refs.piece(role).and_then(|piece| piece.body).map(|body| body.form) else { return Ok(None) };
    Ok(reads::piece(conn, project, refs, role)?.map(|bytes| (bytes, form)))
}

/// The last words of one side; of what is no conversation, all of it.
pub(super) fn words(bytes: &[u8], form: BodyForm, role: &str) -> Option<String> {
    let conversation = messages::read(bytes, form).messages;
    let spoken = conversation.iter().rev().filter(|message| message.role == role).find_map(text);
    let words = spoken.or_else(|| conversation.iter().rev().find_map(text))?;
    Some(plain(&words)).filter(|words| !words.trim().is_empty())
}

fn text(message: &Message) -> Option<String> {
    let parts = message.parts.iter().filter_map(|part| match part {
        Part::Text(text) | Part::Json(text) => Some(text.as_str()),
        _ => None,
    });
    let text = parts.collect::<Vec<_>>().join("\n");
    (!text.trim().is_empty()).then_some(text)
}

/// An object with a single text, such as `{"question": ".."}`, reads as that text.
fn plain(words: &str) -> String {
    if !words.starts_with('{') {
        return words.to_owned();
    }
    let Ok(serde_json::Value::Object(map)) = serde_json::from_str(words) else { return words.to_owned() };
    let mut texts = map.values().filter_map(serde_json::Value::as_str);
    match (texts.next(), texts.next()) {
        (Some(only), None) => only.to_owned(),
        _ => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_words_of_each_side_are_the_turn() {
        let chat = br#"[{"role":"system","content":"be short"},{"role":"user","content":"one"},
            {"role":"assistant","content":"1"},{"role":"user","content":"two?"}]"#;
        assert_eq!(words(chat, BodyForm::Json, "user").as_deref(), Some("two?"));
        let answer = br#"{"role":"assistant","content":"2"}"#;
        assert_eq!(words(answer, BodyForm::Json, "assistant").as_deref(), Some("2"));
        assert_eq!(words(b"plain", BodyForm::Text, "user").as_deref(), Some("plain"));
        assert_eq!(words(br#"{"question":"why?","top_k":3}"#, BodyForm::Json, "user").as_deref(), Some("why?"));
        assert_eq!(words(b"", BodyForm::Text, "user"), None);
    }
}
