//! How events become the tables of audit.
//!
//! Claims are read off the folded order after each of its events, so the table is nothing but a copy of
//! [`super::claims::claims_of`]; links, pins and verdicts come from audit's own events.

use crate::db::{AnyConnection, Tx};
use crate::foundation::{ProjectKey, Result};
use crate::ledger::{Event, Projection};
use crate::work_orders;
use crate::work_orders::model::Target;

use super::claims::{Claim, claims_of};
use super::events::{AuditEvent, Link, LinkHow, Pin, Statement, Verdict};
use super::exceptions;
use super::stated;
use super::store::{self, ClaimRow, LinkRow, PinRow, VerdictRow};
use super::ticked::{self, Evidence};

/// Audit's read tables.
pub const PROJECTION: Projection =
    Projection { name: "audit", project, tables: &["links", "pins", "claims", "verdicts", "exceptions"] };

fn project(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    match event.stream_kind.as_str() {
        "work_order" => refresh_claims(tx.conn, event),
        "audit" if event.body.is_some() => {
            apply(tx.conn, event, AuditEvent::from_json(&event.kind, event.json())?)
        }
        _ => Ok(()),
    }
}

fn apply(conn: &mut AnyConnection, event: &Event, what: AuditEvent) -> Result<()> {
    match what {
        AuditEvent::EvidenceLinked { links } => {
            let rows: Vec<LinkRow> = links.into_iter().map(|link| link_row(event, link)).collect();
            store::insert_links(conn, &rows)?;
            ticked::note_links(conn, event, &rows)
        }
        AuditEvent::EvidenceUnlinked { link, .. } => {
            store::remove_link(conn, event.project, &link, event.at)?;
            ticked::store::find_linked(conn, event.project, &event.stream_id)
        }
        AuditEvent::EvidencePinned { pins, .. } => {
            let rows: Vec<PinRow> = pins.into_iter().map(|pin| pin_row(event, pin)).collect();
            store::insert_pins(conn, &rows)
        }
        AuditEvent::ClaimStated { claim } => take_statement(conn, event, *claim),
        AuditEvent::ClaimWeighed { claim, to, .. } => {
            store::set_materiality(conn, event.project, &claim, to.k())
        }
        AuditEvent::ClaimWithdrawn { claim } => store::withdraw_claim(conn, event.project, &claim, event.at),
        AuditEvent::ExceptionOpened { exception } => exceptions::store::open(conn, event, &exception),
        AuditEvent::ExceptionResolved { exception, how, comment } => {
            exceptions::store::resolve(conn, event, &exception, how.as_str(), &comment)
        }
        AuditEvent::VerdictGiven { verdict } => take_verdict(conn, event, &verdict),
    }
}

fn take_statement(conn: &mut AnyConnection, event: &Event, claim: Statement) -> Result<()> {
    let order_id = event.stream_id.as_str();
    let before = store::stated_of(conn, event.project, order_id)?.len();
    let position = store::STATED.saturating_add(i32::try_from(before).unwrap_or(i32::MAX - store::STATED));
    let made = stated::claim_of(event, claim).claim;
    store::insert_claim(
        conn,
        &claim_row(event.project, order_id, position, made, "open", Evidence::default()),
    )
}

fn take_verdict(conn: &mut AnyConnection, event: &Event, verdict: &Verdict) -> Result<()> {
    store::insert_verdict(conn, &verdict_row(event, verdict)?)?;
    if let Some(old) = &verdict.supersedes {
        store::supersede(conn, event.project, old, &verdict.id)?;
    }
    let standing = standing_of(store::verdicts_on(conn, event.project, &verdict.claim)?.iter());
    store::set_standing(conn, event.project, &verdict.claim, standing)
}

/// Reads the claims off the order as it stood after the event; later events of the stream wait their turn, so that a
/// rebuild passes through the same states.
fn refresh_claims(conn: &mut AnyConnection, event: &Event) -> Result<()> {
    let (project, order_id) = (event.project, event.stream_id.as_str());
    let mut events = work_orders::reads::history(conn, project, order_id, None)?;
    events.retain(|earlier| earlier.version <= event.version);
    let order = work_orders::reads::fold_events(&events)?;
    let verdicts = store::verdicts_of(conn, project, order_id)?;
    let linked = ticked::store::linked_parts(conn, project, order_id)?;
    let rows: Vec<ClaimRow> = (0..)
        .zip(claims_of(&order))
        .map(|(position, claim)| {
            let standing = standing_of(verdicts.iter().filter(|verdict| verdict.claim_id == claim.id));
            let evidence = Evidence::of(&order, &claim.target, &linked);
            claim_row(project, order_id, position, claim, standing, evidence)
        })
        .collect();
    store::replace_claims(conn, project, order_id, &rows)
}

/// What the standing verdicts among those on one claim say together.
fn standing_of<'a>(verdicts: impl Iterator<Item = &'a VerdictRow>) -> &'static str {
    let outcomes: Vec<&str> =
        verdicts.filter(|verdict| verdict.superseded_by.is_none()).map(|it| it.outcome.as_str()).collect();
    let says = |outcome: &str| outcomes.contains(&outcome);
    match (says("supported"), says("refuted"), says("not_enough_information")) {
        (true, true, _) => "disputed",
        (true, false, _) => "supported",
        (false, true, _) => "refuted",
        (false, false, true) => "not_enough_information",
        (false, false, false) => "open",
    }
}

fn link_row(event: &Event, link: Link) -> LinkRow {
    let (target_kind, target_id) = target_columns(link.target.as_ref());
    let (how, matched) = match link.how {
        LinkHow::Hand => ("hand", String::new()),
        LinkHow::Rule { matched } => ("rule", matched),
        LinkHow::Traceparent { span } => ("traceparent", span),
    };
    LinkRow {
        project: event.project,
        link_id: link.id,
        order_id: event.stream_id.clone(),
        target_kind: target_kind.to_owned(),
        target_id: target_id.to_owned(),
        trace_id: link.trace,
        observation_id: link.observation.unwrap_or_default(),
        how: how.to_owned(),
        matched,
        by_id: event.actor.clone(),
        by_kind: event.actor_kind.as_str().to_owned(),
        by_name: event.actor_name().to_owned(),
        at: event.at,
        event_id: event.id.clone(),
        removed_at: None,
    }
}

fn pin_row(event: &Event, pin: Pin) -> PinRow {
    PinRow {
        project: event.project,
        order_id: event.stream_id.clone(),
        trace_id: pin.trace,
        observation_id: pin.observation,
        revision: pin.revision.0.to_vec(),
        pinned_at: event.at,
        event_id: event.id.clone(),
    }
}

fn claim_row(
    project: ProjectKey,
    order_id: &str,
    position: i32,
    claim: Claim,
    standing: &str,
    evidence: Evidence,
) -> ClaimRow {
    let (target_kind, target_id) = target_columns(Some(&claim.target));
    let (target_kind, target_id) = (target_kind.to_owned(), target_id.to_owned());
    let author = claim.author;
    ClaimRow {
        project,
        claim_id: claim.id,
        order_id: order_id.to_owned(),
        target_kind,
        target_id,
        position,
        place: claim.place,
        statement: claim.statement,
        context: claim.context,
        materiality: i32::try_from(claim.materiality).unwrap_or(1),
        author_id: author.as_ref().map(|a| a.id.clone()).unwrap_or_default(),
        author_kind: author.as_ref().map_or("human", |a| a.kind.as_str()).to_owned(),
        author_name: author.map(|a| a.name).unwrap_or_default(),
        made_at: claim.made_at,
        unattested: claim.unattested,
        unclaimed: claim.unclaimed,
        withdrawn_at: claim.withdrawn_at,
        standing: standing.to_owned(),
        step_id: evidence.step,
        has_file: evidence.has_file,
        has_link: evidence.has_link,
    }
}

fn verdict_row(event: &Event, verdict: &Verdict) -> Result<VerdictRow> {
    Ok(VerdictRow {
        project: event.project,
        verdict_id: verdict.id.clone(),
        claim_id: verdict.claim.clone(),
        order_id: event.stream_id.clone(),
        outcome: verdict.outcome.as_str().to_owned(),
        relation: verdict.relation.as_str().to_owned(),
        judge_id: event.actor.clone(),
        judge_name: event.actor_name().to_owned(),
        at: event.at,
        event_id: event.id.clone(),
        superseded_by: None,
        record: serde_json::to_string(verdict)?,
    })
}

/// The two columns that name a target; the whole order has no id of its own there.
pub(super) fn target_columns(target: Option<&Target>) -> (&'static str, &str) {
    match target {
        None => ("order", ""),
        Some(Target::Step(id)) => ("step", id),
        Some(Target::Item(id)) => ("item", id),
        Some(Target::Criterion(id)) => ("criterion", id),
    }
}
