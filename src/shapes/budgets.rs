//! Budgets as JSON. Amounts are texts in the budget's own unit, whole tokens or dollars, and exact both ways.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{BudgetEndWord, BudgetPeriodWord, BudgetScopeWord, BudgetUnitWord, moment};
use crate::budgets::model::{About, AtEnd, Standing, State, Terms, USUAL_THRESHOLDS, Unit};
use crate::budgets::words::plain;
use crate::foundation::{FieldErrors, Result};

/// A budget and how it stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BudgetView {
    pub id: String,
    pub scope: BudgetScopeWord,
    /// As calls give it; empty of the whole project.
    pub name: String,
    pub unit: BudgetUnitWord,
    pub period: BudgetPeriodWord,
    /// The zone whose days, weeks and months are meant.
    pub zone: String,
    /// `2400000` tokens, or `16.50` dollars.
    pub amount: String,
    /// Per cent from which it is `warned`, the lowest first; nobody is sent a notice of it.
    pub warn_at: Vec<i64>,
    pub at_end: BudgetEndWord,
    /// What was used before it was set.
    pub already_used: String,
    #[schema(format = DateTime)]
    pub set_at: String,
    /// When it was set or changed last.
    #[schema(format = DateTime)]
    pub changed_at: String,
    /// When it ended; the figures are then those of that moment.
    #[schema(format = DateTime)]
    pub ended_at: Option<String>,
    /// For `expected_version`.
    pub version: i64,
    /// In the running period, what was used before it was set among it.
    pub used: String,
    /// Below zero where more was used than there was.
    pub remaining: String,
    /// `fine`, `warned` or `exhausted`.
    pub state: String,
    /// The highest threshold that was reached, in per cent.
    pub warned_at: Option<i64>,
    /// Tokens or dollars in an hour, at the pace of the last seven days.
    pub burn_per_hour: f64,
    /// When it is predicted to be used up, where that is before the period ends; none before there are three days of past.
    #[schema(format = DateTime)]
    pub exhausted_at: Option<String>,
    /// How far predictions of a day's use were off on the last thirty days, as a share of it: the middle one.
    pub usual_error: Option<f64>,
    /// Calls of the running period without a price; they are in no sum of money.
    pub unpriced_calls: i64,
    /// When the running period began.
    #[schema(format = DateTime)]
    pub period_from: String,
    /// When it ends; none of a budget in all.
    #[schema(format = DateTime)]
    pub period_to: Option<String>,
}

/// Every budget that holds.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BudgetList {
    /// The used-up ones first, then what runs out first.
    pub data: Vec<BudgetView>,
}

impl From<&Standing> for BudgetView {
    fn from(standing: &Standing) -> Self {
        let budget = &standing.budget;
        let (About { scope, unit, period, .. }, terms) = (&budget.about, &budget.terms);
        let (scope, unit, period) = (*scope, *unit, *period);
        let (state, warned_at) = match standing.state() {
            State::Fine => ("fine", None),
            State::Warned(percent) => ("warned", Some(percent)),
            State::Exhausted => ("exhausted", None),
        };
        Self {
            id: budget.id.clone(),
            scope: BudgetScopeWord(scope),
            name: budget.about.name.clone(),
            unit: BudgetUnitWord(unit),
            period: BudgetPeriodWord(period),
            zone: budget.about.zone.clone(),
            amount: plain(unit, terms.amount),
            warn_at: terms.warn_at.clone(),
            at_end: BudgetEndWord(terms.at_end),
            already_used: plain(unit, budget.about.already_used),
            set_at: moment(budget.set_at),
            changed_at: moment(budget.changed_at),
            ended_at: budget.ended_at.map(moment),
            version: budget.version,
            used: plain(unit, standing.used),
            remaining: plain(unit, standing.remaining),
            state: state.to_owned(),
            warned_at,
            burn_per_hour: match unit {
                Unit::Tokens => standing.burn_per_hour,
                Unit::Money => standing.burn_per_hour / 1e9,
            },
            exhausted_at: standing.exhausted_at.map(moment),
            usual_error: standing.usual_error,
            unpriced_calls: standing.unpriced,
            period_from: moment(standing.from),
            period_to: standing.to.map(moment),
        }
    }
}

/// A budget to set.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBudget {
    pub scope: BudgetScopeWord,
    /// As calls give it; empty of the whole project.
    #[serde(default)]
    #[schema(max_length = 300)]
    pub name: String,
    pub unit: BudgetUnitWord,
    pub period: BudgetPeriodWord,
    /// The zone whose days, weeks and months are meant; UTC where it is left out.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 64)]
    pub zone: Option<String>,
    /// `2400000` tokens, or `16.50` dollars with at most nine places.
    #[schema(min_length = 1, max_length = 40)]
    pub amount: String,
    /// Per cent from which it is `warned`; 80 and 100 where it is left out.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub warn_at: Option<Vec<i64>>,
    /// `tells` where it is left out.
    #[serde(default)]
    pub at_end: Option<BudgetEndWord>,
    /// What was used before it was set, of a budget in all.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 40)]
    pub already_used: Option<String>,
    /// Why.
    #[schema(min_length = 1, max_length = 1000)]
    pub reason: String,
}

impl NewBudget {
    /// What it is about and what holds; each amount that cannot be read names its field.
    pub fn read(&self) -> Result<(About, Terms)> {
        let unit = self.unit.0;
        let mut errors = FieldErrors::default();
        let mut amount = |field: &str, text: &str| {
            unit.amount(text).unwrap_or_else(|| {
                errors.add(field, NO_AMOUNT);
                0
            })
        };
        let whole = amount("amount", &self.amount);
        let already_used = self.already_used.as_deref().map_or(0, |text| amount("already_used", text));
        errors.into_result()?;
        let about = About {
            scope: self.scope.0,
            name: self.name.clone(),
            unit,
            period: self.period.0,
            zone: self.zone.clone().unwrap_or_else(|| "UTC".to_owned()),
            already_used,
        };
        let terms = Terms {
            amount: whole,
            warn_at: self.warn_at.clone().unwrap_or_else(|| USUAL_THRESHOLDS.to_vec()),
            at_end: self.at_end.map_or(AtEnd::Tells, |word| word.0),
        };
        Ok((about, terms))
    }
}

/// Said of a text that is no amount.
const NO_AMOUNT: &str = "this is no amount; send whole tokens such as 2400000, or dollars such as 16.50";

/// What is to be another about a budget; what is left out stays.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BudgetChange {
    /// In the unit of the budget.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 40)]
    pub amount: Option<String>,
    /// Per cent from which it is `warned`.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub warn_at: Option<Vec<i64>>,
    #[serde(default)]
    pub at_end: Option<BudgetEndWord>,
    /// Why.
    #[schema(min_length = 1, max_length = 1000)]
    pub reason: String,
    /// The version of the budget that was seen: refused where it is another by now.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 999999999)]
    pub expected_version: Option<i64>,
}

/// A budget to end.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BudgetEnding {
    /// Why.
    #[schema(min_length = 1, max_length = 1000)]
    pub reason: String,
}
