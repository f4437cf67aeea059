//! A database for one test: a SQLite file in its folder, or a PostgreSQL database made and dropped for it.

use std::path::Path;

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};
use tracewright::foundation::ids::random_bytes;

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// The embedded default.
    Sqlite,
    /// The server that `TEST_DATABASE_URL` names.
    Postgres,
}

/// A database of a test's own, dropped with it.
pub struct TestDatabase {
    url: String,
    /// The server's address and the database's name there.
    on_server: Option<(String, String)>,
}

impl TestDatabase {
    /// Makes one; `None`, and a line that says so, when there is no server to make it on.
    pub fn create(backend: Backend, folder: &Path) -> Option<Self> {
        if backend == Backend::Sqlite {
            let url = format!("sqlite:{}", folder.join("tracewright.db").display());
            return Some(Self { url, on_server: None });
        }
        let Ok(server) = std::env::var("TEST_DATABASE_URL") else {
            println!("SKIPPED on PostgreSQL: TEST_DATABASE_URL is not set");
            return None;
        };
        let name = format!("tw_it_{}", hex::encode(random_bytes::<8>()));
        on_server(&server, &format!("CREATE DATABASE {name}"));
        Some(Self { url: with_database(&server, &name), on_server: Some((server, name)) })
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.on_server {
            on_server(server, &format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

fn on_server(server: &str, sql: &str) {
    PgConnection::establish(server).unwrap().batch_execute(sql).unwrap();
}

/// `postgres://host/old?x=y` with another database name.
fn with_database(server: &str, name: &str) -> String {
    let (address, parameters) = match server.split_once('?') {
        Some((address, parameters)) => (address, format!("?{parameters}")),
        None => (server, String::new()),
    };
    let scheme_end = address.find("://").map_or(0, |at| at + 3);
    let host_end = address[scheme_end..].find('/').map_or(address.len(), |at| scheme_end + at);
    format!("{}/{name}{parameters}", &address[..host_end])
}

#[test]
fn the_database_name_is_replaced_and_the_rest_kept() {
    assert_eq!(with_database("postgres://a@h:5/x?host=/tmp", "y"), "postgres://a@h:5/y?host=/tmp");
    assert_eq!(with_database("postgres://h", "y"), "postgres://h/y");
}
