//! Moving an order from state to state.

use super::{Case, MoveTo, Proof, gathered};
use crate::events::OrderEvent;
use crate::lifecycle::{self, MoveInput, Rule};
use crate::model::{HoldCode, Meaning, Outcome, Signed, Status, Transition, limits};
use crate::signing;
use foundation::{Error, Result};

pub(super) fn transition(case: &Case<'_>, asked: MoveTo) -> Result<Vec<OrderEvent>> {
    let MoveTo { to, reason, hold, outcome, proof, .. } = asked;
    limits::check(&serde_json::json!({ "reason": reason }))?;
    // Nobody's work ends as anything that they did not say.
    if to == Status::Completed && outcome.is_none() && case.order.status == Status::InProgress {
        return Err(Error::invalid(
            "outcome",
            "say how the work ended: achieved, achieved in part or not achieved",
        ));
    }
    let outcome = outcome.unwrap_or_default();
    let rule = check(case, to, MoveInput { reason: &reason, hold, outcome, is_confirmed: proof.is_some() })?;
    let hold = hold.filter(|_| to == Status::OnHold);
    let outcome = (rule.id == Transition::Complete).then_some(outcome);
    let signed = proof.map(|proof| sign(case, rule, outcome, proof)).transpose()?.flatten();
    // A signature names the version it was made on, so what the move brings with it comes behind the move.
    let moved = event(rule, case.order.status, to, reason, hold, outcome, signed);
    Ok(std::iter::once(moved).chain(gathered::stops(case, rule, to)).collect())
}

/// The start that the first tick in an approved order brings with it.
pub(super) fn start(case: &Case<'_>) -> Result<OrderEvent> {
    let to = Status::InProgress;
    let input = MoveInput { reason: "", hold: None, outcome: Outcome::NotAchieved, is_confirmed: false };
    Ok(event(check(case, to, input)?, case.order.status, to, String::new(), None, None, None))
}

fn check(case: &Case<'_>, to: Status, input: MoveInput<'_>) -> Result<&'static Rule> {
    lifecycle::check(case.order, to, case.asker, case.facts, input)
}

/// What is signed with the move, if the move is signed.
fn sign(case: &Case<'_>, rule: &Rule, outcome: Option<Outcome>, proof: Proof) -> Result<Option<Box<Signed>>> {
    let Some(meaning) = rule.signature_under(case.facts) else { return Ok(None) };
    let points = signing::points::of(case.order, case.facts).len();
    if proof.points.is_some_and(|shown| shown != points) {
        return Err(Error::refused(
            "What is not as planned changed while you read it. Nothing was signed: look at the list again.",
        ));
    }
    let statement = signing::statement::of(case.order, rule.id, meaning, outcome, points);
    Ok(Some(Box::new(signed(case, meaning, statement, proof))))
}

/// The order as it stands, signed with these words.
pub(super) fn signed(case: &Case<'_>, meaning: Meaning, statement: String, proof: Proof) -> Signed {
    let actor = &case.asker.actor;
    Signed {
        name: actor.name.clone(),
        account: actor.id.clone(),
        code: proof.code,
        meaning,
        statement,
        order: case.order.id.clone(),
        version: case.order.version,
        content: proof.content,
        method: proof.method,
    }
}

fn event(
    rule: &Rule,
    from: Status,
    to: Status,
    reason: String,
    hold: Option<HoldCode>,
    outcome: Option<Outcome>,
    signed: Option<Box<Signed>>,
) -> OrderEvent {
    let signature = signed.as_ref().map(|signed| signed.meaning);
    OrderEvent::Transitioned { transition: rule.id, from, to, reason, hold, outcome, signature, signed }
}
