//! Receipts: at most once a second, what came in is put under one event of the ledger.
//!
//! Each project's salted revision digests form a Merkle tree (RFC 6962 hashing), and the roots of the projects another;
//! the event names only the root above them and counts. Digest and salt of a revision prove later that it was received
//! by then, and neither is in the log, so erasing them leaves no trace of the content there.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use crate::db::Tx;
use crate::foundation::{Actor, Backoff, Digest, Error, ProjectKey, Result};
use crate::ledger::tree::{Frontier, leaf_hash};
use crate::ledger::{Draft, Ledger, Stream};
use crate::state::App;

use super::store::rows::{self, StoredReceipt};

/// Kind of the event that a receipt is.
pub(crate) const RECEIVED: &str = "traces.received.v1";
/// Packs under one receipt.
const BATCH: i64 = 8_192;
/// The time between two receipts.
const PAUSE: Duration = Duration::from_secs(1);
/// The time between two tries while they fail.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// Writes receipts until the task is dropped.
pub async fn run(app: App) {
    let mut backoff = Backoff::new(PAUSE, LONGEST_PAUSE);
    loop {
        let pause = match receive_once(&app).await {
            Ok(_) => {
                backoff.succeeded();
                PAUSE
            }
            Err(cause) => {
                let pause = backoff.failed();
                tracing::warn!(%cause, again_in_s = pause.as_secs(), "no receipt could be written");
                pause
            }
        };
        tokio::time::sleep(pause).await;
    }
}

/// Writes one receipt over what waits; gives the number of packs under it.
pub async fn receive_once(app: &App) -> Result<usize> {
    if app.db.read(|conn| rows::waiting_receipts(conn, 1)).await?.is_empty() {
        return Ok(0);
    }
    let ledger = app.ledger.clone();
    app.db.write(&Actor::system(), move |tx| receive(tx, &ledger)).await
}

fn receive(tx: &mut Tx<'_>, ledger: &Ledger) -> Result<usize> {
    // Two processes must not put one pack under two receipts.
    crate::db::locks::take_turns(tx.conn, vec![7_401_884_115])?;
    let waiting = rows::waiting_receipts(tx.conn, BATCH)?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let (roots, root) = (project_roots(&waiting)?, root_of(&waiting)?);
    let revisions: usize = waiting.iter().map(|row| row.revisions.len() / 32).sum();
    let day = tx.now().to_rfc3339();
    let day = day.get(..10).unwrap_or_default().to_owned();
    let stream = Stream { project: ProjectKey(0), kind: "receipts", id: day };
    let data = json!({ "root": root.to_hex(), "projects": roots.len(), "packs": waiting.len(), "revisions": revisions });
    let draft = Draft { refs: vec![root.to_hex()], ..Draft::new(RECEIVED, data) };
    let event = ledger.append_next(tx, &stream, draft)?;
    rows::mark_received(tx.conn, &waiting, &event.id)?;
    Ok(waiting.len())
}

/// The root over the roots of all projects.
pub(crate) fn root_of(receipts: &[StoredReceipt]) -> Result<Digest> {
    merkle(project_roots(receipts)?.iter().map(|(project, root)| project_leaf(*project, *root)))
}

/// The root of each project's salted revision digests, packs in the order of their names.
fn project_roots(receipts: &[StoredReceipt]) -> Result<BTreeMap<ProjectKey, Digest>> {
    let mut leaves: BTreeMap<ProjectKey, BTreeMap<&[u8], Vec<Digest>>> = BTreeMap::new();
    for receipt in receipts.iter().filter(|receipt| !receipt.revisions.is_empty()) {
        let packs = leaves.entry(receipt.project).or_default();
        packs.insert(&receipt.pack, revision_leaves(receipt)?);
    }
    leaves.into_iter().map(|(project, packs)| Ok((project, merkle(packs.into_values().flatten())?))).collect()
}

/// The leaves of a receipt without the digests and salt they were made of: what stays of erased traces.
pub(super) fn sealed(receipt: &StoredReceipt) -> Result<Vec<u8>> {
    Ok(revision_leaves(receipt)?.into_iter().flat_map(|leaf| leaf.0).collect())
}

/// Without a salt the stored digests are leaves already.
fn revision_leaves(receipt: &StoredReceipt) -> Result<Vec<Digest>> {
    let digests = receipt
        .revisions
        .chunks(32)
        .map(|bytes| Digest::from_slice(bytes).ok_or_else(|| Error::internal("a stored receipt is damaged")));
    let leaf = |digest| {
        if receipt.salt.is_empty() { digest } else { revision_leaf(&receipt.salt, digest) }
    };
    digests.map(|digest| digest.map(leaf)).collect()
}

/// The leaf of one revision: `SHA-256(0x00 || salt || revision)`.
pub fn revision_leaf(salt: &[u8], revision: Digest) -> Digest {
    leaf_hash(&[salt, &revision.0].concat())
}

/// The leaf of one project: its key in eight bytes, big endian, and its root.
pub fn project_leaf(project: ProjectKey, root: Digest) -> Digest {
    leaf_hash(&[project.0.to_be_bytes().as_slice(), &root.0].concat())
}

fn merkle(leaves: impl Iterator<Item = Digest>) -> Result<Digest> {
    let mut tree = Frontier::default();
    for leaf in leaves {
        tree.append(leaf)?;
    }
    Ok(tree.head().root)
}
