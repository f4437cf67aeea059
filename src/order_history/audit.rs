//! What audit recorded of an order, in the words of its history.

use super::happening::Claims;
use super::told::{Around, name};
use super::words::{Told, quoted};
use crate::audit::events::{AuditEvent, Link, LinkHow, Opened, PinReason, Verdict};
use crate::audit::model::{Materiality, MissingReason};
use crate::web::format::short_id;
use crate::web::words;
use crate::work_orders::model::Target;

/// What one event of audit says.
pub(super) fn told(around: Around<'_>, claims: &Claims, event: &AuditEvent) -> Told {
    match event {
        AuditEvent::EvidenceLinked { links } => linked(around, links),
        AuditEvent::EvidenceUnlinked { link, reason } => {
            let what = format!("took the link {} to a trace away", short_id(link));
            Told::new(what).values("linked", "not linked").because(reason)
        }
        AuditEvent::EvidencePinned { why, pins } => {
            let why = match why {
                PinReason::Verdict => "somebody judged on it",
                PinReason::Settled => "nothing more had arrived",
            };
            let what = format!("pinned what {} of the evidence held", counted(pins.len(), "observation"));
            Told::new(what).values("not pinned", "pinned").because(why)
        }
        AuditEvent::ClaimStated { claim } => {
            let what = format!("stated {} about {}", quoted(&claim.text), name(around, &claim.target));
            Told::new(what).values("", claim.text.as_str())
        }
        AuditEvent::ClaimWeighed { claim, from, to } => {
            let what = format!("set the importance of the statement {}", claimed(claims, claim));
            Told::new(what).values(weight(*from), weight(*to))
        }
        AuditEvent::ClaimWithdrawn { claim } => {
            let what = format!("took the statement {} back", claimed(claims, claim));
            Told::new(what).values(claimed(claims, claim), "")
        }
        AuditEvent::ExceptionOpened { exception } => opened(exception),
        AuditEvent::ExceptionResolved { exception, how, comment } => {
            let what = format!("answered the exception {}: {}", short_id(exception), how.label());
            Told::new(what).values("open", how.label()).because(comment)
        }
        AuditEvent::VerdictGiven { verdict } => judged(claims, verdict),
    }
}

fn linked(around: Around<'_>, links: &[Link]) -> Told {
    let (by_rule, traces) = (
        links.iter().all(|link| matches!(link.how, LinkHow::Rule { .. })),
        links.iter().map(|link| short_id(&link.trace)).collect::<Vec<_>>(),
    );
    let place = match links {
        [Link { target: Some(target), .. }] => format!(" to {}", name(around, target)),
        _ => String::new(),
    };
    let how = if by_rule { ", which named the order" } else { "" };
    let what = format!("linked {}{place}{how}", counted(links.len(), "trace"));
    Told::new(what).values("", traces.join(", "))
}

fn opened(exception: &Opened) -> Told {
    let what = format!("asked about: {}", words::exception(exception.kind.as_str()).to_lowercase());
    Told::new(what).values("", words::found(&exception.detail))
}

fn judged(claims: &Claims, verdict: &Verdict) -> Told {
    let word = words::verdict(verdict.outcome.as_str());
    let replaced = if verdict.supersedes.is_some() { ", in place of an earlier verdict" } else { "" };
    let what = format!("judged {} as {word}{replaced}", claimed(claims, &verdict.claim));
    let old = if verdict.supersedes.is_some() { "an earlier verdict" } else { "not judged" };
    let why = verdict.reason.map(MissingReason::label).unwrap_or_default();
    let reason = [why, verdict.comment.trim()].into_iter().filter(|it| !it.is_empty());
    Told::new(what).values(old, word).because(&reason.collect::<Vec<_>>().join(". "))
}

fn claimed(claims: &Claims, id: &str) -> String {
    claims.get(id).map_or_else(|| format!("the claim {}", short_id(id)), |(_, statement)| quoted(statement))
}

fn weight(materiality: Materiality) -> &'static str {
    words::importance(i32::try_from(materiality.k()).unwrap_or_default())
}

/// `1 trace`, `3 traces`.
fn counted(count: usize, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

/// The parts of the order that an event is about.
pub(super) fn targets(claims: &Claims, event: &AuditEvent) -> Vec<Target> {
    let of_claim = |id: &String| -> Vec<Target> {
        claims.get(id).map(|(target, _)| target.clone()).into_iter().collect()
    };
    match event {
        AuditEvent::EvidenceLinked { links } => links.iter().filter_map(|link| link.target.clone()).collect(),
        AuditEvent::ClaimStated { claim } => vec![claim.target.clone()],
        AuditEvent::ClaimWeighed { claim, .. } | AuditEvent::ClaimWithdrawn { claim } => of_claim(claim),
        AuditEvent::VerdictGiven { verdict } => of_claim(&verdict.claim),
        AuditEvent::EvidenceUnlinked { .. }
        | AuditEvent::EvidencePinned { .. }
        | AuditEvent::ExceptionOpened { .. }
        | AuditEvent::ExceptionResolved { .. } => Vec::new(),
    }
}
