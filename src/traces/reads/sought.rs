//! Where rows that meet a condition can be: the parts of time to look into, newest first.
//!
//! Sums by hour know which environments, types, levels, versions and models an hour has (`traces::hours`). Hours
//! that have none of what is asked are passed over, so a value that is rare or not there is not looked for in everything
//! that is stored. An hour that is marked has no sums, and what began before 1970 never has: both are looked into.

use diesel::prelude::*;

use crate::db::schema::metric_marks;
use crate::db::snapshot;
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result};
use crate::traces::hours::{OBSERVATIONS, TRACES, Table};
use crate::traces::store::hours::HOUR;

use super::clause::Numbers;
use super::{Clause, Column, Condition, Filtered, Finding, Test};

/// Hours looked up at first: a usual value has its page by then.
const FIRST: usize = 16;
/// Hours looked up at a time after that.
const MORE: usize = 20_000;

/// Rows that are asked for.
#[derive(Clone, Debug)]
pub struct Sought {
    project: ProjectKey,
    of: Filtered,
    /// What holds for the rows.
    pub clause: Clause,
    /// What of it holds for the sums of an hour that has such rows; none when sums know nothing of it.
    summed: Option<Clause>,
    /// From this microsecond on, and up to but without that one.
    range: (i64, i64),
}

/// A part of what is sought.
#[derive(Debug)]
pub(super) struct Part {
    /// What holds for its rows.
    pub clause: Clause,
    /// Whether the start of its rows is known.
    pub is_started: bool,
}

impl Sought {
    /// Rows that meet a condition, which names the project.
    pub fn new(of: Filtered, project: ProjectKey, clause: Clause) -> Self {
        Self { project, of, clause, summed: None, range: (i64::MIN, i64::MAX) }
    }

    /// Rows that meet all of these too; gives those that only reading can test.
    pub fn narrow(mut self, conditions: Vec<Condition>) -> (Self, Vec<Condition>) {
        let (mut clauses, mut summed, mut rest) = (vec![self.clause], Vec::new(), Vec::new());
        for condition in conditions {
            let Some(clause) = condition.clause(self.project) else {
                rest.push(condition);
                continue;
            };
            if is_summed(self.of, &condition) {
                summed.push(clause.clone());
            }
            self.range = clipped(self.of, self.range, &condition);
            clauses.push(clause);
        }
        self.clause = Clause::all(clauses);
        self.summed = (!summed.is_empty()).then(|| Clause::all(summed));
        (self, rest)
    }

    /// The table of the rows.
    pub fn table(&self) -> &'static str {
        table(self.of)
    }

    /// The same where parts of time end at a moment.
    pub(super) fn until(&self, until: i64) -> Self {
        Self { range: (self.range.0, self.range.1.min(until)), ..self.clone() }
    }

    /// Shows the parts, newest first and those without a start last, until somebody has enough.
    pub(super) fn each_part(
        &self,
        conn: &mut AnyConnection,
        finding: Finding,
        mut is_enough: impl FnMut(&mut AnyConnection, &Part) -> Result<bool>,
    ) -> Result<()> {
        snapshot(conn, |conn| {
            let summed = self.summed.as_ref().filter(|_| finding == Finding::ByStart);
            let done = match summed {
                Some(summed) => self.each_hour(conn, summed, &mut is_enough)?,
                None if self.of == Filtered::Traces => is_enough(conn, &self.part(Vec::new()))?,
                None => is_enough(conn, &self.part(vec![self.start(" IS NOT NULL")]))?,
            };
            if !done && self.of == Filtered::Observations {
                let clause = self.part(vec![self.start(" IS NULL")]).clause;
                is_enough(conn, &Part { clause, is_started: false })?;
            }
            Ok(())
        })
    }

    fn each_hour(
        &self,
        conn: &mut AnyConnection,
        summed: &Clause,
        is_enough: &mut impl FnMut(&mut AnyConnection, &Part) -> Result<bool>,
    ) -> Result<bool> {
        let (mut below, mut most) = (self.range.1, FIRST);
        loop {
            let hours = self.hours(conn, summed, below, most)?;
            for (from, to) in joined(&hours) {
                if is_enough(conn, &self.between(from.max(self.range.0), to.min(self.range.1)))? {
                    return Ok(true);
                }
            }
            match hours.last() {
                Some(last) if hours.len() == most => (below, most) = (*last, MORE),
                _ => return is_enough(conn, &self.between(self.range.0, self.range.1.min(0))),
            }
        }
    }

    /// The newest hours below a moment that can have what is sought.
    fn hours(&self, conn: &mut AnyConnection, summed: &Clause, below: i64, most: usize) -> Result<Vec<i64>> {
        let (from, limit) = (self.range.0.max(0) / HOUR * HOUR, i64::try_from(most).unwrap_or(i64::MAX));
        let start = self.start("");
        let having =
            Clause::new("SELECT DISTINCT ").clause(start.clone()).sql(" FROM ").sql(sums(self.of).name);
        let having = having.sql(" AS ").sql(self.table()).sql(" WHERE ").sql(self.table()).sql(".project = ");
        let having =
            having.whole(self.project.0).sql(" AND ").clause(within(&start, from, below)).sql(" AND ");
        let having = having.clause(summed.clone()).sql(" ORDER BY 1 DESC LIMIT ").whole(limit);
        let mut hours: Vec<i64> = each!(conn, |c| Numbers(having.clone()).load::<i64>(c))?;
        let marked: Vec<i64> = each!(conn, |c| metric_marks::table
            .filter(metric_marks::project.eq(self.project))
            .filter(metric_marks::start_at.ge(from))
            .filter(metric_marks::start_at.lt(below))
            .select(metric_marks::start_at)
            .distinct()
            .order(metric_marks::start_at.desc())
            .limit(limit)
            .load(c))?;
        hours.extend(marked);
        hours.sort_unstable_by(|a, b| b.cmp(a));
        hours.dedup();
        hours.truncate(most);
        Ok(hours)
    }

    fn between(&self, from: i64, to: i64) -> Part {
        self.part(vec![within(&self.start(""), from, to)])
    }

    fn part(&self, more: Vec<Clause>) -> Part {
        let clauses = std::iter::once(self.clause.clone()).chain(more).collect();
        Part { clause: Clause::all(clauses), is_started: true }
    }

    fn start(&self, test: &'static str) -> Clause {
        Clause::new(self.table()).sql(".start_at").sql(test)
    }
}

fn within(start: &Clause, from: i64, to: i64) -> Clause {
    Clause::all(vec![start.clone().sql(" >= ").whole(from), start.clone().sql(" < ").whole(to)])
}

/// Hours, newest first, as spans of time: those that follow each other are one.
fn joined(hours: &[i64]) -> Vec<(i64, i64)> {
    let mut spans: Vec<(i64, i64)> = Vec::new();
    for hour in hours {
        match spans.last_mut() {
            Some((from, _)) if *from == hour + HOUR => *from = *hour,
            _ => spans.push((*hour, hour + HOUR)),
        }
    }
    spans
}

fn table(of: Filtered) -> &'static str {
    match of {
        Filtered::Traces => "traces",
        Filtered::Observations => "observations",
    }
}

fn sums(of: Filtered) -> &'static Table {
    match of {
        Filtered::Traces => &TRACES,
        Filtered::Observations => &OBSERVATIONS,
    }
}

/// Whether sums are kept by the column that a condition is about.
fn is_summed(of: Filtered, condition: &Condition) -> bool {
    let Column::Text(sql) = condition.column else { return false };
    let plain = sql.strip_prefix("coalesce(").and_then(|sql| sql.strip_suffix(", 'default')")).unwrap_or(sql);
    let column = plain.strip_prefix(table(of)).and_then(|rest| rest.strip_prefix('.'));
    sums(of).dimensions.iter().any(|(known, _)| Some(*known) == column)
}

/// What is left of a range of starts under a condition.
fn clipped(of: Filtered, (from, to): (i64, i64), condition: &Condition) -> (i64, i64) {
    let start = match of {
        Filtered::Traces => "timestamp",
        Filtered::Observations => "startTime",
    };
    match condition.test {
        Test::Time(">" | ">=", at) if condition.name == start => (from.max(at.0), to),
        Test::Time("<", at) if condition.name == start => (from, to.min(at.0)),
        Test::Time("<=", at) if condition.name == start => (from, to.min(at.0.saturating_add(1))),
        _ => (from, to),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_that_follow_each_other_are_one_span() {
        let spans = |hours: &[i64]| {
            let hours: Vec<i64> = hours.iter().map(|hour| hour * HOUR).collect();
            joined(&hours).iter().map(|(from, to)| (from / HOUR, to / HOUR)).collect::<Vec<_>>()
        };
        assert_eq!(spans(&[]), []);
        assert_eq!(spans(&[9, 8, 7, 3, 1, 0]), [(7, 10), (3, 4), (0, 2)]);
    }

    #[test]
    fn columns_of_the_sums_are_known_by_their_sql() {
        let known = |of: Filtered, name| {
            let (name, column) = of.column(name).unwrap();
            is_summed(of, &Condition { name, column, key: String::new(), test: Test::Null(true) })
        };
        for name in ["type", "name", "environment", "level", "version", "model"] {
            assert!(known(Filtered::Observations, name), "{name}");
        }
        for name in ["name", "environment", "level", "version", "release"] {
            assert!(known(Filtered::Traces, name), "{name}");
        }
        for name in ["id", "userId", "release", "startTime", "metadata", "traceName"] {
            assert!(!known(Filtered::Observations, name), "{name}");
        }
    }
}
