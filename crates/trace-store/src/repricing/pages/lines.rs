//! Prices as lines of a table, with what is in force.

use std::collections::HashMap;

use crate::foundation::Timestamp;
use prices::model::{Price, PriceRow, Rates};

use super::day_of;

/// One price as the table shows it.
pub(super) struct PriceView {
    pub(super) id: String,
    pub(super) model: String,
    pub(super) provider: Option<String>,
    pub(super) source: String,
    pub(super) is_own: bool,
    pub(super) dates: String,
    pub(super) rates: Vec<(&'static str, String)>,
    pub(super) tiers: Vec<(String, Vec<(&'static str, String)>)>,
    pub(super) tone: &'static str,
    pub(super) state: &'static str,
}

/// What stands with a price among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    InForce,
    Overridden,
    Later,
    Past,
}

type Key = (String, Option<String>);

fn key(price: &Price) -> Key {
    (price.model.to_lowercase(), price.provider.clone())
}

/// How each price stands at a moment, in the order given: the latest date wins, then the latest table.
pub(super) fn standings(rows: &[PriceRow], now: Timestamp) -> Vec<Standing> {
    let mut best: HashMap<(bool, Key), (Option<Timestamp>, i64)> = HashMap::new();
    for row in rows.iter().filter(|row| row.price.holds_at(now)) {
        let place = (row.price.from, row.version);
        let known = best.entry((row.is_own, key(&row.price))).or_insert(place);
        *known = (*known).max(place);
    }
    let standing = |row: &PriceRow| {
        if row.price.from.is_some_and(|from| from > now) {
            return Standing::Later;
        }
        let best_of = |is_own| best.get(&(is_own, key(&row.price)));
        let is_best = row.price.holds_at(now) && best_of(row.is_own) == Some(&(row.price.from, row.version));
        match is_best {
            true if !row.is_own && best_of(true).is_some() => Standing::Overridden,
            true => Standing::InForce,
            false => Standing::Past,
        }
    };
    rows.iter().map(standing).collect()
}

/// A line of the table.
pub(super) fn line(row: &PriceRow, standing: Standing, source: &str) -> PriceView {
    let (tone, state) = match standing {
        Standing::InForce => ("good", "in force"),
        Standing::Overridden => ("none", "own price instead"),
        Standing::Later => ("waiting", "not yet"),
        Standing::Past => ("none", "past"),
    };
    let price = &row.price;
    PriceView {
        id: row.id.clone(),
        model: price.model.clone(),
        provider: price.provider.clone(),
        source: source.to_owned(),
        is_own: row.is_own,
        dates: dates(price),
        rates: rates(&price.rates),
        tiers: price.tiers.iter().map(|tier| (tier.name.clone(), rates(&tier.rates))).collect(),
        tone,
        state,
    }
}

/// From when until when, in words.
pub(super) fn dates(price: &Price) -> String {
    match (price.from, price.until) {
        (None, None) => "always".to_owned(),
        (Some(from), None) => format!("from {}", day_of(from)),
        (None, Some(until)) => format!("before {}", day_of(until)),
        (Some(from), Some(until)) => format!("from {}, before {}", day_of(from), day_of(until)),
    }
}

fn rates(rates: &Rates) -> Vec<(&'static str, String)> {
    rates.named().map(|(name, rate)| (name, rate.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::Standing::{InForce, Later, Overridden, Past};
    use super::*;

    #[test]
    fn one_price_of_a_model_is_in_force() {
        let row = |is_own, version, from: Option<i64>, until: Option<i64>| PriceRow {
            id: String::new(),
            is_own,
            version,
            price: Price {
                model: "M".into(),
                from: from.map(Timestamp),
                until: until.map(Timestamp),
                ..Price::default()
            },
        };
        let general =
            [row(false, 1, None, None), row(false, 2, Some(10), None), row(false, 3, Some(99), None)];
        assert_eq!(standings(&general, Timestamp(50)), [Past, InForce, Later]);
        assert_eq!(standings(&general, Timestamp(5)), [InForce, Later, Later]);
        let with_own: Vec<_> = general.into_iter().chain([row(true, 1, Some(20), Some(40))]).collect();
        assert_eq!(standings(&with_own, Timestamp(30)), [Past, Overridden, Later, InForce]);
        assert_eq!(standings(&with_own, Timestamp(50)), [Past, InForce, Later, Past]);
    }
}
