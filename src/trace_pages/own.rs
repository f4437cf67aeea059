//! The input and output that a client gave to the trace itself; those of its top observation may be others.

use crate::bodies;
use crate::foundation::{ProjectKey, Result};
use crate::state::App;
use crate::web::format;

use super::json::{Folded, folded};

/// Bytes of a body that are read for the page; of a longer one it says the length.
const MOST: u64 = 256 << 10;
/// Characters shown.
const MOST_SHOWN: usize = 20_000;

/// One of the two.
#[derive(Clone, Debug)]
pub(super) struct Own {
    pub(super) title: &'static str,
    /// `1,204`.
    pub(super) bytes: String,
    pub(super) shown: OwnShown,
}

/// What can be shown of it.
#[derive(Clone, Debug)]
pub(super) enum OwnShown {
    Json(Folded),
    TooLong,
    /// Why it cannot be read.
    Gone(&'static str),
}

/// Reads both; nothing where none was given to the trace.
pub(super) async fn read(app: &App, project: ProjectKey, trace_id: &str) -> Result<Vec<Own>> {
    let mut found = Vec::new();
    for (field, title) in [("input", "Input of the trace itself"), ("output", "Output of the trace itself")] {
        let Some(piece) = bodies::trace_piece(app, project, trace_id, field).await? else { continue };
        let Some(body) = piece.0.body else { continue };
        let shown = if body.len > MOST {
            OwnShown::TooLong
        } else {
            match bodies::whole_or_gone(app, project, piece).await? {
                Ok(bytes) => OwnShown::Json(folded(&bytes, body.form, MOST_SHOWN)),
                Err(gone) => OwnShown::Gone(gone.why.words()),
            }
        };
        let bytes = format::number(i64::try_from(body.len).unwrap_or(i64::MAX));
        found.push(Own { title, bytes, shown });
    }
    Ok(found)
}

impl Own {
    /// Whether the page holds less than was sent.
    pub(super) fn is_cut(&self) -> bool {
        match &self.shown {
            OwnShown::Json(json) => json.is_cut,
            OwnShown::TooLong => true,
            OwnShown::Gone(_) => false,
        }
    }
}
