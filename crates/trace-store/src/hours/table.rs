//! What is summed by hour, and the SQL that reads sums and rows as one table. Pure.
//!
//! By what traces and observations are summed stands in the dictionary (`fields`).

use crate::db::sql::Sql;
use crate::fields::{Entity, INPUT_ONCE, OUTPUT_ONCE, TOKENS_ONCE};
use crate::foundation::ProjectKey;

use super::Window;

/// A column of sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summed {
    pub column: &'static str,
    /// What makes one value of many rows.
    pub fold: &'static str,
    /// The value of one row.
    pub row: &'static str,
}

const fn sum(column: &'static str, row: &'static str) -> Summed {
    Summed { column, fold: "SUM", row }
}

/// A column to group by, with the value of a row.
pub type Dimension = (&'static str, String);

/// A table of sums and the rows they are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    pub name: &'static str,
    /// What it is called in statements, be it made of sums or of rows.
    pub alias: &'static str,
    /// The rows: tables and conditions, without the project.
    pub rows: (&'static str, &'static str),
    /// The moment of a row.
    pub time: &'static str,
    pub sums: &'static [Summed],
    /// Whether a value takes several rows, so that rows are grouped by day wherever they are read.
    pub is_grouped: bool,
}

/// Observations by their start.
pub const OBSERVATIONS: Table = Table {
    name: "observation_hours",
    alias: "observations",
    rows: ("observations", "1 = 1"),
    time: "observations.start_at",
    sums: &[
        sum("n", "1"),
        sum("input", INPUT_ONCE),
        sum("output", OUTPUT_ONCE),
        sum("tokens_n", TOKENS_ONCE),
        sum("cost", "CASE WHEN observations.counted THEN observations.cost_nanos ELSE 0 END"),
        sum("cost_n", "CASE WHEN observations.counted AND observations.cost_nanos IS NULL THEN 0 ELSE 1 END"),
        sum("input_cost", "CASE WHEN observations.counted THEN observations.input_nanos ELSE 0 END"),
        sum("output_cost", "CASE WHEN observations.counted THEN observations.output_nanos ELSE 0 END"),
        sum(
            "parts_n",
            "CASE WHEN observations.counted AND observations.input_nanos IS NULL THEN 0 ELSE 1 END",
        ),
        sum("took", "observations.end_at - observations.start_at"),
        sum("took_n", "CASE WHEN observations.end_at IS NULL THEN 0 ELSE 1 END"),
        Summed { column: "took_min", fold: "MIN", row: "observations.end_at - observations.start_at" },
        Summed { column: "took_max", fold: "MAX", row: "observations.end_at - observations.start_at" },
        sum("waited", "observations.first_token_at - observations.start_at"),
        sum("waited_n", "CASE WHEN observations.first_token_at IS NULL THEN 0 ELSE 1 END"),
        sum("streamed", "observations.end_at - observations.first_token_at"),
        sum(
            "streamed_n",
            "CASE WHEN observations.end_at IS NULL OR observations.first_token_at IS NULL THEN 0 ELSE 1 END",
        ),
    ],
    is_grouped: false,
};

/// Traces by their start.
pub const TRACES: Table = Table {
    name: "trace_hours",
    alias: "traces",
    rows: ("traces", "1 = 1"),
    time: "traces.start_at",
    sums: &[
        sum("n", "1"),
        sum("observations", "traces.observation_count"),
        sum("input", "traces.input_tokens"),
        sum("output", "traces.output_tokens"),
        sum("cost", "traces.cost_nanos"),
        sum("took", "traces.end_at - traces.start_at"),
        Summed { column: "took_min", fold: "MIN", row: "traces.end_at - traces.start_at" },
        Summed { column: "took_max", fold: "MAX", row: "traces.end_at - traces.start_at" },
    ],
    is_grouped: false,
};

/// Calls of models by the start of their trace: what the daily table shows by model.
pub const CALLS: Table = Table {
    name: "call_hours",
    alias: "traces",
    rows: (
        "traces JOIN observations ON observations.project = traces.project AND observations.trace_id = traces.trace_id",
        "observations.counted AND (observations.usage_convention IS NOT NULL \
         OR observations.model IS NOT NULL AND observations.kind IN ('GENERATION', 'EMBEDDING'))",
    ),
    time: "traces.start_at",
    sums: &[
        sum("n", "1"),
        Summed { column: "traces", fold: "COUNT", row: "DISTINCT observations.trace_id" },
        sum("input", "observations.uncached_input + observations.cached_read + observations.cache_write"),
        sum("output", "observations.output_tokens + observations.reasoning"),
        sum("cost", "COALESCE(observations.cost_nanos, 0)"),
    ],
    is_grouped: true,
};

/// A day, in microseconds.
const DAY: i64 = 86_400_000_000;

/// The table of sums of an entity.
pub fn sums_of(of: Entity) -> Option<&'static Table> {
    match of {
        Entity::Traces => Some(&TRACES),
        Entity::Observations => Some(&OBSERVATIONS),
        Entity::Scores => None,
    }
}

impl Table {
    /// Columns to group by, with the value of a row.
    pub fn dimensions(&self) -> Vec<Dimension> {
        let of = |entity: Entity| {
            entity.hours().map(|column| (column, format!("{}.{column}", entity.table()))).collect()
        };
        match self.name {
            "observation_hours" => of(Entity::Observations),
            "trace_hours" => of(Entity::Traces),
            _ => {
                let mut both: Vec<Dimension> = of(Entity::Traces);
                both.retain(|(column, _)| matches!(*column, "environment" | "name"));
                both.push(("model", "observations.model".to_owned()));
                both
            }
        }
    }

    /// The parts of a time range, each from the sums or the rows, as one table: `start_at` and the `needed` columns.
    /// `narrow` gives a further condition of each part.
    pub fn source(
        &self,
        project: ProjectKey,
        windows: &[Window],
        needed: &[&str],
        narrow: impl Fn() -> Sql,
    ) -> Sql {
        let parts = windows.iter().map(|window| {
            let summed = format!("{} AS {}", self.name, self.alias);
            let start = format!("{}.start_at", self.alias);
            let (select, tables, condition, time) = if window.is_summed {
                (self.select_sums(needed), summed.as_str(), "1 = 1", start.as_str())
            } else {
                (self.select_rows(needed), self.rows.0, self.rows.1, self.time)
            };
            let part = select.sql(format!(" FROM {tables} WHERE {}.project = ", self.alias)).whole(project.0);
            let part = part.sql(format!(" AND {time} >= ")).whole(window.from);
            let part = part.sql(format!(" AND {time} < ")).whole(window.to);
            let part = part.sql(format!(" AND {condition} AND ")).clause(narrow());
            if self.is_grouped && !window.is_summed { part.sql(self.groups(needed)) } else { part }
        });
        Sql::default().clause(Sql::joined(" UNION ALL ", parts)).sql(" AS ").sql(self.alias)
    }

    fn select_sums(&self, needed: &[&str]) -> Sql {
        let alias = self.alias;
        let columns = self.dimensions().into_iter().map(|(column, _)| column);
        let columns = columns.chain(self.sums.iter().map(|it| it.column));
        let start = Sql::new(format!("SELECT {alias}.start_at AS start_at"));
        columns
            .filter(|column| needed.contains(column))
            .fold(start, |sql, column| sql.sql(format!(", {alias}.{column} AS {column}")))
    }

    fn select_rows(&self, needed: &[&str]) -> Sql {
        let time = self.time;
        let start = if self.is_grouped { format!("{time} / {DAY} * {DAY}") } else { time.to_owned() };
        let mut sql = Sql::new(format!("SELECT {start} AS start_at"));
        for (column, row) in self.dimensions().into_iter().filter(|(column, _)| needed.contains(column)) {
            sql = sql.sql(format!(", {row} AS {column}"));
        }
        for it in self.sums.iter().filter(|it| needed.contains(&it.column)) {
            sql = match (self.is_grouped, it.fold) {
                (true, "SUM") => sql.sql(", ").whole_sum(it.row),
                (true, fold) => sql.sql(format!(", CAST({fold}({}) AS BIGINT)", it.row)),
                (false, _) => sql.sql(", ").sql(it.row),
            };
            sql = sql.sql(" AS ").sql(it.column);
        }
        sql
    }

    /// By their places: both databases take numbers there.
    fn groups(&self, needed: &[&str]) -> String {
        let named = self.dimensions().iter().filter(|(column, _)| needed.contains(column)).count();
        let places: Vec<String> = (1..=named + 1).map(|place| place.to_string()).collect();
        format!(" GROUP BY {}", places.join(", "))
    }
}
