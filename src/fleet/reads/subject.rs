//! What is read of one agent, persona, tenant or workflow beside its sums: its tools, what failed last, and which traces are its.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Nullable, Text};

use crate::db::AnyConnection;
use crate::db::sql::{Sql, load};
use crate::foundation::{Result, Timestamp};
use crate::series::{Metric, Sum};

use super::super::model::{Dimension, Key, Question};
use super::{Asked, narrowed};

/// Tools of a list.
const MOST_TOOLS: usize = 20;
/// The newest failures of everybody, among which those of one are looked for.
pub const MOST_FAILED: i64 = 1_000;
/// Failures of a list.
const MOST_SHOWN: i64 = 5;
/// Traces named in one statement.
const AT_ONCE: usize = 128;

/// A tool that was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tool {
    pub name: Option<String>,
    pub calls: i64,
    pub errors: i64,
    /// Errors of all tools that were asked about, also of those that this list does not hold.
    pub errors_of_all: i64,
}

/// The tools that were used in what is asked about, the most used first.
pub fn tools(conn: &mut AnyConnection, question: &Question) -> Result<Vec<Tool>> {
    let add = |(calls, errors): &mut (i64, i64), sum: &Sum| {
        (*calls, *errors) = (*calls + sum.n, *errors + sum.parts[0]);
    };
    let join = |(calls, errors): &mut (i64, i64), more: &(i64, i64)| {
        (*calls, *errors) = (*calls + more.0, *errors + more.1);
    };
    // The last name is that of the tool here.
    let found = Asked::read(conn, question, Metric::Tools)?.groups(&[Dimension::Model], add, join);
    let errors_of_all = found.values().map(|(_, errors)| errors).sum();
    let tool =
        |(key, (calls, errors)): (Key, (i64, i64))| Tool { name: key.model, calls, errors, errors_of_all };
    let mut tools: Vec<Tool> = found.into_iter().map(tool).collect();
    tools.sort_by(|a, b| b.calls.cmp(&a.calls).then_with(|| a.name.cmp(&b.name)));
    tools.truncate(MOST_TOOLS);
    Ok(tools)
}

/// A call or a tool that failed.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Failure {
    #[diesel(sql_type = Text)]
    pub trace_id: String,
    #[diesel(sql_type = Text)]
    pub observation_id: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    #[diesel(sql_type = BigInt)]
    start_at: i64,
    /// Why, as its client says.
    #[diesel(sql_type = Nullable<Text>)]
    pub status_message: Option<String>,
    /// Where its pieces lie.
    #[diesel(sql_type = Binary)]
    pub image: Vec<u8>,
}

impl Failure {
    /// When it began.
    pub fn at(&self) -> Timestamp {
        Timestamp(self.start_at)
    }
}

/// The calls and tools that failed last in what is asked about, among the newest [`MOST_FAILED`] failures of all.
pub fn failures(conn: &mut AnyConnection, question: &Question) -> Result<Vec<Failure>> {
    let newest =
        Sql::new("(SELECT * FROM observations WHERE observations.project = ").whole(question.project.0);
    // Said once more where the index of such levels wants to hear it.
    let newest = newest.sql(" AND observations.level <> 'DEFAULT' AND observations.level = 'ERROR'");
    let newest = newest.sql(" AND observations.start_at >= ").whole(question.from.0);
    let newest = newest.sql(" AND observations.start_at < ").whole(question.to.0);
    let newest = newest.sql(" ORDER BY observations.start_at DESC LIMIT ").whole(MOST_FAILED);
    let select = "SELECT observations.trace_id AS trace_id, observations.observation_id AS observation_id, \
         observations.name AS name, observations.start_at AS start_at, \
         observations.status_message AS status_message, observations.image AS image FROM ";
    let asking = Sql::new(select).then(newest).sql(") AS observations WHERE observations.counted");
    let asking =
        asking.sql(" AND observations.kind IN ('GENERATION', 'TOOL') AND ").clause(narrowed(question));
    let asking = asking.sql(" ORDER BY observations.start_at DESC, observations.observation_id LIMIT ");
    load(conn, asking.whole(MOST_SHOWN))
}

#[derive(QueryableByName)]
struct Its {
    #[diesel(sql_type = Text)]
    trace_id: String,
}

/// Those of these traces that hold a call that is asked about; each is looked at by itself, whatever else came in that time.
pub fn traces_among(
    conn: &mut AnyConnection,
    question: &Question,
    traces: &[String],
) -> Result<BTreeSet<String>> {
    let mut all = BTreeSet::new();
    for some in traces.chunks(AT_ONCE) {
        let asking = Sql::new("SELECT DISTINCT observations.trace_id AS trace_id FROM observations WHERE ");
        let asking = asking.sql("observations.project = ").whole(question.project.0).sql(" AND ");
        let asking = asking.then(Sql::one_of("observations.trace_id", some));
        // As a sum the moment is no column, so the index of the starts is not taken for this.
        let asking = asking.sql(" AND observations.start_at + 0 >= ").whole(question.from.0);
        let asking = asking.sql(" AND observations.start_at + 0 < ").whole(question.to.0);
        let asking = asking.sql(" AND observations.kind = 'GENERATION' AND observations.counted AND ");
        let found: Vec<Its> = load(conn, asking.clause(narrowed(question)))?;
        all.extend(found.into_iter().map(|its| its.trace_id));
    }
    Ok(all)
}
