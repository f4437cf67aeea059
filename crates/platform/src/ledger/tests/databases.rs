//! Throw-away databases: a SQLite file always, a PostgreSQL database where `TEST_DATABASE_URL` names a server.

use std::path::PathBuf;
use std::sync::Arc;

use diesel::Connection;
use diesel::connection::SimpleConnection;
use serde_json::json;

use crate::db::{AnyConnection, DatabaseUrl, Db, DbOptions, migrate};
use crate::foundation::clock::{ManualClock, SystemClock};
use crate::foundation::ids::random_bytes;
use crate::foundation::{Actor, ActorKind, Clock, ProjectKey, Result};
use crate::ledger::keys::VerifierKey;
use crate::ledger::sequencer::{Step, sequence_once_blocking};
use crate::ledger::verifier::{Report, Trust, verify};
use crate::ledger::{Draft, Event, Ledger, Log, Stream};

/// The log key's seed in these tests.
const SEED: [u8; 32] = [7; 32];

/// One migrated database that goes away with this value.
pub struct Temp {
    pub url: DatabaseUrl,
    text: String,
    folder: Option<PathBuf>,
    server: Option<(String, String)>,
}

/// A fresh database of each kind there is.
pub fn databases() -> Vec<Temp> {
    let server = std::env::var("TEST_DATABASE_URL").ok();
    if server.is_none() {
        println!("skipped: PostgreSQL; set TEST_DATABASE_URL to test with it");
    }
    std::iter::once(sqlite()).chain(server.map(|url| postgres(&url))).collect()
}

fn sqlite() -> Temp {
    let folder = std::env::temp_dir().join(format!("tw-ledger-{}", hex::encode(random_bytes::<8>())));
    let path = folder.join("tracewright.db");
    let text = path.to_string_lossy().into_owned();
    finish(Temp { url: DatabaseUrl::Sqlite(path), text, folder: Some(folder), server: None })
}

fn postgres(server: &str) -> Temp {
    let name = format!("tw_ledger_{}", hex::encode(random_bytes::<8>()));
    connect(server).batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    let (base, options) = server.split_once('?').map_or((server, ""), |(base, options)| (base, options));
    let (host, _) = base.rsplit_once('/').unwrap();
    let text = format!("{host}/{name}?{options}");
    let url = DatabaseUrl::parse(&text).unwrap();
    finish(Temp { url, text, folder: None, server: Some((server.to_owned(), name)) })
}

fn finish(temp: Temp) -> Temp {
    migrate(&temp.url).unwrap();
    temp
}

fn connect(text: &str) -> AnyConnection {
    AnyConnection::establish(text).unwrap()
}

impl Temp {
    /// The service's own doors.
    pub fn open(&self) -> Db {
        self.open_at(Arc::new(SystemClock))
    }

    pub fn open_at(&self, clock: Arc<dyn Clock>) -> Db {
        let options = DbOptions { connections: 6, queue_limit: 4096, ..DbOptions::default() };
        Db::open(&self.url, options, clock).unwrap()
    }

    /// An intruder's connection: no triggers, no foreign keys.
    pub fn intrude(&self) -> AnyConnection {
        let mut conn = connect(&self.text);
        match &mut conn {
            AnyConnection::Sqlite(inner) => {
                inner.batch_execute("PRAGMA foreign_keys = OFF; PRAGMA busy_timeout = 5000;").unwrap();
                for name in TRIGGERS {
                    inner.batch_execute(&format!("DROP TRIGGER IF EXISTS {name};")).unwrap();
                }
            }
            AnyConnection::Postgres(inner) => {
                inner.batch_execute("SET session_replication_role = replica").unwrap();
            }
        }
        conn
    }
}

const TRIGGERS: [&str; 10] = [
    "events_no_update",
    "events_no_delete",
    "leaves_no_update",
    "leaves_no_delete",
    "tree_nodes_no_update",
    "tree_nodes_no_delete",
    "checkpoints_no_update",
    "checkpoints_no_delete",
    "event_bodies_no_delete",
    "event_bodies_only_erase",
];

impl Drop for Temp {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
        if let Some((server, name)) = &self.server {
            let _ = connect(server).batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

/// A clock that a test moves.
pub fn manual() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(foundation::Timestamp(1_767_225_600_000_000)))
}

pub fn ledger() -> Ledger {
    Ledger::new(Vec::new())
}

pub fn log(db: &Db) -> Arc<Log> {
    Arc::new(Log::open(db, &SEED).unwrap())
}

pub fn stream(id: &str) -> Stream {
    Stream { project: ProjectKey(1), kind: "work_order", id: id.to_owned() }
}

pub fn ann() -> Actor {
    Actor {
        id: "0193-ann".to_owned(),
        kind: ActorKind::Human,
        name: "Ann Example".to_owned(),
        session: None,
        request_id: None,
        under_reset: None,
    }
}

/// Appends one event to a stream, as an action does.
pub fn append(db: &Db, ledger: &Ledger, id: &str, value: i64) -> Result<Event> {
    let (ledger, stream) = (ledger.clone(), stream(id));
    db.write_blocking(&ann(), move |tx| {
        ledger.append_next(tx, &stream, Draft::new("work_order.tested.v1", json!({ "value": value })))
    })
}

/// Sequences until nothing waits; returns how many steps placed something.
pub fn drain(db: &Db, log: &Arc<Log>) -> usize {
    let steps = std::iter::repeat_with(|| sequence_once_blocking(db, log).unwrap());
    steps.take_while(|step| matches!(step, Step::Placed(1..))).count()
}

pub fn trust(key: VerifierKey) -> Trust {
    Trust { key, held: None }
}

pub fn report(db: &Db, log: &Log) -> Report {
    db.read_blocking(|conn| verify(conn, &trust(log.verifier()))).unwrap()
}
