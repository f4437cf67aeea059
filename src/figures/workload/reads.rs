//! The open orders of the weeks to come, what their procedures usually take, and the hours of everybody.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::db::AnyConnection;
use crate::db::sql::{Sql, load, numbers};
use crate::figures::sums::Spread;
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::order_settings::hours::model::{minutes_in, read_day};
use crate::order_settings::hours::reads::{absences_from, holidays_from, weeks as hours_of};
use crate::people::AccountKind;
use crate::people::reads::{Member, members};

use super::model::{Load, Planned, WEEKS, end, first_end, loads, weeks};

/// Orders of these weeks that are read; it is said where there are more.
pub const MOST: i64 = 20_000;
/// Procedures whose earlier orders are looked at, and how many of those altogether.
const PROCEDURES: usize = 300;
const EARLIER: i64 = 20_000;
/// So many earlier orders say what a procedure usually takes.
const ENOUGH: usize = 3;

/// States of orders that are work to come.
pub const STATES: [&str; 4] = ["submitted", "approved", "in_progress", "on_hold"];

/// An open order as stored.
#[derive(QueryableByName)]
struct OpenRow {
    #[diesel(sql_type = Nullable<Text>)]
    account: Option<String>,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = BigInt)]
    due_at: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    estimate: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    procedure: Option<String>,
}

/// What one earlier order took.
#[derive(QueryableByName)]
struct TookRow {
    #[diesel(sql_type = Text)]
    procedure: String,
    #[diesel(sql_type = BigInt)]
    seconds: i64,
}

/// The workload of a project.
#[derive(Clone, Debug, Default)]
pub struct Workload {
    /// By account, one a week; the empty account is nobody.
    pub loads: BTreeMap<String, Vec<Load>>,
    /// Everybody of the project who holds a role, by code.
    pub members: Vec<Member>,
    /// Open orders without a due day, which are in no week.
    pub without_day: i64,
    /// Whether there are more orders than were read.
    pub is_cut: bool,
}

/// Somebody's work over all of the weeks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkOf<'a> {
    /// Empty for what nobody with an account has.
    pub account: &'a str,
    /// An agent is marked as one.
    pub name: String,
    /// Why they have no hours, where they have none.
    pub lacks: &'static str,
    /// One a week.
    pub loads: &'a [Load],
}

impl Workload {
    /// Everybody who has work or hours in any of the weeks. Whoever has work here and no role any more stands behind the members, and what
    /// nobody has comes last.
    pub fn rows(&self) -> Vec<WorkOf<'_>> {
        let loads_of = |account: &str| self.loads.get(account).map(Vec::as_slice);
        let members = self.members.iter().filter_map(|member| {
            let is_agent = member.account.kind() == AccountKind::Agent;
            let lacks = if is_agent { "agents have no hours" } else { "no hours set" };
            let (account, name) = (member.account.id.0.as_str(), member.account.marked_name());
            Some(WorkOf { account, name, lacks, loads: loads_of(account)? })
        });
        let is_member = |account: &str| self.members.iter().any(|member| member.account.id.0 == account);
        let left = self.loads.iter().filter(|(account, _)| !account.is_empty() && !is_member(account));
        let left = left.map(|(account, loads)| WorkOf {
            account,
            name: "Somebody who left".to_owned(),
            lacks: "has no role here any more",
            loads,
        });
        let nobody = loads_of("").map(|loads| WorkOf {
            account: "",
            name: "Nobody with an account".to_owned(),
            lacks: "given to nobody",
            loads,
        });
        members.chain(left).chain(nobody).collect()
    }
}

/// Reads it for the weeks from a Monday on.
pub fn workload(conn: &mut AnyConnection, project: ProjectKey, monday: NaiveDate) -> Result<Workload> {
    let without_day =
        Sql::new("SELECT count(*) FROM orders o WHERE o.due_at IS NULL").then(of_project(project));
    let without_day = numbers(conn, without_day)?.first().copied().unwrap_or_default();
    Ok(Workload { without_day, ..until(conn, project, monday, end(monday))? })
}

/// The same for the first week alone: what is due later is not read and what has no day is not counted.
pub fn first_week(conn: &mut AnyConnection, project: ProjectKey, monday: NaiveDate) -> Result<Workload> {
    until(conn, project, monday, first_end(monday))
}

fn until(
    conn: &mut AnyConnection,
    project: ProjectKey,
    monday: NaiveDate,
    end: Timestamp,
) -> Result<Workload> {
    let mut rows = open_orders(conn, project, end)?;
    let is_cut = i64::try_from(rows.len()).is_ok_and(|count| count > MOST);
    rows.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    let usual = usual(conn, project, &rows)?;
    let planned: Vec<Planned> = rows.into_iter().map(|row| of_row(row, &usual)).collect();
    let mut loads = loads(monday, &planned);
    let mut members = members(conn, project)?;
    members.retain(|member| !member.roles.is_empty());
    let may_work = |account: &String| {
        members.iter().any(|it| it.account.id.0 == *account && it.account.disabled_at.is_none())
    };
    for (account, hours) in hours(conn, project, monday)?.into_iter().filter(|(it, _)| may_work(it)) {
        let of = loads.entry(account).or_insert_with(|| vec![Load::default(); WEEKS]);
        of.iter_mut().zip(hours).for_each(|(load, hours)| load.hours = hours);
    }
    Ok(Workload { loads, members, without_day: 0, is_cut })
}

fn of_project(project: ProjectKey) -> Sql {
    let states = STATES.map(str::to_owned);
    Sql::new(" AND o.project = ").whole(project.0).sql(" AND ").then(Sql::one_of("o.status", &states))
}

fn open_orders(conn: &mut AnyConnection, project: ProjectKey, end: Timestamp) -> Result<Vec<OpenRow>> {
    let select = Sql::new(
        "SELECT o.assignee_account AS account, o.status AS status, o.open_until AS due_at, m.estimate_minutes AS estimate, \
         o.procedure_id AS procedure FROM orders o JOIN order_milestones m ON m.project = o.project AND m.order_id = o.order_id \
         WHERE o.open_until IS NOT NULL AND o.open_until <= ",
    );
    let select = select.whole(end.0).then(of_project(project));
    load(conn, select.sql(" ORDER BY o.open_until, o.order_id LIMIT ").whole(MOST + 1))
}

/// Minutes that earlier orders of a procedure took, half of them less and half of them more.
fn usual(conn: &mut AnyConnection, project: ProjectKey, rows: &[OpenRow]) -> Result<BTreeMap<String, i64>> {
    let unsaid = rows.iter().filter(|row| row.estimate.is_none());
    let procedures: BTreeSet<String> = unsaid.filter_map(|row| row.procedure.clone()).collect();
    let procedures: Vec<String> = procedures.into_iter().take(PROCEDURES).collect();
    if procedures.is_empty() {
        return Ok(BTreeMap::new());
    }
    let select = Sql::new(
        "SELECT o.procedure_id AS procedure, m.labour_seconds AS seconds FROM orders o JOIN order_milestones m \
         ON m.project = o.project AND m.order_id = o.order_id WHERE o.project = ",
    );
    let select = select.whole(project.0).sql(" AND o.procedure_id IS NOT NULL AND ");
    let select = select.then(Sql::one_of("o.procedure_id", &procedures));
    let select = select.sql(" AND m.completed_at IS NOT NULL AND m.labour_seconds > 0");
    let newest = select.sql(" ORDER BY o.updated_at DESC, o.order_id DESC LIMIT ").whole(EARLIER);
    let mut took: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for row in load::<TookRow>(conn, newest)? {
        took.entry(row.procedure).or_default().push(row.seconds);
    }
    let enough = took.into_iter().filter(|(_, seconds)| seconds.len() >= ENOUGH);
    let minutes = enough.filter_map(|(procedure, seconds)| {
        Some((procedure, Spread::of(seconds)?.median.saturating_add(59) / 60))
    });
    Ok(minutes.collect())
}

fn of_row(row: OpenRow, usual: &BTreeMap<String, i64>) -> Planned {
    Planned {
        account: row.account.unwrap_or_default(),
        due_at: Timestamp(row.due_at),
        is_begun: matches!(row.status.as_str(), "in_progress" | "on_hold"),
        estimate: row.estimate,
        usual: row.procedure.and_then(|procedure| usual.get(&procedure).copied()),
    }
}

/// What everybody has in each week, holidays and absences taken off; none for weeks before the first that was set.
fn hours(
    conn: &mut AnyConnection,
    project: ProjectKey,
    monday: NaiveDate,
) -> Result<BTreeMap<String, Vec<Option<i64>>>> {
    let holidays: BTreeSet<String> =
        holidays_from(conn, project, monday)?.into_iter().map(|it| it.on_day).collect();
    let mut away: BTreeMap<String, BTreeSet<NaiveDate>> = BTreeMap::new();
    // The first day behind the weeks.
    let last = end(monday).to_chrono().date_naive();
    for absence in absences_from(conn, project, monday)? {
        let (first, end) = (read_day("first", &absence.first_day)?, read_day("last", &absence.last_day)?);
        let days = first.max(monday).iter_days().take_while(|day| *day <= end.min(last));
        away.entry(absence.account_id).or_default().extend(days);
    }
    let none = BTreeSet::new();
    let hours = hours_of(conn, project)?.into_iter().map(|(account, set)| {
        let absent = away.get(&account).unwrap_or(&none);
        let is_off = |day: NaiveDate| absent.contains(&day) || holidays.contains(&day.to_string());
        let of_weeks = weeks(monday).into_iter().map(|first| minutes_in(&set, first, 7, is_off)).collect();
        (account, of_weeks)
    });
    Ok(hours.collect())
}
