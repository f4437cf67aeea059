//! Figures of the fleet in words. What is not known is a dash.

use crate::fleet::costs::nine_digits;
use crate::fleet::model::{Sums, per_mille};
use crate::web::format::{known, number};

/// A figure with the traces behind it.
pub(crate) struct Figure {
    pub(crate) words: String,
    /// None where no list can show just those.
    pub(crate) href: Option<String>,
}

impl Figure {
    /// One that leads somewhere.
    pub(crate) fn to(words: impl Into<String>, href: String) -> Self {
        Self { words: words.into(), href: Some(href) }
    }

    /// One that leads nowhere.
    pub(crate) fn bare(words: impl Into<String>) -> Self {
        Self { words: words.into(), href: None }
    }
}

/// A change is no share of fewer than these.
const FEW: i64 = 10;

/// What is not known.
pub(crate) const DASH: &str = "–";

/// `1.5 %`; a dash of nothing.
pub(crate) fn share(part: i64, whole: i64) -> String {
    match per_mille(part, whole) {
        None => DASH.to_owned(),
        Some(mille) if mille % 10 == 0 => format!("{}\u{a0}%", mille / 10),
        Some(mille) => format!("{}.{}\u{a0}%", mille / 10, mille % 10),
    }
}

/// Tokens in or out, where anybody counted them.
pub(crate) fn tokens(sums: &Sums, count: i64) -> String {
    known(sums.tokens().map(|_| count))
}

/// What was spent, where anything has a price.
pub(crate) fn cost(sums: &Sums) -> String {
    sums.cost().map_or_else(|| DASH.to_owned(), |cost| cost.to_string())
}

/// The same for a tile: short, and beside it exactly, which is empty where that is not known.
pub(crate) fn short_cost(sums: &Sums) -> (String, String) {
    let told = sums.cost().map(|cost| (cost.short(), format!("${}", nine_digits(cost.0))));
    told.unwrap_or_else(|| (DASH.to_owned(), String::new()))
}

/// `17 calls`.
pub(crate) fn calls(count: i64) -> String {
    format!("{} call{}", number(count), if count == 1 { "" } else { "s" })
}

/// How a count stands to the one before: `, up 7 %`; nothing where there is next to nothing to hold it against.
pub(crate) fn change(now: i64, before: i64) -> String {
    if before < FEW {
        return String::new();
    }
    let percent = (i128::from(now) - i128::from(before)) * 100 / i128::from(before);
    match percent {
        0 => ", about the same".to_owned(),
        1.. => format!(", up {percent}\u{a0}%"),
        _ => format!(", down {}\u{a0}%", -percent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_changes_are_told_in_one_word() {
        let shares = [(0, 0), (0, 5), (1, 3), (5, 5), (1, 10)].map(|(part, whole)| share(part, whole));
        assert_eq!(shares, ["–", "0\u{a0}%", "33.3\u{a0}%", "100\u{a0}%", "10\u{a0}%"]);
        let changes =
            [(5, 0), (56, 1), (107, 100), (50, 100), (100, 100)].map(|(now, before)| change(now, before));
        assert_eq!(changes, ["", "", ", up 7\u{a0}%", ", down 50\u{a0}%", ", about the same"]);
        let unknown = Sums { calls: 3, unpriced: 3, ..Sums::default() };
        assert_eq!([cost(&unknown), tokens(&unknown, 0)], [DASH, DASH]);
        assert_eq!(short_cost(&unknown), (DASH.to_owned(), String::new()));
        let priced = Sums { calls: 3, cost_nanos: 8_818_250, ..Sums::default() };
        assert_eq!(short_cost(&priced), ("$0.00882".to_owned(), "$0.008818250".to_owned()));
    }
}
