//! The words that are signed, as they are true at that moment: before the work, after it, or at its end.

use crate::model::{Item, Meaning, Order, Outcome, Target, Transition};
use foundation::ActorKind;

/// What a meaning says in a list.
pub fn meaning_words(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Approval => "Approval: this may be done",
        Meaning::Performed => "Performed: I did this work",
        Meaning::Reviewed => "Reviewed: I looked at the record and judged it",
        Meaning::Approved => "Approved: this is finished",
        Meaning::Item => "Item: I stand for what it says",
    }
}

/// How an outcome is said inside a sentence.
pub fn outcome_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Achieved => "achieved",
        Outcome::Partial => "achieved in part",
        Outcome::NotAchieved => "not achieved",
    }
}

/// The whole statement. `points` is how many points were listed as not as planned.
pub fn of(
    order: &Order,
    id: Transition,
    meaning: Meaning,
    outcome: Option<Outcome>,
    points: usize,
) -> String {
    let says = match meaning {
        Meaning::Approval => {
            return format!(
                "I approve the plan of {} as it stands in version {}, so that the work may be done.",
                order.number, order.version
            );
        }
        Meaning::Performed => performed(order, outcome),
        Meaning::Reviewed => format!(
            "I reviewed the record and the evidence of {} as they stand in version {}, and I did none of this work.",
            order.number, order.version
        ),
        Meaning::Approved if id == Transition::CloseUnverified => format!(
            "{} is finished as recorded in version {} and may be closed, though nobody verified it.",
            order.number, order.version
        ),
        // An item is signed with `of_item`, never with a move.
        Meaning::Item => return String::new(),
        Meaning::Approved => {
            format!(
                "{} is finished as recorded in version {} and may be closed.",
                order.number, order.version
            )
        }
    };
    format!("{says} {}", known(points))
}

/// What is said by signing an item: its own words.
pub fn of_item(order: &Order, item: &Item) -> String {
    let reference = order.reference(&Target::Item(item.id.clone())).unwrap_or_default();
    let place = reference.rsplit('/').next().unwrap_or_default();
    format!(
        "I sign item {place} of {}, “{}”, as it stands in version {}.",
        order.number, item.text, order.version
    )
}

/// What is said by approving a plan that was changed since its approval.
pub fn of_renewal(order: &Order) -> String {
    let changes = match order.changed_since_approval.len() {
        1 => "the 1 change made".to_owned(),
        many => format!("the {many} changes made"),
    };
    format!(
        "I approve the plan of {} as it stands in version {}, with {changes} since it was last approved, so that the work may \
         go on.",
        order.number, order.version
    )
}

/// Whoever signs for a program's work answers for it and never did it.
fn performed(order: &Order, outcome: Option<Outcome>) -> String {
    let agent = order.assignee.as_ref().filter(|it| it.kind == Some(ActorKind::Agent));
    let did = agent.map_or_else(
        || "I performed the work".to_owned(),
        |agent| format!("I answer for the work that {} did", agent.name),
    );
    let end = outcome.map(|it| format!(" Its outcome is “{}”.", outcome_words(it))).unwrap_or_default();
    format!("{did} in {} as recorded in version {}.{end}", order.number, order.version)
}

fn known(points: usize) -> String {
    match points {
        0 => "Nothing was listed as not as planned.".to_owned(),
        1 => "I know the 1 point listed as not as planned.".to_owned(),
        many => format!("I know the {many} points listed as not as planned."),
    }
}
