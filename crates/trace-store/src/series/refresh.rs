//! Adds up what waits, some at a time, so that no writer waits long.

use crate::foundation::{Actor, Result};
use crate::state::App;

use super::store::{self, BATCH};

/// How often rows are taken in one run.
const MOST_BATCHES: usize = 500;

/// Brings the sums up to date; gives the number of rows that were added up.
pub async fn refresh(app: &App) -> Result<usize> {
    let mut done = 0;
    for _ in 0..MOST_BATCHES {
        let some = app.db.write(&Actor::system(), |tx| store::compact(tx.conn)).await?;
        done += some;
        if some < BATCH {
            break;
        }
    }
    Ok(done)
}
