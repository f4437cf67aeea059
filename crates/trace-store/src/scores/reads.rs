//! Scores by what people ask for them: ids, names, sources, targets, values, times.

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::db::schema::{scores, traces};
use crate::db::sql::Sql;
use crate::db::{AnyConnection, each};
use crate::foundation::page::Cursor;
use crate::foundation::{ProjectKey, Result, Timestamp};

/// A score with all that is shown of it.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = scores)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct ScoreDetail {
    pub score_id: String,
    /// The trace it judges.
    pub trace_id: Option<String>,
    /// The observation it judges.
    pub observation_id: Option<String>,
    /// The session it judges.
    pub session_id: Option<String>,
    /// The dataset run it judges.
    pub dataset_run_id: Option<String>,
    /// What is judged.
    pub name: String,
    /// JSON text exactly as sent.
    pub value: String,
    /// `NUMERIC`, `BOOLEAN`, `CATEGORICAL`, `TEXT`, `CORRECTION`.
    pub data_type: String,
    /// `API`, `ANNOTATION`, `EVAL`.
    pub source: String,
    /// Why.
    pub comment: Option<String>,
    /// JSON text as sent.
    pub metadata: Option<String>,
    /// `default`, `production`, ...; none is `default`.
    pub environment: Option<String>,
    /// The score configuration it names.
    pub config_id: Option<String>,
    /// The review queue it names.
    pub queue_id: Option<String>,
    /// The account by whose key it came, or `system`.
    pub author: String,
    /// When it was given.
    pub at: Timestamp,
    /// When it first came in.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// How a number is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `=`
    Equal,
    /// `!=`
    Unequal,
    /// `>=`
    AtLeast,
    /// `>`
    Greater,
}

/// Which scores; empty lists and absent fields leave all in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScoreFilter {
    /// One of these ids.
    pub ids: Vec<String>,
    /// One of these names.
    pub names: Vec<String>,
    /// One of these sources, in upper case.
    pub sources: Vec<String>,
    /// One of these data types, in upper case.
    pub data_types: Vec<String>,
    /// One of these environments.
    pub environments: Vec<String>,
    /// One of these configurations.
    pub configs: Vec<String>,
    /// One of these queues.
    pub queues: Vec<String>,
    /// One of these accounts.
    pub authors: Vec<String>,
    /// On one of these traces or an observation of it.
    pub traces: Vec<String>,
    /// On one of these observations.
    pub observations: Vec<String>,
    /// On one of these sessions.
    pub sessions: Vec<String>,
    /// On one of these dataset runs.
    pub runs: Vec<String>,
    /// On a trace of this user.
    pub user: Option<String>,
    /// On a trace that has all of these tags.
    pub tags: Vec<String>,
    /// The number compares so with each of these.
    pub compare: Vec<(Compare, f64)>,
    /// The number is one of these.
    pub numbers: Vec<f64>,
    /// The word is one of these.
    pub words: Vec<String>,
    /// Given at or after.
    pub from: Option<Timestamp>,
    /// Given before.
    pub to: Option<Timestamp>,
    /// What else holds for them.
    pub clause: Option<Sql>,
}

/// Adds a filter to a query of scores; a macro, because the query's type differs between the databases.
macro_rules! narrowed {
    ($project:expr, $f:expr, $holds:expr, $query:expr) => {{
        let mut query = $query.filter(scores::project.eq($project)).into_boxed();
        for (column, list) in
            [("id", &$f.ids), ("name", &$f.names), ("source", &$f.sources), ("type", &$f.data_types)]
        {
            if list.is_empty() {
                continue;
            }
            query = match column {
                "id" => query.filter(scores::score_id.eq_any(list)),
                "name" => query.filter(scores::name.eq_any(list)),
                "source" => query.filter(scores::source.eq_any(list)),
                _ => query.filter(scores::data_type.eq_any(list)),
            };
        }
        if !$f.environments.is_empty() {
            let unnamed = $f.environments.iter().any(|environment| environment == "default");
            let none = scores::environment
                .is_null()
                .and(diesel::dsl::sql::<diesel::sql_types::Bool>(if unnamed { "1=1" } else { "1=0" }));
            query = query.filter(scores::environment.eq_any(&$f.environments).or(none.nullable()));
        }
        if !$f.configs.is_empty() {
            query = query.filter(scores::config_id.eq_any(&$f.configs));
        }
        if !$f.queues.is_empty() {
            query = query.filter(scores::queue_id.eq_any(&$f.queues));
        }
        if !$f.authors.is_empty() {
            query = query.filter(scores::author.eq_any(&$f.authors));
        }
        if !$f.traces.is_empty() {
            query = query.filter(scores::trace_id.eq_any(&$f.traces));
        }
        if !$f.observations.is_empty() {
            query = query.filter(scores::observation_id.eq_any(&$f.observations));
        }
        if !$f.sessions.is_empty() {
            query = query.filter(scores::session_id.eq_any(&$f.sessions));
        }
        if !$f.runs.is_empty() {
            query = query.filter(scores::dataset_run_id.eq_any(&$f.runs));
        }
        if !$f.numbers.is_empty() {
            query = query.filter(scores::number.eq_any(&$f.numbers));
        }
        if !$f.words.is_empty() {
            query = query.filter(scores::word.eq_any(&$f.words));
        }
        for (compare, number) in $f.compare.iter().copied() {
            query = match compare {
                Compare::Less => query.filter(scores::number.lt(number)),
                Compare::AtMost => query.filter(scores::number.le(number)),
                Compare::Equal => query.filter(scores::number.eq(number)),
                Compare::Unequal => query.filter(scores::number.ne(number)),
                Compare::AtLeast => query.filter(scores::number.ge(number)),
                Compare::Greater => query.filter(scores::number.gt(number)),
            };
        }
        if let Some(clause) = &$f.clause {
            query = query.filter(clause.clone());
        }
        if let Some(from) = $f.from {
            query = query.filter(scores::at.ge(from));
        }
        if let Some(to) = $f.to {
            query = query.filter(scores::at.lt(to));
        }
        if let Some(user) = &$f.user {
            query = query.filter(exists(
                traces::table
                    .filter(traces::project.eq(scores::project))
                    .filter(traces::trace_id.nullable().eq(scores::trace_id))
                    .filter(traces::user_id.eq(user)),
            ));
        }
        // LIKE would not tell capitals apart on SQLite.
        for tag in &$f.tags {
            let quoted = serde_json::to_string(tag)?;
            let function = format!("{}(traces.tags, ", $holds);
            let holds = diesel::dsl::sql::<diesel::sql_types::Bool>(&function)
                .bind::<diesel::sql_types::Text, _>(quoted)
                .sql(") > 0");
            query = query.filter(exists(
                traces::table
                    .filter(traces::project.eq(scores::project))
                    .filter(traces::trace_id.nullable().eq(scores::trace_id))
                    .filter(holds),
            ));
        }
        query
    }};
}

/// The function that tells where a text holds another.
fn holds(conn: &AnyConnection) -> &'static str {
    if conn.is_sqlite() { "instr" } else { "strpos" }
}

/// A page of scores, newest first.
pub fn list(
    conn: &mut AnyConnection,
    project: ProjectKey,
    filter: &ScoreFilter,
    offset: i64,
    limit: i64,
) -> Result<Vec<ScoreDetail>> {
    let holds = holds(conn);
    Ok(each!(conn, |c| narrowed!(project, filter, holds, scores::table)
        .order((scores::at.desc(), scores::score_id.desc()))
        .select(ScoreDetail::as_select())
        .offset(offset)
        .limit(limit)
        .load(c))?)
}

/// The scores after a cursor, newest first.
pub fn after(
    conn: &mut AnyConnection,
    project: ProjectKey,
    filter: &ScoreFilter,
    after: Option<&Cursor>,
    limit: i64,
) -> Result<Vec<ScoreDetail>> {
    let holds = holds(conn);
    let (at, id) = after.map_or((i64::MAX, ""), |cursor| (cursor.at.0, cursor.id.as_str()));
    Ok(each!(conn, |c| narrowed!(project, filter, holds, scores::table)
        // The first condition is the index's; the second tells rows of one moment apart.
        .filter(scores::at.le(at))
        .filter(scores::at.lt(at).or(scores::at.eq(at).and(scores::score_id.lt(id))))
        .order((scores::at.desc(), scores::score_id.desc()))
        .select(ScoreDetail::as_select())
        .limit(limit)
        .load(c))?)
}

/// How many scores there are.
pub fn count(conn: &mut AnyConnection, project: ProjectKey, filter: &ScoreFilter) -> Result<i64> {
    let holds = holds(conn);
    Ok(each!(conn, |c| narrowed!(project, filter, holds, scores::table).count().get_result(c))?)
}

/// One score.
pub fn find(conn: &mut AnyConnection, project: ProjectKey, score_id: &str) -> Result<Option<ScoreDetail>> {
    Ok(scores::table.find((project, score_id)).select(ScoreDetail::as_select()).first(conn).optional()?)
}

/// What a score's answer says of its trace.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = traces)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct JudgedTrace {
    pub trace_id: String,
    /// Whom the client names as user.
    pub user_id: Option<String>,
    /// A JSON list of strings.
    pub tags: String,
    /// `default`, `production`, ...
    pub environment: Option<String>,
    /// The conversation.
    pub session_id: Option<String>,
}

/// Those of these traces that are known.
pub fn judged_traces(
    conn: &mut AnyConnection,
    project: ProjectKey,
    ids: &[&str],
) -> Result<Vec<JudgedTrace>> {
    Ok(each!(conn, |c| traces::table
        .filter(traces::project.eq(project))
        .filter(traces::trace_id.eq_any(ids.iter().copied()))
        .select(JudgedTrace::as_select())
        .load(c))?)
}
