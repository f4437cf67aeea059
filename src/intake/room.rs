//! Room for large requests: what is decoded of a body takes several times its length, so only so much of it is under way
//! at once. Small requests need none and never wait behind a large one.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::foundation::{Error, Result};

use super::ingest::RequestBody;

/// A request up to this size takes no room, in MiB.
const SMALL_MIB: usize = 1;
/// Large requests together, in MiB of bodies as they are when unpacked.
const MOST_MIB: usize = 96;
/// Packed text is about so many times shorter.
const PACKED: usize = 8;
/// How long a large request waits for its turn before it is told to come again.
const PATIENCE: Duration = Duration::from_secs(10);

/// The room of a process. Cheap to clone; clones share it.
#[derive(Clone, Debug)]
pub struct Room {
    mib: Arc<Semaphore>,
    patience: Duration,
}

/// A large request's share; it ends when this is dropped.
#[derive(Debug)]
pub struct Share(#[expect(dead_code, reason = "held, not read")] Option<OwnedSemaphorePermit>);

impl Default for Room {
    fn default() -> Self {
        Self { mib: Arc::new(Semaphore::new(MOST_MIB)), patience: PATIENCE }
    }
}

impl Room {
    /// Waits for room for a body that may be unpacked up to `limit` bytes; busy when there is none in time.
    pub async fn take(&self, sent: &RequestBody, limit: usize) -> Result<Share> {
        let mib = size(sent, limit).div_ceil(1 << 20);
        if mib <= SMALL_MIB {
            return Ok(Share(None));
        }
        let wanted = u32::try_from(mib.min(MOST_MIB)).map_err(Error::internal)?;
        let share = timeout(self.patience, Arc::clone(&self.mib).acquire_many_owned(wanted)).await;
        match share {
            Ok(share) => Ok(Share(Some(share.map_err(Error::internal)?))),
            Err(_) => Err(Error::Busy { retry_after_s: 5 }),
        }
    }
}

fn size(sent: &RequestBody, limit: usize) -> usize {
    let is_packed = sent.content_encoding.as_deref().is_some_and(|name| name.trim() != "identity");
    let times = if is_packed { PACKED } else { 1 };
    sent.body.len().saturating_mul(times).min(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 32 << 20;

    fn sent(mib: usize, encoding: Option<&str>) -> RequestBody {
        RequestBody { body: vec![0; mib << 20], content_encoding: encoding.map(str::to_owned) }
    }

    #[actix_web::test]
    async fn large_requests_wait_for_each_other_and_small_ones_for_nobody() {
        let room = Room { patience: Duration::from_millis(20), ..Room::default() };
        let mut held = Vec::new();
        for _ in 0..3 {
            held.push(room.take(&sent(4, Some("gzip")), LIMIT).await.unwrap());
        }
        for large in [sent(2, None), sent(1, Some("gzip")), sent(32, Some("identity"))] {
            assert!(matches!(room.take(&large, LIMIT).await, Err(Error::Busy { .. })));
        }
        assert!(room.take(&sent(1, None), LIMIT).await.is_ok());
        held.pop();
        let patient = Room { patience: Duration::from_mins(2), ..room.clone() };
        assert!(patient.take(&sent(32, None), LIMIT).await.is_ok());
        held.clear();
        // However large the limit is, one request always fits.
        assert!(room.take(&sent(100, None), usize::MAX).await.is_ok());
    }
}
