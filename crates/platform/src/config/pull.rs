//! Where sources may stand.

use crate::foundation::Result;

use super::Values;

/// Pulls from other servers.
#[derive(Clone, Copy, Debug, Default)]
pub struct PullConfig {
    /// Whether a source may stand on this machine or in a private network. Link-local addresses never may.
    pub private_addresses: bool,
}

impl PullConfig {
    pub(super) fn read(values: &mut Values) -> Result<Self> {
        Ok(Self { private_addresses: values.switch("pull.private-addresses", false)? })
    }
}
