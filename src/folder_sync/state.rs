//! What a folder and the orders were when they were last in step: one file in the folder itself.
//!
//! It travels with the files: a copy of the folder keeps its own. Whoever keeps the folder in git may commit it together with the
//! files, or ignore it; without it every file is looked at anew, and found again by its bytes or its order's number.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::foundation::{Digest, Error, Result};

/// The name of the file.
pub const FILE: &str = ".tracewright-sync.json";
const VERSION: u32 = 1;

/// The whole of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct State {
    version: u32,
    /// The id of the project that the folder belongs to.
    pub project: String,
    /// By the path of the file.
    pub orders: BTreeMap<String, Entry>,
}

/// A file and an order that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub order: String,
    /// The version of the order's stream.
    pub version: i64,
    /// What the file was: it may have ticks that are only its word.
    pub file: Digest,
    /// What the order said.
    pub base: String,
    /// That the file is gone was said.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gone: bool,
}

impl State {
    /// Reads the file of a folder; nothing where there is none yet.
    pub fn read(bytes: Option<&[u8]>, project: &str) -> Result<Self> {
        let Some(bytes) = bytes else {
            return Ok(Self { version: VERSION, project: project.to_owned(), orders: BTreeMap::new() });
        };
        let state: Self = serde_json::from_slice(bytes).map_err(|cause| {
            Error::refused(format!(
                "{FILE} cannot be read: {cause}. Restore it, or take it away to begin anew."
            ))
        })?;
        if state.version > VERSION {
            return Err(Error::refused(format!("{FILE} was written by a newer version of this program.")));
        }
        if state.project != project {
            return Err(Error::refused(format!(
                "This folder is kept in step with the project {}, not with {project}. Say --project {}.",
                state.project, state.project
            )));
        }
        Ok(state)
    }

    /// As it is written: the same state is the same bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}
