//! Rounds: orders whose items are done at assets, one after the other. A stop is an item that asks for the scan of an asset.

use crate::model::{AskKind, Item, Order, Step};

/// A stop of a round that is asked as things stand.
#[derive(Clone, Copy, Debug)]
pub struct Stop<'a> {
    pub step: &'a Step,
    pub item: &'a Item,
}

/// What a round says at one asset.
#[derive(Clone, Copy, Debug)]
pub struct Here<'a> {
    /// The first stop at this asset that is open; none where all of them are done.
    pub open: Option<Stop<'a>>,
    /// The stop that comes first on the round, where that is at another asset.
    pub next: Option<Stop<'a>>,
}

impl Stop<'_> {
    /// The code of the asset.
    pub fn code(&self) -> &str {
        self.item.asks.asset.trim()
    }

    /// Whether nobody was there yet, nobody set it aside, and nobody marked its step.
    fn is_open(&self) -> bool {
        let is_answered = self.item.ticks.current().is_some() || self.item.skipped.is_some();
        !is_answered && !self.step.state.is_marked()
    }
}

/// The stops of an order, in the order of its plan.
pub fn stops(order: &Order) -> impl Iterator<Item = Stop<'_>> {
    let steps = order.steps.iter().filter(|step| !step.not_asked);
    let items = steps.flat_map(|step| step.asked_items().map(move |item| Stop { step, item }));
    items.filter(|stop| stop.item.asks.kind == AskKind::Scan)
}

/// What the round of an order says at the asset with this code. None where it never stops there, and where none of its stops is open.
pub fn at<'a>(order: &'a Order, code: &str) -> Option<Here<'a>> {
    let is_here = |stop: &Stop<'_>| stop.code().eq_ignore_ascii_case(code.trim());
    if !stops(order).any(|stop| is_here(&stop)) {
        return None;
    }
    let first = stops(order).find(Stop::is_open)?;
    let open = stops(order).find(|stop| is_here(stop) && stop.is_open());
    Some(Here { open, next: (!is_here(&first)).then_some(first) })
}

/// The id of the item that comes after one that was just done: the first that is open from its step on, else the item itself.
pub fn goes_on_at<'a>(order: &'a Order, item: &'a str) -> &'a str {
    let from = order.steps.iter().skip_while(|step| step.items.iter().all(|it| it.id != item));
    let open = from.filter(|step| !step.not_asked && !step.state.is_marked());
    let mut open = open.flat_map(Step::asked_items).filter(|it| !it.is_settled());
    open.next().map_or(item, |it| it.id.as_str())
}
