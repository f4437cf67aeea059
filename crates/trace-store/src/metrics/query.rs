//! A metrics query as clients send it, checked. Pure.

use serde::Deserialize;

use crate::foundation::{Error, Result, Timestamp};

use super::view::View;
use crate::db::sql::Sql;
use crate::fields::{Condition, Field, Grouping, JsonCondition, Measure, Sums, Value, read_conditions};
use crate::hours::{Table, sums_of};

/// The longest query, in bytes.
const MAX_BYTES: usize = 64 << 10;
/// Dimensions of one query.
pub const MAX_DIMENSIONS: usize = 4;
/// Metrics of one query.
pub const MAX_METRICS: usize = 8;
/// The longest time range, in microseconds.
const MAX_RANGE: i64 = 400 * 86_400_000_000;

/// Which API the query came by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// Any view, any dimension.
    V1,
    /// No view of traces; nothing of high cardinality to group by.
    V2,
}

/// How many rows become one number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Aggregation {
    Sum,
    /// The mean.
    Avg,
    /// How many there are.
    Count,
    /// The greatest.
    Max,
    /// The least.
    Min,
    /// The value below which this part of 1 lies, interpolated.
    Percentile(f64),
    /// How many lie in each of some ranges of equal width.
    Histogram,
}

impl Aggregation {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "sum" => Self::Sum,
            "avg" => Self::Avg,
            "count" => Self::Count,
            "max" => Self::Max,
            "min" => Self::Min,
            "p50" => Self::Percentile(0.5),
            "p75" => Self::Percentile(0.75),
            "p90" => Self::Percentile(0.9),
            "p95" => Self::Percentile(0.95),
            "p99" => Self::Percentile(0.99),
            "histogram" => Self::Histogram,
            _ => return None,
        })
    }

    /// Whether every single value is needed.
    pub fn needs_values(self) -> bool {
        matches!(self, Self::Percentile(_) | Self::Histogram)
    }
}

/// One number of each row of the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// `sum_totalCost`: its name in the answer.
    pub alias: String,
    pub measure: Measure,
    pub aggregation: Aggregation,
}

impl Metric {
    /// The SQL from sums by hour of a table, where those tell it.
    pub fn of_sums(&self, table: &str) -> Option<Sql> {
        let Sums { sum, rows, range, units } = self.measure.sums?;
        let columns: Vec<String> = sum.iter().map(|column| format!("{table}.{column}")).collect();
        let total = Sql::new(format!("SUM(CAST({} AS ", columns.join(" + "))).double().sql("))");
        let extreme = |fold: &str, column: &str| Sql::new(format!("{fold}({table}.{column}) / {units}"));
        Some(match self.aggregation {
            Aggregation::Sum => total.sql(format!(" / {units}")),
            Aggregation::Avg => total
                .sql(format!(" / CAST(NULLIF(SUM({table}.{rows}), 0) AS "))
                .double()
                .sql(format!(") / {units}")),
            Aggregation::Count => Sql::new(format!("COALESCE(SUM({table}.{rows}), 0)")),
            Aggregation::Min => extreme("MIN", range?.0),
            Aggregation::Max => extreme("MAX", range?.1),
            _ => return None,
        })
    }

    /// The columns of sums by hour that it needs.
    pub fn columns(&self) -> Vec<&'static str> {
        let Some(Sums { sum, rows, range, .. }) = self.measure.sums else { return Vec::new() };
        let ends = range.into_iter().flat_map(|(least, greatest)| [least, greatest]);
        sum.iter().copied().chain([rows]).chain(ends).collect()
    }
}

/// A field to group by, under the name that the client gave it.
#[derive(Clone, Debug)]
pub struct Dimension {
    pub name: String,
    pub field: &'static Field,
}

/// The width of time buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bucket {
    /// Microseconds; from the epoch, or from a Monday when it is weeks.
    Micros(i64),
    /// Calendar months in UTC.
    Month,
}

/// What the rows are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// A dimension, by its place.
    Dimension(usize),
    /// A metric, by its place.
    Metric(usize),
    /// The time bucket.
    Time,
}

/// A checked query.
#[derive(Clone, Debug)]
pub struct Query {
    /// What is counted.
    pub view: View,
    pub dimensions: Vec<Dimension>,
    /// The numbers asked for.
    pub metrics: Vec<Metric>,
    /// All must hold.
    pub conditions: Vec<Condition>,
    /// The rows that meet those conditions that only reading can test; none where there are no such conditions.
    pub among: Option<Sql>,
    /// The time buckets, if asked for.
    pub bucket: Option<Bucket>,
    /// From this moment on.
    pub from: Timestamp,
    /// Up to but without this moment.
    pub to: Timestamp,
    /// Column and whether it falls.
    pub order: Vec<(Column, bool)>,
    /// Bins of a histogram.
    pub bins: usize,
    /// The most rows of the answer.
    pub row_limit: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    view: String,
    #[serde(default)]
    dimensions: Option<Vec<RawField>>,
    metrics: Vec<RawMetric>,
    #[serde(default)]
    filters: Option<Vec<JsonCondition>>,
    time_dimension: Option<RawTime>,
    from_timestamp: String,
    to_timestamp: String,
    #[serde(default)]
    order_by: Option<Vec<RawOrder>>,
    config: Option<RawConfig>,
}

#[derive(Deserialize)]
struct RawField {
    field: String,
}

#[derive(Deserialize)]
struct RawMetric {
    measure: String,
    aggregation: String,
}

#[derive(Deserialize)]
struct RawTime {
    granularity: String,
}

#[derive(Deserialize)]
struct RawOrder {
    field: String,
    #[serde(default)]
    direction: Option<String>,
}

#[derive(Default, Deserialize)]
struct RawConfig {
    bins: Option<i64>,
    #[serde(alias = "rowLimit")]
    row_limit: Option<i64>,
}

impl Query {
    /// Reads the JSON text of the `query` parameter.
    pub fn read(text: &str, version: Version) -> Result<Self> {
        if text.len() > MAX_BYTES {
            return Err(Error::invalid("query", format!("must have at most {MAX_BYTES} bytes")));
        }
        let raw: Raw =
            serde_json::from_str(text).map_err(|cause| Error::invalid("query", cause.to_string()))?;
        let view = View::parse(&raw.view)
            .filter(|view| version == Version::V1 || *view != View::Traces)
            .ok_or_else(|| unknown("query.view", &raw.view, "a view of this version"))?;
        let (from, to) = read_range(&raw)?;
        let dimensions = read_dimensions(view, version, raw.dimensions.as_deref().unwrap_or_default())?;
        let metrics = read_metrics(view, &raw.metrics)?;
        let conditions = read_filters(view, raw.filters.as_deref().unwrap_or_default())?;
        let bucket = raw.time_dimension.map(|time| read_bucket(&time.granularity, from, to)).transpose()?;
        let config = raw.config.unwrap_or_default();
        let mut query = Self {
            view,
            dimensions,
            metrics,
            conditions,
            among: None,
            bucket,
            from,
            to,
            order: Vec::new(),
            bins: within("query.config.bins", config.bins, 10, 100)?,
            row_limit: within("query.config.row_limit", config.row_limit, 100, 1000)?,
        };
        if query.needs_values() && query.metrics.iter().any(|metric| metric.measure.is_distinct) {
            let fault = "unique counts cannot be asked together with percentiles and histograms: ask twice";
            return Err(Error::invalid("query.metrics", fault));
        }
        query.order = query.read_order(raw.order_by.as_deref().unwrap_or_default())?;
        Ok(query)
    }

    /// Whether the values themselves are needed, not only what the database makes of them.
    pub fn needs_values(&self) -> bool {
        self.metrics.iter().any(|metric| metric.aggregation.needs_values())
    }

    /// The conditions that only reading can test: whoever runs the query finds their rows first.
    pub fn to_read(&self) -> Vec<Condition> {
        self.conditions.iter().filter(|one| one.value.is_read()).cloned().collect()
    }

    /// The sums by hour that answer it.
    pub fn hours(&self) -> Option<&'static Table> {
        let rows = self.view.entity();
        let table = sums_of(rows)?;
        let is_kept = |field: &Field| match field.value {
            Value::Month(_) | Value::Day(_) => true,
            _ => field.of == rows && field.hour.is_some(),
        };
        let holds = self.metrics.iter().all(|metric| metric.of_sums(table.alias).is_some())
            && self.dimensions.iter().all(|it| is_kept(it.field))
            && self.conditions.iter().all(|one| one.is_summed(rows));
        let fits = match self.bucket {
            Some(Bucket::Micros(width)) => width % HOUR == 0,
            Some(Bucket::Month) | None => true,
        };
        Some(table).filter(|_| holds && fits)
    }

    fn read_order(&self, wanted: &[RawOrder]) -> Result<Vec<(Column, bool)>> {
        let mut order = Vec::new();
        for one in wanted {
            let falls = match one.direction.as_deref() {
                None | Some("asc") => false,
                Some("desc") => true,
                Some(other) => return Err(unknown("query.orderBy.direction", other, "asc or desc")),
            };
            order.push((self.column(&one.field)?, falls));
        }
        if order.is_empty() {
            let first = self.metrics.first().filter(|metric| metric.aggregation != Aggregation::Histogram);
            order.extend(self.bucket.map(|_| (Column::Time, false)));
            order.extend(first.map(|_| (Column::Metric(0), true)));
        }
        Ok(order)
    }

    fn column(&self, field: &str) -> Result<Column> {
        if self.bucket.is_some() && matches!(field, "time_dimension" | "timeDimension") {
            return Ok(Column::Time);
        }
        let dimension = self.dimensions.iter().position(|it| it.name == field);
        let metric = self.metrics.iter().position(|metric| metric.alias == field);
        dimension
            .map(Column::Dimension)
            .or(metric.map(Column::Metric))
            .ok_or_else(|| unknown("query.orderBy.field", field, "a dimension or metric of this query"))
    }
}

fn unknown(path: &str, found: &str, wanted: &str) -> Error {
    Error::invalid(path, format!("{found:?} is not {wanted}"))
}

fn within(path: &str, found: Option<i64>, default: usize, most: usize) -> Result<usize> {
    let Some(found) = found else { return Ok(default) };
    match usize::try_from(found) {
        Ok(number) if (1..=most).contains(&number) => Ok(number),
        _ => Err(Error::invalid(path, format!("must be a whole number from 1 to {most}"))),
    }
}

fn read_range(raw: &Raw) -> Result<(Timestamp, Timestamp)> {
    let read = |name: &str, text: &str| {
        let fault = || Error::invalid(name, "must be a date and time of ISO 8601 with an offset");
        Timestamp::parse_rfc3339(text).ok_or_else(fault)
    };
    let from = read("query.fromTimestamp", &raw.from_timestamp)?;
    let to = read("query.toTimestamp", &raw.to_timestamp)?;
    check_range("query.toTimestamp", from, to)?;
    Ok((from, to))
}

/// Refuses ranges that end before they begin or are longer than any query may be.
pub fn check_range(path: &str, from: Timestamp, to: Timestamp) -> Result<()> {
    if to <= from {
        return Err(Error::invalid(path, "must be after fromTimestamp"));
    }
    if to.micros_since(from) > MAX_RANGE {
        let days = MAX_RANGE / 86_400_000_000;
        return Err(Error::invalid(
            path,
            format!("must be within {days} days of fromTimestamp: ask in parts"),
        ));
    }
    Ok(())
}

fn read_dimensions(view: View, version: Version, wanted: &[RawField]) -> Result<Vec<Dimension>> {
    if wanted.len() > MAX_DIMENSIONS {
        return Err(Error::invalid("query.dimensions", format!("takes at most {MAX_DIMENSIONS} dimensions")));
    }
    let mut dimensions = Vec::new();
    for RawField { field: name } in wanted {
        let known = view.entity().field(name).filter(|field| field.grouping != Grouping::No);
        let field = known.ok_or_else(|| unknown("query.dimensions", name, "a dimension of this view"))?;
        if version == Version::V2 && field.grouping == Grouping::Many {
            let fault = format!("{name:?} has about as many values as there are rows; use it in filters");
            return Err(Error::invalid("query.dimensions", fault));
        }
        dimensions.push(Dimension { name: name.clone(), field });
    }
    Ok(dimensions)
}

fn read_metrics(view: View, wanted: &[RawMetric]) -> Result<Vec<Metric>> {
    if wanted.is_empty() || wanted.len() > MAX_METRICS {
        return Err(Error::invalid("query.metrics", format!("takes from 1 to {MAX_METRICS} metrics")));
    }
    let read = |raw: &RawMetric| {
        let measure = view.measure(&raw.measure);
        let measure = measure
            .ok_or_else(|| unknown("query.metrics.measure", &raw.measure, "a measure of this view"))?;
        let aggregation = Aggregation::parse(&raw.aggregation)
            .ok_or_else(|| unknown("query.metrics.aggregation", &raw.aggregation, "a known aggregation"))?;
        let alias = format!("{}_{}", raw.aggregation, raw.measure);
        Ok(Metric { alias, measure, aggregation })
    };
    wanted.iter().map(read).collect()
}

/// Numbers are those that are measured, in the measure's unit.
fn read_filters(view: View, sent: &[JsonCondition]) -> Result<Vec<Condition>> {
    read_conditions("query.filters", sent, view.entity(), |field, sent| {
        let measure = field.measure.filter(|measure| sent.is_of_number() && !measure.is_distinct);
        Ok(measure.map_or(field.value, |measure| Value::Number(measure.sql, 1)))
    })
}

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Seven days: buckets of this width begin on Mondays.
pub const WEEK: i64 = 7 * DAY;

fn read_bucket(granularity: &str, from: Timestamp, to: Timestamp) -> Result<Bucket> {
    Ok(match granularity {
        "minute" => Bucket::Micros(MINUTE),
        "hour" => Bucket::Micros(HOUR),
        "day" => Bucket::Micros(DAY),
        "week" => Bucket::Micros(WEEK),
        "month" => Bucket::Month,
        // About fifty buckets.
        "auto" => {
            let widths = [
                MINUTE,
                5 * MINUTE,
                10 * MINUTE,
                30 * MINUTE,
                HOUR,
                3 * HOUR,
                6 * HOUR,
                12 * HOUR,
                DAY,
                WEEK,
            ];
            let range = to.micros_since(from);
            let width = widths.into_iter().find(|width| range / width <= 60);
            width.map_or(Bucket::Month, Bucket::Micros)
        }
        other => return Err(unknown("query.timeDimension.granularity", other, "a known granularity")),
    })
}
