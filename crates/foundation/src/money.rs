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
