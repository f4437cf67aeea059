//! Sums of calls, from the sums that follow the rows; and what only rows tell.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::db::AnyConnection;
use crate::db::sql::{Sql, load};
use crate::foundation::{Result, Timestamp};
use crate::series::{Metric, NOBODY, Series, Step, Sum, in_time};

use super::model::{Dimension, Group, Key, Named, Question, Sums};

mod calls;
mod services;
mod spread;
mod subject;

pub use calls::{MOST_LISTED, MOST_LOOKED_AT, NamelessCall, nameless};
pub use services::{MOST_SERVED, Service, services};
pub use spread::{MOST_TIMED, Spread, quantile};
pub use subject::{Failure, MOST_FAILED, Tool, failures, tools, traces_among};

/// Calls of a time whose sessions are still looked up one by one: of more, they are not told.
pub const MOST_READ: i64 = 20_000;

/// A day, in microseconds.
const DAY: i64 = 86_400_000_000;

/// Reads the sums of one question in several ways, of whole hours: `from` is rounded down, `to` up. To be used in one snapshot.
pub struct Reader<'a> {
    conn: &'a mut AnyConnection,
    question: &'a Question,
    calls: Vec<(Key, Sum)>,
    /// How long each took, once somebody has asked.
    times: Option<spread::Times>,
}

impl<'a> Reader<'a> {
    /// Reads all of it.
    pub fn of(conn: &'a mut AnyConnection, question: &'a Question) -> Result<Self> {
        let calls = asked(conn, question, Metric::Calls)?;
        let calls = calls.into_iter().map(|(at, series, sum)| (key(at, series), sum)).collect();
        Ok(Self { conn, question, calls, times: None })
    }

    /// The groups by these dimensions, in the order of their names; those that come to nothing are left out.
    pub fn by(&self, by: &[Dimension]) -> Vec<Group> {
        grouped(&self.calls, by)
    }

    /// The whole.
    pub fn total(&self) -> Sums {
        total(self.calls.iter().map(|(_, sum)| sum))
    }
}

fn total<'s>(calls: impl Iterator<Item = &'s Sum>) -> Sums {
    calls.fold(Sums::default(), |mut all, sum| {
        all.add(&sums(sum));
        all
    })
}

fn grouped(calls: &[(Key, Sum)], by: &[Dimension]) -> Vec<Group> {
    let mut found: HashMap<Borrowed<'_>, Group> = HashMap::new();
    for (key, sum) in calls {
        let group = found.entry(borrowed(key, by));
        let group = group.or_insert_with(|| Group { key: key.only(by), sums: Sums::default() });
        group.sums.add(&sums(sum));
    }
    let mut groups: Vec<Group> = found.into_values().filter(|group| !group.sums.is_nothing()).collect();
    groups.sort_by(|a, b| a.key.cmp(&b.key));
    groups
}

/// The series of a metric whose first four labels are whom it names, as far as they were asked for.
fn asked(
    conn: &mut AnyConnection,
    question: &Question,
    metric: Metric,
) -> Result<Vec<(Timestamp, Series, Sum)>> {
    let Question { project, from, to, agent, persona, tenant, workflow } = question;
    let mut all = in_time(conn, *project, metric, (*from, *to), Step::Day)?;
    let wanted = [agent, persona, tenant, workflow];
    all.retain(|(_, series, _)| {
        wanted.iter().zip(&series.labels).all(|(named, label)| is_named(named, label))
    });
    Ok(all)
}

fn is_named(named: &Named, label: &str) -> bool {
    match named {
        Named::Anybody => true,
        Named::Nobody => label == NOBODY,
        Named::Is(name) => label == name,
    }
}

/// What a sum is of.
fn key(at: Timestamp, series: Series) -> Key {
    let mut names = series.labels.into_iter().map(|label| (label != NOBODY).then_some(label));
    let mut next = || names.next().flatten();
    let (agent, persona, tenant, workflow, model) = (next(), next(), next(), next(), next());
    Key { agent, persona, tenant, workflow, model, day: Some(at.0.div_euclid(DAY)) }
}

/// The figures of a sum, in the order of [`Metric::parts`].
fn sums(sum: &Sum) -> Sums {
    let part = |place: usize| sum.parts.get(place).copied().unwrap_or_default();
    Sums {
        calls: sum.n,
        errors: part(0),
        input: part(1),
        output: part(2),
        tokened: part(3),
        cost_nanos: part(4),
        unpriced: part(5),
    }
}

/// The parts of a key that groups are told apart by.
type Borrowed<'k> = ([Option<&'k str>; 5], Option<i64>);

fn borrowed<'k>(key: &'k Key, by: &[Dimension]) -> Borrowed<'k> {
    let names =
        [Dimension::Agent, Dimension::Persona, Dimension::Tenant, Dimension::Workflow, Dimension::Model];
    let names = names.map(|of| if by.contains(&of) { key.name(of) } else { None });
    (names, key.day.filter(|_| by.contains(&Dimension::Day)))
}

/// What was spent.
pub fn spent(conn: &mut AnyConnection, question: &Question) -> Result<Sums> {
    let calls = asked(conn, question, Metric::Calls)?;
    Ok(total(calls.iter().map(|(.., sum)| sum)))
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

    fn of(day: i64, labels: [&str; 5], n: i64, cost: i64) -> (Key, Sum) {
        let series = Series { metric: Metric::Calls, labels: labels.map(str::to_owned).to_vec() };
        let sum = Sum { n, parts: vec![0, 2 * n, n, n, cost, 0], ..Sum::default() };
        (key(Timestamp(day * DAY + 5), series), sum)
    }

    #[test]
    fn groups_are_told_apart_by_what_was_asked_for_and_by_nothing_else() {
        let calls = [
            of(1, ["b", NOBODY, "north", NOBODY, "m"], 2, 5),
            of(2, ["b", NOBODY, "south", NOBODY, "m"], 1, 7),
            of(2, ["a", "p", "south", "w", NOBODY], 4, 0),
        ];
        let told = |by: &[Dimension]| {
            let groups = grouped(&calls, by);
            groups.iter().map(|it| (it.key.clone(), it.sums.calls, it.sums.cost_nanos)).collect::<Vec<_>>()
        };
        let agent = |name: &str| Key { agent: Some(name.to_owned()), ..Key::default() };
        assert_eq!(told(&[Dimension::Agent]), [(agent("a"), 4, 0), (agent("b"), 3, 12)]);
        assert_eq!(told(&[]), [(Key::default(), 7, 12)]);
        let day = |day| Key { day: Some(day), ..Key::default() };
        assert_eq!(told(&[Dimension::Day]), [(day(1), 2, 5), (day(2), 5, 7)]);
        let persona = |name: Option<&str>| Key { persona: name.map(str::to_owned), ..Key::default() };
        assert_eq!(told(&[Dimension::Persona]), [(persona(None), 3, 12), (persona(Some("p")), 4, 0)]);
    }
}
