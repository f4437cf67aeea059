//! What personas may still use.

use crate::budgets::{Period, Standing, Unit};
use crate::charts::{Gauge, Svg};
use crate::fleet::model::Named;
use crate::fleet_pages::text::Figure;
use crate::foundation::Timestamp;
use crate::foundation::money::NanoDollars;
use crate::web::format::{Time, number};

/// Where budgets are set.
pub(super) const BUDGETS: &str = "/fleet/budgets";

/// One budget.
pub(super) struct Row {
    pub(super) name: Figure,
    pub(super) gauge: Svg,
    /// `2 150 000 left`, `over by 1 840`.
    pub(super) left: String,
    /// `59 % of 5 200 000 tokens a day`.
    pub(super) note: String,
    /// When it is predicted to be used up.
    pub(super) until: Option<Time>,
    /// How the words are coloured: `late`, `soon` or nothing.
    pub(super) tone: &'static str,
}

/// Those of the persona that was asked for: what is used up first, then what runs out first.
pub(super) fn rows(standings: Vec<Standing>, persona: &Named, now: Timestamp) -> Vec<Row> {
    let is_of = |it: &Standing| match persona {
        Named::Anybody => true,
        Named::Nobody => false,
        Named::Is(name) => it.budget.about.name == *name,
    };
    let mut asked: Vec<Standing> = standings.into_iter().filter(is_of).collect();
    asked.sort_by_key(|it| {
        (it.remaining > 0, it.exhausted_at.is_none(), it.exhausted_at, it.budget.about.name.clone())
    });
    asked.iter().map(|standing| row(standing, now)).collect()
}

fn row(standing: &Standing, now: Timestamp) -> Row {
    let Standing { used, remaining, .. } = *standing;
    let (about, limit) = (&standing.budget.about, standing.budget.terms.amount);
    let (class, tone) = match (remaining, standing.exhausted_at) {
        (..=0, _) => ("over", "late"),
        (_, Some(_)) => ("soon", "soon"),
        _ => ("b", ""),
    };
    let amount = |value: i64| match about.unit {
        Unit::Tokens => number(value),
        Unit::Money => NanoDollars(value).to_string(),
    };
    let left = match remaining {
        ..0 => format!("over by {}", amount(remaining.saturating_neg())),
        0 => "used up".to_owned(),
        _ => format!("{} left", amount(remaining)),
    };
    let unit = match about.unit {
        Unit::Tokens => " tokens",
        Unit::Money => "",
    };
    let share = i128::from(used.max(0)) * 100 / i128::from(limit.max(1));
    let pace = standing.to.map(|to| {
        let whole = i128::from(to.micros_since(standing.from)).max(1);
        let passed = i128::from(now.micros_since(standing.from)) * 10_000 / whole;
        i64::try_from(passed).unwrap_or(10_000).clamp(0, 10_000)
    });
    Row {
        name: Figure::to(about.name.as_str(), BUDGETS.to_owned()),
        gauge: Gauge { used, limit, pace, class }.draw(),
        left,
        note: format!("{share}\u{a0}% of {}{unit} {}", amount(limit), per(about.period)),
        until: standing.exhausted_at.filter(|_| remaining > 0).map(|at| Time::new(at, now)),
        tone,
    }
}

fn per(period: Period) -> &'static str {
    match period {
        Period::Day => "a day",
        Period::Week => "a week",
        Period::Month => "a month",
        Period::Total => "in all",
    }
}
