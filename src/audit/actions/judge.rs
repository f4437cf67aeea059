//! Giving a verdict: the quotes are found verbatim in the stored bytes, what was looked at is pinned, and both are
//! written in one transaction; then it gets its place in the log at once.

use std::collections::BTreeSet;

use crate::audit::after_verdict;
use crate::audit::claim_facts::{Known, claim_in, is_evidence_of};
use crate::audit::claims::Claim;
use crate::audit::events::{AuditEvent, Pin, PinReason, Quote, Verdict};
use crate::audit::model::{MissingReason, Outcome};
use crate::audit::selectors::{Evidence, QuoteSelector, locate};
use crate::audit::store::{self, LinkRow};
use crate::audit::verdict::{self, Draft, Earlier};
use crate::db::{AnyConnection, Tx};
use crate::foundation::ids::new_id;
use crate::foundation::{Asker, Digest, Error, ProjectKey, Result};
use crate::ledger::{Ledger, sequencer};
use crate::state::App;
use crate::work_orders::model::Order;
use crate::{bodies, work_orders};

use super::append;
use super::pin::current_pins;

/// A verdict as it was filled in.
#[derive(Clone, Debug)]
pub struct Judgement {
    pub claim_id: String,
    /// Supported, refuted or not enough information.
    pub outcome: Outcome,
    /// The words it rests on.
    pub quotes: Vec<NewQuote>,
    /// Why nothing could be settled.
    pub reason: Option<MissingReason>,
    /// Free words.
    pub comment: String,
    /// The judge's own earlier verdict that this one replaces.
    pub supersedes: Option<String>,
}

/// Words somebody marked in an observation.
#[derive(Clone, Debug)]
pub struct NewQuote {
    pub trace_id: String,
    pub observation_id: String,
    /// `input`, `output` or `metadata`.
    pub field: String,
    /// The words.
    pub exact: String,
    /// What stood before them, if known.
    pub prefix: String,
    /// What stood after them, if known.
    pub suffix: String,
}

/// A verdict that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The verdict's id.
    pub verdict: String,
    /// How many entries of the ledger the checkpoint is over, under which the verdict stands.
    pub entries: u64,
}

/// Records a verdict, and waits until it stands under a signed checkpoint: a verdict counts from then on.
///
/// Refused unless the judge is an auditor who did not do the work, and every quote stands verbatim in a body of a
/// trace that is linked to the claim's order.
///
/// # Errors
/// [`Error::Unavailable`] also when the checkpoint does not come; the verdict is recorded then, and signed later.
pub async fn judge(app: &App, asker: &Asker, asked: Judgement) -> Result<Judged> {
    verdict::may_judge(asker)?;
    let quotes = find_quotes(app, asker.project, &asked.quotes).await?;
    let (ledger, who) = (app.ledger.clone(), asker.clone());
    let verdict = app.db.write(&asker.actor, move |tx| judge_in(&ledger, tx, &who, asked, quotes)).await?;
    let checkpoint = sequencer::sequence_now(&app.db, &app.log).await?;
    Ok(Judged { verdict, entries: checkpoint.head.size })
}

async fn find_quotes(app: &App, project: ProjectKey, asked: &[NewQuote]) -> Result<Vec<Quote>> {
    let mut quotes = Vec::with_capacity(asked.len());
    for (place, quote) in asked.iter().enumerate() {
        let found = find_quote(app, project, quote).await;
        quotes.push(found.map_err(|cause| at_field(cause, place))?);
    }
    Ok(quotes)
}

pub(super) async fn find_quote(app: &App, project: ProjectKey, asked: &NewQuote) -> Result<Quote> {
    let body = bodies::current_body(app, project, &asked.trace_id, &asked.observation_id, &asked.field)
        .await?
        .ok_or_else(|| Error::invalid("quote", "this observation has no such body"))?;
    let text = std::str::from_utf8(&body.bytes)
        .map_err(|_| Error::invalid("quote", "this body is not text, so nothing can be quoted from it"))?;
    let wanted =
        QuoteSelector { exact: &asked.exact, prefix: &asked.prefix, suffix: &asked.suffix, start: None };
    let located = locate(text, &wanted)?;
    let bytes = located.bytes.clone();
    let quoted = text.get(bytes.clone()).unwrap_or_default();
    let digest = Digest::of(quoted.as_bytes());
    let evidence = Evidence::new(&asked.trace_id, &asked.observation_id, &asked.field, body.digest, located);
    evidence.verify(text)?;
    Ok(Quote {
        evidence,
        revision: body.revision,
        byte_start: u64::try_from(bytes.start).unwrap_or_default(),
        byte_length: u64::try_from(bytes.len()).unwrap_or_default(),
        digest,
    })
}

fn at_field(cause: Error, place: usize) -> Error {
    match cause {
        Error::Invalid(errors) => {
            let message = errors.to_string();
            Error::invalid(format!("quotes[{place}]"), message)
        }
        other => other,
    }
}

fn judge_in(
    ledger: &Ledger,
    tx: &mut Tx<'_>,
    asker: &Asker,
    asked: Judgement,
    quotes: Vec<Quote>,
) -> Result<String> {
    let project = asker.project;
    let row =
        store::claim(tx.conn, project, &asked.claim_id)?.ok_or_else(|| Error::not_found("the claim"))?;
    let order = work_orders::reads::load(tx.conn, project, &row.order_id, None)?;
    let claim = claim_in(&order, &row)?;
    let links = store::links_of(tx.conn, project, &row.order_id)?;
    quotes_are_linked(&links, &quotes)?;
    let verdict = decide(tx, asker, &order, &claim, asked, quotes)?;
    let pins = pins_for(tx.conn, project, &order, &claim, &links, &verdict.quotes)?;
    still_stand(&pins, &verdict.quotes)?;
    let id = verdict.id.clone();
    let mut events = Vec::with_capacity(2);
    if !pins.is_empty() {
        events.push(AuditEvent::EvidencePinned { why: PinReason::Verdict, pins });
    }
    events.push(AuditEvent::VerdictGiven { verdict: Box::new(verdict) });
    append(ledger, tx, project, &row.order_id, &events)?;
    after_verdict::enqueue(tx, project, &id)?;
    Ok(id)
}

/// Words are looked for before the transaction: what they were found in must still be what is stored, not changed or erased since.
pub(super) fn still_stand(now: &[Pin], quotes: &[Quote]) -> Result<()> {
    let stands = |quote: &Quote| {
        now.iter().any(|pin| {
            pin.trace == quote.evidence.trace_id
                && pin.observation == quote.evidence.observation_id
                && pin.revision == quote.revision
        })
    };
    match quotes.iter().find(|quote| !stands(quote)) {
        Some(gone) => Err(Error::refused(format!(
            "trace {} changed while this was recorded; read it again, then quote it",
            gone.evidence.trace_id
        ))),
        None => Ok(()),
    }
}

/// Words of a trace that nobody linked to the order prove nothing about it.
fn quotes_are_linked(links: &[LinkRow], quotes: &[Quote]) -> Result<()> {
    let linked: BTreeSet<&str> = links.iter().map(|link| link.trace_id.as_str()).collect();
    match quotes.iter().find(|quote| !linked.contains(quote.evidence.trace_id.as_str())) {
        Some(stray) => Err(Error::invalid(
            "quotes",
            format!(
                "trace {} is not linked to this order; link it first, then quote it",
                stray.evidence.trace_id
            ),
        )),
        None => Ok(()),
    }
}

fn decide(
    tx: &mut Tx<'_>,
    asker: &Asker,
    order: &Order,
    claim: &Claim,
    asked: Judgement,
    quotes: Vec<Quote>,
) -> Result<Verdict> {
    let find = |id| earlier_verdict(tx.conn, asker.project, &claim.id, id);
    let earlier = asked.supersedes.as_deref().map(find).transpose()?;
    let evidence: Vec<Evidence> = quotes.iter().map(|quote| quote.evidence.clone()).collect();
    let draft = Draft {
        outcome: asked.outcome,
        quotes: &evidence,
        checks: &[],
        reason: asked.reason,
        comment: &asked.comment,
        supersedes: earlier.as_ref().map(|(verifier, same_claim, superseded)| Earlier {
            verifier,
            same_claim: *same_claim,
            superseded: *superseded,
        }),
    };
    let known = Known::read(tx.conn, asker, order, claim)?;
    let facts = known.facts();
    let relation = verdict::decide(asker, &facts, &draft)?;
    Ok(Verdict {
        id: new_id(tx.now()),
        claim: claim.id.clone(),
        outcome: asked.outcome,
        relation,
        quotes,
        checks: Vec::new(),
        reason: asked.reason,
        comment: asked.comment.trim().to_owned(),
        supersedes: asked.supersedes,
    })
}

fn earlier_verdict(
    conn: &mut AnyConnection,
    project: ProjectKey,
    claim_id: &str,
    verdict_id: &str,
) -> Result<(String, bool, bool)> {
    let verdict = store::verdict(conn, project, verdict_id)?
        .ok_or_else(|| Error::invalid("supersedes", "there is no such verdict"))?;
    Ok((verdict.judge_id, verdict.claim_id == claim_id, verdict.superseded_by.is_some()))
}

/// Everything the judge could see for this claim: its own evidence, what is linked to the whole order, and what was quoted.
fn pins_for(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order: &Order,
    claim: &Claim,
    links: &[LinkRow],
    quotes: &[Quote],
) -> Result<Vec<Pin>> {
    let seen =
        links.iter().filter(|link| is_evidence_of(order, &claim.target, link) || link.target_kind == "order");
    let mut traces: BTreeSet<&str> = seen.map(|link| link.trace_id.as_str()).collect();
    traces.extend(quotes.iter().map(|quote| quote.evidence.trace_id.as_str()));
    let mut pins = BTreeSet::new();
    for trace in traces {
        pins.extend(current_pins(conn, project, trace)?);
    }
    Ok(pins.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_what_changed_or_went_meanwhile_are_no_quote() {
        let text = "48 calls are traced";
        let located = locate(text, &QuoteSelector::exact("48 calls")).unwrap();
        let (then, later) = (Digest::of(b"then"), Digest::of(b"later"));
        let quote = Quote {
            evidence: Evidence::new("t", "o", "output", Digest::of(text.as_bytes()), located),
            revision: then,
            byte_start: 0,
            byte_length: 8,
            digest: Digest::of(b"48 calls"),
        };
        let pin = |observation: &str, revision| Pin {
            trace: "t".to_owned(),
            observation: observation.to_owned(),
            revision,
        };
        let stands = |now: &[Pin]| still_stand(now, std::slice::from_ref(&quote)).is_ok();
        assert!(stands(&[pin("o", then), pin("p", later)]));
        assert!(!stands(&[pin("o", later), pin("p", then)]), "changed");
        assert!(!stands(&[]), "erased");
    }
}
