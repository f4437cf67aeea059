//! Taking atoms out of the words a verdict quotes: after a supported verdict, once.

use std::borrow::Cow;

use crate::audit::events::{Quote, Verdict};
use crate::audit::{Outcome, evidence, reads};
use crate::foundation::{Action, Asker, Error, ProjectKey, Result};
use crate::knowledge::events::{AtomsMade, MadeAtom, stream_of};
use crate::knowledge::extract::{Draft, EXTRACTOR, extract as propose};
use crate::state::App;

/// Takes the atoms out of a verdict and returns how many; none when it supports nothing or was done before.
pub async fn extract(app: &App, asker: &Asker, verdict_id: &str) -> Result<usize> {
    asker.must(Action::ExtractAtoms)?;
    let (project, wanted) = (asker.project, verdict_id.to_owned());
    let judged = app.db.read(move |conn| reads::verdict(conn, project, &wanted)).await?;
    let judged = judged.ok_or_else(|| Error::not_found("the verdict"))?;
    if judged.verdict.outcome != Outcome::Supported || judged.verdict.quotes.is_empty() {
        return Ok(0);
    }
    let made = take_all(app, project, &judged.row.order_id, &judged.verdict).await?;
    if made.atoms.is_empty() { Ok(0) } else { keep(app, asker, made).await }
}

async fn take_all(app: &App, project: ProjectKey, order_id: &str, verdict: &Verdict) -> Result<AtomsMade> {
    let mut made = AtomsMade {
        verdict: verdict.id.clone(),
        claim: verdict.claim.clone(),
        order: order_id.to_owned(),
        extractor: EXTRACTOR.to_owned(),
        atoms: Vec::new(),
        dropped: 0,
    };
    for quote in &verdict.quotes {
        // A body that was altered since carries nothing any more.
        if let Some(body) = evidence::quoted_body(app, project, &quote.evidence).await? {
            take(&mut made, quote, &body)?;
        }
    }
    Ok(made)
}

fn take(made: &mut AtomsMade, quote: &Quote, body: &str) -> Result<()> {
    let extraction = propose(body, &quote.evidence)?;
    made.dropped += u64::try_from(extraction.dropped.len()).unwrap_or_default();
    for draft in extraction.drafts {
        let atom = bind(draft, quote, &made.order, body)?;
        if !made.atoms.iter().any(|known| known.id == atom.id) {
            made.atoms.push(atom);
        }
    }
    Ok(())
}

fn bind(draft: Draft, quote: &Quote, order_id: &str, body: &str) -> Result<MadeAtom> {
    let at = &quote.evidence;
    let needs_context = draft.needs_context;
    let subjects = [order_id.to_owned()];
    let atom = draft.into_atom(&at.trace_id, &at.observation_id, &at.field, at.body_digest, &subjects);
    let atom = atom.admit(|digest| (digest == at.body_digest).then_some(Cow::Borrowed(body)))?;
    Ok(MadeAtom { id: atom.id()?, needs_context, atom })
}

/// A stream that is no longer empty means that somebody else was first.
async fn keep(app: &App, asker: &Asker, made: AtomsMade) -> Result<usize> {
    let (project, ledger, count) = (asker.project, app.ledger.clone(), made.atoms.len());
    let written = app
        .db
        .write(&asker.actor, move |tx| {
            ledger.append(tx, &stream_of(project, &made.verdict), 0, vec![made.draft()?]).map(|_| ())
        })
        .await;
    match written {
        Ok(()) => Ok(count),
        Err(Error::Conflict { .. }) => Ok(0),
        Err(other) => Err(other),
    }
}
