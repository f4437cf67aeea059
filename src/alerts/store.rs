//! Rows of alerts, of what happened to them, and of when the rules were looked at.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::evaluate::Key;
use super::model::{DAY, Measure, Rule, Silence, Taken, Unit};
use crate::db::schema::{alert_changes, alert_checks, alerts};
use crate::db::sql::{Sql, numbers};
use crate::db::{AnyConnection, Tx, locks};
use crate::foundation::{ProjectKey, Result, Timestamp};

/// An alert as the events left it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = alerts, treat_none_as_default_value = false)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub(super) struct AlertRow {
    pub(super) project: ProjectKey,
    pub(super) alert_id: String,
    pub(super) rule: String,
    pub(super) subject: String,
    pub(super) firing_since: Option<Timestamp>,
    pub(super) resolved_at: Option<Timestamp>,
    pub(super) value: i64,
    pub(super) unit: String,
    pub(super) said: String,
    pub(super) taken_at: Option<Timestamp>,
    pub(super) taken_by: Option<String>,
    pub(super) taken_name: Option<String>,
    pub(super) silenced_at: Option<Timestamp>,
    pub(super) silenced_until: Option<Timestamp>,
    pub(super) silenced_by: Option<String>,
    pub(super) silenced_name: Option<String>,
    pub(super) silence_reason: Option<String>,
}

impl AlertRow {
    /// One to which nothing happened yet.
    pub(super) fn new(project: ProjectKey, id: &str, rule: Rule, subject: &str) -> Self {
        Self {
            project,
            alert_id: id.to_owned(),
            rule: rule.as_str().to_owned(),
            subject: subject.to_owned(),
            firing_since: None,
            resolved_at: None,
            value: rule.threshold(),
            unit: Unit::Tokens.as_str().to_owned(),
            said: String::new(),
            taken_at: None,
            taken_by: None,
            taken_name: None,
            silenced_at: None,
            silenced_until: None,
            silenced_by: None,
            silenced_name: None,
            silence_reason: None,
        }
    }

    /// Its rule and subject; none where a newer build knows a rule that this one does not.
    pub(super) fn key(&self) -> Option<Key> {
        Some((Rule::read(&self.rule)?, self.subject.clone()))
    }

    /// What was measured when it fired last; none where it never did.
    pub(super) fn measure(&self, rule: Rule) -> Option<Measure> {
        let has_fired = self.firing_since.is_some() || self.resolved_at.is_some();
        has_fired.then(|| Measure {
            rule,
            subject: self.subject.clone(),
            value: self.value,
            unit: Unit::from_stored(&self.unit),
            said: self.said.clone(),
        })
    }

    pub(super) fn taken(&self) -> Option<Taken> {
        let name = self.taken_name.clone().unwrap_or_default();
        Some(Taken { by: self.taken_by.clone()?, name, at: self.taken_at? })
    }

    pub(super) fn silence(&self) -> Option<Silence> {
        Some(Silence {
            by: self.silenced_by.clone()?,
            name: self.silenced_name.clone().unwrap_or_default(),
            at: self.silenced_at?,
            until: self.silenced_until?,
            reason: self.silence_reason.clone().unwrap_or_default(),
        })
    }
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = alert_changes, treat_none_as_default_value = false)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct ChangeRow {
    pub project: ProjectKey,
    pub event_id: String,
    pub alert_id: String,
    pub rule: String,
    pub subject: String,
    /// The event's.
    pub kind: String,
    pub at: Timestamp,
    pub by_id: String,
    pub by_name: String,
    pub said: String,
    /// When a silence ends, or since when what is over had fired.
    pub until: Option<Timestamp>,
}

/// What waits, until it fires or is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct WatchedAlert {
    pub(super) id: String,
    pub(super) rule: Rule,
    pub(super) subject: String,
    pub(super) pending_since: Option<Timestamp>,
    pub(super) clear_since: Option<Timestamp>,
}

/// The last look at a project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Check {
    pub(super) checked_at: Timestamp,
    pub(super) measured: Vec<Measure>,
    pub(super) watched: Vec<WatchedAlert>,
}

/// Whoever changes alerts of a project takes turns until COMMIT.
pub(super) fn take_turn(tx: &mut Tx<'_>, project: ProjectKey) -> Result<()> {
    locks::take_turn(tx, locks::turn(project, "alerts", ""))
}

/// All alerts of a project to which anything ever happened.
pub(super) fn rows(conn: &mut AnyConnection, project: ProjectKey) -> Result<Vec<AlertRow>> {
    Ok(alerts::table
        .filter(alerts::project.eq(project))
        .order((alerts::rule.asc(), alerts::subject.asc()))
        .select(AlertRow::as_select())
        .load(conn)?)
}

/// One of them.
pub(super) fn row(conn: &mut AnyConnection, project: ProjectKey, id: &str) -> Result<Option<AlertRow>> {
    Ok(alerts::table.find((project, id)).select(AlertRow::as_select()).first(conn).optional()?)
}

/// Puts it in the place of what is there.
pub(super) fn put(conn: &mut AnyConnection, row: &AlertRow) -> Result<()> {
    diesel::delete(alerts::table.find((row.project, &row.alert_id))).execute(conn)?;
    diesel::insert_into(alerts::table).values(row).execute(conn)?;
    Ok(())
}

/// Notes what happened.
pub(super) fn add_change(conn: &mut AnyConnection, row: &ChangeRow) -> Result<()> {
    diesel::insert_into(alert_changes::table).values(row).execute(conn)?;
    Ok(())
}

/// What happened since a moment, the newest first.
pub(super) fn changes(
    conn: &mut AnyConnection,
    project: ProjectKey,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<ChangeRow>> {
    Ok(alert_changes::table
        .filter(alert_changes::project.eq(project))
        .filter(alert_changes::at.ge(since))
        .order((alert_changes::at.desc(), alert_changes::event_id.desc()))
        .limit(limit)
        .select(ChangeRow::as_select())
        .load(conn)?)
}

/// How many fire and are not silenced.
pub(super) fn firing(conn: &mut AnyConnection, project: ProjectKey) -> Result<i64> {
    let firing = alerts::table
        .filter(alerts::project.eq(project))
        .filter(alerts::firing_since.is_not_null())
        .filter(alerts::silenced_until.is_null());
    Ok(firing.count().get_result(conn)?)
}

/// The last look; what a newer build wrote and this one cannot read is left out.
pub(super) fn check(conn: &mut AnyConnection, project: ProjectKey) -> Result<Option<Check>> {
    let found: Option<(Timestamp, String, String)> = alert_checks::table
        .find(project)
        .select((alert_checks::checked_at, alert_checks::measured, alert_checks::watched))
        .first(conn)
        .optional()?;
    Ok(found.map(|(checked_at, measured, watched)| Check {
        checked_at,
        measured: serde_json::from_str(&measured).unwrap_or_default(),
        watched: serde_json::from_str(&watched).unwrap_or_default(),
    }))
}

/// Puts it in the place of the one before.
pub(super) fn put_check(conn: &mut AnyConnection, project: ProjectKey, check: &Check) -> Result<()> {
    let measured = serde_json::to_string(&check.measured)?;
    let watched = serde_json::to_string(&check.watched)?;
    let set = (
        alert_checks::checked_at.eq(check.checked_at),
        alert_checks::measured.eq(&measured),
        alert_checks::watched.eq(&watched),
    );
    if diesel::update(alert_checks::table.find(project)).set(set).execute(conn)? == 0 {
        let row = (
            alert_checks::project.eq(project),
            alert_checks::checked_at.eq(check.checked_at),
            alert_checks::measured.eq(&measured),
            alert_checks::watched.eq(&watched),
        );
        diesel::insert_into(alert_checks::table).values(row).execute(conn)?;
    }
    Ok(())
}

/// Whether a project is one that is looked at: a trace began in it in the last seven days, or something is not fine yet.
const AWAKE: &str = "(EXISTS (SELECT 1 FROM alerts WHERE alerts.project = projects.key \
    AND (alerts.firing_since IS NOT NULL OR alerts.silenced_until IS NOT NULL)) \
    OR EXISTS (SELECT 1 FROM alert_checks WHERE alert_checks.project = projects.key AND alert_checks.watched <> '[]') \
    OR EXISTS (SELECT 1 FROM traces WHERE traces.project = projects.key AND traces.start_at >= ";

/// The projects that are looked at.
pub(super) fn awake(conn: &mut AnyConnection, now: Timestamp) -> Result<Vec<ProjectKey>> {
    let since = now.plus_micros(-7 * DAY).0;
    let sql = Sql::new("SELECT projects.key FROM projects WHERE ").sql(AWAKE).whole(since);
    Ok(numbers(conn, sql.sql(")) ORDER BY projects.key"))?.into_iter().map(ProjectKey).collect())
}

/// Whether this one is.
pub(super) fn is_awake(conn: &mut AnyConnection, project: ProjectKey, now: Timestamp) -> Result<bool> {
    let since = now.plus_micros(-7 * DAY).0;
    let sql = Sql::new("SELECT projects.key FROM projects WHERE projects.key = ").whole(project.0);
    let sql = sql.sql(" AND ").sql(AWAKE).whole(since).sql("))");
    Ok(!numbers(conn, sql)?.is_empty())
}
