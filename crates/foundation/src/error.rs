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
    Forbidden(Cow<'static, str>),
    /// A rule refuses this in the present state; the text says which and what to do.
    #[error("{0}")]
    Refused(Cow<'static, str>),
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
    TooLarge(Cow<'static, str>),
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
    pub fn forbidden(why: impl Into<Cow<'static, str>>) -> Self {
        Self::Forbidden(why.into())
    }

    /// A refusal by a rule.
    pub fn refused(why: impl Into<Cow<'static, str>>) -> Self {
        Self::Refused(why.into())
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
