//! From rows to the answer: groups and distributions where the database left them to us, then JSON. Pure.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::foundation::Timestamp;

use super::query::{Aggregation, Column, Query};
use crate::fields::Value as FieldValue;

/// A row as the database gave it: a group, or one value of each measure.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// The dimensions.
    pub keys: Vec<Option<String>>,
    /// The beginning of the time bucket.
    pub bucket: Option<i64>,
    /// The metrics.
    pub values: Vec<Option<f64>>,
}

/// One number of the answer, or a histogram.
#[derive(Clone, Debug, PartialEq)]
enum Cell {
    Number(Option<f64>),
    Histogram(Vec<(f64, f64, usize)>),
}

type Group = (Vec<Option<String>>, Option<i64>);

/// The answer's rows from groups that the database made.
pub fn of_groups(query: &Query, rows: Vec<Row>) -> Vec<Value> {
    let cells = |row: &Row| row.values.iter().map(|value| Cell::Number(*value)).collect::<Vec<_>>();
    rows.iter().map(|row| json_row(query, &row.keys, row.bucket, &cells(row))).collect()
}

/// The answer's rows from single values.
pub fn of_values(query: &Query, rows: Vec<Row>) -> Vec<Value> {
    let mut groups: BTreeMap<Group, Vec<Vec<f64>>> = BTreeMap::new();
    for row in rows {
        let empty = || vec![Vec::new(); query.metrics.len()];
        let group = groups.entry((row.keys, row.bucket)).or_insert_with(empty);
        for (values, value) in group.iter_mut().zip(row.values) {
            values.extend(value);
        }
    }
    let mut done: Vec<(Group, Vec<Cell>)> = groups
        .into_iter()
        .map(|(group, values)| {
            let cells = query.metrics.iter().zip(values);
            (group, cells.map(|(metric, values)| aggregate(metric.aggregation, values, query.bins)).collect())
        })
        .collect();
    done.sort_by(|a, b| compare(query, a, b));
    done.truncate(query.row_limit);
    done.iter().map(|((keys, bucket), cells)| json_row(query, keys, *bucket, cells)).collect()
}

fn aggregate(aggregation: Aggregation, mut values: Vec<f64>, bins: usize) -> Cell {
    values.sort_by(f64::total_cmp);
    let sum: f64 = values.iter().sum();
    Cell::Number(match aggregation {
        Aggregation::Histogram => return Cell::Histogram(histogram(&values, bins)),
        Aggregation::Sum => Some(sum).filter(|_| !values.is_empty()),
        Aggregation::Count => Some(count(values.len())),
        Aggregation::Avg => Some(sum / count(values.len())).filter(|mean| mean.is_finite()),
        Aggregation::Max => values.last().copied(),
        Aggregation::Min => values.first().copied(),
        Aggregation::Percentile(part) => percentile(&values, part),
    })
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn count(rows: usize) -> f64 {
    rows as f64
}

/// Linear interpolation between the two nearest ranks.
fn percentile(sorted: &[f64], part: f64) -> Option<f64> {
    let place = part * count(sorted.len().checked_sub(1)?);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the length")]
    let below = place.floor() as usize;
    let low = sorted.get(below)?;
    let high = sorted.get(below + 1).unwrap_or(low);
    Some(low + (high - low) * (place - place.floor()))
}

/// Ranges of equal width from the least to the greatest value: lower edge, upper edge, values in it.
fn histogram(sorted: &[f64], bins: usize) -> Vec<(f64, f64, usize)> {
    let (Some(least), Some(greatest)) = (sorted.first(), sorted.last()) else { return Vec::new() };
    if least >= greatest {
        return vec![(*least, *greatest, sorted.len())];
    }
    let width = (greatest - least) / count(bins);
    let edge = |bin: usize| least + width * count(bin);
    let below = |bin: usize| {
        if bin == bins { sorted.len() } else { sorted.partition_point(|value| *value < edge(bin)) }
    };
    (0..bins).map(|bin| (edge(bin), edge(bin + 1), below(bin + 1) - below(bin))).collect()
}

fn compare(query: &Query, a: &(Group, Vec<Cell>), b: &(Group, Vec<Cell>)) -> Ordering {
    let number = |row: &(Group, Vec<Cell>), at: usize| match row.1.get(at) {
        Some(Cell::Number(number)) => *number,
        _ => None,
    };
    for (column, falls) in &query.order {
        let order = match column {
            Column::Dimension(at) => nulls_last(
                a.0.0.get(*at).cloned().flatten(),
                b.0.0.get(*at).cloned().flatten(),
                *falls,
                Ord::cmp,
            ),
            Column::Time => nulls_last(a.0.1, b.0.1, *falls, Ord::cmp),
            Column::Metric(at) => nulls_last(number(a, *at), number(b, *at), *falls, f64::total_cmp),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    a.0.cmp(&b.0)
}

fn nulls_last<T>(a: Option<T>, b: Option<T>, falls: bool, cmp: fn(&T, &T) -> Ordering) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if falls => cmp(&b, &a),
        (Some(a), Some(b)) => cmp(&a, &b),
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}

fn json_row(query: &Query, keys: &[Option<String>], bucket: Option<i64>, cells: &[Cell]) -> Value {
    let mut row = Map::new();
    if query.bucket.is_some() {
        let at = bucket.map(|micros| Timestamp(micros).to_chrono().format("%Y-%m-%dT%H:%M:%SZ").to_string());
        row.insert("time_dimension".to_owned(), json!(at));
    }
    for (dimension, key) in query.dimensions.iter().zip(keys) {
        let value = match (dimension.field.value, key) {
            (FieldValue::List(_), Some(tags)) => serde_json::from_str(tags).unwrap_or_default(),
            (_, key) => json!(key),
        };
        row.insert(dimension.name.clone(), value);
    }
    for (metric, cell) in query.metrics.iter().zip(cells) {
        let value = match cell {
            Cell::Number(number) => json_number(*number),
            Cell::Histogram(bins) => json!(bins),
        };
        row.insert(metric.alias.clone(), value);
    }
    Value::Object(row)
}

/// Whole numbers without a point, as JSON readers of other languages like counts.
pub fn json_number(number: Option<f64>) -> Value {
    match number {
        #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and small")]
        Some(number) if number.fract() == 0.0 && number.abs() < 9e15 => json!(number as i64),
        number => json!(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_lie_between_the_ranks() {
        let values: Vec<f64> = (1..=5).map(f64::from).collect();
        for (part, wanted) in [(0.5, 3.0), (0.75, 4.0), (0.9, 4.6), (0.99, 4.96)] {
            let found = percentile(&values, part).unwrap();
            assert!((found - wanted).abs() < 1e-9, "{part}: {found}");
        }
        assert_eq!(percentile(&[], 0.5), None);
        assert_eq!(percentile(&[7.0], 0.99), Some(7.0));
    }

    #[test]
    fn a_histogram_holds_every_value_once() {
        let values: Vec<f64> = (0..100).map(f64::from).collect();
        let bins = histogram(&values, 7);
        assert_eq!(bins.len(), 7);
        assert_eq!(bins.iter().map(|(.., height)| height).sum::<usize>(), 100);
        assert_eq!(histogram(&[2.0, 2.0], 10), [(2.0, 2.0, 2)]);
        assert!(histogram(&[], 10).is_empty());
    }
}
