//! Work that takes long enough for others to notice, done beside the threads that answer them.

use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::foundation::{Error, Result};

/// Pieces made at once, however many ask: fifty exports together must leave the processor to those who tick. Whoever
/// reads slowly holds no turn meanwhile, and whoever leaves gives theirs back with the piece.
static TURNS: Semaphore = Semaphore::const_new(2);

/// Runs a piece of asynchronous work, such as reading and escaping megabytes, to its end on a thread of its own.
pub(super) async fn beside<T, F>(work: impl FnOnce() -> F + Send + 'static) -> Result<T>
where
    T: Send + 'static,
    F: Future<Output = T>,
{
    let turn = TURNS.acquire().await.map_err(Error::internal)?;
    let runtime = Handle::current();
    let made = spawn_blocking(move || {
        let made = runtime.block_on(work());
        drop(turn);
        made
    });
    made.await.map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[actix_web::test]
    async fn few_pieces_are_made_at_once_and_all_of_them_in_the_end() {
        static NOW: AtomicUsize = AtomicUsize::new(0);
        static MOST: AtomicUsize = AtomicUsize::new(0);
        let piece = || async {
            MOST.fetch_max(NOW.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            NOW.fetch_sub(1, Ordering::SeqCst);
        };
        let pieces = (0..20).map(|_| beside(piece));
        let made = futures_util::future::join_all(pieces).await;
        assert!(made.iter().all(Result::is_ok));
        assert!(MOST.load(Ordering::SeqCst) <= 2, "{} at once", MOST.load(Ordering::SeqCst));
    }
}
