//! May this verdict be recorded? Pure rules over facts the action has loaded.
//!
//! Four eyes: the author of a claim, the performers of its order, the senders of its traces, and whoever is one unit with
//! any of them may only admit a fault (refute). Accounts of one unit have one voice on a claim together.
//! Supported and refuted name verbatim words or a check result; not enough information names a reason.

use std::collections::BTreeSet;

use crate::foundation::{Action, Asker, Error, FieldErrors, Result};
use crate::people::units::Unit;

use super::checks::CheckResult;
use super::model::{MissingReason, Outcome, Relation};
use super::selectors::Evidence;

/// Longest comment taken, in characters.
pub const COMMENT_MAX_CHARS: usize = 4_000;
/// Most quotes on one verdict.
pub const QUOTES_MAX: usize = 20;

/// What is known about the claim at this moment.
#[derive(Clone, Copy, Debug)]
pub struct ClaimFacts<'a> {
    /// Account id of who made the claim (who ticked).
    pub author: &'a str,
    /// Accounts that performed any part of the order.
    pub performers: &'a [String],
    /// Accounts that sent traces linked to the order.
    pub senders: &'a BTreeSet<String>,
    /// The accounts that count as one with whoever judges.
    pub unit: &'a Unit,
    /// Another of those accounts that has judged the claim, by its name.
    pub judged_as: Option<&'a str>,
    /// A verdict of the judge's own on the claim stands.
    pub has_judged: bool,
    /// The tick was undone, or its author took the statement back.
    pub withdrawn: bool,
    /// The tick was imported and nobody has attested it yet.
    pub unattested_import: bool,
    /// A criterion that nobody ticked, of an order that nobody says is completed.
    pub unclaimed: bool,
}

/// A verdict somebody gave earlier on the same claim, named as superseded.
#[derive(Clone, Copy, Debug)]
pub struct Earlier<'a> {
    pub verifier: &'a str,
    pub same_claim: bool,
    pub superseded: bool,
}

/// A verdict as it was filled in. Every quote has passed [`super::selectors::locate`].
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    pub outcome: Outcome,
    /// Verbatim words of stored bodies.
    pub quotes: &'a [Evidence],
    pub checks: &'a [CheckResult],
    /// Why nothing could be settled; for not enough information only.
    pub reason: Option<MissingReason>,
    /// Free words; a must when refuting.
    pub comment: &'a str,
    /// The judge's own earlier verdict that this one replaces.
    pub supersedes: Option<Earlier<'a>>,
}

/// How a judge stands to a claim: by account, then by unit. Whoever made the claim, did any of the order's work or sent
/// any of its evidence is involved.
pub fn relation_of(judge: &Asker, claim: &ClaimFacts<'_>) -> Relation {
    let involved = || {
        let others = claim.performers.iter().chain(claim.senders).map(String::as_str);
        others.chain([claim.author])
    };
    if involved().any(|account| account == judge.id()) {
        return Relation::Own;
    }
    if claim.unit.contains_any(involved()) { Relation::SameUnit } else { Relation::Independent }
}

/// Decides whether the verdict may be recorded; gives the relation to record with it.
pub fn decide(judge: &Asker, claim: &ClaimFacts<'_>, draft: &Draft<'_>) -> Result<Relation> {
    may_judge(judge)?;
    claim_is_open(claim)?;
    let relation = relation_of(judge, claim);
    four_eyes(relation, draft.outcome)?;
    one_voice(claim)?;
    may_supersede(judge, draft.supersedes)?;
    replaces_own(claim, draft)?;
    is_complete(draft)?;
    Ok(relation)
}

/// Whether this outcome is theirs to give at all, were everything else filled in as it must be.
pub fn may_give(judge: &Asker, claim: &ClaimFacts<'_>, outcome: Outcome) -> Result<()> {
    let check =
        |passed| CheckResult { check: String::new(), passed, found: 0, total: 1, missing: Vec::new() };
    let unsettled = outcome == Outcome::NotEnoughInformation;
    let filled = Draft {
        outcome,
        quotes: &[],
        checks: &[check(true), check(false)],
        reason: unsettled.then_some(MissingReason::BeyondJudge),
        comment: "filled in",
        supersedes: None,
    };
    decide(judge, &ClaimFacts { has_judged: false, ..*claim }, &filled).map(drop)
}

/// The same for a page that knows whether anything stands there to quote. Nobody settles a claim without a verbatim word, so
/// where there is none that is said before the form is filled in.
pub fn may_give_on(judge: &Asker, claim: &ClaimFacts<'_>, outcome: Outcome, is_quotable: bool) -> Result<()> {
    may_give(judge, claim, outcome)?;
    if outcome == Outcome::NotEnoughInformation || is_quotable {
        return Ok(());
    }
    Err(Error::refused(
        "nothing is linked that could be quoted; link a trace, or answer not enough information and say what you saw",
    ))
}

/// Only a person with the auditor role judges. Also asked before the form is shown.
pub fn may_judge(judge: &Asker) -> Result<()> {
    if !judge.is_person() {
        return Err(Error::forbidden(
            "only a person gives verdicts; an agent may link evidence and leave the judging to an auditor",
        ));
    }
    judge.must(Action::Judge)
}

fn claim_is_open(claim: &ClaimFacts<'_>) -> Result<()> {
    if claim.withdrawn {
        return Err(Error::refused("this claim was withdrawn; there is nothing to judge"));
    }
    if claim.unattested_import {
        return Err(Error::refused(
            "this tick was imported and nobody has attested it; let a technician attest it first, then judge",
        ));
    }
    // A verdict before the claim would stand against, or for, work that is still to be done, and by whom is not known.
    if claim.unclaimed {
        return Err(Error::refused(
            "nobody claims this yet; it can be judged once it is ticked, or once the order is completed",
        ));
    }
    Ok(())
}

fn four_eyes(relation: Relation, outcome: Outcome) -> Result<()> {
    match relation {
        Relation::Independent => Ok(()),
        _ if outcome == Outcome::Refuted => Ok(()),
        Relation::Own => Err(Error::forbidden(
            "you did work on this order, so you cannot confirm it; you may only refute your own claim, \
             another auditor must judge it",
        )),
        Relation::SameUnit => Err(Error::forbidden(
            "an account that counts as one with yours did work on this order, so you cannot confirm it; \
             you may only refute it, another auditor must judge it",
        )),
    }
}

/// Whoever has several accounts has one voice: two of them saying the same would count as two people.
fn one_voice(claim: &ClaimFacts<'_>) -> Result<()> {
    claim.judged_as.map_or(Ok(()), |name| {
        Err(Error::forbidden(format!(
            "{name}, an account that counts as one with yours, has judged this claim already; replace that verdict from \
             there, another auditor may judge it too"
        )))
    })
}

fn may_supersede(judge: &Asker, earlier: Option<Earlier<'_>>) -> Result<()> {
    let Some(earlier) = earlier else { return Ok(()) };
    if !earlier.same_claim {
        return Err(Error::invalid("supersedes", "that verdict is on another claim"));
    }
    if earlier.verifier != judge.id() {
        return Err(Error::forbidden(
            "a verdict is superseded by its own author only; give your own verdict, or have the dispute adjudicated",
        ));
    }
    if earlier.superseded {
        return Err(Error::refused("that verdict was already superseded; name the latest one"));
    }
    Ok(())
}

/// One judge has one standing verdict on a claim: of two sent side by side the second is refused, and whoever changed
/// their mind says so.
fn replaces_own(claim: &ClaimFacts<'_>, draft: &Draft<'_>) -> Result<()> {
    if claim.has_judged && draft.supersedes.is_none() {
        return Err(Error::invalid(
            "supersedes",
            "you have judged this claim already; to change it, say that this verdict replaces that one",
        ));
    }
    Ok(())
}

fn is_complete(draft: &Draft<'_>) -> Result<()> {
    let mut errors = FieldErrors::default();
    needs_evidence(draft, &mut errors);
    needs_words(draft, &mut errors);
    errors.into_result()
}

fn needs_evidence(draft: &Draft<'_>, errors: &mut FieldErrors) {
    if draft.quotes.len() > QUOTES_MAX {
        errors.add("quotes", format!("at most {QUOTES_MAX} quotes; keep the ones that decide it"));
    }
    let backed = |passed| !draft.quotes.is_empty() || draft.checks.iter().any(|c| c.passed == passed);
    match draft.outcome {
        Outcome::Supported if !backed(true) => {
            errors.add("quotes", "supported needs at least one verbatim quote or a check that passed");
        }
        Outcome::Refuted if !backed(false) => {
            errors.add("quotes", "refuted needs at least one verbatim quote or a check that failed");
        }
        _ => {}
    }
}

fn needs_words(draft: &Draft<'_>, errors: &mut FieldErrors) {
    let unsettled = draft.outcome == Outcome::NotEnoughInformation;
    if unsettled && draft.reason.is_none() {
        errors.add("reason", "not enough information needs a reason from the list");
    }
    if !unsettled && draft.reason.is_some() {
        errors.add("reason", "a reason goes with not enough information only; use the comment");
    }
    if draft.outcome == Outcome::Refuted && draft.comment.trim().is_empty() {
        errors.add("comment", "say in a sentence what is wrong, so that somebody can mend it");
    }
    if draft.comment.chars().count() > COMMENT_MAX_CHARS {
        errors.add("comment", format!("at most {COMMENT_MAX_CHARS} characters"));
    }
}
