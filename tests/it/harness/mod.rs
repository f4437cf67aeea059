//! What integration tests stand on: an application with a data folder, a clock and a database of its own.

mod database;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use object_store::local::LocalFileSystem;
use tracewright::config::{Config, Keys, Values};
use tracewright::db::{Db, migrate};
use tracewright::foundation::clock::ManualClock;
use tracewright::foundation::ids::random_bytes;
use tracewright::foundation::{Clock, Timestamp};
use tracewright::ledger::{Ledger, Log, Projection};
use tracewright::people::{self, People};
use tracewright::state::App;

pub use database::Backend;
use database::TestDatabase;

/// Makes one test for each database out of `async fn name(t: TestApp) { .. }`.
///
/// The PostgreSQL one needs `TEST_DATABASE_URL`; without it, it says so and passes.
macro_rules! on_both {
    ($(async fn $name:ident($app:ident: TestApp) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, reason = "a macro cannot know what a body uses")]
            use super::*;

            async fn run($app: $crate::harness::TestApp) $body

            #[test]
            fn sqlite() {
                $crate::harness::block_on($crate::harness::Backend::Sqlite, run);
            }

            #[test]
            fn postgres() {
                $crate::harness::block_on($crate::harness::Backend::Postgres, run);
            }
        }
    )+};
}
pub(crate) use on_both;

/// 2026-11-21 09:00 UTC: where every test's clock starts.
pub const START: Timestamp = Timestamp(1_795_251_600_000_000);

/// One second, in microseconds.
pub const SECOND: i64 = 1_000_000;
/// One minute, in microseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// One day, in microseconds.
pub const DAY: i64 = 86_400 * SECOND;

/// An application over a fresh, migrated database.
pub struct TestApp {
    /// The application.
    pub app: App,
    /// The people service of this "process".
    pub people: People,
    /// The clock, which stands still until moved.
    pub clock: Arc<ManualClock>,
    // Dropped in this order: connections end before the database goes.
    database: TestDatabase,
    _folder: Folder,
}

/// How to build a [`TestApp`].
pub struct Builder {
    backend: Backend,
    settings: Vec<(String, String)>,
    projections: Vec<Projection>,
}

impl TestApp {
    /// Starts building on a database; `None` when it is not there to be used.
    pub fn on(backend: Backend) -> Builder {
        Builder { backend, settings: Vec::new(), projections: vec![people::PROJECTION] }
    }

    /// Which database this is.
    pub fn backend(&self) -> Backend {
        self.database.backend()
    }

    /// The same database and clock as seen by another process: nothing in memory is shared.
    pub fn other_process(&self) -> People {
        let db = open(self.app.config.as_ref(), self.clock.clone());
        let ledger = Ledger::new(self.app.ledger.projections().to_vec());
        let log = log(&db);
        People::new(App { db, ledger, log, ..self.app.clone() }).unwrap()
    }
}

impl Builder {
    /// A setting, by its dotted name.
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// More projections than those of people.
    pub fn projections(mut self, more: impl IntoIterator<Item = Projection>) -> Self {
        self.projections.extend(more);
        self
    }

    /// The application; `None` when the database is not there to be used.
    pub fn build(self) -> Option<TestApp> {
        let folder = Folder::new();
        let database = TestDatabase::create(self.backend, folder.path())?;
        let clock = Arc::new(ManualClock::at(START));
        let config = config(folder.path(), &database, &self.settings);
        migrate(config.database_url()).unwrap();
        let blobs = folder.path().join("blobs");
        std::fs::create_dir_all(&blobs).unwrap();
        let db = open(&config, clock.clone());
        let app = App {
            log: log(&db),
            db,
            ledger: Ledger::new(self.projections),
            blobs: Arc::new(LocalFileSystem::new_with_prefix(blobs).unwrap()),
            clock: clock.clone(),
            keys: Arc::new(Keys::for_tests()),
            config: Arc::new(config),
        };
        let people = People::new(app.clone()).unwrap();
        Some(TestApp { app, people, clock, database, _folder: folder })
    }
}

/// The log as a process of its own sees it.
fn log(db: &Db) -> Arc<Log> {
    Arc::new(Log::open(db, &Keys::for_tests().log_seed).unwrap())
}

/// Runs one test on one database, on an actix system.
pub fn block_on<F: Future<Output = ()>>(backend: Backend, test: impl FnOnce(TestApp) -> F) {
    if let Some(app) = TestApp::on(backend).build() {
        actix_web::rt::System::new().block_on(test(app));
    }
}

fn config(folder: &Path, database: &TestDatabase, settings: &[(String, String)]) -> Config {
    let data = folder.to_string_lossy();
    let mut all =
        vec![("data", data.as_ref()), ("database-url", database.url()), ("database.connections", "4")];
    all.extend(settings.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    Config::from_values(Values::of(&all)).unwrap()
}

fn open(config: &Config, clock: Arc<dyn Clock>) -> Db {
    Db::open(config.database_url(), config.database.options, clock).unwrap()
}

/// A folder under the system's temporary one that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("tw-it-{}", hex::encode(random_bytes::<8>())));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
