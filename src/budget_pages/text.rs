//! Figures of budgets in words.

use crate::budgets::model::{About, Scope, Unit};
use crate::budgets::words;
use crate::foundation::Timestamp;

/// `78 %`, `100.1 %`, from tenths of a per cent.
pub(super) fn percent(per_mille: i64) -> String {
    match per_mille % 10 {
        0 => format!("{}\u{a0}%", per_mille / 10),
        tenth => format!("{}.{tenth}\u{a0}%", per_mille / 10),
    }
}

/// `40.5`, from tenths of a per cent, for a place in a picture; never beyond its ends.
pub(super) fn place(per_mille: i64) -> String {
    let per_mille = per_mille.clamp(0, 1_000);
    format!("{}.{}", per_mille / 10, per_mille % 10)
}

/// What is left: `1 122 tokens left`, `over by 1 840 tokens`.
pub(super) fn left(unit: Unit, remaining: i64) -> String {
    if remaining < 0 {
        format!("over by {}", words::amount(unit, remaining.saturating_neg()))
    } else {
        format!("{} left", words::amount(unit, remaining))
    }
}

/// A length of time in one unit: `40 min`, `5 h`, `3 days`.
pub(super) fn span(micros: i64) -> String {
    let minutes = micros.max(0) / 60_000_000;
    match minutes {
        0..90 => format!("{minutes}\u{a0}min"),
        90..2_880 => format!("{}\u{a0}h", (minutes + 30) / 60),
        _ => format!("{}\u{a0}days", (minutes + 720) / 1_440),
    }
}

/// How far a moment that lies so far ahead may be off, by the usual error.
pub(super) fn band(at: Timestamp, now: Timestamp, usual_error: f64) -> String {
    span(scaled(at.micros_since(now), usual_error))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a length of at most ten years, told in whole minutes"
)]
fn scaled(micros: i64, share: f64) -> i64 {
    (micros as f64 * share) as i64
}

/// What goes in an hour.
#[expect(clippy::cast_possible_truncation, reason = "told in whole tokens or billionths of a dollar")]
pub(super) fn pace(unit: Unit, per_hour: f64) -> String {
    words::amount(unit, per_hour.round() as i64)
}

/// A share as whole per cent.
#[expect(clippy::cast_possible_truncation, reason = "told in whole per cent")]
pub(super) fn share(share: f64) -> String {
    format!("{}\u{a0}%", (share * 100.0).round() as i64)
}

/// Short enough for the axis of a chart: `2.4 M`, `16 k`, `$16.00`.
pub(super) fn short(unit: Unit, amount: i64) -> String {
    if unit == Unit::Money {
        return words::amount(unit, amount);
    }
    let tenths = |of: i64, letter: &str| match amount / (of / 10) % 10 {
        0 => format!("{}\u{a0}{letter}", amount / of),
        tenth => format!("{}.{tenth}\u{a0}{letter}", amount / of),
    };
    match amount {
        ..10_000 => crate::web::format::number(amount),
        10_000..1_000_000 => tenths(1_000, "k"),
        1_000_000..1_000_000_000 => tenths(1_000_000, "M"),
        _ => tenths(1_000_000_000, "G"),
    }
}

/// The traces with calls of a budget between two moments.
pub(super) fn traces(about: &About, from: Timestamp, to: Option<Timestamp>) -> String {
    let mut pairs = vec![("from", from.to_rfc3339())];
    pairs.extend(to.map(|to| ("to", to.to_rfc3339())));
    if about.scope != Scope::Project {
        pairs.push((about.scope.as_str(), about.name.clone()));
    }
    pairs.push(("sort", if about.unit == Unit::Money { "cost" } else { "tokens" }.to_owned()));
    format!("/traces?{}", serde_urlencoded::to_string(pairs).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budgets::model::Period;

    const HOUR: i64 = 3_600_000_000;

    #[test]
    fn figures_are_told_in_words_that_fit() {
        let percents = [0, 5, 780, 1_001].map(percent);
        assert_eq!(percents, ["0\u{a0}%", "0.5\u{a0}%", "78\u{a0}%", "100.1\u{a0}%"]);
        assert_eq!([-5, 405, 2_000].map(place), ["0.0", "40.5", "100.0"]);
        assert_eq!(left(Unit::Tokens, -1_840), "over by 1\u{202f}840\u{a0}tokens");
        assert_eq!(left(Unit::Money, 3_520_000_000), "$3.52 left");
        let minute = 60_000_000;
        let spans = [-1, 40 * minute, 100 * minute, 3 * 1_440 * minute].map(span);
        assert_eq!(spans, ["0\u{a0}min", "40\u{a0}min", "2\u{a0}h", "3\u{a0}days"]);
        assert_eq!(band(Timestamp(10 * HOUR), Timestamp(0), 0.1), "60\u{a0}min");
        assert_eq!(
            (share(0.124).as_str(), pace(Unit::Tokens, 12.4).as_str()),
            ("12\u{a0}%", "12\u{a0}tokens")
        );
        let shorts = [9_999, 16_000, 2_400_000, 3_000_000_000].map(|amount| short(Unit::Tokens, amount));
        assert_eq!(shorts, ["9\u{202f}999", "16\u{a0}k", "2.4\u{a0}M", "3\u{a0}G"]);
    }

    #[test]
    fn the_traces_are_those_of_the_name_and_the_time() {
        let about = About {
            scope: Scope::Agent,
            name: "a b".to_owned(),
            unit: Unit::Money,
            period: Period::Day,
            zone: "UTC".to_owned(),
            already_used: 0,
        };
        let (from, to) = (Timestamp(0), Some(Timestamp(HOUR)));
        let href = traces(&about, from, to);
        assert_eq!(
            href,
            "/traces?from=1970-01-01T00%3A00%3A00.000000Z&to=1970-01-01T01%3A00%3A00.000000Z&agent=a+b&sort=cost"
        );
        let whole = About { scope: Scope::Project, name: String::new(), unit: Unit::Tokens, ..about };
        assert!(traces(&whole, from, None).ends_with("000000Z&sort=tokens"));
    }
}
