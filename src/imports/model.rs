//! A file that was brought and waits.

use crate::foundation::Timestamp;
use crate::work_orders::model::limits::FILE_BYTES;

/// Files that wait for one account at most.
pub const MOST_FILES: usize = 60;
/// What they may have together, in bytes.
pub const MOST_BYTES: usize = 16 << 20;
/// What one of them may have, in bytes.
pub const MOST_OF_ONE: usize = FILE_BYTES;
/// How long they wait, in microseconds (a week).
pub const KEPT_MICROS: i64 = 7 * 86_400_000_000;

/// A file that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub id: String,
    pub name: String,
    /// As they came; empty of a file that was refused.
    pub bytes: Vec<u8>,
    /// Why it was refused; empty where it was not.
    pub refused: String,
    /// What was chosen for it, as a form sends it.
    pub choices: String,
    pub at: Timestamp,
}

impl Waiting {
    /// Whether it was refused when it came.
    pub fn is_refused(&self) -> bool {
        !self.refused.is_empty()
    }
}
