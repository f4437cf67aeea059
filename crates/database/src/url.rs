//! Where the data lies: read by scheme, so that a typo never creates an empty database file.

use std::fmt;
use std::path::{Path, PathBuf};

use foundation::{Error, Result};

/// A parsed database address.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    Sqlite(PathBuf),
    /// A PostgreSQL connection string, kept as given; it may hold a password.
    Postgres(String),
}

impl DatabaseUrl {
    /// Reads `sqlite:PATH`, `postgres://…` or `postgresql://…`.
    pub fn parse(text: &str) -> Result<Self> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            refuse_open_wire(text)?;
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

/// This build speaks to PostgreSQL without TLS, so traces and passwords would cross a network in the open.
fn refuse_open_wire(url: &str) -> Result<()> {
    if is_on_this_machine(url) || url.contains("sslmode=disable") {
        return Ok(());
    }
    Err(Error::invalid(
        "database-url",
        "this build has no TLS for PostgreSQL, and the host is not this machine; use a local proxy or socket, \
         or add ?sslmode=disable if the network between is trusted",
    ))
}

fn is_on_this_machine(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let in_query = rest.split(['?', '&']).find_map(|part| part.strip_prefix("host="));
    let host = in_query.filter(|_| host.is_empty()).unwrap_or(host);
    let host = host.strip_prefix("[::1]").map_or(host, |_| "localhost");
    let name = host.split(':').next().unwrap_or_default();
    name.is_empty()
        || name == "localhost"
        || name.starts_with("127.")
        || name.starts_with('/')
        || name.starts_with("%2F")
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
        let url = DatabaseUrl::parse("postgres://ann:s3cret@localhost/tw").unwrap();
        assert_eq!(format!("{url:?}"), "postgres://ann@localhost/tw");
    }

    #[test]
    fn a_remote_host_without_tls_is_refused_unless_asked_for() {
        for local in [
            "postgres://a:p@127.0.0.1:5432/tw",
            "postgres://a@localhost/tw",
            "postgresql://[::1]:5432/tw",
            "postgres:///tw?host=/run/postgresql",
            "postgres://a@%2Frun%2Fpostgresql/tw",
            "postgres://a@db.example/tw?sslmode=disable",
        ] {
            assert!(DatabaseUrl::parse(local).is_ok(), "{local}");
        }
        for remote in
            ["postgres://a:p@db.example/tw", "postgres://a@10.0.0.7:5432/tw?application_name=localhost"]
        {
            assert!(DatabaseUrl::parse(remote).is_err(), "{remote}");
        }
    }
}
