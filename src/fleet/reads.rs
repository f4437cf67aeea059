//! Sums of calls, from the sums that follow the rows; and what only rows tell.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::db::AnyConnection;
use crate::db::sql::Sql;
use crate::foundation::Result;
use crate::series::{self, Block, Metric, NOBODY, Step, Sum, Wanted};

use super::model::{Dimension, Group, Key, Named, Question, Sums};

mod calls;
mod services;
mod spread;
mod subject;

pub use calls::{MOST_LISTED, MOST_LOOKED_AT, NamelessCall, nameless};
pub use services::{MOST_SERVED, Service, services};
pub use spread::{MOST_TIMED, Spread, quantile_of};
pub use subject::{Failure, MOST_FAILED, Tool, failures, tools, traces_among};

/// A day, in microseconds.
const DAY: i64 = 86_400_000_000;

/// The labels of calls and tools whose names a question may be about, and the one that says of which model or tool they are.
const NAMES: [Dimension; 5] =
    [Dimension::Agent, Dimension::Persona, Dimension::Tenant, Dimension::Workflow, Dimension::Model];

/// Reads the sums of one question in several ways, of whole hours: `from` is rounded down, `to` up. To be used in one snapshot.
pub struct Reader<'a> {
    conn: &'a mut AnyConnection,
    question: &'a Question,
    calls: Asked<'a>,
    /// How long each took, once somebody has asked.
    times: Option<spread::Times>,
}

impl<'a> Reader<'a> {
    /// Reads all of it.
    pub fn of(conn: &'a mut AnyConnection, question: &'a Question) -> Result<Self> {
        let calls = Asked::read(conn, question, Metric::Calls)?;
        Ok(Self { conn, question, calls, times: None })
    }

    /// The groups by these dimensions, in the order of their names; those that come to nothing are left out.
    pub fn by(&self, by: &[Dimension]) -> Vec<Group> {
        let groups = self.calls.groups(by, add_sums, Sums::add);
        let groups = groups.into_iter().map(|(key, sums)| Group { key, sums });
        groups.filter(|group| !group.sums.is_nothing()).collect()
    }

    /// The whole.
    pub fn total(&self) -> Sums {
        self.calls.groups(&[], add_sums, Sums::add).into_values().next().unwrap_or_default()
    }
}

/// The sums of a metric whose first four labels are whom it names, as far as they were asked for.
struct Asked<'a> {
    blocks: Vec<Arc<Block>>,
    wanted: Wanted<'a>,
}

impl<'a> Asked<'a> {
    fn read(conn: &mut AnyConnection, question: &'a Question, metric: Metric) -> Result<Self> {
        let Question { project, from, to, agent, persona, tenant, workflow } = question;
        let blocks = series::blocks(conn, *project, metric, (*from, *to), Step::Day)?;
        let [agent, persona, tenant, workflow] = [agent, persona, tenant, workflow].map(wanted);
        Ok(Self { blocks, wanted: [agent, persona, tenant, workflow, None] })
    }

    /// Groups by these dimensions: what is added up within a block, and what comes of several.
    fn groups<A: Default>(
        &self,
        by: &[Dimension],
        add: impl Fn(&mut A, &Sum),
        join: impl Fn(&mut A, &A),
    ) -> BTreeMap<Key, A> {
        let places: Vec<usize> = (0..NAMES.len()).filter(|place| is_by(by, *place)).collect();
        let mut groups: BTreeMap<Key, A> = BTreeMap::new();
        for block in &self.blocks {
            let day = block.start().div_euclid(DAY);
            for (names, more) in block.groups(&self.wanted, &places, &add) {
                let key = Key { day: by.contains(&Dimension::Day).then_some(day), ..key(&places, &names) };
                join(groups.entry(key).or_default(), &more);
            }
        }
        groups
    }
}

fn wanted(named: &Named) -> Option<&str> {
    match named {
        Named::Anybody => None,
        Named::Nobody => Some(NOBODY),
        Named::Is(name) => Some(name),
    }
}

fn is_by(by: &[Dimension], place: usize) -> bool {
    NAMES.get(place).is_some_and(|dimension| by.contains(dimension))
}

/// What names at these places say.
fn key(places: &[usize], names: &[&str]) -> Key {
    let mut of: [Option<String>; NAMES.len()] = Default::default();
    for (place, name) in places.iter().zip(names).filter(|(_, name)| **name != NOBODY) {
        of.get_mut(*place).into_iter().for_each(|of| *of = Some((*name).to_owned()));
    }
    let [agent, persona, tenant, workflow, model] = of;
    Key { agent, persona, tenant, workflow, model, day: None }
}

/// Adds the figures of a sum, whose parts are in the order of [`Metric::parts`].
fn add_sums(sums: &mut Sums, sum: &Sum) {
    let [errors, input, output, tokened, cost_nanos, unpriced, in_session] = sum.parts;
    sums.add(&Sums { calls: sum.n, errors, input, output, tokened, cost_nanos, unpriced, in_session });
}

/// What was spent.
pub fn spent(conn: &mut AnyConnection, question: &Question) -> Result<Sums> {
    Ok(Reader::of(conn, question)?.total())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_the_names_that_somebody_gave() {
        let named = key(&[0, 2, 4], &["b", NOBODY, "m"]);
        let expected = Key { agent: Some("b".to_owned()), model: Some("m".to_owned()), ..Key::default() };
        assert_eq!((named, key(&[], &[])), (expected, Key::default()));
        assert_eq!(
            [Named::Anybody, Named::Nobody].map(|it| wanted(&it).map(str::to_owned)),
            [None, Some(NOBODY.to_owned())]
        );
    }
}
