//! What integration tests stand on: an application with a data folder, a clock and a database of its own.

pub mod api;
mod database;
pub mod http;
pub mod orders;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tracewright::app::{self, Services};
use tracewright::config::{Config, Keys, Values};
use tracewright::foundation::clock::ManualClock;
use tracewright::foundation::ids::random_bytes;
use tracewright::foundation::{Clock, Timestamp};
use tracewright::people::People;
use tracewright::state::App;

pub use database::{Backend, TestDatabase};

/// Makes one test for each database out of `async fn name(t: TestApp) { .. }`.
///
/// The PostgreSQL one needs `TEST_DATABASE_URL`; without it, it says so and passes.
macro_rules! on_both {
    ($(async fn $name:ident($app:ident: TestApp) $body:block)+) => {$(
        mod $name {
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
    /// The people service of this process.
    pub people: People,
    /// Everything the router needs.
    pub services: Services,
    /// The clock, which stands still until moved.
    pub clock: Arc<ManualClock>,
    // Dropped in this order: connections end before the database goes.
    database: TestDatabase,
    _folder: Folder,
}

impl TestApp {
    /// The application over a fresh database; `None` when there is no server to make it on.
    pub fn on(backend: Backend) -> Option<Self> {
        let folder = Folder::new();
        let database = TestDatabase::create(backend, folder.path())?;
        let clock = Arc::new(ManualClock::at(START));
        let services = services(folder.path(), &database, clock.clone());
        let Services { app, people, .. } = services.clone();
        Some(Self { app, people, services, clock, database, _folder: folder })
    }

    /// The same with passwords hashed at their real cost, for what happens while one is.
    pub fn at_full_cost(mut self) -> Self {
        self.services = Services::new(self.app.clone()).unwrap();
        self.people = self.services.people.clone();
        self
    }

    /// Where a connection of one's own leads to the same database.
    pub fn database_url(&self) -> &str {
        self.database.url().trim_start_matches("sqlite:")
    }

    /// The same as a setting for another process, with the password that the address shown to people lacks.
    pub fn database_setting(&self) -> &str {
        self.database.url()
    }

    /// The same database, folder and clock as seen by another process: nothing in memory is shared.
    pub fn other_process(&self) -> Services {
        let config = self.app.config.as_ref().clone();
        let app = app::build(config, Keys::for_tests(), self.clock.clone()).unwrap();
        Services::of_example(app).unwrap()
    }
}

/// Runs one test on one database, on an actix system.
pub fn block_on<F: Future<Output = ()>>(backend: Backend, test: impl FnOnce(TestApp) -> F) {
    if let Some(app) = TestApp::on(backend) {
        actix_web::rt::System::new().block_on(test(app));
    }
}

fn services(folder: &Path, database: &TestDatabase, clock: Arc<dyn Clock>) -> Services {
    let data = folder.to_string_lossy();
    let settings = [
        ("data", data.as_ref()),
        ("database-url", database.url()),
        ("database.connections", "4"),
        ("pull.private-addresses", "true"),
    ];
    let config = Config::from_values(Values::of(&settings)).unwrap();
    // Passwords of tests are hashed at the least cost: at the real one that was a fifth of the time of all tests.
    Services::of_example(app::build(config, Keys::for_tests(), clock).unwrap()).unwrap()
}

/// A folder under the system's temporary one that goes away with the test.
pub struct Folder(PathBuf);

impl Folder {
    /// Makes it.
    pub fn new() -> Self {
        let path = std::env::temp_dir().join(format!("tw-it-{}", hex::encode(random_bytes::<8>())));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
