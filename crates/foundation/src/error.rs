//! The one error type of actions: what was refused, why, and what to do.
//!
//! Actions return [`Error`]; `web::error` turns it into a status and a page or a JSON body;
//! `anyhow` is for commands, jobs and start-up only.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

use super::failure::Failure;

/// Shorthand used by every action.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something was refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The thing does not exist, or the asker must not know that it does.
    #[error("{0} was not found")]
    NotFound(Cow<'static, str>),
    #[error("sign in first")]
    Unauthenticated,
    /// The asker may not do this; the text says why and who may.
    #[error("{0}")]
    Forbidden(Said),
    /// A rule refuses this in the present state; the text says which and what to do.
    #[error("{0}")]
    Refused(Said),
    /// Somebody else changed it meanwhile.
    #[error("{what} changed while you looked at it: you saw version {expected}, it is now {found}")]
    Conflict {
        what: Cow<'static, str>,
        /// The version the asker saw.
        expected: i64,
        /// The version found.
        found: i64,
    },
    /// Input that cannot be taken, field by field.
    #[error("{0}")]
    Invalid(FieldErrors),
    /// The body is larger than we take.
    #[error("{0}")]
    TooLarge(Said),
    /// Too much at once; the same request will be taken later.
    #[error("busy: try again in {retry_after_s} s")]
    Busy { retry_after_s: u32 },
    /// Storage or another needed part cannot be reached now.
    #[error("{0}")]
    Unavailable(Cow<'static, str>),
    /// Our own fault; the text is logged, never shown.
    #[error("{0}")]
    Internal(Fault),
}

impl Error {
    /// A thing that was not found.
    pub fn not_found(what: impl Into<Cow<'static, str>>) -> Self {
        Self::NotFound(what.into())
    }

    /// A refusal for want of permission.
    pub fn forbidden(why: impl Into<Said>) -> Self {
        Self::Forbidden(why.into())
    }

    /// A refusal by a rule.
    pub fn refused(why: impl Into<Said>) -> Self {
        Self::Refused(why.into())
    }

    /// The same refusal with the rule behind it and what would lift it; a rule that is named already stays. What is no
    /// refusal by a rule is left as it is.
    #[must_use]
    pub fn by_rule(mut self, rule: &'static str, lift: impl Into<String>) -> Self {
        if let Self::Forbidden(said) | Self::Refused(said) = &mut self {
            said.refusal.get_or_insert_with(|| Box::new(Refusal { rule, lift: lift.into() }));
        }
        self
    }

    /// The rule behind a refusal, where it was named.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Forbidden(said) | Self::Refused(said) => said.refusal.as_deref(),
            _ => None,
        }
    }

    /// One bad field.
    pub fn invalid(path: impl Into<String>, message: impl Into<String>) -> Self {
        let mut errors = FieldErrors::default();
        errors.add(path, message);
        Self::Invalid(errors)
    }

    /// Our own fault.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self::Internal(Fault { text: cause.to_string(), failure: None })
    }

    /// A failure of the database that is nobody else's fault.
    #[cfg(feature = "diesel")]
    pub(super) fn of_database(text: String, failure: Failure) -> Self {
        Self::Internal(Fault { text, failure: Some(failure) })
    }

    /// What kind of failure the database told of, where one did and it is not out of reach altogether.
    pub fn failure(&self) -> Option<&Failure> {
        if let Self::Internal(fault) = self { fault.failure.as_ref() } else { None }
    }
}

/// The words of a refusal, and the rule behind it where it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    words: Cow<'static, str>,
    refusal: Option<Box<Refusal>>,
}

/// The rule behind a refusal, as a program reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Its number in `docs/rules.md`, such as `R20`.
    pub rule: &'static str,
    /// What would lift it, as a sentence: who does what.
    pub lift: String,
}

impl Said {
    /// The words alone.
    pub fn into_owned(self) -> String {
        self.words.into_owned()
    }
}

impl From<&'static str> for Said {
    fn from(words: &'static str) -> Self {
        Self { words: Cow::Borrowed(words), refusal: None }
    }
}

impl From<String> for Said {
    fn from(words: String) -> Self {
        Self { words: Cow::Owned(words), refusal: None }
    }
}

impl From<Cow<'static, str>> for Said {
    fn from(words: Cow<'static, str>) -> Self {
        Self { words, refusal: None }
    }
}

impl From<Said> for String {
    fn from(said: Said) -> Self {
        said.into_owned()
    }
}

impl std::ops::Deref for Said {
    type Target = str;

    fn deref(&self) -> &str {
        &self.words
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

/// What went wrong on our side, for the log alone.
#[derive(Debug)]
pub struct Fault {
    text: String,
    failure: Option<Failure>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<serde_json::Error> for Error {
    fn from(cause: serde_json::Error) -> Self {
        Self::internal(format_args!("stored JSON: {cause}"))
    }
}

/// What is wrong with an input, by field path (`steps[2].title`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FieldErrors(pub Vec<FieldError>);

/// One field and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Where, as a path; empty for the whole input.
    pub path: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl FieldErrors {
    /// A single fault.
    pub fn one(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self(vec![FieldError { path: path.into(), message: message.into() }])
    }

    /// Notes one more fault.
    pub fn add(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.0.push(FieldError { path: path.into(), message: message.into() });
    }

    /// These, and after them those of another that are not among them.
    #[must_use]
    pub fn and(mut self, more: Self) -> Self {
        for fault in more.0 {
            if !self.0.contains(&fault) {
                self.0.push(fault);
            }
        }
        self
    }

    /// `Ok` when nothing was noted.
    pub fn into_result(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self)) }
    }

    /// The message for one field, if any.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.0.iter().find(|e| e.path == path).map(|e| e.message.as_str())
    }
}

impl fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            let separator = if i == 0 { "" } else { "; " };
            if error.path.is_empty() {
                write!(f, "{separator}{}", error.message)?;
            } else {
                write!(f, "{separator}{}: {}", error.path, error.message)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_told_twice_are_told_once() {
        let (name, place) = (FieldErrors::one("name", "too long"), FieldErrors::one("place", "too long"));
        let both = name.clone().and(place.clone()).and(name.clone());
        assert_eq!(both.0, [name.0, place.0].concat());
    }

    #[test]
    fn a_refusal_names_its_rule_once_and_says_the_same_words() {
        let refused = Error::forbidden("not yours").by_rule("R37", "Ask a supervisor.");
        assert_eq!(refused.to_string(), "not yours");
        let again = refused.by_rule("R20", "never");
        assert_eq!(again.refusal().map(|it| (it.rule, it.lift.as_str())), Some(("R37", "Ask a supervisor.")));
        assert_eq!(Error::refused("no").refusal(), None);
        assert_eq!(
            Error::not_found("it").by_rule("R37", "x").refusal(),
            None,
            "what is not there has no rule"
        );
    }
}
