//! What a step or an item left undone, for whoever goes on with it.

use super::facts::Facts;
use super::model::{Item, Order, Relation, Step};

/// Why it failed, in the words of whoever said so.
pub fn reason_of<'a>(step: &'a Step, item: Option<&'a Item>) -> Option<&'a str> {
    let answer = item.and_then(|item| item.ticks.current()?.answer.as_ref());
    answer
        .map(|answer| if answer.note.is_empty() { answer.value.as_str() } else { answer.note.as_str() })
        .or(step.state.reason())
}

/// The items that come along: the one that failed, or what is open or failed in the step.
pub fn left<'a>(step: &'a Step, item: Option<&'a Item>) -> impl Iterator<Item = &'a Item> {
    let chosen = move |it: &&Item| item.map_or(!it.is_settled() || it.has_failed(), |item| item.id == it.id);
    step.asked_items().filter(chosen)
}

/// The order that goes on with what a part left: the newest that was opened for it and was not cancelled.
pub fn goes_on_in<'a>(order: &'a Order, facts: &Facts, part: &str) -> Option<&'a Relation> {
    order.follow_ups_of(part).find(|it| !facts.cancelled_follow_ups.contains(&it.order))
}
