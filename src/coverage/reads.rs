//! Coverage of a time, from what is stored.

use crate::db::{AnyConnection, snapshot};
use crate::fleet::model::{Dimension, Question};
use crate::fleet::reads::Reader;
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::gateway::model::Provider;
use crate::gateway::reads::{Untraced, counted, has_calls, untraced};

use super::model::{Coverage, Passed, Traced};
use super::store;

/// A day, in microseconds.
const DAY: i64 = 86_400_000_000;
/// Calls without a trace that are told one by one.
pub const MOST_TOLD: i64 = 100;

/// All that is known.
#[derive(Clone, Debug)]
pub struct Found {
    pub coverage: Coverage,
    /// Calls of the gateway that have no trace, the newest first.
    pub untraced: Vec<Untraced>,
    /// Whether the gateway passed anything on in this time.
    pub is_gateway_used: bool,
}

/// Coverage over whole days of UTC, that of `from` and that of `to` among them: exports count days.
pub fn coverage(
    conn: &mut AnyConnection,
    project: ProjectKey,
    from: Timestamp,
    to: Timestamp,
) -> Result<Found> {
    let days = (from.0.div_euclid(DAY), to.0.div_euclid(DAY));
    let (from, to) = (Timestamp(days.0 * DAY), Timestamp((days.1 + 1) * DAY));
    snapshot(conn, |conn| {
        let question = Question::of(project, from, to);
        let mut traced = Traced::new();
        for group in Reader::of(conn, &question)?.by(&[Dimension::Day, Dimension::Model]) {
            let day = group.key.day.unwrap_or_default();
            let model = group.key.model.unwrap_or_default().to_lowercase();
            let sums = traced.entry((day, model)).or_default();
            // A call that failed is traced and seldom billed; counted, it would stand for a billed one that is not traced.
            let calls = group.sums.calls.saturating_sub(group.sums.errors).max(0);
            *sums = (sums.0.saturating_add(calls), sums.1.saturating_add(group.sums.output));
        }
        let passed = counted(conn, project, from, to)?;
        let passed = passed.into_iter().filter_map(|it| {
            let (day, model, billed, traced) = (it.day, it.model, it.billed, it.traced);
            Some(Passed { provider: Provider::parse(&it.provider)?, day, model, billed, traced })
        });
        Ok(Found {
            coverage: Coverage::of(store::between(conn, project, days)?, passed.collect(), &traced),
            untraced: untraced(conn, project, from, to, MOST_TOLD)?,
            is_gateway_used: has_calls(conn, project, from, to)?,
        })
    })
}
