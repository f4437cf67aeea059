//! How events become atoms, and how an atom's status follows the claims it rests on.
//!
//! Runs after audit's projection: what stands on a claim is read from audit's tables as the event left them.

use crate::audit::reads::{JudgedClaim, judged_claim};
use crate::audit::{Outcome, Relation};
use crate::db::{AnyConnection, Tx};
use crate::foundation::{ProjectKey, Result};
use crate::ledger::{Event, Projection};

use super::events::{AtomsMade, MadeAtom};
use super::lifecycle::{Basis, Status, VERIFIED_SUPPORT, change, fall_back};
use super::store::{self, AtomRow, SourceRow, StatusRow};

/// Knowledge's read tables.
pub const PROJECTION: Projection =
    Projection { name: "knowledge", project, tables: &["atoms", "atom_sources", "atom_status"] };

fn project(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    match event.stream_kind.as_str() {
        "knowledge" if event.body.is_some() => {
            take(tx.conn, event, AtomsMade::from_json(&event.kind, event.data())?)
        }
        "work_order" => refresh_order(tx.conn, event),
        "audit" if event.kind == "audit.verdict_given.v1" => refresh_order(tx.conn, event),
        _ => Ok(()),
    }
}

fn take(conn: &mut AnyConnection, event: &Event, made: AtomsMade) -> Result<()> {
    for atom in &made.atoms {
        let row = atom_row(event, atom)?;
        if store::insert_atom(conn, &row)? {
            note(conn, event, &row.atom_id, Status::Candidate, "taken from the words a verdict quotes")?;
            if atom.needs_context {
                note(
                    conn,
                    event,
                    &row.atom_id,
                    Status::NeedsContext,
                    "it leans on something said before it",
                )?;
            }
        }
        let source = SourceRow {
            project: event.project,
            atom_id: row.atom_id.clone(),
            verdict_id: made.verdict.clone(),
            claim_id: made.claim.clone(),
            order_id: made.order.clone(),
        };
        store::insert_source(conn, &source)?;
        if let Some(stored) = store::atom(conn, event.project, &row.atom_id)? {
            refresh(conn, event, &stored)?;
        }
    }
    Ok(())
}

/// Something happened to an order or its claims: every atom that rests on them is looked at again.
fn refresh_order(conn: &mut AnyConnection, event: &Event) -> Result<()> {
    for atom in store::atoms_of_order(conn, event.project, &event.stream_id)? {
        refresh(conn, event, &atom)?;
    }
    Ok(())
}

fn refresh(conn: &mut AnyConnection, event: &Event, atom: &AtomRow) -> Result<()> {
    let Some(now) = Status::parse(&atom.status) else { return Ok(()) };
    let basis = basis_of(conn, event.project, &atom.atom_id)?;
    if let Some(next) = follow(now, basis) {
        let why = basis.lacks().unwrap_or("an independent person supported it and nothing stands against it");
        note(conn, event, &atom.atom_id, next, why)?;
    }
    Ok(())
}

/// The status that follows by itself. What needs context waits for a person, whatever was said about its claim.
fn follow(now: Status, basis: Basis) -> Option<Status> {
    match now {
        Status::Candidate | Status::Contested => change(now, Status::Verified, basis).ok(),
        _ => fall_back(now, basis),
    }
}

/// What an atom rests on: all its sources together. Whether bytes are intact is no event, so it is shown, not stored.
fn basis_of(conn: &mut AnyConnection, project: ProjectKey, atom_id: &str) -> Result<Basis> {
    let mut basis = Basis { integrity_ok: true, support: 0, human: false, refuted: false };
    for source in store::sources_of(conn, project, atom_id)? {
        if let Some(claim) = judged_claim(conn, project, &source.claim_id)? {
            add(&mut basis, &claim, &source.verdict_id);
        }
    }
    Ok(basis)
}

fn add(basis: &mut Basis, claim: &JudgedClaim, verdict_id: &str) {
    let standing = || claim.verdicts.iter().filter(|v| v.row.superseded_by.is_none());
    basis.refuted |= standing().any(|v| v.verdict.outcome == Outcome::Refuted);
    let supports = standing().any(|v| {
        v.row.verdict_id == verdict_id
            && v.verdict.outcome == Outcome::Supported
            && v.verdict.relation == Relation::Independent
    });
    if supports && claim.claim.withdrawn_at.is_none() {
        // Only people give verdicts, so a support here is a person's.
        basis.human = true;
        basis.support += VERIFIED_SUPPORT;
    }
}

fn note(conn: &mut AnyConnection, event: &Event, atom_id: &str, status: Status, why: &str) -> Result<()> {
    store::set_status(conn, event.project, atom_id, status.as_str())?;
    let row = StatusRow {
        project: event.project,
        atom_id: atom_id.to_owned(),
        event_id: event.id.clone(),
        status: status.as_str().to_owned(),
        why: why.to_owned(),
        at: event.at,
    };
    store::insert_status(conn, &row)
}

fn atom_row(event: &Event, made: &MadeAtom) -> Result<AtomRow> {
    let atom = &made.atom;
    Ok(AtomRow {
        project: event.project,
        atom_id: made.id.to_hex(),
        statement: atom.statement.clone(),
        search: atom.statement.to_lowercase(),
        kind: atom.kind.as_str().to_owned(),
        language: atom.language.clone(),
        status: Status::Candidate.as_str().to_owned(),
        needs_context: made.needs_context,
        spans: serde_json::to_string(&atom.spans)?,
        created_at: event.at,
        event_id: event.id.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_follows_the_basis_and_context_waits_for_a_person() {
        let good = Basis { integrity_ok: true, support: 1_000, human: true, refuted: false };
        let bad = Basis { refuted: true, ..good };
        for (now, basis, next) in [
            (Status::Candidate, good, Some(Status::Verified)),
            (Status::Candidate, bad, None),
            (Status::NeedsContext, good, None),
            (Status::Verified, good, None),
            (Status::Verified, bad, Some(Status::Contested)),
            (Status::Contested, good, Some(Status::Verified)),
            (Status::Contested, bad, None),
            (Status::Retracted, good, None),
        ] {
            assert_eq!(follow(now, basis), next, "{now:?} {basis:?}");
        }
    }
}
