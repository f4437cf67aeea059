//! What is measured of agents, personas, workflows and tenants (`crate::series`), as it is told to whoever reads metrics.
//!
//! Sums of what is stored may fall and what is told must not ([`told`]). What was told last is kept in the database, so it
//! holds after a restart and for every server of one database: sums and what was told are read from one state, and
//! what is told now is kept only where nobody else told something meanwhile; else both are read again. While traces are looked at anew
//! the sums lack some of them, and that is no fall.

mod families;
mod store;
mod told;

#[cfg(test)]
mod families_tests;
#[cfg(test)]
mod told_tests;

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::budgets;
use crate::db::{AnyConnection, Tx, snapshot};
use crate::foundation::{Actor, Error, Result, Timestamp};
use crate::series::{self, Series, Sum};
use crate::state::App;
use crate::traces::recount;

use super::registry::Registry;
use families::Telling;
use store::ToldRow;
use told::{Kept, Whole, turn};

/// How many series of one family are told by their labels.
const MOST: usize = 500;

/// How often what is told is worked out when others tell something meanwhile.
const ROUNDS: usize = 5;

/// How long a reader of metrics waits for what is told to be kept; Prometheus gives up after ten seconds.
const PATIENCE: Duration = Duration::from_secs(3);

/// What one state of the database says.
pub struct Stored {
    totals: Vec<(Series, Sum)>,
    told: Vec<ToldRow>,
    /// Whether all traces are in the sums.
    whole: Whole,
    /// Personas with the tokens they have left.
    left: Vec<(String, i64)>,
}

/// Reads it; of one state if the caller sees to that.
pub fn read(conn: &mut AnyConnection, now: Timestamp) -> Result<Stored> {
    Ok(Stored {
        totals: series::totals(conn, None)?,
        told: store::load(conn)?,
        whole: if recount::is_going_on(conn)? { Whole::NotYet } else { Whole::Yes },
        left: budgets::reads::remaining_by_persona(conn, now)?,
    })
}

/// What is told of it, kept for the next time before anybody hears it. Where that cannot be kept it is told all the same:
/// nothing that is stored changes in a database that takes no writes.
pub async fn tell(app: &App, mut stored: Stored) -> Result<Registry> {
    let mut round = 1;
    loop {
        let (tellings, changed) = worked_out(&stored)?;
        if changed.is_empty() || is_kept(app, changed).await || round >= ROUNDS {
            warn_of(&tellings);
            let mut registry = Registry::default();
            families::add_told(&mut registry, &tellings);
            families::add_rates(&mut registry, &stored.totals, MOST);
            families::add_left(&mut registry, stored.left, MOST);
            return Ok(registry);
        }
        round += 1;
        let now = app.now();
        stored = app.db.read(move |conn| snapshot(conn, |conn| read(conn, now))).await?;
    }
}

/// What is told of each family, and what is to be kept because it is not what is kept already.
fn worked_out(stored: &Stored) -> Result<(Vec<Telling>, Vec<ToldRow>)> {
    let (mut tellings, mut changed) = (Vec::new(), Vec::new());
    for shape in families::all() {
        let row = stored.told.iter().find(|row| row.metric == shape.name);
        // What an other version kept in another way is as good as nothing: then counters begin anew once.
        let kept: Kept = row.and_then(|row| serde_json::from_str(&row.told).ok()).unwrap_or_default();
        let turn = turn(&kept, &shape.figures(&stored.totals), MOST, stored.whole);
        if turn.kept != kept {
            let revision = row.map_or(1, |row| row.revision.saturating_add(1));
            let told = serde_json::to_string(&turn.kept).map_err(Error::internal)?;
            changed.push(ToldRow { metric: shape.name.to_owned(), revision, told });
        }
        tellings.push(Telling { shape, told: turn.told, dropped: turn.dropped });
    }
    Ok((tellings, changed))
}

/// False when somebody else told something meanwhile. What was put in place by then stays: it is what is told of that metric.
async fn is_kept(app: &App, changed: Vec<ToldRow>) -> bool {
    let write = move |tx: &mut Tx<'_>| -> Result<bool> {
        for row in &changed {
            if !store::replace(tx.conn, row)? {
                return Ok(false);
            }
        }
        Ok(true)
    };
    match tokio::time::timeout(PATIENCE, app.db.write(&Actor::system(), write)).await {
        Ok(Ok(is_kept)) => is_kept,
        Ok(Err(cause)) => {
            tracing::warn!(%cause, "what metrics told could not be kept");
            true
        }
        Err(_) => {
            tracing::warn!("what metrics told is not kept yet: the database is busy");
            true
        }
    }
}

/// Says once for each family that it has more series than are told by their labels.
fn warn_of(tellings: &[Telling]) {
    static WARNED: AtomicU32 = AtomicU32::new(0);
    for (place, telling) in tellings.iter().enumerate().filter(|(_, telling)| telling.dropped > 0) {
        let bit = 1_u32 << place;
        if WARNED.fetch_or(bit, Ordering::Relaxed) & bit == 0 {
            tracing::warn!(
                metric = telling.shape.name,
                series = telling.dropped,
                most = MOST,
                "a metric has more series than are told by their labels: the rest is in its series `other`"
            );
        }
    }
}
