//! Where rows that meet a condition can be: the parts of time to look into, newest first.
//!
//! Sums by hour know which environments, types, levels, versions and models an hour has (`hours`). Hours
//! that have none of what is asked are passed over, so a value that is rare or not there is not looked for in everything
//! that is stored. An hour that is marked has no sums, and what began before 1970 never has: both are looked into.

use diesel::prelude::*;

use crate::db::schema::metric_marks;
use crate::db::snapshot;
use crate::db::sql::{Sql, numbers};
use crate::db::{AnyConnection, each};
use crate::fields::{Condition, Entity, Test, Value, too_large};
use crate::foundation::{ProjectKey, Result};
use crate::hours::marks::HOUR;
use crate::hours::sums_of;

use super::Finding;

/// Hours looked up at first: a usual value has its page by then.
const FIRST: usize = 16;
/// Hours looked up at a time after that.
const MORE: usize = 20_000;

/// Rows that are asked for.
#[derive(Clone, Debug)]
pub struct Scan {
    project: ProjectKey,
    of: Entity,
    /// What holds for the rows.
    pub clause: Sql,
    /// What of it holds for the sums of an hour that has such rows; none when sums know nothing of it.
    summed: Option<Sql>,
    /// From this microsecond on, and up to but without that one.
    range: (i64, i64),
}

/// A part of what is sought.
#[derive(Debug)]
pub(super) struct Part {
    /// What holds for its rows.
    pub clause: Sql,
    /// Whether the start of its rows is known.
    pub is_started: bool,
}

impl Scan {
    /// Rows that meet a condition, which names the project.
    pub fn new(of: Entity, project: ProjectKey, clause: Sql) -> Self {
        Self { project, of, clause, summed: None, range: (i64::MIN, i64::MAX) }
    }

    /// Rows that meet all of these too; gives those that only reading can test.
    pub fn narrow(mut self, conditions: Vec<Condition>) -> (Self, Vec<Condition>) {
        let (mut clauses, mut summed, mut rest) = (vec![self.clause], Vec::new(), Vec::new());
        for condition in conditions {
            let Some(clause) = condition.sql(self.project, self.of) else {
                rest.push(condition);
                continue;
            };
            if condition.is_summed(self.of) {
                summed.push(clause.clone());
            }
            self.range = clipped(self.of, self.range, &condition);
            clauses.push(clause);
        }
        self.clause = Sql::all(clauses);
        self.summed = (!summed.is_empty()).then(|| Sql::all(summed));
        (self, rest)
    }

    /// The table of the rows.
    pub fn table(&self) -> &'static str {
        self.of.table()
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
        let done = snapshot(conn, |conn| {
            let summed = self.summed.as_ref().filter(|_| finding == Finding::ByStart);
            let done = match summed {
                Some(summed) => self.each_hour(conn, summed, &mut is_enough)?,
                None if self.of == Entity::Traces => is_enough(conn, &self.part(Vec::new()))?,
                None => is_enough(conn, &self.part(vec![self.start(" IS NOT NULL")]))?,
            };
            if !done && self.of == Entity::Observations {
                let clause = self.part(vec![self.start(" IS NULL")]).clause;
                is_enough(conn, &Part { clause, is_started: false })?;
            }
            Ok(())
        });
        done.map_err(too_large)
    }

    fn each_hour(
        &self,
        conn: &mut AnyConnection,
        summed: &Sql,
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
    fn hours(&self, conn: &mut AnyConnection, summed: &Sql, below: i64, most: usize) -> Result<Vec<i64>> {
        let (from, limit) = (self.range.0.max(0) / HOUR * HOUR, i64::try_from(most).unwrap_or(i64::MAX));
        let mut hours = Vec::new();
        if let Some(sums) = sums_of(self.of) {
            let (start, table) = (self.start(""), self.table());
            let having = Sql::new("SELECT DISTINCT ").clause(start.clone());
            let having = having.sql(format!(" FROM {} AS {table} WHERE {table}.project = ", sums.name));
            let having = having.whole(self.project.0).sql(" AND ").clause(within(&start, from, below));
            let having =
                having.sql(" AND ").clause(summed.clone()).sql(" ORDER BY 1 DESC LIMIT ").whole(limit);
            hours = numbers(conn, having)?;
        }
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

    fn part(&self, more: Vec<Sql>) -> Part {
        let clauses = std::iter::once(self.clause.clone()).chain(more).collect();
        Part { clause: Sql::all(clauses), is_started: true }
    }

    fn start(&self, test: &'static str) -> Sql {
        Sql::new(self.table()).sql(".start_at").sql(test)
    }
}

fn within(start: &Sql, from: i64, to: i64) -> Sql {
    Sql::all(vec![start.clone().sql(" >= ").whole(from), start.clone().sql(" < ").whole(to)])
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

/// What is left of a range of starts under a condition.
fn clipped(of: Entity, (from, to): (i64, i64), condition: &Condition) -> (i64, i64) {
    if condition.value != Value::Time(of.time()) {
        return (from, to);
    }
    match condition.test {
        Test::Time(">" | ">=", at) => (from.max(at.0), to),
        Test::Time("<", at) => (from, to.min(at.0)),
        Test::Time("<=", at) => (from, to.min(at.0.saturating_add(1))),
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
}
