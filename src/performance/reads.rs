//! What is read: sums by hour, and the rows of stages and gates, of which at most so many are looked at.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::budgets::{Scope, Standing, standings};
use crate::db::sql::{Sql, count, load};
use crate::db::{AnyConnection, snapshot};
use crate::fleet::model::{Dimension, Group, Named, Question, Sums};
use crate::fleet::reads::Reader;
use crate::foundation::{Result, Timestamp};
use crate::series::{Metric, in_time};

use super::model::Measured;

/// Rows of stages whose middles and single runs are still read: of more, they are not told.
pub const MOST_READ: i64 = 200_000;
/// Single runs that are shown.
pub const MOST_SLOW: i64 = 10;
/// Kinds of failures that are told apart.
const MOST_KINDS: i64 = 1_000;

/// What there is about personas.
#[derive(Clone, Debug)]
pub struct Personas {
    pub switches: Measured,
    pub stays: Measured,
    /// Tokens and calls by persona.
    pub tokens: Vec<Group>,
    /// All calls.
    pub whole: Sums,
    /// Budgets of personas.
    pub budgets: Vec<Standing>,
}

/// What there is about runs of workflows.
#[derive(Clone, Debug)]
pub struct Workflows {
    pub runs: Measured,
    pub gates: Measured,
    /// None where too many rows would have to be read.
    pub rows: Option<StageRows>,
    /// All calls.
    pub whole: Sums,
    /// How long stages took, only for whose they are.
    pub stages: Measured,
}

/// What only rows tell.
#[derive(Clone, Debug)]
pub struct StageRows {
    pub spreads: Vec<Spread>,
    pub slowest: Vec<SlowRun>,
    pub failures: Vec<Failure>,
    /// Results of gates; read where a persona narrows, which sums by hour do not know.
    pub results: Vec<GateRow>,
}

/// How long the runs of a stage took, in microseconds.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Spread {
    #[diesel(sql_type = Nullable<Text>)]
    pub workflow: Option<String>,
    #[diesel(sql_type = Text)]
    pub stage: String,
    #[diesel(sql_type = BigInt)]
    pub runs: i64,
    #[diesel(sql_type = BigInt)]
    pub p50: i64,
    /// What 95 of 100 are not slower than (nearest rank).
    #[diesel(sql_type = BigInt)]
    pub p95: i64,
    /// When it runs within its trace: the mean of its places, in hundredths.
    #[diesel(sql_type = BigInt)]
    pub turn: i64,
}

/// One run of a stage.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct SlowRun {
    #[diesel(sql_type = Text)]
    pub trace_id: String,
    #[diesel(sql_type = Text)]
    pub observation_id: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub workflow: Option<String>,
    #[diesel(sql_type = Text)]
    pub stage: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub agent: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub persona: Option<String>,
    /// Microseconds since 1970.
    #[diesel(sql_type = BigInt)]
    pub start_at: i64,
    /// Microseconds.
    #[diesel(sql_type = BigInt)]
    pub took: i64,
    /// The span below it that took the largest part.
    #[diesel(sql_type = Nullable<Text>)]
    pub most: Option<String>,
}

/// Gates that failed for one reason.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Failure {
    #[diesel(sql_type = Nullable<Text>)]
    pub workflow: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub stage: Option<String>,
    /// What the span says of its state.
    #[diesel(sql_type = Nullable<Text>)]
    pub reason: Option<String>,
    #[diesel(sql_type = BigInt)]
    pub n: i64,
}

/// How often a gate ended so.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct GateRow {
    #[diesel(sql_type = Nullable<Text>)]
    pub workflow: Option<String>,
    #[diesel(sql_type = Text)]
    pub stage: String,
    #[diesel(sql_type = Text)]
    pub gate: String,
    #[diesel(sql_type = BigInt)]
    pub n: i64,
}

/// Everything about personas at one moment.
pub fn personas(conn: &mut AnyConnection, question: &Question, now: Timestamp) -> Result<Personas> {
    let Question { project, from, to, .. } = *question;
    snapshot(conn, |conn| {
        let mut reader = Reader::of(conn, question)?;
        let (tokens, whole) = (reader.by(&[Dimension::Persona])?, reader.total()?);
        let mut budgets = standings(conn, project, now)?;
        budgets.retain(|it| it.budget.about.scope == Scope::Persona);
        Ok(Personas {
            switches: in_time(conn, project, Metric::PersonaSwitches, from, to)?,
            stays: in_time(conn, project, Metric::PersonaDuration, from, to)?,
            tokens,
            whole,
            budgets,
        })
    })
}

/// Everything about runs of workflows at one moment.
pub fn workflows(conn: &mut AnyConnection, question: &Question) -> Result<Workflows> {
    let Question { project, from, to, .. } = *question;
    snapshot(conn, |conn| {
        let whole = Reader::of(conn, question)?.total()?;
        let gates = in_time(conn, project, Metric::QualityGate, from, to)?;
        let is_few = count(conn, "observations", &of_stages(question), MOST_READ + 1)? <= MOST_READ;
        Ok(Workflows {
            runs: in_time(conn, project, Metric::WorkflowRuns, from, to)?,
            stages: in_time(conn, project, Metric::StageDuration, from, to)?,
            rows: is_few.then(|| StageRows::read(conn, question)).transpose()?,
            gates,
            whole,
        })
    })
}

impl StageRows {
    fn read(conn: &mut AnyConnection, question: &Question) -> Result<Self> {
        let mut spreads: Vec<Spread> = load(conn, spreads(question))?;
        let key = |it: &Spread| (it.workflow.clone(), it.turn, it.stage.clone());
        spreads.sort_by_key(key);
        let mut failures: Vec<Failure> = load(conn, failures(question))?;
        failures.sort_by(|a, b| {
            let names = |it: &Failure| (it.workflow.clone(), it.stage.clone(), it.reason.clone());
            b.n.cmp(&a.n).then_with(|| names(a).cmp(&names(b)))
        });
        let narrows = question.persona != Named::Anybody;
        let results = if narrows { load(conn, results(question))? } else { Vec::new() };
        Ok(Self { spreads, slowest: load(conn, slowest(question))?, failures, results })
    }
}

/// The rows of a time that were asked for.
fn of_time(question: &Question) -> Sql {
    let names = [("observations.persona", &question.persona), ("observations.workflow", &question.workflow)];
    let narrow = names.into_iter().filter_map(|(column, named)| match named {
        Named::Anybody => None,
        Named::Nobody => Some(Sql::new(column).sql(" IS NULL")),
        Named::Is(name) => Some(Sql::new(column).sql(" = ").text(name)),
    });
    let sql = Sql::new("observations.project = ").whole(question.project.0);
    let sql = sql.sql(" AND observations.start_at >= ").whole(question.from.0);
    let sql = sql.sql(" AND observations.start_at < ").whole(question.to.0);
    sql.sql(" AND ").clause(Sql::all(narrow.collect()))
}

/// Those of stages, as the index has them.
fn of_stages(question: &Question) -> Sql {
    of_time(question).sql(" AND observations.stage IS NOT NULL")
}

/// Runs of stages that ended: a span that says its stage itself and is not below another one of the same stage.
fn runs(question: &Question) -> Sql {
    of_stages(question).sql(
        " AND (observations.inherited & 16) = 0 AND observations.end_at >= observations.start_at AND NOT EXISTS \
         (SELECT 1 FROM observations AS above WHERE above.project = observations.project \
         AND above.trace_id = observations.trace_id AND above.observation_id = observations.parent_id \
         AND above.stage = observations.stage AND COALESCE(above.workflow, '') = COALESCE(observations.workflow, ''))",
    )
}

fn spreads(question: &Question) -> Sql {
    let timed = "WITH timed AS (SELECT observations.workflow AS workflow, observations.stage AS stage, \
         observations.end_at - observations.start_at AS took, ROW_NUMBER() OVER (PARTITION BY observations.trace_id \
         ORDER BY observations.start_at, observations.observation_id) AS turn FROM observations WHERE ";
    let placed = "), placed AS (SELECT workflow, stage, took, turn, \
         ROW_NUMBER() OVER (PARTITION BY workflow, stage ORDER BY took) AS place, \
         COUNT(*) OVER (PARTITION BY workflow, stage) AS total FROM timed) \
         SELECT workflow, stage, CAST(MAX(total) AS BIGINT) AS runs, \
         CAST(MAX(CASE WHEN place = (total * 50 + 99) / 100 THEN took END) AS BIGINT) AS p50, \
         CAST(MAX(CASE WHEN place = (total * 95 + 99) / 100 THEN took END) AS BIGINT) AS p95, \
         CAST(SUM(turn) * 100 / MAX(total) AS BIGINT) AS turn FROM placed GROUP BY workflow, stage";
    Sql::new(timed).then(runs(question)).sql(placed)
}

fn slowest(question: &Question) -> Sql {
    let sql = Sql::new(
        "SELECT slow.trace_id, slow.observation_id, slow.workflow, slow.stage, slow.agent, slow.persona, slow.start_at, \
         slow.took, (SELECT below.name FROM observations AS below WHERE below.project = ",
    )
    .whole(question.project.0);
    let sql = sql.sql(
        " AND below.trace_id = slow.trace_id AND below.parent_id = slow.observation_id AND below.end_at >= below.start_at \
         ORDER BY below.end_at - below.start_at DESC, below.observation_id LIMIT 1) AS most \
         FROM (SELECT observations.trace_id, observations.observation_id, observations.workflow, observations.stage, \
         observations.agent, observations.persona, observations.start_at, \
         observations.end_at - observations.start_at AS took FROM observations WHERE ",
    );
    sql.then(runs(question))
        .sql(" ORDER BY took DESC, observations.trace_id, observations.observation_id LIMIT ")
        .whole(MOST_SLOW)
        .sql(") AS slow ORDER BY slow.took DESC, slow.trace_id, slow.observation_id")
}

fn failures(question: &Question) -> Sql {
    let select = "SELECT observations.workflow AS workflow, observations.stage AS stage, \
         observations.status_message AS reason, COUNT(*) AS n FROM observations WHERE ";
    Sql::new(select)
        .then(of_time(question))
        .sql(" AND observations.gate = 'failed' GROUP BY 1, 2, 3 ORDER BY 4 DESC LIMIT ")
        .whole(MOST_KINDS)
}

fn results(question: &Question) -> Sql {
    let select = "SELECT observations.workflow AS workflow, observations.stage AS stage, observations.gate AS gate, \
         COUNT(*) AS n FROM observations WHERE ";
    Sql::new(select)
        .then(of_stages(question))
        .sql(" AND observations.gate IN ('passed', 'failed') GROUP BY 1, 2, 3")
}
