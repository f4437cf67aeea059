//! Passwords: argon2id in PHC form, hashed off the async threads, few at a time.
//!
//! One hash takes 19 MiB and two passes (the OWASP minimum). Two run at once and a bounded number waits, so that a flood of
//! sign-ins costs neither the memory nor the threads that everybody else needs; whoever waits is served in turn with the
//! other places that wait ([`super::turns`]).

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};

use crate::foundation::{Error, Result};

use super::turns::{Bounds, Turns};

/// Two at once; hundreds wait, each for a few hundredths of a second a place. Beyond that the answer is "busy".
const BOUNDS: Bounds = Bounds { at_once: 2, waiting: 512, of_one: 256 };

/// The password hasher. Cheap to clone.
#[derive(Clone)]
pub struct Hasher {
    turns: Arc<Turns>,
    /// The hash of nothing anybody knows: checked when there is no account, so that both take the same time.
    decoy: Arc<str>,
}

impl Hasher {
    /// A hasher; makes one hash, so call it at start only.
    pub fn new() -> Result<Self> {
        let decoy = hash_blocking(&hex::encode(foundation::ids::random_bytes::<16>()))?;
        Ok(Self { turns: Turns::new(BOUNDS), decoy: decoy.into() })
    }

    /// The PHC string of a password; `whose` is the place that waits for it.
    pub async fn hash(&self, whose: &str, password: &str) -> Result<String> {
        let password = password.to_owned();
        self.run(whose, move || hash_blocking(&password)).await?
    }

    /// Whether the password is the one; without a stored hash it takes the same time and says no.
    pub async fn verify(&self, whose: &str, password: &str, stored: Option<&str>) -> Result<bool> {
        let phc = stored.unwrap_or(&self.decoy).to_owned();
        let password = password.to_owned();
        let matches = self.run(whose, move || verify_blocking(&password, &phc)).await?;
        Ok(matches && stored.is_some())
    }

    async fn run<T: Send + 'static>(&self, whose: &str, f: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let turn = self.turns.take(whose).await?;
        tokio::task::spawn_blocking(move || {
            let result = f();
            drop(turn);
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
