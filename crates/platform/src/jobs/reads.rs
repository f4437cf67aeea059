//! Read models for the page of jobs.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, SmallInt, Text};

use crate::db::AnyConnection;
use crate::db::schema::{jobs, schedules};
use crate::db::sql::{self, Sql};
use crate::foundation::{ProjectKey, Result, Timestamp};

use super::model::{JobId, State, Tier, When};
use super::scheduler::schedule_key;

/// A job as stored, without its payload.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = jobs)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct JobRow {
    pub id: JobId,
    /// Its project; 0 is the installation.
    pub project: ProjectKey,
    pub kind: String,
    tier: i16,
    state: String,
    /// Not before.
    pub run_at: Timestamp,
    /// Attempts so far, with the one under way.
    pub attempts: i64,
    /// Attempts until it is dead.
    pub max_attempts: i64,
    /// Since when it is in the queue.
    pub created_at: Timestamp,
    /// When the last run began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// Why the last run failed.
    pub last_error: Option<String>,
    /// How much is done.
    pub progress_done: Option<i64>,
    /// 0 is unknown.
    pub progress_total: Option<i64>,
    pub progress_text: Option<String>,
    /// Since when somebody wants it to end.
    pub cancel_asked_at: Option<Timestamp>,
}

impl JobRow {
    /// How urgent.
    pub fn tier(&self) -> Tier {
        Tier::from_stored(self.tier)
    }

    /// Where it stands.
    pub fn state(&self) -> State {
        State::from_stored(&self.state)
    }

    /// Done and total, when both are known.
    pub fn bar(&self) -> Option<(i64, i64)> {
        self.progress_done.zip(self.progress_total.filter(|total| *total > 0))
    }
}

/// How many jobs of a tier stand in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    pub state: State,
    pub tier: Tier,
    pub jobs: i64,
}

/// Counts by state and tier, over these projects.
pub fn counts(conn: &mut AnyConnection, projects: &[ProjectKey]) -> Result<Vec<Count>> {
    let keys: Vec<i64> = projects.iter().map(|project| project.0).collect();
    let rows: Vec<(String, i16, i64)> = jobs::table
        .filter(jobs::project.eq_any(keys))
        .group_by((jobs::state, jobs::tier))
        .select((jobs::state, jobs::tier, diesel::dsl::count_star()))
        .load(conn)?;
    let count = |(state, tier, jobs): (String, i16, i64)| Count {
        state: State::from_stored(&state),
        tier: Tier::from_stored(tier),
        jobs,
    };
    Ok(rows.into_iter().map(count).collect())
}

/// The waiting jobs of a tier, over all projects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Depth {
    pub tier: Tier,
    pub jobs: i64,
    /// When the first of them may run, or might have.
    pub first_at: Timestamp,
}

#[derive(QueryableByName)]
struct DepthRow {
    #[diesel(sql_type = SmallInt)]
    tier: i16,
    #[diesel(sql_type = BigInt)]
    jobs: i64,
    #[diesel(sql_type = BigInt)]
    first_at: i64,
}

/// How deep the queue is in each tier in which anything waits, also for a later moment; off the index of what waits.
pub fn depths(conn: &mut AnyConnection) -> Result<Vec<Depth>> {
    let asking = "SELECT tier, COUNT(*) AS jobs, MIN(run_at) AS first_at FROM jobs \
         WHERE state = 'waiting' GROUP BY tier";
    let rows: Vec<DepthRow> = sql::load(conn, Sql::new(asking))?;
    let depth = |row: DepthRow| Depth {
        tier: Tier::from_stored(row.tier),
        jobs: row.jobs,
        first_at: Timestamp(row.first_at),
    };
    Ok(rows.into_iter().map(depth).collect())
}

#[derive(QueryableByName)]
struct StateRow {
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = BigInt)]
    jobs: i64,
}

/// How many jobs run now, and how many are dead, over all projects. The projects are named, because the index that
/// knows a state begins with them; 0 is the installation's own.
pub fn running_and_dead(conn: &mut AnyConnection) -> Result<(i64, i64)> {
    let asking = "SELECT state, COUNT(*) AS jobs FROM jobs WHERE state IN ('running', 'dead') \
         AND project IN (SELECT key FROM projects UNION ALL SELECT 0) GROUP BY state";
    let rows: Vec<StateRow> = sql::load(conn, Sql::new(asking))?;
    let of = |state: State| -> i64 {
        rows.iter().filter(|row| row.state == state.as_str()).map(|row| row.jobs).sum()
    };
    Ok((of(State::Running), of(State::Dead)))
}

/// What the list is narrowed to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only this state; none means all that are not ended well.
    pub state: Option<State>,
    pub tier: Option<Tier>,
}

/// Jobs of these projects, newest first.
pub fn list(
    conn: &mut AnyConnection,
    projects: &[ProjectKey],
    filter: Filter,
    limit: i64,
) -> Result<Vec<JobRow>> {
    let keys: Vec<i64> = projects.iter().map(|project| project.0).collect();
    let tiers: Vec<i16> = Tier::ALL
        .into_iter()
        .filter(|tier| filter.tier.is_none_or(|only| only == *tier))
        .map(Tier::number)
        .collect();
    let states: Vec<&str> = match filter.state {
        Some(state) => vec![state.as_str()],
        None => [State::Running, State::Waiting, State::Dead].map(State::as_str).to_vec(),
    };
    Ok(jobs::table
        .filter(jobs::project.eq_any(keys))
        .filter(jobs::state.eq_any(states))
        .filter(jobs::tier.eq_any(tiers))
        .order(jobs::id.desc())
        .limit(limit)
        .select(JobRow::as_select())
        .load(conn)?)
}

/// The newest job that has this dedup key, ended or not.
pub fn newest_with_key(
    conn: &mut AnyConnection,
    project: ProjectKey,
    kind: &str,
    key: &str,
) -> Result<Option<JobRow>> {
    Ok(jobs::table
        .filter(jobs::project.eq(project.0))
        .filter(jobs::kind.eq(kind))
        .filter(jobs::dedup_key.eq(key))
        .order(jobs::id.desc())
        .select(JobRow::as_select())
        .first(conn)
        .optional()?)
}

/// One job by its id.
pub fn job(conn: &mut AnyConnection, id: &JobId) -> Result<Option<JobRow>> {
    Ok(jobs::table.find(&id.0).select(JobRow::as_select()).first(conn).optional()?)
}

/// What a job was enqueued with.
pub fn payload(conn: &mut AnyConnection, id: &JobId) -> Result<String> {
    Ok(jobs::table.find(&id.0).select(jobs::payload).first(conn).optional()?.unwrap_or_default())
}

/// A schedule with its last run, its next one and who paused it.
#[derive(Clone, Debug)]
pub struct ScheduleStatus {
    /// Its project; 0 is the installation.
    pub project: ProjectKey,
    pub name: String,
    /// What it enqueues.
    pub kind: String,
    pub payload: String,
    pub when: When,
    pub last_run: Option<Timestamp>,
    /// The next one, unless it is paused.
    pub next_run: Timestamp,
    /// Since when it is paused, and by whom.
    pub paused: Option<(Timestamp, String)>,
    /// The job of its last run, while it is remembered.
    pub job: Option<JobRow>,
}

/// The schedules of these projects, by name.
pub fn schedules_of(conn: &mut AnyConnection, projects: &[ProjectKey]) -> Result<Vec<ScheduleStatus>> {
    let keys: Vec<i64> = projects.iter().map(|project| project.0).collect();
    let rows: Vec<StoredSchedule> = schedules::table
        .filter(schedules::project.eq_any(keys))
        .order((schedules::name, schedules::project))
        .select(StoredSchedule::as_select())
        .load(conn)?;
    rows.into_iter().map(|row| schedule_status(conn, row)).collect()
}

/// One schedule of a project.
pub fn schedule(conn: &mut AnyConnection, project: ProjectKey, name: &str) -> Result<Option<ScheduleStatus>> {
    let row = schedules::table.find((project.0, name)).select(StoredSchedule::as_select()).first(conn);
    row.optional()?.map(|row| schedule_status(conn, row)).transpose()
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = schedules)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
struct StoredSchedule {
    project: ProjectKey,
    name: String,
    kind: String,
    payload: String,
    every_micros: Option<i64>,
    daily_minute: Option<i64>,
    last_run: Option<Timestamp>,
    next_run: Timestamp,
    paused_at: Option<Timestamp>,
    paused_by: Option<String>,
}

fn schedule_status(conn: &mut AnyConnection, row: StoredSchedule) -> Result<ScheduleStatus> {
    Ok(ScheduleStatus {
        job: newest_with_key(conn, row.project, &row.kind, &schedule_key(&row.name))?,
        when: When::from_stored(row.every_micros, row.daily_minute),
        paused: row.paused_at.map(|at| (at, row.paused_by.unwrap_or_default())),
        project: row.project,
        name: row.name,
        kind: row.kind,
        payload: row.payload,
        last_run: row.last_run,
        next_run: row.next_run,
    })
}
