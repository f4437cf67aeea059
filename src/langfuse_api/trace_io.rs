//! Inputs and outputs of many traces: their own, else those of their top observation. A trace that a client sent by itself
//! says by what it leaves out that it has none.

use std::collections::HashMap;

use crate::db::AnyConnection;
use crate::foundation::{ProjectKey, Result};
use crate::state::App;
use crate::traces::reads::{self, Fetched, Pieces, TraceFull};
use packing::Role;
use trace_model::BodyRole;

use super::load::body;
use super::trace_view::TraceIo;

const IN: Role = Role::Body(BodyRole::TraceInput);
const OUT: Role = Role::Body(BodyRole::TraceOutput);

type Halves = (Option<Fetched>, Option<Fetched>);

/// Reads them, in the order of `rows`; gives the rows back.
pub async fn of_traces(
    app: &App,
    project: ProjectKey,
    rows: Vec<TraceFull>,
) -> Result<Vec<(TraceFull, TraceIo)>> {
    let (rows, halves) = app
        .db
        .read(move |conn| {
            let halves = fetch(conn, project, &rows)?;
            Ok((rows, halves))
        })
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for (row, (input, output)) in rows.into_iter().zip(halves) {
        let mut missing = Vec::new();
        let input = body(app, project, "input", input, &mut missing).await?;
        let output = body(app, project, "output", output, &mut missing).await?;
        found.push((row, TraceIo { input, output, missing }));
    }
    Ok(found)
}

fn fetch(conn: &mut AnyConnection, project: ProjectKey, rows: &[TraceFull]) -> Result<Vec<Halves>> {
    let refs = rows.iter().map(TraceFull::pieces).collect::<Result<Vec<_>>>()?;
    let own = reads::pieces(conn, project, &refs, &[IN, OUT])?;
    let mut halves: Vec<Halves> = own
        .into_iter()
        .map(|mut own| (own.remove(&reads::role_code(IN)), own.remove(&reads::role_code(OUT))))
        .collect();
    let roots = roots(conn, project, rows, &halves)?;
    for (row, half) in rows.iter().zip(&mut halves) {
        let Some(root) = roots.get(&row.row.trace_id) else { continue };
        half.0 = half.0.take().or_else(|| root.0.clone());
        half.1 = half.1.take().or_else(|| root.1.clone());
    }
    Ok(halves)
}

/// What the top observations hold, of those traces that miss something.
fn roots(
    conn: &mut AnyConnection,
    project: ProjectKey,
    rows: &[TraceFull],
    halves: &[Halves],
) -> Result<HashMap<String, Halves>> {
    let missing = rows.iter().zip(halves).filter(|(_, half)| half.0.is_none() || half.1.is_none());
    let mut keys: Vec<(String, String)> = Vec::new();
    for (full, _) in missing {
        let Some(root) = &full.row.root_observation_id else { continue };
        if !full.said()?.declared {
            keys.push((full.row.trace_id.clone(), root.clone()));
        }
    }
    let found = reads::observations_by_id(conn, project, &keys)?;
    let found = reads::detailed(conn, project, found, Pieces { bodies: true, ..Pieces::default() })?;
    Ok(found.into_iter().map(|one| (one.full.row.trace_id, (one.input, one.output))).collect())
}
