//! Reading budgets: which hold, how they stand, what is left by persona, and which refuse a call.
//!
//! What is used is asked of sums by hour and rows together; read within one snapshot (`db::snapshot`) the figures are of one moment.

mod spent;

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::budgets;
use crate::foundation::{Error, ProjectKey, Result, Timestamp};
use crate::ledger::Event;
use crate::ledger::events::read_stream;

use super::events::{BudgetEvent, stream_of};
use super::fold::apply;
use super::forecast::{Past, pace};
use super::model::{AtEnd, Budget, Refusing, Standing, State, Who};
use super::store::BudgetRow;
pub use spent::{Day, Spent, days};
use spent::{Used, pasts, used};

/// The budget that the events of one stream make; none where its first event was erased.
pub fn fold_events(events: &[Event]) -> Result<Option<Budget>> {
    let mut budget = None;
    for event in events {
        let Some(body) = &event.body else { continue };
        let happened = BudgetEvent::from_json(&event.kind, &body.data)?;
        budget = apply(budget, &happened, (event.at, event.version));
    }
    Ok(budget)
}

/// What happened to a budget, oldest first.
pub fn history(conn: &mut AnyConnection, project: ProjectKey, budget: &str) -> Result<Vec<Event>> {
    read_stream(conn, &stream_of(project, budget), None)
}

/// The budgets of a project that hold, in the order in which they were set.
pub fn all(conn: &mut AnyConnection, project: ProjectKey) -> Result<Vec<Budget>> {
    let rows: Vec<BudgetRow> = budgets::table
        .filter(budgets::project.eq(project))
        .filter(budgets::ended_at.is_null())
        .order((budgets::set_at.asc(), budgets::budget_id.asc()))
        .select(BudgetRow::as_select())
        .load(conn)?;
    rows.into_iter().map(BudgetRow::budget).collect()
}

/// One budget of a project, whether it holds or has ended.
pub fn find(conn: &mut AnyConnection, project: ProjectKey, budget: &str) -> Result<Budget> {
    let row = budgets::table.find((project, budget)).select(BudgetRow::as_select());
    let row: Option<BudgetRow> = row.first(conn).optional()?;
    row.ok_or_else(|| Error::not_found("this budget"))?.budget()
}

/// How every budget of a project stands: the used-up ones first, then what runs out first, then the others by what is used of them.
pub fn standings(conn: &mut AnyConnection, project: ProjectKey, now: Timestamp) -> Result<Vec<Standing>> {
    let mut standings = stand(conn, project, all(conn, project)?, now)?;
    standings.sort_by(|a, b| {
        let key =
            |it: &Standing| (it.state() != State::Exhausted, it.exhausted_at.is_none(), it.exhausted_at);
        key(a).cmp(&key(b)).then_with(|| b.per_mille().cmp(&a.per_mille()))
    });
    Ok(standings)
}

/// How one stands; one that has ended, as it did then.
pub fn standing(
    conn: &mut AnyConnection,
    project: ProjectKey,
    budget: &str,
    now: Timestamp,
) -> Result<Standing> {
    let budget = find(conn, project, budget)?;
    let now = budget.ended_at.unwrap_or(now);
    let standing = stand(conn, project, vec![budget], now)?.pop();
    standing.ok_or_else(|| Error::internal("a budget without a standing"))
}

/// Tokens left by persona over all projects, the smallest where several budgets are about the same persona; below zero where more
/// was used than there was.
pub fn remaining_by_persona(conn: &mut AnyConnection, now: Timestamp) -> Result<Vec<(String, i64)>> {
    let rows: Vec<BudgetRow> = budgets::table
        .filter(budgets::ended_at.is_null())
        .filter(budgets::scope.eq("persona"))
        .filter(budgets::unit.eq("tokens"))
        .order((budgets::project.asc(), budgets::budget_id.asc()))
        .select(BudgetRow::as_select())
        .load(conn)?;
    let mut by_project: BTreeMap<ProjectKey, Vec<Budget>> = BTreeMap::new();
    for row in rows {
        by_project.entry(row.project).or_default().push(row.budget()?);
    }
    let mut left: BTreeMap<String, i64> = BTreeMap::new();
    for (project, budgets) in by_project {
        for (budget, used) in budgets.iter().zip(used(conn, project, &budgets, now)?) {
            let remaining = remaining(budget, &used);
            let known = left.entry(budget.about.name.clone()).or_insert(remaining);
            *known = remaining.min(*known);
        }
    }
    Ok(left.into_iter().collect())
}

/// The used-up budgets that refuse calls of these; empty when the call may go.
pub fn refusing(
    conn: &mut AnyConnection,
    project: ProjectKey,
    who: &Who,
    now: Timestamp,
) -> Result<Vec<Refusing>> {
    let refuses = |budget: &Budget| budget.terms.at_end == AtEnd::Refuses && budget.is_about(who);
    let budgets: Vec<Budget> = all(conn, project)?.into_iter().filter(refuses).collect();
    let used = used(conn, project, &budgets, now)?;
    let all = budgets.into_iter().zip(used);
    let up = all.filter(|(budget, used)| remaining(budget, used) <= 0);
    Ok(up
        .map(|(budget, used)| {
            let (used, until) = (used.of(&budget), used.to);
            Refusing { budget, used, until }
        })
        .collect())
}

fn remaining(budget: &Budget, used: &Used) -> i64 {
    budget.terms.amount.saturating_sub(used.of(budget))
}

fn stand(
    conn: &mut AnyConnection,
    project: ProjectKey,
    budgets: Vec<Budget>,
    now: Timestamp,
) -> Result<Vec<Standing>> {
    let used = used(conn, project, &budgets, now)?;
    let pasts = pasts(conn, project, &budgets, now)?;
    let all = budgets.into_iter().zip(used).zip(pasts);
    Ok(all.map(|((budget, used), past)| one(budget, used, &past, now)).collect())
}

fn one(budget: Budget, used: Used, past: &Past, now: Timestamp) -> Standing {
    let pace = pace(past, now);
    let remaining = remaining(&budget, &used);
    let in_period = |at: &Timestamp| used.to.is_none_or(|to| *at < to);
    Standing {
        used: used.of(&budget),
        remaining,
        burn_per_hour: pace.usual,
        exhausted_at: pace.runs_out(remaining, now).filter(in_period),
        usual_error: pace.usual_error,
        is_young: pace.is_young,
        unpriced: used.spent.unpriced,
        from: used.from,
        to: used.to,
        budget,
    }
}
