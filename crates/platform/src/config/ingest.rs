//! Limits on what is taken in.

use crate::foundation::Result;

use super::Values;

/// Limits of the ingest routes.
#[derive(Clone, Copy, Debug)]
pub struct IngestConfig {
    /// The largest body after unpacking, in bytes.
    pub max_body_bytes: usize,
    /// Bodies above this many bytes go to object storage.
    pub blob_threshold_bytes: usize,
    /// The largest picture, sound or file, in bytes.
    pub max_media_bytes: u64,
}

impl IngestConfig {
    pub(super) fn read(values: &mut Values) -> Result<Self> {
        let max_mib = values.number("ingest.max-body-mib", 32, 1..=1024)?;
        let max_body_bytes = usize::try_from(max_mib).unwrap_or(32) << 20;
        let max_media_bytes = values.number("ingest.max-media-mib", 100, 1..=10_240)? << 20;
        Ok(Self { max_body_bytes, blob_threshold_bytes: 256 << 10, max_media_bytes })
    }
}
