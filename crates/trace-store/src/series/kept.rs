//! Blocks of sums that were read, kept for whoever asks next.
//!
//! A block is found by its span and its revision, which is drawn at random whenever its sums change: what is kept here is never
//! looked at again once they did, of whatever database they are, and needs no word from whoever wrote.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use lru::LruCache;

use super::block::Block;
use super::store::Span;

/// Memory for all of them together, in bytes.
const MOST_BYTES: usize = 96 << 20;

static KEPT: LazyLock<Mutex<Kept>> = LazyLock::new(|| Mutex::new(Kept::new(MOST_BYTES)));

/// A span with the revision of its sums.
pub(super) type Key = (Span, i64);

struct Kept {
    blocks: LruCache<Key, Arc<Block>>,
    bytes: usize,
    most: usize,
}

impl Kept {
    fn new(most: usize) -> Self {
        Self { blocks: LruCache::unbounded(), bytes: 0, most }
    }

    /// Keeps one, and gives up those that were not asked for the longest until there is room for all.
    fn put(&mut self, key: Key, block: Arc<Block>) {
        self.bytes += block.weight();
        if let Some(before) = self.blocks.put(key, block) {
            self.bytes -= before.weight();
        }
        while self.bytes > self.most {
            let Some((_, oldest)) = self.blocks.pop_lru() else { return };
            self.bytes -= oldest.weight();
        }
    }
}

/// The block of that state, if it is kept.
pub(super) fn get(key: &Key) -> Option<Arc<Block>> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner).blocks.get(key).cloned()
}

/// Keeps a block of that state.
pub(super) fn put(key: Key, block: Arc<Block>) {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner).put(key, block);
}

#[cfg(test)]
mod tests {
    use crate::foundation::ProjectKey;

    use super::super::model::{Metric, Sum};
    use super::super::steps::Step;
    use super::*;

    fn key(revision: i64) -> Key {
        (Span { project: ProjectKey(1), metric: Metric::Calls, step: Step::Day, start: 0 }, revision)
    }

    fn block() -> Arc<Block> {
        let mut block = Block::new(0);
        block.push(vec!["a".to_owned()], Sum::default());
        Arc::new(block)
    }

    #[test]
    fn what_nobody_asked_for_goes_when_there_is_no_room() {
        let one = block().weight();
        let mut kept = Kept::new(2 * one);
        (1..=2).for_each(|revision| kept.put(key(revision), block()));
        assert!(kept.blocks.get(&key(1)).is_some());
        kept.put(key(3), block());
        let there = [1, 2, 3].map(|revision| kept.blocks.contains(&key(revision)));
        assert_eq!((there, kept.bytes), ([true, false, true], 2 * one));
        kept.put(key(3), block());
        assert_eq!(kept.bytes, 2 * one, "put once more");
    }
}
