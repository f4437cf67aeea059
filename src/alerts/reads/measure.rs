//! What is measured for the seven rules, in one pass over a project.
//!
//! The last hour and the last five minutes are those before this very moment, so they are read from the rows that began in them, by the
//! index of their starts; sums by hour know whole hours only.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};

use crate::alerts::job::Watched;
use crate::alerts::model::{DAY, HOUR, MINUTE, Measure, Rule, Unit, lasting};
use crate::budgets::{self, Standing};
use crate::db::AnyConnection;
use crate::db::sql::{Sql, load, numbers};
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::jobs::State;
use crate::jobs::reads::{ScheduleStatus, schedule, schedules_of};
use crate::web::format::number;

/// The installation, whose schedules keep up the sums.
const INSTALLATION: ProjectKey = ProjectKey(0);
/// The time over which switches are counted.
const SWITCHES_OVER: i64 = 5 * MINUTE;
/// As many traces in the same minutes of an earlier day mean that traces usually arrive then.
const USUAL: i64 = 3;
/// The same minutes a week before, where the project is that old; else the day before.
const EARLIER: [i64; 2] = [7 * DAY, DAY];

/// Everything that can be measured now.
pub(in crate::alerts) fn measure(
    conn: &mut AnyConnection,
    project: ProjectKey,
    watched: Watched,
    now: Timestamp,
) -> Result<Vec<Measure>> {
    let mut all = Vec::new();
    for standing in budgets::reads::standings(conn, project, now)? {
        all.extend(of_budget(&standing, now));
    }
    all.extend(sums(conn, watched, now)?);
    all.extend(gates(conn, project, now)?);
    all.push(switches(conn, project, now)?);
    all.extend(stages(conn, project, now)?);
    all.extend(arrivals(conn, project, now)?);
    all.extend(pulls(conn, project, watched, now)?);
    Ok(all)
}

/// What is left of a budget, and when it is used up.
fn of_budget(standing: &Standing, now: Timestamp) -> Vec<Measure> {
    let about = &standing.budget.about;
    let unit = match about.unit {
        budgets::Unit::Tokens => Unit::Tokens,
        budgets::Unit::Money => Unit::NanoDollars,
    };
    let whose = match about.scope {
        budgets::Scope::Project => "the project".to_owned(),
        scope => format!("{} {}", scope.as_str(), about.name),
    };
    let kind = if unit == Unit::Tokens { "tokens" } else { "money" };
    let subject = format!("{whose}, {kind} by {}", about.period.as_str());
    let amount = unit.shown(standing.budget.terms.amount);
    let left = standing.remaining;
    let said = if left < 0 {
        format!("{whose} is {} over its {amount}", unit.shown(left.saturating_neg()))
    } else {
        format!("{whose} has {} left of its {amount}", unit.shown(left))
    };
    let exceeded =
        Measure { rule: Rule::TokenBudgetExceeded, subject: subject.clone(), value: left, unit, said };
    // What is used up to the last lasts no more; of what is over, the other rule tells.
    let lasts = match left {
        ..0 => None,
        0 => Some(0),
        _ => standing.exhausted_at.map(|at| at.micros_since(now).max(0)),
    };
    let predicted = lasts.map(|value| Measure {
        rule: Rule::TokenBudgetDepletionPredicted,
        subject,
        value,
        unit: Unit::Microseconds,
        said: if left == 0 {
            format!("nothing is left of the {amount} of {whose}")
        } else {
            format!("the {amount} of {whose} are predicted to be used up in {}", lasting(value))
        },
    });
    [Some(exceeded), predicted].into_iter().flatten().collect()
}

/// Since when the sums behind `/metrics` were not brought up to date: of those that a schedule keeps up, the one that is furthest
/// behind.
fn sums(conn: &mut AnyConnection, watched: Watched, now: Timestamp) -> Result<Option<Measure>> {
    let mut behind: Option<i64> = None;
    for name in watched.sums {
        let Some(status) = schedule(conn, INSTALLATION, name)? else { continue };
        let since = kept_up_until(&status);
        behind = behind.max(since.map(|since| now.micros_since(since).max(0)));
    }
    Ok(behind.map(|value| Measure {
        rule: Rule::HypertoolMetricsNotReported,
        subject: String::new(),
        value,
        unit: Unit::Microseconds,
        said: format!("the sums behind /metrics were brought up to date {} ago", lasting(value)),
    }))
}

/// When the last run ended well; where it did not, or has not yet, when it was asked for.
fn kept_up_until(status: &ScheduleStatus) -> Option<Timestamp> {
    match (&status.paused, &status.job) {
        (Some((at, _)), _) => Some(*at),
        (None, Some(job)) if job.state() == State::Done => job.finished_at,
        (None, Some(job)) => Some(job.created_at),
        (None, None) => status.last_run,
    }
}

#[derive(QueryableByName)]
struct Gates {
    #[diesel(sql_type = Text)]
    workflow: String,
    #[diesel(sql_type = BigInt)]
    failed: i64,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Gates that failed in the last hour, by workflow.
fn gates(conn: &mut AnyConnection, project: ProjectKey, now: Timestamp) -> Result<Vec<Measure>> {
    let select = "SELECT COALESCE(observations.workflow, '(none)') AS workflow, \
        CAST(SUM(CASE WHEN observations.gate = 'failed' THEN 1 ELSE 0 END) AS BIGINT) AS failed, \
        CAST(COUNT(*) AS BIGINT) AS n FROM observations WHERE ";
    let sql = Sql::new(select).then(began(project, HOUR, now));
    let found: Vec<Gates> = load(conn, sql.sql(" AND observations.gate IN ('passed', 'failed') GROUP BY 1"))?;
    let measure = |Gates { workflow, failed, n }: Gates| Measure {
        rule: Rule::HighQualityGateFailureRate,
        subject: format!("workflow {workflow}"),
        value: failed.saturating_mul(1_000) / n.max(1),
        unit: Unit::PerMille,
        said: format!("{workflow}: {} of {} gates failed in the last hour", number(failed), number(n)),
    };
    Ok(found.into_iter().map(measure).collect())
}

/// Switches between personas a second, all traces together: within a trace what bears a persona follows each other by its start, the
/// first comes from none.
fn switches(conn: &mut AnyConnection, project: ProjectKey, now: Timestamp) -> Result<Measure> {
    let bearing = "WITH bearing AS (SELECT observations.start_at AS start_at, observations.persona AS persona, \
        LAG(observations.persona) OVER (PARTITION BY observations.trace_id \
        ORDER BY observations.start_at, observations.observation_id) AS earlier FROM observations WHERE ";
    let bears = " AND observations.persona IS NOT NULL AND ((observations.kind = 'GENERATION' AND observations.counted) \
        OR (observations.stage IS NOT NULL AND (observations.inherited & 16) = 0))) \
        SELECT CAST(COUNT(*) AS BIGINT) FROM bearing WHERE (bearing.earlier IS NULL OR bearing.earlier <> bearing.persona) \
        AND bearing.start_at > ";
    let sql = Sql::new(bearing).then(began(project, HOUR, now)).sql(bears);
    let sql = sql.whole(now.plus_micros(-SWITCHES_OVER).0);
    let count = numbers(conn, sql)?.first().copied().unwrap_or_default();
    Ok(Measure {
        rule: Rule::ExcessivePersonaSwitching,
        subject: String::new(),
        value: count.saturating_mul(1_000) / (SWITCHES_OVER / 1_000_000),
        unit: Unit::ThousandthsPerSecond,
        said: format!("{} switches in the last 5\u{a0}minutes", number(count)),
    })
}

#[derive(QueryableByName)]
struct Stages {
    #[diesel(sql_type = Text)]
    workflow: String,
    #[diesel(sql_type = Text)]
    stage: String,
    #[diesel(sql_type = BigInt)]
    p95: i64,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// What 95 of 100 runs of a stage in the last hour were not slower than (nearest rank). A run is a span that says its stage itself
/// and is not below one of the same workflow and stage.
fn stages(conn: &mut AnyConnection, project: ProjectKey, now: Timestamp) -> Result<Vec<Measure>> {
    let runs = "WITH runs AS (SELECT COALESCE(observations.workflow, '(none)') AS workflow, observations.stage AS stage, \
        observations.end_at - observations.start_at AS took FROM observations LEFT JOIN observations AS above \
        ON above.project = observations.project AND above.trace_id = observations.trace_id \
        AND above.observation_id = observations.parent_id WHERE ";
    let placed = " AND observations.stage IS NOT NULL AND (observations.inherited & 16) = 0 \
        AND observations.end_at >= observations.start_at \
        AND (above.stage IS NULL OR above.stage <> observations.stage \
        OR COALESCE(above.workflow, '') <> COALESCE(observations.workflow, ''))), \
        placed AS (SELECT workflow, stage, took, ROW_NUMBER() OVER (PARTITION BY workflow, stage ORDER BY took) AS place, \
        COUNT(*) OVER (PARTITION BY workflow, stage) AS total FROM runs) \
        SELECT workflow, stage, CAST(MAX(CASE WHEN place = (total * 95 + 99) / 100 THEN took END) AS BIGINT) AS p95, \
        CAST(MAX(total) AS BIGINT) AS n FROM placed GROUP BY workflow, stage";
    let found: Vec<Stages> = load(conn, Sql::new(runs).then(began(project, HOUR, now)).sql(placed))?;
    let measure = |Stages { workflow, stage, p95, n }: Stages| Measure {
        rule: Rule::SlowWorkflowStage,
        said: format!("95\u{a0}% of {} runs of stage {stage} took up to {}", number(n), lasting(p95)),
        subject: format!("stage {stage} of {workflow}"),
        value: p95,
        unit: Unit::Microseconds,
    };
    Ok(found.into_iter().map(measure).collect())
}

/// Rows that began in so many microseconds up to now.
fn began(project: ProjectKey, over: i64, now: Timestamp) -> Sql {
    let sql = Sql::new("observations.project = ").whole(project.0);
    let sql = sql.sql(" AND observations.start_at > ").whole(now.plus_micros(-over).0);
    sql.sql(" AND observations.start_at <= ").whole(now.0)
}

/// Since when no trace arrives, by the start of the last one. Where an earlier day was as quiet after that time of day, quiet is
/// usual and says nothing: a plant that rests at night does not fail every night.
fn arrivals(conn: &mut AnyConnection, project: ProjectKey, now: Timestamp) -> Result<Option<Measure>> {
    let last = Sql::new("SELECT COALESCE(MAX(traces.start_at), -1) FROM traces WHERE traces.project = ");
    let last = last.whole(project.0).sql(" AND traces.start_at <= ").whole(now.0);
    let last = numbers(conn, last)?.first().copied().filter(|at| *at >= 0).map(Timestamp);
    let Some(last) = last.filter(|last| now.micros_since(*last) <= 7 * DAY) else { return Ok(None) };
    let rule = Rule::LangfuseIntegrationFailing;
    let value = now.micros_since(last);
    if rule.is_broken_by(value) && !is_usual(conn, project, last)? {
        return Ok(None);
    }
    Ok(Some(Measure {
        rule,
        subject: String::new(),
        value,
        unit: Unit::Microseconds,
        said: format!("the last trace began {} ago", lasting(value)),
    }))
}

/// Whether traces usually arrive in the minutes after which quiet breaks the rule.
fn is_usual(conn: &mut AnyConnection, project: ProjectKey, last: Timestamp) -> Result<bool> {
    let [week, day] = EARLIER;
    let is_old = begun(conn, project, Timestamp(0), last.plus_micros(-week))? > 0;
    let earlier = last.plus_micros(if is_old { -week } else { -day });
    let until = earlier.plus_micros(Rule::LangfuseIntegrationFailing.threshold());
    Ok(begun(conn, project, earlier, until)? >= USUAL)
}

/// How many traces began between two moments, counted up to [`USUAL`].
fn begun(conn: &mut AnyConnection, project: ProjectKey, after: Timestamp, until: Timestamp) -> Result<i64> {
    let sql = Sql::new("SELECT COUNT(*) FROM (SELECT 1 FROM traces WHERE traces.project = ").whole(project.0);
    let sql =
        sql.sql(" AND traces.start_at > ").whole(after.0).sql(" AND traces.start_at <= ").whole(until.0);
    let sql = sql.sql(" LIMIT ").whole(USUAL).sql(") AS counted");
    Ok(numbers(conn, sql)?.first().copied().unwrap_or_default())
}

/// Since when pulls from other servers fail, one subject a source that is pulled by itself.
fn pulls(
    conn: &mut AnyConnection,
    project: ProjectKey,
    watched: Watched,
    now: Timestamp,
) -> Result<Vec<Measure>> {
    let mut failing = Vec::new();
    for status in schedules_of(conn, &[project])? {
        let Some(job) = status.job.filter(|_| status.kind == watched.pulls && status.paused.is_none()) else {
            continue;
        };
        let has_failed = job.state() != State::Done && job.last_error.is_some();
        let value = if has_failed { now.micros_since(job.created_at).max(0) } else { 0 };
        let said = if has_failed {
            format!("a pull that was asked for {} ago does not succeed", lasting(value))
        } else {
            "the last pull succeeded or is under way".to_owned()
        };
        failing.push(Measure {
            rule: Rule::LangfuseIntegrationFailing,
            subject: format!("source {}", status.name.rsplit(':').next().unwrap_or_default()),
            value,
            unit: Unit::Microseconds,
            said,
        });
    }
    Ok(failing)
}
