//! Stating a claim: words about a place of an order, with the words of a trace that show them.
//!
//! The trace is linked to that place in the same transaction, so that whoever judges sees it, and what was masked in it is asked
//! about as with every other link. A statement weighs nothing in the score until a reviewer gives it weight ([`super::weigh`]):
//! nobody raises a score by saying more.

use crate::audit::events::{AuditEvent, Link, LinkHow, Quote, Statement};
use crate::audit::model::ClaimSource;
use crate::audit::store::ClaimRow;
use crate::audit::unknown_places;
use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Error, ProjectKey, Result};
use crate::ledger::Ledger;
use crate::state::App;
use crate::work_orders;
use crate::work_orders::decide::may_act;
use crate::work_orders::lifecycle::tie;
use crate::work_orders::model::Target;

use super::append;
use super::judge::{NewQuote, find_quote, still_stand};
use super::link::{NewLink, find_same, takes_evidence, target_exists, trace_exists};
use super::open_exceptions::open_for_links;
use super::pin::current_pins;

/// The longest statement, in characters.
pub const STATEMENT_MAX_CHARS: usize = 1_000;
/// How many statements one order takes.
const MOST_STATEMENTS: usize = 200;

/// What somebody wants to state.
#[derive(Clone, Debug)]
pub struct NewStatement {
    pub order_id: String,
    /// The step, item or criterion it is about.
    pub target: Target,
    /// The words that are true or not.
    pub text: String,
    /// The words of evidence.
    pub quote: NewQuote,
}

/// Records a statement and returns the claim's id.
///
/// Refused when the quote does not stand verbatim in the stored body, or the order takes no more evidence.
pub async fn state(app: &App, asker: &Asker, asked: NewStatement) -> Result<String> {
    asker.must_some(Action::StateClaim)?;
    let text = checked(&asked.text)?;
    let quote = find_quote(app, asker.project, &asked.quote).await?;
    let (ledger, who) = (app.ledger.clone(), asker.clone());
    app.db.write(&asker.actor, move |tx| state_in(&ledger, tx, &who, asked, text, quote)).await
}

fn checked(text: &str) -> Result<String> {
    let text = text.trim().replace("\r\n", "\n");
    if text.is_empty() {
        return Err(Error::invalid("statement", "say in a sentence what the words show"));
    }
    if text.chars().count() > STATEMENT_MAX_CHARS {
        let limit = format!("at most {STATEMENT_MAX_CHARS} characters; one claim says one thing");
        return Err(Error::invalid("statement", limit));
    }
    Ok(text)
}

fn state_in(
    ledger: &Ledger,
    tx: &mut Tx<'_>,
    asker: &Asker,
    asked: NewStatement,
    text: String,
    quote: Quote,
) -> Result<String> {
    let project = asker.project;
    let order = work_orders::reads::load(tx.conn, project, &asked.order_id, None)?;
    may_act(&order, asker, tx.now())?;
    asker.must_for(Action::StateClaim, &tie(&order, &asker.actor))?;
    takes_evidence(&order)?;
    target_exists(&order, Some(&asked.target))?;
    still_stand(&current_pins(tx.conn, project, &asked.quote.trace_id)?, std::slice::from_ref(&quote))?;
    let stated = crate::audit::store::stated_of(tx.conn, project, &asked.order_id)?;
    if stated.len() >= MOST_STATEMENTS {
        return Err(Error::refused(format!(
            "an order takes at most {MOST_STATEMENTS} statements; open another order"
        )));
    }
    let is_same = |row: &&ClaimRow| row.statement == text && row.target_id == asked.target.id();
    if let Some(same) = stated.iter().filter(|row| row.withdrawn_at.is_none()).find(is_same) {
        return Ok(same.claim_id.clone());
    }
    let reference = order.reference(&asked.target).unwrap_or_default();
    let place = reference.rsplit('/').next().unwrap_or_default().to_owned();
    let id = new_id(tx.now());
    let mut events: Vec<AuditEvent> = link_event(tx, project, &asked)?.into_iter().collect();
    let (is_linked, materiality) = (!events.is_empty(), ClaimSource::Statement.materiality());
    let claim = Statement { id: id.clone(), target: asked.target, place, text, materiality, quote };
    events.push(AuditEvent::ClaimStated { claim: Box::new(claim) });
    append(ledger, tx, project, &asked.order_id, &events)?;
    if is_linked {
        let trace = asked.quote.trace_id;
        open_for_links(ledger, tx, project, &asked.order_id, &[&trace])?;
        unknown_places::forget(tx.conn, project, &[trace])?;
    }
    Ok(id)
}

/// The link of the quoted observation to the place, unless it is there.
fn link_event(tx: &mut Tx<'_>, project: ProjectKey, asked: &NewStatement) -> Result<Option<AuditEvent>> {
    let wanted = NewLink {
        order_id: asked.order_id.clone(),
        target: Some(asked.target.clone()),
        trace_id: asked.quote.trace_id.clone(),
        observation_id: Some(asked.quote.observation_id.clone()),
    };
    trace_exists(tx, project, &wanted)?;
    if find_same(tx, project, &wanted)?.is_some() {
        return Ok(None);
    }
    let link = Link {
        id: new_id(tx.now()),
        target: wanted.target,
        trace: wanted.trace_id,
        observation: wanted.observation_id,
        how: LinkHow::Hand,
    };
    Ok(Some(AuditEvent::EvidenceLinked { links: vec![link] }))
}
