//! Budgets in words: what they are about, amounts, and what was changed. Pure.

use crate::foundation::Timestamp;
use crate::foundation::money::NanoDollars;
use crate::web::format::number;

use super::events::BudgetEvent;
use super::model::{About, AtEnd, Budget, Period, Refusing, Scope, Terms, Unit};

/// So many tokens or so much money: `2 400 000 tokens`, `$16.00`.
pub fn amount(unit: Unit, amount: i64) -> String {
    match unit {
        Unit::Tokens => format!("{}\u{a0}{}", number(amount), if amount == 1 { "token" } else { "tokens" }),
        Unit::Money => NanoDollars(amount).to_string(),
    }
}

/// An amount as it is typed and sent: `2400000`, `16.50`; exact.
pub fn plain(unit: Unit, amount: i64) -> String {
    match unit {
        Unit::Tokens => amount.to_string(),
        Unit::Money => {
            let exact = crate::fleet::costs::nine_digits(amount);
            let bare = exact.trim_end_matches('0');
            let digits = bare.split_once('.').map_or(0, |(_, digits)| digits.len());
            format!("{bare}{}", "0".repeat(2_usize.saturating_sub(digits)))
        }
    }
}

/// For how long: `a day`, `in all`.
pub fn period(period: Period) -> &'static str {
    match period {
        Period::Day => "a day",
        Period::Week => "a week",
        Period::Month => "a month",
        Period::Total => "in all",
    }
}

/// Whose it is: a name, or `whole project`.
pub fn whose(about: &About) -> &str {
    if about.scope == Scope::Project { "whole project" } else { &about.name }
}

/// `persona · 2 400 000 tokens a day`.
pub fn kind(budget: &Budget) -> String {
    let About { scope, unit, period: of, .. } = budget.about;
    format!("{} · {} {}", scope.as_str(), amount(unit, budget.terms.amount), period(of))
}

/// What a used-up one does.
pub fn at_end(at_end: AtEnd) -> &'static str {
    match at_end {
        AtEnd::Tells => "only tells",
        AtEnd::Refuses => "refuses",
    }
}

/// `at 80 and 100 %`; `nowhere`.
pub fn thresholds(warn_at: &[i64]) -> String {
    let (last, before) = match warn_at.split_last() {
        None => return "nowhere".to_owned(),
        Some((last, [])) => return format!("at {last}\u{a0}%"),
        Some(split) => split,
    };
    let before: Vec<String> = before.iter().map(ToString::to_string).collect();
    format!("at {} and {last}\u{a0}%", before.join(", "))
}

/// Why a call is refused, in one sentence, and until when.
pub fn refusal(refusing: &Refusing) -> String {
    let Budget { about, terms, .. } = &refusing.budget;
    let whose = match about.scope {
        Scope::Project => "the whole project".to_owned(),
        scope => format!("the {} {}", scope.as_str(), about.name),
    };
    let until = refusing.until.map_or_else(
        || "until somebody raises it".to_owned(),
        |until| format!("until {}", Timestamp::to_minute(until)),
    );
    let amount = amount(about.unit, terms.amount);
    format!(
        "The budget of {whose}, {amount} {}, is used up: calls are refused {until}.",
        period(about.period)
    )
}

/// What happened, in one sentence; `about` is known from the first event on.
pub fn happened(event: &BudgetEvent, about: &About) -> String {
    match event {
        BudgetEvent::Set { terms, .. } => {
            let used = match about.already_used {
                0 => String::new(),
                used => format!(", of which {} were used before", amount(about.unit, used)),
            };
            let of = amount(about.unit, terms.amount);
            format!(
                "set to {of} {}{used}; warns {}, {}",
                period(about.period),
                thresholds(&terms.warn_at),
                at_end(terms.at_end)
            )
        }
        BudgetEvent::Changed { from, to, .. } => format!("changed {}", difference(about.unit, from, to)),
        BudgetEvent::Ended { .. } => "ended".to_owned(),
    }
}

/// From what to what.
fn difference(unit: Unit, from: &Terms, to: &Terms) -> String {
    let mut parts = Vec::new();
    if from.amount != to.amount {
        parts.push(format!("from {} to {}", amount(unit, from.amount), amount(unit, to.amount)));
    }
    if from.warn_at != to.warn_at {
        parts.push(format!("from warning {} to {}", thresholds(&from.warn_at), thresholds(&to.warn_at)));
    }
    if from.at_end != to.at_end {
        parts.push(format!("from “{}” to “{}”", at_end(from.at_end), at_end(to.at_end)));
    }
    parts.join(", ")
}

/// Why it was done.
pub fn reason(event: &BudgetEvent) -> &str {
    match event {
        BudgetEvent::Set { reason, .. }
        | BudgetEvent::Changed { reason, .. }
        | BudgetEvent::Ended { reason } => reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(unit: Unit) -> About {
        let (scope, name) = (Scope::Agent, "maintenance".to_owned());
        About { scope, name, unit, period: Period::Day, zone: "UTC".to_owned(), already_used: 0 }
    }

    #[test]
    fn amounts_are_read_and_written_alike() {
        for (unit, value, words, typed) in [
            (Unit::Tokens, 1, "1\u{a0}token", "1"),
            (Unit::Tokens, 2_400_000, "2\u{202f}400\u{202f}000\u{a0}tokens", "2400000"),
            (Unit::Money, 16_000_000_000, "$16.00", "16.00"),
            (Unit::Money, 16_500_000_001, "$16.50", "16.500000001"),
            (Unit::Money, 1_000, "$0.000001", "0.000001"),
        ] {
            assert_eq!((amount(unit, value).as_str(), plain(unit, value).as_str()), (words, typed));
            assert_eq!(unit.amount(typed), Some(value));
        }
        assert_eq!(plain(Unit::Money, -1_500_000_000), "-1.50");
    }

    #[test]
    fn thresholds_are_a_list_of_words() {
        let said = [[].as_slice(), &[80], &[80, 100], &[50, 80, 100]].map(thresholds);
        assert_eq!(said, ["nowhere", "at 80\u{a0}%", "at 80 and 100\u{a0}%", "at 50, 80 and 100\u{a0}%"]);
    }

    #[test]
    fn a_change_says_from_what_to_what() {
        let from = Terms { amount: 14_000_000_000, warn_at: vec![80], at_end: AtEnd::Tells };
        let to = Terms { amount: 16_000_000_000, warn_at: vec![80, 100], at_end: AtEnd::Refuses };
        let changed = BudgetEvent::Changed { from: from.clone(), to, reason: "quarterly".to_owned() };
        assert_eq!(
            happened(&changed, &about(Unit::Money)),
            "changed from $14.00 to $16.00, from warning at 80\u{a0}% to at 80 and 100\u{a0}%, from “only tells” to “refuses”"
        );
        assert_eq!(reason(&changed), "quarterly");
        let set = BudgetEvent::Set {
            budget: "b".to_owned(),
            about: About { already_used: 28, ..about(Unit::Tokens) },
            terms: Terms { amount: 2_000, ..from },
            reason: String::new(),
        };
        let said = happened(&set, &About { already_used: 28, ..about(Unit::Tokens) });
        assert!(
            said.starts_with("set to 2\u{202f}000\u{a0}tokens a day, of which 28\u{a0}tokens were used"),
            "{said}"
        );
    }
}
