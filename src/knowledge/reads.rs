//! What screens read from knowledge.

use crate::audit::reads::{hidden_from, judged_claim};
use crate::audit::selectors::Evidence;
use crate::db::AnyConnection;
use crate::foundation::{Asker, ProjectKey, Result};

use super::lifecycle::Status;
use super::store;

pub use super::store::{AtomRow, SourceRow, StatusRow};

/// How many atoms a page shows at most.
pub const PAGE: i64 = 100;

/// An atom with where it comes from.
#[derive(Clone, Debug)]
pub struct FoundAtom {
    pub row: AtomRow,
    /// The words it is made of, with their places.
    pub spans: Vec<Evidence>,
    /// The claims that carry it.
    pub sources: Vec<Source>,
    /// Why it stands as it does, in words.
    pub why: String,
}

/// A claim that carries an atom.
#[derive(Clone, Debug)]
pub struct Source {
    pub claim_id: String,
    /// The order that makes it.
    pub order_id: String,
    /// Its place in the order, such as `3.2`.
    pub place: String,
    pub statement: String,
}

/// Atoms that hold every word, newest first; at most [`PAGE`].
pub fn search(
    conn: &mut AnyConnection,
    project: ProjectKey,
    words: &str,
    status: Option<Status>,
) -> Result<Vec<FoundAtom>> {
    let rows = store::search(conn, project, words, status.map(Status::as_str), PAGE)?;
    rows.into_iter().map(|row| found(conn, row)).collect()
}

/// The newest atoms, up to `limit`: where each comes from is read for these alone.
pub fn newest(conn: &mut AnyConnection, project: ProjectKey, limit: i64) -> Result<Vec<FoundAtom>> {
    let rows = store::newest_with(conn, project, "", None, limit)?;
    rows.into_iter().map(|row| found(conn, row)).collect()
}

/// Up to `limit` atoms that hold every word among the `among` newest, newest first, and whether there are older ones: the statement alone,
/// without where it comes from.
pub fn stated(
    conn: &mut AnyConnection,
    project: ProjectKey,
    words: &str,
    among: i64,
    limit: i64,
) -> Result<(Vec<AtomRow>, bool)> {
    let end = store::made_before(conn, project, among)?;
    Ok((store::newest_with(conn, project, words, end, limit)?, end.is_some()))
}

/// Atoms that rest on a claim, newest first; at most [`PAGE`].
pub fn of_claim(conn: &mut AnyConnection, project: ProjectKey, claim_id: &str) -> Result<Vec<FoundAtom>> {
    let rows = store::atoms_of_claim(conn, project, claim_id)?;
    rows.into_iter().map(|row| found(conn, row)).collect()
}

/// The same atoms for somebody who reads them: what carries them is named only where they may see its order.
pub fn shown_to(
    conn: &mut AnyConnection,
    asker: &Asker,
    mut atoms: Vec<FoundAtom>,
) -> Result<Vec<FoundAtom>> {
    let orders = atoms.iter().flat_map(|atom| atom.sources.iter().map(|source| source.order_id.as_str()));
    let hidden = hidden_from(conn, asker, orders)?;
    for atom in &mut atoms {
        atom.sources.retain(|source| !hidden.contains(&source.order_id));
    }
    Ok(atoms)
}

/// Whether a project has no atoms at all.
pub fn is_empty(conn: &mut AnyConnection, project: ProjectKey) -> Result<bool> {
    store::is_empty(conn, project)
}

/// Every status an atom had, oldest first.
pub fn history(conn: &mut AnyConnection, project: ProjectKey, atom_id: &str) -> Result<Vec<StatusRow>> {
    store::history_of(conn, project, atom_id)
}

fn found(conn: &mut AnyConnection, row: AtomRow) -> Result<FoundAtom> {
    let spans = serde_json::from_str(&row.spans)?;
    let mut sources = Vec::new();
    for source in store::sources_of(conn, row.project, &row.atom_id)? {
        if let Some(judged) = judged_claim(conn, row.project, &source.claim_id)? {
            let claim = judged.claim;
            let known = sources.iter().any(|s: &Source| s.claim_id == claim.claim_id);
            if !known {
                sources.push(Source {
                    claim_id: claim.claim_id,
                    order_id: claim.order_id,
                    place: claim.place,
                    statement: claim.statement,
                });
            }
        }
    }
    let history = store::history_of(conn, row.project, &row.atom_id)?;
    let why = history.into_iter().rfind(|it| it.status == row.status).map(|it| it.why).unwrap_or_default();
    Ok(FoundAtom { row, spans, sources, why })
}
