//! A database for one test: a SQLite file in its folder, or a PostgreSQL database made and dropped for it. Both are copies
//! of one that was migrated once: applying all migrations takes longer than most tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::Bool;
use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl as _};
use tracewright::db::DatabaseUrl;
use tracewright::foundation::Digest;
use tracewright::foundation::ids::random_bytes;

use super::Folder;

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
    /// Makes one with all migrations; `None`, and a line that says so, when there is no server to make it on.
    pub fn create(backend: Backend, folder: &Path) -> Option<Self> {
        if backend == Backend::Sqlite {
            fs::write(file_in(folder), migrated_file()).unwrap();
        }
        Self::made(backend, folder, |server| {
            format!("TEMPLATE {} STRATEGY FILE_COPY", migrated_template(server))
        })
    }

    /// The same without anything in it.
    pub fn empty(backend: Backend, folder: &Path) -> Option<Self> {
        Self::made(backend, folder, |_| String::new())
    }

    fn made(backend: Backend, folder: &Path, like: impl FnOnce(&str) -> String) -> Option<Self> {
        if backend == Backend::Sqlite {
            return Some(Self { url: format!("sqlite:{}", file_in(folder).display()), on_server: None });
        }
        let Ok(server) = std::env::var("TEST_DATABASE_URL") else {
            println!("SKIPPED on PostgreSQL: TEST_DATABASE_URL is not set");
            return None;
        };
        let name = format!("tw_it_{}", hex::encode(random_bytes::<8>()));
        on_server(&server, &format!("CREATE DATABASE {name} {}", like(&server)));
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

fn file_in(folder: &Path) -> PathBuf {
    folder.join("tracewright.db")
}

/// The bytes of a SQLite database with all migrations, applied once in this process.
fn migrated_file() -> &'static [u8] {
    static FILE: OnceLock<Vec<u8>> = OnceLock::new();
    FILE.get_or_init(|| {
        let folder = Folder::new();
        let file = folder.path().join("template.db");
        migrate(&format!("sqlite:{}", file.display()));
        fs::read(file).unwrap()
    })
}

/// The name of a PostgreSQL database with all migrations. It stays on the server for the next run, named by what the
/// migrations say; whoever comes first makes it, the others wait.
fn migrated_template(server: &str) -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| {
        let name = format!("tw_template_{}", &migrations_digest()[..16]);
        let mut connection = PgConnection::establish(server).unwrap();
        connection.batch_execute("SELECT pg_advisory_lock(748301)").unwrap();
        if !exists(&mut connection, &name) {
            let half_made = format!("tw_it_{}", hex::encode(random_bytes::<8>()));
            connection.batch_execute(&format!("CREATE DATABASE {half_made}")).unwrap();
            migrate(&with_database(server, &half_made));
            connection.batch_execute(&format!("ALTER DATABASE {half_made} RENAME TO {name}")).unwrap();
        }
        name
    })
}

fn migrate(url: &str) {
    tracewright::db::migrate(&DatabaseUrl::parse(url).unwrap()).unwrap();
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Bool)]
    found: bool,
}

fn exists(connection: &mut PgConnection, name: &str) -> bool {
    let sql = format!("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = '{name}') AS found");
    diesel::sql_query(sql).get_result::<Found>(connection).unwrap().found
}

fn migrations_digest() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/postgres");
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path().join("up.sql")).collect();
    files.sort();
    let all: Vec<u8> = files.into_iter().flat_map(|file| fs::read(file).unwrap()).collect();
    Digest::of(&all).to_hex()
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
