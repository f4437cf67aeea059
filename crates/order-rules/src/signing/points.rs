//! What is not as planned, and what is in order: what a signer reads before signing. The number of points is part of
//! the statement that is signed.

use std::collections::BTreeSet;

use crate::facts::{Facts, RecordFacts};
use crate::lifecycle::lacking;
use crate::model::{Found, Item, Order, Relation, RelationKind, Step, StepState, Target};
use crate::pace;

/// What sort of point it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Refuted,
    /// Somebody judged its claim, and the verdicts decide nothing.
    Undecided,
    Failed,
    Flagged,
    NotApplicable,
    /// A step took less time than the plan asks for.
    TooFast,
    /// A criterion lacks evidence that it asks for.
    Unshown,
    Open,
    NotMet,
    NoEvidence,
    Altered,
    NotJudged,
    NotAnswered,
    /// What goes on with something that this order left is still a draft.
    NotSubmitted,
    FromFile,
}

/// One point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    pub kind: Kind,
    /// What it is about: `2.1`, `Criterion 2`, `3 claims` or another order's number.
    pub reference: String,
    /// The text of the part, or what is to be said of it.
    pub text: String,
    /// The reason that somebody gave; empty where none was.
    pub reason: String,
    /// The part; none where it is about the order as a whole.
    pub target: Option<Target>,
}

/// Everything that is not as planned, what went wrong first.
pub fn of(order: &Order, facts: &Facts) -> Vec<Point> {
    let evidence = &facts.evidence;
    let mut points = judged(order, Kind::Refuted, &evidence.refuted);
    points.extend(judged(order, Kind::Undecided, &evidence.undecided));
    points.extend(order.steps.iter().filter(|step| !step.not_asked).filter_map(step_point));
    points.extend(order.steps.iter().filter(|step| !step.not_asked).flat_map(found));
    points.extend(order.steps.iter().filter(|step| step.is_open()).flat_map(open_items));
    points.extend(criteria(order));
    points.extend(hurried(order));
    points.extend(unshown(order, facts));
    points.extend(unsubmitted(order, facts));
    if facts.policy.evidence_required {
        points.extend(bare(order, facts));
    }
    // Nobody judges work that is not done: until it is, a claim without a verdict is as planned.
    let unjudged = if order.status.is_done() { evidence.claims_open } else { 0 };
    let counted = [
        (Kind::Altered, evidence.altered, "trace or file", "no longer as linked or brought"),
        (Kind::NotJudged, unjudged, "claim", "nobody has judged yet"),
        (Kind::NotAnswered, evidence.exceptions_open, "exception", "nobody has answered yet"),
        (Kind::FromFile, unattested(order), "tick", "only a file says, and nobody here vouches for"),
    ];
    points.extend(counted.into_iter().filter(|(_, count, ..)| *count > 0).map(
        |(kind, count, noun, says)| {
            let noun =
                if count == 1 { noun.to_owned() } else { format!("{}s", noun.replace(" or ", "s or ")) };
            whole(kind, format!("{count} {noun}"), says)
        },
    ));
    points
}

fn whole(kind: Kind, reference: String, says: &str) -> Point {
    Point { kind, reference, text: says.to_owned(), reason: String::new(), target: None }
}

/// The parts whose verdicts say so, in the order of the plan.
fn judged(order: &Order, kind: Kind, ids: &BTreeSet<String>) -> Vec<Point> {
    let targets = order.targets().into_iter().filter(|target| ids.contains(target.id()));
    targets.filter_map(|target| part(order, kind, target, String::new())).collect()
}

fn step_point(step: &Step) -> Option<Point> {
    let kind = match step.state {
        StepState::Failed { .. } => Kind::Failed,
        StepState::Flagged { .. } => Kind::Flagged,
        StepState::NotApplicable { .. } => Kind::NotApplicable,
        StepState::Open | StepState::Done => return None,
    };
    Some(Point {
        kind,
        reference: step.position.to_string(),
        text: step.title.clone(),
        reason: step.state.reason().unwrap_or_default().to_owned(),
        target: Some(Target::Step(step.id.clone())),
    })
}

/// Items of a step that were answered as not being as they should, or that do not apply.
fn found(step: &Step) -> Vec<Point> {
    let told = |item: &Item| {
        let answer = item.ticks.current().and_then(|tick| tick.answer.as_ref());
        let answer = answer.map(|it| joined(&[it.value.as_str(), it.note.as_str()]));
        match (item.found(), &item.skipped) {
            (Some(Found::Failed), _) => Some((Kind::Failed, answer.unwrap_or_default())),
            (Some(Found::Flagged), _) => Some((Kind::Flagged, answer.unwrap_or_default())),
            (None, Some(skipped)) => Some((Kind::NotApplicable, skipped.reason.clone())),
            _ => None,
        }
    };
    let items = (1..).zip(&step.items).filter(|(_, item)| !item.not_asked);
    let points = items.filter_map(|(place, item)| {
        let (kind, reason) = told(item)?;
        let (reference, target) = (format!("{}.{place}", step.position), Some(Target::Item(item.id.clone())));
        Some(Point { kind, reference, text: item.text.clone(), reason, target })
    });
    points.collect()
}

fn joined(words: &[&str]) -> String {
    let said: Vec<&str> = words.iter().copied().filter(|it| !it.is_empty()).collect();
    said.join(", ")
}

/// What is open in an open step: its items, or the step itself.
fn open_items(step: &Step) -> Vec<Point> {
    let point = |reference: String, text: &str, target: Target| Point {
        kind: Kind::Open,
        reference,
        text: text.to_owned(),
        reason: String::new(),
        target: Some(target),
    };
    if step.items.is_empty() {
        return vec![point(step.position.to_string(), &step.title, Target::Step(step.id.clone()))];
    }
    let open = (1..)
        .zip(&step.items)
        .filter(|(_, item)| !item.not_asked && !item.ticks.is_ticked() && item.skipped.is_none());
    open.map(|(place, item)| {
        point(format!("{}.{place}", step.position), &item.text, Target::Item(item.id.clone()))
    })
    .collect()
}

fn hurried(order: &Order) -> impl Iterator<Item = Point> {
    pace::too_fast(order).into_iter().map(|fast| Point {
        kind: Kind::TooFast,
        reference: fast.position.to_string(),
        reason: fast.says(),
        target: Some(Target::Step(fast.step)),
        text: fast.title,
    })
}

fn unshown(order: &Order, facts: &Facts) -> Vec<Point> {
    let bare = order.criteria.iter().filter_map(|criterion| {
        let lacks = lacking(order, criterion, facts);
        let target = Target::Criterion(criterion.id.clone());
        (!lacks.is_empty()).then(|| part(order, Kind::Unshown, target, lacks.join(", ")))
    });
    bare.flatten().collect()
}

/// Follow-ups that only their authors see: nobody goes on with them, and this order is about to be forgotten.
fn unsubmitted(order: &Order, facts: &Facts) -> Vec<Point> {
    let is_draft =
        |it: &&Relation| it.kind == RelationKind::FollowedUpBy && facts.draft_follow_ups.contains(&it.order);
    let says = "is to go on with what was left here, and is still a draft that nobody submitted";
    let drafts = order.relations.iter().filter(is_draft);
    drafts.map(|it| whole(Kind::NotSubmitted, it.number.to_string(), says)).collect()
}

fn criteria(order: &Order) -> Vec<Point> {
    let unmet = (1..).zip(&order.criteria).filter(|(_, criterion)| !criterion.ticks.is_ticked());
    unmet
        .map(|(place, criterion)| Point {
            kind: Kind::NotMet,
            reference: format!("Criterion {place}"),
            text: criterion.text.clone(),
            reason: String::new(),
            target: Some(Target::Criterion(criterion.id.clone())),
        })
        .collect()
}

/// Required parts without evidence, where the policy of the type asks for it.
fn bare(order: &Order, facts: &Facts) -> Vec<Point> {
    let has = |id: &str| facts.evidence.evidenced.contains(id);
    let asked = order.steps.iter().filter(|step| {
        step.required
            && !step.not_asked
            && !matches!(step.state, StepState::NotApplicable { .. })
            && !has(&step.id)
    });
    let targets = asked.flat_map(|step| match step.items.as_slice() {
        [] => vec![Target::Step(step.id.clone())],
        items => {
            let asked =
                items.iter().filter(|item| item.required && !item.not_asked && item.skipped.is_none());
            let lacking = asked.filter(|item| !has(&item.id));
            lacking.map(|item| Target::Item(item.id.clone())).collect()
        }
    });
    targets.filter_map(|target| part(order, Kind::NoEvidence, target, String::new())).collect()
}

fn unattested(order: &Order) -> u32 {
    let targets = order.targets();
    let ticks = targets.iter().filter_map(|target| order.ticks(target)?.current());
    u32::try_from(ticks.filter(|tick| tick.is_unattested()).count()).unwrap_or(u32::MAX)
}

fn part(order: &Order, kind: Kind, target: Target, reason: String) -> Option<Point> {
    let (reference, text) = match &target {
        Target::Step(id) => {
            let step = order.step(id)?;
            (step.position.to_string(), step.title.clone())
        }
        Target::Item(id) => {
            let (step, item) = order.item(id)?;
            let place = step.items.iter().position(|it| it.id == *id)? + 1;
            (format!("{}.{place}", step.position), item.text.clone())
        }
        Target::Criterion(id) => {
            let place = order.criteria.iter().position(|it| it.id == *id)? + 1;
            (format!("Criterion {place}"), order.criterion(id)?.text.clone())
        }
    };
    Some(Point { kind, reference, text, reason, target: Some(target) })
}

fn has_no_trouble(order: &Order) -> bool {
    let steps = order.steps.iter().filter(|step| !step.not_asked);
    let is_wrong = |point: Point| matches!(point.kind, Kind::Failed | Kind::Flagged);
    order.step_trouble() == (0, 0) && !steps.flat_map(found).any(is_wrong)
}

/// What is in order, in words.
pub fn in_order(order: &Order, facts: &Facts) -> Vec<String> {
    let evidence = &facts.evidence;
    let (done, all) = order.item_progress();
    let met = order.criteria.iter().filter(|it| it.ticks.is_ticked()).count();
    let criteria = order.criteria.len();
    let claims = [
        (all == 1 && done == 1, "The item is done".to_owned()),
        (all > 1 && done == all, format!("All {all} items are done")),
        (has_no_trouble(order), "Nothing failed or was flagged".to_owned()),
        (criteria == 1 && met == 1, "The criterion is marked as met".to_owned()),
        (criteria > 1 && met == criteria, format!("All {criteria} criteria are marked as met")),
        (
            criteria > 0 && met > 0 && met < criteria,
            format!("{met} of {criteria} criteria are marked as met"),
        ),
        (!evidence.evidenced.is_empty() && evidence.altered == 0, "Evidence is as it was pinned".to_owned()),
        (evidence.claims_open == 0 && !evidence.judged.is_empty(), "Every claim has a verdict".to_owned()),
        (evidence.exceptions_open == 0, "No exception waits for an answer".to_owned()),
        (facts.record == RecordFacts::Whole, "The record is as it was logged".to_owned()),
    ];
    claims.into_iter().filter(|(holds, _)| *holds).map(|(_, words)| words).collect()
}
