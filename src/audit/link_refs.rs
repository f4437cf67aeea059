//! Which part of an order some words in a trace mean.
//!
//! `WO-2026-001` is the order, `WO-2026-001/3` its third step, `WO-2026-001/3.2` the second item of that step,
//! `WO-2026-001/C2` its second criterion. A leading `wo:` and blanks are ignored.

use crate::work_orders::model::{Order, OrderNumber, Target};

/// A reference as written: which order, and which place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRef {
    pub number: OrderNumber,
    /// The place; none for the whole order.
    pub place: Option<Place>,
}

/// A place in an order, counted from 1 as people do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Step(usize),
    /// An item of a step.
    Item(usize, usize),
    Criterion(usize),
}

/// Reads a reference; none when the words name no order.
pub fn parse(text: &str) -> Option<OrderRef> {
    let text = text.trim();
    let text = text.get(..3).filter(|start| start.eq_ignore_ascii_case("wo:")).map_or(text, |_| &text[3..]);
    let (number, place) = match text.split_once('/') {
        Some((number, place)) => (number, Some(parse_place(place.trim())?)),
        None => (text, None),
    };
    Some(OrderRef { number: OrderNumber::parse(number)?, place })
}

fn parse_place(text: &str) -> Option<Place> {
    if let Some(criterion) = text.strip_prefix(['C', 'c']) {
        return Some(Place::Criterion(counted(criterion)?));
    }
    match text.split_once('.') {
        Some((step, item)) => Some(Place::Item(counted(step)?, counted(item)?)),
        None => Some(Place::Step(counted(text)?)),
    }
}

fn counted(text: &str) -> Option<usize> {
    text.parse().ok().filter(|number| *number >= 1)
}

/// What the place is in this order; a place that is not there means the order as a whole.
pub fn resolve(order: &Order, place: Option<Place>) -> Option<Target> {
    match place? {
        Place::Step(step) => order.steps.get(step - 1).map(|step| Target::Step(step.id.clone())),
        Place::Item(step, item) => {
            let item = order.steps.get(step - 1)?.items.get(item - 1)?;
            Some(Target::Item(item.id.clone()))
        }
        Place::Criterion(place) => order.criteria.get(place - 1).map(|c| Target::Criterion(c.id.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_as_people_write_them() {
        let place = |text: &str| parse(text).map(|r| (r.number.to_string(), r.place));
        let number = "WO-2026-001".to_owned();
        for (text, expected) in [
            ("WO-2026-001", None),
            (" wo:WO-2026-001 ", None),
            ("wo-2026-001/3", Some(Place::Step(3))),
            ("wo:WO-2026-001/3.2", Some(Place::Item(3, 2))),
            ("WO:wo-2026-001/c4", Some(Place::Criterion(4))),
        ] {
            assert_eq!(place(text), Some((number.clone(), expected)), "{text}");
        }
        for text in
            ["", "wo:", "WO-2026-001/", "WO-2026-001/0", "WO-2026-001/3.x", "customer wo", "ünïcode", "é"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
