//! What is summed by hour, and the SQL that reads sums and rows as one table. Pure.

use crate::foundation::ProjectKey;

use super::Window;
use crate::db::sql::{Bind, Expr, Statement};

/// A column of sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summed {
    /// Its name.
    pub column: &'static str,
    /// What makes one value of many rows.
    pub fold: &'static str,
    /// The value of one row.
    pub row: &'static str,
}

const fn sum(column: &'static str, row: &'static str) -> Summed {
    Summed { column, fold: "SUM", row }
}

/// A table of sums and the rows they are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// What it is called in statements, be it made of sums or of rows.
    pub alias: &'static str,
    /// The rows: tables and conditions, without the project.
    pub rows: (&'static str, &'static str),
    /// The moment of a row, without the alias: `start_at`.
    pub time: &'static str,
    /// Columns to group by, with the value of a row.
    pub dimensions: &'static [(&'static str, &'static str)],
    /// Columns of sums.
    pub sums: &'static [Summed],
    /// Whether a value takes several rows, so that rows are grouped by day wherever they are read.
    pub is_grouped: bool,
}

/// Observations by their start.
pub const OBSERVATIONS: Table = Table {
    name: "observation_hours",
    alias: "o",
    rows: ("observations o", "1 = 1"),
    time: "o.start_at",
    dimensions: &[
        ("environment", "o.environment"),
        ("kind", "o.kind"),
        ("name", "o.name"),
        ("level", "o.level"),
        ("version", "o.version"),
        ("model", "o.model"),
        ("provider", "o.provider"),
        ("agent", "o.agent"),
        ("persona", "o.persona"),
        ("tenant", "o.tenant"),
    ],
    sums: &[
        sum("n", "1"),
        sum("input", "CASE WHEN o.counted THEN o.uncached_input + o.cached_read + o.cache_write ELSE 0 END"),
        sum("output", "CASE WHEN o.counted THEN o.output_tokens + o.reasoning ELSE 0 END"),
        sum("cost", "CASE WHEN o.counted THEN o.cost_nanos ELSE 0 END"),
        sum("cost_n", "CASE WHEN o.counted AND o.cost_nanos IS NULL THEN 0 ELSE 1 END"),
        sum("input_cost", "CASE WHEN o.counted THEN o.input_nanos ELSE 0 END"),
        sum("output_cost", "CASE WHEN o.counted THEN o.output_nanos ELSE 0 END"),
        sum("parts_n", "CASE WHEN o.counted AND o.input_nanos IS NULL THEN 0 ELSE 1 END"),
        sum("took", "o.end_at - o.start_at"),
        sum("took_n", "CASE WHEN o.end_at IS NULL THEN 0 ELSE 1 END"),
        Summed { column: "took_min", fold: "MIN", row: "o.end_at - o.start_at" },
        Summed { column: "took_max", fold: "MAX", row: "o.end_at - o.start_at" },
        sum("waited", "o.first_token_at - o.start_at"),
        sum("waited_n", "CASE WHEN o.first_token_at IS NULL THEN 0 ELSE 1 END"),
        sum("streamed", "o.end_at - o.first_token_at"),
        sum("streamed_n", "CASE WHEN o.end_at IS NULL OR o.first_token_at IS NULL THEN 0 ELSE 1 END"),
    ],
    is_grouped: false,
};

/// Traces by their start.
pub const TRACES: Table = Table {
    name: "trace_hours",
    alias: "t",
    rows: ("traces t", "1 = 1"),
    time: "t.start_at",
    dimensions: &[
        ("environment", "t.environment"),
        ("name", "t.name"),
        ("level", "t.level"),
        ("version", "t.version"),
        ("release", "t.release"),
        ("tenant", "t.tenant"),
    ],
    sums: &[
        sum("n", "1"),
        sum("observations", "t.observation_count"),
        sum("input", "t.input_tokens"),
        sum("output", "t.output_tokens"),
        sum("cost", "t.cost_nanos"),
        sum("took", "t.end_at - t.start_at"),
        Summed { column: "took_min", fold: "MIN", row: "t.end_at - t.start_at" },
        Summed { column: "took_max", fold: "MAX", row: "t.end_at - t.start_at" },
    ],
    is_grouped: false,
};

/// Calls of models by the start of their trace: what the daily table shows by model.
pub const CALLS: Table = Table {
    name: "call_hours",
    alias: "t",
    rows: (
        "traces t JOIN observations o ON o.project = t.project AND o.trace_id = t.trace_id",
        "o.counted AND (o.model IS NOT NULL OR o.usage_convention IS NOT NULL)",
    ),
    time: "t.start_at",
    dimensions: &[("environment", "t.environment"), ("name", "t.name"), ("model", "o.model")],
    sums: &[
        sum("n", "1"),
        Summed { column: "traces", fold: "COUNT", row: "DISTINCT o.trace_id" },
        sum("input", "o.uncached_input + o.cached_read + o.cache_write"),
        sum("output", "o.output_tokens + o.reasoning"),
        sum("cost", "COALESCE(o.cost_nanos, 0)"),
    ],
    is_grouped: true,
};

/// A day, in microseconds.
const DAY: i64 = 86_400_000_000;

impl Table {
    /// Whether the sums can be grouped and filtered by this.
    pub fn holds(&self, expr: Expr) -> bool {
        let is_column = |sql: &str| {
            let plain =
                sql.strip_prefix("COALESCE(").and_then(|sql| sql.strip_suffix(", 'default')")).unwrap_or(sql);
            let column = plain.strip_prefix(self.alias).and_then(|rest| rest.strip_prefix('.'));
            self.dimensions.iter().any(|(known, _)| Some(*known) == column)
        };
        match expr {
            Expr::Text(sql) => is_column(sql),
            Expr::Month(_) | Expr::Day(_) => true,
            Expr::Tags(_) => false,
        }
    }

    /// Adds the parts of a time range, each from the sums or the rows, as one table: `start_at`, and those of the columns
    /// that `needs` names. `narrow` adds conditions to each part; it is told whether the part is of rows.
    pub fn push_source(
        &self,
        sql: &mut Statement,
        project: ProjectKey,
        windows: &[Window],
        needs: impl Fn(&str) -> bool,
        narrow: impl Fn(&mut Statement),
    ) {
        for (place, window) in windows.iter().enumerate() {
            sql.push(if place == 0 { "(" } else { " UNION ALL " });
            let range = [Bind::Int(project.0), Bind::Int(window.from), Bind::Int(window.to)];
            if window.is_summed {
                self.push_summed(sql, &needs);
                let alias = self.alias;
                sql.push_with(
                    &format!(" WHERE {alias}.project = $ AND {alias}.start_at >= $ AND {alias}.start_at < $"),
                    range,
                );
            } else {
                self.push_rows(sql, &needs);
                let (alias, time, (tables, condition)) = (self.alias, self.time, self.rows);
                let text = format!(
                    " FROM {tables} WHERE {alias}.project = $ AND {time} >= $ AND {time} < $ AND {condition}"
                );
                sql.push_with(&text, range);
            }
            narrow(sql);
            if self.is_grouped && !window.is_summed {
                sql.push(" GROUP BY 1");
                let named = self.dimensions.iter().filter(|(column, _)| needs(column)).count();
                (0..named).for_each(|place| sql.push(&format!(", {}", place + 2)));
            }
        }
        sql.push(&format!(") {}", self.alias));
    }

    fn push_summed(&self, sql: &mut Statement, needs: impl Fn(&str) -> bool) {
        let alias = self.alias;
        sql.push(&format!("SELECT {alias}.start_at AS start_at"));
        let columns =
            self.dimensions.iter().map(|(column, _)| *column).chain(self.sums.iter().map(|it| it.column));
        for column in columns.filter(|column| needs(column)) {
            sql.push(&format!(", {alias}.{column} AS {column}"));
        }
        sql.push(&format!(" FROM {} {alias}", self.name));
    }

    fn push_rows(&self, sql: &mut Statement, needs: impl Fn(&str) -> bool) {
        let time = self.time;
        sql.push("SELECT ");
        sql.push(&if self.is_grouped { format!("{time} / {DAY} * {DAY}") } else { time.to_owned() });
        sql.push(" AS start_at");
        for (column, row) in self.dimensions.iter().filter(|(column, _)| needs(column)) {
            sql.push(&format!(", {row} AS {column}"));
        }
        for it in self.sums.iter().filter(|it| needs(it.column)) {
            let value = match (self.is_grouped, it.fold) {
                (true, "SUM") => sql.whole_sum(it.row),
                (true, fold) => format!("CAST({fold}({}) AS BIGINT)", it.row),
                (false, _) => it.row.to_owned(),
            };
            sql.push(&format!(", {value} AS {}", it.column));
        }
    }
}
