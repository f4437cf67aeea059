//! Limits on files that people bring to orders.

use crate::foundation::Result;

use super::Values;

/// Files and photos of orders.
#[derive(Clone, Copy, Debug)]
pub struct FilesConfig {
    /// The largest file, in bytes.
    pub max_bytes: u64,
    pub most_per_order: usize,
}

impl FilesConfig {
    pub(super) fn read(values: &mut Values) -> Result<Self> {
        let max_bytes = values.number("files.max-file-mib", 20, 1..=1_024)? << 20;
        let most = values.number("files.max-per-order", 500, 1..=5_000)?;
        Ok(Self { max_bytes, most_per_order: usize::try_from(most).unwrap_or(500) })
    }
}
