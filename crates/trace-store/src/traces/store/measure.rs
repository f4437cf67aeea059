//! What a trace adds to the series: its rows as they are, less its rows as they were.
//!
//! A trace is in the series once, which its row says (`traces.measured`): what it came to before is nothing for one that is not in
//! them yet, so it does not matter whether the look at older traces or something new comes first. In a trace too large to be
//! looked at as a whole each row speaks for itself only.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;

use crate::db::schema::traces;
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result};
use crate::series::contribute::{Reach, Row, contributions};
use crate::series::{Contributions, add_all, difference};

use super::build::Known;
use super::inherit::Heir;
use super::nesting::{self, Flip, TreeRow};
use super::rows::{StoredObservation, StoredTrace};

/// What a trace becomes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Becomes {
    /// How many observations it has then.
    pub(super) count: i64,
    /// Whether it belongs to a session then.
    pub(super) in_session: bool,
}

/// What is written changes them by this, and whether the trace is in them afterwards.
pub(super) fn change(
    known: &Known,
    rows: &BTreeMap<String, StoredObservation>,
    flips: &[Flip],
    heirs: &[Heir],
    Becomes { count, in_session: is }: Becomes,
) -> (Contributions, bool) {
    let is_measured = known.trace.as_ref().is_none_or(|trace| trace.measured);
    let was = known.trace.as_ref().map_or(is, StoredTrace::is_in_session);
    match (&known.tree, &known.moved) {
        (Some(tree), _) if !is_measured || was != is || is_anybody_named(tree, rows, heirs) => {
            let old = if is_measured { of_tree(tree, was) } else { Contributions::new() };
            let new = contributions(&laid_over(tree.values(), rows, flips, heirs, is), reach(count));
            (difference(new, &old), true)
        }
        (Some(tree), _) => {
            let touched = flips.iter().map(|flip| &flip.observation_id);
            let touched = touched.chain(heirs.iter().map(|heir| &heir.observation_id));
            let touched: BTreeSet<&String> = touched.chain(rows.keys()).collect();
            let stored = || touched.iter().filter_map(move |id| tree.get(*id));
            let old: Vec<Row<'_>> = stored().map(|row| row.measured(was)).collect();
            (row_by_row(&old, &laid_over(stored(), rows, flips, heirs, is)), true)
        }
        (None, Some(all)) if is_measured && was != is => {
            let old: Vec<Row<'_>> = all.values().map(|row| row.measured(was)).collect();
            (row_by_row(&old, &laid_over(all.values(), rows, flips, heirs, is)), true)
        }
        (None, _) if is_measured => {
            let old = rows.keys().filter_map(|id| known.observations.get(id)).map(|row| of_row(row, was));
            let (old, new): (Vec<Row<'_>>, Vec<Row<'_>>) =
                (old.collect(), rows.values().map(|row| of_row(row, is)).collect());
            (row_by_row(&old, &new), true)
        }
        (None, _) => (Contributions::new(), false),
    }
}

/// Whether a series may need the tree, as it was or as it is.
fn is_anybody_named(
    tree: &BTreeMap<String, TreeRow>,
    rows: &BTreeMap<String, StoredObservation>,
    heirs: &[Heir],
) -> bool {
    tree.values().any(|row| row.measured(false).is_named())
        || rows.values().any(|row| of_row(row, false).is_named())
        || heirs.iter().any(|heir| heir.laid_over(&Row::default()).is_named())
}

/// What changes where only these rows do, each of which speaks for itself.
fn row_by_row(old: &[Row<'_>], new: &[Row<'_>]) -> Contributions {
    difference(contributions(new, Reach::Rows), &contributions(old, Reach::Rows))
}

/// What a tree comes to as it is stored.
fn of_tree(tree: &BTreeMap<String, TreeRow>, in_session: bool) -> Contributions {
    let rows: Vec<Row<'_>> = tree.values().map(|row| row.measured(in_session)).collect();
    contributions(&rows, reach(i64::try_from(rows.len()).unwrap_or(i64::MAX)))
}

/// What a stored trace comes to, by its rows.
pub(crate) fn of_stored(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
) -> Result<Contributions> {
    let session: Option<Option<String>> = traces::table
        .filter(traces::project.eq(project))
        .filter(traces::trace_id.eq(trace_id))
        .select(traces::session_id)
        .first(conn)
        .optional()?;
    Ok(of_tree(&nesting::load(conn, project, trace_id)?, session.flatten().is_some()))
}

/// What one row comes to by itself; nothing where its trace is not in the series yet.
pub(crate) fn of_row_alone(
    conn: &mut AnyConnection,
    project: ProjectKey,
    (trace_id, observation_id): (&str, &str),
) -> Result<Contributions> {
    let trace: Option<(bool, Option<String>)> = traces::table
        .filter(traces::project.eq(project))
        .filter(traces::trace_id.eq(trace_id))
        .select((traces::measured, traces::session_id))
        .first(conn)
        .optional()?;
    let Some((true, session)) = trace else { return Ok(Contributions::new()) };
    let row = nesting::load_one(conn, project, (trace_id, observation_id))?;
    let row = row.map(|row| contributions(&[row.measured(session.is_some())], Reach::Rows));
    Ok(row.unwrap_or_default())
}

/// What those of these traces come to that are in the series.
pub(super) fn of_measured(
    conn: &mut AnyConnection,
    project: ProjectKey,
    ids: &[&str],
) -> Result<Contributions> {
    let measured: Vec<String> = each!(conn, |c| traces::table
        .filter(traces::project.eq(project))
        .filter(traces::trace_id.eq_any(ids))
        .filter(traces::measured.eq(true))
        .select(traces::trace_id)
        .load(c))?;
    let mut all = Contributions::new();
    for id in measured {
        add_all(&mut all, of_stored(conn, project, &id)?);
    }
    Ok(all)
}

fn reach(count: i64) -> Reach {
    if count <= nesting::MOST { Reach::Whole } else { Reach::Rows }
}

/// Stored rows with what is written laid over them.
fn laid_over<'a>(
    stored: impl Iterator<Item = &'a TreeRow>,
    rows: &'a BTreeMap<String, StoredObservation>,
    flips: &[Flip],
    heirs: &'a [Heir],
    in_session: bool,
) -> Vec<Row<'a>> {
    let flips: HashMap<&str, bool> =
        flips.iter().map(|flip| (flip.observation_id.as_str(), flip.counted)).collect();
    let heirs: HashMap<&str, &Heir> = heirs.iter().map(|heir| (heir.observation_id.as_str(), heir)).collect();
    let left = stored.filter(|row| !rows.contains_key(&row.observation_id)).map(|row| {
        let id = row.observation_id.as_str();
        let (flip, heir) = (flips.get(id), heirs.get(id));
        let row = row.measured(in_session);
        let row = heir.map_or(row, |heir| heir.laid_over(&row));
        Row { counted: flip.copied().unwrap_or(row.counted), ..row }
    });
    left.chain(rows.values().map(|row| of_row(row, in_session))).collect()
}

fn of_row(stored: &StoredObservation, in_session: bool) -> Row<'_> {
    let row = &stored.shown;
    Row {
        id: &row.observation_id,
        parent: row.parent_id.as_deref(),
        kind: &row.kind,
        level: &row.level,
        start: row.start_at.map(|at| at.0),
        end: row.end_at.map(|at| at.0),
        model: row.model.as_deref(),
        name: row.name.as_deref(),
        input: row.input_tokens(),
        output: row.all_output_tokens(),
        is_tokened: row.usage_convention.is_some(),
        cost: row.cost_nanos,
        counted: row.counted,
        tenant: row.tenant.as_deref(),
        agent: row.agent.as_deref(),
        persona: row.persona.as_deref(),
        workflow: row.workflow.as_deref(),
        stage: row.stage.as_deref(),
        inherited: stored.inherited,
        gate: stored.gate.as_deref(),
        in_session,
        fact: stored.fact.as_deref(),
    }
}

#[cfg(test)]
#[path = "measure_tests.rs"]
mod tests;
