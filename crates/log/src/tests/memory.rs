//! Trees in memory for tests.

use std::collections::HashMap;

use crate::tree::{Frontier, NodeId, NodeSource, TreeHead, leaf_hash, node_hash};
use foundation::{Digest, Error, Result};

/// A tree that stores what [`Frontier::append`] says is complete.
#[derive(Default)]
pub struct MemoryTree {
    nodes: HashMap<NodeId, Digest>,
    pub frontier: Frontier,
}

impl MemoryTree {
    pub fn of<T: AsRef<[u8]>>(leaves: &[T]) -> Self {
        let mut tree = Self::default();
        for leaf in leaves {
            for (id, hash) in tree.frontier.append(leaf_hash(leaf.as_ref())).unwrap() {
                assert!(tree.nodes.insert(id, hash).is_none(), "a node was stored twice");
            }
        }
        tree
    }

    pub fn stored(&self) -> usize {
        self.nodes.len()
    }
}

impl NodeSource for MemoryTree {
    fn node(&mut self, level: u8, index: u64) -> Result<Digest> {
        self.nodes.get(&NodeId { level, index }).copied().ok_or_else(|| Error::internal("no such node"))
    }
}

/// A tree of any size whose leaves are all alike: each level has one hash. Counts what it is asked.
pub struct UniformTree {
    levels: Vec<Digest>,
    pub asked: usize,
}

impl UniformTree {
    pub fn new() -> Self {
        let mut levels = vec![leaf_hash(b"same")];
        for level in 0..63 {
            levels.push(node_hash(levels[level], levels[level]));
        }
        Self { levels, asked: 0 }
    }

    pub fn leaf(&self) -> Digest {
        self.levels[0]
    }

    pub fn head(&mut self, size: u64) -> TreeHead {
        TreeHead { size, root: crate::tree::root(self, size).unwrap() }
    }
}

impl NodeSource for UniformTree {
    fn node(&mut self, level: u8, _index: u64) -> Result<Digest> {
        self.asked += 1;
        Ok(self.levels[usize::from(level)])
    }
}
