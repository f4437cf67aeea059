//! What a table brings beside what is known: pure, and the same however often it is asked.

use super::import::Table;
use super::model::{Price, PriceRow};
use foundation::{Digest, ProjectKey, Timestamp};

/// What a table would bring.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Prices of models that had none.
    pub added: Vec<Price>,
    /// Prices that differ from those in force.
    pub changed: Vec<Price>,
    /// Prices that are in force already.
    pub unchanged: usize,
}

/// Compares a table with the prices of its scope. A changed price without dates is in force from the table's date.
pub fn plan(known: &[PriceRow], table: &Table, now: Timestamp) -> Plan {
    let as_of = table.as_of.unwrap_or(now);
    let mut by_key = std::collections::HashMap::<(String, Option<&str>), Vec<&PriceRow>>::new();
    for row in known {
        by_key.entry(key(&row.price)).or_default().push(row);
    }
    let mut plan = Plan::default();
    for price in &table.prices {
        let Some(rows) = by_key.get(&key(price)) else {
            plan.added.push(price.clone());
            continue;
        };
        let is_dated = price.from.is_some() || price.until.is_some();
        let at = if is_dated { price.from } else { Some(as_of) };
        let current = rows
            .iter()
            .filter(|row| !is_dated || row.price.from == price.from)
            .filter(|row| at.is_none_or(|at| row.price.holds_at(at)))
            .max_by_key(|row| (row.price.from, row.version));
        let same = |row: &&PriceRow| {
            if is_dated { row.price == *price } else { row.price.same_but_dates(price) }
        };
        match current {
            Some(row) if same(row) => plan.unchanged += 1,
            _ if is_dated => plan.changed.push(price.clone()),
            _ => plan.changed.push(Price { from: Some(as_of), ..price.clone() }),
        }
    }
    plan
}

fn key(price: &Price) -> (String, Option<&str>) {
    (price.model.to_lowercase(), price.provider.as_deref())
}

/// The id of a price that comes with this version of this scope's table.
pub fn id_of(project: ProjectKey, version: i64, content: &str) -> String {
    let digest = Digest::of_parts(&[
        b"tracewright price 1\n",
        &project.0.to_be_bytes(),
        &version.to_be_bytes(),
        content.as_bytes(),
    ]);
    format!("p{}", digest.to_hex().get(..24).unwrap_or_default())
}

/// What the event of a version says of its rows: their ids, sorted, each followed by a line feed.
pub fn digest_of<'a>(ids: impl Iterator<Item = &'a str>) -> Digest {
    let mut ids: Vec<&str> = ids.collect();
    ids.sort_unstable();
    let mut lines = ids.join("\n");
    if !ids.is_empty() {
        lines.push('\n');
    }
    Digest::of(lines.as_bytes())
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
