//! What the gateway writes into the ledger, on the stream (`gateway`, `numbers`) of a project: which numbers a process
//! reserved, and what became of them.

use serde::{Deserialize, Serialize};

use crate::foundation::{ProjectKey, Result};
use crate::ledger::{Draft, Stream};

use super::blocks::Account;

/// Numbers were reserved for a process.
pub const BLOCK_RESERVED: &str = "gateway.block_reserved.v1";
/// What became of the numbers of a block.
pub const BLOCK_CLOSED: &str = "gateway.block_closed.v1";

/// Numbers were reserved for a process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockReserved {
    pub first: i64,
    pub last: i64,
    pub process: String,
}

/// What became of the numbers of a block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockClosed {
    pub first: i64,
    pub last: i64,
    pub process: String,
    /// Whether the process that held it ended before it could close it itself.
    pub after_its_end: bool,
    #[serde(flatten)]
    pub account: Account,
}

impl BlockReserved {
    /// The draft: the leaf names the numbers in the open, which are no secret.
    pub fn draft(&self) -> Result<Draft> {
        Ok(Draft {
            refs: vec![of(self.first, self.last)],
            ..Draft::new(BLOCK_RESERVED, serde_json::to_value(self)?)
        })
    }
}

impl BlockClosed {
    /// The draft: the leaf names the numbers in the open.
    pub fn draft(&self) -> Result<Draft> {
        Ok(Draft {
            refs: vec![of(self.first, self.last)],
            ..Draft::new(BLOCK_CLOSED, serde_json::to_value(self)?)
        })
    }
}

fn of(first: i64, last: i64) -> String {
    format!("{first}-{last}")
}

/// The stream of a project's numbers.
pub fn numbers_of(project: ProjectKey) -> Stream {
    Stream { project, kind: "gateway", id: "numbers".to_owned() }
}
