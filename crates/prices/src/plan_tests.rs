//! What a table brings, and that bringing it again brings nothing.

use super::*;
use crate::builtin_table;
use crate::model::{Rate, Rates};

fn price(model: &str, rate: i64) -> Price {
    let rates = Rates { input: Rate::new(rate), ..Rates::default() };
    Price { model: model.into(), names: vec![model.into()], rates, ..Price::default() }
}

fn table(as_of: i64, prices: Vec<Price>) -> Table {
    Table { as_of: Some(Timestamp(as_of)), prices, ..Table::default() }
}

/// The rows after taking a table in, and what it brought.
fn take(known: &mut Vec<PriceRow>, version: i64, table: &Table) -> (usize, usize, usize) {
    let plan = plan(known, table, Timestamp(1_000));
    let new = plan.added.iter().chain(&plan.changed);
    let row = |price: &Price| PriceRow {
        id: id_of(ProjectKey(0), version, &serde_json::to_string(price).unwrap()),
        is_own: false,
        version,
        price: price.clone(),
    };
    known.extend(new.map(row));
    (plan.added.len(), plan.changed.len(), plan.unchanged)
}

#[test]
fn changed_prices_are_in_force_from_the_date_of_their_table() {
    let mut known = Vec::new();
    assert_eq!(take(&mut known, 1, &table(10, vec![price("a", 1), price("b", 2)])), (2, 0, 0));
    assert_eq!(take(&mut known, 2, &table(10, vec![price("a", 1), price("b", 2)])), (0, 0, 2));
    assert_eq!(take(&mut known, 2, &table(20, vec![price("A", 1), price("b", 3), price("c", 4)])), (1, 2, 0));
    let b: Vec<_> = known.iter().filter(|row| row.price.model == "b").collect();
    assert_eq!((b[0].price.from, b[1].price.from), (None, Some(Timestamp(20))));
    // Back to what it was is a change too.
    assert_eq!(take(&mut known, 3, &table(30, vec![price("b", 2)])), (0, 1, 0));
    assert_eq!(take(&mut known, 4, &table(40, vec![price("b", 2)])), (0, 0, 1));
    let mut ids: Vec<_> = known.iter().map(|row| row.id.clone()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), known.len());
}

#[test]
fn the_built_in_table_again_brings_nothing() {
    let (mut known, table) = (Vec::new(), builtin_table().unwrap());
    let (added, changed, unchanged) = take(&mut known, 1, &table);
    assert_eq!((added, changed, unchanged), (table.prices.len(), 0, 0));
    assert_eq!(take(&mut known, 2, &table), (0, 0, table.prices.len()));
}

#[test]
fn the_digest_is_blind_to_order() {
    assert_eq!(digest_of(["a", "b"].into_iter()), digest_of(["b", "a"].into_iter()));
    assert_ne!(digest_of(["a", "b"].into_iter()), digest_of(["ab"].into_iter()));
}
