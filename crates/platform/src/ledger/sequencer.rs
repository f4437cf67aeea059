//! The sequencer: gives committed events their place in the tree and signs a checkpoint over it.
//!
//! Leaves, subtrees and the checkpoint are written in one transaction, so what is published is stored. Many processes
//! may append; only the holder of the lease sequences. A kill at any moment leaves events waiting, never half placed.

use std::sync::Arc;
use std::time::Duration;

use crate::db::{Db, Tx};
use crate::foundation::{Actor, Backoff, Error, Result};

use super::checkpoint::{Checkpoint, Stamp};
use super::lease::{self, Lease};
use super::log::Log;
use super::store::{self, StoredCheckpoint, StoredNodes};
use super::tree::Frontier;
use super::{Ledger, keys::SignerKey};

/// The lease's name.
const NAME: &str = "sequencer";
/// Events placed in one transaction.
pub(super) const BATCH: i64 = 512;
/// The shortest time between two rounds: a burst shares one checkpoint.
const PAUSE: Duration = Duration::from_millis(100);
/// The pause between two tries while they fail; a verdict has the sequencer run for itself.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// The longest time until events of another process are found.
const ROUND: Duration = Duration::from_secs(1);
/// How often a caller that waits looks again, and how many times.
const LOOK: Duration = Duration::from_millis(50);
const LOOKS: u32 = 200;

/// How one step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// So many events have their place now; 0 when none waited.
    Placed(usize),
    /// Another process holds the lease and does the work.
    NotHolder,
    /// The lease was taken over while this process slept; nothing was written.
    Fenced,
}

/// Sequences one batch in one transaction, taking or renewing the lease.
pub async fn sequence_once(db: &Db, log: &Arc<Log>) -> Result<Step> {
    if db.read(store::first_pending).await?.is_none() {
        return Ok(Step::Placed(0));
    }
    let log = Arc::clone(log);
    db.write(&Actor::system(), move |tx| step(tx, &log)).await
}

/// [`sequence_once`] for commands and tests.
pub fn sequence_once_blocking(db: &Db, log: &Arc<Log>) -> Result<Step> {
    if db.read_blocking(store::first_pending)?.is_none() {
        return Ok(Step::Placed(0));
    }
    let log = Arc::clone(log);
    db.write_blocking(&Actor::system(), move |tx| step(tx, &log))
}

/// Waits until every event committed before this call has its place and is under a signed checkpoint, which it
/// returns: for signatures, verdicts and exports. Does the work itself unless another process holds the lease.
pub async fn sequence_now(db: &Db, log: &Arc<Log>) -> Result<StoredCheckpoint> {
    let newest = db.read(store::newest_event).await?;
    for _ in 0..LOOKS {
        let step = sequence_once(db, log).await?;
        if let Some(checkpoint) = db.read(move |conn| covered(conn, newest)).await? {
            return Ok(checkpoint);
        }
        if step == Step::NotHolder {
            tokio::time::sleep(LOOK).await;
        }
    }
    Err(Error::Unavailable("the ledger is behind with its checkpoints; try again in a minute".into()))
}

/// [`sequence_now`] for commands and tests.
pub fn sequence_now_blocking(db: &Db, log: &Arc<Log>) -> Result<StoredCheckpoint> {
    let newest = db.read_blocking(store::newest_event)?;
    for _ in 0..LOOKS {
        let step = sequence_once_blocking(db, log)?;
        if let Some(checkpoint) = db.read_blocking(|conn| covered(conn, newest))? {
            return Ok(checkpoint);
        }
        if step == Step::NotHolder {
            std::thread::sleep(LOOK);
        }
    }
    Err(Error::Unavailable("the ledger is behind with its checkpoints; try again in a minute".into()))
}

/// Sequences until the task is dropped: when something is appended here, and each second for what others append.
pub async fn run(db: Db, ledger: Ledger, log: Arc<Log>) {
    let mut backoff = Backoff::new(PAUSE, LONGEST_PAUSE);
    loop {
        let pause = match drain(&db, &log).await {
            Ok(()) => {
                backoff.succeeded();
                PAUSE
            }
            Err(cause) => {
                let pause = backoff.failed();
                tracing::warn!(%cause, again_in_ms = pause.as_millis(), "sequencing failed");
                pause
            }
        };
        tokio::time::sleep(pause).await;
        // Whether woken or not: look.
        let _ = tokio::time::timeout(ROUND.saturating_sub(PAUSE), ledger.appended()).await;
    }
}

/// Gives the lease up, so that another process need not wait for its end.
pub async fn release(db: &Db, log: &Log) -> Result<()> {
    let Some(held) = log.lease() else { return Ok(()) };
    log.set_lease(None);
    db.write(&Actor::system(), move |tx| lease::release(tx.conn, &held)).await
}

async fn drain(db: &Db, log: &Arc<Log>) -> Result<()> {
    while let Step::Placed(1..) = sequence_once(db, log).await? {}
    Ok(())
}

fn covered(conn: &mut crate::db::AnyConnection, newest: i64) -> Result<Option<StoredCheckpoint>> {
    if store::first_pending(conn)?.is_some_and(|waits| waits <= newest) {
        return Ok(None);
    }
    let nothing = || Error::refused("the ledger has no events yet, so there is no checkpoint");
    store::latest_checkpoint(conn)?.ok_or_else(nothing).map(Some)
}

/// One batch under the lease this process remembers, or under one it can take.
pub(super) fn step(tx: &mut Tx<'_>, log: &Log) -> Result<Step> {
    let held = match log.lease() {
        Some(held) => held,
        None => match lease::take(tx.conn, NAME, log.holder(), tx.now())? {
            Some(taken) => taken,
            None => return Ok(Step::NotHolder),
        },
    };
    log.set_lease(Some(held.clone()));
    if let Some(placed) = place(tx, &held, log.signer())? {
        return Ok(Step::Placed(placed));
    }
    log.set_lease(None);
    tracing::warn!(epoch = held.epoch, "the sequencer's lease was taken over; nothing was written");
    Ok(Step::Fenced)
}

/// Places one batch; `None` when the lease has gone to another. Its row stays locked until the transaction ends.
fn place(tx: &mut Tx<'_>, held: &Lease, signer: &SignerKey) -> Result<Option<usize>> {
    if !lease::renew(tx.conn, held, tx.now())? {
        return Ok(None);
    }
    let pending = store::pending(tx.conn, BATCH)?;
    if pending.is_empty() {
        return Ok(Some(0));
    }
    let mut frontier = load_frontier(tx)?;
    let first = frontier.size();
    let mut complete = Vec::with_capacity(2 * pending.len());
    for event in &pending {
        complete.extend(frontier.append(event.leaf_hash)?);
    }
    store::insert_leaves(tx.conn, first, &pending)?;
    store::insert_nodes(tx.conn, &complete)?;
    store::remove_pending(tx.conn, &pending)?;
    let stamp = Stamp { at: tx.now(), after: first };
    let note = Checkpoint::sign_stamped(frontier.head(), stamp, signer)?;
    store::insert_checkpoint(tx.conn, frontier.head(), &note, tx.now())?;
    Ok(Some(pending.len()))
}

/// The tree's right edge as stored. Refused when it is not what the last checkpoint signed: whoever signs on top of a
/// changed tree would vouch for the change.
fn load_frontier(tx: &mut Tx<'_>) -> Result<Frontier> {
    let size = store::tree_size(tx.conn)?;
    let frontier = Frontier::load(&mut StoredNodes(tx.conn), size)?;
    let signed = store::latest_checkpoint(tx.conn)?.map(|checkpoint| checkpoint.head);
    if signed.is_none_or(|head| head == frontier.head()) && (signed.is_some() || size == 0) {
        Ok(frontier)
    } else {
        Err(Error::internal(
            "ledger: the stored tree is not the one of the last checkpoint; nothing is signed. Run `verify ledger`",
        ))
    }
}
