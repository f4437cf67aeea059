//! A trace as a turn of a conversation: what was said to it and what it answered.
//!
//! Taken from the trace's own input and output, else from its top, else from its first and last call of a model; of a
//! list of messages the last words of each side count. Which of them speaks does not depend on how long it is: what is
//! too long for a page is left to the page of the trace, and nothing else stands in for it.

use crate::bodies;
use crate::conversations::reads as sessions;
use crate::db::AnyConnection;
use crate::foundation::{ProjectKey, Result};
use crate::state::App;
use crate::traces::reads::{self, Fetched, TraceRow};
use packing::{Refs, Role};
use trace_model::{BodyForm, BodyRole};
use wire::messages;

/// What both sides said in one trace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Turn {
    /// What was asked; none when nothing readable was stored.
    pub(super) said: Option<String>,
    /// What came back.
    pub(super) answer: Option<String>,
}

/// A body of so many bytes is more than `null` or empty.
const SURELY_WORDS: u64 = 16;

/// Input and output, as far as the database holds them.
pub(super) type Sides = (Option<Fetched>, Option<Fetched>);

/// Reads a turn of bodies that have at most so many bytes each.
pub(super) async fn turn(app: &App, project: ProjectKey, (input, output): Sides, most: u64) -> Turn {
    let fits = |(piece, _): &Fetched| piece.body.is_some_and(|body| body.len <= most);
    Turn {
        said: side(app, project, input.filter(fits), messages::last_user_text).await,
        answer: side(app, project, output.filter(fits), messages::answer_text).await,
    }
}

/// What cannot be read now does not keep the other turns from being read.
async fn side(
    app: &App,
    project: ProjectKey,
    found: Option<Fetched>,
    of: fn(&[u8]) -> Option<String>,
) -> Option<String> {
    match whole(app, project, found).await {
        Ok(found) => found.and_then(|(bytes, form)| words(&bytes, form, of)),
        Err(cause) => {
            tracing::warn!(%cause, "a side of a turn could not be read");
            None
        }
    }
}

/// A side's bytes, wherever they lie, and how to read them.
pub(super) async fn whole(
    app: &App,
    project: ProjectKey,
    found: Option<Fetched>,
) -> Result<Option<(Vec<u8>, BodyForm)>> {
    let Some(fetched) = found else { return Ok(None) };
    let Some(form) = fetched.0.body.map(|body| body.form) else { return Ok(None) };
    Ok(Some((bodies::whole(app, project, fetched).await?, form)))
}

/// Input and output of a trace, from the first place that has each.
pub(super) fn sides(conn: &mut AnyConnection, project: ProjectKey, trace: &TraceRow) -> Result<Sides> {
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
        let Some((first, last)) = sessions::first_and_last_call(conn, project, id)? else {
            return Ok((input, output));
        };
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

/// The same for a list, which has room for one of them: the answer, or what was asked where there is none. Each side
/// costs the unpacking of a pack. An answer that [`turn`] may find nothing in, being too long or `null`, is none.
pub(super) fn last_side(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace: &TraceRow,
    most: u64,
) -> Result<Sides> {
    let speaks =
        |(piece, _): &Fetched| piece.body.is_some_and(|body| (SURELY_WORDS..=most).contains(&body.len));
    let id = trace.trace_id.as_str();
    let own = reads::trace_refs(conn, project, id)?.unwrap_or_default();
    if let Some(output) = body(conn, project, &own, BodyRole::TraceOutput)?.filter(speaks) {
        return Ok((None, Some(output)));
    }
    if let Some(root) = &trace.root_observation_id {
        let refs = refs_of(conn, project, id, root)?;
        if let Some(output) = body(conn, project, &refs, BodyRole::Output)?.filter(speaks) {
            return Ok((None, Some(output)));
        }
    }
    sides(conn, project, trace)
}

fn refs_of(conn: &mut AnyConnection, project: ProjectKey, trace: &str, observation: &str) -> Result<Refs> {
    Ok(reads::current_refs(conn, project, trace, observation)?.map(|(_, refs)| refs).unwrap_or_default())
}

fn body(
    conn: &mut AnyConnection,
    project: ProjectKey,
    refs: &Refs,
    role: BodyRole,
) -> Result<Option<Fetched>> {
    let role = Role::Body(role);
    let Some(piece) = refs.piece(role).filter(|piece| piece.body.is_some()) else { return Ok(None) };
    Ok(reads::content(conn, project, refs, role)?.map(|content| (*piece, content)))
}

/// The last words of one side; where none can be told, the last words there are, or the body as it is.
fn words(bytes: &[u8], form: BodyForm, side: fn(&[u8]) -> Option<String>) -> Option<String> {
    let words = side(bytes).or_else(|| {
        let reading = messages::read_as(bytes, form);
        let spoken = reading.messages.iter().rev().map(messages::Message::text).find(|text| !text.is_empty());
        spoken.filter(|_| reading.is_conversation)
    });
    let words = words.unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned());
    Some(words).filter(|words| !words.trim().is_empty() && words.trim() != "null")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_words_of_each_side_are_the_turn() {
        let chat = br#"[{"role":"system","content":"be short"},{"role":"user","content":"one"},
            {"role":"assistant","content":"1"},{"role":"user","content":"two?"}]"#;
        let said = |body: &[u8]| words(body, BodyForm::JsonOrText, messages::last_user_text);
        let answer = |body: &[u8]| words(body, BodyForm::JsonOrText, messages::answer_text);
        assert_eq!(said(chat).as_deref(), Some("two?"));
        assert_eq!(answer(br#"{"role":"assistant","content":"2"}"#).as_deref(), Some("2"));
        assert_eq!(said(b"plain").as_deref(), Some("plain"));
        assert_eq!(said(br#"{"question":"why?","top_k":3}"#).as_deref(), Some("why?"));
        assert_eq!(said(br#"{"a":1,"b":2}"#).as_deref(), Some(r#"{"a":1,"b":2}"#));
        assert_eq!((said(b""), said(b"null")), (None, None));
    }
}
