//! What signing asks for and when it stops.

use crate::foundation::Result;

use super::Values;

/// Signing.
#[derive(Clone, Debug)]
pub struct SigningConfig {
    /// Wrong attempts after which an account may not sign until an admin lifts it.
    pub attempts: i64,
    /// Minutes without any request after which a session signs with all components again.
    pub idle_minutes: u64,
}

impl SigningConfig {
    pub(super) fn read(values: &mut Values) -> Result<Self> {
        let attempts = values.number("signing.attempts", 5, 1..=100)?.try_into().unwrap_or(5);
        let idle_minutes = values.number("signing.idle-minutes", 30, 2..=1440)?;
        Ok(Self { attempts, idle_minutes })
    }

    /// [`Self::idle_minutes`] in microseconds.
    pub fn idle_micros(&self) -> i64 {
        i64::try_from(self.idle_minutes).unwrap_or(30) * 60_000_000
    }
}
