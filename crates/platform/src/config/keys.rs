//! Secrets of this installation: the log's signing key and the server key that API secrets are hashed under.
//!
//! They lie in the data folder as files that only the owner can read, or come from `*_FILE` / variables so that
//! several processes on one PostgreSQL share them. They never enter the database.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::foundation::ids::random_bytes;
use crate::foundation::{Error, Result};

/// The installation's secrets.
pub struct Keys {
    /// Ed25519 seed of the log's checkpoints (32 bytes).
    pub log_seed: [u8; 32],
    /// Key of HMAC-SHA-256 over API secrets (32 bytes).
    pub server_key: [u8; 32],
}

impl Keys {
    /// Loads both keys from `<data>/keys`, making those that are missing.
    pub fn load_or_create(data: &Path) -> Result<Self> {
        let folder = data.join("keys");
        create_private(&folder)?;
        Ok(Self {
            log_seed: load_one(&folder.join("log.key"))?,
            server_key: load_one(&folder.join("server.key"))?,
        })
    }

    /// Whether the data folder has a server key; which one, only [`Keys::load`] tells.
    pub fn has_server_key(data: &Path) -> bool {
        data.join("keys").join("server.key").exists()
    }

    /// What stands in the database for the server key, so that another one is noticed. It tells nothing of the key.
    pub fn server_key_mark(&self) -> String {
        let mac = Hmac::<Sha256>::new_from_slice(&self.server_key).map(|mut mac| {
            mac.update(b"tracewright server key 1");
            mac.finalize().into_bytes()
        });
        mac.map(hex::encode).unwrap_or_default()
    }

    /// Loads both keys; refused where one is missing, so that a check is never made against a new key.
    pub fn load(data: &Path) -> Result<Self> {
        let read = |name: &str| {
            let path = data.join("keys").join(name);
            let text = fs::read_to_string(&path).map_err(|e| cannot("read", &path, &e))?;
            decode(&path, &text)
        };
        Ok(Self { log_seed: read("log.key")?, server_key: read("server.key")? })
    }

    /// Fixed keys for tests.
    pub fn for_tests() -> Self {
        Self { log_seed: [7; 32], server_key: [9; 32] }
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(..)")
    }
}

fn load_one(path: &Path) -> Result<[u8; 32]> {
    match fs::read_to_string(path) {
        Ok(text) => decode(path, &text),
        Err(e) if e.kind() == ErrorKind::NotFound => create_one(path),
        Err(e) => Err(cannot("read", path, &e)),
    }
}

fn decode(path: &Path, text: &str) -> Result<[u8; 32]> {
    let mut key = [0; 32];
    hex::decode_to_slice(text.trim(), &mut key)
        .map_err(|_| Error::Unavailable(format!("{} does not hold 64 hex digits", path.display()).into()))?;
    Ok(key)
}

/// `create_new` decides between two processes that start at once: the loser reads the winner's key.
fn create_one(path: &Path) -> Result<[u8; 32]> {
    let key: [u8; 32] = random_bytes();
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(mut file) => {
            let written = file.write_all(hex::encode(key).as_bytes()).and_then(|()| file.sync_all());
            written.map_err(|e| cannot("write", path, &e))?;
            Ok(key)
        }
        Err(e) if e.kind() == ErrorKind::AlreadyExists => load_one(path),
        Err(e) => Err(cannot("create", path, &e)),
    }
}

fn create_private(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(|e| cannot("create", folder, &e))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
            .map_err(|e| cannot("protect", folder, &e))?;
    }
    Ok(())
}

fn cannot(what: &str, path: &Path, cause: &std::io::Error) -> Error {
    Error::Unavailable(format!("cannot {what} {}: {cause}", path.display()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_once_and_found_again() {
        let folder = std::env::temp_dir().join(format!("tw-keys-{}", hex::encode(random_bytes::<8>())));
        assert!(Keys::load(&folder).is_err());
        let first = Keys::load_or_create(&folder).unwrap();
        let second = Keys::load_or_create(&folder).unwrap();
        assert_eq!(first.log_seed, second.log_seed);
        assert_eq!(Keys::load(&folder).unwrap().log_seed, first.log_seed);
        assert_ne!(first.log_seed, first.server_key);
        fs::remove_dir_all(folder).unwrap();
    }
}
