//! What coverage writes into the ledger, on the stream (`gateway`, `usage`) of a project: that an export was brought in.

use serde::{Deserialize, Serialize};

use crate::foundation::{Digest, ProjectKey, Result};
use crate::ledger::{Draft, Stream};

/// An export of billed usage was brought in.
pub const USAGE_BROUGHT: &str = "gateway.usage_brought.v1";

/// An export of billed usage was brought in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageBrought {
    pub provider: String,
    pub file: String,
    /// Of the text of the file.
    pub digest: Digest,
    /// Days and models that it counts.
    pub lines: u64,
    /// Columns of it that were not read.
    pub unknown: Vec<String>,
}

impl UsageBrought {
    /// The draft: the leaf names the digest of the file.
    pub fn draft(&self) -> Result<Draft> {
        let refs = vec![self.digest.to_hex()];
        Ok(Draft { refs, ..Draft::new(USAGE_BROUGHT, serde_json::to_value(self)?) })
    }
}

/// The stream of a project's exports.
pub fn usage_of(project: ProjectKey) -> Stream {
    Stream { project, kind: "gateway", id: "usage".to_owned() }
}
