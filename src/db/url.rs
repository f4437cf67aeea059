//! Where the data lies: read by scheme, so that a typo never creates an empty database file.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::foundation::{Error, Result};

/// A parsed database address.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL connection string, kept as given; it may hold a password.
    Postgres(String),
}

impl DatabaseUrl {
    /// Reads `sqlite:PATH`, `postgres://…` or `postgresql://…`.
    pub fn parse(text: &str) -> Result<Self> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        let path = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:"));
        match path {
            Some(path) if !path.is_empty() => Ok(Self::Sqlite(PathBuf::from(path))),
            _ => Err(Error::invalid("database-url", "expected sqlite:PATH or postgres://USER@HOST/DATABASE")),
        }
    }

    /// The embedded database inside a data folder.
    pub fn in_folder(data: &Path) -> Self {
        Self::Sqlite(data.join("tracewright.db"))
    }

    pub(super) fn connection_string(&self) -> String {
        match self {
            Self::Sqlite(path) => path.to_string_lossy().into_owned(),
            Self::Postgres(url) => url.clone(),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    /// For people and logs: without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => {
                let shown = url.split_once("://").and_then(|(scheme, rest)| {
                    let (login, host) = rest.rsplit_once('@')?;
                    let user = login.split(':').next().unwrap_or_default();
                    Some(format!("{scheme}://{user}@{host}"))
                });
                f.write_str(shown.as_deref().unwrap_or(url))
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_in_the_scheme_is_refused() {
        assert!(DatabaseUrl::parse("postgre://host/db").is_err());
        assert!(DatabaseUrl::parse("tracewright.db").is_err());
        assert!(DatabaseUrl::parse("sqlite:").is_err());
    }

    #[test]
    fn the_password_is_never_shown() {
        let url = DatabaseUrl::parse("postgres://ann:s3cret@db.example/tw").unwrap();
        assert_eq!(format!("{url:?}"), "postgres://ann@db.example/tw");
    }
}
