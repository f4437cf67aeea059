//! What may be said of how the work ended.
//!
//! Failed work and missing evidence never keep an order from being completed: they keep it from being called achieved.

use super::guards::{listed, named, titles};
use crate::facts::Facts;
use crate::model::{Criterion, FilePlace, Found, Item, Order, Outcome, Step, StepState};
use foundation::{Error, Result};

/// Refuses "achieved" where it was not earned.
pub(super) fn check(order: &Order, facts: &Facts, outcome: Outcome) -> Result<()> {
    if outcome != Outcome::Achieved {
        return Ok(());
    }
    bars_achieved(order, facts).map_or(Ok(()), |why| Err(Error::invalid("outcome", why)))
}

/// Why the outcome cannot be "achieved": a required step went wrong, a criterion is not marked as met or was refuted, or
/// the evidence that policy asks for is missing.
pub fn bars_achieved(order: &Order, facts: &Facts) -> Option<String> {
    let after = ". Complete it as partly achieved or not achieved.";
    let failed = listed(&what_went_wrong(order), "Failed or flagged: ", after);
    let unmet = (1..).zip(&order.criteria).filter(|(_, criterion)| {
        !criterion.ticks.is_ticked() || facts.evidence.refuted.contains(&criterion.id)
    });
    let unmet: Vec<String> = unmet.map(|(place, it)| format!("{place} {}", it.text)).collect();
    let unmet = listed(
        &unmet,
        "Criteria that are not met: ",
        ". Mark what holds on the order's page first; else complete it as partly achieved or not achieved.",
    );
    let missing = if facts.policy.evidence_required { unproven(order, facts) } else { Vec::new() };
    let missing =
        listed(&missing, "Evidence is missing for ", ". Link it, or complete as partly or not achieved.");
    let unshown = (1..).zip(&order.criteria).filter_map(|(place, criterion)| {
        let lacks = lacking(order, criterion, facts);
        (!lacks.is_empty()).then(|| format!("{place} {} ({})", criterion.text, lacks.join(", ")))
    });
    let unshown = listed(
        &unshown.collect::<Vec<_>>(),
        "Criteria lack the evidence they ask for: ",
        ". Bring it, or complete as partly or not achieved.",
    );
    failed.or(unmet).or(unshown).or(missing)
}

/// What a criterion still lacks of the evidence that it asks for, in words: `1 of 2 traces`.
pub fn lacking(order: &Order, criterion: &Criterion, facts: &Facts) -> Vec<String> {
    let asked = criterion.demands.evidence;
    let place = FilePlace::Criterion(criterion.id.clone());
    let files = order.gathered.files_at(&place).filter(|file| !file.is_broken()).count();
    let traces = facts.evidence.traces_at.get(&criterion.id).copied().unwrap_or_default();
    let counts = [
        (asked.traces, traces, "traces"),
        (asked.files, u32::try_from(files).unwrap_or(u32::MAX), "photos or files"),
    ];
    let short = counts.into_iter().filter(|(asked, found, _)| found < asked);
    let mut lacks: Vec<String> =
        short.map(|(asked, found, noun)| format!("{found} of {asked} {noun}")).collect();
    let vouched = criterion.ticks.current().is_some_and(|tick| tick.attested.is_some());
    if asked.attested && !vouched {
        lacks.push("nobody else has attested it yet".to_owned());
    }
    lacks
}

fn required(order: &Order) -> impl Iterator<Item = &Step> {
    order.steps.iter().filter(|step| step.required && !step.not_asked)
}

fn went_wrong(step: &Step) -> bool {
    matches!(step.state, StepState::Failed { .. } | StepState::Flagged { .. }) || step.failed_items() > 0
}

/// The steps that were marked so, and of the others each item that was answered so; nothing where no step went wrong.
fn what_went_wrong(order: &Order) -> Vec<String> {
    if !required(order).any(went_wrong) {
        return Vec::new();
    }
    let mut names = Vec::new();
    for step in required(order) {
        if matches!(step.state, StepState::Failed { .. } | StepState::Flagged { .. }) {
            names.extend(titles(std::iter::once(step)));
        } else {
            let wrong = |item: &&Item| matches!(item.found(), Some(Found::Failed | Found::Flagged));
            names.extend(step.asked_items().filter(wrong).map(|item| named(step, item)));
        }
    }
    names
}

/// Required items, and required steps without items, that have no evidence; evidence of a step is its items' too.
fn unproven(order: &Order, facts: &Facts) -> Vec<String> {
    let has = |id: &str| facts.evidence.evidenced.contains(id);
    let applies = |step: &&Step| !matches!(step.state, StepState::NotApplicable { .. }) && !has(&step.id);
    let mut missing = Vec::new();
    for step in required(order).filter(applies) {
        if step.items.is_empty() {
            missing.push(format!("{} {}", step.position, step.title));
        }
        let lacking = (1..)
            .zip(&step.items)
            .filter(|(_, item)| item.required && !item.not_asked && item.skipped.is_none() && !has(&item.id));
        missing.extend(lacking.map(|(place, item)| format!("{}.{place} {}", step.position, item.text)));
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Answer, Tick, TickHow};
    use crate::read::read;

    #[test]
    fn what_went_wrong_is_named_item_by_item() {
        let mut next = 0;
        let mut id = || {
            next += 1;
            format!("x{next}")
        };
        let text = "# T\n\n## Look\n- [ ] a\n- [ ] b\n- [ ] c\n\n## Listen\n- [ ] d\n";
        let mut order = read(text).unwrap().into_order(&mut id).unwrap();
        let answered = |found| Tick {
            how: TickHow::Recorded,
            answer: Some(Answer { found, ..Answer::default() }),
            ..Tick::imported("t")
        };
        order.steps[0].items[0].ticks.0.push(answered(Found::Good));
        order.steps[0].items[2].ticks.0.push(answered(Found::Flagged));
        assert!(what_went_wrong(&order).is_empty(), "a flag alone bars nothing");
        order.steps[0].items[1].ticks.0.push(answered(Found::Failed));
        assert_eq!(what_went_wrong(&order), ["1.2 b", "1.3 c"]);
        order.steps[1].state = StepState::Flagged { reason: "hums".to_owned() };
        assert_eq!(what_went_wrong(&order), ["1.2 b", "1.3 c", "2 Listen"]);
    }
}
