//! What is read: sums that follow the rows, and the rows themselves where they are few or an index leads to the ones that are shown.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

use crate::budgets::{Scope, Standing, standings};
use crate::db::sql::{Sql, load};
use crate::db::{AnyConnection, snapshot};
use crate::fleet::model::{Dimension, Group, NONE, Named, Question, Sums};
use crate::fleet::reads::{Reader, quantile_of, spent};
use crate::foundation::{Result, Timestamp};
use crate::series::{Metric, Step, Sum, in_time};

use super::model::{Bins, HOUR, Measured, is_named, label};

/// Runs of stages that are looked at one by one; of more, buckets tell how long they took.
pub const MOST_READ: i64 = 2_000;
/// The last hours, the one that runs among them, in microseconds.
const LATELY: i64 = 2 * HOUR;
/// Single runs that are shown.
pub const MOST_SLOW: i64 = 10;
/// The moment of a row.
const START: &str = "observations.start_at";
/// Failed gates whose reasons are counted, the newest.
pub const MOST_FAILED: i64 = 1_000;

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
    /// The same of the last two hours.
    pub late_gates: Measured,
    pub rows: StageRows,
    /// All calls.
    pub whole: Sums,
    /// How long stages took, only for whose they are.
    pub stages: Measured,
}

/// Runs of stages, and what only rows tell.
#[derive(Clone, Debug)]
pub struct StageRows {
    pub spreads: Vec<Spread>,
    pub slowest: Vec<SlowRun>,
    pub failures: Vec<Failure>,
    /// Results of gates, where a persona narrows, which their sums do not know; none where too many rows would have to be read.
    pub results: Option<Vec<GateRow>>,
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
    /// When it runs within its trace: the mean of its places, in hundredths; 0 where that is not known.
    #[diesel(sql_type = BigInt)]
    pub turn: i64,
    /// Whether the times are told from buckets.
    #[diesel(sql_type = Bool)]
    pub is_about: bool,
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
    let time = (from, to);
    let step = Bins::of(from, to).step();
    snapshot(conn, |conn| {
        let reader = Reader::of(conn, question)?;
        let (tokens, whole) = (reader.by(&[Dimension::Persona]), reader.total());
        let mut budgets = standings(conn, project, now)?;
        budgets.retain(|it| it.budget.about.scope == Scope::Persona);
        Ok(Personas {
            switches: in_time(conn, project, Metric::PersonaSwitches, time, step)?,
            stays: in_time(conn, project, Metric::PersonaDuration, time, step)?,
            tokens,
            whole,
            budgets,
        })
    })
}

/// Everything about runs of workflows at one moment.
pub fn workflows(conn: &mut AnyConnection, question: &Question) -> Result<Workflows> {
    let Question { project, from, to, .. } = *question;
    let (time, late) = ((from, to), (to.plus_micros(-LATELY).max(from), to));
    let step = Bins::of(from, to).step();
    snapshot(conn, |conn| {
        let stages = in_time(conn, project, Metric::StageDuration, time, step)?;
        Ok(Workflows {
            whole: spent(conn, question)?,
            gates: in_time(conn, project, Metric::QualityGate, time, step)?,
            late_gates: in_time(conn, project, Metric::QualityGate, late, Step::Hour)?,
            runs: in_time(conn, project, Metric::WorkflowRuns, time, step)?,
            rows: StageRows::read(conn, question, &stages)?,
            stages,
        })
    })
}

impl StageRows {
    fn read(conn: &mut AnyConnection, question: &Question, stages: &Measured) -> Result<Self> {
        let mut spreads = in_buckets(stages, question);
        let is_few = spreads.iter().map(|it| it.runs).sum::<i64>() <= MOST_READ;
        if is_few {
            spreads = load(conn, self::spreads(question))?;
        }
        let key = |it: &Spread| (it.workflow.clone(), it.turn, it.stage.clone());
        spreads.sort_by_key(key);
        let mut failures: Vec<Failure> = load(conn, failures(question))?;
        failures.sort_by(|a, b| {
            let names = |it: &Failure| (it.workflow.clone(), it.stage.clone(), it.reason.clone());
            b.n.cmp(&a.n).then_with(|| names(a).cmp(&names(b)))
        });
        let narrows = question.persona != Named::Anybody;
        let results = match (narrows, is_few) {
            (false, _) => Some(Vec::new()),
            (true, true) => Some(load(conn, results(question))?),
            (true, false) => None,
        };
        Ok(Self { spreads, slowest: load(conn, slowest(question, is_few))?, failures, results })
    }
}

/// Runs of stages as their sums tell them.
fn in_buckets(stages: &Measured, question: &Question) -> Vec<Spread> {
    let mut found: BTreeMap<(&str, &str), Sum> = BTreeMap::new();
    for (_, series, sum) in stages {
        let [workflow, stage, persona] = [0, 1, 2].map(|place| label(series, place));
        if is_named(&question.workflow, workflow) && is_named(&question.persona, persona) {
            found.entry((workflow, stage)).or_default().add(sum);
        }
    }
    let spread = |((workflow, stage), sum): ((&str, &str), Sum)| {
        let at = |share| quantile_of(Metric::StageDuration, &sum, share);
        Some(Spread {
            workflow: (workflow != NONE).then(|| workflow.to_owned()),
            stage: stage.to_owned(),
            runs: sum.timed(),
            p50: at(50)?,
            p95: at(95)?,
            turn: 0,
            is_about: true,
        })
    };
    found.into_iter().filter_map(spread).collect()
}

/// The rows of a time that were asked for; `start` is their moment, or a sum of it where its index is not to be taken.
fn of_time(question: &Question, start: &str) -> Sql {
    let names = [("observations.persona", &question.persona), ("observations.workflow", &question.workflow)];
    let narrow = names.into_iter().filter_map(|(column, named)| match named {
        Named::Anybody => None,
        Named::Nobody => Some(Sql::new(column).sql(" IS NULL")),
        Named::Is(name) => Some(Sql::new(column).sql(" = ").text(name)),
    });
    let sql = Sql::new("observations.project = ").whole(question.project.0);
    let sql = sql.sql(format!(" AND {start} >= ")).whole(question.from.0);
    let sql = sql.sql(format!(" AND {start} < ")).whole(question.to.0);
    sql.sql(" AND ").clause(Sql::all(narrow.collect()))
}

/// Those of stages, as the index has them.
fn of_stages(question: &Question) -> Sql {
    of_time(question, START).sql(" AND observations.stage IS NOT NULL")
}

/// Runs of stages that ended: a span that says its stage itself and is not below another one of the same stage.
fn runs(question: &Question, start: &str) -> Sql {
    of_time(question, start).sql(
        " AND observations.stage IS NOT NULL AND (observations.inherited & 16) = 0 AND observations.end_at >= observations.start_at AND NOT EXISTS \
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
         CAST(SUM(turn) * 100 / MAX(total) AS BIGINT) AS turn, \
         (1 = 0) AS is_about FROM placed GROUP BY workflow, stage";
    Sql::new(timed).then(runs(question, START)).sql(placed)
}

/// Few are ordered; of many the index of how long they took is gone through from its end until enough are found.
fn slowest(question: &Question, is_few: bool) -> Sql {
    let start = if is_few { START } else { "observations.start_at + 0" };
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
    sql.then(runs(question, start))
        .sql(" ORDER BY observations.end_at - observations.start_at DESC, observations.trace_id, observations.observation_id LIMIT ")
        .whole(MOST_SLOW)
        .sql(") AS slow ORDER BY slow.took DESC, slow.trace_id, slow.observation_id")
}

fn failures(question: &Question) -> Sql {
    let select = "SELECT failed.workflow AS workflow, failed.stage AS stage, failed.reason AS reason, COUNT(*) AS n FROM \
         (SELECT observations.workflow AS workflow, observations.stage AS stage, observations.status_message AS reason \
         FROM observations WHERE ";
    Sql::new(select)
        .then(of_time(question, START))
        .sql(" AND observations.gate = 'failed' ORDER BY observations.start_at DESC LIMIT ")
        .whole(MOST_FAILED)
        .sql(") AS failed GROUP BY 1, 2, 3")
}

fn results(question: &Question) -> Sql {
    let select = "SELECT observations.workflow AS workflow, observations.stage AS stage, observations.gate AS gate, \
         COUNT(*) AS n FROM observations WHERE ";
    Sql::new(select)
        .then(of_stages(question))
        .sql(" AND observations.gate IN ('passed', 'failed') GROUP BY 1, 2, 3")
}
