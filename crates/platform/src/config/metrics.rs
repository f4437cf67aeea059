//! Who may read metrics of this installation.

use std::fmt;

use crate::foundation::{Error, Result};

use super::Values;

/// The shortest token: as many letters as nobody guesses.
const SHORTEST: usize = 16;

/// The route for Prometheus.
#[derive(Clone, Default)]
pub struct MetricsConfig {
    /// What a reader sends as `Authorization: Bearer TOKEN`. Without one, this machine alone reads.
    pub token: Option<String>,
}

impl MetricsConfig {
    pub(super) fn read(values: &mut Values) -> Result<Self> {
        let token = values.secret("metrics.token")?;
        // A header carries nothing else, and a blank in it is mostly a mistake.
        let is_sound = |token: &str| token.len() >= SHORTEST && token.bytes().all(|b| b.is_ascii_graphic());
        if token.as_deref().is_some_and(|token| !is_sound(token)) {
            let wanted =
                format!("a token has {SHORTEST} or more letters, digits and signs of ASCII, without blanks");
            return Err(Error::invalid("metrics.token", wanted));
        }
        Ok(Self { token })
    }
}

impl fmt::Debug for MetricsConfig {
    /// Without the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetricsConfig").field("has_token", &self.token.is_some()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_taken_if_a_header_carries_it_and_nobody_guesses_it() {
        for (token, is_taken) in [
            ("0123456789abcdef", true),
            ("s3cr3t/+=.-_~token", true),
            ("0123456789abcde", false),
            ("0123456789 abcdef", false),
            ("0123456789abcdéf", false),
            ("0123456789abcdef\n", false),
        ] {
            let read = MetricsConfig::read(&mut Values::of(&[("metrics.token", token)]));
            assert_eq!(read.is_ok(), is_taken, "{token}");
        }
        assert_eq!(MetricsConfig::read(&mut Values::of(&[])).unwrap().token, None);
    }

    #[test]
    fn no_token_is_shown() {
        let mut values = Values::of(&[("metrics.token", "0123456789abcdef")]);
        let read = MetricsConfig::read(&mut values).unwrap();
        assert!(!format!("{read:?}").contains("0123"), "{read:?}");
        let shown: Vec<(String, String)> =
            values.into_settings().into_iter().map(|it| (it.name, it.shown)).collect();
        assert_eq!(shown, [("metrics.token".to_owned(), "(set)".to_owned())]);
        let refused = MetricsConfig::read(&mut Values::of(&[("metrics.token", "hunter2")])).unwrap_err();
        assert!(!refused.to_string().contains("hunter2"), "{refused}");
    }
}
