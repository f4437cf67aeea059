//! Passwords: argon2id in PHC form, hashed off the async threads, few at a time.
//!
//! One hash takes 19 MiB and two passes (the OWASP minimum). Two run at once and a bounded number waits, so that a flood of
//! sign-ins costs neither the memory nor the threads that everybody else needs.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use tokio::sync::{Semaphore, TryAcquireError};

use crate::foundation::{Error, Result};

/// Hashes computed at once.
const AT_ONCE: usize = 2;
/// Hashes computed or waiting; beyond that the answer is "busy".
const IN_ALL: usize = 32;

/// The password hasher. Cheap to clone.
#[derive(Clone)]
pub struct Hasher {
    at_once: Arc<Semaphore>,
    in_all: Arc<Semaphore>,
    /// The hash of nothing anybody knows: checked when there is no account, so that both take the same time.
    decoy: Arc<str>,
}

impl Hasher {
    /// A hasher; makes one hash, so call it at start only.
    pub fn new() -> Result<Self> {
        let decoy = hash_blocking(&hex::encode(foundation::ids::random_bytes::<16>()))?;
        Ok(Self {
            at_once: Arc::new(Semaphore::new(AT_ONCE)),
            in_all: Arc::new(Semaphore::new(IN_ALL)),
            decoy: decoy.into(),
        })
    }

    /// The PHC string of a password.
    pub async fn hash(&self, password: &str) -> Result<String> {
        let password = password.to_owned();
        self.run(move || hash_blocking(&password)).await?
    }

    /// Whether the password is the one; without a stored hash it takes the same time and says no.
    pub async fn verify(&self, password: &str, stored: Option<&str>) -> Result<bool> {
        let phc = stored.unwrap_or(&self.decoy).to_owned();
        let password = password.to_owned();
        let matches = self.run(move || verify_blocking(&password, &phc)).await?;
        Ok(matches && stored.is_some())
    }

    async fn run<T: Send + 'static>(&self, f: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let place = Arc::clone(&self.in_all).try_acquire_owned().map_err(|e| match e {
            TryAcquireError::NoPermits => Error::Busy { retry_after_s: 2 },
            TryAcquireError::Closed => Error::internal(e),
        })?;
        let turn = Arc::clone(&self.at_once).acquire_owned().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(move || {
            let result = f();
            drop((turn, place));
            result
        })
        .await
        .map_err(Error::internal)
    }
}

/// The PHC string of a password, on this thread.
pub fn hash_blocking(password: &str) -> Result<String> {
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(Error::internal)?;
    Ok(hash.to_string())
}

fn verify_blocking(password: &str, phc: &str) -> bool {
    let Ok(hash) = PasswordHash::new(phc) else {
        tracing::error!("a stored password hash cannot be read");
        return false;
    };
    Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_form_is_argon2id_with_its_parameters_and_a_salt_of_its_own() {
        let (one, other) = (hash_blocking("correct horse").unwrap(), hash_blocking("correct horse").unwrap());
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, other);
        assert!(verify_blocking("correct horse", &one));
        assert!(!verify_blocking("correct horsf", &one));
        assert!(!verify_blocking("correct horse", "not a hash"));
    }
}
