//! Rows of `budgets`.

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::budgets;
use crate::foundation::{Error, ProjectKey, Result, Timestamp};

use super::model::{About, AtEnd, Budget, Period, Scope, Terms, Unit};

/// One budget as stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = budgets)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub(super) struct BudgetRow {
    pub(super) project: ProjectKey,
    budget_id: String,
    scope: String,
    name: String,
    unit: String,
    period: String,
    zone: String,
    amount: i64,
    warn_at: String,
    at_end: String,
    already_used: i64,
    set_at: Timestamp,
    changed_at: Timestamp,
    ended_at: Option<Timestamp>,
    version: i64,
}

impl BudgetRow {
    fn of(project: ProjectKey, budget: &Budget) -> Result<Self> {
        let (about, terms) = (&budget.about, &budget.terms);
        Ok(Self {
            project,
            budget_id: budget.id.clone(),
            scope: about.scope.as_str().to_owned(),
            name: about.name.clone(),
            unit: about.unit.as_str().to_owned(),
            period: about.period.as_str().to_owned(),
            zone: about.zone.clone(),
            amount: terms.amount,
            warn_at: serde_json::to_string(&terms.warn_at)?,
            at_end: terms.at_end.as_str().to_owned(),
            already_used: about.already_used,
            set_at: budget.set_at,
            changed_at: budget.changed_at,
            ended_at: budget.ended_at,
            version: budget.version,
        })
    }

    /// The budget that it holds.
    pub(super) fn budget(self) -> Result<Budget> {
        let odd = |what: &str| Error::internal(format!("a stored budget with the {what}"));
        Ok(Budget {
            about: About {
                scope: Scope::read(&self.scope).ok_or_else(|| odd(&self.scope))?,
                unit: Unit::read(&self.unit).ok_or_else(|| odd(&self.unit))?,
                period: Period::read(&self.period).ok_or_else(|| odd(&self.period))?,
                name: self.name,
                zone: self.zone,
                already_used: self.already_used,
            },
            terms: Terms {
                amount: self.amount,
                warn_at: serde_json::from_str(&self.warn_at)?,
                at_end: AtEnd::read(&self.at_end).ok_or_else(|| odd(&self.at_end))?,
            },
            id: self.budget_id,
            set_at: self.set_at,
            changed_at: self.changed_at,
            ended_at: self.ended_at,
            version: self.version,
        })
    }
}

/// Puts the row of a budget in the place of the one that it had.
pub(super) fn put(conn: &mut AnyConnection, project: ProjectKey, budget: &Budget) -> Result<()> {
    diesel::delete(budgets::table.find((project, &budget.id))).execute(conn)?;
    let row = BudgetRow::of(project, budget)?;
    diesel::insert_into(budgets::table).values(&row).execute(conn)?;
    Ok(())
}
