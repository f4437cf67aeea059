//! Up to when the index has come, for pages and metrics.

use crate::db::AnyConnection;
use crate::foundation::{Result, Timestamp};
use crate::state::App;

use super::reads;
use super::store::{self, Position};

/// How far search has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// What was received up to here is found.
    pub up_to: Timestamp,
    /// Microseconds the index is behind; 0 when nothing waits.
    pub behind: i64,
    /// Whether a new or deleted index is being filled; then the newest traces come last.
    pub is_filling: bool,
}

/// Up to how many receipts are counted as waiting.
pub const COUNTED: i64 = 10_000;

/// Reads it.
pub async fn state(app: &App) -> Result<State> {
    let state = app.clone();
    app.db
        .read(move |conn| {
            let position = store::position_with(&state, conn)?;
            stands(&state, conn, position.as_ref())
        })
        .await
}

/// The same with how many receipts are not in the index yet, up to [`COUNTED`]. Call it on a blocking thread.
pub fn state_and_waiting(app: &App, conn: &mut AnyConnection) -> Result<(State, i64)> {
    let position = store::position_with(app, conn)?;
    let receipt = position.as_ref().map_or(0, |position| position.receipt);
    let waiting = reads::receipts_after(conn, receipt, COUNTED)?;
    Ok((stands(app, conn, position.as_ref())?, waiting))
}

/// When the newest receipt of traces was written, within a second or so of their arrival.
pub fn last_arrival(conn: &mut AnyConnection) -> Result<Option<Timestamp>> {
    Ok(reads::newest_receipt(conn)?.map(|receipt| receipt.at))
}

fn stands(app: &App, conn: &mut AnyConnection, position: Option<&Position>) -> Result<State> {
    let now = app.now();
    let Some(position) = position else {
        let has_any = reads::newest_receipt(conn)?.is_some();
        let up_to = if has_any { Timestamp(0) } else { now };
        return Ok(State { up_to, behind: 0, is_filling: has_any });
    };
    let next = reads::next_receipt(conn, position.receipt)?.map(|receipt| receipt.at);
    let waits_since = match next {
        Some(at) => Some(at),
        None => reads::oldest_waiting(conn)?,
    };
    let is_filling = position.filling.is_some();
    Ok(match waits_since {
        None if !is_filling => State { up_to: now, behind: 0, is_filling },
        None => State { up_to: position.at, behind: 0, is_filling },
        Some(since) => State { up_to: position.at, behind: now.micros_since(since).max(0), is_filling },
    })
}
