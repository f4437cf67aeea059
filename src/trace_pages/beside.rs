//! Work that takes long enough for others to notice, done beside the threads that answer them.

use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use crate::foundation::{Error, Result};

/// Runs a piece of asynchronous work, such as reading and escaping megabytes, to its end on a thread of its own.
pub(super) async fn beside<T, F>(work: impl FnOnce() -> F + Send + 'static) -> Result<T>
where
    T: Send + 'static,
    F: Future<Output = T>,
{
    let runtime = Handle::current();
    spawn_blocking(move || runtime.block_on(work())).await.map_err(Error::internal)
}
