//! Money as integer nano-dollars: a token costs a few hundred of them, so sums are exact.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Billionths of a US dollar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "diesel", derive(diesel_derive_newtype::DieselNewType))]
#[serde(transparent)]
pub struct NanoDollars(pub i64);

impl fmt::Display for NanoDollars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let micros = self.0.unsigned_abs() / 1_000;
        if micros >= 1_000_000 {
            write!(f, "{sign}${}.{:02}", micros / 1_000_000, micros % 1_000_000 / 10_000)
        } else {
            write!(f, "{sign}$0.{micros:06}")
        }
    }
}

impl NanoDollars {
    /// For where there is little room: below a dollar three digits that count (`$0.00882`), from a dollar on whole cents, from a
    /// thousand on whole dollars. The amount itself is [`fmt::Display`].
    pub fn short(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let micros = self.0.unsigned_abs() / 1_000;
        if micros >= 1_000_000_000 {
            return format!("{sign}${}", grouped(micros / 1_000_000));
        }
        if micros >= 1_000_000 {
            return self.to_string();
        }
        let rounded = to_three_digits(micros);
        if rounded >= 1_000_000 {
            return format!("{sign}$1.00");
        }
        if rounded == 0 {
            return "$0.00".to_owned();
        }
        let mut text = format!("{sign}$0.{rounded:06}");
        // As many places as the three digits need: `$0.500`, `$0.0100`, `$0.000005`.
        let spare = rounded.ilog10().saturating_sub(2);
        text.truncate(text.len().saturating_sub(usize::try_from(spare).unwrap_or_default()));
        text
    }
}

/// Rounded to the first three of its digits, a half upwards.
fn to_three_digits(number: u64) -> u64 {
    let unit = 10_u64.pow(number.checked_ilog10().unwrap_or_default().saturating_sub(2));
    (number + unit / 2) / unit * unit
}

/// Thousands with a narrow space between them.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A currency by its three letters (ISO 4217).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// What amounts are in where a project has said nothing else.
    pub const DEFAULT: Self = Self(*b"USD");

    /// Reads three letters, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        let letters: [u8; 3] = text.trim().to_ascii_uppercase().into_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_uppercase).then_some(Self(letters))
    }

    /// The three letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("a currency is three letters"))
    }
}

/// An amount in billionths of its currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Billionths.
    pub nanos: i64,
    pub currency: Currency,
}

/// Billionths in one.
const ONE: i64 = 1_000_000_000;
/// The most that is typed in: a thousand million.
const MOST: i64 = ONE * 1_000_000_000;

impl Money {
    /// Reads an amount as people type it, `12.50` or `12,5`; none where it is no amount from 0 to a thousand million.
    pub fn parse(text: &str, currency: Currency) -> Option<Self> {
        let nanos = decimal(text, 9)?;
        (0..=MOST).contains(&nanos).then_some(Self { nanos, currency })
    }

    /// So many thousandths of this amount, rounded to the nearest billionth and held at the ends of the range.
    #[must_use]
    pub fn times_thousandths(self, thousandths: i64) -> Self {
        let product = i128::from(self.nanos) * i128::from(thousandths);
        let nanos = (product + 500).div_euclid(1_000).clamp(i64::MIN.into(), i64::MAX.into());
        Self { nanos: i64::try_from(nanos).unwrap_or(i64::MAX), currency: self.currency }
    }
}

impl fmt::Display for Money {
    /// `12.50 EUR`; more digits only where they are needed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.nanos < 0 { "-" } else { "" };
        let (whole, part) =
            (self.nanos.unsigned_abs() / 1_000_000_000, self.nanos.unsigned_abs() % 1_000_000_000);
        let digits = format!("{part:09}");
        let needed = digits.trim_end_matches('0').len().max(2);
        write!(f, "{sign}{whole}.{} {}", digits.get(..needed).unwrap_or(&digits), self.currency)
    }
}

/// A decimal number as a whole number of its last place; a comma counts as a point, more places than that are refused.
pub fn decimal(text: &str, places: u32) -> Option<i64> {
    let text = text.trim().replace(',', ".");
    let (negative, digits) = text.strip_prefix('-').map_or((false, text.as_str()), |rest| (true, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = usize::try_from(places).is_ok_and(|places| part.len() <= places);
    if !is_number(whole) || !is_number(part) || !fits || (whole.is_empty() && part.is_empty()) {
        return None;
    }
    let width = usize::try_from(places).ok()?;
    let number: i64 = format!("{whole}{part:0<width$}").parse().ok()?;
    Some(if negative { -number } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_back_and_show_no_more_digits_than_they_need() {
        let euro = Currency::parse("eur").unwrap();
        for (typed, nanos, shown) in [
            ("12.5", 12_500_000_000, "12.50 EUR"),
            ("0,005", 5_000_000, "0.005 EUR"),
            ("3", 3_000_000_000, "3.00 EUR"),
            (".25", 250_000_000, "0.25 EUR"),
            ("0", 0, "0.00 EUR"),
        ] {
            let money = Money::parse(typed, euro).unwrap();
            assert_eq!((money.nanos, money.to_string().as_str()), (nanos, shown), "{typed}");
        }
        for odd in
            ["", ".", "-1", "1e3", "1.2.3", "0.0000000001", "99999999999999999999", "one", "+1", "1 000"]
        {
            assert!(Money::parse(odd, euro).is_none(), "{odd}");
        }
        for odd in ["", "EU", "EURO", "E1R", "€€€"] {
            assert!(Currency::parse(odd).is_none(), "{odd}");
        }
        let json = serde_json::to_string(&Money { nanos: 1, currency: euro }).unwrap();
        assert_eq!(serde_json::from_str::<Money>(&json).unwrap().currency, euro);
    }

    #[test]
    fn short_amounts_have_three_digits_that_count() {
        for (nanos, short, exact) in [
            (0, "$0.00", "$0.000000"),
            (999, "$0.00", "$0.000000"),
            (5_000, "$0.000005", "$0.000005"),
            (123_456, "$0.000123", "$0.000123"),
            (8_818_000, "$0.00882", "$0.008818"),
            (9_996_000, "$0.0100", "$0.009996"),
            (43_210_000, "$0.0432", "$0.043210"),
            (500_000_000, "$0.500", "$0.500000"),
            (999_499_999, "$0.999", "$0.999499"),
            (999_600_000, "$1.00", "$0.999600"),
            (1_860_000_000, "$1.86", "$1.86"),
            (999_990_000_000, "$999.99", "$999.99"),
            (1_000_000_000_000, "$1\u{202f}000", "$1000.00"),
            (1_234_567_890_000_000, "$1\u{202f}234\u{202f}567", "$1234567.89"),
            (-8_818_000, "-$0.00882", "-$0.008818"),
        ] {
            let amount = NanoDollars(nanos);
            assert_eq!((amount.short().as_str(), amount.to_string().as_str()), (short, exact), "{nanos}");
        }
        assert!(NanoDollars(i64::MIN).short().starts_with("-$9\u{202f}223"));
    }

    #[test]
    fn products_are_exact_and_stay_in_range() {
        let each = Money { nanos: 3_333_333_333, currency: Currency::DEFAULT };
        assert_eq!(each.times_thousandths(1_500).nanos, 5_000_000_000);
        let much = Money { nanos: i64::MAX, ..each };
        assert_eq!(much.times_thousandths(i64::MAX).nanos, i64::MAX);
    }
}
