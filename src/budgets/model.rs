//! What a budget is, and how one stands. Pure.

use serde::{Deserialize, Serialize};

use crate::fleet::model::Dimension;
use crate::foundation::Timestamp;
use crate::foundation::money::{Currency, Money};

/// Budgets of a project that hold at once, at most.
pub const MOST: usize = 200;
/// Characters of the longest name.
pub const LONGEST_NAME: usize = 300;
/// The most tokens of one budget.
pub const MOST_TOKENS: i64 = 1_000_000_000_000_000;
/// Thresholds of one budget, at most.
pub const MOST_THRESHOLDS: usize = 10;
/// Where somebody is warned, unless something else is said.
pub const USUAL_THRESHOLDS: [i64; 2] = [80, 100];

/// Whose calls a budget is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    Persona,
    Agent,
    Tenant,
    Workflow,
    /// Everybody's; it has no name.
    Project,
}

impl Scope {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Persona, Self::Agent, Self::Tenant, Self::Workflow, Self::Project];

    /// As it is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Persona => "persona",
            Self::Agent => "agent",
            Self::Tenant => "tenant",
            Self::Workflow => "workflow",
            Self::Project => "project",
        }
    }

    /// The one that is stored or sent so.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word.trim())
    }

    /// By what its calls are told apart; none where they are not.
    pub fn dimension(self) -> Option<Dimension> {
        match self {
            Self::Persona => Some(Dimension::Persona),
            Self::Agent => Some(Dimension::Agent),
            Self::Tenant => Some(Dimension::Tenant),
            Self::Workflow => Some(Dimension::Workflow),
            Self::Project => None,
        }
    }
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Whole tokens, in and out.
    Tokens,
    /// Billionths of a dollar.
    Money,
}

impl Unit {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Tokens, Self::Money];

    /// As it is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tokens => "tokens",
            Self::Money => "money",
        }
    }

    /// The one that is stored or sent so.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word.trim())
    }

    /// An amount as people type it: `2 400 000` tokens, or `12.50` dollars with at most nine places. None where it is no amount from
    /// nothing up to the largest.
    pub fn amount(self, text: &str) -> Option<i64> {
        let blank = |c: char| c.is_whitespace() || c == '_' || c == '\'';
        let bare: String = text.chars().filter(|c| !blank(*c)).collect();
        match self {
            Self::Tokens => {
                let is_plain = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit());
                bare.parse().ok().filter(|amount| is_plain && (0..=MOST_TOKENS).contains(amount))
            }
            Self::Money => {
                let bare = bare.strip_prefix('$').unwrap_or(&bare);
                Money::parse(bare, Currency::DEFAULT).map(|money| money.nanos)
            }
        }
    }
}

/// For how long an amount is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    Day,
    /// From Monday on.
    Week,
    Month,
    /// For ever, from the moment it was set.
    Total,
}

impl Period {
    /// All of them, the shortest first.
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Total];

    /// As it is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Total => "total",
        }
    }

    /// The one that is stored or sent so.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word.trim())
    }
}

/// What a used-up budget does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AtEnd {
    /// Calls go on, and people are told.
    Tells,
    /// The gateway lets no further one through; what goes past it goes on.
    Refuses,
}

impl AtEnd {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Tells, Self::Refuses];

    /// As it is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tells => "tells",
            Self::Refuses => "refuses",
        }
    }

    /// The one that is stored or sent so.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word.trim())
    }
}

/// What a budget is about; it stays so as long as it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    pub scope: Scope,
    /// As calls give it; empty for the whole project.
    pub name: String,
    pub unit: Unit,
    pub period: Period,
    /// The zone whose days, weeks and months are meant.
    pub zone: String,
    /// What was used before it was set; only of a budget in all.
    pub already_used: i64,
}

/// What may be changed about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Whole tokens, or billionths of a dollar.
    pub amount: i64,
    /// Per cent at which somebody is told, the lowest first.
    pub warn_at: Vec<i64>,
    pub at_end: AtEnd,
}

/// A budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    pub id: String,
    pub about: About,
    pub terms: Terms,
    pub set_at: Timestamp,
    /// When it was set or changed last.
    pub changed_at: Timestamp,
    /// When it ended, where it has.
    pub ended_at: Option<Timestamp>,
    /// Of its stream.
    pub version: i64,
}

impl Budget {
    /// Whether another one counts the very same.
    pub fn counts_as(&self, about: &About) -> bool {
        let same = |one: &About| (one.scope, one.unit, one.period);
        same(&self.about) == same(about) && self.about.name == about.name
    }

    /// Whether calls of these are its calls.
    pub fn is_about(&self, who: &Who) -> bool {
        let name = match self.about.scope {
            Scope::Persona => &who.persona,
            Scope::Agent => &who.agent,
            Scope::Tenant => &who.tenant,
            Scope::Workflow => &who.workflow,
            Scope::Project => return true,
        };
        name.as_deref() == Some(self.about.name.as_str())
    }
}

/// Whose a call is, as far as it says so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Who {
    pub agent: Option<String>,
    pub persona: Option<String>,
    pub tenant: Option<String>,
    pub workflow: Option<String>,
}

/// How a budget stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    pub budget: Budget,
    /// In the running period, what was used before it was set among it.
    pub used: i64,
    /// Below zero where more was used than there was.
    pub remaining: i64,
    /// The pace of the last seven days.
    pub burn_per_hour: f64,
    /// When it is predicted to be used up, where that is before the period ends; none too where it is used up already.
    pub exhausted_at: Option<Timestamp>,
    /// How far predictions of a day's use were off on the last thirty days, as a share: the middle one.
    pub usual_error: Option<f64>,
    /// Whether there is too little past to predict anything from.
    pub is_young: bool,
    /// Calls of the running period without a price, which are in no sum of money.
    pub unpriced: i64,
    /// When the running period began.
    pub from: Timestamp,
    /// When it ends; none of a budget in all.
    pub to: Option<Timestamp>,
}

/// How far a budget is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Below every threshold.
    Fine,
    /// At the highest threshold that was reached, in per cent.
    Warned(i64),
    /// Nothing is left.
    Exhausted,
}

impl Standing {
    /// How far it is used up.
    pub fn state(&self) -> State {
        let Terms { amount, warn_at, .. } = &self.budget.terms;
        if self.used >= *amount {
            return State::Exhausted;
        }
        let used = i128::from(self.used) * 100;
        let reached = |percent: &&i64| used >= i128::from(*amount) * i128::from(**percent);
        warn_at.iter().filter(reached).max().map_or(State::Fine, |percent| State::Warned(*percent))
    }

    /// Tenths of a per cent that are used; above a thousand where more was used than there was.
    pub fn per_mille(&self) -> i64 {
        let share = i128::from(self.used.max(0)) * 1_000 / i128::from(self.budget.terms.amount.max(1));
        i64::try_from(share).unwrap_or(i64::MAX)
    }

    /// Tenths of a per cent of the period that have passed; none of a budget in all.
    pub fn even_pace(&self, now: Timestamp) -> Option<i64> {
        let whole = i128::from(self.to?.micros_since(self.from)).max(1);
        let passed = i128::from(now.micros_since(self.from)) * 1_000 / whole;
        Some(i64::try_from(passed).unwrap_or(1_000).clamp(0, 1_000))
    }
}

/// A used-up budget that lets no further call through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusing {
    pub budget: Budget,
    pub used: i64,
    /// When the next period begins; none of a budget in all.
    pub until: Option<Timestamp>,
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;
