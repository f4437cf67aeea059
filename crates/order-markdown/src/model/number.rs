//! The number people say aloud: `WO-YYYY-NNN`, a sequence per year, never reused.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A work order number. Empty while none has been given.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrderNumber(String);

impl OrderNumber {
    /// The number of the `sequence`-th order of a year; at least three digits are written.
    pub fn new(year: u16, sequence: u32) -> Self {
        Self(format!("WO-{year:04}-{sequence:03}"))
    }

    /// Reads `WO-2026-001` in any case, with blanks around it.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_uppercase();
        let (year, sequence) = text.strip_prefix("WO-")?.split_once('-')?;
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let right = year.len() == 4 && (3..=9).contains(&sequence.len()) && digits(year) && digits(sequence);
        right.then_some(Self(text))
    }

    /// The text, empty while no number has been given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a number has been given.
    pub fn is_given(&self) -> bool {
        !self.0.is_empty()
    }

    /// The year in the number.
    pub fn year(&self) -> Option<u16> {
        self.0.get(3..7)?.parse().ok()
    }

    /// The place in the year's sequence.
    pub fn sequence(&self) -> Option<u32> {
        self.0.get(8..)?.parse().ok()
    }
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_pattern_is_read() {
        let good = OrderNumber::parse(" wo-2026-0007 ").unwrap();
        assert_eq!((good.as_str(), good.year(), good.sequence()), ("WO-2026-0007", Some(2026), Some(7)));
        assert_eq!(OrderNumber::new(2026, 1).as_str(), "WO-2026-001");
        for bad in ["", "WO-26-001", "WO-2026-1", "WO-2026-", "2026-001", "WO-2026-00x", "WO-２０２６-001"]
        {
            assert_eq!(OrderNumber::parse(bad), None, "{bad}");
        }
    }
}
