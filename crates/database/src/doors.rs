//! The two doors: `read` and `write`.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use diesel::r2d2::{ConnectionManager, Pool, PooledConnection};
use diesel::{Connection, RunQueryDsl as _};
use tokio::sync::oneshot;

use foundation::{Actor, Clock, Error, Result, Timestamp};

use super::checkpoint::Checkpointer;
use super::connection::{AnyConnection, Prepare, Purpose, prepare};
use super::queue::Queue;
use super::tx::{AfterCommit, Tx};
use super::url::DatabaseUrl;
use super::writer::{self, Done, Job};

/// Who waits in front of whom when both want to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// A person or agent is waiting for the page.
    Interactive,
    Ingest,
}

/// How many writes wait before the one writer of SQLite, by lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Queued {
    pub interactive: usize,
    pub ingest: usize,
}

/// Sizes of pools and queues.
#[derive(Clone, Copy, Debug)]
pub struct DbOptions {
    /// Connections for reading (SQLite) or in all (PostgreSQL).
    pub connections: u32,
    /// Jobs a lane may hold before it answers "busy".
    pub queue_limit: usize,
    /// A write is answered before it is sure to survive a loss of power, which brings the database back as it was some writes ago.
    /// For filling an empty one, which is begun anew then; everything is on disk once it is closed.
    pub is_lazy: bool,
}

impl DbOptions {
    fn writing(self) -> Purpose {
        if self.is_lazy { Purpose::WriteLazily } else { Purpose::Write }
    }
}

impl Default for DbOptions {
    fn default() -> Self {
        Self { connections: 8, queue_limit: 256, is_lazy: false }
    }
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    pool: Pool<ConnectionManager<AnyConnection>>,
    writer: Option<Writer>,
    in_flight: AtomicUsize,
    queue_limit: usize,
    clock: Arc<dyn Clock>,
    url: DatabaseUrl,
}

struct Writer {
    queue: Arc<Queue<Job>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    checkpointer: Checkpointer,
}

const BUSY: Error = Error::Busy { retry_after_s: 1 };

impl Db {
    /// Opens the database and starts the writer; migrations are the caller's next step.
    pub fn open(url: &DatabaseUrl, options: DbOptions, clock: Arc<dyn Clock>) -> Result<Self> {
        let writer = match url {
            DatabaseUrl::Sqlite(path) => {
                create_parent(path)?;
                Some(Writer::start(url, path, options)?)
            }
            DatabaseUrl::Postgres(_) => None,
        };
        let purpose = if writer.is_some() { Purpose::Read } else { options.writing() };
        let pool = Pool::builder()
            .max_size(options.connections)
            .min_idle(Some(1))
            .connection_timeout(Duration::from_secs(5))
            .connection_customizer(Box::new(Prepare(purpose)))
            .build(ConnectionManager::new(url.connection_string()))
            .map_err(|e| Error::Unavailable(format!("cannot open {url}: {e}").into()))?;
        let in_flight = AtomicUsize::new(0);
        let inner =
            Inner { pool, writer, in_flight, queue_limit: options.queue_limit, clock, url: url.clone() };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The present moment by the injected clock.
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// Whether the data lies in the embedded database.
    pub fn is_sqlite(&self) -> bool {
        self.inner.writer.is_some()
    }

    /// How many writes wait for their turn; none on PostgreSQL, where each is a transaction of its own.
    pub fn queued(&self) -> Option<Queued> {
        let (interactive, ingest) = self.inner.writer.as_ref()?.queue.lengths();
        Some(Queued { interactive, ingest })
    }

    /// Reads on a blocking thread; writing through this door fails on SQLite.
    pub async fn read<T, F>(&self, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut AnyConnection) -> Result<T> + Send + 'static,
    {
        taken(self.read_any(Box::new(move |conn| packed(f(conn)))).await)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        let ask = |conn: &mut AnyConnection| Ok(diesel::sql_query("SELECT 1").execute(conn).map(drop)?);
        self.read(ask).await
    }

    /// [`Db::read`] for commands, jobs and tests.
    pub fn read_blocking<T>(&self, f: impl FnOnce(&mut AnyConnection) -> Result<T>) -> Result<T> {
        let mut conn = self.connection()?;
        f(&mut conn)
    }

    /// Writes in one transaction and answers after COMMIT.
    pub async fn write<T, F>(&self, actor: &Actor, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.write_batch(Lane::Interactive, 1, actor, f).await
    }

    /// [`Db::write`] with a lane and the number of rows it will write, for ingest.
    pub async fn write_batch<T, F>(&self, lane: Lane, rows: usize, actor: &Actor, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        taken(self.write_any(lane, rows, actor.clone(), Box::new(move |tx| packed(f(tx)))).await)
    }

    /// [`Db::write`] for commands, jobs and tests; never call it on an async thread.
    pub fn write_blocking<T, F>(&self, actor: &Actor, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        taken(self.write_any_blocking(actor.clone(), Box::new(move |tx| packed(f(tx)))))
    }

    /// Empties SQLite's write-ahead log soon, which holds old versions of what was deleted; PostgreSQL sees to that
    /// itself. Whoever must be sure waits on the receiver until it errs.
    pub fn forget_freed(&self) -> Option<std::sync::mpsc::Receiver<()>> {
        self.inner.writer.as_ref().map(|writer| writer.checkpointer.truncate())
    }

    /// Ends the writer after everything queued is on disk.
    pub fn close(&self) {
        if let Some(writer) = &self.inner.writer {
            writer.stop();
        }
    }

    /// A connection beside the pool, for one piece of long work.
    pub(super) fn own_connection(&self, purpose: Purpose) -> Result<AnyConnection> {
        connect(&self.inner.url, purpose)
    }

    #[cfg(test)]
    pub(super) fn inner_queue_is_full(&self) -> bool {
        self.inner.writer.as_ref().is_some_and(|writer| writer.queue.is_full())
    }

    async fn read_any(&self, read: Reading) -> Result<Packed> {
        let db = self.clone();
        off_thread(move || db.read_blocking(read)).await
    }

    async fn write_any(&self, lane: Lane, rows: usize, actor: Actor, write: Writing) -> Result<Packed> {
        if let Some(writer) = &self.inner.writer {
            let answer = self.enqueue(writer, lane, rows, actor, write)?;
            return answer.await.unwrap_or_else(|_| Err(BUSY));
        }
        let db = self.clone();
        off_thread(move || db.write_postgres(&actor, write)).await
    }

    fn write_any_blocking(&self, actor: Actor, write: Writing) -> Result<Packed> {
        match &self.inner.writer {
            Some(writer) => {
                let answer = self.enqueue(writer, Lane::Interactive, 1, actor, write)?;
                answer.blocking_recv().unwrap_or_else(|_| Err(BUSY))
            }
            None => self.write_postgres(&actor, write),
        }
    }

    fn connection(&self) -> Result<PooledConnection<ConnectionManager<AnyConnection>>> {
        self.inner.pool.get().map_err(|e| {
            tracing::warn!(cause = %e, "no database connection");
            BUSY
        })
    }

    fn enqueue(
        &self,
        writer: &Writer,
        lane: Lane,
        rows: usize,
        actor: Actor,
        write: Writing,
    ) -> Result<oneshot::Receiver<Result<Packed>>> {
        let (sender, receiver) = oneshot::channel();
        let clock = Arc::clone(&self.inner.clock);
        let run = Box::new(move |conn: &mut AnyConnection| {
            let (result, after) = in_transaction(conn, &actor, clock.now(), write);
            let database_failed = matches!(result, Err(Error::Internal(_) | Error::Unavailable(_)));
            let reply =
                Box::new(move |committed: Result<(), String>| answer(&committed, result, after, sender));
            Done { reply, database_failed }
        });
        writer.queue.push(lane, Job { lane, rows, run }).map_err(|_| BUSY)?;
        Ok(receiver)
    }

    fn write_postgres(&self, actor: &Actor, write: Writing) -> Result<Packed> {
        let _turn = Turn::take(&self.inner.in_flight, self.inner.queue_limit).ok_or(BUSY)?;
        let mut conn = self.connection()?;
        let (result, after) = in_transaction(&mut conn, actor, self.inner.clock.now(), write);
        if result.is_ok() {
            run_all(after);
        }
        result
    }
}

/// What a closure gave back. Everything behind the doors works on this, so that it is compiled once and not anew for each of
/// the hundreds of closures that go through them.
type Packed = Box<dyn Any + Send>;
type Reading = Box<dyn FnOnce(&mut AnyConnection) -> Result<Packed> + Send>;
type Writing = Box<dyn FnOnce(&mut Tx<'_>) -> Result<Packed> + Send>;

fn packed<T: Send + 'static>(result: Result<T>) -> Result<Packed> {
    result.map(|value| Box::new(value) as Packed)
}

fn taken<T: 'static>(result: Result<Packed>) -> Result<T> {
    result?.downcast().map(|value| *value).map_err(|_| Error::internal("a closure gave back another type"))
}

impl Writer {
    fn start(url: &DatabaseUrl, path: &Path, options: DbOptions) -> Result<Self> {
        let queue = Arc::new(Queue::bounded(options.queue_limit));
        let thread =
            writer::start(connect(url, options.writing())?, Arc::clone(&queue)).map_err(Error::internal)?;
        let checkpointer = Checkpointer::start(connect(url, Purpose::Write)?, path, Arc::clone(&queue))
            .map_err(Error::internal)?;
        Ok(Self { queue, thread: Mutex::new(Some(thread)), checkpointer })
    }

    fn stop(&self) {
        self.queue.close();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(writer) = &self.writer {
            writer.stop();
        }
    }
}

/// A place among the writes under way on PostgreSQL, so that a flood is refused instead of piling up.
struct Turn<'a>(&'a AtomicUsize);

impl<'a> Turn<'a> {
    fn take(count: &'a AtomicUsize, limit: usize) -> Option<Self> {
        let before = count.fetch_add(1, Ordering::AcqRel);
        let turn = Self(count);
        (before < limit).then_some(turn)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Runs the closure in a transaction (a savepoint inside the writer's group). A panic rolls it back.
fn in_transaction(
    conn: &mut AnyConnection,
    actor: &Actor,
    now: Timestamp,
    write: Writing,
) -> (Result<Packed>, Vec<AfterCommit>) {
    let mut after = Vec::new();
    let result = conn.transaction(|conn| {
        let mut tx = Tx::new(conn, actor, now);
        let result = catch_unwind(AssertUnwindSafe(|| write(&mut tx)));
        after = tx.into_after_commit();
        result.unwrap_or_else(|_| Err(Error::internal("a write panicked and was rolled back")))
    });
    (result, after)
}

fn answer(
    committed: &Result<(), String>,
    result: Result<Packed>,
    after: Vec<AfterCommit>,
    sender: oneshot::Sender<Result<Packed>>,
) {
    let result = match committed {
        Ok(()) => {
            if result.is_ok() {
                run_all(after);
            }
            result
        }
        Err(_) => {
            Err(Error::Unavailable("the data could not be written to disk; nothing of it is stored".into()))
        }
    };
    // A caller who has gone away does not change what is stored.
    let _ = sender.send(result);
}

fn run_all(after: Vec<AfterCommit>) {
    for f in after {
        f();
    }
}

async fn off_thread(f: impl FnOnce() -> Result<Packed> + Send + 'static) -> Result<Packed> {
    tokio::task::spawn_blocking(f).await.map_err(Error::internal)?
}

fn connect(url: &DatabaseUrl, purpose: Purpose) -> Result<AnyConnection> {
    let unavailable = |e: String| Error::Unavailable(format!("cannot open {url}: {e}").into());
    let mut conn =
        AnyConnection::establish(&url.connection_string()).map_err(|e| unavailable(e.to_string()))?;
    prepare(&mut conn, purpose).map_err(|e| unavailable(e.to_string()))?;
    Ok(conn)
}

fn create_parent(path: &Path) -> Result<()> {
    let Some(parent) = path.parent().filter(|p| !p.as_os_str().is_empty()) else {
        return Ok(());
    };
    std::fs::create_dir_all(parent)
        .map_err(|e| Error::Unavailable(format!("cannot create {}: {e}", parent.display()).into()))
}
