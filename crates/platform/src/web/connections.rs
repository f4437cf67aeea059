//! Open connections, so that nobody closes the server to others by holding many of them.
//!
//! A process has only so many descriptors. When connections would take all of them, the one that has kept us waiting for
//! longest is closed for the newcomer: it sends nothing, or a head or a body that does not end. One that an answer is being
//! made for or sent to goes only after [`PATIENCE`]. Beside that, whoever keeps us waiting for [`OVERDUE`] is let go even
//! if nobody else needs the place; the framework's own limits know the first head of a connection only.

use std::any::Any;
use std::collections::BTreeMap;
use std::os::fd::{AsFd as _, OwnedFd};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use actix_web::HttpRequest;
use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use actix_web::rt::time::sleep;
use rustix::io::Errno;
use rustix::net::{RecvFlags, Shutdown, recv, shutdown};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Descriptors for everything but connections: databases, files, requests to others.
const FOR_THE_REST: u64 = 256;
/// Each connection takes two: its own, and one by which it is closed from outside.
const OF_EACH: u64 = 2;
/// Connections at once, however many descriptors there are.
const MOST: u64 = 8_192;
/// And however few.
const FEWEST: u64 = 32;
/// How long an answer may take while others need its place.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long anybody may keep us waiting for the next request or the rest of one.
pub const OVERDUE: Duration = Duration::from_secs(90);
/// How often those are looked for.
const ROUND: Duration = Duration::from_secs(5);
/// How long sent bytes may lie unread at the other side, in milliseconds.
#[cfg(target_os = "linux")]
const UNREAD_MS: u32 = 60_000;

/// The open connections of a process. Cheap to clone.
#[derive(Clone)]
pub struct Connections(Arc<Inner>);

struct Inner {
    most: usize,
    begun: Instant,
    next: AtomicU64,
    open: Mutex<BTreeMap<u64, Arc<Connection>>>,
}

/// One connection, as the server sees it.
pub struct Connection {
    socket: OwnedFd,
    begun: Instant,
    /// Milliseconds from `begun` to when it last changed sides.
    since: AtomicU64,
    /// It is our turn: a whole request is here, and its answer is not sent yet.
    is_ours: AtomicBool,
}

/// The connection that a request came by; none in process.
pub fn connection_of(request: &HttpRequest) -> Option<Arc<Connection>> {
    request.conn_data::<Held>().map(Held::connection)
}

/// A connection's place; gone with the connection.
pub struct Held {
    id: u64,
    all: Connections,
    connection: Arc<Connection>,
}

impl Connections {
    /// As many as the process has descriptors for, once it has asked for all it may have.
    pub fn as_many_as_fit() -> Self {
        let files = raise_files().unwrap_or(u64::MAX);
        let most = (files.saturating_sub(FOR_THE_REST) / OF_EACH).clamp(FEWEST, MOST);
        Self::at_most(usize::try_from(most).unwrap_or(usize::MAX))
    }

    /// So many.
    pub fn at_most(most: usize) -> Self {
        let open = Mutex::new(BTreeMap::new());
        Self(Arc::new(Inner { most, begun: Instant::now(), next: AtomicU64::new(0), open }))
    }

    /// How many there may be.
    pub fn most(&self) -> usize {
        self.0.most
    }

    /// Takes a new connection in; for `HttpServer::on_connect`.
    pub fn take_in(&self, stream: &dyn Any, data: &mut Extensions) {
        let Some(stream) = stream.downcast_ref::<TcpStream>() else { return };
        #[cfg(target_os = "linux")]
        if let Err(cause) = rustix::net::sockopt::set_tcp_user_timeout(stream, UNREAD_MS) {
            tracing::debug!(%cause, "a connection whose other side stops reading stays open");
        }
        if let Ok(socket) = stream.as_fd().try_clone_to_owned() {
            data.insert(self.hold(socket));
        } else {
            // Without a descriptor to spare it could not be closed later, so it is closed now.
            let _ = shutdown(stream, Shutdown::Both);
            self.make_room(0);
        }
    }

    fn hold(&self, socket: OwnedFd) -> Held {
        let (begun, is_ours) = (self.0.begun, AtomicBool::new(false));
        let since = AtomicU64::new(millis(begun.elapsed()));
        let connection = Arc::new(Connection { socket, begun, since, is_ours });
        let id = self.0.next.fetch_add(1, Ordering::Relaxed);
        self.lock().insert(id, Arc::clone(&connection));
        self.make_room(self.0.most);
        Held { id, all: self.clone(), connection }
    }

    /// Closes one when there are more than so many: the one that matters least, or the newest when all of them matter.
    fn make_room(&self, most: usize) {
        let mut open = self.lock();
        if open.len() <= most {
            return;
        }
        let least = open.iter().min_by_key(|(id, connection)| (connection.order(), **id));
        let least = least.filter(|(_, connection)| !connection.is_served()).map(|(id, _)| *id);
        let chosen = least.or_else(|| open.last_key_value().map(|(id, _)| *id));
        if let Some(connection) = chosen.and_then(|id| open.remove(&id)) {
            connection.close();
        }
    }

    /// Lets go, until the task is dropped, of whoever keeps us waiting for too long.
    pub async fn keep(self) {
        loop {
            sleep(ROUND).await;
            self.close_waiting(OVERDUE);
        }
    }

    /// Closes those that have kept us waiting for so long; how many.
    pub fn close_waiting(&self, patience: Duration) -> usize {
        let mut open = self.lock();
        let before = open.len();
        open.retain(|_, connection| {
            let stays = connection.is_ours.load(Ordering::Acquire) || connection.age() < patience;
            if !stays {
                connection.close();
            }
            stays
        });
        before - open.len()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Connection>>> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connection {
    /// A whole request is here.
    pub(super) fn ours(&self) {
        self.turn(true);
    }

    /// It is the other side's turn: to send the next request, or more of this one.
    pub(super) fn theirs(&self) {
        self.turn(false);
    }

    fn turn(&self, is_ours: bool) {
        self.since.store(millis(self.begun.elapsed()), Ordering::Release);
        self.is_ours.store(is_ours, Ordering::Release);
    }

    fn age(&self) -> Duration {
        let since = Duration::from_millis(self.since.load(Ordering::Acquire));
        self.begun.elapsed().saturating_sub(since)
    }

    fn is_served(&self) -> bool {
        self.is_ours.load(Ordering::Acquire) && self.age() < PATIENCE
    }

    /// Small for those that matter least: who keeps us waiting, the longest first, then who is served.
    fn order(&self) -> (bool, u64) {
        (self.is_ours.load(Ordering::Acquire), self.since.load(Ordering::Acquire))
    }

    /// Whether the other side has ended its half or all of the connection: nobody waits for an answer any more. Looked
    /// at beside the server, which does not read while a handler works.
    pub fn is_left(&self) -> bool {
        let mut byte = [0_u8; 1];
        match recv(&self.socket, &mut byte[..], RecvFlags::PEEK | RecvFlags::DONTWAIT) {
            Ok((_, length)) => length == 0,
            Err(cause) => cause != Errno::AGAIN && cause != Errno::INTR,
        }
    }

    /// Its own task sees the end of the stream and drops it.
    fn close(&self) {
        let _ = shutdown(&self.socket, Shutdown::Both);
    }
}

impl Held {
    /// The connection.
    pub(super) fn connection(&self) -> Arc<Connection> {
        Arc::clone(&self.connection)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.all.lock().remove(&self.id);
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Asks for all the descriptors that the process may have, and says how many; none is without a limit.
fn raise_files() -> Option<u64> {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(cause) => {
            tracing::debug!(%cause, "the process keeps its limit of open files");
            limit.current
        }
    }
}
