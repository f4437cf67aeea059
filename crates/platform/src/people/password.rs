//! Passwords: argon2id in PHC form, hashed off the async threads, few at a time.
//!
//! One hash takes 19 MiB and two passes (the OWASP minimum). Two run at once and a bounded number waits, so that a flood of
//! sign-ins costs neither the memory nor the threads that everybody else needs; whoever waits is served in turn with the
//! other places that wait ([`super::turns`]).

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use argon2::{Argon2, Params};

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
    params: Params,
}

impl Hasher {
    /// A hasher; makes one hash, so call it at start only.
    pub fn new() -> Result<Self> {
        Self::with(Params::DEFAULT)
    }

    /// One for passwords that this program makes up of 64 random bits and that nobody can choose: those are not guessed at any
    /// cost, so each takes the least. A hash says what it costs, and whoever chooses another password has it hashed as
    /// [`Hasher::new`] does.
    pub fn of_made_up() -> Result<Self> {
        Self::with(Params::new(Params::MIN_M_COST, Params::MIN_T_COST, 1, None).map_err(Error::internal)?)
    }

    fn with(params: Params) -> Result<Self> {
        let decoy = hash_at(&hex::encode(foundation::ids::random_bytes::<16>()), &params)?;
        Ok(Self { turns: Turns::new(BOUNDS), decoy: decoy.into(), params })
    }

    /// The PHC string of a password; `whose` is the place that waits for it.
    pub async fn hash(&self, whose: &str, password: &str) -> Result<String> {
        let (password, params) = (password.to_owned(), self.params.clone());
        self.run(whose, move || hash_at(&password, &params)).await?
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

fn hash_at(password: &str, params: &Params) -> Result<String> {
    let hash = Argon2::from(params).hash_password(password.as_bytes()).map_err(Error::internal)?;
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
        let hash = || hash_at("correct horse", &Params::DEFAULT).unwrap();
        let (one, other) = (hash(), hash());
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, other);
        assert!(verify_blocking("correct horse", &one));
        assert!(!verify_blocking("correct horsf", &one));
        assert!(!verify_blocking("correct horse", "not a hash"));
    }

    #[test]
    fn what_was_made_up_costs_the_least_and_is_known_by_every_hasher() {
        let params = Hasher::of_made_up().unwrap().params;
        let phc = hash_at("5324fae66484d19f", &params).unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{phc}");
        assert!(verify_blocking("5324fae66484d19f", &phc) && !verify_blocking("5324fae66484d19e", &phc));
        assert_eq!(Hasher::new().unwrap().params.m_cost(), Params::DEFAULT_M_COST);
    }
}
