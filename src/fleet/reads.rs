//! Sums of calls, from the sums by hour and the rows of other hours as one; and what only rows tell.
//!
//! Sums by hour know how many generations there were, and not how many of them were seen twice. Those are few and come from the
//! rows, once for all that is asked of a time, and are taken off.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::db::AnyConnection;
use crate::db::sql::{Sql, load};
use crate::fields::too_large;
use crate::foundation::Result;
use crate::hours::{OBSERVATIONS, Window, windows};

use super::model::{Dimension, Group, Key, Named, Question, Sums};

mod calls;
mod services;
mod subject;

pub use calls::{MOST_LISTED, NamelessCall, nameless};
pub use services::{MOST_SERVED, Service, services};
pub use subject::{Failure, MOST_FAILED, Tool, failures, traces_among};

/// Calls of a time whose durations and sessions are still read: of more, they are not told.
pub const MOST_READ: i64 = 200_000;

/// A day, in microseconds.
const DAY: i64 = 86_400_000_000;

/// What is needed of the sums by hour.
const NEEDED: [&str; 13] = [
    "kind", "level", "model", "agent", "persona", "tenant", "workflow", "n", "input", "output", "tokens_n",
    "cost", "cost_n",
];

/// What each group comes to. Names of columns are the same of sums and of rows.
const SUMS: &str = "\
    CAST(COALESCE(SUM(CASE WHEN observations.kind = 'GENERATION' THEN observations.n ELSE 0 END), 0) AS BIGINT) AS calls, \
    CAST(COALESCE(SUM(CASE WHEN observations.kind = 'GENERATION' AND observations.level = 'ERROR' \
    THEN observations.n ELSE 0 END), 0) AS BIGINT) AS errors, \
    CAST(COALESCE(SUM(observations.input), 0) AS BIGINT) AS input, \
    CAST(COALESCE(SUM(observations.output), 0) AS BIGINT) AS output, \
    CAST(COALESCE(SUM(observations.tokens_n), 0) AS BIGINT) AS tokened, \
    CAST(COALESCE(SUM(observations.cost), 0) AS BIGINT) AS cost_nanos, \
    CAST(COALESCE(SUM(CASE WHEN observations.kind = 'GENERATION' THEN observations.n - observations.cost_n ELSE 0 END), 0) \
    AS BIGINT) AS unpriced";

/// Generations that do not count, as what is to be put to the sums. Each of them is one with a cost there.
const DOUBLES: &str = "\
    CAST(-COUNT(*) AS BIGINT) AS calls, \
    CAST(-SUM(CASE WHEN observations.level = 'ERROR' THEN 1 ELSE 0 END) AS BIGINT) AS errors, \
    CAST(0 AS BIGINT) AS input, CAST(0 AS BIGINT) AS output, CAST(0 AS BIGINT) AS tokened, \
    CAST(0 AS BIGINT) AS cost_nanos, CAST(0 AS BIGINT) AS unpriced";

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Nullable<Text>)]
    agent: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    persona: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    tenant: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    workflow: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    model: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    day: Option<i64>,
    #[diesel(sql_type = BigInt)]
    calls: i64,
    #[diesel(sql_type = BigInt)]
    errors: i64,
    #[diesel(sql_type = BigInt)]
    input: i64,
    #[diesel(sql_type = BigInt)]
    output: i64,
    #[diesel(sql_type = BigInt)]
    tokened: i64,
    #[diesel(sql_type = BigInt)]
    cost_nanos: i64,
    #[diesel(sql_type = BigInt)]
    unpriced: i64,
}

impl From<Found> for Group {
    fn from(found: Found) -> Self {
        let Found { agent, persona, tenant, workflow, model, day, .. } = found;
        let Found { calls, errors, input, output, tokened, cost_nanos, unpriced, .. } = found;
        Self {
            key: Key { agent, persona, tenant, workflow, model, day },
            sums: Sums { calls, errors, input, output, tokened, cost_nanos, unpriced },
        }
    }
}

/// Reads the sums of one question in several ways. To be used in one snapshot, as the windows are part of what was read.
pub struct Reader<'a> {
    conn: &'a mut AnyConnection,
    question: &'a Question,
    windows: Vec<Window>,
    doubles: Vec<Group>,
}

impl<'a> Reader<'a> {
    /// Finds out what is summed and what is not.
    pub fn of(conn: &'a mut AnyConnection, question: &'a Question) -> Result<Self> {
        let windows = windows(conn, question.project, question.from, question.to)?;
        let doubles: Vec<Found> = load(conn, doubles(question))?;
        Ok(Self { conn, question, windows, doubles: doubles.into_iter().map(Group::from).collect() })
    }

    /// The groups by these dimensions, in the order of their names; those that come to nothing are left out.
    pub fn by(&mut self, by: &[Dimension]) -> Result<Vec<Group>> {
        let found: Vec<Found> =
            load(self.conn, summed(self.question, &self.windows, by)).map_err(too_large)?;
        let mut groups: BTreeMap<Key, Sums> = BTreeMap::new();
        for group in found.into_iter().map(Group::from).chain(self.doubles.iter().cloned()) {
            groups.entry(group.key.only(by)).or_default().add(&group.sums);
        }
        let some = groups.into_iter().filter(|(_, sums)| !sums.is_nothing());
        Ok(some.map(|(key, sums)| Group { key, sums }).collect())
    }

    /// The whole.
    pub fn total(&mut self) -> Result<Sums> {
        Ok(self.by(&[])?.first().map(|group| group.sums).unwrap_or_default())
    }
}

/// What was spent, from the sums by hour alone: the cost is exact, while a call that two instrumentations saw is two here. For
/// where nothing but the cost is shown.
pub fn spent(conn: &mut AnyConnection, question: &Question) -> Result<Sums> {
    let windows = windows(conn, question.project, question.from, question.to)?;
    let found: Vec<Found> = load(conn, summed(question, &windows, &[])).map_err(too_large)?;
    Ok(found.into_iter().map(|found| Group::from(found).sums).next().unwrap_or_default())
}

fn summed(question: &Question, windows: &[Window], by: &[Dimension]) -> Sql {
    let source = OBSERVATIONS.source(question.project, windows, &NEEDED, || narrowed(question));
    Sql::new("SELECT ").sql(keys(by)).sql(SUMS).sql(" FROM ").then(source).sql(groups(by))
}

fn doubles(question: &Question) -> Sql {
    let by = Dimension::ALL;
    let sql = Sql::new("SELECT ").sql(keys(&by)).sql(DOUBLES).sql(" FROM observations WHERE ");
    sql.then(rows(question)).sql(" AND NOT observations.counted").sql(groups(&by))
}

/// The generations that are asked about, whether they count or not.
fn rows(question: &Question) -> Sql {
    let sql = Sql::new("observations.project = ").whole(question.project.0);
    let sql = sql.sql(" AND observations.start_at >= ").whole(question.from.0);
    let sql = sql.sql(" AND observations.start_at < ").whole(question.to.0);
    sql.sql(" AND observations.kind = 'GENERATION' AND ").clause(narrowed(question))
}

fn narrowed(question: &Question) -> Sql {
    let Question { agent, persona, tenant, workflow, .. } = question;
    let names = [
        ("observations.agent", agent),
        ("observations.persona", persona),
        ("observations.tenant", tenant),
        ("observations.workflow", workflow),
    ];
    let conditions = names.into_iter().filter_map(|(column, named)| match named {
        Named::Anybody => None,
        Named::Nobody => Some(Sql::new(column).sql(" IS NULL")),
        Named::Is(name) => Some(Sql::new(column).sql(" = ").text(name)),
    });
    Sql::all(conditions.collect())
}

fn keys(by: &[Dimension]) -> String {
    let key = |dimension: Dimension| {
        let name = dimension.as_str();
        match (by.contains(&dimension), dimension) {
            (true, Dimension::Day) => format!("observations.start_at / {DAY} AS {name}, "),
            (true, _) => format!("observations.{name} AS {name}, "),
            (false, Dimension::Day) => format!("CAST(NULL AS BIGINT) AS {name}, "),
            (false, _) => format!("CAST(NULL AS TEXT) AS {name}, "),
        }
    };
    Dimension::ALL.into_iter().map(key).collect()
}

/// By their places: both databases take numbers there.
fn groups(by: &[Dimension]) -> String {
    let places = (1..).zip(Dimension::ALL).filter(|(_, dimension)| by.contains(dimension));
    let places: Vec<String> = places.map(|(place, _): (i32, _)| place.to_string()).collect();
    if places.is_empty() { String::new() } else { format!(" GROUP BY {}", places.join(", ")) }
}

/// How long calls took, in microseconds: the middle one, and the one that 95 of 100 are not slower than (nearest rank).
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Spread {
    /// Whose; none where no name was given, or where all are meant.
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    #[diesel(sql_type = BigInt)]
    pub p50: i64,
    #[diesel(sql_type = BigInt)]
    pub p95: i64,
}

/// The spread by a dimension, or of all calls; read from the rows of calls that ended. A day is named by its number since 1970.
pub fn spreads(conn: &mut AnyConnection, question: &Question, by: Option<Dimension>) -> Result<Vec<Spread>> {
    let name = match by {
        None => "CAST(NULL AS TEXT)".to_owned(),
        Some(Dimension::Day) => format!("CAST(observations.start_at / {DAY} AS TEXT)"),
        Some(by) => format!("observations.{}", by.as_str()),
    };
    let timed = format!(
        "WITH timed AS (SELECT {name} AS name, observations.end_at - observations.start_at AS took FROM observations WHERE "
    );
    let placed = ") , placed AS (SELECT name, took, ROW_NUMBER() OVER (PARTITION BY name ORDER BY took) AS place, \
         COUNT(*) OVER (PARTITION BY name) AS total FROM timed) \
         SELECT name, CAST(MAX(CASE WHEN place = (total * 50 + 99) / 100 THEN took END) AS BIGINT) AS p50, \
         CAST(MAX(CASE WHEN place = (total * 95 + 99) / 100 THEN took END) AS BIGINT) AS p95 FROM placed GROUP BY name";
    let ended = " AND observations.counted AND observations.end_at >= observations.start_at";
    load(conn, Sql::new(timed).then(rows(question)).sql(ended).sql(placed))
}

/// How many calls of an agent belong to a conversation.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct InSession {
    /// The agent, where one was named.
    #[diesel(sql_type = Nullable<Text>)]
    pub agent: Option<String>,
    #[diesel(sql_type = BigInt)]
    pub calls: i64,
    /// Those of them that name a tenant.
    #[diesel(sql_type = BigInt)]
    pub tenants: i64,
}

impl InSession {
    /// Calls that say all of it: agent, tenant and session.
    pub fn whole(&self) -> i64 {
        if self.agent.is_some() { self.tenants } else { 0 }
    }
}

/// Calls whose trace has a session, by agent; read from the rows.
pub fn in_sessions(conn: &mut AnyConnection, question: &Question) -> Result<Vec<InSession>> {
    let select = "SELECT observations.agent AS agent, COUNT(*) AS calls, COUNT(observations.tenant) AS tenants FROM observations \
         JOIN traces ON traces.project = observations.project AND traces.trace_id = observations.trace_id \
         AND traces.session_id IS NOT NULL WHERE ";
    load(conn, Sql::new(select).then(rows(question)).sql(" AND observations.counted GROUP BY 1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_groups_by_what_it_was_asked_for_and_by_nothing_else() {
        assert_eq!(groups(&[]), "");
        assert_eq!(groups(&[Dimension::Day, Dimension::Agent]), " GROUP BY 1, 6");
        let keys = keys(&[Dimension::Model]);
        assert!(
            keys.contains("observations.model AS model") && keys.contains("NULL AS BIGINT) AS day"),
            "{keys}"
        );
        assert_eq!(keys.matches(" AS ").count(), 6 + 5, "{keys}");
    }
}
